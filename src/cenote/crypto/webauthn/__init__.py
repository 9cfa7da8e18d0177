"""
Web Authentication: what a passkey's authenticator says when it is registered and when it signs in, read and verified.

Owns the rules of the two ceremonies and nothing of who a credential belongs to; keeps nothing, calls nobody. A document that a browser
made of a credential goes through `responses` (shape), `client_data` and `origins` (what the browser says), `authenticator` (what the
authenticator says), `public_keys` (ES256 and RS256, nothing else) and comes out of `ceremonies` as what may be kept, or as an error.
Attestation statements are not read: anybody's authenticator is as good as another's. CBOR, COSE keys and signatures are py_webauthn's.

Source: W3C, Web Authentication Level 3, sections 5.1, 6.1, 7.1, 7.2.
"""

from cenote.crypto.webauthn.ceremonies import (
    Assertion,
    Credential,
    Expected,
    new_challenge,
    verify_authentication,
    verify_registration,
)
from cenote.crypto.webauthn.errors import (
    ChallengeError,
    OriginError,
    RelyingPartyError,
    SignCountError,
    UnsupportedError,
    WebAuthnError,
)
from cenote.crypto.webauthn.responses import (
    AuthenticationResponse,
    RegistrationResponse,
    authentication_response_of,
    base64url,
    base64url_bytes,
    registration_response_of,
)

__all__ = [
    "Assertion",
    "AuthenticationResponse",
    "ChallengeError",
    "Credential",
    "Expected",
    "OriginError",
    "RegistrationResponse",
    "RelyingPartyError",
    "SignCountError",
    "UnsupportedError",
    "WebAuthnError",
    "authentication_response_of",
    "base64url",
    "base64url_bytes",
    "new_challenge",
    "registration_response_of",
    "verify_authentication",
    "verify_registration",
]
