"""What somebody could make of the hosted pages and endpoints who means harm: sessions that outlive their right, doors beside the door."""

import urllib.parse
from collections.abc import Callable

import pytest

from cenote.oauth import quick
from harness.hosted import CALLBACK, App, another_app, make_app, signed_in_browser, switch_on
from harness.in_process import InProcess, call
from harness.pages import at_login, managed_app
from harness.people import PASSWORD, sign_in, signed_up
from harness.visitor import Visitor

NEW_PASSWORD = "Another-Horse-8"
PROVIDER = {
    "client_id": "c",
    "client_secret": "s",
    "authorize_scopes": "openid",
    "attributes_request_method": "GET",
    "oidc_issuer": "https://corp.example.com",
    "authorize_url": "https://corp.example.com/authorize",
    "token_url": "https://corp.example.com/token",
    "attributes_url": "https://corp.example.com/me",
    "jwks_uri": "https://corp.example.com/keys",
}


@pytest.fixture
def app(in_process: InProcess) -> App:
    """An app with somebody signed up."""
    made = make_app(in_process)
    signed_up(made.pool)
    return made


def let_in(app: App, cookie: str) -> bool:
    """Whether the browser with *cookie* gets a code without being asked anything."""
    asked = {"client_id": app.pool.client_id, "response_type": "code", "redirect_uri": CALLBACK}
    reply = app.send("GET", f"/oauth2/authorize?{urllib.parse.urlencode(asked)}", {"Cookie": cookie})
    return reply.headers["location"].startswith(f"{CALLBACK}?code=")


def sign_out_everywhere(app: App) -> None:
    app.endpoint.signed.admin_user_global_sign_out(UserPoolId=app.pool.id, Username="ada")


def disable_and_enable(app: App) -> None:
    named = {"UserPoolId": app.pool.id, "Username": "ada"}
    app.endpoint.signed.admin_disable_user(**named)
    app.endpoint.signed.admin_enable_user(**named)


