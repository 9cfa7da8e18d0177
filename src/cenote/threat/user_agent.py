"""What a device is called, and what of it stays the same while its software is renewed: from the User-Agent alone."""

from typing import Any

from ua_parser import parse

UNKNOWN = "Other"
# Longer ones are nobody's, and would only keep regular expressions busy.
_MAX_CHARS = 512


def device_name(user_agent: str) -> str:
    """The browser or app and the operating system, with their first version numbers: "Chrome 125, Windows 10"."""
    found = parse(user_agent[:_MAX_CHARS])
    return f"{_versioned(found.user_agent)}, {_versioned(found.os)}"


def device_family(user_agent: str) -> str | None:
    """Browser and operating system without versions, which an update must not change; None when neither is known."""
    found = parse(user_agent[:_MAX_CHARS])
    if found.user_agent is None and found.os is None:
        return None
    return f"{_family(found.user_agent)}/{_family(found.os)}"


def _versioned(part: Any) -> str:  # noqa: ANN401 - ua-parser's UserAgent or OS, which have these two fields in common
    return f"{_family(part)} {part.major}" if part is not None and part.major else _family(part)


def _family(part: Any) -> str:  # noqa: ANN401 - see above
    return UNKNOWN if part is None else str(part.family)
