"""
A passkey made in Chromium signs in.

The page is an app's own, on http://localhost; it calls Cenote as the AWS SDK for JavaScript does, from another origin.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from harness.browser import VirtualAuthenticator, chromium, site
from harness.passkeys import configure, passkey_pool
from harness.people import Pool, sign_in, signed_up
from harness.server import Server
from harness.tokens import claims_of

pytestmark = pytest.mark.browser

APP = """
<!doctype html>
<title>An app</title>
<script>
  let cenote, client;

  async function call(operation, members) {
    const answer = await fetch(cenote, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(members),
    });
    const text = await answer.text();
    const document = text ? JSON.parse(text) : {};
    if (!answer.ok) throw new Error(`${document.__type}: ${document.message}`);
    return document;
  }

  async function register(token) {
    const started = await call("StartWebAuthnRegistration", { AccessToken: token });
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(started.CredentialCreationOptions);
    const made = await navigator.credentials.create({ publicKey: options });
    await call("CompleteWebAuthnRegistration", { AccessToken: token, Credential: made.toJSON() });
    return made.id;
  }

  async function signIn(username) {
    const asked = await call("InitiateAuth", {
      ClientId: client,
      AuthFlow: "USER_AUTH",
      AuthParameters: { USERNAME: username, PREFERRED_CHALLENGE: "WEB_AUTHN" },
    });
    const given = JSON.parse(asked.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(given);
    const proof = await navigator.credentials.get({ publicKey: options });
    const answer = await call("RespondToAuthChallenge", {
      ClientId: client,
      ChallengeName: asked.ChallengeName,
      Session: asked.Session,
      ChallengeResponses: { USERNAME: username, CREDENTIAL: JSON.stringify(proof.toJSON()) },
    });
    return answer.AuthenticationResult;
  }
</script>
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of this file."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def app_url() -> Iterator[str]:
    """Where the app is."""
    with site(APP) as url:
        yield url


@pytest.fixture
def pool(server: Server) -> Pool:
    """A pool that lets people in by passkeys of the app's own host."""
    made = passkey_pool(server, RelyingPartyId="localhost")
    signed_up(made)
    return made


@pytest.fixture
def page(browser: Browser, app_url: str, pool: Pool) -> Iterator[Page]:
    """The app, in a profile of its own."""
    with browser.new_context() as context:
        opened = context.new_page()
        opened.goto(app_url)
        opened.evaluate("([at, id]) => { cenote = at; client = id; }", [pool.endpoint.url + "/", pool.client_id])
        yield opened


def registered(page: Page, pool: Pool) -> str:
    """Register a passkey in the browser; its id."""
    made: str = page.evaluate("token => register(token)", sign_in(pool)["AccessToken"])
    return made


@pytest.mark.parametrize(("transport", "attachment"), [("internal", "platform"), ("usb", "cross-platform")])
def test_a_passkey_made_in_the_browser_signs_in(page: Page, pool: Pool, transport: str, attachment: str) -> None:
    device = VirtualAuthenticator(page, transport=transport)
    made = registered(page, pool)

    [kept] = device.credentials()
    assert ("localhost", True) == (kept["rpId"], kept["isResidentCredential"])
    tokens = page.evaluate("name => signIn(name)", "ada")
    assert "ada" == claims_of(tokens["AccessToken"])["username"]

    shown = pool.endpoint.anonymous.list_web_authn_credentials(AccessToken=tokens["AccessToken"])["Credentials"]
    assert [(made, "localhost", attachment, [transport])] == [
        (each["CredentialId"], each["RelyingPartyId"], each["AuthenticatorAttachment"], each["AuthenticatorTransports"])
        for each in shown
    ]
    assert page.evaluate("name => signIn(name)", "ada")["AccessToken"]


def test_a_browser_makes_no_second_passkey_on_the_same_authenticator(page: Page, pool: Pool) -> None:
    device = VirtualAuthenticator(page)
    registered(page, pool)
    refused = page.evaluate(
        "token => register(token).then(() => 'registered', error => error.name)", sign_in(pool)["AccessToken"]
    )
    assert "InvalidStateError" == refused
    assert 1 == len(device.credentials())


def test_a_user_whom_the_authenticator_does_not_recognise_is_refused_where_that_is_required(
    page: Page, pool: Pool
) -> None:
    device = VirtualAuthenticator(page)
    registered(page, pool)
    configure(pool, RelyingPartyId="localhost", UserVerification="required")
    assert page.evaluate("name => signIn(name)", "ada")["AccessToken"]
    device.set_user_verified(verified=False)
    refused = page.evaluate("name => signIn(name).then(() => 'signed in', error => error.name)", "ada")
    assert "NotAllowedError" == refused
