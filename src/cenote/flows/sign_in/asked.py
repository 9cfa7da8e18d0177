"""What a request of a sign-in is told when it is not over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cenote.model.sign_in.names import ChallengeName


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The sign-in goes on with *challenge*.

    *session* is None where the parameters carry the state (SECRET_BLOCK). *available* are AvailableChallenges, where there are any.
    """

    challenge: ChallengeName
    parameters: Mapping[str, str]
    session: str | None = field(repr=False)
    available: tuple[ChallengeName, ...] = ()
