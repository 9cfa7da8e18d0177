"""People sign in at the hosted pages in Chromium: with a passkey made there, and with a password and an app where no script runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.authenticator_app import AuthenticatorApp
from harness.browser import VirtualAuthenticator, chromium, site
from harness.clock import FakeClock
from harness.hosted import oauth_client
from harness.pages import BOTH_FLOWS
from harness.people import PASSWORD, Pool, make_pool, signed_up
from harness.server import Server
from harness.sign_ins import set_mfa

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Hosted:
    """A pool whose pages are managed login, and the app's request to them."""

    pool: Pool
    url: str
    callback: str

    def page(self, path: str, **asked: str) -> str:
        """The address of a page, with the app's request."""
        query = {
            "client_id": self.pool.client_id,
            "response_type": "code",
            "redirect_uri": self.callback,
            "state": "s",
            **asked,
        }
        return f"{self.url}{path}?{urlencode(query)}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of this file."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    """Where the app is."""
    with site("<!doctype html><title>An app</title>") as url:
        yield url


@pytest.fixture
def hosted(server: Server, callback: str) -> Hosted:
    """A pool where passwords and passkeys let in, and somebody signed up."""
    made = hosted_pool(server, callback, "PASSWORD", "WEB_AUTHN")
    host = urlsplit(made.url).hostname
    server.signed.set_user_pool_mfa_config(
        UserPoolId=made.pool.id, MfaConfiguration="OFF", WebAuthnConfiguration={"RelyingPartyId": host}
    )
    return made


def hosted_pool(server: Server, callback: str, *factors: str) -> Hosted:
    """A pool with a domain below localhost, where *factors* let in, and somebody signed up."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}
    client = oauth_client(CallbackURLs=[callback], LogoutURLs=[callback])
    pool = make_pool(server, flows=BOTH_FLOWS, client=client, Policies=policy)
    domain = f"pages-{pool.id.rpartition('_')[2].lower()}"
    server.signed.create_user_pool_domain(UserPoolId=pool.id, Domain=domain, ManagedLoginVersion=2)
    server.signed.create_managed_login_branding(
        UserPoolId=pool.id, ClientId=pool.client_id, UseCognitoProvidedValues=True
    )
    signed_up(pool)
    return Hosted(pool, f"http://{domain}.auth.localhost:{server.port}", callback)


def arrived(page: Page, hosted: Hosted) -> str:
    """The code with which the browser came to the app."""
    page.wait_for_url(f"{hosted.callback}?**")
    told = parse_qs(urlsplit(page.url).query)
    assert ["s"] == told["state"]
    return told["code"][0]


def give_name(page: Page, hosted: Hosted, **asked: str) -> None:
    page.goto(hosted.page("/login", **asked))
    page.get_by_label("Username").fill("ada")
    page.get_by_role("button", name="Next").click()


def give_password(page: Page) -> None:
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def give_both(page: Page) -> None:
    page.get_by_label("Username").fill("ada")
    give_password(page)


def test_somebody_makes_a_passkey_after_their_password_and_signs_in_with_it(browser: Browser, hosted: Hosted) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None
        )
        device = VirtualAuthenticator(page)
        give_name(page, hosted)
        give_password(page)
        expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
        page.get_by_role("button", name="Create a passkey").click()
        first = arrived(page, hosted)
        assert 1 == len(device.credentials())

        give_name(page, hosted, prompt="login")
        page.get_by_role("button", name="Passkey").click()
        assert first != arrived(page, hosted)
        assert [] == complaints


def test_who_turns_a_passkey_down_may_sign_in_another_way(browser: Browser, hosted: Hosted) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        VirtualAuthenticator(page)
        give_name(page, hosted)
        give_password(page)
        page.get_by_role("button", name="Create a passkey").click()
        arrived(page, hosted)
    with browser.new_context() as context:
        # An authenticator that does not hold the passkey.
        page = context.new_page()
        VirtualAuthenticator(page)
        give_name(page, hosted)
        page.get_by_role("button", name="Passkey").click()
        expect(page.get_by_text("The passkey could not be used.")).to_be_visible()
        page.get_by_role("button", name="Sign in another way").click()
        page.get_by_role("button", name="Password").click()
        give_password(page)
        arrived(page, hosted)


def test_without_scripts_a_password_and_an_app_let_in(browser: Browser, server: Server, callback: str) -> None:
    hosted = hosted_pool(server, callback, "PASSWORD")
    set_mfa(hosted.pool, "ON", totp=True)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(hosted.page("/oauth2/authorize"))
        give_both(page)
        expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
        secret = page.locator("#secret-key").inner_text().replace(" ", "")
        phone = AuthenticatorApp(secret, FakeClock(datetime.now(UTC)))
        page.get_by_label("Code", exact=True).fill(phone.code())
        page.get_by_role("button", name="Continue").click()
        first = arrived(page, hosted)

        page.goto(hosted.page("/oauth2/authorize", prompt="login"))
        give_both(page)
        expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
        page.get_by_label("Code", exact=True).fill(phone.code(late_s=30))
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert first != arrived(page, hosted)


def test_without_scripts_a_passkey_is_explained_and_there_are_other_ways(browser: Browser, hosted: Hosted) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        VirtualAuthenticator(page)
        give_name(page, hosted)
        give_password(page)
        page.get_by_role("button", name="Create a passkey").click()
        arrived(page, hosted)
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        give_name(page, hosted)
        page.get_by_role("button", name="Passkey").click()
        expect(page.get_by_text("Passkeys need scripts")).to_be_visible()
        expect(page.get_by_role("button", name="Use your passkey")).to_be_hidden()
        page.get_by_role("button", name="Sign in another way").click()
        page.get_by_role("button", name="Password").click()
        give_password(page)
        arrived(page, hosted)
