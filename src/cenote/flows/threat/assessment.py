"""
Assessing one attempt: what it is held against is read, the score is made, and the pool's settings say what follows.

Source: developer guide, "Working with adaptive authentication", "Working with compromised-credentials detection".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from cenote.flows.attempt import Attempt
from cenote.flows.services import Services
from cenote.flows.threat.circumstances import address_subject, seen_from
from cenote.flows.threat.configuration import NO_ACTION, Mode, RiskSettings, Watched, mode_of, settings_of
from cenote.model.auth_event import AuthEvent, Decision, EventResponse, is_own, is_stranger
from cenote.model.sign_in.names import BLOCK
from cenote.model.user import User
from cenote.storage import attempts, auth_events
from cenote.storage.database import Tx
from cenote.threat.score import WINDOW_MS, Level, Score, Velocity, score
from cenote.threat.sighting import Sighting, is_within, sighting_of

ATTEMPTS = "threat_attempts"
FAILURES = "threat_failures"
COMPROMISED = "compromised_password"
BLOCKED_ADDRESS = "blocked_address"
SKIPPED_ADDRESS = "skipped_address"
_KNOWN = 50
_RECENT = 100

log: Any = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Assessment:
    """
    What was found of an attempt, and what follows.

    *demand* is "", "MFA_IF_CONFIGURED", "MFA_REQUIRED" or "BLOCK". *level* is None for no risk, *reasons* name the signals. *action* is
    the pool's own at that level, *notifies* whether the user is to be told of it; both stay empty where the pool only watches.
    """

    mode: Mode
    event: Watched
    decision: Decision = Decision.NO_RISK
    level: Level | None = None
    compromised: bool = False
    demand: str = ""
    reasons: tuple[str, ...] = ()
    points: int = 0
    action: str = ""
    notifies: bool = False
    settings: RiskSettings = field(default_factory=RiskSettings)
    seen: Sighting | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether the attempt is to be refused."""
        return self.demand == BLOCK


@dataclass(frozen=True, slots=True)
class _Past:
    settings: RiskSettings
    known: Sequence[Sighting] = ()
    reported: Sequence[Sighting] = ()
    velocity: Velocity = field(default_factory=Velocity)


def assess(
    services: Services,
    attempt: Attempt,
    user: User | None,
    *,
    password: str | None = None,
    event: Watched = Watched.SIGN_IN,
    is_custom: bool = False,
) -> Assessment:
    """
    What threat protection has to say of *attempt*, by somebody who has proved to be *user* (None: who is about to become one).

    *password* is given where it was sent in plain text. Nothing is written, and nothing raised.
    """
    mode = mode_of(attempt.pool, is_custom=is_custom)
    if mode is Mode.OFF:
        return Assessment(mode, event)
    services.database.refuse_inside_write()
    seen = seen_from(services, attempt.client, attempt.origin)
    with services.database.read() as tx:
        past = _past_of(services, tx, attempt, user, seen)
    is_compromised = (
        password is not None
        and past.settings.checks_passwords(event)
        and services.compromised_passwords.is_known(password)
    )
    found = _judged(mode, event, seen, past, is_compromised=is_compromised)
    _tell(services, attempt, user, found)
    return found


def _judged(mode: Mode, event: Watched, seen: Sighting, past: _Past, *, is_compromised: bool) -> Assessment:
    settings, is_enforced = past.settings, mode is Mode.ENFORCED
    reasons = (COMPROMISED,) if is_compromised else ()
    is_barred = is_within(seen.address, settings.blocked_ranges)
    must_block = is_barred or (is_compromised and settings.blocks_compromised)
    found = Score(0, (BLOCKED_ADDRESS,) if is_barred else ())
    if is_within(seen.address, settings.skipped_ranges) and not is_barred:
        found = Score(0, (SKIPPED_ADDRESS,))
    elif not is_barred:
        found = score(seen, past.known, past.reported, past.velocity)
    # Actions are for taking over accounts, which nobody does by signing up or by changing a password that they know.
    acts = is_enforced and event is Watched.SIGN_IN
    action = settings.action_at(found.level) if acts else ""
    demand = BLOCK if is_enforced and must_block else action.replace(NO_ACTION, "")
    return Assessment(
        mode=mode,
        event=event,
        decision=_decision(demand, found.level),
        level=found.level,
        compromised=is_compromised,
        demand=demand,
        reasons=(*reasons, *found.reasons),
        points=found.points,
        action=action,
        notifies=acts and found.level is not None and settings.notifies_at(found.level),
        settings=settings,
        seen=seen,
    )


def _decision(demand: str, level: Level | None) -> Decision:
    if demand == BLOCK:
        return Decision.BLOCK
    return Decision.NO_RISK if level is None else Decision.ACCOUNT_TAKEOVER


def _past_of(services: Services, tx: Tx, attempt: Attempt, user: User | None, seen: Sighting) -> _Past:
    pool_id = attempt.pool.pool_id
    settings = settings_of(tx, pool_id, attempt.client.client_id)
    latest: list[AuthEvent] = []
    passed: list[AuthEvent] = []
    if user is not None:
        latest = auth_events.page(tx, pool_id, user.sub, after=None, limit=_RECENT)
        passed = auth_events.passed(tx, pool_id, user.sub, limit=_KNOWN)
    every = {event.event_id: event for event in (*latest, *passed)}
    newest_first = sorted(every.values(), key=lambda event: (event.created_at_ms, event.event_id), reverse=True)
    recent = [event for event in latest if event.created_at_ms > seen.at_ms - WINDOW_MS]
    subject = address_subject(services, pool_id, seen.address) if seen.address else None
    return _Past(
        settings=settings,
        known=[_sighting(event) for event in newest_first if is_own(event)],
        reported=[_sighting(event) for event in newest_first if is_stranger(event)],
        velocity=Velocity(
            user_attempts=len(recent),
            user_failures=sum(event.response is EventResponse.FAIL for event in recent),
            address_attempts=_counted(tx, pool_id, subject, ATTEMPTS, seen.at_ms),
            address_failures=_counted(tx, pool_id, subject, FAILURES, seen.at_ms),
        ),
    )


def _sighting(event: AuthEvent) -> Sighting:
    return sighting_of(event.created_at_ms, event.document.get("seen", {}))


def _counted(tx: Tx, pool_id: str, subject: str | None, act: str, now_ms: int) -> int:
    return 0 if subject is None else attempts.counted(tx, pool_id, subject, act, now_ms)


def _tell(services: Services, attempt: Attempt, user: User | None, found: Assessment) -> None:
    """Count and log what was found; addresses and names stay in the event."""
    services.metrics.risk(found.event.value, found.level.value if found.level else "NoRisk", found.decision.value)
    if found.compromised:
        services.metrics.compromised_password(found.event.value)
    if found.reasons:
        log.info(
            "risk_assessed",
            pool_id=attempt.pool.pool_id,
            client_id=attempt.client.client_id,
            sub=user.sub if user else None,
            occasion=found.event.value,
            level=found.level.value if found.level else None,
            points=found.points,
            reasons=list(found.reasons),
            decision=found.decision.value,
            mode=found.mode.value,
        )
