"""An authenticator app."""

import base64
import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    """
    The code that an app shows for *secret*, now or some steps later.

    A step's code is taken once; a test that needs two goes one ahead for the second, which a server allows a clock to be.
    """
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    generator = TOTP(key, 6, SHA1(), STEP_S, enforce_key_length=False)  # noqa: S303 - what every app computes (RFC 6238)
    return generator.generate(int(time.time()) + steps_ahead * STEP_S).decode()
