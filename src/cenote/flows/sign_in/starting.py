"""
The first request of a sign-in.

Source: API_InitiateAuth, API_AdminInitiateAuth; developer guide, "Authentication flows".
"""

from dataclasses import replace

from cenote.base.errors import Fault, NotAuthorizedException
from cenote.flows import devices, passwords, users
from cenote.flows.attempt import Attempt
from cenote.flows.factors import password as password_factor
from cenote.flows.factors import srp
from cenote.flows.factors.verdict import SignIn, Verdict
from cenote.flows.hooks import authentication
from cenote.flows.services import Services
from cenote.flows.sign_in import asking, choice, custom, pauses, people, questions, rounds
from cenote.flows.sign_in.arrival import Arrival
from cenote.flows.sign_in.asked import Asked
from cenote.flows.sign_in.rounds import Round
from cenote.flows.sign_in.settling import settle
from cenote.flows.tokens import Tokens
from cenote.model.pool import Pool
from cenote.model.sign_in.machine import Ask
from cenote.model.sign_in.names import ChallengeName, Flow, Proof
from cenote.model.sign_in.progress import Progress
from cenote.model.user import User


def with_password(services: Services, attempt: Attempt, flow: Flow) -> Asked | Tokens | Arrival:
    """
    Sign in by name and password.

    Raises:
        NotAuthorizedException, UserNotFoundException, UserNotConfirmedException, PasswordResetRequiredException.
    """
    password = attempt.required("PASSWORD")
    user, subject = people.whom(services, attempt, password=password)
    devices.require_known(services, attempt.pool, user, attempt.parameters.get("DEVICE_KEY"))
    sign_in = SignIn(attempt, user, subject, _begun(services, attempt, flow))
    return by_password(services, sign_in, password)


def by_password(
    services: Services, sign_in: SignIn, password: str, former: Round | None = None
) -> Asked | Tokens | Arrival:
    """As `with_password`, for a sign-in whose user is known, in answer to *former* if it is open already."""
    verdict = password_factor.check(services, sign_in, password)
    outcome = settle(services, sign_in, verdict, former)
    user = sign_in.user
    if user is not None and passwords.outdated(services, sign_in.attempt.pool, user):
        _renew_record(services, sign_in.attempt.pool, user, password)
    return outcome


def with_srp(services: Services, attempt: Attempt) -> Asked:
    """
    Begin an SRP exchange; nobody's name gets one too where the client hides users.

    A device that is none of the user's is refused with the answer: clients forget its key there, and only there.
    """
    public = attempt.required("SRP_A")
    user, subject = people.whom(services, attempt)
    sign_in = SignIn(attempt, user, subject, _begun(services, attempt, Flow.SRP))
    return asking.put(services, sign_in, srp.ask(services, sign_in, public))


def by_choice(services: Services, attempt: Attempt) -> Asked | Tokens | Arrival:
    """Begin a choice-based sign-in: with the preferred factor if it is there, else with the choice."""
    password = attempt.parameters.get("PASSWORD") if choice.prefers_password(attempt) else None
    user, subject = people.whom(services, attempt, password=password)
    devices.require_known(services, attempt.pool, user, attempt.parameters.get("DEVICE_KEY"))
    sign_in = choice.begin(services, attempt, user, subject, _begun(services, attempt, Flow.CHOICE))
    chosen = choice.first(sign_in)
    if chosen is not None and chosen.password is not None:
        return by_password(services, sign_in, chosen.password)
    return asking.put(services, sign_in, choice.question(services, sign_in, chosen))


def by_custom(services: Services, attempt: Attempt) -> Asked | Tokens | Arrival:
    """Begin a custom sign-in: the pool's functions say with what."""
    user, subject = people.whom(services, attempt)
    progress = _begun(services, attempt, Flow.CUSTOM)
    if user is None:
        progress = replace(progress, feigned_name=srp.username_of_nobody(services, attempt.pool, attempt.given))
    sign_in = SignIn(attempt, user, subject, progress)
    return obey_functions(services, sign_in, custom.begin(services, sign_in))


def obey_functions(
    services: Services, sign_in: SignIn, decided: custom.Decided, sign_in_id: bytes | None = None
) -> Asked | Tokens | Arrival:
    """Do what the pool's functions *decided* of a custom sign-in, of which no round waits; *sign_in_id* where it goes on."""
    if isinstance(decided, Fault):
        services.metrics.sign_in("custom", decided.code)
        raise decided
    if isinstance(decided, SignIn):
        verdict = Verdict("custom", decided.user, decided.subject, Proof.CUSTOM, is_right=True)
        return settle(services, decided, verdict)
    question = questions.question_of(services, sign_in, decided) if isinstance(decided, Ask) else decided
    if sign_in_id is not None and not question.is_stateless:
        question = replace(question, sign_in_id=sign_in_id)
    return asking.put(services, sign_in, question)


def after_sign_up(services: Services, attempt: Attempt, session: str) -> Asked | Tokens | Arrival:
    """
    Sign in somebody who has just confirmed their sign-up, by the session of that; nothing is asked any more.

    Raises:
        NotAuthorizedException: the session is another's, used, or past its time; or the user was signed out everywhere since.
        UserLambdaValidationException and its like: the pool's own function refuses.
    """
    former = rounds.require(services, attempt.pool, attempt.client, session, {ChallengeName.CONFIRMED_SIGN_UP})
    user = people.of_sub(services, attempt.pool, former.challenge.subject)
    if user is None:
        rounds.burn(services, former.sign_in_id)
        raise NotAuthorizedException(rounds.INVALID, cause="the user is gone")
    people.verify_holder(services, attempt, former, user)
    sign_in = SignIn(attempt, user, user.sub, former.progress)
    pauses.require_none(services, sign_in)
    authentication.before(services, attempt, user)
    verdict = Verdict("sign_up", user, user.sub, Proof.SIGN_UP, is_right=True)
    return settle(services, sign_in, verdict, former)


def _begun(services: Services, attempt: Attempt, flow: Flow) -> Progress:
    device_key = attempt.parameters.get("DEVICE_KEY") or None
    return Progress(flow, began_at_ms=services.clock.now_ms(), device_key=device_key)


def _renew_record(services: Services, pool: Pool, user: User, password: str) -> None:
    sealed = passwords.sealed(services, pool, user.sub, user.username, password)
    present = user.sealed_password
    users.update(
        services,
        pool,
        user.sub,
        lambda now: replace(now, sealed_password=sealed) if now.sealed_password == present else now,
    )
