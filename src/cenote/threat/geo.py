"""
Where an address is, by a database in MaxMind's format (MMDB) that the operator supplies.

GeoLite2-City, DB-IP City Lite and their like have the members that are read here; a country database gives countries alone. Without a
database nothing is known of places, and nothing is guessed.
"""

import ipaddress
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import maxminddb
import structlog

_EARTH_RADIUS_KM = 6371.0
# A database that was replaced is opened anew within this time.
_LOOK_EVERY_S = 60.0
# What the reader fails with on a file that is damaged.
_BROKEN = (maxminddb.InvalidDatabaseError, TypeError, IndexError, KeyError)

log: Any = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is; *country_code* by ISO 3166, names in English, None for what the database does not say."""

    country_code: str | None = None
    country: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Geography:
    """Looks addresses up; safe to share between threads. *path* None is a world of which nothing is known."""

    def __init__(self, path: Path | None = None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._reader: maxminddb.Reader | None = None
        self._modified_ns: int | None = None
        self._looked_at_s: float | None = None

    def locate(self, address: str) -> Place | None:
        """Where *address* is; None when that is not known or *address* is none."""
        reader = self._present()
        if reader is None:
            return None
        try:
            found = reader.get(ipaddress.ip_address(address))
        except (ValueError, *_BROKEN):
            return None
        return _place_of(found) if isinstance(found, Mapping) else None

    def _present(self) -> maxminddb.Reader | None:
        if self._path is None:
            return None
        with self._lock:
            now_s = self._monotonic()
            if self._looked_at_s is None or now_s - self._looked_at_s >= _LOOK_EVERY_S:
                self._looked_at_s = now_s
                self._renew(self._path)
            return self._reader

    def _renew(self, path: Path) -> None:
        try:
            modified_ns = path.stat().st_mtime_ns
            if modified_ns == self._modified_ns:
                return
            # In memory: a file that is overwritten in place must not change under a reader, and others may still read the former one.
            self._reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
            self._modified_ns = modified_ns
        except (OSError, ValueError, *_BROKEN) as error:
            log.warning("geoip_database_unreadable", path=str(path), error=str(error))


def verify_database(path: Path) -> None:
    """Accept a file that addresses can be looked up in; OSError or ValueError otherwise."""
    try:
        maxminddb.open_database(path, maxminddb.MODE_FILE).close()
    except _BROKEN as error:
        raise ValueError(f"{path} is no database of addresses: {error}") from None


def distance_km(one: Place, other: Place) -> float | None:
    """How far two places are from each other along the surface; None when one of them has no coordinates."""
    if None in {one.latitude, one.longitude, other.latitude, other.longitude}:
        return None
    latitudes = math.radians(one.latitude or 0), math.radians(other.latitude or 0)
    across = math.radians((other.longitude or 0) - (one.longitude or 0))
    half = (
        math.sin((latitudes[1] - latitudes[0]) / 2) ** 2
        + math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(across / 2) ** 2
    )
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def _place_of(found: Mapping[Any, Any]) -> Place | None:
    country = _member(found, "country") or _member(found, "registered_country")
    location = _member(found, "location")
    place = Place(
        country_code=_text(country.get("iso_code")),
        country=_text(_member(country, "names").get("en")),
        city=_text(_member(_member(found, "city"), "names").get("en")),
        latitude=_number(location.get("latitude")),
        longitude=_number(location.get("longitude")),
    )
    return None if place == Place() else place


def _member(found: Mapping[Any, Any], name: str) -> Mapping[Any, Any]:
    member = found.get(name)
    return member if isinstance(member, Mapping) else {}


def _text(value: object) -> str | None:
    return value[:256] if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
