"""
Which attributes a client may read and write.

Source: API_CreateUserPoolClient; developer guide "Attribute permissions and scopes".
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.pool import Pool

# The pool alone says who somebody is and what has been verified.
NEVER_WRITABLE = frozenset({"sub", "email_verified", "phone_number_verified", "identities"})


def attributes_of(pool: Pool, request: Mapping[str, Any], *, act: str) -> dict[str, Any]:
    """
    ReadAttributes and WriteAttributes when given; without them a client has the defaults.

    Raises:
        InvalidParameterException: a name that the schema lacks or no client may write, or a required one that is not writable.
    """
    readable = list(dict.fromkeys(request.get("ReadAttributes", ())))
    if not set(readable) <= pool.schema.keys():
        raise InvalidParameterException(f"Invalid read attributes specified while {act} a client")
    writable = list(dict.fromkeys(request.get("WriteAttributes", ())))
    if writable and not _is_writable(pool, set(writable)):
        raise InvalidParameterException(f"Invalid write attributes specified while {act} a client")
    found = {"ReadAttributes": readable, "WriteAttributes": writable}
    return {name: names for name, names in found.items() if names}


def _is_writable(pool: Pool, names: set[str]) -> bool:
    required = {name for name, attribute in pool.schema.items() if attribute.is_required} - NEVER_WRITABLE
    developer_only = {name for name, attribute in pool.schema.items() if attribute.is_developer_only}
    return required <= names <= pool.schema.keys() - NEVER_WRITABLE - developer_only
