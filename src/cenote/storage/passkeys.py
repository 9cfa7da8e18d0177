"""
Passkeys of users.

A credential id belongs to one user of a pool: it is claimed by one atomic insert. A passkey never outlives its user: whoever inserts one
has the user's row by `lock_owner`, and that row is deleted before its passkeys are.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, delete, func, or_, select, update

from cenote.model.passkey import Passkey
from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import passkeys, users
from cenote.storage.upsert import insert_or_ignore

_of_id = and_(passkeys.c.pool_id == bindparam("of_pool"), passkeys.c.credential_id == bindparam("of_id"))
_of_user = and_(passkeys.c.pool_id == bindparam("of_pool"), passkeys.c.sub == bindparam("of_sub"))
_get = Lookup(select(passkeys).where(_of_id))
_all_of_user = Lookup(select(passkeys).where(_of_user).order_by(passkeys.c.created_at_ms, passkeys.c.credential_id))
_count = select(func.count()).select_from(passkeys).where(_of_user)
_count_of_party = Lookup(_count.where(passkeys.c.relying_party == bindparam("of_party")))
_lock_owner = (
    select(users.c.sub)
    .where(users.c.pool_id == bindparam("of_pool"), users.c.sub == bindparam("of_sub"))
    .with_for_update()
)
_insert = insert_or_ignore(passkeys)
_delete = delete(passkeys).where(_of_id, passkeys.c.sub == bindparam("of_sub"))
_to_count = bindparam("to_count", type_=BigInteger)
# A count that is always zero is no count.
_advance = (
    update(passkeys)
    .where(
        _of_id,
        passkeys.c.sub == bindparam("of_sub"),
        or_(
            passkeys.c.sign_count < _to_count,
            and_(passkeys.c.sign_count == 0, _to_count == 0),
        ),
    )
    .values(sign_count=_to_count)
)
_IN_DOCUMENT = ("public_key", "aaguid", "friendly_name", "attachment", "is_backup_eligible")


def get(tx: Tx, pool_id: str, credential_id: str) -> Passkey | None:
    """The passkey of that id, whosever it is in the pool."""
    row = _get.first(tx, {"of_pool": pool_id, "of_id": credential_id})
    return None if row is None else record_of(row)


def of_user(tx: Tx, pool_id: str, sub: str) -> list[Passkey]:
    """Every passkey of a user, the oldest first."""
    return [record_of(row) for row in _all_of_user.all(tx, {"of_pool": pool_id, "of_sub": sub})]


def count(tx: Tx, pool_id: str, sub: str, relying_party: str | None = None) -> int:
    """How many passkeys a user has, for *relying_party* where one is named."""
    values = {"of_pool": pool_id, "of_sub": sub}
    if relying_party is None:
        return tx.execute(_count, values).scalar_one()
    row = _count_of_party.first(tx, {**values, "of_party": relying_party})
    return 0 if row is None else int(row[0])


def lock_owner(tx: Tx, pool_id: str, sub: str) -> bool:
    """Whether there is the user; nobody else deletes it, or locks it to add a passkey, before the transaction ends."""
    return tx.execute(_lock_owner, {"of_pool": pool_id, "of_sub": sub}).first() is not None


def insert(tx: Tx, passkey: Passkey) -> bool:
    """Keep a new passkey of a user whom `lock_owner` gave; False when the pool has one of that id."""
    values = {
        "pool_id": passkey.pool_id,
        "credential_id": passkey.credential_id,
        "sub": passkey.sub,
        "relying_party": passkey.relying_party,
        "document": {
            **{name: getattr(passkey, name) for name in _IN_DOCUMENT},
            "transports": list(passkey.transports),
        },
        "sign_count": passkey.sign_count,
        "created_at_ms": passkey.created_at_ms,
    }
    return tx.execute(_insert, values).rowcount > 0


def delete_of(tx: Tx, pool_id: str, sub: str, credential_id: str) -> bool:
    """Delete a user's passkey; False when the user has none of that id."""
    return tx.execute(_delete, {"of_pool": pool_id, "of_sub": sub, "of_id": credential_id}).rowcount > 0


def advance(tx: Tx, passkey: Passkey, to_count: int) -> bool:
    """
    Move the sign count of *passkey* on to *to_count*; False when the passkey is gone, or its count is not below.

    One statement: of two sign-ins that show the same count one is told False, as a copy of the authenticator would be.
    """
    values = {
        "of_pool": passkey.pool_id,
        "of_id": passkey.credential_id,
        "of_sub": passkey.sub,
        "to_count": to_count,
    }
    return tx.execute(_advance, values).rowcount > 0


def record_of(row: Sequence[Any]) -> Passkey:
    """The passkey in a row, whose columns are in the table's order."""
    pool_id, credential_id, sub, relying_party, document, sign_count, created_at_ms = row
    return Passkey(
        pool_id=pool_id,
        credential_id=credential_id,
        sub=sub,
        relying_party=relying_party,
        sign_count=sign_count,
        created_at_ms=created_at_ms,
        transports=tuple(document["transports"]),
        **{name: document[name] for name in _IN_DOCUMENT},
    )
