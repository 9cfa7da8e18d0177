"""How many pools, clients, users, attributes, scopes, URLs and tags there may be, where somebody chose small numbers."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from refusals import refused

from cenote.base.quotas import Quotas
from cenote.base.settings import Settings
from durability.races import race
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_up

STRING = {"AttributeDataType": "String"}
FULL = "The maximum number of users of a user pool has been reached: 3."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small quotas."""
    quotas = Quotas(
        user_pools=2,
        clients_per_pool=2,
        users_per_pool=3,
        custom_attributes_per_pool=2,
        scopes_per_client=2,
        callback_urls_per_client=2,
        logout_urls_per_client=1,
        tags_per_resource=2,
    )
    return replace(settings, quotas=quotas)


def at_once(calls: list[Callable[[], object]]) -> list[str]:
    """What each call ended with, all of them begun together: "" or the code of a refusal."""
    return sorted(outcome.refusal[0] for outcome in race(calls))


def test_an_account_has_its_quota_of_pools_in_each_region(in_process: InProcess) -> None:
    full = ("LimitExceededException", "The maximum number of user pools of an account has been reached: 2.")
    first = in_process.signed.create_user_pool(PoolName="one")["UserPool"]["Id"]
    in_process.signed.create_user_pool(PoolName="two")
    assert full == refused(in_process.signed.create_user_pool, PoolName="three")
    elsewhere = in_process.boto3_client(region_name="eu-west-1")
    elsewhere.create_user_pool(PoolName="three")
    in_process.signed.delete_user_pool(UserPoolId=first)
    in_process.signed.create_user_pool(PoolName="three")
    assert full == refused(in_process.signed.create_user_pool, PoolName="four")


def test_of_pools_that_are_made_at_once_no_more_than_the_quota_are(in_process: InProcess) -> None:
    clients = [in_process.boto3_client() for _ in range(5)]
    calls = [lambda client=client: client.create_user_pool(PoolName="racer") for client in clients]
    assert ["", "", *["LimitExceededException"] * 3] == at_once(calls)
    assert 2 == len(in_process.signed.list_user_pools(MaxResults=60)["UserPools"])


def test_a_pool_has_its_quota_of_clients(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    made = in_process.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="two")["UserPoolClient"]
    full = ("LimitExceededException", "The maximum number of app clients of a user pool has been reached: 2.")
    assert full == refused(in_process.signed.create_user_pool_client, UserPoolId=pool.id, ClientName="three")
    make_pool(in_process)
    in_process.signed.delete_user_pool_client(UserPoolId=pool.id, ClientId=made["ClientId"])
    in_process.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="three")


def test_of_clients_that_are_made_at_once_no_more_than_the_quota_are(in_process: InProcess) -> None:
    pool_id = in_process.signed.create_user_pool(PoolName="racers")["UserPool"]["Id"]
    clients = [in_process.boto3_client() for _ in range(5)]
    calls = [
        lambda client=client: client.create_user_pool_client(UserPoolId=pool_id, ClientName="r") for client in clients
    ]
    assert ["", "", *["LimitExceededException"] * 3] == at_once(calls)
    assert 2 == len(in_process.signed.list_user_pool_clients(UserPoolId=pool_id)["UserPoolClients"])


def sign_up_refused(pool: Pool, username: str) -> tuple[str, str]:
    return refused(
        pool.endpoint.anonymous.sign_up,
        ClientId=pool.client_id,
        Username=username,
        Password=PASSWORD,
        UserAttributes=attributes(email=f"{username}@example.com"),
    )


def test_a_pool_has_its_quota_of_users_however_they_are_made(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process)
    sign_up(pool, "ada")
    create = {"UserPoolId": pool.id, "MessageAction": "SUPPRESS"}
    in_process.signed.admin_create_user(**create, Username="bob")
    assert "UsernameExistsException" == sign_up_refused(pool, "ada")[0]
    sign_up(pool, "cyd")
    assert ("LimitExceededException", FULL) == sign_up_refused(pool, "dan")
    assert ("PreconditionNotMetException", FULL) == refused(
        in_process.signed.admin_create_user, **create, Username="dan"
    )
    assert "UsernameExistsException" == refused(in_process.signed.admin_create_user, **create, Username="bob")[0]
    sign_up(make_pool(in_process), "dan")
    in_process.signed.admin_delete_user(UserPoolId=pool.id, Username="cyd")
    # Longer than any count takes a hundred times.
    clock.advance(hours=1)
    sign_up(pool, "dan")
    assert ("LimitExceededException", FULL) == sign_up_refused(pool, "eve")


