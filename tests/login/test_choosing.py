"""Managed login where people choose how to sign in: the name first, then a password, a code or a passkey."""

import json
import urllib.parse
from typing import Any

import pytest

from harness.authenticator import Authenticator
from harness.authenticator_app import STEP_S, registered
from harness.clock import FakeClock
from harness.hosted import CALLBACK, App, make_app, switch_on
from harness.in_process import InProcess
from harness.pages import at_login, choosing_app, managed, managed_app
from harness.people import PASSWORD, sign_in, sign_up, signed_up
from harness.sign_ins import prefer, set_mfa
from harness.tokens import claims_of
from harness.visitor import Visitor

HIDING = {"PreventUserExistenceErrors": "ENABLED"}
PHONE = "+12065550100"


def named(app: App, username: str = "ada", *, passkeys: bool = False, **asked: str) -> Visitor:
    """Somebody who has given their name; *passkeys*: a script said that their browser can hold some."""
    visitor = at_login(app, **asked)
    visitor.submit(username=username, **({"passkeys": "true"} if passkeys else {}))
    return visitor


def amr_of(app: App, visitor: Visitor) -> list[str]:
    found: list[str] = claims_of(app.redeem(visitor.code).json["id_token"])["amr"]
    return found


def options_of(visitor: Visitor) -> dict[str, Any]:
    [found] = visitor.document.xpath("//*[@data-options]")
    options: dict[str, Any] = json.loads(found.get("data-options"))
    return options


def with_passkey(app: App, username: str = "ada") -> tuple[Visitor, Authenticator]:
    """Somebody who signs in with a password and makes the passkey that they are offered."""
    visitor = named(app, username, passkeys=True)
    if visitor.path == "/choose":
        visitor.submit("Password")
    visitor.submit(password=PASSWORD)
    assert "/passkeys/add" == visitor.path
    maker = Authenticator()
    visitor.submit("Create", credential=json.dumps(maker.create(options_of(visitor), app.url)))
    return visitor, maker


def test_the_name_is_asked_for_first_and_the_password_where_there_is_no_choice(in_process: InProcess) -> None:
    app = choosing_app(in_process, "SMS_OTP")
    signed_up(app.pool)
    ada = at_login(app)
    assert ["username"] == ada.fields
    ada.submit(username="ada")
    assert ("/password", "Enter your password") == (ada.path, ada.heading)
    assert "ada" in ada.text
    ada.submit(password=PASSWORD)
    assert ["pwd"] == amr_of(app, ada)


