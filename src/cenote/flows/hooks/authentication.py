"""Before and after a sign-in: PreAuthentication, PostAuthentication."""

from cenote.flows.attempt import Attempt
from cenote.flows.hooks.asking import ask, trigger
from cenote.flows.services import Services
from cenote.model.user import User
from cenote.triggers import authentication
from cenote.triggers.kinds import Kind


def before(services: Services, attempt: Attempt, user: User | None) -> None:
    """Let the pool's function refuse a sign-in before anything is proved; *user* is None for a name that belongs to nobody."""
    asked = trigger(attempt.pool, Kind.PRE_AUTHENTICATION)
    if asked is None:
        return
    ask(
        services,
        attempt.pool,
        asked,
        authentication.BEFORE,
        user_name=user.username if user is not None else attempt.given,
        client=attempt.client,
        origin=attempt.origin,
        request=authentication.request_before(
            user, attempt.origin.validation_data, hides_users=attempt.client.hides_users
        ),
        response={},
    )


def has_after(attempt: Attempt) -> bool:
    """Whether the pool wants to hear of sign-ins."""
    return trigger(attempt.pool, Kind.POST_AUTHENTICATION) is not None


def after(services: Services, attempt: Attempt, user: User, *, is_new_device: bool) -> None:
    """Tell the pool's function of a sign-in that succeeded; its failure fails the call."""
    asked = trigger(attempt.pool, Kind.POST_AUTHENTICATION)
    if asked is None:
        return
    ask(
        services,
        attempt.pool,
        asked,
        authentication.AFTER,
        user_name=user.username,
        client=attempt.client,
        origin=attempt.origin,
        request=authentication.request_after(user, attempt.origin.metadata, is_new_device=is_new_device),
        response={},
    )
