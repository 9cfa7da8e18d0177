"""AddUserPoolClientSecret, ListUserPoolClientSecrets, DeleteUserPoolClientSecret."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from cenote.app import build_services, create_app
from cenote.base.settings import Settings
from cenote.crypto.secret_hash import secret_hash
from cenote.flows import pools as pool_flows
from cenote.storage import clients
from durability.races import race
from harness.clock import START, FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

UNCHECKED = Config(parameter_validation=False)
OWN = "Own_Secret_0123456789abcdef"
TICK = timedelta(milliseconds=1)


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool with a confidential client and a confirmed user, ada."""
    made = make_pool(in_process, client={"GenerateSecret": True})
    in_process.signed.admin_create_user(UserPoolId=made.id, Username="ada", MessageAction="SUPPRESS")
    in_process.signed.admin_set_user_password(UserPoolId=made.id, Username="ada", Password=PASSWORD, Permanent=True)
    return made


@pytest.fixture
def elsewhere(settings: Settings, clock: FakeClock) -> Iterator[Callable[[], InProcess]]:
    """Another process with the same database."""
    opened: list[Callable[[], None]] = []

    def start() -> InProcess:
        services = build_services(settings, clock=clock)
        app = create_app(settings, services=services, strict=True)
        opened.extend((app.close, services.database.close))
        return InProcess(app, services, clock)

    yield start
    for close in opened:
        close()


def of(pool: Pool) -> dict[str, str]:
    return {"UserPoolId": pool.id, "ClientId": pool.client_id}


def add(pool: Pool, **members: Any) -> dict[str, Any]:
    answer = pool.endpoint.signed.add_user_pool_client_secret(**of(pool), **members)
    descriptor: dict[str, Any] = answer["ClientSecretDescriptor"]
    return descriptor


def listed(pool: Pool) -> list[dict[str, Any]]:
    answer = pool.endpoint.signed.list_user_pool_client_secrets(**of(pool))
    assert "NextToken" not in answer
    secrets: list[dict[str, Any]] = answer["ClientSecrets"]
    return secrets


def delete(pool: Pool, secret_id: str) -> None:
    pool.endpoint.signed.delete_user_pool_client_secret(**of(pool), ClientSecretId=secret_id)


def works(pool: Pool, secret: str) -> bool:
    """Whether a secret opens the client as a hash at sign-in and in the clear afterwards; the two never differ."""
    anonymous = pool.endpoint.anonymous
    found = []
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": secret_hash(secret, "ada", pool.client_id)}
    sign_in = partial(anonymous.initiate_auth, ClientId=pool.client_id, AuthFlow="USER_PASSWORD_AUTH")
    revoke = partial(anonymous.revoke_token, ClientId=pool.client_id, Token="none", ClientSecret=secret)
    for act in (partial(sign_in, AuthParameters=given), revoke):
        try:
            act()
        except anonymous.exceptions.ClientError as error:
            found.append(error.response["Error"]["Code"])
        else:
            found.append("")
    assert found in (["", ""], ["NotAuthorizedException", "UnauthorizedException"])
    return found == ["", ""]


def test_a_generated_secret_is_shown_once_and_both_work_at_once(pool: Pool) -> None:
    first = str(pool.client_secret)
    [before] = listed(pool)
    assert {"ClientSecretId": before["ClientSecretId"], "ClientSecretCreateDate": START} == before
    added = add(pool)
    value = added.pop("ClientSecretValue")
    assert re.fullmatch("[a-z0-9]{52}", value)
    assert START + TICK == added["ClientSecretCreateDate"]
    assert [before, added] == listed(pool)
    assert all(re.fullmatch(f"{pool.client_id}--[0-9]+", each["ClientSecretId"]) for each in (before, added))
    assert [True, True, False] == [works(pool, secret) for secret in (first, value, OWN)]
    described = pool.endpoint.signed.describe_user_pool_client(**of(pool))["UserPoolClient"]
    assert first == described["ClientSecret"]


def test_a_client_is_shown_with_the_secret_that_it_was_made_with_or_none(pool: Pool, clock: FakeClock) -> None:
    first = str(pool.client_secret)
    [before] = listed(pool)
    clock.advance(seconds=1)
    added = add(pool)
    signed = pool.endpoint.signed
    assert first == signed.describe_user_pool_client(**of(pool))["UserPoolClient"]["ClientSecret"]
    delete(pool, before["ClientSecretId"])
    for act in (signed.describe_user_pool_client, signed.update_user_pool_client):
        assert "ClientSecret" not in act(**of(pool))["UserPoolClient"]
    add(pool)
    delete(pool, added["ClientSecretId"])
    assert "ClientSecret" not in signed.describe_user_pool_client(**of(pool))["UserPoolClient"]


