"""When an access key, or a role of an id, was used last."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from cenote.storage.database import Tx
from cenote.storage.lookup import Lookup
from cenote.storage.tables import iam_last_uses
from cenote.storage.upsert import insert_on_conflict

_table = iam_last_uses
_get = Lookup(
    select(_table.c.used_id, _table.c.service, _table.c.region, _table.c.used_at_ms).where(
        _table.c.used_id == bindparam("used_id")
    )
)
_new = insert_on_conflict(_table)
_put = _new.on_conflict_do_update(
    index_elements=["used_id"],
    set_={name: _new.excluded[name] for name in ("service", "region", "used_at_ms")},
    where=_table.c.used_at_ms < _new.excluded.used_at_ms,
)


class LastUse(NamedTuple):
    """The last use of an access key or a role: for which service (its signing name), in which Region, when."""

    used_id: str
    service: str
    region: str
    used_at_ms: int


def get(tx: Tx, used_id: str) -> LastUse | None:
    """The last use that was written."""
    found = _get.first(tx, {"used_id": used_id})
    return None if found is None else LastUse(*found)


def put(tx: Tx, uses: Sequence[LastUse]) -> None:
    """Write uses over older ones; in the order of their ids, so that no two writers wait for each other."""
    tx.execute(_put, [use._asdict() for use in sorted(uses)])
