"""
Hourly limits of attempts, counted by themselves in a committed transaction before anything is judged.

A subject is a user's sub or, for a name that belongs to nobody, `flows.subjects.unknown_subject`: the same limit holds for both, so
that running into it reveals nothing. AWS gives ForgotPassword and ConfirmForgotPassword together 5 to 20 an hour, by risk; here
5 codes may be asked for and 15 tried, so that asking cannot use up the tries, nor trying the codes.

Source: developer guide, "Quotas in Amazon Cognito", attempts of a user.
"""

import ipaddress

from cenote.base.errors import Fault, LimitExceededException
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.storage import attempts
from cenote.storage.database import Tx

_NETWORK_BITS = 64
WINDOW_MS = 60 * 60 * 1000
TOO_MANY = "Attempt limit exceeded, please try after some time."

FORGOT_PASSWORD = 5
CONFIRM_FORGOT_PASSWORD = 15
RESEND_CONFIRMATION_CODE = 5
CONFIRM_SIGN_UP = 15
CHANGE_PASSWORD = 5
GET_USER_ATTRIBUTE_VERIFICATION_CODE = 5
VERIFY_USER_ATTRIBUTE = 15


def hourly(
    services: Services,
    pool: Pool,
    subject: str,
    act: str,
    limit: int,
    *,
    fault: type[Fault] = LimitExceededException,
) -> None:
    """
    Count an attempt of *subject* at *act*.

    Raises:
        LimitExceededException: there were more than *limit* in the hour that began with the first; *fault* in its place, for operations
            that do not declare it.
    """
    counted = services.database.write("count attempt", lambda tx: count(services, tx, pool, subject, act))
    if counted > limit:
        raise fault(TOO_MANY)


def subject_of(source_ip: str) -> str:
    """The subject of attempts from an address; those of one IPv6 network are one, which a single customer has."""
    try:
        found = ipaddress.ip_address(source_ip)
    except ValueError:
        return "address:"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        found = ipaddress.ip_network((found, _NETWORK_BITS), strict=False).network_address
    return f"address:{found}"


def count(services: Services, tx: Tx, pool: Pool, subject: str, act: str) -> int:
    """Count an attempt inside the caller's transaction, which must commit whatever comes; how many there were this hour."""
    return attempts.count(tx, pool.pool_id, subject, act, window_ms=WINDOW_MS, now_ms=services.clock.now_ms())
