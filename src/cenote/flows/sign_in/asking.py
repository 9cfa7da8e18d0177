"""
Putting a question to a client: the round that waits for its answer is written in one transaction with what made it due.

    questions.question_of ─► pending(...) ─► write(tx) ─► tell()
"""

from dataclasses import dataclass

from cenote.base.errors import NotAuthorizedException
from cenote.flows import passwords
from cenote.flows.factors.verdict import Question, SignIn
from cenote.flows.services import Services
from cenote.flows.sign_in import rounds
from cenote.flows.sign_in.asked import Asked
from cenote.flows.sign_in.rounds import Round
from cenote.model.challenge import Challenge
from cenote.storage import challenges, lockout
from cenote.storage.database import Tx


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that is ready to be put; *row* is None where the client carries the state."""

    asked: Asked
    row: Challenge | None
    question: Question

    def write(self, tx: Tx) -> None:
        """Write the round, and what goes with it."""
        if self.row is not None:
            challenges.put(tx, self.row)
        if self.question.effect is not None:
            self.question.effect(tx)

    def tell(self) -> Asked:
        """What the client is told, once the round is committed."""
        if self.question.after is not None:
            self.question.after()
        return self.asked


def pending(services: Services, sign_in: SignIn, question: Question, *, sign_in_id: bytes | None = None) -> Pending:
    """*question* as it will be put."""
    session, row = question.session, None
    if not question.is_stateless:
        attempt = sign_in.attempt
        session, row = rounds.new_round(
            services,
            attempt.pool.pool_id,
            attempt.client.client_id,
            sign_in.subject,
            question.challenge,
            sign_in.progress,
            question.state,
            ttl_s=attempt.client.session_ttl_s,
            sign_in_id=question.sign_in_id or sign_in_id,
        )
    asked = Asked(question.challenge, question.parameters, session, question.available)
    return Pending(asked, row, question)


def put(services: Services, sign_in: SignIn, question: Question, former: Round | None = None) -> Asked:
    """
    Put *question*, in the place of *former* if the sign-in is open already.

    Raises:
        NotAuthorizedException: *former* was answered meanwhile, or the user has to wait.
    """
    now_ms = services.clock.now_ms()
    ready = pending(services, sign_in, question, sign_in_id=former.sign_in_id if former else None)
    if ready.row is None and former is None and question.effect is None:
        return ready.tell()

    def write(tx: Tx) -> None:
        if former is not None:
            # Whoever has to wait learns nothing by an answer, and gets no further by one.
            if lockout.is_paused(tx, sign_in.attempt.pool.pool_id, sign_in.subject, now_ms):
                raise NotAuthorizedException(passwords.TOO_MANY_ATTEMPTS)
            rounds.take(tx, former, now_ms)
        ready.write(tx)

    services.database.write("ask", write)
    return ready.tell()
