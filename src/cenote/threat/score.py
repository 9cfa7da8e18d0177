"""
The score: points for each thing that speaks against an attempt, a level for their sum, and why. Pure.

What is new is new beside the sightings that are known to be the user's: without any there is nothing to be new against. Its page,
docs/threat-protection.md, has the same table: change both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cenote.threat.geo import distance_km
from cenote.threat.sighting import Sighting

NEW_DEVICE = 20
NEW_ADDRESS = 20
NEW_COUNTRY = 30
IMPOSSIBLE_TRAVEL = 50
REPORTED = 40
USER_FAILURES = 20
MANY_USER_FAILURES = 40
USER_ATTEMPTS = 20
ADDRESS_FAILURES = 30
MANY_ADDRESS_FAILURES = 60
ADDRESS_ATTEMPTS = 20

LOW, MEDIUM, HIGH = 20, 40, 70

# Faster than an airliner, and farther than databases of addresses are wrong by.
TRAVEL_KM_PER_H = 900
TRAVEL_KM = 500
WINDOW_MS = 15 * 60 * 1000
_HOUR_MS = 60 * 60 * 1000


class Level(StrEnum):
    """How risky an attempt looks, in AWS's words."""

    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"


@dataclass(frozen=True, slots=True)
class Velocity:
    """How often the user and the address tried, and how often they failed, within WINDOW_MS before this attempt."""

    user_attempts: int = 0
    user_failures: int = 0
    address_attempts: int = 0
    address_failures: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of the points; *level* is None for no risk; *reasons* are names of signals."""

    points: int
    reasons: tuple[str, ...]

    @property
    def level(self) -> Level | None:
        """The level of the sum."""
        for least, level in ((HIGH, Level.HIGH), (MEDIUM, Level.MEDIUM), (LOW, Level.LOW)):
            if self.points >= least:
                return level
        return None


def score(present: Sighting, known: Sequence[Sighting], reported: Sequence[Sighting], velocity: Velocity) -> Score:
    """
    Judge *present*.

    *known* are the sightings that are the user's, newest first; *reported* those of which the user, or an administrator, said that they
    were somebody else's.
    """
    signals = {
        "new_device": NEW_DEVICE if _is_new(present.device, [each.device for each in known]) else 0,
        "new_address": NEW_ADDRESS if _is_new(present.network, [each.network for each in known]) else 0,
        "new_country": NEW_COUNTRY if _is_new(_country(present), [_country(each) for each in known]) else 0,
        "impossible_travel": IMPOSSIBLE_TRAVEL if _is_impossible(present, known) else 0,
        "reported_as_invalid": REPORTED if _is_reported(present, known, reported) else 0,
        "user_failures": _graded(velocity.user_failures, (5, USER_FAILURES), (10, MANY_USER_FAILURES)),
        "user_attempts": _graded(velocity.user_attempts, (20, USER_ATTEMPTS)),
        "address_failures": _graded(velocity.address_failures, (10, ADDRESS_FAILURES), (30, MANY_ADDRESS_FAILURES)),
        "address_attempts": _graded(velocity.address_attempts, (100, ADDRESS_ATTEMPTS)),
    }
    return Score(sum(signals.values()), tuple(name for name, points in signals.items() if points))


def _is_new(value: str | None, former: Sequence[str | None]) -> bool:
    seen = {each for each in former if each is not None}
    return value is not None and bool(seen) and value not in seen


def _country(sighting: Sighting) -> str | None:
    return sighting.place.country_code if sighting.place else None


def _is_impossible(present: Sighting, known: Sequence[Sighting]) -> bool:
    last = next((each for each in known if each.place and each.place.latitude is not None), None)
    if last is None or last.place is None or present.place is None:
        return False
    distance = distance_km(last.place, present.place)
    if distance is None or distance < TRAVEL_KM:
        return False
    hours = max(present.at_ms - last.at_ms, 0) / _HOUR_MS
    return distance > hours * TRAVEL_KM_PER_H


def _is_reported(present: Sighting, known: Sequence[Sighting], reported: Sequence[Sighting]) -> bool:
    """Whether it comes from where a stranger came from: by address, or by a device that is not the user's too."""
    own = {each.device for each in known}
    devices = {each.device for each in reported} - own - {None}
    addresses = {each.address for each in reported} - {each.address for each in known} - {None}
    return present.device in devices or present.address in addresses


def _graded(count: int, *grades: tuple[int, int]) -> int:
    return max((points for least, points in grades if count >= least), default=0)
