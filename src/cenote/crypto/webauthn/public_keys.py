"""
Public keys of credentials: COSE keys for ES256 and RS256, in the one form that authenticators write.

Source: RFC 9052, section 7; RFC 9053, section 2.1; RFC 8812, section 2; Web Authentication Level 3, section 5.8.5.
"""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers import verify_signature as verify_by_key
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey, DecodedRSAPublicKey
from webauthn.helpers.exceptions import WebAuthnException

from cenote.crypto.webauthn.errors import UnsupportedError, WebAuthnError

ALGORITHMS = (
    COSEAlgorithmIdentifier.ECDSA_SHA_256.value,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256.value,
)
_ES256, _RS256 = ALGORITHMS
_P256 = 1
_COORDINATE_BYTES = 32
_MODULUS_BYTES = range(256, 513)
_EXPONENT = b"\x01\x00\x01"
# What the decoding of bytes from anywhere ends in when they are no key.
_STUMBLES = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


def verify_supported(cose_key: bytes) -> None:
    """
    Accept a COSE key that signatures can be verified by: a point of P-256 for ES256, or 2048 to 4096 bits of RSA for RS256.

    Raises:
        UnsupportedError: it is another one, or none.
    """
    try:
        key = decode_credential_public_key(cose_key)
        if not _has_supported_form(key):
            raise UnsupportedError("the public key is neither for ES256 nor for RS256")
        decoded_public_key_to_cryptography(key)
    except _STUMBLES:
        raise UnsupportedError("the public key is malformed") from None


def verify_signature(cose_key: bytes, signature: bytes, signed: bytes) -> None:
    """
    Accept a signature of the holder of *cose_key*, a key that `verify_supported` accepted, over *signed*.

    Raises:
        WebAuthnError: it is not.
    """
    try:
        key = decode_credential_public_key(cose_key)
        verify_by_key(
            public_key=decoded_public_key_to_cryptography(key),
            signature_alg=COSEAlgorithmIdentifier(key.alg),
            signature=signature,
            data=signed,
        )
    except (InvalidSignature, *_STUMBLES):
        raise WebAuthnError("the signature is not the credential's") from None


def _has_supported_form(key: object) -> bool:
    match key:
        case DecodedEC2PublicKey(alg=alg, crv=crv, x=bytes(x), y=bytes(y)):
            return (alg, crv) == (_ES256, _P256) and len(x) == len(y) == _COORDINATE_BYTES
        case DecodedRSAPublicKey(alg=alg, n=bytes(n), e=bytes(e)):
            return alg == _RS256 and len(n) in _MODULUS_BYTES and e == _EXPONENT
        case _:
            return False
