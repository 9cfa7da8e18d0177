"""
Identities at other providers that sign users in.

An identity belongs to one user of a pool: the row is claimed by one atomic insert, so that of two who want it at once one gets it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, tuple_

from cenote.model.identity_provider.link import Link
from cenote.storage.database import Tx
from cenote.storage.tables import links
from cenote.storage.upsert import insert_or_ignore

_of_identity = (
    (links.c.pool_id == bindparam("of_pool"))
    & (links.c.provider == bindparam("of_provider"))
    & (links.c.attribute == bindparam("of_attribute"))
    & (links.c.subject == bindparam("of_subject"))
)
_get = select(links).where(_of_identity)
_of_user = select(links).where(links.c.pool_id == bindparam("of_pool"), links.c.sub == bindparam("of_sub"))
_of_any = select(links).where(
    links.c.pool_id == bindparam("of_pool"),
    links.c.provider == bindparam("of_provider"),
    tuple_(links.c.attribute, links.c.subject).in_(bindparam("of_identities", expanding=True)),
)
_insert = insert_or_ignore(links)
_delete = delete(links).where(_of_identity)
_IN_DOCUMENT = ("provider_type", "issuer", "is_primary", "authority")


def get(tx: Tx, pool_id: str, provider: str, attribute: str, subject: str) -> Link | None:
    """The link of that identity."""
    row = tx.execute(_get, _named(pool_id, provider, attribute, subject)).one_or_none()
    return None if row is None else _record_of(row)


def of_any(tx: Tx, pool_id: str, provider: str, identities: Iterable[tuple[str, str]]) -> list[Link]:
    """The links of those *identities*, each an attribute and its value, that are somebody's."""
    values = {"of_pool": pool_id, "of_provider": provider, "of_identities": list(identities)}
    return [_record_of(row) for row in tx.execute(_of_any, values)]


def of_user(tx: Tx, pool_id: str, sub: str) -> list[Link]:
    """Every identity of a user."""
    return [_record_of(row) for row in tx.execute(_of_user, {"of_pool": pool_id, "of_sub": sub})]


def insert(tx: Tx, link: Link) -> bool:
    """Give the user an identity; False when somebody has it."""
    values = {
        "pool_id": link.pool_id,
        "provider": link.provider,
        "attribute": link.attribute,
        "subject": link.subject,
        "sub": link.sub,
        "document": {name: getattr(link, name) for name in _IN_DOCUMENT},
        "created_at_ms": link.created_at_ms,
    }
    return tx.execute(_insert, values).rowcount > 0


def delete_link(tx: Tx, link: Link) -> bool:
    """Take an identity from the user; False when it is nobody's any more."""
    return tx.execute(_delete, _named(link.pool_id, link.provider, link.attribute, link.subject)).rowcount > 0


def _named(pool_id: str, provider: str, attribute: str, subject: str) -> dict[str, str]:
    return {"of_pool": pool_id, "of_provider": provider, "of_attribute": attribute, "of_subject": subject}


def _record_of(row: Sequence[Any]) -> Link:
    """The link of a row, whose columns are in the table's order."""
    pool_id, provider, attribute, subject, sub, document, created_at_ms = row
    return Link(pool_id, provider, attribute, subject, sub, created_at_ms=created_at_ms, **document)
