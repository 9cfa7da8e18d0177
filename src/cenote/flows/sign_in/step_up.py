"""
Step-up: a sign-in that is to reach a level of assurance, from scratch or from the proofs of an access token.

Source: developer guide, "Step-up authentication"; API_InitiateAuth, TARGET_ACR_VALUES, MAX_AGE, ACCESS_TOKEN.
"""

from collections.abc import Sequence
from dataclasses import replace

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.flows import tokens
from cenote.flows.attempt import Attempt
from cenote.flows.services import Services
from cenote.model.pool_settings.tiers import DEFAULT_TIER, require_tier
from cenote.model.sign_in.first_factors import FIRST_PROOFS
from cenote.model.sign_in.levels import level_named, level_of
from cenote.model.sign_in.machine import Ask, Facts, first_challenges, next_step, unreachable
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.sign_in.progress import Progress
from cenote.storage import refresh_tokens

_TARGET, _TOKEN, _AGE = "TARGET_ACR_VALUES", "ACCESS_TOKEN", "MAX_AGE"
_MAX_DIGITS = 18


def target_of(attempt: Attempt) -> tuple[int, ...]:
    """
    The levels that the request would have, first choice first; empty where it asks for none.

    Raises:
        InvalidParameterException: no value names a level of the pool.
        FeatureUnavailableInTierException: the pool's plan has no levels.
    """
    values = attempt.parameters.get(_TARGET)
    if not values:
        if attempt.parameters.get(_TOKEN) or attempt.parameters.get(_AGE):
            raise InvalidParameterException(f"Missing required parameter {_TARGET}")
        return ()
    require_tier(attempt.pool.document.get("UserPoolTier", DEFAULT_TIER), "ESSENTIALS", "Step-Up Authentication")
    named = [level_named(attempt.pool, value) for value in values.split()]
    levels = tuple(dict.fromkeys(level for level in named if level is not None))
    if not levels:
        raise InvalidParameterException("None of the requested ACR values is configured for the user pool.")
    return levels


def progress_of(
    services: Services, attempt: Attempt, facts: Facts, targets: Sequence[int], progress: Progress
) -> Progress:
    """
    The sign-in's beginning: the proofs of its access token, if they are fresh, and the first of *targets* that can be reached.

    Raises:
        InvalidParameterException: the level is reached already, or none can be.
        NotAuthorizedException: the access token is not this user's.
    """
    if not targets:
        return progress
    progress = replace(progress, proofs=_earlier_proofs(services, attempt, facts))
    if progress.proofs and level_of(progress.proofs) >= targets[0]:
        raise InvalidParameterException("The requested ACR value is satisfied already.")
    for target in targets:
        aimed = replace(progress, target=target)
        if _can_reach(facts, aimed, target):
            return aimed
    raise unreachable()


def refuse_token(services: Services, attempt: Attempt) -> None:
    """Refuse an access token that comes with a name of nobody, whose none can be, as one of another user; NotAuthorizedException."""
    token = attempt.parameters.get(_TOKEN)
    if token:
        tokens.verify_access_token(services, token)
        raise _anothers()


def lifting(offered: Sequence[ChallengeName], progress: Progress, target: int) -> tuple[ChallengeName, ...]:
    """Those of *offered* by which a sign-in that has begun reaches *target*."""
    return tuple(each for each in offered if level_of((*progress.proofs, FIRST_PROOFS[each])) >= target)


def _can_reach(facts: Facts, progress: Progress, target: int) -> bool:
    if not progress.proofs:
        return bool(first_challenges(facts, target=target))
    if isinstance(next_step(facts, progress), Ask):
        return True
    return bool(lifting(first_challenges(facts), progress, target))


def _earlier_proofs(services: Services, attempt: Attempt, facts: Facts) -> tuple[Proof, ...]:
    token = attempt.parameters.get(_TOKEN)
    if not token:
        return ()
    subject = tokens.verify_access_token(services, token)
    if subject.user.sub != facts.user.sub or subject.client.client_id != attempt.client.client_id:
        raise _anothers()
    age_s = services.clock.now_ms() // 1000 - int(subject.claims["auth_time"])
    if age_s > _longest_age_s(attempt):
        return ()
    with services.database.read() as tx:
        # A token that was derived for this client is of a sign-in at another one, whose proofs were not given to this.
        details = refresh_tokens.details_of(tx, subject.client.client_id, str(subject.claims.get("origin_jti", "")))
    return tuple(Proof(name) for name in (details or {}).get("proofs", ()))


def _anothers() -> NotAuthorizedException:
    return NotAuthorizedException("Invalid Access Token", cause="ACCESS_TOKEN is another user's or client's")


def _longest_age_s(attempt: Attempt) -> float:
    given = attempt.parameters.get(_AGE)
    if not given:
        return float("inf")
    if not given.isascii() or not given.isdecimal() or len(given) > _MAX_DIGITS:
        raise InvalidParameterException(f"{_AGE} must be a number of seconds.")
    return int(given)
