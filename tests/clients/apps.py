"""Apps of a running server's pools, for OpenID Connect libraries: a pool with a domain, a client and a user who may sign in."""

from dataclasses import dataclass
from typing import Any

from harness.hosted import SCOPES, oauth_client
from harness.people import PASSWORD, attributes, make_pool
from harness.server import Server

CALLBACK = "http://localhost:3000/callback"
LOGGED_OUT = "http://localhost:3000/bye"
USER = "ada"


@dataclass(frozen=True)
class OidcApp:
    """A client with the code flow; *sub* is its pool's user, whose password is PASSWORD."""

    server: Server
    pool_id: str
    client_id: str
    client_secret: str | None
    domain: str
    sub: str
    callback: str
    logged_out: str

    @property
    def issuer(self) -> str:
        """Where the library finds everything else."""
        return f"{self.server.url}/{self.pool_id}"

    @property
    def domain_url(self) -> str:
        """Where the endpoints are, for clients that are told."""
        return f"{self.server.url}/_cenote/domains/{self.domain}"

    @property
    def scope(self) -> str:
        """All scopes of the client."""
        return " ".join(SCOPES)

    @property
    def known(self) -> dict[str, str | None]:
        """What a library is told."""
        return {
            "issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": self.callback,
            "post_logout_redirect_uri": self.logged_out,
            "scope": self.scope,
        }


def make_oidc_app(server: Server, *, callback: str = CALLBACK, logged_out: str = LOGGED_OUT, **client: Any) -> OidcApp:
    """A pool of the server's with a domain of its own; *client* are members of CreateUserPoolClient."""
    wanted = oauth_client(CallbackURLs=[callback], LogoutURLs=[logged_out], **client)
    pool = make_pool(server, client=wanted)
    domain = f"app-{pool.id.rpartition('_')[2].lower()}"
    server.signed.create_user_pool_domain(UserPoolId=pool.id, Domain=domain)
    sub = _signed_up(server, pool.id)
    return OidcApp(server, pool.id, pool.client_id, pool.client_secret, domain, sub, callback, logged_out)


def _signed_up(server: Server, pool_id: str) -> str:
    """The sub of a user that an administrator has made, for clients without a way to sign up."""
    given = attributes(email=f"{USER}@example.com", email_verified="true")
    made = server.signed.admin_create_user(
        UserPoolId=pool_id, Username=USER, UserAttributes=given, MessageAction="SUPPRESS"
    )["User"]
    server.signed.admin_set_user_password(UserPoolId=pool_id, Username=USER, Password=PASSWORD, Permanent=True)
    [sub] = [attribute["Value"] for attribute in made["Attributes"] if attribute["Name"] == "sub"]
    return str(sub)