def test_a_wrong_password_may_be_corrected(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    ada = named(app)
    ada.submit("Password")
    for _ in range(2):
        ada.submit(password="Wrong-Horse-7")
        assert (400, "/password", "Incorrect username or password.") == (ada.status, ada.path, ada.alert)
    ada.submit(password="")
    assert "Please fill in all fields." == ada.alert
    ada.submit(password=PASSWORD)
    assert ada.code


def test_a_script_that_sends_both_is_let_in_at_once(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    ada = at_login(app)
    ada.submit(username="ada", password=PASSWORD)
    assert ["pwd"] == amr_of(app, ada)


def test_a_code_by_email_lets_in(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    ada = named(app)
    assert ("/choose", "Choose how to sign in") == (ada.path, ada.heading)
    ada.submit("Email")
    assert "/mfa" == ada.path
    assert "a***@e***" in ada.text
    ada.submit(code="00000000")
    assert "The code is not correct. Please check it and try again." == ada.alert
    ada.submit("Send a new code")
    ada.submit(code=in_process.code_for("ada", pool=app.pool.id))
    assert ["email_otp"] == amr_of(app, ada)


def test_a_code_by_text_message_lets_in(in_process: InProcess) -> None:
    app = choosing_app(in_process, "SMS_OTP")
    signed_up(app.pool, phone_number=PHONE)
    ada = named(app)
    ada.submit("Text message")
    assert PHONE not in ada.html
    ada.submit(code=in_process.code_for("ada", pool=app.pool.id))
    assert ["sms"] == amr_of(app, ada)


def test_who_chose_one_way_may_take_another(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    ada = named(app)
    ada.submit("Email")
    ada.submit("Sign in another way")
    assert "/choose" == ada.path
    ada.submit("Password")
    ada.submit("Sign in another way")
    assert "/choose" == ada.path
    ada.submit("Password")
    ada.submit(password="Wrong-Horse-7")
    ada.submit("Sign in another way")
    ada.submit("Email")
    ada.submit(code=in_process.code_for("ada", pool=app.pool.id))
    assert ada.code


def test_nobody_takes_a_way_that_is_not_offered(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    ada = named(app)
    for way in ("PASSWORD_SRP", "WEB_AUTHN", "nonsense", ""):
        form = {"_csrf": ada.cookies["XSRF-TOKEN"], "challenge": way}
        ada.follow("POST", ada.url, urllib.parse.urlencode(form).encode())
        assert (400, "/choose", "Please choose how to sign in.") == (ada.status, ada.path, ada.alert)


def test_a_name_of_nobody_is_shown_the_same_pages(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP", client=HIDING)
    signed_up(app.pool)
    seen = []
    for name in ("ada", "nobody"):
        visitor = named(app, name)
        visitor.submit("Email")
        visitor.submit(code="00000000")
        seen.append((visitor.path, visitor.heading, visitor.alert, visitor.fields))
        visitor.submit("Sign in another way")
        visitor.submit("Password")
        visitor.submit(password="Wrong-Horse-7")
        seen.append((visitor.path, visitor.heading, visitor.alert, visitor.fields))
    assert seen[:2] == seen[2:]


def test_a_code_confirms_somebody_who_was_waiting_for_it(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    sign_up(app.pool)
    ada = named(app)
    ada.submit("Email")
    ada.submit(code=in_process.code_for("ada", pool=app.pool.id))
    assert ada.code


def test_the_classic_pages_offer_no_choice(in_process: InProcess) -> None:
    app = make_app(
        in_process,
        flows=("ALLOW_USER_AUTH",),
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    )
    signed_up(app.pool)
    ada = at_login(app)
    assert ["username", "password"] == ada.fields
    ada.submit(username="ada", password=PASSWORD)
    assert ada.code


def test_a_passkey_is_offered_after_the_password_and_lets_in_the_next_time(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    ada, maker = with_passkey(app)
    assert ada.code
    again = named(app)
    again.submit("Passkey")
    assert "/passkey" == again.path
    proof = maker.get(options_of(again), app.url)
    again.submit("Use your passkey", credential=json.dumps(proof))
    assert ["hwk"] == amr_of(app, again)


def test_who_has_a_passkey_is_offered_none(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    with_passkey(app)
    again = named(app, passkeys=True)
    again.submit("Password")
    again.submit(password=PASSWORD)
    assert again.code


def test_who_wants_no_passkey_goes_on_and_is_left_alone_for_a_while(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    ada = named(app, passkeys=True, prompt="login", state="s")
    ada.submit(password=PASSWORD)
    ada.submit("Not now")
    assert ada.code
    ada.open("/login", prompt="login")
    ada.submit(username="ada", passkeys="true")
    ada.submit(password=PASSWORD)
    assert ada.code


def test_a_browser_without_scripts_is_offered_no_passkey(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    ada = named(app)
    ada.submit(password=PASSWORD)
    assert ada.code


def test_a_passkey_that_is_not_accepted_may_be_tried_again(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    _, maker = with_passkey(app)
    ada = named(app)
    ada.submit("Passkey")
    stranger = Authenticator(credential_id=maker.credential_id)
    ada.submit("Use your passkey", credential=json.dumps(stranger.get(options_of(ada), app.url)))
    assert (400, "/passkey") == (ada.status, ada.path)
    assert "This passkey was not accepted. Please try again, or sign in another way." in ada.alert
    ada.submit("Try again")
    ada.submit("Use your passkey", credential=json.dumps(maker.get(options_of(ada), app.url)))
    assert ada.code


@pytest.mark.parametrize("credential", ["", "x", "{}", "[]", '{"id": 1}'])
def test_nonsense_in_the_place_of_a_passkey_lets_nobody_in(in_process: InProcess, credential: str) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    with_passkey(app)
    ada = named(app)
    ada.submit("Passkey")
    ada.submit("Use your passkey", credential=credential)
    assert (400, "/passkey") == (ada.status, ada.path)
    assert ada.alert
    ada.submit("Sign in another way")
    assert "/choose" == ada.path


def test_passkeys_of_another_host_are_neither_asked_for_nor_made(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN", "EMAIL_OTP")
    signed_up(app.pool)
    with_passkey(app)
    in_process.signed.set_user_pool_mfa_config(
        UserPoolId=app.pool.id,
        MfaConfiguration="OFF",
        WebAuthnConfiguration={"RelyingPartyId": "elsewhere.example.com"},
    )
    ada = named(app, passkeys=True)
    assert "Passkey" not in ada.text
    ada.submit("Password")
    ada.submit(password=PASSWORD)
    assert ada.code
    ada.open("/passkeys/add")
    assert "Passkeys cannot be made at this address." in ada.alert


def test_an_app_may_send_people_to_make_a_passkey(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    ada = named(app)
    ada.submit(password=PASSWORD)
    link = urllib.parse.urlencode({"client_id": app.pool.client_id, "redirect_uri": CALLBACK})
    ada.follow("GET", f"{app.url}/passkeys/add?{link}")
    ada.submit("Create", credential="{}")
    assert 400 == ada.status
    assert ada.alert
    ada.follow("GET", f"{app.url}/passkeys/add?{link}")
    ada.submit("Create", credential=json.dumps(Authenticator().create(options_of(ada), app.url)))
    assert "Passkey added" == ada.heading
    assert [CALLBACK] == ada.document.xpath("//a/@href")
    token = sign_in(app.pool)["AccessToken"]
    assert 1 == len(in_process.anonymous.list_web_authn_credentials(AccessToken=token)["Credentials"])


def test_who_is_not_signed_in_signs_in_before_making_a_passkey(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    ada = Visitor(app)
    link = urllib.parse.urlencode({"client_id": app.pool.client_id, "redirect_uri": CALLBACK})
    ada.follow("GET", f"{app.url}/passkeys/add?{link}")
    assert "/login" == ada.path
    ada.open("/passkeys/add")
    assert "/login" == ada.path


@pytest.mark.parametrize("query", ["client_id=nobody", "", "client_id={}&redirect_uri=https://evil.example.com/"])
def test_nobody_is_led_from_a_passkey_to_an_address_that_is_not_the_apps(in_process: InProcess, query: str) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    visitor = Visitor(app)
    visitor.follow("GET", f"{app.url}/passkeys/add?{query.format(app.pool.client_id)}")
    assert "/error" == visitor.path


def test_the_pages_below_our_own_host_ask_for_no_passkey_of_the_domain(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    with_passkey(app)
    status, _, body = in_process.request("GET", f"/_cenote/domains/{app.domain}/login?{Visitor(app).asked()}")
    assert (200, True) == (status, b"/_cenote/domains/tests/_static/" in body)


def test_a_level_of_assurance_that_the_app_asks_for_is_reached(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    ada = named(app, acr_values="urn:cognito:loa:2")
    assert "/mfa" == ada.path
    ada.submit(code=in_process.code_for("ada", pool=app.pool.id))
    claims = claims_of(app.redeem(ada.code).json["id_token"])
    assert ("urn:cognito:loa:2", ["email_otp"]) == (claims["acr"], claims["amr"])


def test_a_level_that_nobody_can_reach_is_refused(in_process: InProcess) -> None:
    app = managed_app(in_process)
    signed_up(app.pool)
    ada = at_login(app, acr_values="urn:cognito:loa:4")
    ada.submit(username="ada", password=PASSWORD)
    assert (400, "/login") == (ada.status, ada.path)
    assert ada.alert


@pytest.mark.parametrize("values", ["urn:nobody:knows", "urn:cognito:loa:4"])
def test_levels_that_the_pool_does_not_have_are_ignored(in_process: InProcess, values: str) -> None:
    app = make_app(in_process) if values.endswith("4") else managed(make_app(in_process))
    signed_up(app.pool)
    ada = at_login(app, acr_values=values)
    ada.submit(username="ada", password=PASSWORD)
    assert ada.code


def test_an_app_that_wants_a_second_factor_gets_one(in_process: InProcess, clock: FakeClock) -> None:
    app = managed_app(in_process)
    signed_up(app.pool)
    token = sign_in(app.pool)["AccessToken"]
    set_mfa(app.pool, "OPTIONAL", totp=True)
    phone = registered(app.pool, clock, token)
    prefer(app.pool, token=token, totp=True)
    clock.advance(seconds=STEP_S)
    ada = at_login(app, acr_values="urn:cognito:loa:4")
    ada.submit(username="ada", password=PASSWORD)
    ada.submit(code=phone.code())
    claims = claims_of(app.redeem(ada.code).json["id_token"])
    assert ("urn:cognito:loa:4", ["pwd", "otp", "mfa"]) == (claims["acr"], claims["amr"])


def test_a_session_that_reaches_no_such_level_is_asked_for_more(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    ada = at_login(app)
    ada.submit(username="ada", password=PASSWORD)
    ada.open("/login", acr_values="urn:cognito:loa:2")
    assert "/login" == ada.path
    ada.submit(username="ada")
    ada.submit(code=in_process.code_for("ada", pool=app.pool.id))
    assert ["email_otp"] == amr_of(app, ada)


def test_the_offer_of_a_passkey_answers_no_other_request(in_process: InProcess) -> None:
    app = choosing_app(in_process, "WEB_AUTHN")
    signed_up(app.pool)
    ada = named(app, passkeys=True)
    ada.submit(password=PASSWORD)
    assert "/passkeys/add" == ada.path
    ada.open("/passkeys/add", prompt="login", state="another")
    ada.submit("Not now")
    assert "/login" == ada.path


def test_a_request_that_was_pushed_leads_through_the_pages_too(in_process: InProcess) -> None:
    app = choosing_app(in_process, "EMAIL_OTP")
    signed_up(app.pool)
    switch_on(app, PushedAuthorizationRequests="REQUIRED")
    asked = {"client_id": app.pool.client_id, "response_type": "code", "redirect_uri": CALLBACK, "state": "s"}
    pushed = app.post("/oauth2/par", {**asked, "prompt": "login"}).json
    query = urllib.parse.urlencode({"client_id": app.pool.client_id, "request_uri": pushed["request_uri"]})
    ada = Visitor(app)
    ada.follow("GET", f"{app.url}/oauth2/authorize?{query}")
    ada.submit(username="ada")
    ada.submit("Password")
    ada.submit(password=PASSWORD)
    assert (ada.code, True) == (ada.code, "state=s" in ada.url)
