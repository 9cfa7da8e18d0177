"""A pool that is written to a file and restored is the same pool: on another engine, under another master key, in another deployment."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from srp_client import begun, claim_of, client_of, live_in, respond

from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.parts import PARTS
from cenote.storage import tables
from flows.transfer_cases import OTHER_KEY, WAYS, Side, exported, fill, furnish, restored, side
from harness.clock import FakeClock
from harness.databases import Engines
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, signed_up

MADE_ANEW = (tables.sign_in_names, tables.search_values)


@pytest.fixture
def made(engines: Engines, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes deployments: `made("sqlite", "one")`."""
    live_in(clock, monkeypatch)
    with ExitStack() as stack:
        yield lambda engine, name, *key, **settings: stack.enter_context(
            side(engines, engine, tmp_path / name, clock, *key, **settings)
        )


@pytest.fixture
def two(made: Any) -> tuple[Side, Side]:
    """Two deployments on SQLite with different master keys."""
    return made("sqlite", "source"), made("sqlite", "target", OTHER_KEY)


def full_pool(source: Side) -> Pool:
    """A pool with something in every table that its file holds."""
    pool = make_pool(
        source.endpoint,
        client={"GenerateSecret": False},
        AliasAttributes=["email", "preferred_username"],
        Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}},
        Schema=[{"Name": "tier", "AttributeDataType": "String", "Mutable": True}],
    )
    source.endpoint.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="hidden", GenerateSecret=True)
    ada = signed_up(pool, "ada", custom__tier="gold", name="Ada Ünïcode \u2028")
    furnish(source, pool, ada)
    fill(source.services, pool.id, 20)
    source.write(tables.memberships, {"pool_id": pool.id, "sub": ada, "group_name": "group-001", "created_at_ms": 9})
    sign_in(pool, "ada")
    return pool


def at(target: Side, pool: Pool) -> Pool:
    """The pool in another deployment."""
    return Pool(target.endpoint, pool.id, pool.client_id, pool.client_secret)


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_every_row_arrives_and_opens_with_the_other_key(made: Any, tmp_path: Path, one: str, other: str) -> None:
    source, target = made(one, "source"), made(other, "target", OTHER_KEY)
    pool = full_pool(source)
    counts = exported(source, pool.id, tmp_path / "pool")
    header = restored(target, tmp_path / "pool")

    assert [part.name for part in PARTS] == list(counts)
    assert (pool.id, "us-east-1", counts) == (header.pool_id, header.region, dict(header.rows))
    for table in (*(part.table for part in PARTS), *MADE_ANEW):
        assert source.rows(table) == target.rows(table) != [], table.name


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_what_is_left_of_a_user_who_is_gone_stays_behind(made: Any, tmp_path: Path, one: str, other: str) -> None:
    source, target = made(one, "source"), made(other, "target", OTHER_KEY)
    pool = full_pool(source)
    # As if written in the moment in which the user was deleted.
    late = {**source.rows(tables.auth_events)[0], "sub": "0a1b2c3d-0000-4000-8000-000000000009"}
    source.write(tables.auth_events, late)
    counts = exported(source, pool.id, tmp_path / "pool")
    restored(target, tmp_path / "pool")

    assert 1 == counts["auth_events"]
    assert [row for row in source.rows(tables.auth_events) if row != late] == target.rows(tables.auth_events)


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_five_hundred_users_go_there_and_back(made: Any, tmp_path: Path, one: str, other: str) -> None:
    source, target = made(one, "source"), made(other, "target", OTHER_KEY)
    back = made(one, "back", "b2" * 32)
    pool = make_pool(source.endpoint, AliasAttributes=["email"])
    known = fill(source.services, pool.id, 500)
    exported(source, pool.id, tmp_path / "there.age")
    restored(target, tmp_path / "there.age")
    exported(target, pool.id, tmp_path / "back.age")
    restored(back, tmp_path / "back.age")

    assert source.rows(tables.users) == back.rows(tables.users)
    assert source.rows(tables.sign_in_names) == back.rows(tables.sign_in_names)
    assert source.rows(tables.search_values) == back.rows(tables.search_values)
    for place in (target, back):
        there = at(place, pool)
        for user in known:
            srp = client_of(there, user.username)
            assert "AccessToken" in respond(there, claim_of(srp, begun(there, srp)))["AuthenticationResult"]
            tokens = sign_in(there, f"{user.username}@example.com", PASSWORD)
            answer = place.endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])
            assert {"Name": "sub", "Value": user.sub} in answer["UserAttributes"]


def test_who_was_signed_in_stays_so_and_who_was_signed_out_stays_out(two: tuple[Side, Side], tmp_path: Path) -> None:
    source, target = two
    pool = make_pool(source.endpoint)
    signed_up(pool)
    kept, revoked = sign_in(pool), sign_in(pool)
    source.endpoint.anonymous.revoke_token(ClientId=pool.client_id, Token=revoked["RefreshToken"])
    exported(source, pool.id, tmp_path / "pool")
    restored(target, tmp_path / "pool")
    there = target.endpoint.anonymous

    assert "ada" == there.get_user(AccessToken=kept["AccessToken"])["Username"]
    refreshed = there.initiate_auth(
        ClientId=pool.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": kept["RefreshToken"]}
    )
    assert "AccessToken" in refreshed["AuthenticationResult"]
    with pytest.raises(ClientError, match="Access Token has been revoked"):
        there.get_user(AccessToken=revoked["AccessToken"])
    with pytest.raises(ClientError, match="Refresh Token has been revoked"):
        there.initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": revoked["RefreshToken"]},
        )


