"""Between the words of Terraform and those of the API: one table for each structure."""

from collections.abc import Mapping
from typing import Any

Table = Mapping[str, str]


def expanded(table: Table, block: Mapping[str, Any]) -> dict[str, Any]:
    """A structure of the API; zero values are left out, as Go leaves them out."""
    return {member: block[name] for name, member in table.items() if block.get(name) not in (None, "", 0, False)}


def flattened(table: Table, shown: Mapping[str, Any]) -> dict[str, Any]:
    """A block of Terraform, of the members that are there."""
    return {name: shown[member] for name, member in table.items() if member in shown}


def one(blocks: list[dict[str, Any]] | None) -> dict[str, Any]:
    """The block of a list of at most one; an empty one for none."""
    return blocks[0] if blocks else {}
