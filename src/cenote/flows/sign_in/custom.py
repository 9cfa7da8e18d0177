"""
Custom authentication: the pool's functions define, create and verify the challenges.

    Define(session so far) ─► a built-in challenge ─► its factor ─┐
                           ─► CUSTOM_CHALLENGE: Create ─► answer: Verify ─► Define(session + result) …
                           ─► issueTokens ─► the state machine      ─► failAuthentication ─► refused

A wrong answer is counted like a wrong password, then Define says whether another try is asked for.

Source: developer guide, "Custom authentication challenge Lambda triggers".
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cenote.base.errors import Fault, InvalidLambdaResponseException, NotAuthorizedException
from cenote.flows import passwords
from cenote.flows.factors import srp
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.hooks import custom_auth
from cenote.flows.services import Services
from cenote.flows.sign_in import people
from cenote.flows.sign_in.rounds import Round
from cenote.model.mfa import Mfa, is_reachable
from cenote.model.pool import Pool
from cenote.model.sign_in.machine import CHALLENGES, Ask
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.user import User, UserStatus

# A Define function that never ends a sign-in must not let its history grow for ever.
MAX_ROUNDS = 100
_FACTORS = {challenge.value: factor for factor, challenge in CHALLENGES.items()}
Decided = SignIn | Question | Ask | Fault


def begin(services: Services, sign_in: SignIn) -> Decided:
    """What a new custom sign-in starts with; by SRP first where the client sends SRP_A."""
    parameters = sign_in.attempt.parameters
    if parameters.get("CHALLENGE_NAME") == "SRP_A":
        sign_in.attempt.required("SRP_A")
        sign_in = _with_round(sign_in, "SRP_A", is_right=True, metadata=None)
    return decide(services, sign_in)


def after_proof(services: Services, sign_in: SignIn, verdict: Verdict, former: Round | None) -> Decided:
    """What follows a built-in challenge that was answered rightly."""
    name = former.name.value if former is not None else ChallengeName.PASSWORD_VERIFIER.value
    sign_in = _with_round(sign_in, name, is_right=verdict.is_right, metadata=None)
    user = sign_in.user
    if user is not None and user.status is UserStatus.FORCE_CHANGE_PASSWORD and verdict.proof is Proof.PASSWORD:
        return Ask(ChallengeName.NEW_PASSWORD_REQUIRED)
    return decide(services, sign_in)


def decide(services: Services, sign_in: SignIn) -> Decided:
    """
    Ask Define what comes next; a sign-in that has the proof CUSTOM is one that the pool's functions let pass.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the function failed.
    """
    history = sign_in.progress.rounds
    if len(history) > MAX_ROUNDS:
        return NotAuthorizedException(passwords.WRONG_PASSWORD, cause="too many custom challenges")
    definition = custom_auth.define(services, sign_in.attempt, sign_in.user, history)
    if definition.fails or (definition.issues_tokens and sign_in.user is None):
        return NotAuthorizedException(passwords.WRONG_PASSWORD, cause="DefineAuthChallenge refused")
    if definition.issues_tokens:
        return replace(sign_in, progress=sign_in.progress.with_proof(Proof.CUSTOM))
    return _asked_for(services, sign_in, definition.challenge or "")


def verified(services: Services, sign_in: SignIn, state: Mapping[str, Any]) -> tuple[SignIn, bool]:
    """Have the answer to CUSTOM_CHALLENGE verified; the sign-in with that in its history, and whether it was right."""
    given = sign_in.attempt.required("ANSWER")
    is_right = custom_auth.verify(services, sign_in.attempt, sign_in.user, state["private"], given)
    name = ChallengeName.CUSTOM_CHALLENGE.value
    return _with_round(sign_in, name, is_right=is_right, metadata=state["metadata"]), is_right


def _asked_for(services: Services, sign_in: SignIn, name: str) -> Question | Ask:
    """The challenge that Define named."""
    attempt, user = sign_in.attempt, sign_in.user
    if name == ChallengeName.CUSTOM_CHALLENGE:
        return _created(services, sign_in)
    if name == ChallengeName.PASSWORD_VERIFIER:
        return srp.ask(services, sign_in, attempt.required("SRP_A"))
    factor = _FACTORS.get(name)
    if factor is not None and user is not None and _is_usable(services, attempt.pool, user, factor):
        return Ask(ChallengeName(name), (factor,))
    raise InvalidLambdaResponseException(
        "Unrecognizable lambda output", cause=f"DefineAuthChallenge asked for {name[:60]!r}"
    )


def _created(services: Services, sign_in: SignIn) -> Question:
    created = custom_auth.create(
        services, sign_in.attempt, sign_in.user, ChallengeName.CUSTOM_CHALLENGE.value, sign_in.progress.rounds
    )
    username = sign_in.user.username if sign_in.user is not None else sign_in.progress.feigned_name
    state = {"private": dict(created.private), "metadata": created.metadata}
    return Question(ChallengeName.CUSTOM_CHALLENGE, {**created.public, "USERNAME": username}, state)


def _is_usable(services: Services, pool: Pool, user: User, factor: Mfa) -> bool:
    facts = people.facts_of(services, pool, user, device_key=None)
    return is_reachable(user, factor, has_software_token=facts.has_software_token)


def _with_round(sign_in: SignIn, name: str, *, is_right: bool, metadata: str | None) -> SignIn:
    done = {"challengeName": name, "challengeResult": is_right, "challengeMetadata": metadata}
    progress = sign_in.progress
    return replace(sign_in, progress=replace(progress, rounds=(*progress.rounds, done)))
