"""The pages beside signing in, on a pool of each shape of names: devices, errors, other providers; and the classic look."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from risky import AWAY, FIREFOX, FLOWS, events, sign_in_from

from browser.conftest import Opens
from harness.hosted_shapes import SHAPES, TWO_SHAPES, HostedPool, Shape
from harness.people import PASSWORD
from harness.saml_pool import SSO, metadata
from harness.sign_ins import prefer, set_mfa
from harness.tokens import claims_of

pytestmark = pytest.mark.browser

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CONNECT = "Connect a device"
ERROR = "An error was encountered with the requested page."
NOTICE = {"Subject": "A sign-in", "HtmlBody": "<p>Was it you?</p>", "TextBody": "{one-click-link-invalid}"}
LEVEL = {"Notify": True, "EventAction": "NO_ACTION"}
RISK = {
    "NotifyConfiguration": {
        "From": "security@example.com",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
        "NoActionEmail": NOTICE,
    },
    "Actions": {"LowAction": LEVEL, "MediumAction": LEVEL, "HighAction": LEVEL},
}
CSS = """
.submitButton-customizable { background-color: #7a1f5c; border-radius: 2px; font-weight: bold; }
.submitButton-customizable:hover { background-color: #5c1745; }
.banner-customizable { padding: 25px 0; background-color: #f1e4ec; }
.label-customizable { font-weight: 400; }
"""

_NAME = """(() => {
  const at = document.activeElement;
  return (at.labels?.[0]?.innerText ?? at.ariaLabel ?? at.innerText).split(/\\s+/).join(" ").trim();
})()"""


@pytest.fixture(params=TWO_SHAPES, ids=lambda shape: shape.id)
def shape(request: pytest.FixtureRequest) -> Shape:
    """Two of the shapes."""
    found: Shape = request.param
    return found


def test_somebody_lets_a_device_in(hosted: HostedPool, opens: Opens) -> None:
    hosted.allow_devices()
    ada, guest = hosted.somebody(), opens(hosted)
    begun = hosted.ask("/oauth2/device_authorization", client_id=hosted.pool.client_id, scope="openid")
    refused = hosted.ask("/oauth2/device_authorization", client_id=hosted.pool.client_id, scope="openid")
    guest.page.goto(f"{hosted.url}/device?lang={guest.language}")
    guest.at(CONNECT)
    guest.type(user_code="BBBB-BBBB")
    guest.press("Continue")
    guest.at(CONNECT, alert="No device is waiting under this code. Check it, or let your device show a new one.")
    guest.type(user_code=begun["user_code"].lower())
    guest.press("Continue")
    guest.at("Sign in")
    guest.type(username=ada.name, password=PASSWORD)
    guest.press("Sign in")
    guest.at("Let this device sign in?")
    named = {"username": ada.username, "aliases": ada.username}.get(hosted.shape.id, ada.email)
    expect(guest.page.locator(".description")).to_contain_text(begun["user_code"])
    expect(guest.page.locator(".description")).to_contain_text(named)
    guest.press("Allow")
    guest.at(CONNECT, notice="Your device is signed in. You can close this page.")
    waiting = {"client_id": hosted.pool.client_id, "device_code": begun["device_code"]}
    tokens = hosted.ask("/oauth2/token", grant_type=DEVICE_GRANT, **waiting)
    assert ada.email == claims_of(tokens["id_token"])["email"]

    guest.page.goto(refused["verification_uri_complete"])
    guest.at("Let this device sign in?")
    guest.press("Deny")
    guest.at(CONNECT, notice="The device was not let in. You can close this page.")


def test_errors_say_what_to_do(hosted: HostedPool, opens: Opens) -> None:
    guest = opens(hosted)
    mismatch = "The app wants you to be sent to an address that is not registered. Please contact its administrator."
    guest.page.goto(
        f"{hosted.url}/error?error=redirect_mismatch&client_id={hosted.pool.client_id}&lang={guest.language}"
    )
    guest.at(ERROR, alert=f"{guest.say(mismatch)} (redirect_mismatch)")
    guest.open("/oauth2/authorize", redirect_uri="https://elsewhere.example.com/")
    guest.at(ERROR, alert=f"{guest.say(mismatch)} (redirect_mismatch)")
    guest.open("/login", client_id="nobody")
    unknown = guest.say("The app is not known here. Please contact its administrator.")
    guest.at(ERROR, alert=f"{unknown} (Client does not exist.)")
    guest.open("/login")
    guest.page.context.clear_cookies(name="XSRF-TOKEN")
    guest.type(username=hosted.newcomer().name, password=PASSWORD)
    guest.press("Sign in")
    expired = "This form has expired, or cookies are turned off in your browser. Please go back and try again."
    guest.at(ERROR, alert=f"{guest.say(expired)} (invalid_form)")
    assert guest.page.url.startswith(f"{hosted.url}/error?")
    # A worn-out link of a mail.
    guest.page.goto(f"{hosted.url}/confirmUser?client_id={hosted.pool.client_id}&user_name=x&confirmation_code=1")
    worn_out = "This link is not valid any more. If you have confirmed your account already, you can sign in."
    guest.at("Confirm your account", alert=worn_out)


def test_somebody_comes_from_another_pool(
    walked_pools: dict[str, HostedPool], hosted: HostedPool, opens: Opens
) -> None:
    home = next(pool for pool in walked_pools.values() if pool is not hosted)
    signed = hosted.server.signed
    ada = home.somebody(given_name="Ada")
    # http is for this very machine alone, and so its names below localhost are no redirect URIs.
    callback = f"{hosted.url_by_path}/oauth2/idpresponse"
    client_id = home.another_client(CallbackURLs=[callback], GenerateSecret=True)
    known = signed.describe_user_pool_client(UserPoolId=home.pool.id, ClientId=client_id)["UserPoolClient"]
    signed.create_identity_provider(
        UserPoolId=hosted.pool.id,
        ProviderName="Corp",
        ProviderType="OIDC",
        ProviderDetails={
            "attributes_request_method": "GET",
            "authorize_scopes": "openid email profile",
            "oidc_issuer": f"{hosted.server.url}/{home.pool.id}",
            "client_id": client_id,
            "client_secret": known["ClientSecret"],
        },
        AttributeMapping={"email": "email", "given_name": "given_name"},
        IdpIdentifiers=["corp.example.com"],
    )
    mine = hosted.another_client(SupportedIdentityProviders=["COGNITO", "Corp"])
    guest = opens(hosted, client_id=mine)
    address = hosted.page("/oauth2/authorize", client_id=mine, lang=guest.language)
    guest.page.goto(address.replace(hosted.url, hosted.url_by_path))
    guest.at("Sign in")
    with guest.page.expect_navigation():
        guest.page.locator("[data-provider=Corp]").click()
    # The other pool's page is in the language that the browser accepts.
    expect(guest.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert hosted.url_by_path not in guest.page.url
    guest.type(username=ada.name, password=PASSWORD)
    guest.page.locator("button[type=submit]:not([formaction])").click()
    claims = claims_of(guest.arrived()["id_token"])
    assert ("Corp", "Ada") == (claims["identities"][0]["providerName"], claims["given_name"])


def test_somebody_is_sent_to_a_provider_by_a_form(walked_pools: dict[str, HostedPool], opens: Opens) -> None:
    pool = walked_pools["aliases"]
    pool.server.signed.create_identity_provider(
        UserPoolId=pool.pool.id,
        ProviderName="Saml",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": metadata(sso="POST")},
    )
    mine = pool.another_client(SupportedIdentityProviders=["Saml"])
    for has_scripts in (True, False):
        guest = opens(pool, client_id=mine)
        guest.page.route(f"{SSO}**", lambda route: route.fulfill(body="The provider"))
        if not has_scripts:
            guest.page.route("**/_static/*.js*", lambda route: route.abort())
        guest.open("/oauth2/authorize")
        if not has_scripts:
            guest.at("Continue to sign in")
            guest.press("Continue")
        guest.page.wait_for_url(SSO)
        assert "The provider" == guest.page.locator("body").inner_text()


def test_the_reader_of_a_notice_says_that_it_was_not_they(walked_pools: dict[str, HostedPool], opens: Opens) -> None:
    like = walked_pools["email-or-phone"]
    members = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
    made = HostedPool(like.server, like.shape, like.callback, members)
    mine = replace(made.pool, client_id=made.another_client(ExplicitAuthFlows=FLOWS))
    made.server.signed.set_risk_configuration(UserPoolId=mine.id, AccountTakeoverRiskConfiguration=RISK)
    ada = made.somebody().name
    sign_in_from(mine, username=ada)
    sign_in_from(mine, AWAY, FIREFOX, username=ada)
    [link] = re.findall(r"http://[^\s)]+", made.server.messages(pool=mine.id)[0]["body"])
    guest = opens(made)
    guest.page.goto(f"{link}&lang={guest.language}")
    guest.at("Was this you?")
    guest.press("No, it was not me")
    guest.at("Thank you", notice="We have noted that it was not you. Please change your password in the app now.")
    assert ["Invalid"] == [
        each["EventFeedback"]["FeedbackValue"] for each in events(mine, ada) if "EventFeedback" in each
    ]


@pytest.fixture
def classic(walked_pools: dict[str, HostedPool]) -> HostedPool:
    """A pool of user names with the classic pages, and a style of its own."""
    like = walked_pools["username"]
    made = HostedPool(like.server, SHAPES[0], like.callback, is_managed=False)
    made.server.signed.set_ui_customization(UserPoolId=made.pool.id, CSS=CSS)
    return made


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_classic_pages_lead_in_as_well(classic: HostedPool, opens: Opens, *, has_scripts: bool) -> None:
    ada, guest = classic.newcomer(), opens(classic, has_scripts=has_scripts)
    guest.open("/oauth2/authorize")
    guest.at("Sign in")
    style = "getComputedStyle(document.querySelector('.submitButton-customizable')).backgroundColor"
    assert "rgb(122, 31, 92)" == guest.page.evaluate(style)
    guest.follow("Sign up")
    guest.at("Sign up")
    guest.type(username=ada.name, attribute__given_name="Ada", attribute__email=ada.email, password="short")
    guest.press("Sign up")
    guest.at("Sign up", alert="Please check the fields below.")
    guest.type(password=PASSWORD)
    guest.press("Sign up")
    guest.at("Confirm your account")
    guest.type(code=classic.code())
    guest.press("Confirm account")
    assert "Ada" == claims_of(guest.arrived()["id_token"])["given_name"]

    guest.open("/logout", logout_uri="", redirect_uri=classic.callback)
    guest.at("Sign in")
    guest.follow("Forgot your password?")
    guest.at("Forgot your password?")
    guest.type(username=ada.name)
    guest.press("Send the code")
    guest.at("Reset your password")
    guest.type(code=classic.code(), password="Another-Horse-8", confirmPassword="Another-Horse-8")
    guest.press("Change password")
    guest.at("Sign in", notice="Your password has been changed. You can sign in now.")

    set_mfa(classic.pool, "OPTIONAL", sms=True, totp=True)
    mia = classic.somebody()
    prefer(classic.pool, mia.username, sms=True)
    guest.type(username=mia.name, password=PASSWORD)
    guest.press("Sign in")
    guest.at("Enter your code")
    guest.type(code=classic.code())
    guest.press("Sign in")
    assert ["pwd", "sms", "mfa"] == claims_of(guest.arrived()["id_token"])["amr"]
    guest.open("/login", redirect_uri="https://elsewhere.example.com/")
    guest.at(
        ERROR,
        alert="The app wants you to be sent to an address that is not registered. Please contact its administrator. (redirect_mismatch)",
    )


def test_somebody_signs_in_by_the_keyboard_alone(walked_pools: dict[str, HostedPool], opens: Opens) -> None:
    pool = walked_pools["aliases"]
    pool.offer_second_factors()
    ada, guest = pool.somebody(), opens(pool)
    prefer(pool.pool, ada.username, sms=False, email=False)
    keys = guest.page.keyboard
    guest.open("/oauth2/authorize")
    guest.at("Sign in")

    def presses(key: str) -> None:
        with guest.page.expect_navigation():
            keys.press(key)

    keys.type(ada.name)
    tab_to(guest.page, "Password")
    keys.type("Wrong-Horse-7")
    presses("Enter")
    guest.at("Sign in", alert="Incorrect username or password.")
    tab_to(guest.page, "Password")
    keys.type(PASSWORD)
    tab_to(guest.page, "Sign in")
    presses("Enter")
    guest.at("Choose your second factor")
    tab_to(guest.page, "Email Get a code by email.")
    presses("Space")
    guest.at("Enter your code")
    keys.type(pool.code())
    tab_to(guest.page, "Don't ask on this device again")
    keys.press("Space")
    tab_to(guest.page, "Sign in")
    presses("Enter")
    assert ["pwd", "email_otp", "mfa"] == claims_of(guest.arrived()["id_token"])["amr"]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on the control of this name, and can be seen there."""
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(_NAME) == name:
            # What shows where the keyboard is.
            assert "none" != page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            return
    raise AssertionError(f"Tab does not lead to {name}")
