"""JSON objects from strangers: UTF-8, each member once, no numbers beyond any float, no halves of characters."""

import base64
import binascii
import json
from typing import Any

from cenote.base.strict_json import finite, refuse_constant


def object_of(text: bytes) -> dict[str, Any]:
    """The object that *text* is; raises ValueError, whose text says nothing of it."""
    try:
        value = _STRICT.decode(text.decode("utf-8"))
        # What was escaped by halves cannot be written again, neither to a row nor to a function.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - one error for whatever is no object
    return value


def part_of(token_part: str) -> dict[str, Any]:
    """The object that a part of a signed token is, in base64url (RFC 7515, section 3.1); raises ValueError as `object_of` does."""
    try:
        content = base64.b64decode(token_part + "=" * (-len(token_part) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise ValueError("it is not base64url") from None
    return object_of(content)


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a member comes twice")
    return found


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=refuse_constant, parse_float=finite)
