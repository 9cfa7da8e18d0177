"""What tokens say of a user's groups."""

from typing import Any

import pytest

from harness.databases import EVERY_ENGINE
from harness.people import Pool, sign_in, signed_up
from harness.tokens import claims_of

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


def role(name: str) -> str:
    return f"arn:aws:iam::123456789012:role/{name}"


def create(pool: Pool, name: str, **settings: Any) -> None:
    pool.endpoint.signed.create_group(UserPoolId=pool.id, GroupName=name, **settings)


def join(pool: Pool, username: str, *names: str) -> None:
    for name in names:
        pool.endpoint.signed.admin_add_user_to_group(UserPoolId=pool.id, Username=username, GroupName=name)


def told_of(token: str) -> dict[str, Any]:
    """What a token says of groups and roles."""
    names = ("cognito:groups", "cognito:roles", "cognito:preferred_role")
    return {name.removeprefix("cognito:"): value for name, value in claims_of(token).items() if name in names}


def test_tokens_name_groups_by_precedence_and_roles_with_them(pool: Pool) -> None:
    signed_up(pool)
    create(pool, "none-a", RoleArn=role("unranked"))
    create(pool, "second", Precedence=7, RoleArn=role("second"))
    create(pool, "also-second", Precedence=7)
    create(pool, "first", Precedence=0, RoleArn=role("first"))
    before = sign_in(pool)
    assert ({}, {}) == (told_of(before["IdToken"]), told_of(before["AccessToken"]))
    join(pool, "ada", "none-a", "second", "also-second", "first")
    tokens = sign_in(pool)
    names = ["first", "also-second", "second", "none-a"]
    roles = [role("first"), role("second"), role("unranked")]
    assert {"groups": names, "roles": roles, "preferred_role": role("first")} == told_of(tokens["IdToken"])
    assert {"groups": names} == told_of(tokens["AccessToken"])


def test_equally_strong_groups_prefer_a_role_only_if_it_is_one(pool: Pool) -> None:
    signed_up(pool)
    create(pool, "a", Precedence=1, RoleArn=role("one"))
    create(pool, "b", Precedence=1, RoleArn=role("two"))
    create(pool, "c", Precedence=2, RoleArn=role("three"))
    join(pool, "ada", "a", "b", "c")
    roles = [role("one"), role("two"), role("three")]
    assert {"groups": ["a", "b", "c"], "roles": roles} == told_of(sign_in(pool)["IdToken"])
    pool.endpoint.signed.update_group(UserPoolId=pool.id, GroupName="b", RoleArn=role("one"))
    wanted = {"groups": ["a", "b", "c"], "roles": [role("one"), role("three")], "preferred_role": role("one")}
    assert wanted == told_of(sign_in(pool)["IdToken"])


def test_a_refresh_tells_of_the_groups_of_its_own_time(pool: Pool) -> None:
    signed_up(pool)
    create(pool, "g", Precedence=1, RoleArn=role("one"))
    join(pool, "ada", "g")
    first = sign_in(pool)
    assert ["g"] == told_of(first["AccessToken"])["groups"]
    pool.endpoint.signed.admin_remove_user_from_group(UserPoolId=pool.id, Username="ada", GroupName="g")
    answer = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": first["RefreshToken"]},
    )
    second = answer["AuthenticationResult"]
    assert ({}, {}) == (told_of(second["IdToken"]), told_of(second["AccessToken"]))
