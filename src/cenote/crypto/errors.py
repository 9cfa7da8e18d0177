"""
What this floor refuses with. No message carries a secret or the refused input.

    CryptoError
    ├── SealBrokenError         sealed bytes that do not open
    ├── BlobBrokenError         what a KMS key encrypted, and does not open
    ├── SrpError                a public value, a claim, a timestamp or a password that SRP refuses
    ├── PasswordMismatchError   a password that does not belong to its record
    ├── JwtError                a token that is malformed or not signed by a known key
    └── SecretHashError         a SECRET_HASH that no secret of the client explains
"""


class CryptoError(Exception):
    """A refusal, or stored bytes that this floor did not write."""


class SealBrokenError(CryptoError):
    """Sealed bytes with an unknown version or key, another context, or a change since they were sealed."""


class BlobBrokenError(CryptoError):
    """A blob that the key did not make for this encryption context, or that was changed."""


class SrpError(CryptoError):
    """A step of SRP that must not go on."""


class PasswordMismatchError(CryptoError):
    """The password is not the one the record was made of."""


class JwtError(CryptoError):
    """A token that is malformed, or that no known key signed."""


class SecretHashError(CryptoError):
    """A SECRET_HASH that none of the client's secrets explains."""
