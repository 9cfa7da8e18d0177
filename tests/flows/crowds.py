"""Pools of many users, made by the flows, and whether every row that hangs on a user is the one that its record asks for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, Table, select

from cenote.flows import users
from cenote.flows.pools import create_client, create_pool
from cenote.flows.services import Services
from cenote.model.names import claimed_names_of, search_values_of
from cenote.model.pool import Pool
from cenote.model.pool_settings.document import new_document
from cenote.model.user import User, UserStatus
from cenote.storage import pools, tables
from cenote.storage.database import Tx
from cenote.storage.users import record_of

PLAN = {"Name": "plan", "AttributeDataType": "String", "Mutable": True}
SEAT = {"Name": "seat", "AttributeDataType": "Number", "Mutable": True}
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def new_pool(services: Services, **request: Any) -> Pool:
    """A pool with the custom attributes plan and seat, and a client that may sign in by SRP and password."""
    settings = services.settings
    document = new_document({"Schema": [PLAN, SEAT], **request}, region=settings.default_region)
    pool = create_pool(
        services, account_id=settings.account_id, region=settings.default_region, document=document, name="crowd"
    )
    create_client(services, pool, name="app", document={"ExplicitAuthFlows": FLOWS}, secret=None)
    return pool


def add(
    services: Services,
    pool: Pool,
    named: Iterable[tuple[str, Mapping[str, str]]],
    status: UserStatus = UserStatus.CONFIRMED,
) -> list[User]:
    """Confirmed users of these names and attributes, without passwords."""
    new = [users.new_user(services, pool, name, attributes, status) for name, attributes in named]

    def work(tx: Tx) -> None:
        for user in new:
            users.insert(services, tx, pool, user)

    services.database.write("crowd", work)
    return new


def change(services: Services, pool: Pool, user: User, **attributes: str) -> User:
    """Set attributes of a user, with a double underscore for a colon; a blank one deletes."""
    given = {name.replace("__", ":"): value for name, value in attributes.items()}

    def changed(present: User) -> User:
        kept = {**present.attributes, **given}
        return replace(present, attributes={name: value for name, value in kept.items() if value})

    return users.update(services, pool, user.sub, changed)


def present(services: Services, pool: Pool) -> Pool:
    """The pool as it is stored."""
    with services.database.read() as tx:
        found = pools.get(tx, pool.pool_id)
    assert found is not None
    return found


def assert_rows_fit(services: Services, pool: Pool) -> Pool:
    """
    Fail unless the rows of names and searched values are those that the records and rules ask for, and no other; the pool as it is.

    All of it is read as of one moment, whatever is written meanwhile.
    """
    names, values = defaultdict(set), defaultdict(set)
    level = "SERIALIZABLE" if services.database.is_sqlite else "REPEATABLE READ"
    with services.database.engine.connect().execution_options(isolation_level=level) as tx, tx.begin():
        found = pools.get(tx, pool.pool_id)
        assert found is not None
        everybody = [record_of(row) for row in tx.execute(_of(tables.users, pool))]
        for row in tx.execute(_of(tables.sign_in_names, pool)):
            names[row.sub].add((row.kind, row.value))
        for row in tx.execute(_of(tables.search_values, pool)):
            values[row.sub].add((row.attribute, row.value))
    wanted = {user.sub: set(claimed_names_of(found, user)) for user in everybody}
    assert {sub: each for sub, each in wanted.items() if each} == names
    assert {user.sub: set(search_values_of(found, user)) for user in everybody} == values
    return found


def _of(table: Table, pool: Pool) -> Select[Any]:
    return select(table).where(table.c.pool_id == pool.pool_id)
