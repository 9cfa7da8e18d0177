"""
Quotas: how many of a thing there may be, AWS's own numbers unless the one who runs Cenote chooses others.

Source: developer guide, "Quotas in Amazon Cognito" (resource quotas).
"""

from dataclasses import dataclass

from cenote.base.errors import LimitExceededException


@dataclass(frozen=True, kw_only=True, slots=True)
class Quotas:
    """The most that there may be; each is the setting `quota_` and its name."""

    user_pools: int = 1000
    clients_per_pool: int = 1000
    users_per_pool: int = 40_000_000
    groups_per_pool: int = 10_000
    groups_per_user: int = 100
    custom_attributes_per_pool: int = 50
    identity_providers_per_pool: int = 300
    identifiers_per_provider: int = 50
    links_per_user: int = 5
    passkeys_per_user: int = 20
    devices_per_user: int = 1000
    resource_servers_per_pool: int = 25
    scopes_per_resource_server: int = 100
    scopes_per_client: int = 50
    callback_urls_per_client: int = 100
    logout_urls_per_client: int = 100
    custom_domains: int = 4
    branding_styles_per_pool: int = 20
    terms_per_pool: int = 40
    import_jobs_per_pool: int = 1000
    import_rows: int = 500_000
    import_bytes: int = 100 * 1024 * 1024
    tags_per_resource: int = 50
    function_code_mb: int = 75 * 1024


def verify_room(present: int, quota: int, what: str) -> None:
    """
    Accept one more where there are *present* of at most *quota*; *what* they are is named in the plural.

    Raises:
        LimitExceededException: the quota is reached.
    """
    if present >= quota:
        raise LimitExceededException(f"The maximum number of {what} has been reached: {quota}.")
