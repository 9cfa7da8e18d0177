"""
XML signatures: made with our key, and verified with the keys of the provider's metadata alone.

A signature is a child of what it signs and refers to that very element by its ID. Its form is judged element by element before a key
touches it, and algorithms are those of the lists below. KeyInfo is never read. The dates of a certificate are not asked after: it is a way
to carry a key, which metadata makes good.

Source: SAML 2.0 Core (saml-core-2.0-os), section 5.4; SAML V2.0 Metadata Interoperability Profile, section 2.6.1.
"""

import base64
import binascii
import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from cenote.federation.errors import FederationError
from cenote.federation.saml.names import DS, ENVELOPED, EXCLUSIVE, INCLUSIVE, SIGNATURE
from cenote.federation.saml.xml import Element, id_of, strict_parser

# What a sign-in says whose signature does not hold, whatever the reason.
INVALID = "its signature is invalid"
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
# Without comments in a document, canonical forms with and without comments are one.
_CANONICAL = frozenset({EXCLUSIVE, f"{EXCLUSIVE}WithComments", *INCLUSIVE})
_MAX_PREFIXES = 512
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]{1,8192}")
_SIGNATURE_PARTS = (("SignedInfo", "SignatureValue"), ("SignedInfo", "SignatureValue", "KeyInfo"))
_SIGNED_INFO = ("CanonicalizationMethod", "SignatureMethod", "Reference")
_REFERENCE = ("Transforms", "DigestMethod", "DigestValue")


class SignatureRefusedError(FederationError):
    """A signature that is missing, has a form that is not taken, or does not hold."""


def verify(element: Element, certificates: Iterable[str]) -> Element:
    """
    The element that the signature in *element* is of, parsed anew from what was digested; the signature itself is not in it.

    *certificates* are DER in base64; one of their keys must have signed.

    Raises:
        SignatureRefusedError: it is not signed, or not as SAML signs, or by nobody of them.
    """
    signature = signature_of(element)
    if signature is None:
        raise SignatureRefusedError("it is not signed")
    _verify_form(signature, id_of(element))
    reasons = []
    for certificate in certificates:
        try:
            return _verified(element, x509.load_der_x509_certificate(base64.b64decode(certificate)))
        except (SignXMLException, etree.LxmlError, UnsupportedAlgorithm, ValueError) as error:
            reasons.append(f"{type(error).__name__}: {error}")
    raise SignatureRefusedError(INVALID, f"{INVALID}: {'; '.join(reasons)}")


def signature_of(element: Element) -> Element | None:
    """
    The signature right in *element*, if there is one.

    Raises:
        SignatureRefusedError: there are several.
    """
    found = element.findall(SIGNATURE)
    if len(found) > 1:
        raise SignatureRefusedError("an element has several signatures")
    return found[0] if found else None


def sign(element: Element, key_der: bytes, certificate: bytes) -> Element:
    """*element* signed with the RSA key *key_der* (PKCS #8) by RSA-SHA256, the signature right behind its issuer as the schema has it."""
    place = element.makeelement(SIGNATURE, {"Id": "placeholder"}, {"ds": DS})
    element.insert(1, place)
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    key = private_key_of(key_der)
    cert = x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM).decode()
    signed: Element = signer.sign(element, key=key, cert=cert, reference_uri=f"#{id_of(element)}", id_attribute="ID")
    return signed


def private_key_of(key_der: bytes) -> RSAPrivateKey:
    """Our own key out of PKCS #8, as it was sealed: to validate it anew would cost more than to sign."""
    key = load_der_private_key(key_der, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("SAML messages are signed and opened with RSA keys")
    return key


def _verified(element: Element, certificate: x509.Certificate) -> Element:
    result = XMLVerifier().verify(
        element,
        x509_cert=certificate,
        parser=strict_parser(keeps_comments=True, encoding="utf-8"),
        id_attribute="ID",
        validate_schema=False,
        expect_config=SignatureConfiguration(
            location="./",
            expect_references=1,
            signature_methods=METHODS,
            digest_algorithms=DIGESTS,
            ignore_ambiguous_key_info=True,
            verification_time=certificate.not_valid_before_utc,
        ),
    )
    signed = result.signed_xml if not isinstance(result, list) else None
    if signed is None or (signed.tag, signed.get("ID")) != (element.tag, element.get("ID")):
        raise ValueError("it is of another element")
    return signed


def _verify_form(signature: Element, identifier: str) -> None:
    if _names(signature) not in _SIGNATURE_PARTS:
        raise SignatureRefusedError("its signature has unexpected parts")
    signed_info = signature[0]
    if _names(signed_info) != _SIGNED_INFO:
        raise SignatureRefusedError("its signature has not exactly one reference")
    canonicalization, method, reference = signed_info
    _verify_canonical(canonicalization)
    _verify_choice(method, frozenset(each.value for each in METHODS), "signature algorithm")
    if _names(reference) != _REFERENCE:
        raise SignatureRefusedError("the reference of its signature has unexpected parts")
    if reference.get("URI") != f"#{identifier}":
        raise SignatureRefusedError("its signature is of another element")
    transforms, digest, digest_value = reference
    _verify_transforms(transforms)
    _verify_choice(digest, frozenset(each.value for each in DIGESTS), "digest algorithm")
    for value in (digest_value, signature[1]):
        _verify_base64(value)


def _verify_transforms(transforms: Element) -> None:
    if _names(transforms) not in (("Transform",), ("Transform", "Transform")):
        raise SignatureRefusedError("its signature has unexpected transforms")
    first, *others = transforms
    if first.get("Algorithm") != ENVELOPED or len(first):
        raise SignatureRefusedError("its signature has unexpected transforms")
    for other in others:
        _verify_canonical(other)


def _verify_canonical(element: Element) -> None:
    """An algorithm of canonicalization, with at most a short list of prefixes, which cost before the signature is known to hold."""
    if element.get("Algorithm") not in _CANONICAL:
        raise SignatureRefusedError("its signature has unexpected transforms")
    for child in element:
        prefixes = child.get("PrefixList", "")
        if child.tag != f"{{{EXCLUSIVE}}}InclusiveNamespaces" or len(child) or not 0 < len(prefixes) <= _MAX_PREFIXES:
            raise SignatureRefusedError("its signature has unexpected transforms")
    if len(element) > 1:
        raise SignatureRefusedError("its signature has unexpected transforms")


def _verify_choice(element: Element, allowed: frozenset[str], what: str) -> None:
    if element.get("Algorithm") not in allowed or len(element):
        raise SignatureRefusedError(f"its {what} is not accepted", f"{what} {element.get('Algorithm', '')[:128]}")


def _verify_base64(element: Element) -> None:
    text = element.text or ""
    if len(element) or not _BASE64.fullmatch(text):
        raise SignatureRefusedError("its signature is not base64")
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        raise SignatureRefusedError("its signature is not base64") from None


def _names(element: Element) -> tuple[str, ...]:
    """The names of the children, which are XML Signature's."""
    prefix = f"{{{DS}}}"
    return tuple(str(child.tag).removeprefix(prefix) for child in element)
