"""The TIMESTAMP of a password claim: Java's `EEE MMM d HH:mm:ss 'UTC' yyyy`, in English whatever the locale."""

import re
from datetime import UTC, datetime

from cenote.crypto.errors import SrpError

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORM = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
    rf"(?P<month>{'|'.join(_MONTHS)}) (?P<day>[0-9]{{1,2}}) "
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}) UTC (?P<year>[0-9]{4})",
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MAX_SKEW_MS = 5 * 60 * 1000


def verify_timestamp(text: str, now_ms: int) -> None:
    """Accept a claim's time that is five minutes from *now_ms* at most; raises SrpError."""
    if abs(parse_timestamp(text) - now_ms) > _MAX_SKEW_MS:
        raise SrpError("the claim's time is too far from ours")


def parse_timestamp(text: str) -> int:
    """
    Read a claim's time, e.g. `Tue Sep 5 09:03:07 UTC 2026`, in milliseconds since the epoch; raises SrpError.

    A zero-padded day is read too. The day of the week is not compared with the date.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise SrpError("the timestamp has not Cognito's form")
    month = _MONTHS.index(found["month"]) + 1
    day, hour, minute, second, year = (int(found[name]) for name in ("day", "hour", "minute", "second", "year"))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise SrpError("the timestamp is no moment of any calendar") from None
    return int(moment.timestamp()) * 1000


def timestamp_of(now_ms: int) -> str:
    """Write a moment as a claim's time."""
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    return f"{_DAYS[now.weekday()]} {_MONTHS[now.month - 1]} {now.day} {now:%H:%M:%S} UTC {now.year}"
