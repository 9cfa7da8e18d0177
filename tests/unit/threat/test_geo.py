"""Places by a database of addresses, and how far they are from each other."""

from pathlib import Path

import pytest

from cenote.threat.geo import Geography, Place, distance_km, verify_database
from harness import mmdb

BERLIN = Place("DE", "Germany", "Berlin", 52.52, 13.4)
TOKYO = Place("JP", "Japan", "Tokyo", 35.68, 139.69)
NETWORKS = {
    "192.0.2.0/24": mmdb.city("DE", "Germany", "Berlin", 52.52, 13.4),
    "2001:db8::/32": mmdb.city("JP", "Japan", "Tokyo", 35.68, 139.69),
    "198.51.100.0/24": {"registered_country": {"iso_code": "FR"}},
    "203.0.113.0/24": {"autonomous_system": "none of ours"},
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return mmdb.write(tmp_path / "places.mmdb", NETWORKS)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.77", BERLIN),
        ("2001:db8::9", TOKYO),
        ("198.51.100.1", Place("FR")),
        ("203.0.113.1", None),
        ("10.0.0.1", None),
        ("nowhere", None),
    ],
)
def test_an_address_is_where_the_database_says(database: Path, address: str, place: Place | None) -> None:
    assert place == Geography(database).locate(address)


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_a_number_that_is_none_is_no_place(tmp_path: Path, number: float) -> None:
    places = {"192.0.2.0/24": mmdb.city("DE", "Germany", "Berlin", number, 13.4)}
    found = Geography(mmdb.write(tmp_path / "places.mmdb", places)).locate("192.0.2.77")
    assert found is not None
    assert (None, "DE") == (found.latitude, found.country_code)
    assert distance_km(found, BERLIN) is None


def test_without_a_database_nothing_is_known() -> None:
    assert Geography().locate("192.0.2.77") is None


def test_a_database_that_is_none_says_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"no database")
    for path in (broken, tmp_path / "absent.mmdb"):
        assert Geography(path).locate("192.0.2.77") is None


def test_a_database_can_be_tried_before_it_is_needed(database: Path, tmp_path: Path) -> None:
    verify_database(database)
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"no database")
    with pytest.raises(ValueError, match="is no database of addresses"):
        verify_database(broken)
    with pytest.raises(OSError, match="No such file"):
        verify_database(tmp_path / "absent.mmdb")


def test_a_database_that_was_replaced_is_read_within_a_minute(database: Path) -> None:
    now = [0.0]
    geography = Geography(database, lambda: now[0])
    assert BERLIN == geography.locate("192.0.2.1")
    mmdb.write(database.with_suffix(".new"), {"192.0.2.0/24": NETWORKS["2001:db8::/32"]}).replace(database)
    now[0] = 59.0
    assert BERLIN == geography.locate("192.0.2.1")
    now[0] = 61.0
    assert TOKYO == geography.locate("192.0.2.1")
    database.unlink()
    now[0] = 200.0
    assert TOKYO == geography.locate("192.0.2.1")


def test_distances_are_those_of_the_globe() -> None:
    assert pytest.approx(8920, abs=40) == distance_km(BERLIN, TOKYO)
    assert distance_km(BERLIN, BERLIN) == 0
    assert distance_km(BERLIN, Place("JP")) is None
