"""
What an account's IAM has, one row for each: roles, users, groups, managed policies, instance profiles, providers.

Names are unique without regard to case and found as they were given. What lies in an entity or hangs on it goes when it goes.

IAM remembers whom a role trusts by their ids: whoever is made later under the name of somebody who is gone is not the one that was trusted.
So in trust policies the ARN of a role or user that goes is changed for the id, and of one that is renamed for the new ARN.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Text, bindparam, func, select, type_coerce
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import name_key_of, parse_arn
from cenote.model.iam.trust import renamed
from cenote.storage import deployment
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import (
    iam_attachments,
    iam_entities,
    iam_inline_policies,
    iam_last_uses,
    iam_members,
    iam_policy_versions,
)
from cenote.storage.upsert import insert_or_ignore

# The counter that grows with every write of any account's IAM.
COUNTER: Final = "iam"
# What holds members, by the kind of the members; and what its members are, by the kind of what holds them.
CONTAINERS: Final = {EntityKind.USER: EntityKind.GROUP, EntityKind.ROLE: EntityKind.INSTANCE_PROFILE}
MEMBERS: Final = {container: member for member, container in CONTAINERS.items()}
# The columns of a record, in the order of its fields.
RECORD: Final = tuple(
    iam_entities.c[name]
    for name in ("account_id", "kind", "name", "entity_id", "path", "document", "created_at_ms", "modified_at_ms")
)
# The member of a role's document that says who may assume it.
_TRUST: Final = "AssumeRolePolicyDocument"
# What is of an entity and bears its name.
_OF_ENTITY: Final = (iam_inline_policies, iam_attachments, iam_members)

_of_kind = (iam_entities.c.account_id == bindparam("of_account")) & (iam_entities.c.kind == bindparam("of_kind"))
_of_key = _of_kind & (iam_entities.c.name_key == bindparam("of_key"))
_get = Lookup(select(*RECORD).where(_of_key, iam_entities.c.name == bindparam("of_name")))
_get_by_id = Lookup(select(*RECORD).where(iam_entities.c.entity_id == bindparam("of_id")))
_taken = select(iam_entities.c.name_key).where(_of_key)
_page = (
    select(*RECORD)
    .where(_of_kind, iam_entities.c.name_key > bindparam("after"))
    .order_by(iam_entities.c.name_key)
    .limit(bindparam("how_many"))
)
_below = func.substr(iam_entities.c.path, 1, bindparam("prefix_chars")) == bindparam("prefix")
_arn_parts = select(iam_entities.c.name, iam_entities.c.path).where(_of_key)
_text = type_coerce(iam_entities.c.document, Text)
# Some JSON writers escape more than they have to (`user\\/bob`), which the document's own JSON escapes once more: those are looked into.
_is_naming = (func.replace(_text, bindparam("arn"), "") != _text) | (func.replace(_text, "\\\\", "") != _text)
_trusting = select(*RECORD).where(iam_entities.c.kind == EntityKind.ROLE.value, _is_naming)
_count = select(func.count()).select_from(iam_entities).where(_of_kind)
_insert = insert_or_ignore(iam_entities)
_update = (
    update_of(iam_entities)
    .where(_of_key)
    .values({name: bindparam(f"new_{name}") for name in ("name_key", "name", "path", "document", "modified_at_ms")})
)
_delete = delete_from(iam_entities).where(_of_key)


def lock(tx: Tx, _account_id: str) -> None:
    """
    Take this writer's turn; the first statement of every write of an account's IAM.

    What is read afterwards nobody else writes before the transaction ends, and every process learns that what it remembers is old.
    """
    deployment.bump(tx, COUNTER)


def get(tx: Tx, account_id: str, kind: EntityKind, name: str) -> Entity | None:
    """The entity of that very name."""
    row = _get.first(tx, {**place_of(account_id, kind, name), "of_name": name})
    return None if row is None else record_of(row)


def get_by_arn(tx: Tx, account_id: str, kind: EntityKind, arn: str) -> Entity | None:
    """The entity of that ARN, path and all; None for the ARN of another kind or account, and for what is no ARN."""
    meant = parse_arn(arn)
    if meant is None or (meant.kind, meant.account_id) != (kind, account_id):
        return None
    found = get(tx, account_id, kind, meant.name)
    return found if found is not None and found.arn == arn else None


def get_by_id(tx: Tx, entity_id: str) -> Entity | None:
    """The entity of that id, whatever its kind and account."""
    row = _get_by_id.first(tx, {"of_id": entity_id})
    return None if row is None else record_of(row)


def taken(tx: Tx, account_id: str, kind: EntityKind, name: str) -> bool:
    """Whether the account has one of that name, however it is written."""
    return tx.execute(_taken, place_of(account_id, kind, name)).first() is not None


def page(
    tx: Tx, account_id: str, kind: EntityKind, *, path_prefix: str = "/", after: str = "", limit: int
) -> list[Entity]:
    """At most *limit* entities whose paths begin by *path_prefix*, by name; *after* is the name that the page before ended with."""
    values: dict[str, Any] = {"of_account": account_id, "of_kind": kind.value}
    values |= {"after": name_key_of(after), "how_many": limit}
    if path_prefix == "/":
        return [record_of(row) for row in tx.execute(_page, values)]
    values |= {"prefix": path_prefix, "prefix_chars": len(path_prefix)}
    return [record_of(row) for row in tx.execute(_page.where(_below), values)]


def count(tx: Tx, account_id: str, kind: EntityKind) -> int:
    """How many the account has."""
    return tx.execute(_count, {"of_account": account_id, "of_kind": kind.value}).scalar_one()


def insert(tx: Tx, entity: Entity) -> bool:
    """Keep a new entity; False when its name is taken, however it is written."""
    values = {column.name: getattr(entity, column.name) for column in RECORD}
    values |= {"kind": entity.kind.value, "name_key": name_key_of(entity.name)}
    return tx.execute(_insert, values).rowcount == 1


def update(tx: Tx, entity: Entity, *, former_name: str | None = None) -> None:
    """
    Write an entity's name, path, document and time of change over what is kept.

    *former_name* is what it was called, where that is another name than now: what is of it follows. Raises IntegrityError when the new one
    is taken.
    """
    former = former_name or entity.name
    key = place_of(entity.account_id, entity.kind, former)
    values: dict[str, Any] = {"name_key": name_key_of(entity.name), "name": entity.name, "path": entity.path}
    values |= {"document": entity.document, "modified_at_ms": entity.modified_at_ms}
    before = tx.execute(_arn_parts, key).one_or_none() if former_name and entity.kind in CONTAINERS else None
    tx.execute(_update, key | {f"new_{name}": value for name, value in values.items()})
    if before is not None:
        _trust(tx, replace(entity, name=before.name, path=before.path).arn, entity.arn)
    if name_key_of(former) != name_key_of(entity.name):
        _rename(tx, replace(entity, name=former), name_key_of(entity.name))


def delete(tx: Tx, entity: Entity) -> None:
    """Delete an entity with everything that is of it: its policies, its versions, its members, its being a member."""
    key = place_of(entity.account_id, entity.kind, entity.name)
    tx.execute(_delete, key)
    for table in _OF_ENTITY:
        condition = (table.c.account_id == key["of_account"]) & (table.c.kind == key["of_kind"])
        tx.execute(delete_from(table).where(condition, table.c.name_key == key["of_key"]))
    if entity.kind is EntityKind.POLICY:
        tx.execute(delete_from(iam_policy_versions).where(_is_version_of(entity)))
    if entity.kind in CONTAINERS:
        tx.execute(delete_from(iam_members).where(_is_membership_of(entity)))
        _trust(tx, entity.arn, entity.entity_id)
    tx.execute(delete_from(iam_last_uses).where(iam_last_uses.c.used_id == entity.entity_id))


def place_of(account_id: str, kind: EntityKind, name: str) -> dict[str, Any]:
    """The binds `of_account`, `of_kind`, `of_key` that find what is of an entity."""
    return {"of_account": account_id, "of_kind": kind.value, "of_key": name_key_of(name)}


def record_of(row: Sequence[Any]) -> Entity:
    """The entity of a row of RECORD."""
    account_id, kind, *others = row
    return Entity(account_id, EntityKind(kind), *others)


def _trust(tx: Tx, before: str, after: str) -> None:
    """Let every account's trust policies that name *before* name *after*."""
    if before == after:
        return
    for role in [record_of(row) for row in tx.execute(_trusting, {"arn": before})]:
        text = renamed(role.document[_TRUST], before, after)
        if text != role.document[_TRUST]:
            update(tx, replace(role, document={**role.document, _TRUST: text}))


def _rename(tx: Tx, former: Entity, name_key: str) -> None:
    key = place_of(former.account_id, former.kind, former.name)
    for table in _OF_ENTITY:
        condition = (table.c.account_id == key["of_account"]) & (table.c.kind == key["of_kind"])
        tx.execute(update_of(table).where(condition, table.c.name_key == key["of_key"]).values(name_key=name_key))
    if former.kind in CONTAINERS:
        tx.execute(update_of(iam_members).where(_is_membership_of(former)).values(member_key=name_key))


def _is_membership_of(member: Entity) -> Any:  # noqa: ANN401 - what SQLAlchemy calls a condition has no one type
    of_container = iam_members.c.kind == CONTAINERS[member.kind].value
    of_member = iam_members.c.member_key == name_key_of(member.name)
    return (iam_members.c.account_id == member.account_id) & of_container & of_member


def _is_version_of(policy: Entity) -> Any:  # noqa: ANN401 - what SQLAlchemy calls a condition has no one type
    table = iam_policy_versions
    return (table.c.account_id == policy.account_id) & (table.c.name_key == name_key_of(policy.name))
