"""
A SAML identity provider of the tests: it signs and encrypts for real, and lets a test change the document before or after.

    Idp ─► response(plan) : an element tree, not signed ─► sign ─► encrypt ─► sign ─► encoded, as a browser posts it
"""

import base64
import copy
import datetime as dt
import functools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from cenote.federation.saml.names import BEARER, DS, SAML, SAMLP, SUCCESS, XENC, XENC11
from harness.clock import START

NAMES = {"saml": SAML, "samlp": SAMLP, "ds": DS, "xenc": XENC}
NOW_MS = int(START.timestamp() * 1000)
ENTITY = "urn:amazon:cognito:sp:us-east-1_Ab12Cd34E"
ACS = "https://corp.auth.example.com/saml2/idpresponse"
REQUEST_ID = "_request"
PASSWORD_CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"


def keys(name: str, kind: str = "rsa") -> tuple[Any, x509.Certificate]:
    """A key and its certificate by the name of who has it."""
    return _made(name, kind)


@functools.cache
def _made(name: str, kind: str) -> tuple[Any, x509.Certificate]:
    key: Any = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(START - dt.timedelta(days=1))
        .not_valid_after(START + dt.timedelta(days=365))
        .sign(key, SHA256())
    )
    return key, made


def der_of(certificate: x509.Certificate) -> str:
    """A certificate as metadata carries it."""
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


@dataclass(frozen=True)
class Plan:
    """What a response says; the defaults are what a service provider wants to hear."""

    issuer: str = "https://idp.example.com/entity"
    acs: str = ACS
    entity_id: str = ENTITY
    request_id: str | None = REQUEST_ID
    now_ms: int = NOW_MS
    name_id: str = "wanda@example.com"
    name_format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    session_index: str | None = "_session"
    attributes: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"mail": ["wanda@example.com"]})
    status: str = SUCCESS
    response_id: str = "_response"
    assertion_id: str = "_assertion"
    lifetime_ms: int = 300_000
    changes: Callable[[Any], None] = lambda _root: None

    def but(self, **changes: Any) -> "Plan":
        """The same with some of it changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Signing:
    """With what, and how, an element is signed."""

    who: str = "idp"
    kind: str = "rsa"
    method: SignatureMethod = SignatureMethod.RSA_SHA256
    digest: DigestAlgorithm = DigestAlgorithm.SHA256
    c14n: CanonicalizationMethod = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
    key: Any = None


def written(at_ms: int) -> str:
    """A time as SAML writes it."""
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tag(name: str) -> str:
    """`saml:Assertion` as lxml names it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMES[prefix]}}}{local}"


def add(parent: Any, name: str, text: str | None = None, **attributes: str | None) -> Any:
    """A new child of *parent*."""
    child = etree.SubElement(parent, tag(name), nsmap={"saml": SAML} if name.startswith("saml:") else None)
    child.text = text
    for key, value in attributes.items():
        if value is not None:
            child.set(key, value)
    return child


def one(root: Any, name: str) -> Any:
    """The first element of that name at or below *root*."""
    return next(root.iter(tag(name)))


def response(plan: Plan) -> Any:
    """A response that nobody has signed."""
    root = etree.Element(tag("samlp:Response"), nsmap={"samlp": SAMLP})
    for key, value in (
        ("ID", plan.response_id),
        ("Version", "2.0"),
        ("IssueInstant", written(plan.now_ms)),
        ("Destination", plan.acs),
        ("InResponseTo", plan.request_id),
    ):
        if value is not None:
            root.set(key, value)
    add(root, "saml:Issuer", plan.issuer)
    add(add(root, "samlp:Status"), "samlp:StatusCode", Value=plan.status)
    root.append(assertion(plan))
    plan.changes(root)
    return root


def assertion(plan: Plan) -> Any:
    """An assertion that nobody has signed."""
    root = etree.Element(tag("saml:Assertion"), nsmap={"saml": SAML})
    for key, value in (("ID", plan.assertion_id), ("Version", "2.0"), ("IssueInstant", written(plan.now_ms))):
        root.set(key, value)
    add(root, "saml:Issuer", plan.issuer)
    subject = add(root, "saml:Subject")
    add(subject, "saml:NameID", plan.name_id, Format=plan.name_format)
    ends = written(plan.now_ms + plan.lifetime_ms)
    confirmation = add(subject, "saml:SubjectConfirmation", Method=BEARER)
    add(
        confirmation,
        "saml:SubjectConfirmationData",
        NotOnOrAfter=ends,
        Recipient=plan.acs,
        InResponseTo=plan.request_id,
    )
    conditions = add(root, "saml:Conditions", NotBefore=written(plan.now_ms), NotOnOrAfter=ends)
    add(add(conditions, "saml:AudienceRestriction"), "saml:Audience", plan.entity_id)
    statement = add(
        root,
        "saml:AuthnStatement",
        AuthnInstant=written(plan.now_ms),
        SessionIndex=plan.session_index,
        SessionNotOnOrAfter=written(plan.now_ms + 3_600_000),
    )
    add(add(statement, "saml:AuthnContext"), "saml:AuthnContextClassRef", PASSWORD_CONTEXT)
    if plan.attributes:
        said = add(root, "saml:AttributeStatement")
        for name, values in plan.attributes.items():
            attribute = add(said, "saml:Attribute", Name=name)
            for value in values:
                add(attribute, "saml:AttributeValue", value)
    return root


