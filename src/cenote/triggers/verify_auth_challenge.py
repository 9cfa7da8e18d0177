"""
VerifyAuthChallengeResponse: whether the answer to a challenge of the pool's own is right.

Source: developer guide "Verify Auth challenge response Lambda trigger".
"""

from collections.abc import Mapping
from typing import Any

from cenote.model.user import User
from cenote.triggers.answers import Response, flag
from cenote.triggers.events import user_attributes_of, with_metadata, with_not_found

SOURCE = "VerifyAuthChallengeResponse_Authentication"
RESPONSE = {"answerCorrect": None}


def request_of(
    user: User | None, private: Mapping[str, str], answer: str, metadata: Mapping[str, str], *, hides_users: bool
) -> dict[str, Any]:
    """The event's request; *private* is what the challenge was created with."""
    request = {
        "userAttributes": user_attributes_of(user),
        "privateChallengeParameters": dict(private),
        "challengeAnswer": answer,
    }
    return with_metadata(with_not_found(request, user, hides_users=hides_users), metadata)


def is_right(response: Response) -> bool:
    """Whether the function took the answer for right; InvalidLambdaResponseException when it says neither yes nor no."""
    return flag(response, "answerCorrect")
