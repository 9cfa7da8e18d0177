"""`/login`: names and passwords, who is let through unasked, and what is said when it does not work."""

import urllib.parse
from typing import Any

import pytest

from harness.hosted import CALLBACK, App, another_app, make_app
from harness.in_process import InProcess
from harness.pages import at_login, managed, managed_app, signing_in
from harness.people import PASSWORD, sign_up, signed_up
from harness.tokens import claims_of

HIDING = {"PreventUserExistenceErrors": "ENABLED"}
WRONG = "Incorrect username or password."


@pytest.fixture
def app(in_process: InProcess) -> App:
    """An app with the classic pages."""
    return make_app(in_process, client=HIDING)


@pytest.fixture
def people(app: App) -> App:
    """The app, with somebody signed up."""
    signed_up(app.pool)
    return app


def query_of(url: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))


def test_somebody_signs_in_by_name_and_password_and_the_app_gets_a_code(people: App) -> None:
    ada = signing_in(people, state="s t/1", nonce="n-1")
    assert {"code": ada.code, "state": "s t/1"} == query_of(ada.url)
    tokens = people.redeem(ada.code).json
    claims = claims_of(tokens["id_token"])
    assert ("ada", "n-1", ["pwd"]) == (claims["cognito:username"], claims["nonce"], claims["amr"])


def test_managed_login_lets_in_the_same_way(in_process: InProcess) -> None:
    app = managed_app(in_process)
    signed_up(app.pool)
    assert signing_in(app).code


def test_a_client_whose_flows_allow_no_password_has_pages_all_the_same(in_process: InProcess) -> None:
    app = make_app(in_process, flows=("ALLOW_REFRESH_TOKEN_AUTH",))
    in_process.signed.admin_create_user(UserPoolId=app.pool.id, Username="ada", MessageAction="SUPPRESS")
    in_process.signed.admin_set_user_password(UserPoolId=app.pool.id, Username="ada", Password=PASSWORD, Permanent=True)
    assert signing_in(app).code


def test_a_script_that_posts_cognitos_fields_is_sent_to_the_app_at_once(people: App) -> None:
    script = at_login(people)
    token = script.cookies["XSRF-TOKEN"]
    form = {
        "_csrf": token,
        "username": "ada",
        "password": PASSWORD,
        "cognitoAsfData": "eyJ2IjoxfQ==",
        "signInSubmitButton": "Sign in",
    }
    reply = people.post(f"/login?{script.asked(state='x')}", form, {"Cookie": f"XSRF-TOKEN={token}"})
    assert 302 == reply.status
    assert reply.headers["location"].startswith(f"{CALLBACK}?code=")
    assert "x" == query_of(reply.headers["location"])["state"]


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_a_wrong_password_and_a_name_of_nobody_look_alike(people: App, name: str) -> None:
    visitor = signing_in(people, name, "Wrong-Horse-7")
    assert (400, "/login", WRONG) == (visitor.status, visitor.path, visitor.alert)
    assert (name, "") == (visitor.field("username").get("value"), visitor.field("password").get("value", ""))
    assert "Wrong-Horse-7" not in visitor.html


def test_a_client_that_hides_nobody_says_that_there_is_no_such_account(in_process: InProcess) -> None:
    app = make_app(in_process, client={"PreventUserExistenceErrors": "LEGACY"})
    assert "There is no account of this name. Please check it, or sign up." == signing_in(app, "nobody").alert


@pytest.mark.parametrize("typed", [{"username": "", "password": PASSWORD}, {"username": "ada", "password": ""}])
def test_an_empty_field_is_asked_for(people: App, typed: dict[str, str]) -> None:
    visitor = at_login(people)
    visitor.submit(**typed)
    assert (400, "Please fill in all fields.") == (visitor.status, visitor.alert)


def test_somebody_who_is_disabled_is_told(people: App) -> None:
    people.endpoint.signed.admin_disable_user(UserPoolId=people.pool.id, Username="ada")
    assert "Your account is disabled. Please contact an administrator." == signing_in(people).alert


def test_too_many_wrong_passwords_ask_for_patience(people: App) -> None:
    visitor = at_login(people)
    for _ in range(5):
        visitor.submit(username="ada", password="Wrong-Horse-7")
    visitor.submit(username="ada", password=PASSWORD)
    assert "Too many attempts. Please wait a while and try again." == visitor.alert


def test_somebody_who_has_not_confirmed_their_account_is_asked_for_the_code(app: App) -> None:
    sign_up(app.pool)
    visitor = signing_in(app)
    assert "/confirm" == visitor.path
    visitor.submit(code=app.endpoint.code_for("ada"))
    assert "/login" == visitor.path
    visitor.submit(username="ada", password=PASSWORD)
    assert visitor.code


