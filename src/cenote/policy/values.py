"""
The values of condition operators that are more than text: numbers, dates, addresses, bytes.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators"; W3C, "Date and Time Formats" (the ISO 8601 forms that dates have).
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, TypeVar

Value = TypeVar("Value")
# Version, number of the network, mask.
Network = tuple[int, int, int]

_KEPT: Final = 4096
# No number, date or address is longer.
_LONGEST: Final = 100
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})", re.ASCII)
_EPOCH: Final = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_DATE: Final = re.compile(
    r"(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?"
    r"(?:[Tt](?:(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?)?",
    re.ASCII,
)
_MAX_EPOCH: Final = 2**63
_NANOSECONDS: Final = 10**9
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_HOURS: Final = 24
_SIXTY: Final = 60


def _remembering(read: Callable[[str], Value | None]) -> Callable[[str], Value | None]:
    """Keep what short texts were read as; long ones are nothing."""
    remembered = lru_cache(maxsize=_KEPT)(read)

    def bounded(text: str) -> Value | None:
        return remembered(text) if len(text) <= _LONGEST else None

    return bounded


@_remembering
def number_of(text: str) -> Decimal | None:
    """The number that *text* is, or None."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        return None
    try:
        return Decimal(stripped)
    except InvalidOperation:
        return None


@_remembering
def moment_of(text: str) -> int | None:
    """The nanoseconds since 1970 that *text* stands for, a date of ISO 8601 or the seconds since 1970; None for anything else."""
    if _EPOCH.fullmatch(text) and not _YEAR.fullmatch(text):
        seconds = int(text)
        return seconds * _NANOSECONDS if -_MAX_EPOCH <= seconds < _MAX_EPOCH else None
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, zone_hour, zone_minute = found.groups()
    try:
        days = date(int(year), int(month or 1), int(day or 1)).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    offset_minutes = int(zone_hour or 0) * _SIXTY + int(zone_minute or 0)
    if hours > _HOURS or minutes >= _SIXTY or seconds > _SIXTY or offset_minutes > _HOURS * _SIXTY:
        return None
    offset_s = offset_minutes * _SIXTY * (-1 if sign == "-" else 1)
    total_s = ((days * _HOURS + hours) * _SIXTY + minutes) * _SIXTY + seconds - offset_s
    return total_s * _NANOSECONDS + int((fraction or "0").ljust(9, "0"))


@_remembering
def network_of(text: str) -> Network | None:
    """The addresses that *text* means: `203.0.113.0/24`, `2001:db8::/32`, or one address alone; None for anything else."""
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return found.version, int(found.network_address), int(found.netmask)


@_remembering
def address_of(text: str) -> tuple[int, int] | None:
    """The version and number of an address; None for anything else. An IPv4 address mapped into IPv6 is the IPv4 address."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.version, int(found)


def bytes_of(text: str) -> bytes | None:
    """The bytes that *text* is the base64 of, or None."""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None


def truth_of(text: str) -> bool | None:
    """What `true` and `false` say, in any case; None for anything else."""
    return {"true": True, "false": False}.get(text.strip().lower())
