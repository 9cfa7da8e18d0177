"""Second factors at the pages: codes that are sent or that an app shows, the choice among them, and what happens to the page meanwhile."""

import copy
import json
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.authenticator_app import STEP_S, AuthenticatorApp, registered
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.functions import Functions
from harness.hosted import App, make_app
from harness.in_process import InProcess, beside
from harness.pages import at_login, managed, signing_in
from harness.people import PASSWORD, sign_in, signed_up
from harness.sign_ins import prefer, set_mfa
from harness.tokens import claims_of
from harness.visitor import Visitor

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

PHONE = "+12065550100"
WRONG_CODE = "The code is not correct. Please check it and try again."
EXPIRED = "Your session has expired. Please start again."


@pytest.fixture
def app(in_process: InProcess) -> App:
    """An app with the classic pages."""
    return make_app(in_process)


def with_app(app: App, clock: FakeClock) -> AuthenticatorApp:
    """Sign ada up with an authenticator app as the second factor; its code of the moment is used up, and the next one is due."""
    signed_up(app.pool)
    token = sign_in(app.pool)["AccessToken"]
    set_mfa(app.pool, "OPTIONAL", totp=True)
    made = registered(app.pool, clock, token, FriendlyDeviceName="Phone")
    prefer(app.pool, token=token, totp=True)
    clock.advance(seconds=STEP_S)
    return made


def with_phone(app: App, **mfa: bool) -> None:
    signed_up(app.pool, phone_number=PHONE)
    set_mfa(app.pool, "OPTIONAL", sms=True, **mfa)


def amr_of(app: App, visitor: Visitor) -> list[str]:
    found: list[str] = claims_of(app.redeem(visitor.code).json["id_token"])["amr"]
    return found


def another_tab(visitor: Visitor) -> Visitor:
    """The same page with the same cookies once more."""
    tab = copy.copy(visitor)
    tab.cookies = dict(visitor.cookies)
    return tab


