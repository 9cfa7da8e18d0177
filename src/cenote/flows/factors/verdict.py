"""
What factors say and are told: the records between them and flows.sign_in.

    ask(services, sign_in, options)   ─► Question   what the client is shown, what is kept for the answer, what is sent
    check(services, sign_in, state)   ─► Verdict    what the answer proves

A factor writes neither by itself: what must be written with its question or its verdict is an *effect*, run in the transaction
that puts the one or settles the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.errors import Fault
from cenote.flows.attempt import Attempt
from cenote.model.sign_in.machine import Facts
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.sign_in.progress import Progress
from cenote.model.user import User
from cenote.storage.database import Tx

Effect = Callable[[Tx], None]


@dataclass(frozen=True, slots=True)
class SignIn:
    """
    An open sign-in at one request.

    *user* is None for a name that belongs to nobody; *subject* is what attempts are counted under, the sub where there is a user. *facts*
    are there where a first factor is chosen; None for nobody.
    """

    attempt: Attempt
    user: User | None
    subject: str
    progress: Progress
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """
    A challenge as it is put to the client.

    *parameters* are ChallengeParameters. *state* (JSON values; secrets and digests welcome) is sealed into the challenge's row and comes
    back to `check`. *effect* runs in the transaction that writes the row (a message is queued), *after* once it is committed. A question
    without a row (*is_stateless*) carries its own state, as SECRET_BLOCK does; *session* is what its client is given to send back, if
    anything. *available* are AvailableChallenges, where AWS names them.
    *sign_in_id* is given where clients answer without a session, so that the round is found by what they do send.
    """

    challenge: ChallengeName
    parameters: Mapping[str, str]
    state: Mapping[str, Any] = field(default_factory=dict, repr=False)
    effect: Effect | None = None
    after: Callable[[], None] | None = None
    is_stateless: bool = False
    session: str | None = field(default=None, repr=False)
    available: tuple[ChallengeName, ...] = ()
    sign_in_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The outcome of checking one proof, known to nobody until it is settled.

    *method* is how, for metrics. *user* is None for a name that belongs to nobody; *subject* is what attempts are counted under.
    *spent_digest* marks something that may be used once, until *spent_until_ms*. *effect* runs with a right proof, in the transaction that
    counts it, and may raise a Fault: the proof is refused then. *fault* is what a wrong proof is told. *changed* is applied to the user
    with a right proof (an address is verified by it). *keeps_round*: a wrong answer leaves the challenge open for another try.
    """

    method: str
    user: User | None
    subject: str
    proof: Proof
    is_right: bool
    spent_digest: bytes | None = None
    spent_until_ms: int = 0
    effect: Effect | None = None
    fault: Fault | None = None
    changed: Callable[[User], User] | None = None
    keeps_round: bool = False
