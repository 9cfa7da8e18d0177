"""
Threat protection where a password is chosen: at a sign-up, a change, a recovery.

A password that is known to be compromised, and anybody from an address that is barred, is refused as the pool is set. The rest is only
recorded: who signs up or changes a password takes over no account by it.
"""

from cenote.base.errors import InvalidPasswordException, NotAuthorizedException
from cenote.flows.attempt import Attempt
from cenote.flows.services import Services
from cenote.flows.threat.assessment import BLOCKED_ADDRESS, Assessment, assess
from cenote.flows.threat.configuration import Watched
from cenote.flows.threat.events import record
from cenote.model.auth_event import EventResponse, EventType
from cenote.model.sign_in.machine import NOT_ALLOWED
from cenote.model.user import User

COMPROMISED = "Provided password cannot be used for security reasons."
_TYPES = {Watched.SIGN_UP: EventType.SIGN_UP, Watched.PASSWORD_CHANGE: EventType.PASSWORD_CHANGE}


def verify_new_password(
    services: Services, attempt: Attempt, user: User | None, password: str | None, event: Watched
) -> Assessment:
    """
    Let threat protection see a new password, before it is hashed; what it found, to be recorded with the event's end.

    Raises:
        InvalidPasswordException: it is known to be compromised. NotAuthorizedException: the address is barred. Both are recorded.
    """
    found = assess(services, attempt, user, password=password, event=event)
    if not found.is_blocked:
        return found
    record(services, attempt, user, _TYPES[event], EventResponse.FAIL, found)
    if BLOCKED_ADDRESS in found.reasons:
        raise NotAuthorizedException(NOT_ALLOWED, cause="the address is in a blocked range")
    raise InvalidPasswordException(COMPROMISED)
