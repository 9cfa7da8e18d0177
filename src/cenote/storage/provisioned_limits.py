"""
Request rates that an account asked for, by Region and category.

Every write bumps the change counter, so that every process goes by the new rate within a second.
"""

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlalchemy import delete as delete_from

from cenote.storage import deployment
from cenote.storage.database import Tx
from cenote.storage.tables import provisioned_limits
from cenote.storage.upsert import insert_on_conflict

_of_account = (
    provisioned_limits.c.account_id == bindparam("of_account"),
    provisioned_limits.c.region == bindparam("of_region"),
)
_get = select(provisioned_limits.c.category, provisioned_limits.c.value).where(*_of_account)
_put = insert_on_conflict(provisioned_limits).on_conflict_do_update(
    index_elements=["account_id", "region", "category"], set_={"value": bindparam("new_value")}
)
_delete = delete_from(provisioned_limits).where(*_of_account, provisioned_limits.c.category == bindparam("of_category"))


def of_account(tx: Tx, account_id: str, region: str) -> Mapping[str, int]:
    """Every rate that the account asked for in the Region, by category."""
    rows = tx.execute(_get, {"of_account": account_id, "of_region": region})
    return {row.category: row.value for row in rows}


def put(tx: Tx, account_id: str, region: str, category: str, value: int) -> None:
    """Keep a rate in the place of any that is there."""
    values = {"account_id": account_id, "region": region, "category": category, "value": value, "new_value": value}
    tx.execute(_put, values)
    deployment.bump(tx)


def delete(tx: Tx, account_id: str, region: str, category: str) -> None:
    """Forget a rate, if there is one."""
    tx.execute(_delete, {"of_account": account_id, "of_region": region, "of_category": category})
    deployment.bump(tx)
