"""Pools, clients, signing keys and the change counter, as rows."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from cenote.base.errors import ConcurrentModificationException, ResourceNotFoundException
from cenote.model.pool import Pool, pool_of
from cenote.model.pool_settings.document import new_document
from cenote.storage import clients, deployment, pools, signing_keys
from cenote.storage.clients import SealedSecret, StoredClient
from cenote.storage.database import Database
from cenote.storage.signing_keys import SealedKey
from cenote.storage.tables import metadata, users

ACCOUNT = "123456789012"
REGION = "us-east-1"


def pool(pool_id: str = "us-east-1_Aaa", *, account_id: str = ACCOUNT, region: str = REGION) -> Pool:
    return pool_of(
        pool_id=pool_id,
        account_id=account_id,
        region=region,
        name="p",
        document=new_document({}, region=region),
        created_at_ms=1,
        modified_at_ms=1,
        version=1,
    )


def client(client_id: str = "c1", *, pool_id: str = "us-east-1_Aaa", secrets: int = 0) -> StoredClient:
    sealed = tuple(SealedSecret(client_id, f"{client_id}--{at}", b"sealed", at) for at in range(secrets))
    return StoredClient(client_id, pool_id, "c", {"ClientType": "REGULAR"}, 1, 1, 1, sealed)


def insert_all(database: Database, *rows: Pool | StoredClient) -> None:
    def work(tx: Any) -> None:
        for row in rows:
            assert pools.insert(tx, row) if isinstance(row, Pool) else clients.insert(tx, row)

    database.write("insert", work)


def insert_user(database: Database, pool_id: str, sub: str) -> None:
    values = {column.name: "" for column in users.c if not column.nullable}
    numbers = dict.fromkeys(("tokens_valid_after_ms", "version", "created_at_ms", "modified_at_ms"), 1)
    row = values | numbers | {"pool_id": pool_id, "sub": sub, "enabled": True, "attributes": {}}
    database.write("insert", lambda tx: tx.execute(insert(users), row))


def number(database: Database) -> int:
    with database.read() as tx:
        return deployment.number(tx)


def test_a_pool_is_read_as_it_was_written(database: Database) -> None:
    insert_all(database, pool())
    with database.read() as tx:
        assert pool() == pools.get(tx, "us-east-1_Aaa")


def test_a_taken_id_is_not_written_over(database: Database) -> None:
    insert_all(database, pool())
    other = dataclasses.replace(pool(), name="other")
    assert not database.write("insert", lambda tx: pools.insert(tx, other))
    with database.read() as tx:
        assert pool() == pools.get(tx, "us-east-1_Aaa")


@pytest.mark.parametrize(("account_id", "region"), [("000000000000", REGION), (ACCOUNT, "eu-west-1")])
def test_a_pool_of_another_account_or_region_is_invisible(database: Database, account_id: str, region: str) -> None:
    insert_all(database, pool())
    with database.read() as tx, pytest.raises(ResourceNotFoundException) as refused:
        pools.require(tx, "us-east-1_Aaa", account_id, region)
    assert "User pool us-east-1_Aaa does not exist." == refused.value.message


def test_of_two_updates_of_one_version_the_second_loses(database: Database) -> None:
    insert_all(database, pool())
    first = dict(pool().document) | {"DeletionProtection": "ACTIVE"}
    database.write("update", lambda tx: pools.update(tx, pool(), name="first", document=first, now_ms=9))
    with pytest.raises(ConcurrentModificationException):
        database.write("update", lambda tx: pools.update(tx, pool(), name="second", document={}, now_ms=9))
    with database.read() as tx:
        found = pools.get(tx, "us-east-1_Aaa")
    assert found is not None
    assert ("first", 2, 9, True) == (found.name, found.version, found.modified_at_ms, found.is_deletion_protected)


def test_pages_hold_one_accounts_pools_of_one_region_by_id(database: Database) -> None:
    ids = ["us-east-1_Bbb", "us-east-1_Aaa", "us-east-1_Ccc"]
    others = [pool("us-east-1_Ddd", account_id="000000000000"), pool("eu-west-1_Aab", region="eu-west-1")]
    insert_all(database, *[pool(pool_id) for pool_id in ids], *others)
    with database.read() as tx:
        first = pools.page(tx, ACCOUNT, REGION, after="", limit=2)
        second = pools.page(tx, ACCOUNT, REGION, after=first[-1].pool_id, limit=2)
    assert ["us-east-1_Aaa", "us-east-1_Bbb", "us-east-1_Ccc"] == [each.pool_id for each in first + second]


def test_users_are_counted_no_further_than_asked(database: Database) -> None:
    insert_all(database, pool())
    for sub in ("a", "b", "c"):
        insert_user(database, "us-east-1_Aaa", sub)
    insert_user(database, "us-east-1_Bbb", "d")
    with database.read() as tx:
        assert 3 == pools.count_users(tx, "us-east-1_Aaa", at_most=10)
        assert 2 == pools.count_users(tx, "us-east-1_Aaa", at_most=2)


def test_a_deleted_pool_leaves_nothing_behind_and_the_other_one_alone(database: Database) -> None:
    key = SealedKey("us-east-1_Aaa", "k", "id", b"sealed", {"kid": "k"}, 1)
    insert_all(database, pool(), pool("us-east-1_Bbb"), client(secrets=2))
    insert_all(database, client("c2", pool_id="us-east-1_Bbb", secrets=1))
    database.write("key", lambda tx: signing_keys.insert(tx, key))
    insert_user(database, "us-east-1_Aaa", "a")
    insert_user(database, "us-east-1_Bbb", "b")
    assert database.write("delete", lambda tx: pools.delete(tx, "us-east-1_Aaa"))
    with database.read() as tx:
        left = {
            table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if "pool_id" in table.c or table.name == "client_secrets"
        }
    expected = {"pools": 1, "clients": 1, "client_secrets": 1, "users": 1}
    assert expected == {name: count for name, count in left.items() if count}
    assert not database.write("delete", lambda tx: pools.delete(tx, "us-east-1_Aaa"))


def test_a_client_is_read_with_its_secrets_oldest_first(database: Database) -> None:
    insert_all(database, pool(), client(secrets=2), client("c0"))
    with database.read() as tx:
        assert client(secrets=2) == clients.get(tx, "c1")
        assert [client("c0"), client(secrets=2)] == clients.of_pool(tx, "us-east-1_Aaa")
        assert [client()] == clients.page(tx, "us-east-1_Aaa", after="c0", limit=5)


def test_an_update_of_a_client_keeps_its_secrets_and_guards_its_version(database: Database) -> None:
    insert_all(database, pool(), client(secrets=1))
    database.write("update", lambda tx: clients.update(tx, client(), name="new", document={"a": 1}, now_ms=5))
    with database.read() as tx:
        found = clients.get(tx, "c1")
    changed: dict[str, Any] = {"name": "new", "document": {"a": 1}, "version": 2, "modified_at_ms": 5}
    assert dataclasses.replace(client(secrets=1), **changed) == found
    with pytest.raises(ConcurrentModificationException):
        database.write("update", lambda tx: clients.update(tx, client(), name="late", document={}, now_ms=6))


def test_a_client_is_deleted_only_from_its_own_pool(database: Database) -> None:
    insert_all(database, pool(), client(secrets=1))
    assert not database.write("delete", lambda tx: clients.delete(tx, "us-east-1_Bbb", "c1"))
    assert database.write("delete", lambda tx: clients.delete(tx, "us-east-1_Aaa", "c1"))
    with database.read() as tx:
        assert clients.get(tx, "c1") is None


def test_every_write_of_configuration_is_counted(database: Database) -> None:
    before = number(database)
    insert_all(database, pool(), client())
    database.write("update", lambda tx: pools.update(tx, pool(), name="n", document={}, now_ms=2))
    database.write("update", lambda tx: clients.update(tx, client(), name="n", document={}, now_ms=2))
    database.write("delete", lambda tx: clients.delete(tx, "us-east-1_Aaa", "c1"))
    database.write("delete", lambda tx: pools.delete(tx, "us-east-1_Aaa"))
    assert before + 6 == number(database)


def test_a_sealed_value_is_inserted_once_and_put_at_any_time(database: Database) -> None:
    assert database.write("insert", lambda tx: deployment.insert(tx, "secret", b"one"))
    assert not database.write("insert", lambda tx: deployment.insert(tx, "secret", b"two"))
    with database.read() as tx:
        assert b"one" == deployment.get(tx, "secret")
    database.write("put", lambda tx: deployment.put(tx, "secret", b"three"))
    with database.read() as tx:
        assert b"three" == deployment.get(tx, "secret")
