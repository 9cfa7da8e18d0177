"""
An OpenID Connect provider on loopback that a test plays, well or badly.

What it does is in its fields, which a test changes: claims and header of the ID token, the key that signs, what is published, and what each
path answers. It remembers what it was asked. The social providers' endpoints are paths of it.
"""

import functools
import hashlib
import http.server
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from harness.clock import START
from harness.listening import listening

Key = RSAKey | ECKey | OctKey
CLIENT_ID = "client-at-the-provider"
CLIENT_SECRET = "a-secret-of-forty-characters-for-a-client"
ACCESS_TOKEN = "access-token-of-the-provider"
REDIRECT = (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


Answered = tuple[int, dict[str, str], bytes]


@dataclass
class OidcProvider:
    """
    What it answers. *forced* goes before everything by path: an answer, or a function that makes one of the request.

    *claims* and *header* are changes to what it would say, where None leaves a member out; *tokens* and *user_info* likewise.
    """

    url: str
    subject: str = "provider-subject-1"
    nonce: str | None = None
    key: Key = field(default_factory=lambda: rsa_key("one"))
    published: list[dict[str, Any]] = field(default_factory=lambda: [public(rsa_key("one"))])
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    user_info: dict[str, Any] = field(default_factory=dict)
    make_id_token: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    forced: dict[str, Answered | Callable[[Asked], Answered]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Its `iss`."""
        return self.url

    @property
    def details(self) -> dict[str, str]:
        """The ProviderDetails of a client of its, without the secret."""
        return {
            "client_id": CLIENT_ID,
            "authorize_scopes": "openid email",
            "oidc_issuer": self.url,
            "attributes_request_method": "GET",
            "attributes_url_add_attributes": "false",
            "authorize_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
            "attributes_url": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks.json",
        }

    def paths(self) -> list[str]:
        """Where it was asked, in order."""
        return [each.path for each in self.asked]

    def last(self, path: str) -> Asked:
        """The last request to *path*."""
        return next(each for each in reversed(self.asked) if each.path == path)

    def id_token(self) -> str:
        """An ID token for the sign-in with `nonce`."""
        now_s = int(START.timestamp())
        claims = changed(
            {
                "iss": self.issuer,
                "sub": self.subject,
                "aud": CLIENT_ID,
                "iat": now_s,
                "exp": now_s + 600,
                "nonce": self.nonce,
                "email": "mia@example.com",
                "email_verified": True,
            },
            self.claims,
        )
        header = changed({"alg": algorithm_of(self.key), "kid": self.key.get("kid")}, self.header)
        if self.make_id_token is not None:
            return self.make_id_token(header, claims)
        return signed(header, claims, self.key)

    def answer(self, asked: Asked) -> Answered:
        """What it answers."""
        forced = self.forced.get(asked.path)
        if forced is not None:
            return forced(asked) if callable(forced) else forced
        match asked.path:
            case "/.well-known/openid-configuration":
                return shown(self.discovery())
            case "/jwks.json":
                return shown({"keys": self.published})
            case "/token":
                response = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600}
                return shown(changed({**response, "id_token": self.id_token()}, self.tokens))
            case "/userinfo":
                return shown(changed({"sub": self.subject, "nickname": "Mia"}, self.user_info))
        return 404, {}, b"none"

    def discovery(self) -> dict[str, Any]:
        """Its discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks.json",
        }


def shown(document: Any, status: int = 200) -> Answered:
    """An answer of JSON."""
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()


def changed(said: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """*said* with *changes*, of which None leaves a member out."""
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def signed(header: dict[str, Any], claims: Mapping[str, Any], key: Key) -> str:
    """A token of *claims*, whatever is in it."""
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    registry.check_header = lambda _header: None  # type: ignore[method-assign]
    return jws.serialize_compact(header, json.dumps(claims).encode(), key, registry=registry)


def unsigned(header: dict[str, Any], claims: Mapping[str, Any], signature: str = "") -> str:
    """A token that nobody signed."""
    parts = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join([*parts, signature])


def at_hash(access_token: str, bits: int = 256) -> str:
    """The `at_hash` of *access_token*."""
    digest = hashlib.new(f"sha{bits}", access_token.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


@functools.cache
def rsa_key(kid: str, bits: int = 2048) -> RSAKey:
    """The RSA key of that name."""
    # Not by joserfc, which warns of the weak ones that some tests want.
    return RSAKey(generate_private_key(65537, bits), None, {"kid": kid})


@functools.cache
def ec_key(kid: str, curve: str = "P-256") -> ECKey:
    """The key of that name on a curve."""
    return ECKey.generate_key(curve, {"kid": kid}, private=True)


def algorithm_of(key: Key) -> str:
    """The first algorithm that goes with *key*."""
    if isinstance(key, ECKey):
        return {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[key.curve_name]
    return "RS256" if isinstance(key, RSAKey) else "HS256"


def public(key: Key, **changes: Any) -> dict[str, Any]:
    """*key* as a set of keys shows it."""
    return changed(key.as_dict(private=False), changes)


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """A provider at a free port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _reply(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), form, dict(self.headers))
            found.asked.append(asked)
            status, headers, answer = found.answer(asked)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever hangs up on a slow provider is no error."""

    server = Server(("127.0.0.1", 0), Handler)
    found = OidcProvider(f"http://localhost:{server.server_address[1]}")
    with listening(server):
        yield found
