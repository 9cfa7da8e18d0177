"""
Policies of roles, users and groups (inline and attached), and the versions of managed ones.

An *owner* is the role, user or group. Managed policies are attached by their ARN, the built-in ones as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import name_key_of
from cenote.storage.database import Tx
from cenote.storage.iam.entities import RECORD, place_of, record_of
from cenote.storage.lookup import Lookup
from cenote.storage.tables import iam_attachments, iam_entities, iam_inline_policies, iam_policy_versions
from cenote.storage.upsert import insert_on_conflict, insert_or_ignore

# What a managed policy is to its owner: one of its policies, or what bounds it.
POLICY: Final = "policy"
BOUNDARY: Final = "boundary"


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a managed policy; *number* is never used again in its policy."""

    number: int
    is_default: bool
    document: str
    created_at_ms: int


def _of_owner(table: Any) -> Any:  # noqa: ANN401 - what SQLAlchemy calls a condition has no one type
    of_kind = (table.c.account_id == bindparam("of_account")) & (table.c.kind == bindparam("of_kind"))
    return of_kind & (table.c.name_key == bindparam("of_key"))


_inline = iam_inline_policies
_of_inline = _of_owner(_inline) & (_inline.c.policy_name == bindparam("of_policy"))
_get_inline = select(_inline.c.document).where(_of_inline)
_inline_of = Lookup(
    select(_inline.c.policy_name, _inline.c.document).where(_of_owner(_inline)).order_by(_inline.c.policy_name)
)
_put_inline = insert_on_conflict(_inline).on_conflict_do_update(
    index_elements=["account_id", "kind", "name_key", "policy_name"], set_={"document": bindparam("new_document")}
)
_delete_inline = delete_from(_inline).where(_of_inline)

_attached = iam_attachments
_of_usage = _of_owner(_attached) & (_attached.c.usage == bindparam("of_usage"))
_attached_to = Lookup(select(_attached.c.policy_arn).where(_of_usage).order_by(_attached.c.policy_arn))
_attach = insert_or_ignore(_attached)
_detach = delete_from(_attached).where(_of_usage, _attached.c.policy_arn == bindparam("of_arn"))
_of_arn = (_attached.c.account_id == bindparam("of_account")) & (_attached.c.policy_arn == bindparam("of_arn"))
_is_attached = select(_attached.c.policy_arn).where(_of_arn).limit(1)
_holders = (
    select(*RECORD)
    .select_from(_attached)
    .join(
        iam_entities,
        (iam_entities.c.account_id == _attached.c.account_id)
        & (iam_entities.c.kind == _attached.c.kind)
        & (iam_entities.c.name_key == _attached.c.name_key),
    )
    .where(_of_arn)
    .order_by(iam_entities.c.kind, iam_entities.c.name_key)
)
_uses = (
    select(_attached.c.policy_arn, _attached.c.usage, func.count())
    .where(_attached.c.account_id == bindparam("of_account"))
    .group_by(_attached.c.policy_arn, _attached.c.usage)
)

_versions = iam_policy_versions
_VERSION: Final = (_versions.c.number, _versions.c.is_default, _versions.c.document, _versions.c.created_at_ms)
_of_policy = (_versions.c.account_id == bindparam("of_account")) & (_versions.c.name_key == bindparam("of_key"))
_of_number = _of_policy & (_versions.c.number == bindparam("of_number"))
_versions_of = Lookup(select(*_VERSION).where(_of_policy).order_by(_versions.c.number.desc()))
_get_version = Lookup(select(*_VERSION).where(_of_number))
_get_default = Lookup(select(*_VERSION).where(_of_policy, _versions.c.is_default.is_(True)))
_defaults = select(_versions.c.name_key, _versions.c.number).where(
    _versions.c.account_id == bindparam("of_account"), _versions.c.is_default.is_(True)
)
_set_default = update_of(_versions).where(_of_policy).values(is_default=_versions.c.number == bindparam("of_number"))
_count_versions = select(func.count()).select_from(_versions).where(_versions.c.account_id == bindparam("of_account"))
_delete_version = delete_from(_versions).where(_of_number)


def get_inline(tx: Tx, owner: Entity, policy_name: str) -> str | None:
    """The text of an inline policy."""
    found: str | None = tx.execute(_get_inline, _place(owner) | {"of_policy": policy_name}).scalar_one_or_none()
    return found


def inline_of(tx: Tx, owner: Entity) -> list[tuple[str, str]]:
    """Name and text of every inline policy of *owner*, by name."""
    return [(name, document) for name, document in _inline_of.all(tx, _place(owner))]


def put_inline(tx: Tx, owner: Entity, policy_name: str, document: str) -> None:
    """Keep an inline policy, in the place of any of that name."""
    values = {"account_id": owner.account_id, "kind": owner.kind.value, "name_key": name_key_of(owner.name)}
    tx.execute(_put_inline, values | {"policy_name": policy_name, "document": document, "new_document": document})


