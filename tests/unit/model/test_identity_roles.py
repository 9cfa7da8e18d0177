from typing import Any

import pytest

from cenote.model.identity_pool import guest_policy
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.roles import NoRoleError, RoleRefusedError, authenticated_role, guest_role
from cenote.policy.document import Kind, parse

ARN = "arn:aws:iam::000000000000:role/"
DEFAULT, GUEST, ONE, TWO, THREE = (f"{ARN}{name}" for name in ("default", "guest", "one", "two", "three"))
KEY = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34E:client"
GOOGLE = "accounts.google.com"


def pool_with(mappings: dict[str, Any] | None = None, **roles: str) -> IdentityPool:
    named = roles or {"authenticated": DEFAULT, "unauthenticated": GUEST}
    held = {"Roles": named} | ({"RoleMappings": mappings} if mappings else {})
    return IdentityPool("us-east-1:1", "000000000000", "us-east-1", "tests", {}, held)


def by_token(resolution: str = "Deny", key: str = KEY) -> IdentityPool:
    return pool_with({key: {"Type": "Token", "AmbiguousRoleResolution": resolution}})


def by_rules(*rules: tuple[str, str, str, str], resolution: str = "Deny") -> IdentityPool:
    written = [{"Claim": claim, "MatchType": kind, "Value": value, "RoleARN": arn} for claim, kind, value, arn in rules]
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": resolution, "RulesConfiguration": {"Rules": written}}
    return pool_with({KEY: mapping})


def login(key: str = KEY, **claims: Any) -> Login:
    named = {name.replace("__", ":"): value for name, value in claims.items()}
    return Login(key.partition(":")[0], "sub", key, f"{key}:sub", named)


def test_guests_get_their_role_and_choose_none() -> None:
    assert GUEST == guest_role(pool_with())
    with pytest.raises(RoleRefusedError):
        guest_role(pool_with(), GUEST)
    with pytest.raises(NoRoleError):
        guest_role(pool_with(authenticated=DEFAULT))


def test_without_a_mapping_there_is_one_role() -> None:
    assert DEFAULT == authenticated_role(pool_with(), [login()])
    assert DEFAULT == authenticated_role(pool_with(), [login()], DEFAULT)
    assert DEFAULT == authenticated_role(by_token(), [login(GOOGLE)])
    with pytest.raises(RoleRefusedError):
        authenticated_role(pool_with(), [login(cognito__roles=[ONE])], ONE)
    with pytest.raises(NoRoleError):
        authenticated_role(pool_with(unauthenticated=GUEST), [login()])


def test_a_token_names_its_preferred_role() -> None:
    several = login(cognito__roles=[ONE, TWO], cognito__preferred_role=TWO)
    assert TWO == authenticated_role(by_token(), [several])
    assert ONE == authenticated_role(by_token(), [several], ONE)
    with pytest.raises(RoleRefusedError):
        authenticated_role(by_token("AuthenticatedRole"), [several], THREE)


def test_the_only_role_of_a_token_needs_no_preference() -> None:
    assert ONE == authenticated_role(by_token(), [login(cognito__roles=[ONE])])
    assert TWO == authenticated_role(by_token(), [login(cognito__roles=f"{ONE},{TWO}")], TWO)


@pytest.mark.parametrize("claims", [{}, {"cognito__roles": [ONE, TWO]}, {"cognito__roles": []}])
def test_an_ambiguous_token_gets_what_the_mapping_says(claims: dict[str, Any]) -> None:
    assert DEFAULT == authenticated_role(by_token("AuthenticatedRole"), [login(**claims)])
    with pytest.raises(RoleRefusedError):
        authenticated_role(by_token("Deny"), [login(**claims)])


def test_the_first_rule_that_matches_names_the_role() -> None:
    pool = by_rules(
        ("dept", "Equals", "sales", ONE), ("dept", "StartsWith", "s", TWO), ("dept", "Contains", "a", THREE)
    )
    assert ONE == authenticated_role(pool, [login(dept="sales")])
    assert TWO == authenticated_role(pool, [login(dept="staff")])
    assert THREE == authenticated_role(pool, [login(dept="legal")])
    with pytest.raises(RoleRefusedError):
        authenticated_role(pool, [login(dept="Sule")])
    with pytest.raises(RoleRefusedError):
        authenticated_role(pool, [login()])


def test_a_custom_role_may_be_that_of_another_rule_that_matches() -> None:
    pool = by_rules(("dept", "Equals", "sales", ONE), ("dept", "StartsWith", "s", TWO), ("dept", "Equals", "x", THREE))
    assert TWO == authenticated_role(pool, [login(dept="sales")], TWO)
    for other in (THREE, DEFAULT):
        with pytest.raises(RoleRefusedError):
            authenticated_role(pool, [login(dept="sales")], other)


def test_not_equal_says_nothing_of_a_claim_that_is_missing() -> None:
    pool = by_rules(("dept", "NotEqual", "guests", ONE), resolution="AuthenticatedRole")
    assert ONE == authenticated_role(pool, [login(dept="sales")])
    assert DEFAULT == authenticated_role(pool, [login(dept="guests")])
    assert DEFAULT == authenticated_role(pool, [login()])


@pytest.mark.parametrize(
    ("kind", "value", "groups", "matches"),
    [
        ("Contains", "admins", ["users", "admins"], True),
        ("Contains", "admins", ["not-admins"], False),
        ("Equals", "admins", ["admins"], True),
        ("Equals", "admins", ["admins", "users"], False),
        ("StartsWith", "adm", ["users", "admins"], True),
        ("StartsWith", "adm", ["users"], False),
        ("NotEqual", "admins", ["users"], True),
        ("NotEqual", "admins", ["users", "admins"], False),
    ],
)
def test_a_list_contains_its_members(kind: str, value: str, groups: list[str], matches: bool) -> None:
    pool = by_rules(("cognito:groups", kind, value, ONE), resolution="AuthenticatedRole")
    assert (ONE if matches else DEFAULT) == authenticated_role(pool, [login(cognito__groups=groups)])


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (17, "17"), ({"a": 1}, '{"a":1}')])
def test_claims_are_compared_as_texts(value: object, text: str) -> None:
    assert ONE == authenticated_role(by_rules(("claim", "Equals", text, ONE)), [login(claim=value)])


def test_of_several_logins_the_one_with_a_mapping_counts() -> None:
    mine = login(cognito__preferred_role=ONE)
    assert ONE == authenticated_role(by_token(), [login(GOOGLE, cognito__preferred_role=TWO), mine])


def test_a_mapping_under_the_issuers_own_name_is_the_user_pools() -> None:
    pool = by_token(key="id.example.com/us-east-1_Ab12Cd34E:client")
    assert ONE == authenticated_role(pool, [login(cognito__preferred_role=ONE)])


def test_what_bounds_guests_is_a_session_policy() -> None:
    assert parse(guest_policy.INLINE_POLICY, Kind.SESSION)
    assert len(guest_policy.INLINE_POLICY) < 1024
