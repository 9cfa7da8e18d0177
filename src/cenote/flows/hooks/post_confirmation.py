"""Once a user is confirmed, or has recovered: PostConfirmation. Nothing is undone when it fails, but the call fails."""

from cenote.flows.attempt import Origin
from cenote.flows.hooks.asking import ask, trigger
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.triggers import post_confirmation
from cenote.triggers.kinds import Kind


def confirmed(services: Services, pool: Pool, client: Client | None, user: User, origin: Origin) -> None:
    """Tell the pool's function that *user* was confirmed; *client* is None where an administrator did so."""
    _tell(services, pool, client, user, post_confirmation.CONFIRM_SIGN_UP, origin)


def recovered(services: Services, pool: Pool, client: Client, user: User, origin: Origin) -> None:
    """Tell the pool's function that *user* has a new password against a code."""
    _tell(services, pool, client, user, post_confirmation.CONFIRM_FORGOT_PASSWORD, origin)


def _tell(services: Services, pool: Pool, client: Client | None, user: User, source: str, origin: Origin) -> None:
    asked = trigger(pool, Kind.POST_CONFIRMATION)
    if asked is None:
        return
    request = post_confirmation.request_of(user, origin.metadata)
    ask(
        services,
        pool,
        asked,
        source,
        user_name=user.username,
        client=client,
        origin=origin,
        request=request,
        response={},
    )