def test_a_given_secret_is_never_shown(pool: Pool) -> None:
    added = add(pool, ClientSecret=OWN)
    assert {"ClientSecretId", "ClientSecretCreateDate"} == added.keys()
    assert works(pool, OWN)
    unchecked = pool.endpoint.boto3_client(config=UNCHECKED)
    with refusal("InvalidParameterException") as seen:
        unchecked.add_user_pool_client_secret(**of(pool), ClientSecret="too short to be one")
    assert "too short" not in seen.message


def test_a_deleted_secret_stops_at_once_and_its_id_does_not_come_back(pool: Pool, clock: FakeClock) -> None:
    first = str(pool.client_secret)
    [before] = listed(pool)
    ids = {before["ClientSecretId"]}
    for _ in range(3):
        added = add(pool)
        assert works(pool, added["ClientSecretValue"])
        ids.add(added["ClientSecretId"])
        delete(pool, added["ClientSecretId"])
        assert not works(pool, added["ClientSecretValue"])
        clock.advance(milliseconds=2)
    assert 4 == len(ids)
    newest = add(pool)
    delete(pool, before["ClientSecretId"])
    assert [False, True] == [works(pool, first), works(pool, newest["ClientSecretValue"])]
    with refusal("ResourceNotFoundException"):
        delete(pool, before["ClientSecretId"])


def test_another_process_knows_within_a_second(
    pool: Pool, clock: FakeClock, elsewhere: Callable[[], InProcess]
) -> None:
    there = replace(pool, endpoint=elsewhere())
    [before] = listed(pool)
    assert works(there, str(pool.client_secret))
    added = add(pool)["ClientSecretValue"]
    delete(pool, before["ClientSecretId"])
    clock.advance(seconds=1)
    assert [True, False] == [works(there, added), works(there, str(pool.client_secret))]


def test_a_client_has_two_secrets_at_most_and_one_at_least(pool: Pool) -> None:
    [before] = listed(pool)
    with refusal() as seen:
        delete(pool, before["ClientSecretId"])
    assert ("InvalidParameterException", "The last secret of an app client cannot be deleted.") == seen.said
    with refusal("ResourceNotFoundException"):
        delete(pool, "none")
    add(pool)
    with refusal() as seen:
        add(pool)
    assert ("LimitExceededException", "An app client cannot have more than 2 secrets.") == seen.said
    assert 2 == len(listed(pool))


def test_a_public_client_gets_no_secret(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    with refusal("InvalidParameterException"):
        add(pool)
    assert [] == listed(pool)
    with refusal("ResourceNotFoundException"):
        delete(pool, "none")


def test_a_client_that_registered_itself_gets_no_secret(in_process: InProcess, pool: Pool) -> None:
    with in_process.services.database.read() as tx:
        stored = clients.get(tx, pool.client_id)
    assert stored is not None
    document = {**stored.document, "ClientType": "DCR"}
    in_process.services.database.write(
        "test", lambda tx: clients.update(tx, stored, name="c", document=document, now_ms=0)
    )
    with refusal("InvalidParameterException"):
        add(pool)


def test_of_additions_at_once_one_wins_and_of_deletions_one_loses(pool: Pool) -> None:
    for _ in range(3):
        outcomes = race([partial(add, pool)] * 4)
        assert ["", *["LimitExceededException"] * 3] == sorted(outcome.refusal[0] for outcome in outcomes)
        ids = [secret["ClientSecretId"] for secret in listed(pool)]
        assert 2 == len(ids)
        outcomes = race([partial(delete, pool, secret_id) for secret_id in ids])
        assert ["", "InvalidParameterException"] == sorted(outcome.refusal[0] for outcome in outcomes)
        assert 1 == len(listed(pool))


def test_what_is_not_there_has_no_secrets(in_process: InProcess, pool: Pool) -> None:
    other = make_pool(in_process)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("add_user_pool_client_secret", {}),
        ("list_user_pool_client_secrets", {}),
        ("delete_user_pool_client_secret", {"ClientSecretId": "x"}),
    ]
    for act, members in calls:
        with refusal() as seen:
            getattr(in_process.signed, act)(UserPoolId=other.id, ClientId=pool.client_id, **members)
        gone = f"User pool client {pool.client_id} does not exist."
        assert ("ResourceNotFoundException", gone) == seen.said
    assert_closed_to_outsiders(pool, {act: {**of(pool), **members} for act, members in calls})
    with refusal("InvalidParameterException"):
        in_process.signed.list_user_pool_client_secrets(**of(pool), NextToken="garbage")


def test_a_failure_of_ours_has_the_name_that_these_operations_declare(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(pool_flows.clients, "lock", broken)
    with refusal() as seen:
        add(pool)
    assert ("InternalServerException", "Internal error") == seen.said
    assert 500 == seen.response["ResponseMetadata"]["HTTPStatusCode"]
