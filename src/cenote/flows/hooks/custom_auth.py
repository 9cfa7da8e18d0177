"""Custom authentication: DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.flows.attempt import Attempt
from cenote.flows.hooks.asking import ask, trigger
from cenote.flows.services import Services
from cenote.model.user import User
from cenote.triggers import create_auth_challenge, define_auth_challenge, verify_auth_challenge
from cenote.triggers.kinds import Kind

NOT_CONFIGURED = "Custom auth lambda trigger is not configured for the user pool."
# One round of the history, as functions are shown it; not to be taken for sign_in.rounds.Round.
HistoryEntry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """What follows: a challenge by its name, tokens, or the end."""

    challenge: str | None
    issues_tokens: bool
    fails: bool


@dataclass(frozen=True, slots=True)
class Creation:
    """A challenge of the pool's own: what the client is shown, what the answer is held against, and a word for the history."""

    public: Mapping[str, str]
    private: Mapping[str, str] = field(repr=False)
    metadata: str | None


def define(services: Services, attempt: Attempt, user: User | None, rounds: Sequence[HistoryEntry]) -> Definition:
    """
    What the pool's function says follows after *rounds*; *user* is None for a name that belongs to nobody.

    Raises:
        InvalidParameterException: the pool has no such function.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: see triggers.caller.
    """
    request = define_auth_challenge.request_of(
        user, rounds, attempt.origin.metadata, hides_users=attempt.client.hides_users
    )
    response = _ask(
        services,
        attempt,
        user,
        Kind.DEFINE_AUTH_CHALLENGE,
        define_auth_challenge.SOURCE,
        request,
        define_auth_challenge.RESPONSE,
    )
    return Definition(*define_auth_challenge.definition_in(response))


def create(
    services: Services, attempt: Attempt, user: User | None, challenge: str, rounds: Sequence[HistoryEntry]
) -> Creation:
    """A challenge of the pool's own, by the name *challenge*; raises as `define`."""
    request = create_auth_challenge.request_of(
        user, challenge, rounds, attempt.origin.metadata, hides_users=attempt.client.hides_users
    )
    response = _ask(
        services,
        attempt,
        user,
        Kind.CREATE_AUTH_CHALLENGE,
        create_auth_challenge.SOURCE,
        request,
        create_auth_challenge.RESPONSE,
    )
    return Creation(*create_auth_challenge.creation_in(response))


def verify(services: Services, attempt: Attempt, user: User | None, private: Mapping[str, str], answer: str) -> bool:
    """Whether the pool's function takes *answer* for right, of the challenge made with *private*; raises as `define`."""
    request = verify_auth_challenge.request_of(
        user, private, answer, attempt.origin.metadata, hides_users=attempt.client.hides_users
    )
    response = _ask(
        services,
        attempt,
        user,
        Kind.VERIFY_AUTH_CHALLENGE,
        verify_auth_challenge.SOURCE,
        request,
        verify_auth_challenge.RESPONSE,
    )
    return verify_auth_challenge.is_right(response)


def _ask(
    services: Services,
    attempt: Attempt,
    user: User | None,
    kind: Kind,
    source: str,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
) -> Mapping[str, Any]:
    asked = trigger(attempt.pool, kind)
    if asked is None:
        raise InvalidParameterException(NOT_CONFIGURED, cause=f"{kind.value} is not set")
    return ask(
        services,
        attempt.pool,
        asked,
        source,
        user_name=user.username if user is not None else attempt.given,
        client=attempt.client,
        origin=attempt.origin,
        request=request,
        response=response,
    )
