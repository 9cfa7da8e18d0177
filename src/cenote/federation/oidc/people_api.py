"""
Google's People API: fields that are lists of entries, of which an attribute can hold one.

Source: Google, "People API: people.get" and "REST Resource: people".
"""

from collections.abc import Mapping
from typing import Any

# The member of an entry that says it, field by field.
_TEXTS = {
    "addresses": "formattedValue",
    "ageRanges": "ageRange",
    "biographies": "value",
    "emailAddresses": "value",
    "genders": "value",
    "locales": "value",
    "locations": "value",
    "names": "displayName",
    "nicknames": "value",
    "occupations": "value",
    "organizations": "name",
    "photos": "url",
    "urls": "value",
}
PERSON_FIELDS = frozenset({*_TEXTS, "birthdays", "phoneNumbers"})


def flattened(person: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a person: each field as the text of its primary entry, or its first; fields that say nothing are left out."""
    found = {field: _text(field, person.get(field)) for field in PERSON_FIELDS & person.keys()}
    return {field: text for field, text in found.items() if text}


def _text(field: str, entries: object) -> str | None:
    if not isinstance(entries, list):
        return None
    each = [entry for entry in entries if isinstance(entry, dict)]
    entry = next((entry for entry in each if _is_primary(entry)), each[0] if each else {})
    if field == "birthdays":
        return _date(entry)
    members = ("canonicalForm", "value") if field == "phoneNumbers" else (_TEXTS[field],)
    return next((entry[member] for member in members if isinstance(entry.get(member), str)), None)


def _is_primary(entry: Mapping[str, Any]) -> bool:
    metadata = entry.get("metadata")
    return isinstance(metadata, dict) and metadata.get("primary") is True


def _date(entry: Mapping[str, Any]) -> str | None:
    """A birthday as `birthdate` has it: YYYY-MM-DD, with the year 0000 where it is not told."""
    date = entry.get("date")
    if not isinstance(date, dict):
        return None
    year, month, day = (date.get(part, 0) for part in ("year", "month", "day"))
    if not all(isinstance(part, int) and 0 <= part <= most for part, most in ((year, 9999), (month, 12), (day, 31))):
        return None
    return f"{year:04}-{month:02}-{day:02}"
