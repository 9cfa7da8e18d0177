"""
What a user, or an administrator, says of an event: it was the user, or it was not.

Later attempts are held against it: what was said to be valid is known, and what comes from where a stranger was looks riskier. Users answer
by the token in the mail about the event, which is sealed for that event and ends after a week.

Source: API_UpdateAuthEventFeedback, API_AdminUpdateAuthEventFeedback.
"""

from dataclasses import replace

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.flows import users
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services
from cenote.model.auth_event import AuthEvent, created_at_ms_of
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import auth_events
from cenote.storage.database import Tx

PROVIDER_ADMIN = "Admin"
PROVIDER_USER = "User"
_PURPOSE = "auth event feedback"
_TTL_MS = 7 * 24 * 60 * 60 * 1000


def token_of(services: Services, event: AuthEvent) -> str:
    """The text by which whoever gets the mail about *event* may judge it."""
    ends_at_ms = event.created_at_ms + _TTL_MS
    return services.keys.seal_token(_PURPOSE, [event.pool_id, event.sub, event.event_id, ends_at_ms])


def sub_of_token(services: Services, pool_id: str, event_id: str, token: str) -> str:
    """
    Whose event *token* is about; no user is looked up before that is known.

    Raises:
        NotAuthorizedException: it is no token, another event's, or past its time.
    """
    try:
        found = services.keys.open_token(_PURPOSE, token)
    except TokenBrokenError as error:
        raise NotAuthorizedException("Invalid feedback token.", cause=str(error)) from None
    match found:
        case [str(of_pool), str(sub), str(named), int(ends_at_ms)] if (of_pool, named) == (pool_id, event_id):
            if ends_at_ms <= services.clock.now_ms():
                raise NotAuthorizedException("Feedback token has expired.")
            return sub
        case _:
            raise another_event()


def another_event() -> NotAuthorizedException:
    """The fault of a token that is not about the event, or not about the user, that it is shown for."""
    return NotAuthorizedException("Invalid feedback token.", cause="it is another event's")


def give_by_token(services: Services, pool: Pool, given: str, event_id: str, token: str, value: str) -> None:
    """
    Keep what the user *given* says of their event, by the token in the mail about it.

    Raises:
        NotAuthorizedException: as `sub_of_token`, or the token is about another user.
        InvalidParameterException: the user has no such event.
    """
    sub = sub_of_token(services, pool.pool_id, event_id, token)
    with services.database.read() as tx:
        user = users.find(services, tx, pool, given)
    if user is None or user.sub != sub:
        raise another_event()
    give(services, user, event_id, value, PROVIDER_USER)


def give(services: Services, user: User, event_id: str, value: str, provider: str) -> None:
    """
    Keep what *provider* says of a user's event: "Valid" or "Invalid".

    Raises:
        InvalidParameterException: the user has no such event.
    """
    at_ms = created_at_ms_of(event_id)

    def write(tx: Tx) -> None:
        event = auth_events.get(tx, user.pool_id, user.sub, at_ms, event_id) if at_ms is not None else None
        if event is None:
            raise InvalidParameterException("Event does not exist.")
        feedback = {"value": value, "provider": provider, "at_ms": services.clock.now_ms()}
        auth_events.update_event(tx, replace(event, document={**event.document, "feedback": feedback}))

    services.database.write("give feedback", write)
