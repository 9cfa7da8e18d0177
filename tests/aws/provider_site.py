"""Identity providers for tests: a small web server on loopback, certificates and SAML metadata."""

import base64
import functools
import http.server
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cenote.crypto import certificates, jwt
from harness.clock import START
from harness.listening import listening

ENTITY = "https://idp.example.com/entity"
SSO = "https://idp.example.com/sso"
SLO = "https://idp.example.com/slo"
_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"


@dataclass
class Site:
    """What it answers by path: status, headers and body. It remembers the requests."""

    url: str
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def serve(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Answer *path* with *body* from now on; its URL."""
        self.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        return self.url + path

    def discovery(self, **changed: Any) -> dict[str, Any]:
        """Serve a discovery document; what it says."""
        document = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks.json",
        } | changed
        self.serve("/.well-known/openid-configuration", json.dumps(document).encode())
        return document


@contextmanager
def site() -> Iterator[Site]:
    """A site at a free port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, dict(self.headers)))
            status, headers, body = found.pages.get(self.path, (404, {}, b"none"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Site(f"http://localhost:{server.server_address[1]}")
    with listening(server):
        yield found


@functools.cache
def certificate() -> str:
    """A certificate as metadata carries it: DER in base64."""
    at_ms = int(START.timestamp() * 1000)
    return base64.b64encode(certificates.self_signed(jwt.new_signing_key(), "idp", at_ms)).decode()


def saml_metadata(
    *, entity: str = ENTITY, bindings: tuple[str, ...] = ("Redirect", "POST"), inside: str = "", attributes: str = ""
) -> str:
    """The metadata of an identity provider; *inside* is more of its IDPSSODescriptor, *attributes* of its root."""
    sign_on = "".join(f'<SingleSignOnService Binding="{_BINDING}{name}" Location="{SSO}"/>' for name in bindings)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}" {attributes}>'
        f'<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
        f"<X509Certificate>\n{certificate()}\n</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        f'<SingleLogoutService Binding="{_BINDING}Redirect" Location="{SLO}"/>{inside}{sign_on}'
        f"</IDPSSODescriptor></EntityDescriptor>"
    )
