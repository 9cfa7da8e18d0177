"""A pool behind a domain whose people come from an OpenID Connect provider, and a browser that does what each test says."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from harness import people
from harness.in_process import InProcess, call
from harness.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider

APP = "https://app.example.com/callback"
SITE = "http://corp.auth.localhost:9329"
OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "CallbackURLs": [APP],
}


@dataclass(frozen=True)
class Reply:
    """What a page answered; *query* is that of the location."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        """Where it sends the browser, without the query."""
        return urlsplit(self.headers["location"])._replace(query="").geturl()

    @property
    def query(self) -> dict[str, str]:
        """What it sends along."""
        return dict(parse_qsl(urlsplit(self.headers["location"]).query, keep_blank_values=True))


@dataclass
class Corp:
    """A pool with the provider Corp, which is *op*, and one browser."""

    endpoint: InProcess
    op: OidcProvider
    pool: people.Pool
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, site: str = SITE, **query: str) -> Reply:
        """Let the browser GET a path."""
        return self._ask("GET", f"{site}{path}?{urlencode(query)}" if query else site + path)

    def post_from_elsewhere(self, path: str, **form: str) -> Reply:
        """Let another site's form be posted; no cookie of ours goes along."""
        kept, self.cookies = self.cookies, {}
        try:
            return self._ask("POST", SITE + path, urlencode(form).encode())
        finally:
            self.cookies = kept

    def depart(self, provider: str = "Corp", **query: str) -> Reply:
        """Let the app send the browser to the provider."""
        asked = {"client_id": self.pool.client_id, "response_type": "code", "redirect_uri": APP, "state": "the-app's"}
        reply = self.get("/oauth2/authorize", **asked, identity_provider=provider, **query)
        self.op.nonce = reply.query.get("nonce")
        return reply

    def come_back(self, state: str, **query: str) -> Reply:
        """Let the provider send the browser back."""
        return self.get("/oauth2/idpresponse", **({"code": "code-1"} | query), state=state)

    def signed_in(self) -> Reply:
        """Go there and back."""
        return self.come_back(self.depart().query["state"])

    def users(self) -> list[dict[str, str]]:
        """The pool's users: their attributes, and their names as `Username`."""
        found = self.endpoint.signed.list_users(UserPoolId=self.pool.id)["Users"]
        return [
            {"Username": user["Username"], "UserStatus": user["UserStatus"]}
            | {each["Name"]: each["Value"] for each in user["Attributes"]}
            for user in found
        ]

    def _ask(self, method: str, url: str, body: bytes = b"") -> Reply:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, answered, content = call(self.endpoint.app, method, url, headers, body)
        for morsel in SimpleCookie(answered.get("set-cookie", "")).values():
            self.cookies[morsel.key] = morsel.value
        return Reply(status, answered, content)


def corp(endpoint: InProcess, op: OidcProvider, *, domain: str = "corp", **pool: Any) -> Corp:
    """The pool behind *domain*, whose one client lets people in from Corp."""
    made = people.make_pool(endpoint, **pool)
    endpoint.signed.create_user_pool_domain(UserPoolId=made.id, Domain=domain)
    details = {name: value for name, value in op.details.items() if not name.endswith(("_url", "_uri"))}
    endpoint.signed.create_identity_provider(
        UserPoolId=made.id,
        ProviderName="Corp",
        ProviderType="OIDC",
        ProviderDetails={**details, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
        AttributeMapping={"email": "email", "name": "nickname"},
    )
    allow(endpoint, made, "Corp")
    return Corp(endpoint, op, made)


def allow(endpoint: InProcess, pool: people.Pool, *providers: str) -> None:
    """Let the pool's client use *providers* alone."""
    endpoint.signed.update_user_pool_client(
        UserPoolId=pool.id, ClientId=pool.client_id, SupportedIdentityProviders=list(providers), **OAUTH
    )
