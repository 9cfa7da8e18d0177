"""What a service provider of the tests expects of a response."""

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cenote.federation.saml.assertion import Expected
from harness import saml_idp
from harness.saml_idp import Plan


def our_key() -> bytes:
    """Our own key, PKCS #8 in DER."""
    return pkcs8("us")


def pkcs8(name: str) -> bytes:
    """Somebody's private key as we store ours."""
    return bytes(saml_idp.keys(name)[0].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def expected(*, certificates: tuple[str, str] = ("idp", "rsa"), also: str | None = None, **changes: Any) -> Expected:
    """What fits a response of `Plan()` that the provider *certificates* signed."""
    pinned = [saml_idp.der_of(saml_idp.keys(*certificates)[1])]
    if also is not None:
        pinned.insert(0, saml_idp.der_of(saml_idp.keys(also)[1]))
    plan = Plan()
    values: dict[str, Any] = {
        "entity_id": plan.entity_id,
        "acs": plan.acs,
        "issuer": plan.issuer,
        "certificates": tuple(pinned),
        "request_id": plan.request_id,
        "now_ms": plan.now_ms,
    }
    return Expected(**(values | changes))
