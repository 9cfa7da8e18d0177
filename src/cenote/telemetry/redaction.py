"""The last gate before a log line is written: values whose name says that they are secret are masked."""

from collections.abc import Mapping
from functools import lru_cache

from structlog.typing import EventDict

MASK = "***"
SECRET_WORDS = (
    "password", "passcode", "secret", "token", "session", "authorization", "cookie", "credential", "verifier",
    "privatekey", "masterkey", "otp", "assertion", "signature",
)  # fmt: skip
CODES = frozenset({"statuscode", "errorcode", "faultcode", "reasoncode", "exitcode", "countrycode"})
HARMLESS = frozenset({"tokenuse", "tokentype", "passwordpolicy"})
MAX_DEPTH = 6


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a value of that name may be secret: `AccessToken`, `confirmation_code`, `X-Amz-Security-Token` …"""
    plain = "".join(character for character in name.lower() if character.isalnum())
    if plain in HARMLESS or plain in CODES:
        return False
    return plain.endswith(("code", "codes")) or any(word in plain for word in SECRET_WORDS)


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: mask secret values at every depth."""
    return {name: MASK if is_secret(name) else _redacted(value, MAX_DEPTH) for name, value in event.items()}


def _redacted(value: object, depth: int) -> object:
    if isinstance(value, Mapping):
        if depth == 0:
            return MASK
        return {
            name: MASK if isinstance(name, str) and is_secret(name) else _redacted(each, depth - 1)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return MASK if depth == 0 else [_redacted(each, depth - 1) for each in value]
    return value
