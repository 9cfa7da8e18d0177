"""
Events of authentication, kept where threat protection is on: one row, the counts of the address, and the mail that tells the user.

Source: developer guide, "Viewing and exporting user event history"; API_AuthEventType.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog

from cenote.base import ids
from cenote.base.errors import Fault
from cenote.flows import deliveries
from cenote.flows.attempt import Attempt
from cenote.flows.deliveries import Delivery
from cenote.flows.services import Services
from cenote.flows.threat.assessment import ATTEMPTS, FAILURES, Assessment
from cenote.flows.threat.circumstances import address_subject, seen_from
from cenote.flows.threat.configuration import Mode, mode_of
from cenote.flows.threat.notices import notice_of, queue
from cenote.model.auth_event import AuthEvent, ChallengeKind, Decision, EventResponse, EventType, created_at_ms_of
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import attempts, auth_events, users
from cenote.storage.database import Tx
from cenote.threat.score import WINDOW_MS
from cenote.threat.sighting import Sighting

Challenges = Sequence[tuple[ChallengeKind, bool]]

log: Any = structlog.get_logger(__name__)


def record(
    services: Services,
    attempt: Attempt,
    user: User | None,
    event_type: EventType,
    response: EventResponse,
    assessment: Assessment | None = None,
    *,
    challenges: Challenges = (),
    is_custom: bool = False,
) -> str | None:
    """
    Keep what *user* did; the event's id, or None where nothing is kept: threat protection is off, or there is no user.

    Also of nobody's attempts, those from one address are counted. A mail that is due to *assessment* goes with the event.
    """
    if mode_of(attempt.pool, is_custom=is_custom) is Mode.OFF:
        return None
    seen = assessment.seen if assessment and assessment.seen else seen_from(services, attempt.client, attempt.origin)
    event = _event(services, attempt, user, event_type, response, assessment, seen, challenges) if user else None
    notice = notice_of(services, attempt, user, event, assessment) if user and event and assessment else None

    def write(tx: Tx) -> Delivery | None:
        _count(services, tx, attempt, seen, response)
        # A user who is being deleted must not leave an event behind.
        if event is None or users.hold(tx, event.pool_id, event.sub) is None:
            return None
        auth_events.put(tx, event)
        return queue(services, tx, notice) if notice is not None else None

    delivery = services.database.write("record auth event", write)
    if delivery is not None:
        _hand_over(services, delivery)
    return event.event_id if event else None


def finish(
    services: Services,
    pool: Pool,
    user: User,
    event_id: str,
    response: EventResponse,
    *,
    challenges: Challenges = (),
) -> AuthEvent | None:
    """Say how an event ended, with the challenges that were met since; the event, None when it is gone."""
    return services.database.write(
        "finish auth event", lambda tx: _finish(tx, pool, user, event_id, response, challenges)
    )


def fail(services: Services, attempt: Attempt, user: User, event_id: str, *, challenges: Challenges) -> None:
    """Say that a round of an event went wrong, and count it for its address. A later round may still bring it to a good end."""
    seen = seen_from(services, attempt.client, attempt.origin)

    def write(tx: Tx) -> None:
        _finish(tx, attempt.pool, user, event_id, EventResponse.FAIL, challenges)
        _count(services, tx, attempt, seen, EventResponse.FAIL)

    services.database.write("fail auth event", write)


def _finish(
    tx: Tx, pool: Pool, user: User, event_id: str, response: EventResponse, challenges: Challenges
) -> AuthEvent | None:
    at_ms = created_at_ms_of(event_id)
    event = auth_events.get(tx, pool.pool_id, user.sub, at_ms, event_id) if at_ms is not None else None
    if event is None:
        return None
    met = [*event.document["challenges"], *_listed(challenges)]
    ended = replace(event, response=response, document={**event.document, "challenges": met})
    auth_events.update_event(tx, ended)
    return ended


def _event(
    services: Services,
    attempt: Attempt,
    user: User,
    event_type: EventType,
    response: EventResponse,
    assessment: Assessment | None,
    seen: Sighting,
    challenges: Challenges,
) -> AuthEvent:
    event_id = ids.new_ordered_id(services.clock.now_ms())
    document = {
        "client_id": attempt.client.client_id,
        "seen": seen.document,
        "risk": _risk_of(assessment),
        "challenges": _listed(challenges),
    }
    at_ms = created_at_ms_of(event_id) or 0
    return AuthEvent(attempt.pool.pool_id, user.sub, at_ms, event_id, event_type, response, document)


def _risk_of(assessment: Assessment | None) -> dict[str, Any]:
    if assessment is None:
        return {"decision": Decision.NO_RISK.value}
    return {
        "decision": assessment.decision.value,
        "level": assessment.level.value if assessment.level else None,
        "points": assessment.points,
        "reasons": list(assessment.reasons),
        "compromised": assessment.compromised,
    }


def _listed(challenges: Challenges) -> list[list[Any]]:
    return [[kind.value, is_right] for kind, is_right in challenges]


def _count(services: Services, tx: Tx, attempt: Attempt, seen: Sighting, response: EventResponse) -> None:
    if seen.address is None:
        return
    pool_id = attempt.pool.pool_id
    subject = address_subject(services, pool_id, seen.address)
    for act in (ATTEMPTS, FAILURES) if response is EventResponse.FAIL else (ATTEMPTS,):
        attempts.count(tx, pool_id, subject, act, window_ms=WINDOW_MS, now_ms=services.clock.now_ms())


def _hand_over(services: Services, delivery: Delivery) -> None:
    """A notice is no part of the sign-in: it must not fail with the function that sends it."""
    try:
        deliveries.hand_over(services, [delivery])
    except Fault as fault:
        log.warning("notice_not_sent", code=fault.code, cause=fault.cause or fault.message)
