"""
Codes that people are sent and type back: six digits, five tries, one use.

A code is kept as a digest that is keyed and bound to pool, subject and purpose; a change of the attribute it was sent to ends it
(flows.users.replace). A try is counted and committed before it is judged, so parallel guesses share the tries.

Source: developer guide, code validity (24 h; 1 h for a forgotten password).
"""

import os

from cenote.base.errors import CodeMismatchException, ExpiredCodeException, LimitExceededException
from cenote.crypto.codes import code_digest, matches, new_code
from cenote.flows import limits
from cenote.flows.services import Services
from cenote.model.code import Code
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import codes
from cenote.storage.database import Tx

SIGN_UP = "sign_up"
FORGOT_PASSWORD = "forgot_password"
TRIES = 5
WRONG = "Invalid verification code provided, please try again."
EXPIRED = "Invalid code provided, please request a code again."

_HOUR_MS = 60 * 60 * 1000
_DIGEST_BYTES = 32


def verify_purpose(attribute: str) -> str:
    """The purpose of a code that verifies *attribute* ("email" or "phone_number")."""
    return f"verify:{attribute}"


def issue(
    services: Services,
    tx: Tx,
    pool: Pool,
    user: User,
    purpose: str,
    attribute: str,
    *,
    pending_value: str | None = None,
) -> str:
    """
    Make the code that *attribute* of *user* is sent, and return it; a former one of the purpose dies.

    *pending_value* is the attribute's new value where it only counts once verified; a code proves no other value than it was sent to.
    """
    code = new_code()
    pending_value = pending_value or user.attributes.get(attribute)
    digest = _digest(services, pool, user.sub, purpose, code)
    codes.put(tx, _record(services, pool, user.sub, purpose, digest, attribute, pending_value))
    return code


def feign(services: Services, tx: Tx, pool: Pool, subject: str, purpose: str, *, replaces: bool = True) -> None:
    """Keep a code that nobody can type, so that *subject*, who was sent none, answers to guesses like one who was."""
    keep = codes.put if replaces else codes.put_if_absent
    keep(tx, _record(services, pool, subject, purpose, os.urandom(_DIGEST_BYTES), "email", None))


def prove(services: Services, pool: Pool, subject: str, purpose: str, code: str) -> Code:
    """
    Check what was typed, counting the try; the code stays until `take`.

    Raises:
        LimitExceededException: too many tries this hour, over all codes.
        ExpiredCodeException: no code is waited for, it is past its time, or it was tried too often.
        CodeMismatchException: it is another one.
    """

    def count(tx: Tx) -> tuple[bool, Code | None]:
        act, limit = _limit_of(purpose)
        if limits.count(services, tx, pool, subject, act) > limit:
            return True, None
        return False, codes.count_try(tx, pool.pool_id, subject, purpose, most=TRIES, now_ms=services.clock.now_ms())

    is_limited, known = services.database.write("count code try", count)
    if is_limited:
        raise LimitExceededException(limits.TOO_MANY)
    if known is None:
        raise ExpiredCodeException(EXPIRED)
    if not matches(known.code_digest, _digest(services, pool, subject, purpose, code)):
        raise CodeMismatchException(WRONG)
    return known


def take(_services: Services, tx: Tx, code: Code) -> None:
    """
    Consume a code that was proved, in the transaction that acts on it.

    Raises:
        ExpiredCodeException: another call consumed or replaced it first.
    """
    if codes.take(tx, code.pool_id, code.subject, code.purpose, code.code_digest) is None:
        raise ExpiredCodeException(EXPIRED)


def verify_address(code: Code, user: User) -> None:
    """
    Accept that *code* speaks for the address that *user* has now.

    Raises:
        ExpiredCodeException: it was sent to another one, which the user no longer has.
    """
    if code.pending_value != user.attributes.get(code.attribute):
        raise ExpiredCodeException(EXPIRED)


def _limit_of(purpose: str) -> tuple[str, int]:
    if purpose == SIGN_UP:
        return "confirm_sign_up", limits.CONFIRM_SIGN_UP
    if purpose == FORGOT_PASSWORD:
        return "confirm_forgot_password", limits.CONFIRM_FORGOT_PASSWORD
    return "verify_user_attribute", limits.VERIFY_USER_ATTRIBUTE


def _digest(services: Services, pool: Pool, subject: str, purpose: str, code: str) -> bytes:
    context = f"{pool.pool_id} {subject} {purpose}"
    return code_digest(services.keys.derived("code digests"), context, code)


def _record(
    services: Services,
    pool: Pool,
    subject: str,
    purpose: str,
    digest: bytes,
    attribute: str,
    pending_value: str | None,
) -> Code:
    validity_ms = _HOUR_MS if purpose == FORGOT_PASSWORD else 24 * _HOUR_MS
    return Code(
        pool_id=pool.pool_id,
        subject=subject,
        purpose=purpose,
        code_digest=digest,
        attribute=attribute,
        pending_value=pending_value,
        tries=0,
        expires_at_ms=services.clock.now_ms() + validity_ms,
    )
