"""
What a ceremony refuses with. The text says what is wrong with the document and repeats nothing of it.

    WebAuthnError
    ├── ChallengeError      another challenge than the one that was given out
    ├── OriginError         a page that has no business with the relying party
    ├── RelyingPartyError   a credential of another relying party
    ├── UnsupportedError    an authenticator that does less than is asked for
    └── SignCountError      a count that has been seen: perhaps a copy of the authenticator
"""

from cenote.crypto.errors import CryptoError


class WebAuthnError(CryptoError):
    """A response that is malformed, or that does not prove what it should."""


class ChallengeError(WebAuthnError):
    """The response answers another challenge."""


class OriginError(WebAuthnError):
    """The response was made on a page that the relying party does not cover."""


class RelyingPartyError(WebAuthnError):
    """The authenticator speaks of another relying party."""


class UnsupportedError(WebAuthnError):
    """The credential's key, or what its authenticator can do, is not enough here."""


class SignCountError(WebAuthnError):
    """The authenticator counts no further than what was seen already."""
