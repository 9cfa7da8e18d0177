"""Identities and the logins that lead to them: pages, links, merges, and what goes with what."""

import threading
from dataclasses import replace

import pytest

from cenote.base.errors import ConcurrentModificationException, ResourceNotFoundException
from cenote.model.identity_pool.identity import Identity
from cenote.model.identity_pool.pool import IdentityPool
from cenote.storage import deployment, identities, identity_pools
from cenote.storage.database import Database, Tx

POOL = "us-east-1:00000000-0000-4000-8000-00000000000a"
OTHER = "us-east-1:00000000-0000-4000-8000-00000000000b"
NOW_MS = 1_800_000_000_000
GOOGLE, POOLS = "accounts.google.com", "cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"


def identity_pool(identity_pool_id: str = POOL) -> IdentityPool:
    document = {"AllowUnauthenticatedIdentities": True}
    return IdentityPool(identity_pool_id, "000000000000", "us-east-1", "people", document)


def identity(number: int, identity_pool_id: str = POOL, *, is_disabled: bool = False) -> Identity:
    place = POOL[:-1] if identity_pool_id == POOL else OTHER[:-2]
    return Identity(f"{place}{number}", identity_pool_id, is_disabled, NOW_MS, NOW_MS)


ONE, TWO, ABROAD = identity(1), identity(2), identity(1, OTHER)


def fill(database: Database) -> None:
    """Two pools; in the first ONE has two logins and TWO has one, in the second ABROAD has one."""

    def work(tx: Tx) -> None:
        for pool_id in (POOL, OTHER):
            assert identity_pools.insert(tx, identity_pool(pool_id))
        for each in (ONE, TWO, ABROAD):
            assert identities.insert(tx, each)
        assert identities.link(tx, ONE, POOLS, "ann", NOW_MS)
        assert identities.link(tx, ONE, GOOGLE, "ann@g", NOW_MS + 1)
        assert identities.link(tx, TWO, POOLS, "bob", NOW_MS)
        assert identities.link(tx, ABROAD, POOLS, "ann", NOW_MS)

    database.write("fill", work)


def test_a_login_leads_to_one_identity_of_each_pool(database: Database) -> None:
    fill(database)
    assert not database.write("link", lambda tx: identities.link(tx, TWO, POOLS, "ann", NOW_MS))
    with database.read() as tx:
        assert ONE.identity_id == identities.identity_of(tx, POOL, POOLS, "ann")
        assert ABROAD.identity_id == identities.identity_of(tx, OTHER, POOLS, "ann")
        assert identities.identity_of(tx, OTHER, GOOGLE, "ann@g") is None
        assert [(POOLS, "ann"), (GOOGLE, "ann@g")] == identities.logins_of(tx, ONE.identity_id)
        each = identities.logins_of_each(tx, [ONE.identity_id, TWO.identity_id, identity(9).identity_id])
        assert {
            ONE.identity_id: [(POOLS, "ann"), (GOOGLE, "ann@g")],
            TWO.identity_id: [(POOLS, "bob")],
            identity(9).identity_id: [],
        } == each
        assert {} == identities.logins_of_each(tx, [])
        assert 2 == identities.count_logins(tx, ONE.identity_id, at_most=9)
        assert 1 == identities.count_logins(tx, ONE.identity_id, at_most=1)


def test_an_identity_is_unlinked_from_its_own_logins_only(database: Database) -> None:
    fill(database)
    assert not database.write("unlink", lambda tx: identities.unlink(tx, TWO, POOLS, "ann"))
    assert database.write("unlink", lambda tx: identities.unlink(tx, ONE, POOLS, "ann"))
    with database.read() as tx:
        assert identities.identity_of(tx, POOL, POOLS, "ann") is None
        assert ABROAD.identity_id == identities.identity_of(tx, OTHER, POOLS, "ann")


def test_logins_move_to_the_identity_that_another_is_merged_into(database: Database) -> None:
    fill(database)

    def merge(tx: Tx) -> int:
        both = identities.lock_all(tx, [TWO.identity_id, ONE.identity_id, identity(9).identity_id])
        assert {ONE.identity_id: ONE, TWO.identity_id: TWO} == both
        identities.disable(tx, TWO.identity_id, NOW_MS + 5)
        identities.touch(tx, ONE.identity_id, NOW_MS + 5)
        return identities.move_logins(tx, TWO.identity_id, ONE.identity_id)

    assert 1 == database.write("merge", merge)
    with database.read() as tx:
        assert ONE.identity_id == identities.identity_of(tx, POOL, POOLS, "bob")
        assert replace(TWO, is_disabled=True, modified_at_ms=NOW_MS + 5) == identities.get(tx, TWO.identity_id)
        assert replace(ONE, modified_at_ms=NOW_MS + 5) == identities.get(tx, ONE.identity_id)
        assert ["ann", "bob"] == identities.page_of_subjects(tx, ONE.identity_id, POOLS, after="", limit=9)
        assert ["bob"] == identities.page_of_subjects(tx, ONE.identity_id, POOLS, after="ann", limit=9)


