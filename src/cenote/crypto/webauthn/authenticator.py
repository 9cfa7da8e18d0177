"""
What the authenticator says: for which relying party, whether somebody was there, who made it, how often it was used.

Source: Web Authentication Level 3, sections 6.1 "Authenticator Data", 6.5.4 "Attestation Object".
"""

import hashlib
import hmac
import uuid
from dataclasses import dataclass

from webauthn.helpers import parse_authenticator_data, parse_cbor
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AuthenticatorData

from cenote.crypto.webauthn.errors import RelyingPartyError, UnsupportedError, WebAuthnError

# What the decoding of bytes from anywhere ends in when they are none of an authenticator's.
_STUMBLES = (
    WebAuthnException,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_AAGUID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Statement:
    """*is_verified*: the authenticator knew its user (PIN, fingerprint). *is_backup_eligible*: the credential may be elsewhere, too."""

    is_verified: bool
    is_backup_eligible: bool
    sign_count: int


@dataclass(frozen=True, slots=True)
class Attested:
    """What comes with a new credential: *public_key* is a COSE key."""

    credential_id: bytes
    public_key: bytes
    aaguid: str


def authenticator_data_in(attestation_object: bytes) -> bytes:
    """
    The authenticator data of an attestation object, whose statement is not read.

    Raises:
        WebAuthnError: it is malformed.
    """
    try:
        members = parse_cbor(attestation_object)
    except _STUMBLES:
        raise WebAuthnError("attestationObject is no CBOR") from None
    data = members.get("authData") if isinstance(members, dict) else None
    if not isinstance(data, bytes) or not isinstance(members.get("fmt"), str) or "attStmt" not in members:
        raise WebAuthnError("attestationObject must have fmt, attStmt and authData")
    return data


def parse(raw: bytes) -> AuthenticatorData:
    """
    Take authenticator data apart.

    Raises:
        WebAuthnError: it is malformed.
    """
    try:
        return parse_authenticator_data(raw)
    except _STUMBLES:
        raise WebAuthnError("the authenticator data is malformed") from None


def statement_of(data: AuthenticatorData, relying_party: str, *, requires_verification: bool) -> Statement:
    """
    What *data* states, for *relying_party* and in somebody's presence.

    Raises:
        RelyingPartyError: it was made for another one.
        UnsupportedError: the authenticator did not know its user, where it had to.
        WebAuthnError: nobody was there, or it contradicts itself.
    """
    if not hmac.compare_digest(data.rp_id_hash, hashlib.sha256(relying_party.encode()).digest()):
        raise RelyingPartyError("the credential is of another relying party")
    flags = data.flags
    if not flags.up:
        raise WebAuthnError("nobody was present")
    if requires_verification and not flags.uv:
        raise UnsupportedError("the authenticator did not verify its user")
    if flags.bs and not flags.be:
        raise WebAuthnError("a credential that cannot be backed up says that it is")
    return Statement(is_verified=flags.uv, is_backup_eligible=flags.be, sign_count=data.sign_count)


def attested_of(data: AuthenticatorData) -> Attested:
    """
    The new credential in *data*.

    Raises:
        WebAuthnError: there is none.
    """
    found = data.attested_credential_data
    if found is None or len(found.aaguid) != _AAGUID_BYTES:
        raise WebAuthnError("there is no new credential")
    return Attested(found.credential_id, found.credential_public_key, str(uuid.UUID(bytes=found.aaguid)))
