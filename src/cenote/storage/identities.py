"""
The identities of identity pools, and the logins that lead to them.

A login never outlives its identity, nor an identity its pool: who gives an identity logins has its row (`lock`, or it has just
inserted it), who inserts one holds the pool's (storage.identity_pools.hold), and each is deleted before what hangs on it. `lock_all`
takes rows in the order of their ids, so that two merges never wait for each other.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy import delete as delete_from
from sqlalchemy import update as update_of

from cenote.model.identity_pool.identity import Identity
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import identities, identity_logins
from cenote.storage.upsert import insert_or_ignore

# (provider, subject)
ProviderSubject = tuple[str, str]

_of_identity = identities.c.identity_id == bindparam("of_identity")
_of_pool = identities.c.identity_pool_id == bindparam("of_pool")
_of_login = (
    (identity_logins.c.identity_pool_id == bindparam("of_pool"))
    & (identity_logins.c.provider == bindparam("of_provider"))
    & (identity_logins.c.subject == bindparam("of_subject"))
)
_logins_of_identity = identity_logins.c.identity_id == bindparam("of_identity")
_logins_of_any = identity_logins.c.identity_id.in_(bindparam("of_identities", expanding=True))

_get = Lookup(select(identities).where(_of_identity))
_lock = select(identities).where(_of_identity).with_for_update()
_insert = insert_or_ignore(identities)
_disable = update_of(identities).where(_of_identity).values(is_disabled=True, modified_at_ms=bindparam("now_ms"))
_touch = update_of(identities).where(_of_identity).values(modified_at_ms=bindparam("now_ms"))
_delete = delete_from(identities).where(_of_pool, _of_identity)
_page = (
    select(identities)
    .where(_of_pool, identities.c.identity_id > bindparam("after"))
    .order_by(identities.c.identity_id)
    .limit(bindparam("how_many"))
)
_page_of_enabled = _page.where(identities.c.is_disabled.is_(False))
_identity_of = Lookup(select(identity_logins.c.identity_id).where(_of_login))
_link = insert_or_ignore(identity_logins)
_unlink = delete_from(identity_logins).where(_of_login, _logins_of_identity)
_delete_logins = delete_from(identity_logins).where(_logins_of_identity)
_logins_of = Lookup(
    select(identity_logins.c.provider, identity_logins.c.subject)
    .where(_logins_of_identity)
    .order_by(identity_logins.c.created_at_ms, identity_logins.c.provider, identity_logins.c.subject)
)
_logins_of_several = (
    select(identity_logins.c.identity_id, identity_logins.c.provider, identity_logins.c.subject)
    .where(_logins_of_any)
    .order_by(identity_logins.c.created_at_ms, identity_logins.c.provider, identity_logins.c.subject)
)
_page_of_subjects = (
    select(identity_logins.c.subject)
    .where(
        _logins_of_identity,
        identity_logins.c.provider == bindparam("of_provider"),
        identity_logins.c.subject > bindparam("after"),
    )
    .order_by(identity_logins.c.subject)
    .limit(bindparam("how_many"))
)
_some_logins = select(identity_logins.c.subject).where(_logins_of_identity).limit(bindparam("at_most")).subquery()
_count_logins = select(func.count()).select_from(_some_logins)
_move = update_of(identity_logins).where(_logins_of_identity).values(identity_id=bindparam("to_identity"))


def get(tx: Tx, identity_id: str) -> Identity | None:
    """The identity of that id, of whatever pool, disabled or not."""
    row = _get.first(tx, {"of_identity": identity_id})
    return None if row is None else _record(row)


def lock(tx: Tx, identity_id: str) -> Identity | None:
    """As `get`; nobody else locks, changes or deletes it before the transaction ends."""
    row = tx.execute(_lock, {"of_identity": identity_id}).one_or_none()
    return None if row is None else _record(row)


def lock_all(tx: Tx, identity_ids: Iterable[str]) -> dict[str, Identity]:
    """`lock` of several; those that there are, by id."""
    found = (lock(tx, identity_id) for identity_id in sorted(set(identity_ids)))
    return {identity.identity_id: identity for identity in found if identity is not None}


def page(tx: Tx, identity_pool_id: str, *, after: str, limit: int, with_disabled: bool = True) -> list[Identity]:
    """At most *limit* identities of a pool whose ids come after *after*, by id."""
    statement = _page if with_disabled else _page_of_enabled
    values = {"of_pool": identity_pool_id, "after": after, "how_many": limit}
    return [_record(row) for row in tx.execute(statement, values)]


def insert(tx: Tx, identity: Identity) -> bool:
    """Store a new identity; False when its id is taken."""
    return tx.execute(_insert, {column.name: getattr(identity, column.name) for column in identities.c}).rowcount == 1


def disable(tx: Tx, identity_id: str, now_ms: int) -> None:
    """Disable an identity, as one that was merged into another is; disabling it twice is no fault."""
    tx.execute(_disable, {"of_identity": identity_id, "now_ms": now_ms})


def touch(tx: Tx, identity_id: str, now_ms: int) -> None:
    """Say that an identity was changed: its logins are."""
    tx.execute(_touch, {"of_identity": identity_id, "now_ms": now_ms})


def delete(tx: Tx, identity_pool_id: str, identity_id: str) -> bool:
    """Delete an identity of a pool with its logins; False when the pool has none of that id."""
    if tx.execute(_delete, {"of_pool": identity_pool_id, "of_identity": identity_id}).rowcount == 0:
        return False
    tx.execute(_delete_logins, {"of_identity": identity_id})
    return True


def identity_of(tx: Tx, identity_pool_id: str, provider: str, subject: str) -> str | None:
    """The id of the identity that a login leads to."""
    row = _identity_of.first(tx, _login(identity_pool_id, provider, subject))
    return None if row is None else str(row[0])


def logins_of(tx: Tx, identity_id: str) -> list[ProviderSubject]:
    """The logins that lead to an identity, the oldest first."""
    return [(row[0], row[1]) for row in _logins_of.all(tx, {"of_identity": identity_id})]


def logins_of_each(tx: Tx, identity_ids: Collection[str]) -> dict[str, list[ProviderSubject]]:
    """`logins_of` of several identities, by id."""
    found: dict[str, list[ProviderSubject]] = {identity_id: [] for identity_id in identity_ids}
    if found:
        for identity_id, provider, subject in tx.execute(_logins_of_several, {"of_identities": list(found)}):
            found[identity_id].append((provider, subject))
    return found


def page_of_subjects(tx: Tx, identity_id: str, provider: str, *, after: str, limit: int) -> list[str]:
    """At most *limit* subjects of a provider that lead to an identity and come after *after*, in their order."""
    values = {"of_identity": identity_id, "of_provider": provider, "after": after, "how_many": limit}
    return list(tx.execute(_page_of_subjects, values).scalars())


def count_logins(tx: Tx, identity_id: str, *, at_most: int) -> int:
    """How many logins lead to an identity, counted no further than *at_most*."""
    return tx.execute(_count_logins, {"of_identity": identity_id, "at_most": at_most}).scalar_one()


def link(tx: Tx, identity: Identity, provider: str, subject: str, now_ms: int) -> bool:
    """Let a login lead to *identity*; False when it leads somewhere already (see `identity_of`)."""
    values = {
        "identity_pool_id": identity.identity_pool_id,
        "provider": provider,
        "subject": subject,
        "identity_id": identity.identity_id,
        "created_at_ms": now_ms,
    }
    return tx.execute(_link, values).rowcount == 1


def unlink(tx: Tx, identity: Identity, provider: str, subject: str) -> bool:
    """Let a login lead nowhere; False when it did not lead to *identity*."""
    values = _login(identity.identity_pool_id, provider, subject) | {"of_identity": identity.identity_id}
    return tx.execute(_unlink, values).rowcount == 1


def move_logins(tx: Tx, source_id: str, destination_id: str) -> int:
    """Let every login of one identity lead to another one of the same pool; how many they are."""
    return tx.execute(_move, {"of_identity": source_id, "to_identity": destination_id}).rowcount


def _login(identity_pool_id: str, provider: str, subject: str) -> dict[str, str]:
    return {"of_pool": identity_pool_id, "of_provider": provider, "of_subject": subject}


def _record(row: Sequence[Any]) -> Identity:
    """The identity of a row, whose columns are in the record's order."""
    return Identity(*row)
