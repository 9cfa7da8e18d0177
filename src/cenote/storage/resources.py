"""
What else a pool has: resource servers, identity providers, looks, terms, settings of their own, each a document under a kind and a name.

One table serves them all, since none is looked up by anything but its kind and its names. Every write bumps the change counter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.storage import deployment
from cenote.storage.database import Tx
from cenote.storage.tables import resources
from cenote.storage.upsert import insert_on_conflict, insert_or_ignore

# The name of what a pool has one of; what a client has one of goes by the client's id.
OF_POOL: Final = ""


class Kind(StrEnum):
    """What a resource is; the value is stored."""

    RESOURCE_SERVER = "resource_server"
    IDENTITY_PROVIDER = "identity_provider"
    PROVIDER_IDENTIFIER = "provider_identifier"
    SIGNING_CERTIFICATE = "signing_certificate"
    UI_CUSTOMIZATION = "ui_customization"
    BRANDING = "branding"
    BRANDING_ASSET = "branding_asset"
    TERMS = "terms"
    RISK_CONFIGURATION = "risk_configuration"
    LOG_DELIVERY = "log_delivery"
    SESSION_CONFIGURATION = "session_configuration"
    REPLICA = "replica"
    SEARCH_INDEX = "search_index"
    # What Cognito has no member for and a client may switch on: model.oauth.client_options.
    CLIENT_OPTIONS = "client_options"


@dataclass(frozen=True, slots=True)
class Resource:
    """
    A resource of a pool.

    *name* tells it from others of its kind. *unique_key*, if any, no other of its kind may have. It goes with the client *client_id*, if
    any. *sealed_secrets* is sealed for `secrets_context`. *version* guards updates.
    """

    pool_id: str
    kind: Kind
    name: str
    document: Mapping[str, Any]
    created_at_ms: int
    modified_at_ms: int
    unique_key: str | None = None
    client_id: str | None = None
    sealed_secrets: bytes | None = field(default=None, repr=False)
    version: int = 1

    @property
    def secrets_context(self) -> str:
        """What the secrets are sealed for."""
        return f"resource:{self.pool_id}:{self.kind.value}:{self.name}"


_of_kind = (resources.c.pool_id == bindparam("of_pool")) & (resources.c.kind == bindparam("of_kind"))
_of_name = _of_kind & (resources.c.name == bindparam("of_name"))
_get = select(resources).where(_of_name)
_get_by_key = select(resources).where(_of_kind, resources.c.unique_key == bindparam("of_key"))
_all = select(resources).where(_of_kind).order_by(resources.c.name)
_page = _all.where(resources.c.name > bindparam("after")).limit(bindparam("how_many"))
_stamps = (
    select(resources.c.name, resources.c.modified_at_ms, resources.c.version)
    .where(_of_kind, resources.c.name > bindparam("after"))
    .order_by(resources.c.name)
    .limit(bindparam("how_many"))
)
_count = select(func.count()).select_from(resources).where(_of_kind)
_insert = insert_or_ignore(resources)
_CHANGED = ("document", "sealed_secrets", "unique_key", "client_id", "modified_at_ms")
_update = (
    update_of(resources)
    .where(_of_name, resources.c.version == bindparam("before"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED} | {"version": resources.c.version + 1})
)
_put = insert_on_conflict(resources).on_conflict_do_update(
    index_elements=["pool_id", "kind", "name"],
    set_={name: bindparam(f"new_{name}") for name in _CHANGED} | {"version": resources.c.version + 1},
)
_delete = delete_from(resources).where(_of_name)
_delete_of_client = delete_from(resources).where(
    resources.c.pool_id == bindparam("of_pool"), resources.c.client_id == bindparam("of_client")
)


def get(tx: Tx, pool_id: str, kind: Kind, name: str) -> Resource | None:
    """The resource of that kind and name."""
    row = tx.execute(_get, {"of_pool": pool_id, "of_kind": kind.value, "of_name": name}).one_or_none()
    return None if row is None else _record(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping


def get_by_key(tx: Tx, pool_id: str, kind: Kind, unique_key: str) -> Resource | None:
    """The resource of that kind that has *unique_key*."""
    row = tx.execute(_get_by_key, {"of_pool": pool_id, "of_kind": kind.value, "of_key": unique_key}).one_or_none()
    return None if row is None else _record(row._mapping)  # noqa: SLF001 - see get


def of_kind(tx: Tx, pool_id: str, kind: Kind) -> list[Resource]:
    """Every resource of a kind, by name."""
    rows = tx.execute(_all, {"of_pool": pool_id, "of_kind": kind.value})
    return [_record(row) for row in rows.mappings()]


def page(tx: Tx, pool_id: str, kind: Kind, *, after: str, limit: int) -> list[Resource]:
    """At most *limit* resources of a kind whose names come after *after*, by name."""
    rows = tx.execute(_page, {"of_pool": pool_id, "of_kind": kind.value, "after": after, "how_many": limit})
    return [_record(row) for row in rows.mappings()]


def stamps(tx: Tx, pool_id: str, kind: Kind, *, after: str, limit: int) -> dict[str, str]:
    """What tells each of the resources that `page` gives from what it was and will be, by name: their documents are not read."""
    rows = tx.execute(_stamps, {"of_pool": pool_id, "of_kind": kind.value, "after": after, "how_many": limit})
    return {name: f"{modified_at_ms:x}.{version}" for name, modified_at_ms, version in rows}


def count(tx: Tx, pool_id: str, kind: Kind) -> int:
    """How many resources of a kind the pool has."""
    return tx.execute(_count, {"of_pool": pool_id, "of_kind": kind.value}).scalar_one()


def insert(tx: Tx, resource: Resource) -> bool:
    """Store a new resource; False when its name or its unique key is taken."""
    if tx.execute(_insert, _values_of(resource)).rowcount == 0:
        return False
    deployment.bump(tx)
    return True


def update(tx: Tx, before: Resource, **changes: Any) -> Resource | None:  # noqa: ANN401 - fields of Resource
    """
    Replace fields of a resource by *changes*; what was written, or None when it is no longer of the version of *before*.

    The unique key must not be another's: the engine's own error says so otherwise.
    """
    after = replace(before, version=before.version + 1, **changes)
    values = {f"new_{name}": getattr(after, name) for name in _CHANGED}
    values |= {"of_pool": before.pool_id, "of_kind": before.kind.value, "of_name": before.name}
    if tx.execute(_update, values | {"before": before.version}).rowcount == 0:
        return None
    deployment.bump(tx)
    return after


def put(tx: Tx, resource: Resource) -> None:
    """Store a resource in the place of any of its kind and name."""
    values = _values_of(resource)
    tx.execute(_put, values | {f"new_{name}": values[name] for name in _CHANGED})
    deployment.bump(tx)


def delete(tx: Tx, pool_id: str, kind: Kind, name: str) -> bool:
    """Delete the resource of that kind and name; False when there is none."""
    if tx.execute(_delete, {"of_pool": pool_id, "of_kind": kind.value, "of_name": name}).rowcount == 0:
        return False
    deployment.bump(tx)
    return True


def delete_of_client(tx: Tx, pool_id: str, client_id: str) -> None:
    """Delete everything that goes with a client."""
    tx.execute(_delete_of_client, {"of_pool": pool_id, "of_client": client_id})


def _values_of(resource: Resource) -> dict[str, Any]:
    values = {column.name: getattr(resource, column.name) for column in resources.c}
    return values | {"kind": resource.kind.value}


def _record(row: Mapping[Any, Any]) -> Resource:
    return Resource(**{**row, "kind": Kind(row["kind"])})
