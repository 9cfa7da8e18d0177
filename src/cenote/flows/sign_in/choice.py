"""
Choice-based sign-in (USER_AUTH): which first factors a user may choose, and step-up on the way.

A name that belongs to nobody is offered what a user of the pool would likely have, the same each time.

Source: developer guide, "Choice-based authentication"; API_InitiateAuth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cenote.base.errors import InvalidParameterException
from cenote.flows.attempt import Attempt
from cenote.flows.factors import selection, srp
from cenote.flows.factors.verdict import Question, SignIn
from cenote.flows.services import Services
from cenote.flows.sign_in import people, questions, step_up
from cenote.model import mfa
from cenote.model.attributes import is_phone_number
from cenote.model.sign_in.first_factors import first_factors_of
from cenote.model.sign_in.machine import Ask, first_challenges, next_step, reaches, unreachable
from cenote.model.sign_in.names import FIRST_FACTORS, ChallengeName
from cenote.model.sign_in.progress import Progress
from cenote.model.user import User

_PREFERRED = "PREFERRED_CHALLENGE"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A first factor that was chosen, with the plain password where it was sent along."""

    challenge: ChallengeName
    password: str | None = field(default=None, repr=False)


def prefers_password(attempt: Attempt) -> bool:
    """Whether the request itself brings the password."""
    return attempt.parameters.get(_PREFERRED) == ChallengeName.PASSWORD


def begin(services: Services, attempt: Attempt, user: User | None, subject: str, progress: Progress) -> SignIn:
    """
    The sign-in of *user*, with what is known of them and the level that it is to reach.

    Raises:
        InvalidParameterException, FeatureUnavailableInTierException: a step-up that cannot be.
    """
    targets = step_up.target_of(attempt)
    if user is None:
        return _begun_by_nobody(services, SignIn(attempt, None, subject, progress), targets)
    facts = people.facts_of(services, attempt.pool, user, device_key=progress.device_key, is_choice=True)
    progress = step_up.progress_of(services, attempt, facts, targets, progress)
    return SignIn(attempt, user, subject, progress, facts)


def first(sign_in: SignIn) -> Chosen | None:
    """The preferred factor, if it is one that the user may begin with."""
    preferred = sign_in.attempt.parameters.get(_PREFERRED)
    if preferred is None or preferred not in available(sign_in):
        return None
    return chosen(sign_in.attempt, ChallengeName(preferred))


def chosen(attempt: Attempt, challenge: ChallengeName) -> Chosen:
    """*challenge* with what the request says for it."""
    password = attempt.parameters.get("PASSWORD") if challenge is ChallengeName.PASSWORD else None
    return Chosen(challenge, password or None)


def available(sign_in: SignIn) -> tuple[ChallengeName, ...]:
    """What the sign-in may go on with, in AWS's order."""
    if sign_in.facts is None:
        return _feigned(sign_in)
    progress = sign_in.progress
    offered = first_challenges(sign_in.facts, target=None if progress.proofs else progress.target)
    if progress.proofs and progress.target is not None:
        return step_up.lifting(offered, progress, progress.target)
    return offered


def question(services: Services, sign_in: SignIn, choice: Chosen | None) -> Question:
    """
    The question that *choice* leads to; SELECT_CHALLENGE where none was made.

    Raises:
        InvalidParameterException: SRP_A is missing, or nothing can be offered.
    """
    if sign_in.facts is not None and FIRST_FACTORS & frozenset(sign_in.progress.proofs) and choice is None:
        follows = next_step(sign_in.facts, sign_in.progress)
        if isinstance(follows, Ask):
            return questions.question_of(services, sign_in, follows)
    offered = available(sign_in)
    if not offered:
        if sign_in.progress.target is not None:
            raise unreachable()
        raise InvalidParameterException("No authentication factor is available for this user.")
    if choice is None:
        return selection.ask_challenge(offered)
    if choice.challenge is ChallengeName.PASSWORD_SRP:
        return srp.ask(services, sign_in, sign_in.attempt.required("SRP_A"))
    asked = questions.question_of(services, sign_in, Ask(choice.challenge))
    return replace(asked, available=offered)


def _begun_by_nobody(services: Services, sign_in: SignIn, targets: Sequence[int]) -> SignIn:
    """A name of nobody reaches what its feigned factors reach, and is refused what they do not."""
    if not targets:
        return sign_in
    step_up.refuse_token(services, sign_in.attempt)
    for target in targets:
        aimed = replace(sign_in, progress=replace(sign_in.progress, target=target))
        if _feigned(aimed):
            return aimed
    raise unreachable()


def _feigned(sign_in: SignIn) -> tuple[ChallengeName, ...]:
    pool, target = sign_in.attempt.pool, sign_in.progress.target
    seconds = mfa.factors_of(pool) if mfa.mode_of(pool) == "ON" else ()
    found = _feigned_factors(sign_in)
    return tuple(each for each in found if target is None or reaches(each, seconds, target))


def _feigned_factors(sign_in: SignIn) -> tuple[ChallengeName, ...]:
    pool, given = sign_in.attempt.pool, sign_in.attempt.given
    allowed = first_factors_of(pool)
    found = [ChallengeName.PASSWORD_SRP, ChallengeName.PASSWORD]
    if mfa.mode_of(pool) == "ON":
        return tuple(found)
    if "SMS_OTP" in allowed and (is_phone_number(given) or "EMAIL_OTP" not in allowed):
        found.append(ChallengeName.SMS_OTP)
    elif "EMAIL_OTP" in allowed:
        found.append(ChallengeName.EMAIL_OTP)
    # Some people have a passkey and some have not, and so have the names of nobody, each its own way for good.
    if "WEB_AUTHN" in allowed and int(sign_in.subject[-1], 16) % 2:
        found.append(ChallengeName.WEB_AUTHN)
    return tuple(found)