def test_pages_of_identities_pass_over_disabled_ones_if_asked(database: Database) -> None:
    def work(tx: Tx) -> None:
        for number in range(5):
            identities.insert(tx, identity(number, is_disabled=number % 2 == 1))
        identities.insert(tx, ABROAD)

    database.write("fill", work)
    with database.read() as tx:
        first = identities.page(tx, POOL, after="", limit=3)
        assert [identity(0), identity(1, is_disabled=True), identity(2)] == first
        rest = identities.page(tx, POOL, after=first[-1].identity_id, limit=3)
        assert [identity(3, is_disabled=True), identity(4)] == rest
        shown = identities.page(tx, POOL, after="", limit=9, with_disabled=False)
        assert [identity(0), identity(2), identity(4)] == shown


def test_an_identity_goes_with_its_logins_and_from_its_own_pool_only(database: Database) -> None:
    fill(database)
    assert not database.write("delete", lambda tx: identities.delete(tx, OTHER, ONE.identity_id))
    assert database.write("delete", lambda tx: identities.delete(tx, POOL, ONE.identity_id))
    assert not database.write("delete", lambda tx: identities.delete(tx, POOL, ONE.identity_id))
    with database.read() as tx:
        assert identities.get(tx, ONE.identity_id) is None
        assert [] == identities.logins_of(tx, ONE.identity_id)
        assert [TWO] == identities.page(tx, POOL, after="", limit=9)


def test_a_pool_goes_with_its_identities_and_their_logins(database: Database) -> None:
    fill(database)
    assert database.write("delete", lambda tx: identity_pools.delete(tx, POOL))
    assert not database.write("delete", lambda tx: identity_pools.delete(tx, POOL))
    with database.read() as tx:
        assert identity_pools.get(tx, POOL) is None
        assert [] == identities.page(tx, POOL, after="", limit=9)
        assert identities.identity_of(tx, POOL, POOLS, "ann") is None
        assert [ABROAD] == identities.page(tx, OTHER, after="", limit=9)
        assert ABROAD.identity_id == identities.identity_of(tx, OTHER, POOLS, "ann")


def test_a_pool_that_is_gone_cannot_be_held(database: Database) -> None:
    fill(database)
    database.write("hold", lambda tx: identity_pools.hold(tx, POOL))
    database.write("delete", lambda tx: identity_pools.delete(tx, POOL))
    with pytest.raises(ResourceNotFoundException):
        database.write("hold", lambda tx: identity_pools.hold(tx, POOL))


def test_of_two_updates_from_one_reading_the_second_is_refused(database: Database) -> None:
    fill(database)
    with database.read() as tx:
        before = identity_pools.require(tx, POOL, "000000000000", "us-east-1")
        number = deployment.number(tx)
    after = replace(before, name="renamed", roles={"Roles": {}}, principal_tags={GOOGLE: {"UseDefaults": True}})
    database.write("update", lambda tx: identity_pools.update(tx, after, now_ms=NOW_MS))
    with pytest.raises(ConcurrentModificationException):
        database.write("update", lambda tx: identity_pools.update(tx, after, now_ms=NOW_MS))
    with database.read() as tx:
        assert replace(after, version=2, modified_at_ms=NOW_MS) == identity_pools.get(tx, POOL)
        assert number + 1 == deployment.number(tx)


def test_identities_come_while_the_settings_of_their_pool_are_changed(database: Database) -> None:
    fill(database)
    ready = threading.Barrier(2, timeout=30)

    def add(tx: Tx) -> None:
        identity_pools.hold(tx, POOL)
        identities.insert(tx, identity(7))

    def change() -> None:
        ready.wait()
        database.write("update", lambda tx: identity_pools.update(tx, identity_pool(), now_ms=NOW_MS))

    changing = threading.Thread(target=change)
    changing.start()
    ready.wait()
    database.write("add", add)
    changing.join()
    with database.read() as tx:
        assert identity(7) == identities.get(tx, identity(7).identity_id)
        assert NOW_MS == identity_pools.require(tx, POOL, "000000000000", "us-east-1").modified_at_ms
