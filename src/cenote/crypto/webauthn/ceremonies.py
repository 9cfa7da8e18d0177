"""
The two ceremonies, step by step.

Source: Web Authentication Level 3, sections 7.1 "Registering a New Credential", 7.2 "Verifying an Authentication Assertion".
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cenote.crypto.webauthn import authenticator, public_keys
from cenote.crypto.webauthn.client_data import ClientData, client_data_of
from cenote.crypto.webauthn.errors import ChallengeError, OriginError, SignCountError, WebAuthnError
from cenote.crypto.webauthn.origins import is_allowed
from cenote.crypto.webauthn.responses import AuthenticationResponse, RegistrationResponse

_CHALLENGE_BYTES = 32
_CREATE, _GET = "webauthn.create", "webauthn.get"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a response must fit: *relying_party* is a host name in lower case."""

    challenge: bytes = field(repr=False)
    relying_party: str
    requires_verification: bool


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that was registered: *public_key* is a COSE key, *aaguid* a UUID that names the authenticator's model."""

    credential_id: bytes
    public_key: bytes
    aaguid: str
    sign_count: int
    is_backup_eligible: bool


@dataclass(frozen=True, slots=True)
class Assertion:
    """A proof that was right. *is_verified*: the authenticator knew its user."""

    sign_count: int
    is_verified: bool


def new_challenge() -> bytes:
    """Draw a challenge: 256 random bits."""
    return secrets.token_bytes(_CHALLENGE_BYTES)


def verify_registration(response: RegistrationResponse, expected: Expected) -> Credential:
    """
    Accept a new credential.

    Raises:
        ChallengeError, OriginError, RelyingPartyError, UnsupportedError, or WebAuthnError for what has no error of its own.
    """
    _verify_client_data(client_data_of(response.client_data), _CREATE, expected)
    data = authenticator.parse(authenticator.authenticator_data_in(response.attestation_object))
    statement = authenticator.statement_of(
        data, expected.relying_party, requires_verification=expected.requires_verification
    )
    attested = authenticator.attested_of(data)
    if attested.credential_id != response.credential_id:
        raise WebAuthnError("id is not the new credential's")
    public_keys.verify_supported(attested.public_key)
    return Credential(
        credential_id=attested.credential_id,
        public_key=attested.public_key,
        aaguid=attested.aaguid,
        sign_count=statement.sign_count,
        is_backup_eligible=statement.is_backup_eligible,
    )


def verify_authentication(
    response: AuthenticationResponse,
    expected: Expected,
    *,
    public_key: bytes,
    sign_count: int,
    is_backup_eligible: bool,
    user_handle: bytes,
) -> Assertion:
    """
    Accept a proof by the credential whose *public_key*, *sign_count* and *is_backup_eligible* are kept; its user's is *user_handle*.

    A count of zero, then and now, is an authenticator that does not count.

    Raises:
        SignCountError: everything else is right.
        ChallengeError, OriginError, RelyingPartyError, UnsupportedError, or WebAuthnError for what has no error of its own.
    """
    if response.user_handle is not None and not hmac.compare_digest(response.user_handle, user_handle):
        raise WebAuthnError("the credential is another user's")
    _verify_client_data(client_data_of(response.client_data), _GET, expected)
    statement = authenticator.statement_of(
        authenticator.parse(response.authenticator_data),
        expected.relying_party,
        requires_verification=expected.requires_verification,
    )
    if statement.is_backup_eligible != is_backup_eligible:
        raise WebAuthnError("the credential was of another kind when it was registered")
    signed = response.authenticator_data + hashlib.sha256(response.client_data).digest()
    public_keys.verify_signature(public_key, response.signature, signed)
    if (statement.sign_count or sign_count) and statement.sign_count <= sign_count:
        raise SignCountError("the authenticator's count did not go on")
    return Assertion(sign_count=statement.sign_count, is_verified=statement.is_verified)


def _verify_client_data(data: ClientData, kind: str, expected: Expected) -> None:
    if data.type != kind:
        raise WebAuthnError(f"clientDataJSON's type must be {kind}")
    if not hmac.compare_digest(data.challenge, expected.challenge):
        raise ChallengeError("another challenge was answered")
    if data.is_framed or not is_allowed(data.origin, expected.relying_party):
        raise OriginError("the page's origin is not allowed")
