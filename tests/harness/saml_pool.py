"""A pool with a domain, an app and a SAML provider that the tests play, and a browser that goes between them."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from harness import people, saml_idp
from harness.in_process import URL, InProcess
from harness.saml_idp import Plan

BASE = "/_cenote/domains/corp-people"
CALLBACK = "https://app.example.com/callback"
GOODBYE = "https://app.example.com/goodbye"
PROVIDER = "Corp"
ENTITY = Plan().issuer
SSO, SLO = "https://idp.example.com/sso", "https://idp.example.com/slo"
_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def metadata(
    *, key: str = "idp", sso: str = "Redirect", slo: str | None = "Redirect", entity: str = ENTITY, **attributes: str
) -> str:
    """What the provider publishes."""
    own = "".join(f' {name}="{value}"' for name, value in attributes.items())
    out = "" if slo is None else f'<SingleLogoutService Binding="{_BINDING}{slo}" Location="{SLO}"/>'
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}"{own}>'
        f'<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
        f"<X509Certificate>{saml_idp.der_of(saml_idp.keys(key)[1])}</X509Certificate></X509Data></KeyInfo>"
        f'</KeyDescriptor>{out}<SingleSignOnService Binding="{_BINDING}{sso}" Location="{SSO}"/>'
        f"</IDPSSODescriptor></EntityDescriptor>"
    )


def asked_of(location: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@dataclass
class Answer:
    """What the pool answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        """Where the browser is sent."""
        return self.headers["location"]

    @property
    def asked(self) -> dict[str, str]:
        """The query of where the browser is sent."""
        return asked_of(self.location)


@dataclass
class Browser:
    """Somebody's browser, at the pool's domain."""

    endpoint: InProcess
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, location: str) -> Answer:
        """Go where *location* leads."""
        path = location.removeprefix(URL)
        return self._ask("GET", path if path.startswith(BASE) else BASE + path, self.cookies, b"")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form from another site: without cookies."""
        return self._ask("POST", BASE + path, {}, urlencode(fields).encode())

    def _ask(self, method: str, path: str, cookies: dict[str, str], body: bytes) -> Answer:
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
        answer = Answer(*self.endpoint.request(method, path, headers=headers | FORM, body=body))
        if "set-cookie" in answer.headers:
            name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@dataclass
class SamlPool:
    """The pool, and what the provider needs to know of it."""

    endpoint: InProcess
    id: str
    client_id: str

    @property
    def plan(self) -> Plan:
        """A response for this pool, now, that answers nothing."""
        return Plan(
            acs=f"{URL}{BASE}/saml2/idpresponse",
            entity_id=f"urn:amazon:cognito:sp:{self.id}",
            request_id=None,
            now_ms=self.endpoint.clock.now_ms(),
        )

    @property
    def browser(self) -> Browser:
        """A new browser."""
        return Browser(self.endpoint)

    def authorize(self, browser: Browser, **asked: str) -> Answer:
        """The app sends somebody to sign in."""
        query = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid",
            "state": "of the app",
            **asked,
        }
        return browser.get(f"/oauth2/authorize?{urlencode(query)}")

    def leaves(self, browser: Browser) -> str:
        """The app signs a browser out; where it goes."""
        return browser.get(f"/logout?{urlencode({'client_id': self.client_id, 'logout_uri': GOODBYE})}").location

    def change(self, **details: str | None) -> None:
        """Change details of the provider; None takes one away."""
        present = self.described()["ProviderDetails"]
        wanted = {name: value for name, value in {**present, **details}.items() if value is not None}
        self.endpoint.signed.update_identity_provider(UserPoolId=self.id, ProviderName=PROVIDER, ProviderDetails=wanted)

    def described(self) -> dict[str, Any]:
        """The provider, as it is shown."""
        answer = self.endpoint.signed.describe_identity_provider(UserPoolId=self.id, ProviderName=PROVIDER)
        found: dict[str, Any] = answer["IdentityProvider"]
        return found

    def posted(self, browser: Browser, root: Any, relay_state: str) -> Answer:
        """The provider's page sends a response, and the browser goes on as long as it stays at the pool."""
        answer = browser.post("/saml2/idpresponse", {"SAMLResponse": saml_idp.encoded(root), "RelayState": relay_state})
        while "saml2/idpresponse?" in answer.headers.get("location", ""):
            answer = browser.get(answer.location)
        return answer


def make(endpoint: InProcess, **details: str) -> SamlPool:
    """A pool whose app has the SAML provider alone; *details* are more of the provider's."""
    client = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
        "CallbackURLs": [CALLBACK],
        "LogoutURLs": [GOODBYE],
    }
    pool = people.make_pool(endpoint, client=client)
    endpoint.signed.create_user_pool_domain(UserPoolId=pool.id, Domain="corp-people")
    given = details if "MetadataURL" in details else {"MetadataFile": metadata(), **details}
    endpoint.signed.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName=PROVIDER,
        ProviderType="SAML",
        ProviderDetails=given,
        AttributeMapping={"email": "mail"},
    )
    endpoint.signed.update_user_pool_client(
        UserPoolId=pool.id, ClientId=pool.client_id, SupportedIdentityProviders=[PROVIDER], **client
    )
    return SamlPool(endpoint, pool.id, pool.client_id)
