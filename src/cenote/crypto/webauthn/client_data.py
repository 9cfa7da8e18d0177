"""
What the browser says of a ceremony: what it was for, which challenge it answered and on which page it was.

Source: Web Authentication Level 3, section 5.8.1 "CollectedClientData".
"""

import json
from dataclasses import dataclass

from cenote.crypto.webauthn.errors import WebAuthnError
from cenote.crypto.webauthn.responses import base64url_bytes


@dataclass(frozen=True, slots=True)
class ClientData:
    """*type* is "webauthn.create" or "webauthn.get"; *is_framed*: the page was inside one of another origin."""

    type: str
    challenge: bytes
    origin: str
    is_framed: bool


def client_data_of(raw: bytes) -> ClientData:
    """
    The clientDataJSON in *raw*.

    Raises:
        WebAuthnError: it is malformed.
    """
    try:
        members = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise WebAuthnError("clientDataJSON is no JSON") from None
    if not isinstance(members, dict):
        raise WebAuthnError("clientDataJSON must be an object")
    named = [members.get(name) for name in ("type", "challenge", "origin")]
    texts = [value for value in named if isinstance(value, str)]
    if len(texts) != len(named):
        raise WebAuthnError("clientDataJSON must have a type, a challenge and an origin")
    kind, challenge, origin = texts
    try:
        challenge_bytes = base64url_bytes(challenge)
    except WebAuthnError:
        raise WebAuthnError("clientDataJSON's challenge must be base64url") from None
    # Whatever is not plainly "no" counts as framed.
    is_framed = members.get("crossOrigin", False) is not False or members.get("topOrigin") is not None
    return ClientData(type=kind, challenge=challenge_bytes, origin=origin, is_framed=is_framed)