def change_password(app: App) -> None:
    app.endpoint.anonymous.change_password(
        AccessToken=sign_in(app.pool)["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword=NEW_PASSWORD
    )


def set_password(app: App) -> None:
    named = {"UserPoolId": app.pool.id, "Username": "ada"}
    app.endpoint.signed.admin_set_user_password(**named, Password=NEW_PASSWORD, Permanent=True)


def recover_password(app: App) -> None:
    anonymous, named = app.endpoint.anonymous, {"ClientId": app.pool.client_id, "Username": "ada"}
    anonymous.forgot_password(**named)
    code = app.endpoint.code_for("ada", pool=app.pool.id)
    anonymous.confirm_forgot_password(**named, ConfirmationCode=code, Password=NEW_PASSWORD)


def reset_password(app: App) -> None:
    app.endpoint.signed.admin_reset_user_password(UserPoolId=app.pool.id, Username="ada")


ENDS = [sign_out_everywhere, disable_and_enable, change_password, set_password, recover_password, reset_password]


@pytest.mark.parametrize("end", ENDS)
def test_a_browser_of_before_is_signed_in_no_more(app: App, end: Callable[[App], None]) -> None:
    cookie = f"cognito={signed_in_browser(app)[1]}"
    assert let_in(app, cookie)
    app.endpoint.clock.advance(seconds=1)
    end(app)
    assert not let_in(app, cookie)


def test_a_browser_that_signs_in_after_that_is_signed_in(app: App) -> None:
    sign_out_everywhere(app)
    set_password(app)
    app.endpoint.clock.advance(seconds=1)
    assert let_in(app, f"cognito={signed_in_browser(app)[1]}")


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_nobody_signs_up_into_an_app_that_takes_people_of_a_provider_alone(
    in_process: InProcess, is_confirmed: bool
) -> None:
    app = managed_app(in_process, AutoVerifiedAttributes=["email"])
    signed = app.endpoint.signed
    signed.create_identity_provider(
        UserPoolId=app.pool.id, ProviderName="Corp", ProviderType="OIDC", ProviderDetails=PROVIDER
    )
    visitor = Visitor(app)
    if is_confirmed:
        visitor.open("/signup")
        visitor.submit(username="eve", password=PASSWORD, confirmPassword=PASSWORD, attribute__email="eve@example.com")
        assert "/confirm" == visitor.path
    only(app, "Corp")
    if not is_confirmed:
        visitor.open("/signup")
        assert 403 == visitor.status
        return
    visitor.submit(code=app.endpoint.code_for("eve", pool=app.pool.id))
    assert not visitor.url.startswith(CALLBACK)


def only(app: App, provider: str) -> None:
    """Let the client take the people of *provider* and no others."""
    signed, named = app.endpoint.signed, {"UserPoolId": app.pool.id, "ClientId": app.pool.client_id}
    known = signed.describe_user_pool_client(**named)["UserPoolClient"]
    kept = ("AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient", "AllowedOAuthScopes", "CallbackURLs")
    members = {name: known[name] for name in kept}
    signed.update_user_pool_client(**named, **members, SupportedIdentityProviders=[provider])


def test_a_client_whose_tokens_are_bound_to_keys_gets_none_in_a_fragment(app: App) -> None:
    implicit = another_app(app, AllowedOAuthFlows=["implicit"])
    switch_on(implicit, DPoP="REQUIRED")
    asked = {"client_id": implicit.pool.client_id, "response_type": "token", "redirect_uri": CALLBACK}
    cookie = {"Cookie": f"cognito={signed_in_browser(implicit)[1]}"}
    reply = implicit.send("GET", f"/oauth2/authorize?{urllib.parse.urlencode(asked)}", cookie)
    assert f"{CALLBACK}#error=unauthorized_client" == reply.headers["location"]


@pytest.mark.parametrize("beside", ['prefs={"a":1}', "a b=c", "@=;=", 'x="unclosed', "cognito2=(a,b)"])
def test_a_cookie_of_somebody_else_does_not_hide_who_is_signed_in(app: App, beside: str) -> None:
    cookie = f"cognito={signed_in_browser(app)[1]}"
    assert let_in(app, f"{beside}; {cookie}")
    asked = {"client_id": app.pool.client_id, "logout_uri": "https://app.example.com/bye"}
    app.send("GET", f"/logout?{urllib.parse.urlencode(asked)}", {"Cookie": f"{beside}; {cookie}"})
    assert not let_in(app, cookie)


@pytest.mark.parametrize(
    "path", ["/mfaSetup//app", "/login//", "//evil.example.com/login", "/%2fevil.example.com/%2e%2e"]
)
def test_no_address_is_made_of_a_host_that_somebody_made_up(app: App, path: str) -> None:
    url = f"http://evil.example.com/_cenote/domains/{app.domain}{path}?{Visitor(app).asked()}"
    status, headers, body = call(app.endpoint.app, "GET", url, {}, b"")
    assert 404 == status
    assert "evil.example.com" not in str(headers) + body.decode()


@pytest.mark.parametrize("field", ["username", "password"])
def test_what_is_no_text_gets_nowhere_near_the_database(app: App, field: str) -> None:
    visitor = at_login(app)
    visitor.submit(**{"username": "ada", "password": PASSWORD, field: "a\0da"})
    assert "/error" == visitor.path


def test_a_query_that_is_no_text_gets_nowhere_near_the_database(app: App) -> None:
    for path in ("/confirmUser?user_name=%00&confirmation_code=1", "/device?user_code=%00", "/error?error=%00"):
        reply = app.send("GET", path)
        assert (302, True) == (reply.status, "/error?error=invalid_request" in reply.headers["location"]), path


def test_nothing_that_a_cookie_says_becomes_a_header(app: App) -> None:
    signed, named = app.endpoint.signed, {"UserPoolId": app.pool.id}
    signed.create_identity_provider(
        **named, ProviderName="Corp", ProviderType="OIDC", ProviderDetails=PROVIDER, AttributeMapping={}
    )
    only(app, "Corp")
    for cookie in ('csrf-state="a\\015\\012Set-Cookie: x=y"', 'csrf-state="a\\073 Domain=example.com"'):
        reply = app.send("GET", f"/oauth2/authorize?{Visitor(app).asked()}", {"Cookie": cookie})
        assert 302 == reply.status
        assert reply.headers["location"].startswith(PROVIDER["authorize_url"])
        [value, *attributes] = reply.headers["set-cookie"].split(";")
        assert ["Path=/", "HttpOnly", "SameSite=Lax"] == [each.strip() for each in attributes], value
        assert reply.headers["set-cookie"].isprintable()


def test_a_password_that_the_api_would_not_take_is_not_set_at_a_page(in_process: InProcess) -> None:
    app = managed_app(in_process)
    visitor = Visitor(app)
    visitor.open("/signup")
    password = "Aa1!" * 100
    visitor.submit(username="eve", password=password, confirmPassword=password, attribute__email="eve@example.com")
    assert ("/signup", 400) == (visitor.path, visitor.status)


def test_an_app_of_an_address_that_is_not_ascii_is_answered(in_process: InProcess) -> None:
    callback = "https://app.example.com/käse/漢"
    app = make_app(in_process, client={"CallbackURLs": [callback]})
    signed_up(app.pool)
    asked = {"client_id": app.pool.client_id, "response_type": "code", "redirect_uri": callback}
    cookie = {"Cookie": f"cognito={signed_in_browser(app)[1]}"}
    reply = app.send("GET", f"/oauth2/authorize?{urllib.parse.urlencode(asked)}", cookie)
    assert (302, True) == (reply.status, reply.headers["location"].isascii())


def test_a_form_that_is_too_long_is_refused_by_a_page(app: App) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = app.send("POST", f"/login?{Visitor(app).asked()}", form, b"username=" + b"a" * 300_000)
    assert (413, "DENY") == (reply.status, reply.headers["x-frame-options"])
    parts = {"Content-Type": "multipart/form-data; boundary=x"}
    many = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 2000 + b"--x--"
    assert 413 == app.send("POST", f"/login?{Visitor(app).asked()}", parts, many).status


@pytest.mark.parametrize(
    "body",
    [
        "grant_type=refresh_token&refresh_token=x&y=grant_type=client_credentials",
        "grant_type=authorization_code&code=grant_type=client_credentials",
        "xgrant_type=client_credentials&grant_type=refresh_token",
        "grant_type=client_credentialsx",
    ],
)
def test_nobody_passes_another_grant_off_as_one_that_needs_no_thread(app: App, body: str) -> None:
    host = urllib.parse.urlsplit(app.url).netloc

    def is_quick(sent: str) -> bool:
        return quick.is_quick(app.services, host, "/oauth2/token", lambda _name: None, sent.encode())

    assert is_quick("client_id=x&grant_type=client_credentials&scope=y")
    assert not is_quick(body)
