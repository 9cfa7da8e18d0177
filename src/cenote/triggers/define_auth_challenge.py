"""
DefineAuthChallenge: what a custom sign-in asks for next, or that it is over.

Source: developer guide "Define Auth challenge Lambda trigger".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cenote.base.errors import InvalidLambdaResponseException
from cenote.model.user import User
from cenote.triggers.answers import UNRECOGNIZABLE, Response, flag, text
from cenote.triggers.events import user_attributes_of, with_metadata, with_not_found

SOURCE = "DefineAuthChallenge_Authentication"
RESPONSE = {"challengeName": None, "issueTokens": None, "failAuthentication": None}

Round = Mapping[str, Any]


def request_of(
    user: User | None, rounds: Sequence[Round], metadata: Mapping[str, str], *, hides_users: bool
) -> dict[str, Any]:
    """The event's request; *rounds* are what was asked so far, oldest first."""
    request = {"userAttributes": user_attributes_of(user), "session": session_of(rounds)}
    return with_metadata(with_not_found(request, user, hides_users=hides_users), metadata)


def session_of(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """`session`: each round with its three members."""
    return [
        {
            "challengeName": each["challengeName"],
            "challengeResult": each["challengeResult"],
            "challengeMetadata": each.get("challengeMetadata"),
        }
        for each in rounds
    ]


def definition_in(response: Response) -> tuple[str | None, bool, bool]:
    """
    What follows: the challenge's name, whether tokens do, whether the sign-in fails.

    Raises:
        InvalidLambdaResponseException: none of them, or not of the types that they have.
    """
    challenge = text(response, "challengeName") or None
    issues_tokens, fails = flag(response, "issueTokens"), flag(response, "failAuthentication")
    if not (challenge or issues_tokens or fails):
        raise InvalidLambdaResponseException(UNRECOGNIZABLE, cause="it names no challenge, and neither ends nor fails")
    return challenge, issues_tokens, fails
