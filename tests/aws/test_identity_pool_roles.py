"""SetIdentityPoolRoles, GetIdentityPoolRoles, SetPrincipalTagAttributeMap, GetPrincipalTagAttributeMap."""

from copy import deepcopy
from functools import partial
from typing import Any

import pytest
from refusals import refused

from harness.in_process import InProcess

IAM = "arn:aws:iam::000000000000"
PEOPLE, GUESTS, ADMINS = f"{IAM}:role/people", f"{IAM}:role/guests", f"{IAM}:role/service/admins"
USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"
OIDC = f"{IAM}:oidc-provider/id.example.com"
MAPPINGS: dict[str, Any] = {
    "accounts.google.com": {
        "Type": "Rules",
        "AmbiguousRoleResolution": "Deny",
        "RulesConfiguration": {
            "Rules": [
                {"Claim": "email", "MatchType": "Equals", "Value": "ann@example.com", "RoleARN": ADMINS},
                {"Claim": "email", "MatchType": "Contains", "Value": "example.com", "RoleARN": PEOPLE},
            ]
        },
    },
    f"{USER_POOL}:web": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"},
    OIDC: {"Type": "Token", "AmbiguousRoleResolution": "Deny"},
}


@pytest.fixture
def client(in_process: InProcess) -> Any:
    return in_process.boto3_client("cognito-identity")


@pytest.fixture
def pool_id(client: Any) -> str:
    made = client.create_identity_pool(
        IdentityPoolName="people",
        AllowUnauthenticatedIdentities=True,
        SupportedLoginProviders={"accounts.google.com": "12.apps.googleusercontent.com"},
        CognitoIdentityProviders=[{"ProviderName": "localhost:9329/us-east-1_Pool", "ClientId": "web"}],
        OpenIdConnectProviderARNs=[OIDC],
    )
    pool_id: str = made["IdentityPoolId"]
    return pool_id


def roles_of(client: Any, pool_id: str) -> dict[str, Any]:
    found = client.get_identity_pool_roles(IdentityPoolId=pool_id)
    assert pool_id == found.pop("IdentityPoolId")
    del found["ResponseMetadata"]
    roles: dict[str, Any] = found
    return roles


def test_a_new_pool_has_no_roles(client: Any, pool_id: str) -> None:
    assert {} == roles_of(client, pool_id)


def test_roles_are_set_all_at_once(client: Any, pool_id: str) -> None:
    roles = {"authenticated": PEOPLE, "unauthenticated": GUESTS}
    client.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=roles, RoleMappings=MAPPINGS)
    assert {"Roles": roles, "RoleMappings": MAPPINGS} == roles_of(client, pool_id)
    client.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": PEOPLE})
    assert {"Roles": {"authenticated": PEOPLE}} == roles_of(client, pool_id)


def test_roles_outlive_an_update_of_their_pool(client: Any, pool_id: str) -> None:
    client.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": PEOPLE})
    client.update_identity_pool(IdentityPoolId=pool_id, IdentityPoolName="others", AllowUnauthenticatedIdentities=False)
    assert {"Roles": {"authenticated": PEOPLE}} == roles_of(client, pool_id)


@pytest.mark.parametrize(
    "provider", [USER_POOL, f"https://{USER_POOL}:web", f"{USER_POOL}:phone", "graph.facebook.com", "login.example"]
)
def test_a_mapping_of_what_is_no_provider_of_the_pool_is_refused(client: Any, pool_id: str, provider: str) -> None:
    mappings = {provider: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    message = f"({provider}) is not a valid RoleMapping ProviderName or is not a configured provider."
    asked = partial(client.set_identity_pool_roles, IdentityPoolId=pool_id, Roles={}, RoleMappings=mappings)
    assert ("InvalidParameterException", message) == refused(asked)


def _altered(**members: Any) -> dict[str, Any]:
    """The mapping by rules with other members; None takes one away."""
    mapping = deepcopy(MAPPINGS["accounts.google.com"]) | members
    return {name: value for name, value in mapping.items() if value is not None}


@pytest.mark.parametrize(
    ("code", "mapping"),
    [
        ("InvalidParameterException", _altered(AmbiguousRoleResolution=None)),
        ("ValidationException", _altered(AmbiguousRoleResolution="Maybe")),
        ("InvalidParameterException", _altered(RulesConfiguration=None)),
        ("InvalidParameterException", _altered(Type="Token")),
        ("ValidationException", _altered(Type="Guess")),
        (
            "InvalidParameterException",
            _altered(RulesConfiguration={"Rules": MAPPINGS["accounts.google.com"]["RulesConfiguration"]["Rules"] * 13}),
        ),
    ],
)
def test_a_mapping_that_lacks_what_it_needs_is_refused(
    client: Any, pool_id: str, code: str, mapping: dict[str, Any]
) -> None:
    asked = partial(client.set_identity_pool_roles, IdentityPoolId=pool_id, Roles={})
    assert code == refused(asked, RoleMappings={"accounts.google.com": mapping})[0]
    assert {} == roles_of(client, pool_id)


def test_a_mapping_has_no_more_than_25_rules(client: Any, pool_id: str) -> None:
    rules = MAPPINGS["accounts.google.com"]["RulesConfiguration"]["Rules"] * 13
    mapping = {"accounts.google.com": _altered(RulesConfiguration={"Rules": rules[:25]})}
    client.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={}, RoleMappings=mapping)
    assert {"Roles": {}, "RoleMappings": mapping} == roles_of(client, pool_id)


