"""
CreateAuthChallenge: a challenge of the pool's own.

Source: developer guide "Create Auth challenge Lambda trigger".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cenote.model.user import User
from cenote.triggers.answers import Response, text, text_map
from cenote.triggers.define_auth_challenge import Round, session_of
from cenote.triggers.events import user_attributes_of, with_metadata, with_not_found

SOURCE = "CreateAuthChallenge_Authentication"
RESPONSE = {"publicChallengeParameters": None, "privateChallengeParameters": None, "challengeMetadata": None}


def request_of(
    user: User | None, challenge: str, rounds: Sequence[Round], metadata: Mapping[str, str], *, hides_users: bool
) -> dict[str, Any]:
    """The event's request."""
    request = {
        "userAttributes": user_attributes_of(user),
        "challengeName": challenge,
        "session": session_of(rounds),
    }
    return with_metadata(with_not_found(request, user, hides_users=hides_users), metadata)


def creation_in(response: Response) -> tuple[dict[str, str], dict[str, str], str | None]:
    """Public parameters, private parameters, and the metadata of the challenge; InvalidLambdaResponseException when it is none."""
    return (
        text_map(response, "publicChallengeParameters"),
        text_map(response, "privateChallengeParameters"),
        text(response, "challengeMetadata"),
    )
