"""What the providers of an identity pool are called."""

import pytest

from cenote.model.identity_pool.provider_names import canonical, mapping_keys, user_pool_id_of

NAME = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"
OIDC = "arn:aws:iam::000000000000:oidc-provider/id.example.com/us-east-1_Pool"


@pytest.mark.parametrize("name", [NAME, "localhost:9329/us-east-1_Pool", "id.example.com/cenote/us-east-1_Pool"])
def test_a_user_pool_has_the_name_that_aws_gives_it_and_its_issuers(name: str) -> None:
    assert "us-east-1_Pool" == user_pool_id_of(name)
    assert NAME == canonical(name)
    assert f"{NAME}:web" == canonical(f"{name}:web")


@pytest.mark.parametrize(
    "name",
    [
        "accounts.google.com",
        "us-east-1_Pool",
        "/us-east-1_Pool",
        "localhost:9329",
        "localhost:9329/",
        f"https://{NAME}",
        "cognito-idp.eu-west-1.amazonaws.com/us-east-1_Pool",
        "cognito-idp.us-east-1.amazonaws.com/path/us-east-1_Pool",
        "id example.com/us-east-1_Pool",
        OIDC,
        "login.example",
        "",
    ],
)
def test_any_other_name_is_what_it_is(name: str) -> None:
    assert user_pool_id_of(name) is None
    assert name == canonical(name)


def test_role_mappings_name_user_pools_with_their_clients() -> None:
    document = {
        "SupportedLoginProviders": {"accounts.google.com": "12"},
        "OpenIdConnectProviderARNs": [OIDC],
        "CognitoIdentityProviders": [{"ProviderName": "localhost:9329/us-east-1_Pool", "ClientId": "web"}],
    }
    assert ["accounts.google.com", OIDC, f"{NAME}:web"] == list(mapping_keys(document))
