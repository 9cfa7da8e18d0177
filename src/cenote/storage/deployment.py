"""
Facts of the deployment: sealed values and counters by name.

The counter "configuration" grows with every write of a pool, client, secret or signing key; each process polls it to know that what it
caches is old.
"""

from sqlalchemy import bindparam, select

from cenote.storage.database import Tx
from cenote.storage.tables import deployment
from cenote.storage.upsert import insert_on_conflict, insert_or_ignore

CONFIGURATION = "configuration"

_of_name = deployment.c.name == bindparam("of_name")
_get = select(deployment.c.sealed_value).where(_of_name)
_number = select(deployment.c.number).where(_of_name)
_insert = insert_or_ignore(deployment)
_put = insert_on_conflict(deployment).on_conflict_do_update(
    index_elements=["name"], set_={"sealed_value": bindparam("new_value")}
)
_set_number = insert_on_conflict(deployment).on_conflict_do_update(
    index_elements=["name"], set_={"number": bindparam("new_number")}
)
_bump = (
    insert_on_conflict(deployment)
    .values(name=bindparam("of_name"), number=1)
    .on_conflict_do_update(index_elements=["name"], set_={"number": deployment.c.number + 1})
)


def get(tx: Tx, name: str) -> bytes | None:
    """The sealed value under *name*."""
    return tx.execute(_get, {"of_name": name}).scalar_one_or_none()


def insert(tx: Tx, name: str, sealed_value: bytes) -> bool:
    """Store a sealed value unless there is one already; whether it was stored (of two first starts one wins)."""
    return tx.execute(_insert, {"name": name, "sealed_value": sealed_value}).rowcount == 1


def put(tx: Tx, name: str, sealed_value: bytes) -> None:
    """Store a sealed value in the place of any that is there."""
    tx.execute(_put, {"name": name, "sealed_value": sealed_value, "new_value": sealed_value})


def number(tx: Tx, name: str = CONFIGURATION) -> int:
    """The counter's number, 0 before its first bump."""
    return tx.execute(_number, {"of_name": name}).scalar_one_or_none() or 0


def bump(tx: Tx, name: str = CONFIGURATION) -> None:
    """Let the counter grow by one."""
    tx.execute(_bump, {"of_name": name})


def set_number(tx: Tx, name: str, value: int) -> None:
    """Store a number in the place of any that is there."""
    tx.execute(_set_number, {"name": name, "number": value, "new_number": value})
