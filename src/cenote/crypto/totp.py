"""
Codes of authenticator apps: six digits of HMAC-SHA-1 over the number of the 30 seconds that it is now.

Source: RFC 6238; RFC 4226, section 5.3. Parameters as Cognito and every authenticator app have them.
"""

import base64
import hmac
import os

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from cenote.crypto.text import utf8

_DIGITS = 6
STEP_MS = 30_000
_SECRET_BYTES = 32
# RFC 6238, section 5.2: one step for a clock that goes wrong or a code that was on its way.
_DRIFT = 1


def new_secret() -> bytes:
    """Draw the secret that an app and its server share."""
    return os.urandom(_SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """*secret* as people type it into an app: base32 without padding, 52 characters."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def code_at(secret: bytes, step: int) -> str:
    """The code of *step*, the number of 30 s since the epoch."""
    return _codes_of(secret).generate(step).decode("ascii")


def matching_step(secret: bytes, code: str, now_ms: int) -> int | None:
    """
    The step whose code *code* is: the present one, the one before or the one after; None for none of them.

    The latest where it is the code of two. It takes the same time whichever it is. The caller takes no code of that step again, nor of an
    earlier one (RFC 6238, section 5.2).
    """
    codes = _codes_of(secret)
    given, present = utf8(code), now_ms // STEP_MS
    found = None
    for step in range(max(0, present - _DRIFT), present + _DRIFT + 1):
        is_it = hmac.compare_digest(codes.generate(step), given)
        found = step if is_it else found
    return found


def _codes_of(secret: bytes) -> HOTP:
    return HOTP(secret, _DIGITS, SHA1())  # noqa: S303 - HMAC-SHA-1 is what apps compute; no collision of SHA-1 helps against it
