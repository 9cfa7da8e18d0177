"""
Apps of a pool's OAuth endpoints, and browsers that are signed in without any page.

    app = make_app(in_process)                       # a pool with a domain, and a client with the code flow
    signed_up(app.pool)
    code = code_for(app, "ada", nonce="n-1")          # as the pages would send it to the app
    tokens = app.redeem(code).json                    # POST /oauth2/token

The application is called in process, by the Host of the domain.
"""

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cenote.flows.attempt import UNKNOWN
from cenote.flows.hosted import authorization, browser_sessions, client_options, codes
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.sites import Site, site_of
from cenote.flows.services import Services
from cenote.model.sign_in.names import Proof
from cenote.storage import users
from cenote.storage.database import Tx
from harness.in_process import InProcess, call
from harness.people import Pool, make_pool

CALLBACK = "https://app.example.com/callback"
LOGGED_OUT = "https://app.example.com/bye"
VERIFIER = "a-verifier-that-is-as-long-as-the-rfc-wants-it"
SCOPES = ("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin")
JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Reply:
    """An answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        document: dict[str, Any] = json.loads(self.body)
        return document

    @property
    def said(self) -> tuple[int, dict[str, Any]]:
        """Status and document."""
        return self.status, self.json


@dataclass(frozen=True)
class App:
    """A client of a pool's endpoints; *domain* is the pool's prefix."""

    endpoint: InProcess
    pool: Pool
    domain: str

    @property
    def services(self) -> Services:
        """The application's."""
        return self.endpoint.services

    @property
    def url(self) -> str:
        """Where the endpoints are."""
        return f"http://{self.domain}.auth.localhost:9329"

    @property
    def basic(self) -> dict[str, str]:
        """The header by which the client proves itself."""
        return basic(self.pool.client_id, self.pool.client_secret or "")

    def send(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """Any request to the domain."""
        return Reply(*call(self.endpoint.app, method, self.url + path, headers or {}, body))

    def post(
        self,
        path: str,
        form: Mapping[str, str] | Sequence[tuple[str, str]],
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """A form."""
        given = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.send("POST", path, given, urllib.parse.urlencode(form).encode())

    def token(self, grant_type: str, *, headers: Mapping[str, str] | None = None, **form: str) -> Reply:
        """
        POST /oauth2/token as this client, by Basic where it has a secret.

        *headers* stand in the place of that; a parameter that is empty is left out.
        """
        proof = self.basic if self.pool.client_secret else {}
        given = {"grant_type": grant_type, "client_id": self.pool.client_id, **form}
        return self.post("/oauth2/token", {k: v for k, v in given.items() if v}, proof if headers is None else headers)

    def redeem(self, code: str, *, headers: Mapping[str, str] | None = None, **form: str) -> Reply:
        """The authorization_code grant."""
        return self.token("authorization_code", headers=headers, **{"code": code, "redirect_uri": CALLBACK, **form})

    def refresh(self, refresh_token: str, *, headers: Mapping[str, str] | None = None, **form: str) -> Reply:
        """The refresh_token grant."""
        return self.token("refresh_token", headers=headers, **{"refresh_token": refresh_token, **form})

    def user_info(
        self, access_token: str, *, scheme: str = "Bearer", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """GET /oauth2/userInfo."""
        return self.send("GET", "/oauth2/userInfo", {"Authorization": f"{scheme} {access_token}", **(headers or {})})

    def sign_in(self, username: str = "ada", **asked: str) -> dict[str, Any]:
        """The tokens of a user who signs in at the pages."""
        status, tokens = self.redeem(code_for(self, username, **asked)).said
        assert status == 200, tokens
        return tokens

    def beside(self, endpoint: InProcess) -> "App":
        """The same client, at another application of the deployment."""
        return replace(self, endpoint=endpoint, pool=replace(self.pool, endpoint=endpoint))


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header of RFC 6749, section 2.3.1."""
    written = ":".join(urllib.parse.quote_plus(each) for each in (client_id, secret))
    return {"Authorization": "Basic " + base64.b64encode(written.encode()).decode()}


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def make_app(
    endpoint: InProcess, *, domain: str = "tests", client: Mapping[str, Any] | None = None, **pool: Any
) -> App:
    """A pool with a domain, and a public client of its endpoints; *client* are other members of CreateUserPoolClient."""
    made = make_pool(endpoint, client=oauth_client(**(client or {})), **pool)
    endpoint.signed.create_user_pool_domain(UserPoolId=made.id, Domain=domain)
    return App(endpoint, made, domain)


def another_app(app: App, **client: Any) -> App:
    """One more client of the app's pool; *client* are members of CreateUserPoolClient."""
    made = app.endpoint.signed.create_user_pool_client(
        UserPoolId=app.pool.id, ClientName="another", **oauth_client(**client)
    )["UserPoolClient"]
    return replace(app, pool=replace(app.pool, client_id=made["ClientId"], client_secret=made.get("ClientSecret")))


def oauth_client(**members: Any) -> dict[str, Any]:
    """Members of CreateUserPoolClient for a client of the endpoints, with the code flow unless others are given."""
    return {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": list(SCOPES),
        "CallbackURLs": [CALLBACK],
        "LogoutURLs": [LOGGED_OUT],
        "SupportedIdentityProviders": ["COGNITO"],
        **members,
    }


def make_machine(app: App, *, scopes: Iterable[str] = ("orders/read", "orders/write"), **client: Any) -> App:
    """A client of the app's pool with client_credentials, and the resource server whose scopes it has."""
    signed = app.endpoint.signed
    if not signed.list_resource_servers(UserPoolId=app.pool.id, MaxResults=1)["ResourceServers"]:
        named = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write", "burn")]
        signed.create_resource_server(UserPoolId=app.pool.id, Identifier="orders", Name="Orders", Scopes=named)
    wanted = {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": list(scopes), "GenerateSecret": True}
    machine = oauth_client(**(wanted | client))
    del machine["CallbackURLs"], machine["LogoutURLs"]
    made = signed.create_user_pool_client(UserPoolId=app.pool.id, ClientName="machine", **machine)["UserPoolClient"]
    return replace(app, pool=replace(app.pool, client_id=made["ClientId"], client_secret=made.get("ClientSecret")))


def switch_on(app: App, **options: Any) -> None:
    """Give the client options beyond Cognito: `switch_on(app, DPoP="ALLOWED")`."""
    client_options.replace(app.services, app.pool.id, app.pool.client_id, options)


def site_of_app(app: App) -> Site:
    """The app's domain, as the application finds it."""
    found = site_of(app.services, urllib.parse.urlsplit(app.url).netloc, "/", is_secure=False)
    assert found is not None, app.url
    return found[0]


def signed_in_browser(
    app: App,
    username: str = "ada",
    *,
    proofs: Sequence[Proof] = (Proof.PASSWORD,),
    level: int | None = None,
    provider: str | None = None,
) -> tuple[SignedIn, str]:
    """A user whose browser is signed in at the pages by *proofs*, and the browser's cookie; the client is the app's."""
    services, site = app.services, site_of_app(app)
    client = services.directory.require_client_of(app.pool.id, app.pool.client_id)
    sub = app.endpoint.signed.admin_get_user(UserPoolId=app.pool.id, Username=username)["UserAttributes"]
    [sub] = [attribute["Value"] for attribute in sub if attribute["Name"] == "sub"]
    with services.database.read() as tx:
        user = users.get(tx, app.pool.id, sub)
    assert user is not None
    made = browser_sessions.new(
        services, client, user, is_managed=site.is_managed, proofs=proofs, level=level, provider=provider
    )

    def work(tx: Tx) -> None:
        browser_sessions.keep(services, tx, client, made, UNKNOWN)

    services.database.write("sign browser in", work)
    return SignedIn(made.row, user), made.cookie


def code_for(app: App, username: str = "ada", who: SignedIn | None = None, **asked: str) -> str:
    """
    The code with which the pages would send *username*, or the browser *who*, back to the app.

    *asked* are parameters of the authorization request; one that is empty is left out.
    """
    services = app.services
    given = {"client_id": app.pool.client_id, "response_type": "code", "redirect_uri": CALLBACK, **asked}
    pairs = [(name, value) for name, value in given.items() if value]
    _, request = authorization.read(services, site_of_app(app), pairs)
    return codes.issue(services, request, who or signed_in_browser(app, username)[0])


def with_challenge(verifier: str = VERIFIER) -> dict[str, str]:
    """The parameters by which an authorization request binds its code to *verifier*."""
    return {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