@pytest.mark.parametrize("arn", ["a-role-without-an-arn-at-all", "arn:aws:iam::111111111111:role/people"])
def test_a_role_that_is_none_of_the_account_is_forbidden(client: Any, pool_id: str, arn: str) -> None:
    said = ("NotAuthorizedException", f"Access to Role '{arn}' is forbidden.")
    asked = partial(client.set_identity_pool_roles, IdentityPoolId=pool_id)
    assert said == refused(asked, Roles={"authenticated": arn})
    mapping = _altered()
    mapping["RulesConfiguration"]["Rules"][1]["RoleARN"] = arn
    assert said == refused(asked, Roles={}, RoleMappings={"accounts.google.com": mapping})
    assert {} == roles_of(client, pool_id)


def test_a_role_is_either_for_the_authenticated_or_for_guests(client: Any, pool_id: str) -> None:
    asked = partial(client.set_identity_pool_roles, IdentityPoolId=pool_id, Roles={"admin": PEOPLE})
    assert "ValidationException" == refused(asked)[0]


def tag_map(client: Any, pool_id: str, provider: str) -> dict[str, Any]:
    found = client.get_principal_tag_attribute_map(IdentityPoolId=pool_id, IdentityProviderName=provider)
    assert (pool_id, provider) == (found["IdentityPoolId"], found["IdentityProviderName"])
    return {name: found[name] for name in ("UseDefaults", "PrincipalTags") if name in found}


def test_tags_are_mapped_for_each_provider_by_itself(client: Any, pool_id: str) -> None:
    tags = {"department": "custom:department", "username": "sub"}
    set_map = partial(client.set_principal_tag_attribute_map, IdentityPoolId=pool_id)
    shown = set_map(IdentityProviderName=USER_POOL, PrincipalTags=tags)
    assert (False, tags) == (shown["UseDefaults"], shown["PrincipalTags"])
    set_map(IdentityProviderName="accounts.google.com", UseDefaults=True)
    assert {"UseDefaults": False, "PrincipalTags": tags} == tag_map(client, pool_id, USER_POOL)
    assert {"UseDefaults": True} == tag_map(client, pool_id, "accounts.google.com")
    assert {"UseDefaults": False} == tag_map(client, pool_id, OIDC)
    set_map(IdentityProviderName=USER_POOL, UseDefaults=False)
    assert {"UseDefaults": False} == tag_map(client, pool_id, USER_POOL)
    assert {"UseDefaults": True} == tag_map(client, pool_id, "accounts.google.com")


@pytest.mark.parametrize(
    ("code", "tags"),
    [
        ("InvalidParameterException", {"aws:department": "department"}),
        ("InvalidParameterException", {"a*b": "department"}),
        ("ValidationException", {"k" * 129: "department"}),
        ("ValidationException", {"department": "c" * 257}),
        ("InvalidParameterException", {"department": "c" * 256, "team": "t" * 205}),
        ("ValidationException", {f"{number}": "c" for number in range(51)}),
    ],
)
def test_tags_that_no_session_could_have_are_refused(
    client: Any, pool_id: str, code: str, tags: dict[str, str]
) -> None:
    set_map = partial(client.set_principal_tag_attribute_map, IdentityPoolId=pool_id, IdentityProviderName=USER_POOL)
    assert code == refused(set_map, PrincipalTags=tags)[0]
    assert {"UseDefaults": False} == tag_map(client, pool_id, USER_POOL)


def test_a_pool_maps_tags_of_so_many_providers_only(client: Any, pool_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.model.identity_pool.tag_maps._MAX_PROVIDERS", 1)
    set_map = partial(client.set_principal_tag_attribute_map, IdentityPoolId=pool_id, UseDefaults=True)
    set_map(IdentityProviderName="accounts.google.com")
    assert "InvalidParameterException" == refused(set_map, IdentityProviderName="graph.facebook.com")[0]
