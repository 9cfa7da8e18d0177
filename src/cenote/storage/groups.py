"""
Groups and who is in them.

A membership never outlives its user or its group: `add_member` holds the group's row, its caller the user's, and each is deleted before
its memberships are. Pages go on after the last key of the one before: each costs the same, and what comes or goes neither repeats nor
hides others.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.base.errors import ResourceNotFoundException
from cenote.model.group import Group
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import groups, memberships, users
from cenote.storage.upsert import insert_or_ignore

_joined = memberships.join(
    groups, (groups.c.pool_id == memberships.c.pool_id) & (groups.c.name == memberships.c.group_name)
)
_of_user = Lookup(
    select(groups)
    .select_from(_joined)
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
_delete = delete_from(groups).where(_of_name)
_delete_members = delete_from(memberships).where(
    memberships.c.pool_id == bindparam("of_pool"), memberships.c.group_name == bindparam("of_name")
)
_hold = select(groups.c.name).where(_of_name).with_for_update(read=True)
_in_pool = groups.c.pool_id == bindparam("of_pool")
_count = select(func.count()).select_from(groups).where(_in_pool)
_page = (
    select(groups)
    .where(_in_pool, groups.c.name > bindparam("after"))
    .order_by(groups.c.name)
    .limit(bindparam("how_many"))
)

_of_member = (memberships.c.pool_id == bindparam("of_pool")) & (memberships.c.sub == bindparam("of_sub"))
_lock_member = (
    select(users.c.sub)
    .where(users.c.pool_id == bindparam("of_pool"), users.c.sub == bindparam("of_sub"))
    .with_for_update()
)
_join = insert_or_ignore(memberships)
_leave = delete_from(memberships).where(_of_member, memberships.c.group_name == bindparam("of_name"))
_names_of_user = select(memberships.c.group_name).where(_of_member)
_page_of_user = (
    select(groups)
    .select_from(_joined)
    .where(_of_member, memberships.c.group_name > bindparam("after"))
    .order_by(memberships.c.group_name)
    .limit(bindparam("how_many"))
)
_page_of_members = (
    select(memberships.c.sub)
    .where(
        memberships.c.pool_id == bindparam("of_pool"),
        memberships.c.group_name == bindparam("of_name"),
        memberships.c.sub > bindparam("after"),
    )
    .order_by(memberships.c.sub)
    .limit(bindparam("how_many"))
)


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


def require(tx: Tx, pool_id: str, name: str) -> Group:
    """
    The group of that name.

    Raises:
        ResourceNotFoundException: the pool has none.
    """
    group = get(tx, pool_id, name)
    if group is None:
        raise no_such_group()
    return group


def no_such_group() -> ResourceNotFoundException:
    """The fault for a group's name that the pool has not."""
    return ResourceNotFoundException("Group not found.")


def count(tx: Tx, pool_id: str) -> int:
    """How many groups a pool has."""
    return tx.execute(_count, {"of_pool": pool_id}).scalar_one()


def page(tx: Tx, pool_id: str, *, after: str, limit: int) -> list[Group]:
    """At most *limit* groups of a pool whose names come after *after*, by name in the order of the engine."""
    return [_record_of(row) for row in tx.execute(_page, {"of_pool": pool_id, "after": after, "how_many": limit})]


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


def delete_group(tx: Tx, pool_id: str, name: str) -> bool:
    """
    Delete a group, and who is in it are in it no more; False when there is no such group.

    The group's row goes first: that waits for those who are joining, and nobody joins afterwards.
    """
    key = {"of_pool": pool_id, "of_name": name}
    if tx.execute(_delete, key).rowcount == 0:
        return False
    tx.execute(_delete_members, key)
    return True


def lock_member(tx: Tx, pool_id: str, sub: str) -> bool:
    """Whether there is the user; nobody else deletes it or locks it to change its groups before the transaction ends."""
    return tx.execute(_lock_member, {"of_pool": pool_id, "of_sub": sub}).first() is not None


def names_of_user(tx: Tx, pool_id: str, sub: str) -> frozenset[str]:
    """The names of the groups of a user."""
    return frozenset(tx.execute(_names_of_user, {"of_pool": pool_id, "of_sub": sub}).scalars())


def add_member(tx: Tx, pool_id: str, sub: str, group_name: str, now_ms: int) -> bool:
    """
    Put a user into a group, being in it already is no fault; False when there is no such group.

    The transaction has the user's row: it has written it, or `lock_member` gave it.
    """
    if tx.execute(_hold, {"of_pool": pool_id, "of_name": group_name}).first() is None:
        return False
    tx.execute(_join, {"pool_id": pool_id, "sub": sub, "group_name": group_name, "created_at_ms": now_ms})
    return True


def remove_member(tx: Tx, pool_id: str, sub: str, group_name: str) -> None:
    """Take a user out of a group; not being in it is no fault."""
    tx.execute(_leave, {"of_pool": pool_id, "of_sub": sub, "of_name": group_name})


def page_of_user(tx: Tx, pool_id: str, sub: str, *, after: str, limit: int) -> list[Group]:
    """At most *limit* groups of a user whose names come after *after*, by name in the order of the engine."""
    values = {"of_pool": pool_id, "of_sub": sub, "after": after, "how_many": limit}
    return [_record_of(row) for row in tx.execute(_page_of_user, values)]


def page_of_members(tx: Tx, pool_id: str, name: str, *, after: str, limit: int) -> list[str]:
    """The `sub` of at most *limit* users in a group that come after *after*, in their order."""
    values = {"of_pool": pool_id, "of_name": name, "after": after, "how_many": limit}
    return list(tx.execute(_page_of_members, values).scalars())


def _record_of(row: Sequence[Any]) -> Group:
    """The group of a row, whose columns are in the record's order."""
    return Group(*row)