def test_the_restored_pool_is_worked_with_as_any_other(two: tuple[Side, Side], tmp_path: Path) -> None:
    source, target = two
    pool = full_pool(source)
    exported(source, pool.id, tmp_path / "pool")
    restored(target, tmp_path / "pool")
    signed, there = target.endpoint.signed, at(target, pool)

    described = signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert source.endpoint.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"] == described
    assert source.endpoint.get_json(f"/{pool.id}/.well-known/jwks.json") == target.endpoint.get_json(
        f"/{pool.id}/.well-known/jwks.json"
    )
    found = signed.list_users(UserPoolId=pool.id, Filter='email = "ada@example.com"')["Users"]
    assert ["ada"] == [user["Username"] for user in found]
    signed.admin_update_user_attributes(
        UserPoolId=pool.id, Username="ada", UserAttributes=attributes(email="new@example.com", email_verified="true")
    )
    assert "AccessToken" in sign_in(there, "new@example.com")
    signed_up(there, "grace")
    signed.delete_user_pool_domain(UserPoolId=pool.id, Domain="ada-shop")
    signed.delete_user_pool(UserPoolId=pool.id)
    assert [] == [table.name for table in tables.metadata.sorted_tables if "pool_id" in table.c and target.rows(table)]


def test_a_pool_that_was_deleted_comes_back_in_the_same_deployment(two: tuple[Side, Side], tmp_path: Path) -> None:
    source, _ = two
    pool = full_pool(source)
    before = [source.rows(part.table) for part in PARTS]
    exported(source, pool.id, tmp_path / "pool")
    source.endpoint.signed.delete_user_pool_domain(UserPoolId=pool.id, Domain="ada-shop")
    source.endpoint.signed.delete_user_pool(UserPoolId=pool.id)
    restored(source, tmp_path / "pool")
    assert before == [source.rows(part.table) for part in PARTS]


def test_an_empty_pool_is_restored_too(two: tuple[Side, Side], tmp_path: Path) -> None:
    source, target = two
    pool_id = source.endpoint.signed.create_user_pool(PoolName="empty")["UserPool"]["Id"]
    exported(source, pool_id, tmp_path / "pool")
    header = restored(target, tmp_path / "pool")
    assert 0 == header.rows["users"] == header.rows["clients"]
    assert "empty" == target.endpoint.signed.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"]


def test_the_pool_becomes_the_account_s_that_imports_it(made: Any, tmp_path: Path) -> None:
    source = made("sqlite", "source", account_id="111111111111")
    target = made("sqlite", "target", account_id="222222222222")
    pool = full_pool(source)
    exported(source, pool.id, tmp_path / "pool")
    header = restored(target, tmp_path / "pool")
    assert "111111111111" == header.account_id
    described = target.endpoint.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert f"arn:aws:cognito-idp:us-east-1:222222222222:userpool/{pool.id}" == described["Arn"]
    assert {"222222222222"} == {row["account_id"] for row in target.rows(tables.domains)}


def test_other_pools_neither_leave_nor_change(two: tuple[Side, Side], tmp_path: Path) -> None:
    source, target = two
    pool, other = make_pool(source.endpoint), make_pool(source.endpoint)
    signed_up(other, "eve")
    there = make_pool(target.endpoint)
    signed_up(there, "eve")
    before = [list(target.rows(part.table)) for part in PARTS]
    counts = exported(source, pool.id, tmp_path / "pool")
    restored(target, tmp_path / "pool")
    assert 0 == counts.get("users", 0)
    for part, rows in zip(PARTS, before, strict=True):
        assert all(row in target.rows(part.table) for row in rows)


def test_a_pool_that_is_not_there_is_not_exported(two: tuple[Side, Side], tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="there is no user pool us-east-1_NoSuchPool"):
        exported(two[0], "us-east-1_NoSuchPool", tmp_path / "pool")
    assert not (tmp_path / "pool").exists()


def test_what_is_taken_is_refused_before_anything_is_written(two: tuple[Side, Side], tmp_path: Path) -> None:
    source, target = two
    pool = full_pool(source)
    exported(source, pool.id, tmp_path / "pool")
    with pytest.raises(TransferError, match=f"there is a user pool {pool.id} already"):
        restored(source, tmp_path / "pool")
    other = make_pool(target.endpoint)
    [domain] = source.rows(tables.domains)
    target.write(tables.domains, {**domain, "pool_id": other.id})
    with pytest.raises(TransferError, match="there is a domain ada-shop already, of another user pool"):
        restored(target, tmp_path / "pool")
    [client] = [row for row in source.rows(tables.clients) if row["client_id"] == pool.client_id]
    target.write(tables.clients, {**client, "pool_id": other.id})
    with pytest.raises(TransferError, match=f"there is an app client {pool.client_id} already"):
        restored(target, tmp_path / "pool")
    assert [other.id] == [row["pool_id"] for row in target.rows(tables.pools)]
    assert [] == target.rows(tables.users)
