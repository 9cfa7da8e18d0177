"""
Which attributes of a pool are searchable beyond what ListUsers offers: an operator's choice, kept in the pool's document.

    index ─► BUILDING (every write keeps it up to date, users of before are added in batches) ─► BUILT (searchable)
    unindex ─► REMOVING (no write adds to it, rows go in batches) ─► gone

The member is Cenote's own: no answer of AWS's operations shows it, and UpdateUserPool leaves it as it is.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.schema import SchemaAttribute
from cenote.model.user_filter import SEARCHED

MEMBER = "cenote:SearchIndex"
# Each one is a row more in every write of a user.
MAX_INDEXED = 20


class IndexState(StrEnum):
    """How far the index on an attribute is; the value is stored."""

    BUILDING = "BUILDING"
    BUILT = "BUILT"
    REMOVING = "REMOVING"


States = Mapping[str, IndexState]


def states_of(document: Mapping[str, Any]) -> dict[str, IndexState]:
    """The state of each indexed attribute of the pool whose configuration is *document*."""
    return {name: IndexState(state) for name, state in document.get(MEMBER, {}).items()}


def with_states(document: Mapping[str, Any], states: States) -> dict[str, Any]:
    """*document* with these states in the place of its own."""
    rest = {name: value for name, value in document.items() if name != MEMBER}
    return rest | {MEMBER: {name: state.value for name, state in states.items()}} if states else rest


def started(schema: Mapping[str, SchemaAttribute], states: States, names: Collection[str]) -> dict[str, IndexState]:
    """
    *states* with those of *names* BUILDING that are not indexed yet.

    Raises:
        InvalidParameterException: an attribute is not the pool's, is searched by anyway or is just being removed, or there are too many.
    """
    after = dict(states)
    for name in names:
        if name in SEARCHED or name == "sub":
            raise InvalidParameterException(f"{name} is always searchable.")
        if name not in schema:
            raise InvalidParameterException(f"The user pool has no attribute {name}.")
        if states.get(name) is IndexState.REMOVING:
            raise InvalidParameterException(f"The index on {name} is being removed; let that end first.")
        after.setdefault(name, IndexState.BUILDING)
    if len(after) > MAX_INDEXED:
        raise InvalidParameterException(f"A user pool cannot have more than {MAX_INDEXED} indexed attributes.")
    return after


def stopped(states: States, names: Collection[str]) -> dict[str, IndexState]:
    """
    *states* with *names* REMOVING.

    Raises:
        InvalidParameterException: one of them is not indexed.
    """
    for name in names:
        if name not in states:
            raise InvalidParameterException(f"{name} is not indexed.")
    return {name: IndexState.REMOVING if name in names else state for name, state in states.items()}
