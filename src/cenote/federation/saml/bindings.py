"""
How messages travel through the browser: deflated in a query (HTTP-Redirect), or in a form (HTTP-POST).

A redirect is signed over the octets of its query as they stand, a form's message by a signature in its XML.

Source: SAML 2.0 Bindings (saml-bindings-2.0-os), sections 3.4.4 and 3.5.4.
"""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_plus

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from cenote.federation.errors import FederationError
from cenote.federation.saml.signatures import INVALID, SignatureRefusedError, private_key_of
from cenote.federation.saml.xml import Element, bytes_of_element

REQUEST, RESPONSE = "SAMLRequest", "SAMLResponse"
MAX_CHARS = 100_000
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
RSA_SHA256 = f"{_MORE}rsa-sha256"
_HASHES = {"sha256": SHA256(), "sha384": SHA384(), "sha512": SHA512()}
_RSA = {f"{_MORE}rsa-{name}": made for name, made in _HASHES.items()}
_ECDSA = {f"{_MORE}ecdsa-{name}": made for name, made in _HASHES.items()}
_RAW = -zlib.MAX_WBITS
_KNOWN = (REQUEST, RESPONSE, "RelayState", "SigAlg", "Signature")


@dataclass(frozen=True, slots=True)
class Sending:
    """Where a browser is sent: by a redirect to *url*, or where there are *fields*, by a form that posts them there."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Redirected:
    """A message out of a query, with what its signature is over; *signature* is None where there is none."""

    document: bytes
    relay_state: str | None
    signed: bytes
    algorithm: str
    signature: bytes | None


def by_redirect(url: str, name: str, message: Element, relay_state: str | None, key_der: bytes | None) -> Sending:
    """Send *message* as the parameter *name*, signed by RSA-SHA256 with *key_der* (PKCS #8) if there is one."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    deflated = deflater.compress(bytes_of_element(message)) + deflater.flush()
    given = [(name, base64.b64encode(deflated).decode())]
    if relay_state is not None:
        given.append(("RelayState", relay_state))
    if key_der is not None:
        given.append(("SigAlg", RSA_SHA256))
    query = "&".join(f"{key}={quote(value, safe='')}" for key, value in given)
    if key_der is not None:
        signature = private_key_of(key_der).sign(query.encode(), PKCS1v15(), SHA256())
        query += f"&Signature={quote(base64.b64encode(signature).decode(), safe='')}"
    return Sending(f"{url}{'&' if '?' in url else '?'}{query}")


def by_post(url: str, name: str, message: Element, relay_state: str | None) -> Sending:
    """Send *message*, which is signed in itself if at all, as the field *name* of a form."""
    fields = {name: base64.b64encode(bytes_of_element(message)).decode()}
    return Sending(url, fields if relay_state is None else {**fields, "RelayState": relay_state})


def from_post(text: str) -> bytes:
    """
    The message in a form's field.

    Raises:
        FederationError: it is too long, or not base64.
    """
    if len(text) > MAX_CHARS:
        raise FederationError(f"it has more than {MAX_CHARS} characters")
    return _from_base64(text)


def from_redirect(query: str, name: str) -> Redirected:
    """
    The message that is the parameter *name* of a raw query.

    Raises:
        FederationError: there is none, a parameter occurs twice, or it is not what the binding makes of a message.
    """
    if len(query) > MAX_CHARS:
        raise FederationError(f"it has more than {MAX_CHARS} characters")
    raw = _raw_parameters(query)
    if name not in raw:
        raise FederationError(f"it has no {name}")
    signed = "&".join(f"{each}={raw[each]}" for each in (name, "RelayState", "SigAlg") if each in raw)
    return Redirected(
        document=_inflated(_from_base64(unquote_plus(raw[name]))),
        relay_state=unquote_plus(raw["RelayState"]) if "RelayState" in raw else None,
        signed=signed.encode(),
        algorithm=unquote_plus(raw.get("SigAlg", "")),
        signature=_from_base64(unquote_plus(raw["Signature"])) if "Signature" in raw else None,
    )


def verify_query(redirected: Redirected, certificates: Iterable[str]) -> None:
    """
    Accept a query that one of the *certificates* (DER in base64) signed.

    Raises:
        SignatureRefusedError: it is not signed, or by none of them, or in another way than SAML signs.
    """
    if redirected.signature is None:
        raise SignatureRefusedError("it is not signed")
    if redirected.algorithm not in _RSA.keys() | _ECDSA.keys():
        raise SignatureRefusedError("its signature algorithm is not accepted", redirected.algorithm[:128])
    for certificate in certificates:
        if _is_signed_by(redirected, redirected.signature, certificate):
            return
    raise SignatureRefusedError(INVALID)


def _is_signed_by(redirected: Redirected, signature: bytes, certificate: str) -> bool:
    algorithm = redirected.algorithm
    try:
        key = x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
        if isinstance(key, RSAPublicKey) and algorithm in _RSA:
            key.verify(signature, redirected.signed, PKCS1v15(), _RSA[algorithm])
            return True
        if isinstance(key, EllipticCurvePublicKey) and algorithm in _ECDSA:
            half = len(signature) // 2
            numbers = (int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
            key.verify(encode_dss_signature(*numbers), redirected.signed, ECDSA(_ECDSA[algorithm]))
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


def _raw_parameters(query: str) -> dict[str, str]:
    raw: dict[str, str] = {}
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if key in _KNOWN:
            if key in raw:
                raise FederationError(f"it has {key} twice")
            raw[key] = value
    return raw


def _from_base64(text: str) -> bytes:
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise FederationError("it is not base64", str(error)) from None
    if not decoded:
        raise FederationError("it is empty")
    return decoded


def _inflated(deflated: bytes) -> bytes:
    inflater = zlib.decompressobj(_RAW)
    try:
        document = inflater.decompress(deflated, MAX_CHARS + 1)
    except zlib.error as error:
        raise FederationError("it is not deflated", str(error)) from None
    if len(document) > MAX_CHARS or not inflater.eof:
        raise FederationError(f"it is incomplete, or has more than {MAX_CHARS} bytes")
    return document
