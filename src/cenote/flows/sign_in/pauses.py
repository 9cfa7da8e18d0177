"""
Refusing whoever has to wait, at the price of a wrong proof.

A pause shows in no time: what came along is worked at as ever, the attempt is counted, and the outcome is thrown away. So the refusal says
nothing of the proof either. Whoever asks costs no more by it than by names of nobody, and waits at the same gate.

Source: developer guide, "Lockout behavior for failed sign-in attempts".
"""

from collections.abc import Callable
from typing import NoReturn

from cenote.base.errors import NotAuthorizedException
from cenote.flows import passwords
from cenote.flows.attempt import Attempt
from cenote.flows.factors import srp
from cenote.flows.factors.verdict import SignIn, Verdict
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.sign_in.names import Flow
from cenote.model.sign_in.progress import Progress
from cenote.model.user import User
from cenote.storage import challenges, lockout
from cenote.storage.database import Tx


def require_none(services: Services, sign_in: SignIn, check: Callable[[], Verdict] | None = None) -> None:
    """
    Refuse an answer while its subject has to wait. *check* is what judges it, where that is not a plain password or the start of SRP: what
    it may be used once for is used up.

    Raises:
        NotAuthorizedException: it has to wait.
    """
    pool = sign_in.attempt.pool
    with services.database.glance() as tx:
        is_paused = lockout.is_paused(tx, pool.pool_id, sign_in.subject, services.clock.now_ms())
    if not is_paused:
        return
    if check is None:
        refuse(services, sign_in.attempt, sign_in.user, sign_in.subject)
    raise _counted(services, pool, sign_in.subject, check())


def refuse(services: Services, attempt: Attempt, user: User | None, subject: str) -> NoReturn:
    """Refuse the attempt of a *subject* that has to wait, after the work that it asks for: NotAuthorizedException."""
    password, public = attempt.parameters.get("PASSWORD"), attempt.parameters.get("SRP_A")
    if password:
        passwords.is_right(services, attempt.pool, user, password)
        raise _counted(services, attempt.pool, subject)
    if public:
        srp.ask(services, SignIn(attempt, user, subject, Progress(Flow.SRP)), public)
    raise NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)


def _counted(services: Services, pool: Pool, subject: str, verdict: Verdict | None = None) -> NotAuthorizedException:
    """The refusal, once the attempt is counted: on disk, as a failure would be."""
    now_ms = services.clock.now_ms()

    def write(tx: Tx) -> None:
        if verdict is not None and verdict.spent_digest:
            challenges.spend(tx, verdict.spent_digest, verdict.spent_until_ms)
        lockout.count_refused(tx, pool.pool_id, subject, now_ms)

    services.database.write("count refused proof", write)
    return NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)
