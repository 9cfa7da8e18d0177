"""What the score is made of: each signal by itself, their sum, and what they are held against."""

from dataclasses import replace

import pytest

from cenote.threat.geo import Place
from cenote.threat.score import WINDOW_MS, Level, Score, Velocity, score
from cenote.threat.sighting import Sighting, is_within, network_of

HOUR_MS = 3_600_000
BERLIN = Place("DE", "Germany", "Berlin", 52.52, 13.40)
HAMBURG = Place("DE", "Germany", "Hamburg", 53.55, 9.99)
TOKYO = Place("JP", "Japan", "Tokyo", 35.68, 139.69)
HOME = Sighting(at_ms=0, address="192.0.2.1", device="Chrome/Windows", place=BERLIN)


def judged(present: Sighting, *known: Sighting, reported: tuple[Sighting, ...] = (), **velocity: int) -> Score:
    return score(replace(present, at_ms=present.at_ms or HOUR_MS), known, reported, Velocity(**velocity))


def test_what_is_known_is_no_risk() -> None:
    assert Score(0, ()) == judged(HOME, HOME)
    assert judged(HOME, HOME).level is None


def test_of_a_user_without_a_past_nothing_is_new() -> None:
    assert () == judged(HOME).reasons


def test_a_fact_that_no_sighting_has_is_nothing_to_be_new_against() -> None:
    assert () == judged(HOME, Sighting(at_ms=0)).reasons
    assert () == judged(Sighting(at_ms=1), HOME).reasons


@pytest.mark.parametrize(
    ("changes", "reasons", "level"),
    [
        ({"device": "Firefox/Linux"}, ("new_device",), Level.LOW),
        ({"address": "198.51.100.9"}, ("new_address",), Level.LOW),
        ({"address": "192.0.2.77"}, (), None),
        ({"place": replace(BERLIN, country_code="AT")}, ("new_country",), Level.LOW),
        ({"device": "x", "address": "198.51.100.9"}, ("new_device", "new_address"), Level.MEDIUM),
        ({"place": TOKYO}, ("new_country", "impossible_travel"), Level.HIGH),
        ({"place": HAMBURG}, (), None),
    ],
)
def test_what_is_new_beside_the_known_sightings_counts(
    changes: dict[str, object], reasons: tuple[str, ...], level: Level | None
) -> None:
    found = judged(replace(HOME, **changes), HOME)  # type: ignore[arg-type]
    assert reasons == found.reasons
    assert level == found.level


def test_nobody_flies_from_berlin_to_tokyo_within_nine_hours_but_within_ten() -> None:
    abroad = replace(HOME, place=TOKYO)
    seen_there = replace(abroad, at_ms=-HOUR_MS)
    assert ("impossible_travel",) == judged(replace(abroad, at_ms=9 * HOUR_MS), HOME, seen_there).reasons
    assert () == judged(replace(abroad, at_ms=10 * HOUR_MS), HOME, seen_there).reasons


def test_what_was_said_to_be_a_stranger_s_speaks_against_its_device_and_address() -> None:
    stranger = Sighting(at_ms=0, address="203.0.113.5", device="Firefox/Linux")
    by_address = judged(Sighting(at_ms=1, address="203.0.113.5", device="Chrome/Windows"), HOME, reported=(stranger,))
    assert ("new_address", "reported_as_invalid") == by_address.reasons
    by_device = judged(replace(HOME, device="Firefox/Linux"), HOME, reported=(stranger,))
    assert ("new_device", "reported_as_invalid") == by_device.reasons
    # A device that the user has too tells nothing.
    assert () == judged(HOME, HOME, reported=(replace(HOME, address="203.0.113.5"),)).reasons


@pytest.mark.parametrize(
    ("velocity", "points", "level"),
    [
        ({"user_failures": 4}, 0, None),
        ({"user_failures": 5}, 20, Level.LOW),
        ({"user_failures": 10}, 40, Level.MEDIUM),
        ({"user_attempts": 20}, 20, Level.LOW),
        ({"address_failures": 9}, 0, None),
        ({"address_failures": 10}, 30, Level.LOW),
        ({"address_failures": 30}, 60, Level.MEDIUM),
        ({"address_attempts": 100}, 20, Level.LOW),
        ({"user_failures": 10, "address_failures": 30}, 100, Level.HIGH),
    ],
)
def test_velocity_counts_by_grades(velocity: dict[str, int], points: int, level: Level | None) -> None:
    found = judged(HOME, HOME, **velocity)
    assert (points, level) == (found.points, found.level)


def test_the_window_of_velocity_is_a_quarter_of_an_hour() -> None:
    assert HOUR_MS == 4 * WINDOW_MS


@pytest.mark.parametrize(
    ("address", "network"), [("192.0.2.99", "192.0.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48")]
)
def test_an_address_counts_by_its_network(address: str, network: str) -> None:
    assert network == network_of(address)


def test_ranges_hold_addresses_of_their_own_kind() -> None:
    ranges = ("192.0.2.0/24", "2001:db8::/32")
    assert [True, True, False, False] == [
        is_within(address, ranges) for address in ("192.0.2.200", "2001:db8::1", "192.0.3.1", None)
    ]
