"""
What follows a proof: the state machine is asked, and its answer made ready to be written.

Custom authentication has the pool's own functions name the next challenge (flows.sign_in.custom); what they let pass goes through the
state machine all the same.
"""

from dataclasses import dataclass, replace

from cenote.base.errors import Fault
from cenote.flows import threat
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.flows.sign_in import admission, asking, custom, people, questions
from cenote.flows.sign_in.admission import Admission
from cenote.flows.sign_in.arrival import Arrival, Arriving, arrived, arriving
from cenote.flows.sign_in.asked import Asked
from cenote.flows.sign_in.asking import Pending
from cenote.flows.sign_in.rounds import Round
from cenote.flows.tokens import Tokens
from cenote.model.sign_in.machine import Admit, Ask, Refuse, next_step
from cenote.model.sign_in.names import ChallengeName, Flow, Proof

Outcome = Pending | Admission | Arriving | Fault


@dataclass(frozen=True, slots=True)
class Followed:
    """The sign-in after a proof, and what it comes to."""

    sign_in: SignIn
    outcome: Outcome


def after_proof(services: Services, sign_in: SignIn, verdict: Verdict, former: Round | None) -> Followed:
    """What follows *verdict*, a right one, by which *sign_in* has its proof already."""
    if former is not None and former.name is ChallengeName.NEW_PASSWORD_REQUIRED:
        sign_in = replace(sign_in, progress=replace(sign_in.progress, has_new_password=True))
    sign_in = threat.with_demand(services, sign_in)
    if sign_in.progress.flow is Flow.CUSTOM and Proof.CUSTOM not in sign_in.progress.proofs:
        decided = custom.after_proof(services, sign_in, verdict, former)
        if not isinstance(decided, SignIn):
            return Followed(sign_in, _ready(services, sign_in, decided, former))
        sign_in = decided
    return _step(services, sign_in, former)


def _step(services: Services, sign_in: SignIn, former: Round | None) -> Followed:
    """What the state machine says of *sign_in*, made ready."""
    user, progress = sign_in.user, sign_in.progress
    if user is None:
        raise AssertionError("nobody has proved anything")
    pool = sign_in.attempt.pool
    follows = next_step(people.facts_of(services, pool, user, device_key=progress.device_key), progress)
    if isinstance(follows, Refuse):
        return Followed(sign_in, follows.fault)
    if isinstance(follows, Admit) and sign_in.attempt.is_hosted:
        return Followed(sign_in, arriving(services, sign_in, user))
    if isinstance(follows, Admit):
        return Followed(sign_in, admission.admission_of(services, sign_in, user))
    return Followed(sign_in, _ready(services, sign_in, follows, former))


def conclude(services: Services, sign_in: SignIn, method: str, outcome: Outcome) -> Asked | Tokens | Arrival:
    """
    Tell the client what its proof came to, once that is committed.

    Raises:
        Fault: the sign-in ends.
    """
    if isinstance(outcome, Fault):
        services.metrics.sign_in(method, outcome.code)
        threat.ended(services, sign_in, is_success=False)
        raise outcome
    if isinstance(outcome, Pending):
        return outcome.tell()
    minted = arrived(services, outcome) if isinstance(outcome, Arriving) else admission.minted(services, outcome)
    services.metrics.sign_in(method, "admitted")
    threat.ended(services, sign_in, is_success=True)
    return minted


def _ready(
    services: Services, sign_in: SignIn, decided: Ask | Question | Fault, former: Round | None
) -> Pending | Fault:
    if isinstance(decided, Fault):
        return decided
    question = questions.question_of(services, sign_in, decided) if isinstance(decided, Ask) else decided
    sign_in_id = former.sign_in_id if former is not None else None
    return asking.pending(services, sign_in, question, sign_in_id=sign_in_id)
