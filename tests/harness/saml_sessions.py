"""What a SAML provider of the tests says about the end of sessions."""

import base64
import zlib
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from cenote.federation.saml.names import SAMLP, SUCCESS
from harness import saml_idp, saml_pool
from harness.in_process import URL
from harness.saml_idp import add, keys, tag, written
from harness.saml_pool import BASE, SamlPool

HERE = f"{URL}{BASE}/saml2/logout"
ALGORITHM = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def message(corp: SamlPool, name: str, *, message_id: str, **attributes: str | None) -> Any:
    """A LogoutRequest or LogoutResponse without its contents."""
    root = etree.Element(tag(f"samlp:{name}"), nsmap={"samlp": SAMLP})
    values = {
        "ID": message_id,
        "Version": "2.0",
        "IssueInstant": written(corp.endpoint.clock.now_ms()),
        "Destination": HERE,
    }
    for key, value in {**values, **attributes}.items():
        if value is not None:
            root.set(key, value)
    add(root, "saml:Issuer", saml_pool.ENTITY)
    return root


def logout_response(corp: SamlPool, request_id: str, *, status: str = SUCCESS, **attributes: str | None) -> Any:
    """The provider's answer to a LogoutRequest."""
    root = message(corp, "LogoutResponse", message_id="_bye", InResponseTo=request_id, **attributes)
    add(add(root, "samlp:Status"), "samlp:StatusCode", Value=status)
    return root


def logout_request(
    corp: SamlPool,
    *,
    name: str = "wanda@example.com",
    sessions: tuple[str, ...] = ("_session",),
    message_id: str = "_end",
    **attributes: str | None,
) -> Any:
    """The provider's request to end sessions."""
    root = message(corp, "LogoutRequest", message_id=message_id, **attributes)
    add(root, "saml:NameID", name)
    for session in sessions:
        add(root, "samlp:SessionIndex", session)
    return root


def in_query(root: Any, name: str, relay_state: str | None = None, *, who: str | None = "idp") -> str:
    """A message as a redirect carries it; *who* signs."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = base64.b64encode(packer.compress(saml_idp.document(root)) + packer.flush()).decode()
    query = f"{name}={quote(packed, safe='')}"
    if relay_state is not None:
        query += f"&RelayState={quote(relay_state, safe='')}"
    if who is None:
        return query
    query += f"&SigAlg={quote(ALGORITHM, safe='')}"
    signature = keys(who)[0].sign(query.encode(), PKCS1v15(), SHA256())
    return f"{query}&Signature={quote(base64.b64encode(signature).decode(), safe='')}"


def out_of_query(location: str) -> Any:
    """The message in the address of a provider."""
    packed = saml_pool.asked_of(location).get("SAMLRequest") or saml_pool.asked_of(location)["SAMLResponse"]
    return etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
