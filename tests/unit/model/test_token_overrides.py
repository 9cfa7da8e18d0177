"""What a function may change in tokens, and what it may not."""

from typing import Any

import pytest

from cenote.model.token_overrides import (
    PROTECTED,
    ClaimChanges,
    GroupChange,
    Overrides,
    overridden_access_claims,
    overridden_id_claims,
)

API = "aws.cognito.signin.user.admin"
ID: dict[str, Any] = {
    "sub": "s",
    "aud": "client",
    "token_use": "id",
    "email": "ada@example.com",
    "dev:custom:tier": "gold",
    "cognito:username": "ada",
    "cognito:groups": ["a", "b"],
    "cognito:roles": ["arn:a"],
    "cognito:preferred_role": "arn:a",
}
ACCESS: dict[str, Any] = {
    "sub": "s",
    "client_id": "client",
    "token_use": "access",
    "scope": API,
    "username": "ada",
    "cognito:groups": ["a", "b"],
}


def of_id(*, groups: GroupChange | None = None, suppress: tuple[str, ...] = (), **add: Any) -> dict[str, Any]:
    return overridden_id_claims(ID, Overrides(id_token=ClaimChanges(add, frozenset(suppress)), groups=groups))


def of_access(
    *,
    groups: GroupChange | None = None,
    suppress: tuple[str, ...] = (),
    scopes: tuple[str, ...] = (),
    no_scopes: tuple[str, ...] = (),
    **add: Any,
) -> dict[str, Any]:
    changes = ClaimChanges(add, frozenset(suppress))
    overrides = Overrides(
        access_token=changes, scopes_to_add=scopes, scopes_to_suppress=frozenset(no_scopes), groups=groups
    )
    return overridden_access_claims(ACCESS, overrides)


def test_claims_are_added_replaced_and_left_out() -> None:
    changed = of_id(suppress=("dev:custom:tier",), email="eve@example.com", tenant="blue")
    expected = {**ID, "email": "eve@example.com", "tenant": "blue"}
    del expected["dev:custom:tier"]
    assert expected == changed


def test_what_is_suppressed_and_added_is_suppressed() -> None:
    assert "email" not in of_id(suppress=("email", "tenant"), email="eve@example.com", tenant="blue")
    assert "tenant" not in of_id(suppress=("email", "tenant"), email="eve@example.com", tenant="blue")


@pytest.mark.parametrize("name", sorted(PROTECTED | {"cognito:username", "cognito:mine"}))
def test_claims_that_say_who_and_until_when_stay(name: str) -> None:
    assert ID == of_id(**{name: "other"})
    assert ACCESS == of_access(**{name: "other"})
    assert ID == of_id(suppress=(name,))
    assert ACCESS == of_access(suppress=(name,))


def test_developers_attributes_are_never_put_into_a_token() -> None:
    assert ID == of_id(**{"dev:custom:tier": "lead"})


def test_an_access_token_may_name_its_own_client_as_audience() -> None:
    assert {**ACCESS, "aud": "client"} == of_access(aud="client")
    assert ACCESS == of_access(aud=["client"])
    assert ACCESS == of_access(aud="client", suppress=("aud",))


def test_a_scope_is_a_claim_of_its_own_in_an_id_token_only() -> None:
    assert {**ID, "scope": "x"} == of_id(scope="x")
    assert ACCESS == of_access(scope="x")


def test_scopes_are_added_once_and_in_their_order() -> None:
    assert f"{API} api/read api/write" == of_access(scopes=("api/read", "api/write", "api/read", API))["scope"]


def test_scopes_that_mean_something_to_cognito_are_not_granted() -> None:
    assert API == of_access(scopes=("aws.cognito/dcr/register",))["scope"]


def test_suppressed_scopes_are_gone_even_if_they_are_added() -> None:
    assert "api/read" == of_access(scopes=("api/read", "api/write"), no_scopes=(API, "api/write"))["scope"]


def test_an_access_token_without_scopes_has_no_such_claim() -> None:
    assert "scope" not in of_access(no_scopes=(API,))


def test_groups_are_replaced_in_both_tokens_and_roles_in_one() -> None:
    change = GroupChange(("c",), ("arn:c", "arn:d"), "arn:d")
    changed = of_id(groups=change)
    assert (["c"], ["arn:c", "arn:d"], "arn:d") == (
        changed["cognito:groups"],
        changed["cognito:roles"],
        changed["cognito:preferred_role"],
    )
    assert {**ACCESS, "cognito:groups": ["c"]} == of_access(groups=change)


def test_groups_can_be_taken_away() -> None:
    kept = {name: value for name, value in ID.items() if name == "cognito:username" or ":" not in name}
    assert {**kept, "dev:custom:tier": "gold"} == of_id(groups=GroupChange())
    assert {name: value for name, value in ACCESS.items() if name != "cognito:groups"} == of_access(
        groups=GroupChange()
    )


def test_suppressed_groups_take_the_roles_with_them() -> None:
    changed = of_id(suppress=("cognito:groups",))
    assert {"cognito:groups", "cognito:roles", "cognito:preferred_role"}.isdisjoint(changed)
    assert "cognito:username" in changed
