"""
SAML 2.0 metadata of an identity provider, read strictly: what a service provider needs of it, and nothing else.

The XML comes from strangers. It has no document type (so no entities), nothing is fetched for it, libxml2's own bounds stay on, and it has
MAX_BYTES at most. Signatures in it are not verified: it is trusted because an administrator named it, or because https did.

Source: SAML 2.0 Metadata (saml-metadata-2.0-os), sections 2.3.2, 2.4.1.1 and 2.4.3.
"""

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass

from cenote.crypto.certificates import verify_certificate
from cenote.crypto.errors import CryptoError
from cenote.federation.errors import FederationError
from cenote.federation.saml.names import POST, REDIRECT, SAMLP
from cenote.federation.saml.xml import Element, parse_published

MAX_BYTES = 1024 * 1024
MAX_ENTITY_ID = 1024
_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_CERTIFICATE = ".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
_ENCODING = re.compile(r"""^(<\?xml\s[^>]{0,64}?)\s+encoding\s*=\s*["'][A-Za-z0-9._-]{1,40}["']""")


@dataclass(frozen=True, slots=True)
class SamlMetadata:
    """
    What an identity provider says of itself; addresses are None where it has no such binding.

    *certificates* sign its assertions, each DER in base64. *valid_until_ms*: it says itself that it is not to be used afterwards.
    """

    entity_id: str
    sso_redirect: str | None
    sso_post: str | None
    slo_redirect: str | None
    slo_post: str | None
    certificates: tuple[str, ...]
    wants_signed_requests: bool
    valid_until_ms: int | None = None


def bytes_of(text: str) -> bytes:
    """
    A document that was given as text, in UTF-8: whatever encoding it declares is that of a file that it no longer is.

    Raises:
        FederationError: it holds what no document can.
    """
    try:
        return _ENCODING.sub(r"\1", text.lstrip("\ufeff \t\r\n"), count=1).encode()
    except UnicodeEncodeError as error:
        raise FederationError("it is not well-formed XML", str(error)) from None


def parse(document: bytes, now: dt.datetime) -> SamlMetadata:
    """
    What *document* says, at the time *now*.

    Raises:
        FederationError: it is not metadata of one identity provider that we can use.
    """
    root = parse_published(document, max_bytes=MAX_BYTES)
    if root.tag != f"{_MD}EntityDescriptor":
        raise FederationError("its root is not an EntityDescriptor")
    entity_id = root.get("entityID", "")
    if not 0 < len(entity_id) <= MAX_ENTITY_ID:
        raise FederationError("it has no entityID")
    provider = _provider_of(root)
    ends = [until for each in (root, provider) if (until := _valid_until(each, now)) is not None]
    redirect, post = (_location(provider, "SingleSignOnService", binding) for binding in (REDIRECT, POST))
    if redirect is None and post is None:
        raise FederationError("it has no SingleSignOnService with the HTTP-Redirect or HTTP-POST binding")
    return SamlMetadata(
        entity_id=entity_id,
        sso_redirect=redirect,
        sso_post=post,
        slo_redirect=_location(provider, "SingleLogoutService", REDIRECT),
        slo_post=_location(provider, "SingleLogoutService", POST),
        certificates=_certificates_of(provider),
        wants_signed_requests=provider.get("WantAuthnRequestsSigned", "false") in {"true", "1"},
        valid_until_ms=min(ends, default=None),
    )


def _provider_of(root: Element) -> Element:
    for descriptor in root.findall(f"{_MD}IDPSSODescriptor"):
        if SAMLP in descriptor.get("protocolSupportEnumeration", "").split():
            return descriptor
    raise FederationError("it has no IDPSSODescriptor for SAML 2.0")


def _valid_until(element: Element, now: dt.datetime) -> int | None:
    written = element.get("validUntil")
    if written is None:
        return None
    try:
        until = dt.datetime.fromisoformat(written)
    except ValueError:
        raise FederationError("its validUntil is not a time") from None
    until = until.replace(tzinfo=until.tzinfo or dt.UTC)
    if until <= now:
        raise FederationError("it is past its validUntil")
    return int(until.timestamp() * 1000)


def _location(provider: Element, service: str, binding: str) -> str | None:
    for endpoint in provider.findall(f"{_MD}{service}"):
        if endpoint.get("Binding") == binding and endpoint.get("Location"):
            return str(endpoint.get("Location"))
    return None


def _certificates_of(provider: Element) -> tuple[str, ...]:
    found = [
        _certificate("".join((element.text or "").split()))
        for descriptor in provider.findall(f"{_MD}KeyDescriptor")
        if descriptor.get("use", "signing") == "signing"
        for element in descriptor.iterfind(_CERTIFICATE)
    ]
    if not found:
        raise FederationError("it has no signing certificate")
    return tuple(dict.fromkeys(found))


def _certificate(text: str) -> str:
    try:
        der = base64.b64decode(text, validate=True)
        verify_certificate(der)
    except (binascii.Error, ValueError, CryptoError) as error:
        raise FederationError("its signing certificate cannot be read", str(error)) from None
    return base64.b64encode(der).decode()
