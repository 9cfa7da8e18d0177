"""
How strong a sign-in is: levels of assurance (acr) and the methods behind them (amr).

Level 1: a password. 2: one one-time code. 3: a passkey, or a password and a sent code. 4: a password and an authenticator app.

Source: developer guide, "Step-up authentication"; RFC 8176 for the names of methods.
"""

from collections.abc import Iterable
from functools import lru_cache

from cenote.model.pool import Pool
from cenote.model.pool_settings.acr import DEFAULT_ACR
from cenote.model.sign_in.names import PASSKEYS, Proof

HIGHEST = 4
_METHODS = {
    Proof.PASSWORD: "pwd",
    Proof.SOFTWARE_TOKEN: "otp",
    Proof.SMS_MFA: "sms",
    Proof.SMS_OTP: "sms",
    Proof.EMAIL_MFA: "email_otp",
    Proof.EMAIL_OTP: "email_otp",
    Proof.PASSKEY: "swk",
    Proof.VERIFIED_PASSKEY: "swk",
    Proof.ROAMING_PASSKEY: "hwk",
    Proof.VERIFIED_ROAMING_PASSKEY: "hwk",
    Proof.FEDERATED: "fed",
}
_CODES = frozenset({Proof.SMS_OTP, Proof.EMAIL_OTP})
_SENT = frozenset({Proof.SMS_MFA, Proof.EMAIL_MFA})


def level_of(proofs: Iterable[Proof]) -> int:
    """The highest level that *proofs* satisfy; 1 for whatever has no level of its own."""
    shown = frozenset(proofs)
    if Proof.PASSWORD in shown and Proof.SOFTWARE_TOKEN in shown:
        return HIGHEST
    if shown & PASSKEYS or (Proof.PASSWORD in shown and shown & (_SENT | _CODES)):
        return 3
    return 2 if shown & (_CODES | _SENT) else 1


def methods_of(proofs: Iterable[Proof]) -> list[str]:
    """The `amr` of *proofs*: each method once, and "mfa" where there are two."""
    shown = list(proofs)
    methods = list(dict.fromkeys(_METHODS[proof] for proof in shown if proof in _METHODS))
    return [*methods, "mfa"] if len(methods) > 1 else methods


# Asked for each token, of very few combinations.
@lru_cache(maxsize=256)
def assurance_of(names: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """The level and the `amr` of the proofs with these *names*."""
    proofs = [Proof(name) for name in names]
    return level_of(proofs), tuple(methods_of(proofs))


def value_of(pool: Pool, level: int) -> str:
    """What a pool calls *level*."""
    names = pool.document.get("AcrConfiguration", DEFAULT_ACR)
    return str(names[f"Level{level}"]["AcrValue"])


def level_named(pool: Pool, value: str) -> int | None:
    """The level that a pool calls *value*."""
    return next((level for level in range(1, HIGHEST + 1) if value_of(pool, level) == value), None)