class _AnyAlgorithm(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """Sign by whatever a test wants."""


def sign(element: Any, signing: Signing | None = None) -> Any:
    """*element*, signed where SAML has the signature: in the tree that it is in, or as a tree of its own."""
    how = signing or Signing()
    key, certificate = keys(how.who, how.kind)
    element.insert(1, etree.Element(tag("ds:Signature"), {"Id": "placeholder"}, {"ds": DS}))
    signer = _AnyAlgorithm(SignatureConstructionMethod.enveloped, how.method, how.digest, how.c14n)
    options: dict[str, Any] = {} if how.key is not None else {"cert": [certificate]}
    reference = f"#{element.get('ID')}"
    signed = signer.sign(element, key=how.key or key, reference_uri=reference, id_attribute="ID", **options)
    parent = element.getparent()
    if parent is not None:
        parent.replace(element, signed)
    return signed


def encrypt(element: Any, certificate: x509.Certificate, *, mode: str = "aes256-gcm", transport: str = "oaep") -> None:
    """Put *element*, an assertion in a response, into an EncryptedAssertion for *certificate*."""
    plain = etree.tostring(copy.deepcopy(element), with_tail=False)
    parent = element.getparent()
    encrypted = etree.Element(tag("saml:EncryptedAssertion"), nsmap={"saml": SAML, "xenc": XENC, "ds": DS})
    parent.replace(element, encrypted)
    fill_encrypted(encrypted, plain, certificate, mode=mode, transport=transport)


def fill_encrypted(
    encrypted: Any, plain: bytes, certificate: x509.Certificate, *, mode: str = "aes256-gcm", transport: str = "oaep"
) -> None:
    """Encrypt *plain* into an EncryptedAssertion."""
    key = os.urandom(int(mode[3:6]) // 8)
    data = add(encrypted, "xenc:EncryptedData", Type=f"{XENC}Element")
    space = XENC11 if mode.endswith("gcm") else XENC
    add(data, "xenc:EncryptionMethod", Algorithm=f"{space}{mode}")
    carried = add(add(data, "ds:KeyInfo"), "xenc:EncryptedKey")
    wrapped = _wrapped(carried, key, certificate, transport)
    _cipher_value(carried, wrapped)
    _cipher_value(data, _gcm(key, plain) if mode.endswith("gcm") else _cbc(key, plain))


def _wrapped(carried: Any, key: bytes, certificate: x509.Certificate, transport: str) -> bytes:
    public: Any = certificate.public_key()
    if transport == "rsa-1_5":
        add(carried, "xenc:EncryptionMethod", Algorithm=f"{XENC}rsa-1_5")
        return bytes(public.encrypt(key, PKCS1v15()))
    if transport == "oaep":
        add(carried, "xenc:EncryptionMethod", Algorithm=f"{XENC}rsa-oaep-mgf1p")
        return bytes(public.encrypt(key, OAEP(MGF1(SHA1()), SHA1(), None)))  # noqa: S303 - what peers speak
    method = add(carried, "xenc:EncryptionMethod", Algorithm=f"{XENC11}rsa-oaep")
    add(method, "ds:DigestMethod", Algorithm=f"{XENC}sha256")
    etree.SubElement(method, f"{{{XENC11}}}MGF").set("Algorithm", f"{XENC11}mgf1sha256")
    return bytes(public.encrypt(key, OAEP(MGF1(SHA256()), SHA256(), None)))


def _cipher_value(parent: Any, value: bytes) -> None:
    add(add(parent, "xenc:CipherData"), "xenc:CipherValue", base64.b64encode(value).decode())


def _gcm(key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)


def _cbc(key: bytes, plain: bytes) -> bytes:
    start, missing = os.urandom(16), 16 - len(plain) % 16
    sealer = Cipher(AES(key), CBC(start)).encryptor()
    return start + sealer.update(plain + os.urandom(missing - 1) + bytes([missing])) + sealer.finalize()


def document(root: Any) -> bytes:
    """The bytes of a tree."""
    return bytes(etree.tostring(root))


def encoded(root: Any) -> str:
    """A tree as a browser posts it."""
    return base64.b64encode(document(root)).decode()
