"""Every page of the factors, walked in Chromium on pools of two shapes of names, in their languages, with and without scripts."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from browser.conftest import Opens
from harness.authenticator_app import AuthenticatorApp
from harness.browser import VirtualAuthenticator
from harness.clock import FakeClock
from harness.guest import Guest
from harness.hosted_shapes import TWO_SHAPES, WITHOUT_PHONES, HostedPool, Person, Shape
from harness.people import PASSWORD
from harness.sign_ins import prefer, set_mfa
from harness.tokens import claims_of

pytestmark = pytest.mark.browser

NEW_CODE = "A new code has been sent."
WRONG_CODE = "The code is not correct. Please check it and try again."


@pytest.fixture(params=TWO_SHAPES, ids=lambda shape: shape.id)
def shape(request: pytest.FixtureRequest) -> Shape:
    """Two of the shapes."""
    found: Shape = request.param
    return found


@pytest.fixture
def choosing(hosted: HostedPool) -> HostedPool:
    """The pool of the shape, where second factors and passkeys are set up."""
    hosted.offer_second_factors()
    return hosted


def gives_name(guest: Guest, person: Person, **asked: str) -> None:
    guest.open("/login", **asked)
    guest.at("Sign in")
    guest.type(username=person.name)
    guest.press("Next")


def gives_password(guest: Guest) -> None:
    guest.at("Enter your password")
    guest.type(password=PASSWORD)
    guest.press("Sign in")


def test_somebody_signs_in_by_a_code_that_is_sent(choosing: HostedPool, opens: Opens) -> None:
    ada, guest = choosing.somebody(), opens(choosing, client_id=choosing.choosing)
    gives_name(guest, ada)
    guest.at("Choose how to sign in")
    guest.choose("Get a code by email.")
    guest.at("Enter your code")
    guest.type(code="000000")
    guest.press("Sign in")
    guest.at("Enter your code", alert=WRONG_CODE)
    guest.press("Sign in another way")
    guest.at("Choose how to sign in")
    guest.choose("Get a code by text message.")
    guest.at("Enter your code")
    guest.press("Send a new code")
    guest.at("Enter your code", notice=NEW_CODE)
    guest.type(code=choosing.code())
    guest.press("Sign in")
    assert ["sms"] == claims_of(guest.arrived()["id_token"])["amr"]

    gives_name(guest, ada, prompt="login")
    guest.choose("Get a code by email.")
    guest.type(code=choosing.code())
    guest.press("Sign in")
    assert ["email_otp"] == claims_of(guest.arrived()["id_token"])["amr"]


def test_somebody_chooses_their_second_factor_and_is_remembered(choosing: HostedPool, opens: Opens) -> None:
    ada, guest = choosing.somebody(), opens(choosing)
    prefer(choosing.pool, ada.username, sms=False, email=False)
    guest.signs_in(ada.name, PASSWORD)
    guest.at("Choose your second factor")
    guest.choose("Get a code by email.")
    guest.at("Enter your code")
    guest.press("Sign in another way")
    guest.at("Choose your second factor")
    guest.choose("Get a code by text message.")
    guest.at("Enter your code")
    guest.page.get_by_label(guest.say("Don't ask on this device again")).check()
    guest.type(code=choosing.code())
    guest.press("Sign in")
    assert ["pwd", "sms", "mfa"] == claims_of(guest.arrived()["id_token"])["amr"]
    guest.signs_in(ada.name, PASSWORD, prompt="login")
    assert guest.arrived()


@pytest.fixture(scope="module")
def strict_pools() -> dict[str, HostedPool]:
    """The pools of `strict` so far, by their shapes."""
    return {}


@pytest.fixture
def strict(hosted: HostedPool, strict_pools: dict[str, HostedPool]) -> HostedPool:
    """A pool of the shape where everybody needs a second factor."""
    if hosted.shape.id not in strict_pools:
        made = HostedPool(hosted.server, hosted.shape, hosted.callback, WITHOUT_PHONES)
        set_mfa(made.pool, "ON", totp=True, email=has_choice(made))
        strict_pools[hosted.shape.id] = made
    return strict_pools[hosted.shape.id]


def has_choice(pool: HostedPool) -> bool:
    """Whether people have no address that codes are sent to, and so set up one or an app."""
    return pool.shape.id != "email"


def without_address(pool: HostedPool) -> str:
    """What somebody types to sign in whose e-mail address is unknown, unless it is their name."""
    if not has_choice(pool):
        return pool.somebody().name
    return pool.somebody(email="").username


def test_somebody_sets_up_an_app(strict: HostedPool, opens: Opens) -> None:
    guest, ada = opens(strict), without_address(strict)
    guest.signs_in(ada, PASSWORD)
    if has_choice(strict):
        guest.at("Set up a second factor")
        guest.choose("Email")
        guest.at("Set up codes by email")
        guest.follow("Choose something else")
        guest.at("Set up a second factor")
        guest.choose("Authenticator app")
    guest.at("Set up an authenticator app")
    expect(guest.page.get_by_role("img", name=guest.say("QR code for your authenticator app"))).to_be_visible()
    secret = guest.page.locator("#secret-key").inner_text().replace(" ", "")
    app = AuthenticatorApp(secret, FakeClock(datetime.now(UTC)))
    guest.type(code=app.wrong_codes(1)[0], device_name="Pixel")
    guest.press("Continue")
    guest.at("Set up an authenticator app", alert=WRONG_CODE)
    guest.type(code=app.code())
    guest.press("Continue")
    assert guest.arrived()
    guest.signs_in(ada, PASSWORD, prompt="login")
    guest.at("Enter your code")
    guest.type(code=app.code(late_s=30))
    guest.press("Sign in")
    assert ["pwd", "otp", "mfa"] == claims_of(guest.arrived()["id_token"])["amr"]


def test_somebody_sets_up_an_address(strict: HostedPool, opens: Opens) -> None:
    if not has_choice(strict):
        set_mfa(strict.pool, "ON", totp=True, email=True)
    guest, mia = opens(strict), without_address(strict)
    guest.signs_in(mia, PASSWORD)
    if has_choice(strict):
        guest.choose("Email")
        guest.type(email="mia@example.com")
        guest.press("Send code")
    guest.at("Enter your code")
    guest.press("Send a new code")
    guest.at("Enter your code", notice=NEW_CODE)
    guest.type(code=strict.code())
    guest.press("Sign in")
    assert ["pwd", "email_otp", "mfa"] == claims_of(guest.arrived()["id_token"])["amr"]


def test_somebody_adds_a_passkey_and_signs_in_by_it(choosing: HostedPool, opens: Opens) -> None:
    ada, guest = choosing.somebody(), opens(choosing, client_id=choosing.choosing, has_scripts=True, passkeys=True)
    device = VirtualAuthenticator(guest.page)
    gives_name(guest, ada)
    guest.choose("Enter your password.")
    gives_password(guest)
    guest.at("Add a passkey")
    guest.press("Not now")
    assert guest.arrived()
    assert [] == device.credentials()

    guest.open("/passkeys/add", response_type="", state="")
    guest.at("Add a passkey")
    guest.press("Create a passkey")
    guest.at("Passkey added", notice="You can sign in with your passkey from now on.")
    guest.follow("Continue")
    assert choosing.callback == guest.page.url
    gives_name(guest, ada, prompt="login")
    guest.at("Choose how to sign in")
    guest.page.get_by_role("button", name=guest.say("Passkey")).click()
    assert guest.arrived()
    [kept] = device.credentials()
    assert choosing.host == kept["rpId"]

    # A browser that runs no scripts cannot, nor one that blocks ours, and says so.
    plain = opens(choosing, client_id=choosing.choosing)
    plain.page.route("**/_static/*.js*", lambda route: route.abort())
    gives_name(plain, ada)
    plain.choose("Passkey")
    plain.at(
        "Sign in with a passkey",
        notice="Passkeys need scripts, which your browser does not run here. Please sign in another way.",
    )
    plain.press("Sign in another way")
    plain.at("Choose how to sign in")
    plain.choose("Enter your password.")
    gives_password(plain)
    assert plain.arrived()
    plain.open("/passkeys/add")
    plain.at("Add a passkey", notice="Passkeys need scripts, which your browser does not run here.")
