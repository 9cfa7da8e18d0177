"""Who is in what: users in groups, the role in an instance profile. The container's kind says what its members are."""

from sqlalchemy import bindparam, func, select
from sqlalchemy import delete as delete_from

from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import name_key_of
from cenote.storage.database import Tx
from cenote.storage.iam.entities import MEMBERS, RECORD, place_of, record_of
from cenote.storage.tables import iam_entities, iam_members
from cenote.storage.upsert import insert_or_ignore

_add = insert_or_ignore(iam_members)
_of_kind = (iam_members.c.account_id == bindparam("of_account")) & (iam_members.c.kind == bindparam("of_kind"))
_of_container = _of_kind & (iam_members.c.name_key == bindparam("of_key"))
_of_member = _of_kind & (iam_members.c.member_key == bindparam("of_member"))
_remove = delete_from(iam_members).where(_of_container, iam_members.c.member_key == bindparam("of_member"))
_members = (
    select(*RECORD)
    .select_from(iam_members)
    .join(
        iam_entities,
        (iam_entities.c.account_id == iam_members.c.account_id) & (iam_entities.c.name_key == iam_members.c.member_key),
    )
    .where(
        _of_container,
        iam_entities.c.kind == bindparam("of_member_kind"),
        iam_members.c.member_key > bindparam("after"),
    )
    .order_by(iam_members.c.member_key)
)
_containers = (
    select(*RECORD)
    .select_from(iam_members)
    .join(
        iam_entities,
        (iam_entities.c.account_id == iam_members.c.account_id)
        & (iam_entities.c.kind == iam_members.c.kind)
        & (iam_entities.c.name_key == iam_members.c.name_key),
    )
    .where(_of_member, iam_members.c.name_key > bindparam("after"))
    .order_by(iam_members.c.name_key)
)
_count = select(func.count()).select_from(iam_members)


def add(tx: Tx, container: Entity, member_name: str) -> bool:
    """Put a member in; False when it is in already. The caller has seen, after its `lock`, that there is such a member."""
    values = {"account_id": container.account_id, "kind": container.kind.value}
    values |= {"name_key": name_key_of(container.name), "member_key": name_key_of(member_name)}
    return tx.execute(_add, values).rowcount == 1


def remove(tx: Tx, container: Entity, member_name: str) -> bool:
    """Take a member out; False when it was not in."""
    values = place_of(container.account_id, container.kind, container.name)
    return tx.execute(_remove, values | {"of_member": name_key_of(member_name)}).rowcount == 1


def members_of(tx: Tx, container: Entity, *, after: str = "", limit: int | None = None) -> list[Entity]:
    """The members whose names come after *after*, by name; every one when there is no *limit*."""
    values = place_of(container.account_id, container.kind, container.name)
    values |= {"of_member_kind": MEMBERS[container.kind].value, "after": name_key_of(after)}
    return [record_of(row) for row in tx.execute(_members.limit(limit), values)]


def containers_of(
    tx: Tx, account_id: str, kind: EntityKind, member_name: str, *, after: str = "", limit: int | None = None
) -> list[Entity]:
    """The containers of *kind* that the member is in, by name, those after *after*; every one when there is no *limit*."""
    values = {"of_account": account_id, "of_kind": kind.value, "of_member": name_key_of(member_name)}
    values |= {"after": name_key_of(after)}
    return [record_of(row) for row in tx.execute(_containers.limit(limit), values)]


def count_members(tx: Tx, container: Entity) -> int:
    """How many are in it."""
    values = place_of(container.account_id, container.kind, container.name)
    return tx.execute(_count.where(_of_container), values).scalar_one()


def count_containers(tx: Tx, account_id: str, kind: EntityKind, member_name: str) -> int:
    """How many containers of *kind* the member is in."""
    values = {"of_account": account_id, "of_kind": kind.value, "of_member": name_key_of(member_name)}
    return tx.execute(_count.where(_of_member), values).scalar_one()
