"""Rows of passkeys: one owner an id, a sign count that only goes on."""

import pytest

from cenote.model.passkey import Passkey
from cenote.storage import passkeys
from cenote.storage.database import Database
from durability.races import race

POOL, OTHER = "us-east-1_Pool", "us-east-1_Other"
NOW_MS = 1_800_000_000_000


def passkey(
    name: str = "one", *, sub: str = "ada", pool_id: str = POOL, count: int = 0, at_ms: int = NOW_MS
) -> Passkey:
    """A passkey of *sub*."""
    return Passkey(
        pool_id=pool_id,
        credential_id=name,
        sub=sub,
        relying_party="example.com",
        public_key="AAAA",
        sign_count=count,
        aaguid="00000000-0000-0000-0000-000000000000",
        friendly_name="Passkey",
        attachment=None,
        transports=("usb", "nfc"),
        is_backup_eligible=True,
        created_at_ms=at_ms,
    )


def put(database: Database, *each: Passkey) -> list[bool]:
    """Insert passkeys, each in a transaction; which were."""
    return [database.write("insert", lambda tx, one=one: passkeys.insert(tx, one)) for one in each]


def test_a_passkey_is_read_as_it_was_written(database: Database) -> None:
    assert [True] == put(database, passkey())
    with database.read() as tx:
        assert passkey() == passkeys.get(tx, POOL, "one")
        assert passkeys.get(tx, POOL, "ONE") is None
        assert passkeys.get(tx, OTHER, "one") is None


def test_an_id_is_one_users_in_a_pool(database: Database) -> None:
    assert [True, False, True] == put(database, passkey(), passkey(sub="eve"), passkey(sub="eve", pool_id=OTHER))
    with database.read() as tx:
        assert [passkey()] == passkeys.of_user(tx, POOL, "ada")
        assert [] == passkeys.of_user(tx, POOL, "eve")


def test_passkeys_of_a_user_come_by_age_and_are_counted(database: Database) -> None:
    put(database, passkey("b", at_ms=NOW_MS + 1), passkey("c"), passkey("a"), passkey("d", sub="eve"))
    with database.read() as tx:
        assert ["a", "c", "b"] == [each.credential_id for each in passkeys.of_user(tx, POOL, "ada")]
        assert (3, 1, 0) == tuple(passkeys.count(tx, POOL, sub) for sub in ("ada", "eve", "bob"))
        assert (3, 0) == tuple(passkeys.count(tx, POOL, "ada", party) for party in ("example.com", "example.org"))


def test_a_passkey_is_deleted_by_its_owner_once(database: Database) -> None:
    put(database, passkey())
    deleted = [
        database.write("delete", lambda tx, sub=sub: passkeys.delete_of(tx, POOL, sub, "one"))
        for sub in ("eve", "ada", "ada")
    ]
    assert [False, True, False] == deleted


@pytest.mark.parametrize(
    ("seen", "shown", "advances"),
    [(0, 0, True), (0, 7, True), (5, 6, True), (5, 5, False), (5, 0, False), (5, 4, False)],
)
def test_a_count_goes_on_or_never_does(database: Database, seen: int, shown: int, advances: bool) -> None:
    put(database, passkey(count=seen))
    assert advances == database.write("advance", lambda tx: passkeys.advance(tx, passkey(), shown))
    with database.read() as tx:
        found = passkeys.get(tx, POOL, "one")
    assert found is not None
    assert (shown if advances else seen) == found.sign_count


def test_a_passkey_that_is_gone_or_anothers_does_not_count(database: Database) -> None:
    put(database, passkey())
    for other in (passkey("two"), passkey(sub="eve"), passkey(pool_id=OTHER)):
        assert not database.write("advance", lambda tx, other=other: passkeys.advance(tx, other, 0))


def test_of_many_who_show_one_count_one_is_let_on(database: Database) -> None:
    put(database, passkey(count=4))
    outcomes = race([lambda: database.write("advance", lambda tx: passkeys.advance(tx, passkey(), 5))] * 6)
    assert 1 == [outcome.answer for outcome in outcomes].count(True)