def test_an_app_is_asked_for_by_its_name_and_lets_in(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    assert ("/mfa", "Enter your code", ["code"]) == (ada.path, ada.heading, ada.fields)
    assert "Phone" in ada.text
    assert "one-time-code" == ada.field("code").get("autocomplete")
    ada.submit(code=phone.code())
    assert ["pwd", "otp", "mfa"] == amr_of(app, ada)


def test_a_code_may_be_typed_with_spaces(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    code = phone.code()
    ada.submit(code=f" {code[:3]} {code[3:]} ")
    assert ada.code


def test_a_wrong_code_may_be_corrected(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    [wrong] = phone.wrong_codes(1)
    ada.submit(code=wrong)
    assert (400, "/mfa", WRONG_CODE) == (ada.status, ada.path, ada.alert)
    assert wrong not in ada.html
    ada.submit(code="")
    assert "Please enter the code." == ada.alert
    ada.submit(code=phone.code())
    assert ada.code


def test_five_wrong_codes_end_the_sign_in(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    for wrong in phone.wrong_codes(5):
        ada.submit(code=wrong)
        assert "/mfa" == ada.path
    ada.submit(code=phone.code())
    assert "/login" == ada.path
    assert ada.alert


def test_a_code_that_was_used_is_told_from_a_wrong_one(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    ada.submit(code=phone.code())
    assert ada.code
    again = signing_in(app)
    again.submit(code=phone.code())
    assert "This code was used already. Please wait for the next one in your app." == again.alert


def test_a_code_is_sent_to_the_phone_and_its_number_is_masked(app: App) -> None:
    with_phone(app)
    prefer(app.pool, sms=True)
    ada = signing_in(app)
    assert "/mfa" == ada.path
    assert "+*******0100" in ada.text
    assert PHONE not in ada.html
    ada.submit(code=app.endpoint.code_for("ada", pool=app.pool.id))
    assert ["pwd", "sms", "mfa"] == amr_of(app, ada)


def test_a_new_code_takes_the_place_of_the_one_before(app: App) -> None:
    with_phone(app)
    prefer(app.pool, sms=True)
    ada = signing_in(app)
    first = app.endpoint.code_for("ada", pool=app.pool.id)
    ada.submit("Send a new code")
    assert ("/mfa", "A new code has been sent.") == (ada.path, ada.alert)
    second = app.endpoint.code_for("ada", pool=app.pool.id)
    if first != second:
        ada.submit(code=first)
        assert WRONG_CODE == ada.alert
    ada.submit(code=second)
    assert ada.code


def test_a_new_code_forgives_no_wrong_ones(app: App) -> None:
    with_phone(app)
    prefer(app.pool, sms=True)
    ada = signing_in(app)
    for _ in range(4):
        ada.submit(code="000000")
        ada.submit("Send a new code")
        assert "/mfa" == ada.path
    ada.submit(code="000000")
    ada.submit("Send a new code")
    assert ("/login", "Too many attempts. Please wait a while and try again.") == (ada.path, ada.alert)


def test_somebody_with_two_factors_chooses_one_and_may_choose_again(app: App, clock: FakeClock) -> None:
    signed_up(app.pool, phone_number=PHONE)
    token = sign_in(app.pool)["AccessToken"]
    set_mfa(app.pool, "OPTIONAL", sms=True, totp=True)
    phone = registered(app.pool, clock, token)
    prefer(app.pool, sms=False, totp=False)
    clock.advance(seconds=STEP_S)
    ada = signing_in(app)
    assert ("/mfaOption", "Choose your second factor") == (ada.path, ada.heading)
    ada.submit("Text message")
    assert ("/mfa", True) == (ada.path, "text message" in ada.text)
    ada.submit("Sign in another way")
    assert "/mfaOption" == ada.path
    ada.submit("Authenticator app")
    ada.submit(code=phone.code())
    assert ["pwd", "otp", "mfa"] == amr_of(app, ada)


def test_somebody_with_a_preferred_factor_may_take_the_other_one(app: App, clock: FakeClock) -> None:
    signed_up(app.pool, phone_number=PHONE)
    token = sign_in(app.pool)["AccessToken"]
    set_mfa(app.pool, "OPTIONAL", sms=True, totp=True)
    registered(app.pool, clock, token)
    prefer(app.pool, sms=False, totp=True)
    ada = signing_in(app)
    ada.submit("Sign in another way")
    ada.submit("Text message")
    ada.submit(code=app.endpoint.code_for("ada", pool=app.pool.id))
    assert ["pwd", "sms", "mfa"] == amr_of(app, ada)


def test_somebody_with_one_factor_is_offered_no_other(app: App) -> None:
    with_phone(app, totp=True)
    prefer(app.pool, sms=True)
    ada = signing_in(app)
    assert "Sign in another way" not in ada.text
    ada.follow("POST", ada.url, urllib.parse.urlencode({"_csrf": ada.cookies["XSRF-TOKEN"], "factor": "x"}).encode())
    assert "/mfa" == ada.path


def test_nobody_chooses_a_factor_that_is_not_offered(app: App, clock: FakeClock) -> None:
    signed_up(app.pool, phone_number=PHONE)
    token = sign_in(app.pool)["AccessToken"]
    set_mfa(app.pool, "OPTIONAL", sms=True, totp=True)
    registered(app.pool, clock, token)
    prefer(app.pool, sms=False, totp=False)
    ada = signing_in(app)
    form = {"_csrf": ada.cookies["XSRF-TOKEN"], "factor": "EMAIL_OTP"}
    ada.follow("POST", ada.url, urllib.parse.urlencode(form).encode())
    assert (400, "/mfaOption", "Please choose one.") == (ada.status, ada.path, ada.alert)


def test_a_sign_in_that_took_too_long_begins_anew(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    clock.advance(minutes=20)
    ada.submit(code=phone.code())
    assert ("/login", EXPIRED) == (ada.path, ada.alert)
    ada.follow("GET", ada.url)
    assert "" == ada.alert


def test_the_back_button_and_reloading_show_the_question_that_waits(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    there = ada.url
    for path in ("/password", "/choose", "/changePassword", "/passkey", "/mfaSetup"):
        ada.open(path)
        assert "/mfa" == ada.path
    ada.open("/login")
    assert "/login" == ada.path
    ada.follow("GET", there)
    ada.submit(code=phone.code())
    assert ada.code
    ada.follow("GET", there)
    assert ada.code


def test_the_form_of_another_tab_answers_nothing_that_it_did_not_ask(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    first_tab = ada.html
    ada.open("/login")
    ada.submit(username="ada", password=PASSWORD)
    second_tab = ada.html
    ada.html = first_tab
    ada.submit(code=phone.wrong_codes(1)[0])
    assert (200, "/mfa", "") == (ada.status, ada.path, ada.alert)
    ada.html = second_tab
    ada.submit(code=phone.code())
    assert ada.code


def test_what_waits_in_a_browser_is_good_for_its_own_client_and_pool_alone(app: App, clock: FakeClock) -> None:
    with_app(app, clock)
    ada = signing_in(app)
    stranger = Visitor(make_app(app.endpoint, domain="others"))
    stranger.open("/login")
    stranger.cookies["page-data"] = ada.cookies["page-data"]
    stranger.open("/mfa")
    assert "/login" == stranger.path
    for broken in ("", "x", ada.cookies["page-data"][:-4] + "AAAA"):
        ada.cookies["page-data"] = broken
        ada.open("/mfa")
        assert "/login" == ada.path


def test_what_waits_is_sealed_and_shows_neither_the_session_nor_the_key_of_an_app(app: App) -> None:
    signed_up(app.pool)
    set_mfa(app.pool, "ON", totp=True)
    ada = signing_in(app)
    secret = ada.document.xpath("//*[@id='secret-key']")[0].text_content().replace(" ", "")
    assert secret not in json.dumps(ada.cookies)
    assert "AYAB" not in ada.html
    assert len(ada.cookies["page-data"]) < 2000


def test_a_disabled_user_gets_no_further(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    app.endpoint.signed.admin_disable_user(UserPoolId=app.pool.id, Username="ada")
    ada.submit(code=phone.code())
    assert "/login" == ada.path
    assert "cognito" not in ada.cookies


def test_of_a_code_that_is_sent_twice_at_once_one_lets_in(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = signing_in(app)
    tabs = [another_tab(ada) for _ in range(4)]
    with ThreadPoolExecutor(len(tabs)) as threads:
        list(threads.map(lambda tab: tab.submit(code=phone.code()), tabs))
    arrived = [tab for tab in tabs if "cognito" in tab.cookies]
    assert 1 == len(arrived)
    assert arrived[0].code
    assert {"/login", "/callback"} == {tab.path for tab in tabs}


def test_managed_login_asks_in_the_same_way(app: App, clock: FakeClock) -> None:
    phone = with_app(app, clock)
    ada = at_login(managed(app))
    ada.submit(username="ada", password=PASSWORD)
    assert ada.document.xpath("//*[contains(@class, 'glyph-app')]")
    ada.submit(code=phone.code())
    assert ada.code


def test_what_the_pools_function_says_is_shown_where_the_sign_in_ends(in_process: InProcess, clock: FakeClock) -> None:
    functions = Functions()
    app = make_app(beside(in_process, triggers=functions.caller()), LambdaConfig=functions.config("PostAuthentication"))
    phone = with_app(app, clock)
    functions.fail("PostAuthentication_Authentication", "not <today>")
    ada = signing_in(app)
    ada.submit(code=phone.code())
    assert ("/login", "PostAuthentication failed with error not <today>.") == (ada.path, ada.alert)
    assert "cognito" not in ada.cookies


def test_what_the_pools_function_says_before_is_shown_on_the_page(in_process: InProcess) -> None:
    functions = Functions()
    app = make_app(beside(in_process, triggers=functions.caller()), LambdaConfig=functions.config("PreAuthentication"))
    signed_up(app.pool)
    functions.fail("PreAuthentication_Authentication", "not today")
    ada = signing_in(app)
    assert (400, "/login", "PreAuthentication failed with error not today.") == (ada.status, ada.path, ada.alert)
