"""
The documents that browsers make of credentials: RegistrationResponseJSON, AuthenticationResponseJSON.

Members that are not used here (authenticatorData, publicKey and clientExtensionResults of a registration) are copies of what the signed
parts say, or of no interest, and are left unread.

Source: Web Authentication Level 3, sections 5.1, 5.2.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cenote.crypto.webauthn.errors import UnsupportedError, WebAuthnError

# Section 4, "credential ID".
MAX_CREDENTIAL_ID_BYTES = 1023
MAX_USER_HANDLE_BYTES = 64
# Far above what authenticators make of them (a TPM's attestation with its certificates is the longest), far below what would cost.
_MAX_BYTES = 16 * 1024
_MAX_TRANSPORTS = 16
_TRANSPORT = re.compile(r"[a-z0-9-]{1,32}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_ATTACHMENTS = frozenset({"platform", "cross-platform"})


@dataclass(frozen=True, slots=True)
class RegistrationResponse:
    """A new credential. *attachment* is "platform", "cross-platform" or None; *transports* are as the browser has them."""

    credential_id: bytes
    client_data: bytes
    attestation_object: bytes
    attachment: str | None
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthenticationResponse:
    """A proof by a credential. *user_handle* is None where the authenticator gave none."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes = field(repr=False)
    user_handle: bytes | None


def registration_response_of(document: object) -> RegistrationResponse:
    """
    The RegistrationResponseJSON in *document*, as json.loads gave it.

    Raises:
        WebAuthnError: it has not that shape.
    """
    credential_id, members, response = _parts_of(document)
    attachment = members.get("authenticatorAttachment")
    return RegistrationResponse(
        credential_id=credential_id,
        client_data=_bytes_of(response, "clientDataJSON"),
        attestation_object=_bytes_of(response, "attestationObject"),
        attachment=attachment if isinstance(attachment, str) and attachment in _ATTACHMENTS else None,
        transports=_transports_of(response.get("transports")),
    )


def authentication_response_of(document: object) -> AuthenticationResponse:
    """
    The AuthenticationResponseJSON in *document*, as json.loads gave it.

    Raises:
        WebAuthnError: it has not that shape.
    """
    credential_id, _members, response = _parts_of(document)
    handle = response.get("userHandle")
    # Some browsers write an empty text for a handle that is not there.
    return AuthenticationResponse(
        credential_id=credential_id,
        client_data=_bytes_of(response, "clientDataJSON"),
        authenticator_data=_bytes_of(response, "authenticatorData"),
        signature=_bytes_of(response, "signature"),
        user_handle=_bytes_of(response, "userHandle", at_most=MAX_USER_HANDLE_BYTES) if handle else None,
    )


def base64url(data: bytes) -> str:
    """*data* as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_bytes(text: str) -> bytes:
    """
    The bytes of *text*, which is their one spelling as base64url without padding.

    Raises:
        WebAuthnError: it is not.
    """
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise WebAuthnError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(data) != text:
        raise WebAuthnError("not base64url")
    return data


def _parts_of(document: object) -> tuple[bytes, Mapping[str, object], Mapping[str, object]]:
    members = _object(document, "the credential")
    if members.get("type") != "public-key":
        raise WebAuthnError('type must be "public-key"')
    credential_id = _bytes_of(members, "id")
    if members.get("rawId") != members["id"]:
        raise WebAuthnError("rawId must be the same as id")
    if not credential_id or len(credential_id) > MAX_CREDENTIAL_ID_BYTES:
        raise UnsupportedError(f"id must have 1 to {MAX_CREDENTIAL_ID_BYTES} bytes")
    return credential_id, members, _object(members.get("response"), "response")


def _object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise WebAuthnError(f"{what} must be an object")
    return value


def _bytes_of(members: Mapping[str, object], name: str, at_most: int = _MAX_BYTES) -> bytes:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise WebAuthnError(f"{name} is missing")
    if len(value) > at_most * 4 // 3 + 2:
        raise WebAuthnError(f"{name} is too long")
    try:
        return base64url_bytes(value)
    except WebAuthnError:
        raise WebAuthnError(f"{name} must be base64url") from None


def _transports_of(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MAX_TRANSPORTS:
        raise WebAuthnError("transports must be a short list")
    named = [each for each in value if isinstance(each, str) and _TRANSPORT.fullmatch(each)]
    if len(named) != len(value):
        raise WebAuthnError("transports must be names")
    return tuple(dict.fromkeys(named))