def test_somebody_whose_password_was_reset_is_led_to_a_new_one(in_process: InProcess) -> None:
    app = make_app(in_process, client={"PreventUserExistenceErrors": "LEGACY"})
    signed_up(app.pool)
    in_process.signed.admin_reset_user_password(UserPoolId=app.pool.id, Username="ada")
    visitor = signing_in(app)
    assert ("/forgotPassword", "ada") == (visitor.path, visitor.field("username").get("value"))


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, ("Username", "text")),
        ({"UsernameAttributes": ["email"]}, ("Email address", "email")),
        ({"UsernameAttributes": ["phone_number"]}, ("Phone number", "tel")),
        ({"UsernameAttributes": ["email", "phone_number"]}, ("Email address or phone number", "text")),
    ],
)
def test_the_name_is_asked_for_as_the_pool_has_people_named(
    in_process: InProcess, members: dict[str, Any], expected: tuple[str, str]
) -> None:
    visitor = at_login(make_app(in_process, **members))
    field = visitor.field("username")
    [label] = visitor.document.xpath("//label[@for=$id]", id=field.get("id"))
    assert expected == (label.text_content(), field.get("type"))
    assert "username" == field.get("autocomplete")
    assert "current-password" == visitor.field("password").get("autocomplete")


def test_a_hint_is_filled_in_and_is_no_html(app: App) -> None:
    visitor = at_login(app, login_hint='"><script>alert(1)</script>')
    assert '"><script>alert(1)</script>' == visitor.field("username").get("value")
    assert not visitor.document.xpath("//script[not(@src)]")


def test_who_is_signed_in_is_let_through_at_the_next_app(people: App) -> None:
    visitor = signing_in(people)
    other = another_app(people, CallbackURLs=[CALLBACK])
    visitor.app = other
    visitor.open("/login", state="2")
    assert "2" == query_of(visitor.url)["state"]
    assert visitor.code


def test_the_classic_pages_know_no_prompt(people: App) -> None:
    visitor = signing_in(people)
    visitor.open("/login", prompt="login")
    assert visitor.code


def test_an_app_may_have_people_asked_anew(people: App) -> None:
    visitor = signing_in(managed(people))
    visitor.open("/login", prompt="login")
    assert "/login" == visitor.path
    visitor.submit(username="ada", password=PASSWORD)
    assert visitor.code


def test_a_sign_in_that_is_too_old_for_the_app_is_asked_for_anew(people: App) -> None:
    visitor = signing_in(people)
    people.endpoint.clock.advance(seconds=61)
    visitor.open("/login", max_age="60")
    assert "/login" == visitor.path


def test_an_app_that_must_not_have_people_asked_is_told_that_nobody_is_signed_in(people: App) -> None:
    visitor = at_login(managed(people), prompt="none", state="s")
    assert {"error": "login_required", "state": "s"} == query_of(visitor.url)


def test_people_choose_to_go_on_as_who_they_are(people: App) -> None:
    visitor = signing_in(managed(people))
    visitor.open("/oauth2/authorize", prompt="select_account")
    assert ("/accounts", "Choose an account") == (visitor.path, visitor.heading)
    visitor.submit("Continue as ada")
    assert "ada" == claims_of(people.redeem(visitor.code).json["id_token"])["cognito:username"]


def test_people_choose_to_go_on_as_somebody_else(people: App) -> None:
    signed_up(people.pool, "bob")
    visitor = signing_in(managed(people))
    visitor.open("/login", prompt="select_account")
    visitor.submit("Use another account")
    assert "/login" == visitor.path
    visitor.submit(username="bob", password=PASSWORD)
    assert "bob" == claims_of(people.redeem(visitor.code).json["id_token"])["cognito:username"]


def test_nobody_chooses_among_accounts_who_is_not_signed_in(people: App) -> None:
    visitor = at_login(managed(people), prompt="select_account")
    assert "/login" == visitor.path
    visitor.open("/accounts", prompt="select_account")
    assert "/login" == visitor.path


def test_an_account_that_signed_in_too_long_ago_for_the_app_signs_in_anew(people: App) -> None:
    visitor = signing_in(managed(people))
    people.endpoint.clock.advance(seconds=61)
    visitor.open("/accounts", prompt="select_account", max_age="60")
    visitor.submit("Continue as ada")
    assert "/login" == visitor.path


def test_a_client_without_the_pool_itself_takes_no_passwords(in_process: InProcess) -> None:
    app = make_app(in_process)
    in_process.signed.create_identity_provider(
        UserPoolId=app.pool.id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "g", "client_secret": "s", "authorize_scopes": "openid"},
    )
    other = another_app(app, SupportedIdentityProviders=["Google"])
    signed_up(app.pool)
    visitor = at_login(other)
    assert [] == visitor.fields
    token = visitor.cookies["XSRF-TOKEN"]
    form = {"_csrf": token, "username": "ada", "password": PASSWORD}
    reply = other.post(f"/login?{visitor.asked()}", form, {"Cookie": f"XSRF-TOKEN={token}"})
    assert 400 == reply.status
    assert "set-cookie: cognito=" not in str(reply.headers)
    assert b"This app does not let you sign in with a password." in reply.body


@pytest.mark.parametrize("path", ["/mfa", "/mfaOption", "/mfaSetup", "/mfaSetup/app", "/mfaSetup/email", "/choose"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_whose_question_nobody_asked_leads_to_the_beginning(app: App, path: str, method: str) -> None:
    visitor = at_login(app)
    form = urllib.parse.urlencode({"_csrf": visitor.cookies["XSRF-TOKEN"], "code": "123456"}).encode()
    visitor.follow(method, f"{app.url}{path}?{visitor.asked()}", form if method == "POST" else b"")
    assert "/login" == visitor.path
    assert ("This page is no longer valid. Please sign in again." if method == "POST" else "") == visitor.alert
    visitor.open("/login")
    assert "" == visitor.alert