def delete_inline(tx: Tx, owner: Entity, policy_name: str) -> bool:
    """Delete an inline policy; False when there is none of that name."""
    return tx.execute(_delete_inline, _place(owner) | {"of_policy": policy_name}).rowcount == 1


def attached_to(tx: Tx, owner: Entity, usage: str = POLICY) -> list[str]:
    """The ARNs of the managed policies of *owner*, or (usage BOUNDARY) of what bounds it."""
    return [arn for (arn,) in _attached_to.all(tx, _place(owner) | {"of_usage": usage})]


def attach(tx: Tx, owner: Entity, arn: str, usage: str = POLICY) -> bool:
    """Attach a managed policy; False when it is attached. The caller has seen, after its `lock`, that there is such a policy."""
    values = {"account_id": owner.account_id, "kind": owner.kind.value, "name_key": name_key_of(owner.name)}
    return tx.execute(_attach, values | {"usage": usage, "policy_arn": arn}).rowcount == 1


def detach(tx: Tx, owner: Entity, arn: str, usage: str = POLICY) -> bool:
    """Detach a managed policy; False when it is not attached."""
    return tx.execute(_detach, _place(owner) | {"of_usage": usage, "of_arn": arn}).rowcount == 1


def is_attached(tx: Tx, account_id: str, arn: str) -> bool:
    """Whether anything in the account has the managed policy, as a policy or a boundary."""
    return tx.execute(_is_attached, {"of_account": account_id, "of_arn": arn}).first() is not None


def holders_of(
    tx: Tx, account_id: str, arn: str, *, kind: EntityKind | None = None, usage: str | None = None
) -> list[Entity]:
    """What has the managed policy: of one kind or all, attached or as its boundary or either; by kind, then by name."""
    statement = _holders
    if kind is not None:
        statement = statement.where(_attached.c.kind == kind.value)
    if usage is not None:
        statement = statement.where(_attached.c.usage == usage)
    return [record_of(row) for row in tx.execute(statement, {"of_account": account_id, "of_arn": arn})]


def uses_of(tx: Tx, account_id: str, arns: Sequence[str] | None = None) -> dict[tuple[str, str], int]:
    """How many have each of the managed policies (all that anything has, unless *arns* are given), by ARN and usage."""
    statement = _uses if arns is None else _uses.where(_attached.c.policy_arn.in_(arns))
    return {(arn, usage): how_many for arn, usage, how_many in tx.execute(statement, {"of_account": account_id})}


def versions_of(tx: Tx, policy: Entity) -> list[Version]:
    """Every version of a managed policy, the newest first."""
    return [_version(row) for row in _versions_of.all(tx, _versions_place(policy))]


def count_versions(tx: Tx, account_id: str) -> int:
    """How many versions all managed policies of the account have together."""
    return tx.execute(_count_versions, {"of_account": account_id}).scalar_one()


def get_version(tx: Tx, policy: Entity, number: int | None = None) -> Version | None:
    """A version of a managed policy; without a number, the one that is in force."""
    if number is None:
        row = _get_default.first(tx, _versions_place(policy))
    else:
        row = _get_version.first(tx, _versions_place(policy) | {"of_number": number})
    return None if row is None else _version(row)


def defaults_of(tx: Tx, account_id: str, names: Sequence[str]) -> dict[str, int]:
    """The number of the version in force of each of the managed policies, by name."""
    keys = {name_key_of(name): name for name in names}
    statement = _defaults.where(_versions.c.name_key.in_(keys))
    return {keys[key]: number for key, number in tx.execute(statement, {"of_account": account_id})}


def insert_version(tx: Tx, policy: Entity, version: Version) -> None:
    """Keep a new version; when it is the default, no other is."""
    values: dict[str, Any] = {"account_id": policy.account_id, "name_key": name_key_of(policy.name)}
    values |= {"number": version.number, "is_default": False, "document": version.document}
    tx.execute(_versions.insert(), values | {"created_at_ms": version.created_at_ms})
    if version.is_default:
        set_default(tx, policy, version.number)


def set_default(tx: Tx, policy: Entity, number: int) -> None:
    """Let that version be in force and no other; there is one, as the caller has seen."""
    tx.execute(_set_default, _versions_place(policy) | {"of_number": number})


def delete_version(tx: Tx, policy: Entity, number: int) -> bool:
    """Delete a version; False when there is none of that number."""
    return tx.execute(_delete_version, _versions_place(policy) | {"of_number": number}).rowcount == 1


def _place(owner: Entity) -> dict[str, Any]:
    return place_of(owner.account_id, owner.kind, owner.name)


def _versions_place(policy: Entity) -> dict[str, Any]:
    return {"of_account": policy.account_id, "of_key": name_key_of(policy.name)}


def _version(row: Sequence[Any]) -> Version:
    number, is_default, document, created_at_ms = row
    return Version(number, bool(is_default), document, created_at_ms)
