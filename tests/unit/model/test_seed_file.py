"""Seed files: what is understood, and where each mistake is told to be."""

from datetime import date
from functools import partial
from typing import Any

import pytest

from cenote.aws.validate import validate
from cenote.model.seed_file import SeedPool, parse
from cenote.model.seed_values import SeedError
from cenote.model.user import UserStatus

JUDGE = partial(validate, "cognito-idp")
USER = {"Username": "ada", "Password": "Correct-horse-7"}


def pool_of(**given: Any) -> SeedPool:
    [pool] = parse({"pools": [{"PoolName": "app", **given}]}, JUDGE)
    return pool


def refused(document: object) -> tuple[str, str]:
    with pytest.raises(SeedError) as refusal:
        parse(document, JUDGE)
    return refusal.value.place, refusal.value.problem


def refused_in_pool(**given: Any) -> tuple[str, str]:
    return refused({"pools": [{"PoolName": "app", **given}]})


def test_a_file_may_be_empty_of_pools() -> None:
    assert parse({"pools": None}, JUDGE) == ()
    assert parse({"pools": []}, JUDGE) == ()


def test_a_pool_is_its_settings_and_what_is_in_it() -> None:
    pool = pool_of(
        Id="us-east-1_LocalDev1",
        Policies={"PasswordPolicy": {"MinimumLength": 10}},
        clients=[{"ClientName": "web", "ClientId": "abc"}],
        groups=[{"GroupName": "staff", "Precedence": 3}],
        users=[{**USER, "Groups": ["staff", "staff"], "Attributes": {"email": "ada@example.com"}}],
    )
    assert (pool.pool_id, pool.name) == ("us-east-1_LocalDev1", "app")
    assert pool.settings == {"PoolName": "app", "Policies": {"PasswordPolicy": {"MinimumLength": 10}}}
    assert (pool.clients[0].client_id, pool.clients[0].settings) == ("abc", {"ClientName": "web"})
    assert pool.groups[0].settings == {"GroupName": "staff", "Precedence": 3}
    [user] = pool.users
    assert (user.username, user.groups, user.attributes) == ("ada", ("staff",), {"email": "ada@example.com"})
    assert (user.is_enabled, user.status) == (True, UserStatus.CONFIRMED)


def test_flags_and_dates_may_be_written_as_yaml_reads_them() -> None:
    [user] = pool_of(users=[{**USER, "Attributes": {"email_verified": True, "birthdate": date(2000, 1, 31)}}]).users
    assert user.attributes == {"email_verified": "true", "birthdate": "2000-01-31"}


def test_passwords_and_secrets_are_not_in_the_repr() -> None:
    client = {"ClientName": "web", "ClientSecret": "s" * 30}
    shown = repr(pool_of(users=[USER], clients=[client]))
    assert USER["Password"] not in shown
    assert client["ClientSecret"] not in shown


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], ""),
        (None, ""),
        ({"pool": []}, "pool"),
        ({"pools": {}}, "pools"),
        ({"pools": ["app"]}, "pools[0]"),
        ({"pools": [{}]}, "pools[0].PoolName"),
        ({"pools": [{"PoolName": "a", "Id": "x"}]}, "pools[0].Id"),
        ({"pools": [{"PoolName": "a", "Id": 7}]}, "pools[0].Id"),
        ({"pools": [{"PoolName": "a"}, {"PoolName": "a"}]}, "pools[1].PoolName"),
        ({"pools": [{"PoolName": "a", "Id": "a_b"}, {"PoolName": "b", "Id": "a_b"}]}, "pools[1].Id"),
    ],
)
def test_a_mistake_is_told_with_its_place(document: object, place: str) -> None:
    assert refused(document)[0] == place


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"Name": "app"}, "pools[0].Name"),
        ({"PoolName": "a" * 129}, "pools[0].PoolName"),
        ({"MfaConfiguration": False}, "pools[0].MfaConfiguration"),
        ({"Policies": {"PasswordPolicy": {"MinLength": 3}}}, "pools[0].Policies.PasswordPolicy.MinLength"),
        ({"Schema": [{"Name": "a"}, {"Nome": "b"}]}, "pools[0].Schema[1].Nome"),
        ({"clients": [{}]}, "pools[0].clients[0].ClientName"),
        ({"clients": [{"ClientName": "a", "ExplicitAuthFlows": ["SRP"]}]}, "pools[0].clients[0].ExplicitAuthFlows"),
        ({"clients": [{"ClientName": "a", "ClientId": "a b"}]}, "pools[0].clients[0].ClientId"),
        ({"clients": [{"ClientName": "a", "ClientSecret": "short"}]}, "pools[0].clients[0].ClientSecret"),
        (
            {"clients": [{"ClientName": "a", "ClientSecret": "s" * 30, "GenerateSecret": True}]},
            "pools[0].clients[0]",
        ),
        ({"clients": [{"ClientName": "a"}, {"ClientName": "a"}]}, "pools[0].clients[1].ClientName"),
        ({"clients": [{"ClientName": n, "ClientId": "x"} for n in "ab"]}, "pools[0].clients[1].ClientId"),
        ({"groups": [{"GroupName": "a", "Precedence": -1}]}, "pools[0].groups[0].Precedence"),
        ({"groups": [{"GroupName": "a"}, {"GroupName": "a"}]}, "pools[0].groups[1].GroupName"),
        ({"users": [{"Username": "ada"}]}, "pools[0].users[0].Password"),
        ({"users": [{**USER, "Username": 12}]}, "pools[0].users[0].Username"),
        ({"users": [{**USER, "Password": " "}]}, "pools[0].users[0].Password"),
        ({"users": [{**USER, "Group": ["a"]}]}, "pools[0].users[0].Group"),
        ({"users": [{**USER, "Groups": [["a"]]}]}, "pools[0].users[0].Groups[0]"),
        ({"users": [{**USER, "Enabled": "no"}]}, "pools[0].users[0].Enabled"),
        ({"users": [{**USER, "Status": "EXTERNAL_PROVIDER"}]}, "pools[0].users[0].Status"),
        (
            {"users": [{**USER, "Attributes": {"phone_number": 15550100}}]},
            "pools[0].users[0].Attributes.phone_number",
        ),
        ({"users": [{**USER, "Attributes": ["email"]}]}, "pools[0].users[0].Attributes"),
        ({"users": [USER, USER]}, "pools[0].users[1].Username"),
    ],
)
def test_a_mistake_inside_a_pool_is_told_with_its_place(given: dict[str, Any], place: str) -> None:
    assert refused_in_pool(**given)[0] == place


def test_the_sentence_is_awss_own() -> None:
    _, problem = refused_in_pool(clients=[{"ClientName": "web", "RefreshTokenValidity": -1}])
    assert problem == (
        "1 validation error detected: Value '-1' at 'refreshTokenValidity' failed to satisfy constraint: "
        "Member must have value greater than or equal to 0"
    )


def test_a_password_is_never_repeated() -> None:
    _, problem = refused_in_pool(users=[{**USER, "Password": "secret" * 100}])
    assert "secret" not in problem


def test_the_same_names_may_be_used_in_two_pools() -> None:
    one, two = ({"PoolName": name, "users": [USER], "groups": [{"GroupName": "g"}]} for name in "ab")
    assert len(parse({"pools": [one, two]}, JUDGE)) == 2
