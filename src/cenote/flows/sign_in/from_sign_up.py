"""
From the sign-up straight into the first sign-in: the sessions that SignUp and ConfirmSignUp hand out.

Who types the code of the sign-up has shown enough for the first sign-in, within the time of a session. Only clients with choice-based
sign-in have it, and the pool's own pages, which leave a person the time to look for the mail. A pool that requires a second factor asks
for it from the second sign-in on.

Source: developer guide, "Sign-up with automatic sign-in"; API_SignUp, API_ConfirmSignUp, "Session".
"""

from cenote.base.errors import NotAuthorizedException
from cenote.flows.services import Services
from cenote.flows.sign_in import rounds
from cenote.flows.sign_in.rounds import Round
from cenote.model.client import Client
from cenote.model.sign_in.names import ChallengeName, Flow
from cenote.model.sign_in.progress import Progress
from cenote.model.user import User, UserStatus
from cenote.storage import challenges
from cenote.storage.database import Tx

_HOSTED_TTL_S = 15 * 60


def begin(services: Services, client: Client, user: User, *, is_hosted: bool = False) -> str | None:
    """The session of a new sign-up; None where the client does not sign in by choice, unless it *is_hosted*."""
    if "ALLOW_USER_AUTH" not in client.flows and not is_hosted:
        return None
    ttl_s = max(client.session_ttl_s, _HOSTED_TTL_S) if is_hosted else client.session_ttl_s
    name = ChallengeName.CONFIRMED_SIGN_UP if user.status is UserStatus.CONFIRMED else ChallengeName.SIGN_UP
    progress = Progress(Flow.CHOICE, began_at_ms=services.clock.now_ms())
    session, row = rounds.new_round(services, user.pool_id, client.client_id, user.sub, name, progress, {}, ttl_s=ttl_s)
    services.database.write("sign-up session", lambda tx: challenges.put(tx, row))
    return session


def require(services: Services, client: Client, user: User, session: str) -> Round:
    """
    The sign-up that *session* stands for.

    Raises:
        NotAuthorizedException: it is another user's or client's, used, or past its time.
    """
    found = rounds.require(services, None, client, session, {ChallengeName.SIGN_UP})
    if found.challenge.subject != user.sub:
        rounds.burn(services, found.sign_in_id)
        raise NotAuthorizedException(rounds.INVALID, cause="another user's sign-up")
    return found


def confirmed(services: Services, client: Client, user: User, sign_up: Round) -> str:
    """The session with which *user*, who has just confirmed, signs in; the sign-up's own is used up."""
    now_ms = services.clock.now_ms()
    session, row = rounds.new_round(
        services,
        user.pool_id,
        client.client_id,
        user.sub,
        ChallengeName.CONFIRMED_SIGN_UP,
        Progress(Flow.CHOICE, began_at_ms=now_ms),
        {},
        ttl_s=client.session_ttl_s,
        sign_in_id=sign_up.sign_in_id,
    )

    def write(tx: Tx) -> None:
        rounds.take(tx, sign_up, now_ms)
        challenges.put(tx, row)

    services.database.write("confirm session", write)
    return session
