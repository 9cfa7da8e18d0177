"""Identity pools with their roles and tags, as Terraform's provider handles them."""

from typing import Any

import pytest

from clients.terraform.identity_pools import IdentityPool, ProviderPrincipalTag, RolesAttachment
from clients.terraform.plans import verify_applied, verify_destroyed
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

IAM = "arn:aws:iam::000000000000"
USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab129faBb"
PEOPLE = f"{IAM}:role/people"
NAMED = {"identity_pool_name": "identity pool"}


def provider(name: str = USER_POOL, client_id: str = "7lhlkkfbfb4q5kpp90urffao", **members: Any) -> dict[str, Any]:
    return {"provider_name": name, "client_id": client_id, **members}


def rule(claim: str, value: str) -> dict[str, str]:
    return {"claim": claim, "match_type": "Equals", "role_arn": PEOPLE, "value": value}


@pytest.fixture
def client(in_process: InProcess) -> Any:
    return in_process.boto3_client("cognito-identity")


@pytest.mark.parametrize(
    "steps",
    [
        [{}, {"allow_unauthenticated_identities": True}, {"allow_classic_flow": True}, {}],
        [
            {"supported_login_providers": {"graph.facebook.com": "7346241598935555"}},
            {
                "supported_login_providers": {
                    "graph.facebook.com": "7346241598935552",
                    "accounts.google.com": "123456789012.apps.googleusercontent.com",
                }
            },
            {},
        ],
        [
            {"openid_connect_provider_arns": ["arn:aws:iam::123456789012:oidc-provider/server.example.com"]},
            {
                "openid_connect_provider_arns": [
                    f"arn:aws:iam::123456789012:oidc-provider/modified-{number}.example.com" for number in (2, 1)
                ]
            },
            {},
        ],
        [
            {"saml_provider_arns": [f"{IAM}:saml-provider/one"]},
            {"saml_provider_arns": [f"{IAM}:saml-provider/two"]},
            {},
        ],
        [
            {"cognito_identity_providers": [provider(), provider(client_id="6lhlkkfbfb4q5kpp90urffae")]},
            {"cognito_identity_providers": [provider(server_side_token_check=True)]},
            {"cognito_identity_providers": [provider()], "saml_provider_arns": [f"{IAM}:saml-provider/one"]},
            {},
        ],
        [
            {"tags": {"key1": "value1"}},
            {"tags": {"key1": "updated", "key2": "value2"}},
            {"tags": {"key2": "value2"}},
            {},
        ],
        [
            {"developer_provider_name": "my.developer"},
            {"developer_provider_name": "my.developer", "allow_classic_flow": True},
        ],
    ],
)
def test_a_pool_is_made_and_changed(client: Any, steps: list[dict[str, Any]]) -> None:
    pool = IdentityPool(client)
    for step in steps:
        verify_applied(pool, NAMED | step)
    verify_destroyed(pool)


def test_roles_and_mappings_are_set_and_taken_away(client: Any) -> None:
    pool = IdentityPool(client)
    logins = {"graph.facebook.com": "7346241598935555"}
    verify_applied(pool, NAMED | {"supported_login_providers": logins, "cognito_identity_providers": [provider()]})
    attachment = RolesAttachment(client, pool.id)
    roles = {"roles": {"authenticated": PEOPLE}}
    mapping = {
        "identity_provider": "graph.facebook.com",
        "ambiguous_role_resolution": "AuthenticatedRole",
        "type": "Rules",
    }
    by_token = {
        "identity_provider": f"{USER_POOL}:7lhlkkfbfb4q5kpp90urffao",
        "ambiguous_role_resolution": "Deny",
        "type": "Token",
    }
    for mappings in (
        [],
        [mapping | {"mapping_rule": [rule("isAdmin", "paid")]}],
        [mapping | {"mapping_rule": [rule("isPaid", "unpaid"), rule("isFoo", "bar")]}, by_token],
        [],
    ):
        verify_applied(attachment, roles | {"role_mapping": mappings})
    verify_destroyed(attachment)
    verify_destroyed(pool)


@pytest.mark.parametrize("name", [USER_POOL, f"{IAM}:oidc-provider/accounts.example.com"])
def test_principal_tags_are_mapped_and_back_at_the_defaults_when_destroyed(client: Any, name: str) -> None:
    pool = IdentityPool(client)
    arns = {"openid_connect_provider_arns": [f"{IAM}:oidc-provider/accounts.example.com"]}
    verify_applied(pool, NAMED | arns | {"cognito_identity_providers": [provider()]})
    tag = ProviderPrincipalTag(client, pool.id, name)
    for tags in ({"test": "value"}, {"test": "value", "new": "map"}):
        verify_applied(tag, {"principal_tags": tags, "use_defaults": False})
    verify_applied(tag, {"use_defaults": True})
    verify_destroyed(tag)
    assert client.get_principal_tag_attribute_map(IdentityPoolId=pool.id, IdentityProviderName=name)["UseDefaults"]