def test_of_users_who_sign_up_at_once_no_more_than_the_quota_do(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    clients = [in_process.anonymous_client() for _ in range(6)]
    calls = [
        lambda client=client, number=number: client.sign_up(
            ClientId=pool.client_id,
            Username=f"racer{number}",
            Password=PASSWORD,
            UserAttributes=attributes(email=f"racer{number}@example.com"),
        )
        for number, client in enumerate(clients)
    ]
    said = at_once(calls)
    made = in_process.signed.list_users(UserPoolId=pool.id)["Users"]
    assert {"", "LimitExceededException"} == set(said)
    # Who is still being written counts as there: whoever is refused for that may try again.
    assert said.count("") == len(made) <= 3


def test_a_schema_has_its_quota_of_custom_attributes(in_process: InProcess) -> None:
    schema = [{"Name": name, **STRING} for name in ("one", "two", "three")]
    said = ("InvalidParameterException", "A user pool schema cannot have more than 2 custom attributes.")
    assert said == refused(in_process.signed.create_user_pool, PoolName="many", Schema=schema)
    made = in_process.signed.create_user_pool(PoolName="few", Schema=schema[:1])["UserPool"]["Id"]
    add = {"UserPoolId": made, "CustomAttributes": schema[1:]}
    assert said == refused(in_process.signed.add_custom_attributes, **add)
    in_process.signed.add_custom_attributes(UserPoolId=made, CustomAttributes=schema[1:2])
    assert said == refused(in_process.signed.add_custom_attributes, UserPoolId=made, CustomAttributes=schema[2:])


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"AllowedOAuthScopes": ["openid", "email", "profile"]}, "AllowedOAuthScopes cannot have more than 2 values."),
        ({"CallbackURLs": [f"https://a/{n}" for n in range(3)]}, "CallbackURLs cannot have more than 2 values."),
        ({"LogoutURLs": ["https://a/1", "https://a/2"]}, "LogoutURLs cannot have more than 1 values."),
    ],
)
def test_a_client_has_its_quota_of_scopes_and_urls_when_made_and_when_changed(
    in_process: InProcess, members: dict[str, list[str]], message: str
) -> None:
    pool = make_pool(in_process)
    said = ("InvalidParameterException", message)
    assert said == refused(in_process.signed.create_user_pool_client, UserPoolId=pool.id, ClientName="c", **members)
    target = {"UserPoolId": pool.id, "ClientId": pool.client_id}
    assert said == refused(in_process.signed.update_user_pool_client, **target, **members)
    few = {name: [values[0], values[0]] for name, values in members.items()}
    in_process.signed.update_user_pool_client(**target, **few)


def test_a_pool_has_its_quota_of_tags(in_process: InProcess) -> None:
    tags = {"a": "1", "b": "2", "c": "3"}
    assert "UserPoolTaggingException" == refused(in_process.signed.create_user_pool, PoolName="t", UserPoolTags=tags)[0]
    two = {"a": "1", "b": "2"}
    made = in_process.signed.create_user_pool(PoolName="t", UserPoolTags=two)["UserPool"]
    assert two == made["UserPoolTags"]
    changed = {"UserPoolId": made["Id"], "UserPoolTags": tags}
    assert "UserPoolTaggingException" == refused(in_process.signed.update_user_pool, **changed)[0]


def test_aws_s_own_number_of_users_is_not_counted(in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    count = in_process.services.user_room._count
    monkeypatch.setattr(
        "cenote.flows.user_room.UserRoom._count", lambda _room, *given: (counted.append(given[1]), count(*given))
    )
    database, pool_id = in_process.services.database, make_pool(in_process).id
    with in_process.services.user_room.place(database, pool_id, quota=40_000_000, now_ms=0):
        assert [] == counted
    with in_process.services.user_room.place(database, pool_id, quota=39_999_999, now_ms=0):
        assert [pool_id] == counted
