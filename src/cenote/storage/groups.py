"""Groups and who is in them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy import update as update_of

from cenote.model.group import Group
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import groups, memberships
from cenote.storage.upsert import insert_or_ignore

_of_user = Lookup(
    select(groups)
    .select_from(
        memberships.join(
            groups, (groups.c.pool_id == memberships.c.pool_id) & (groups.c.name == memberships.c.group_name)
        )
    )
    .where((memberships.c.pool_id == bindparam("pool_id")) & (memberships.c.sub == bindparam("sub")))
)
_of_name = (groups.c.pool_id == bindparam("of_pool")) & (groups.c.name == bindparam("of_name"))
_get = select(groups).where(_of_name)
_insert = insert_or_ignore(groups)
_update = (
    update_of(groups)
    .where(_of_name)
    .values(
        description=bindparam("new_description"),
        role_arn=bindparam("new_role_arn"),
        precedence=bindparam("new_precedence"),
        modified_at_ms=bindparam("now_ms"),
    )
)
_join = insert_or_ignore(memberships)


def of_user(tx: Tx, pool_id: str, sub: str) -> list[Group]:
    """The groups of a user, the strongest first (lowest precedence; none given comes last), then by name."""
    rows = _of_user.all(tx, {"pool_id": pool_id, "sub": sub})
    return sorted(
        map(_record_of, rows), key=lambda group: (group.precedence is None, group.precedence or 0, group.name)
    )


def get(tx: Tx, pool_id: str, name: str) -> Group | None:
    """The group of that name."""
    row = tx.execute(_get, {"of_pool": pool_id, "of_name": name}).one_or_none()
    return None if row is None else _record_of(row)


def insert_group(tx: Tx, group: Group) -> bool:
    """Keep a new group; False when the pool has one of that name."""
    values = {
        "pool_id": group.pool_id,
        "name": group.name,
        "description": group.description,
        "role_arn": group.role_arn,
        "precedence": group.precedence,
        "created_at_ms": group.created_at_ms,
        "modified_at_ms": group.modified_at_ms,
    }
    return tx.execute(_insert, values).rowcount > 0


def update(tx: Tx, group: Group) -> bool:
    """Write a group's description, role, precedence and time over what is kept; False when there is no such group."""
    values = {
        "of_pool": group.pool_id,
        "of_name": group.name,
        "new_description": group.description,
        "new_role_arn": group.role_arn,
        "new_precedence": group.precedence,
        "now_ms": group.modified_at_ms,
    }
    return tx.execute(_update, values).rowcount > 0


def add_member(tx: Tx, pool_id: str, sub: str, group_name: str, now_ms: int) -> None:
    """Put a user into a group; being in it already is no fault."""
    tx.execute(_join, {"pool_id": pool_id, "sub": sub, "group_name": group_name, "created_at_ms": now_ms})


def _record_of(row: Sequence[Any]) -> Group:
    """The group of a row, whose columns are in the record's order."""
    return Group(*row)
