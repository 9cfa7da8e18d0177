"""The directory: what it remembers, and when it reads anew."""

from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException, ResourceNotFoundException
from cenote.crypto import jwt
from cenote.flows.directory import Directory
from cenote.flows.pools import create_client, create_pool
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.client_settings.document import client_document
from cenote.model.pool import Pool
from cenote.model.pool_settings.document import new_document
from cenote.storage import clients, pools
from harness.clock import FakeClock

REGION = "us-east-1"


def make_pool(services: Services, pool_id: str | None = None) -> Pool:
    document = new_document({}, region=REGION)
    account_id = services.settings.account_id
    return create_pool(services, account_id=account_id, region=REGION, document=document, name="p", pool_id=pool_id)


def make_client(
    services: Services, pool: Pool, *, secret: str | None = None, client_id: str | None = None, **request: Any
) -> Client:
    document = client_document(pool, request, has_secret=secret is not None, act="creating")
    return create_client(services, pool, name="c", document=document, secret=secret, client_id=client_id)


def elsewhere(services: Services) -> Directory:
    """The directory of another process on the same database."""
    return Directory(services.database, services.clock, services.keys)


def rename(services: Services, pool: Pool, name: str) -> None:
    document = pool.document
    services.database.write("rename", lambda tx: pools.update(tx, pool, name=name, document=document, now_ms=2))


def test_a_pool_comes_with_one_key_for_each_token(services: Services) -> None:
    pool = make_pool(services)
    signers = services.directory.signers(pool.pool_id)
    assert signers.id.kid != signers.access.kid
    assert {signers.id.kid, signers.access.kid} == {jwk["kid"] for jwk in services.directory.jwks(pool.pool_id)}
    token = signers.access.sign({"sub": "ada"})
    assert {"sub": "ada"} == jwt.verify(token, services.directory.verifiers(pool.pool_id))


def test_another_process_sees_a_change_after_a_second(services: Services, clock: FakeClock) -> None:
    pool = make_pool(services)
    other = elsewhere(services)
    assert "p" == other.require_pool(pool.pool_id).name
    rename(services, pool, "q")
    clock.advance(milliseconds=999)
    assert "p" == other.require_pool(pool.pool_id).name
    clock.advance(milliseconds=1)
    assert "q" == other.require_pool(pool.pool_id).name


def test_a_clock_that_is_set_back_does_not_stop_the_polling(services: Services, clock: FakeClock) -> None:
    pool = make_pool(services)
    other = elsewhere(services)
    other.require_pool(pool.pool_id)
    rename(services, pool, "q")
    clock.advance(hours=-1)
    assert "q" == other.require_pool(pool.pool_id).name


def test_what_does_not_exist_is_looked_for_each_time(services: Services) -> None:
    other = elsewhere(services)
    assert other.get_pool("us-east-1_Pinned1") is None
    assert other.get_client("pinned") is None
    pool = make_pool(services, "us-east-1_Pinned1")
    make_client(services, pool, client_id="pinned")
    assert pool == other.get_pool("us-east-1_Pinned1")
    assert other.get_client("pinned") is not None


def test_a_row_read_too_early_is_not_remembered(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = make_pool(services)
    directory = elsewhere(services)
    read = pools.get

    def read_before_a_change(tx: Any, pool_id: str) -> Pool | None:
        found = read(tx, pool_id)
        rename(services, pool, "q")
        directory.forget()
        return found

    monkeypatch.setattr(pools, "get", read_before_a_change)
    assert "p" == directory.require_pool(pool.pool_id).name
    monkeypatch.undo()
    assert "q" == directory.require_pool(pool.pool_id).name


def test_a_key_is_loaded_once_whatever_else_changes(services: Services, clock: FakeClock) -> None:
    pool = make_pool(services)
    before = services.directory.signers(pool.pool_id).id
    rename(services, pool, "q")
    clock.advance(seconds=1)
    assert before is services.directory.signers(pool.pool_id).id


def test_a_secret_is_sealed_in_its_row_and_open_in_the_directory(services: Services) -> None:
    pool = make_pool(services)
    client = make_client(services, pool, secret="s3cret-of-the-client-x24")
    with services.database.read() as tx:
        stored = clients.get(tx, client.client_id)
    assert stored is not None
    assert b"s3cret" not in stored.secrets[0].sealed_secret
    assert ("s3cret-of-the-client-x24",) == services.directory.require_client_of(pool.pool_id, client.client_id).secrets


def test_a_client_of_another_pool_does_not_exist(services: Services) -> None:
    pool, other = make_pool(services), make_pool(services)
    client = make_client(services, pool)
    assert (pool, client) == services.directory.require_client(client.client_id)
    with pytest.raises(ResourceNotFoundException) as refused:
        services.directory.require_client_of(other.pool_id, client.client_id)
    assert f"User pool client {client.client_id} does not exist." == refused.value.message


def test_a_pool_of_another_region_does_not_exist(services: Services) -> None:
    pool = make_pool(services)
    with pytest.raises(ResourceNotFoundException) as refused:
        services.directory.require_pool(pool.pool_id, "eu-west-1")
    assert f"User pool {pool.pool_id} does not exist." == refused.value.message


def test_nothing_signs_for_a_pool_that_does_not_exist(services: Services) -> None:
    for ask in (services.directory.signers, services.directory.verifiers, services.directory.jwks):
        with pytest.raises(ResourceNotFoundException):
            ask("us-east-1_Nowhere1")


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([["ALLOW_USER_PASSWORD_AUTH"]], False),
        ([["ALLOW_USER_PASSWORD_AUTH"], ["ALLOW_USER_SRP_AUTH"]], True),
        ([["ALLOW_USER_AUTH"]], True),
        ([[]], True),
        ([], True),
    ],
)
def test_verifiers_are_stored_while_a_client_may_use_srp(
    services: Services, flows: list[list[str]], *, expected: bool
) -> None:
    pool = make_pool(services)
    for allowed in flows:
        make_client(services, pool, ExplicitAuthFlows=allowed)
    assert expected == services.directory.stores_verifiers(pool.pool_id)


def test_a_pinned_id_that_is_taken_is_refused(services: Services) -> None:
    pool = make_pool(services, "us-east-1_Pinned1")
    make_client(services, pool, client_id="pinned")
    with pytest.raises(InvalidParameterException):
        make_pool(services, "us-east-1_Pinned1")
    with pytest.raises(InvalidParameterException):
        make_client(services, pool, client_id="pinned")


def test_a_deleted_pool_gets_no_more_clients(services: Services) -> None:
    pool = make_pool(services)
    services.database.write("delete", lambda tx: pools.delete(tx, pool.pool_id))
    with pytest.raises(ResourceNotFoundException):
        make_client(services, pool)
