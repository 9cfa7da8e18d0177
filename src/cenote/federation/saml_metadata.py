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
from typing import Any

from lxml import etree

from cenote.crypto.certificates import verify_certificate
from cenote.crypto.errors import CryptoError
from cenote.federation.errors import FederationError

MAX_BYTES = 1024 * 1024
MAX_ENTITY_ID = 1024
_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_CERTIFICATE = ".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
_PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_ENCODING = re.compile(r"""^(<\?xml\s[^>]{0,64}?)\s+encoding\s*=\s*["'][A-Za-z0-9._-]{1,40}["']""")
_DOCTYPE = re.compile(rb"<!\s*DOCTYPE", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SamlMetadata:
    """
    What an identity provider says of itself; addresses are None where it has no such binding.

    *certificates* sign its assertions, each DER in base64.
    """

    entity_id: str
    sso_redirect: str | None
    sso_post: str | None
    slo_redirect: str | None
    slo_post: str | None
    certificates: tuple[str, ...]
    wants_signed_requests: bool


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
    root = _root_of(document)
    if root.tag != f"{_MD}EntityDescriptor":
        raise FederationError("its root is not an EntityDescriptor")
    entity_id = root.get("entityID", "")
    if not 0 < len(entity_id) <= MAX_ENTITY_ID:
        raise FederationError("it has no entityID")
    _verify_time(root, now)
    provider = _provider_of(root)
    _verify_time(provider, now)
    redirect, post = (_location(provider, "SingleSignOnService", binding) for binding in (_REDIRECT, _POST))
    if redirect is None and post is None:
        raise FederationError("it has no SingleSignOnService with the HTTP-Redirect or HTTP-POST binding")
    return SamlMetadata(
        entity_id=entity_id,
        sso_redirect=redirect,
        sso_post=post,
        slo_redirect=_location(provider, "SingleLogoutService", _REDIRECT),
        slo_post=_location(provider, "SingleLogoutService", _POST),
        certificates=_certificates_of(provider),
        wants_signed_requests=provider.get("WantAuthnRequestsSigned", "false") in {"true", "1"},
    )


def _root_of(document: bytes) -> Any:  # noqa: ANN401 - an element of lxml, whose types name none
    if len(document) > MAX_BYTES:
        raise FederationError(f"it has more than {MAX_BYTES} bytes")
    # Before the parser, which would read a DTD to its end, and after it, whatever encoding hid the words.
    if _DOCTYPE.search(document.replace(b"\0", b"")):
        raise FederationError("it has a document type")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Any = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise FederationError("it is not well-formed XML", str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise FederationError("it has a document type")
    return root


def _provider_of(root: Any) -> Any:  # noqa: ANN401 - see _root_of
    for descriptor in root.findall(f"{_MD}IDPSSODescriptor"):
        if _PROTOCOL in descriptor.get("protocolSupportEnumeration", "").split():
            return descriptor
    raise FederationError("it has no IDPSSODescriptor for SAML 2.0")


def _verify_time(element: Any, now: dt.datetime) -> None:  # noqa: ANN401 - see _root_of
    written = element.get("validUntil")
    if written is None:
        return
    try:
        until = dt.datetime.fromisoformat(written)
    except ValueError:
        raise FederationError("its validUntil is not a time") from None
    if until.replace(tzinfo=until.tzinfo or dt.UTC) <= now:
        raise FederationError("it is past its validUntil")


def _location(provider: Any, service: str, binding: str) -> str | None:  # noqa: ANN401 - see _root_of
    for endpoint in provider.findall(f"{_MD}{service}"):
        if endpoint.get("Binding") == binding and endpoint.get("Location"):
            return str(endpoint.get("Location"))
    return None


def _certificates_of(provider: Any) -> tuple[str, ...]:  # noqa: ANN401 - see _root_of
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
