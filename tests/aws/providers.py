"""Identity providers as tests make them by the public operations."""

from typing import Any

from refusals import refusal

from harness.in_process import InProcess

APP = {"client_id": "app", "client_secret": "app-secret"}
GOOGLE = {**APP, "authorize_scopes": "email profile openid"}
ISSUER = "https://op.example.com"
OIDC = {
    **APP,
    "authorize_scopes": "openid email",
    "attributes_request_method": "GET",
    "oidc_issuer": ISSUER,
    "authorize_url": f"{ISSUER}/authorize",
    "token_url": f"{ISSUER}/token",
    "attributes_url": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/jwks.json",
}
ENDPOINTS = ("authorize_url", "token_url", "attributes_url", "jwks_uri")
DISCOVERED = {key: value for key, value in OIDC.items() if key not in ENDPOINTS}


def created(endpoint: InProcess, pool_id: str, name: str, kind: str, details: dict[str, str], **more: Any) -> Any:
    return endpoint.signed.create_identity_provider(
        UserPoolId=pool_id, ProviderName=name, ProviderType=kind, ProviderDetails=details, **more
    )["IdentityProvider"]


def described(endpoint: InProcess, pool_id: str, name: str) -> Any:
    return endpoint.signed.describe_identity_provider(UserPoolId=pool_id, ProviderName=name)["IdentityProvider"]


def updated(endpoint: InProcess, pool_id: str, name: str, **members: Any) -> Any:
    return endpoint.signed.update_identity_provider(UserPoolId=pool_id, ProviderName=name, **members)[
        "IdentityProvider"
    ]


def assert_refused(code: str, message: str, act: Any) -> None:
    with refusal(code) as seen:
        act()
    assert message == seen.message
