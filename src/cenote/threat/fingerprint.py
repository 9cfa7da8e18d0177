"""
EncodedData: what AWS's context libraries collect on a device, as far as it says which device it is.

The libraries send base64 of JSON {"payload": "<JSON>", "signature", "version"}; the payload has a contextData. Its signature is made with
the public client id, so whoever calls can write whatever they like: it may make an attempt look riskier or name a device, never admit one.

Source: developer guide, "Adding user device and session data to API requests".
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MAX_CHARS = 64 * 1024
_MAX_VALUE = 512
_TIMEZONE = re.compile(r"[+-]?\d{1,2}:?\d{2}")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a context library said: an id that the device keeps, its browser, its time zone ("-07:00"); "" for what it did not say."""

    device_id: str = ""
    user_agent: str = ""
    timezone: str = ""


def fingerprint_of(encoded: str) -> Fingerprint:
    """What *encoded* says; nothing at all when it is not of the known form."""
    context = _context_of(encoded) if encoded and len(encoded) <= _MAX_CHARS else {}
    timezone = _text(context, "ClientTimezone")
    return Fingerprint(
        device_id=_text(context, "DeviceId"),
        user_agent=_text(context, "UserAgent"),
        timezone=timezone if _TIMEZONE.fullmatch(timezone) else "",
    )


def _context_of(encoded: str) -> Mapping[str, Any]:
    try:
        padded = encoded.encode("ascii") + b"=" * (-len(encoded) % 4)
        envelope = json.loads(base64.b64decode(padded, validate=True))
        payload = json.loads(envelope["payload"])
        context = payload["contextData"]
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        return {}
    return context if isinstance(context, dict) else {}


def _text(context: Mapping[str, Any], name: str) -> str:
    value = context.get(name)
    return value[:_MAX_VALUE] if isinstance(value, str) and value.isprintable() else ""
