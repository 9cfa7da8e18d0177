"""
Request rates: how often a second the operations of each category may be called, AWS's own numbers unless the one who runs Cenote
chooses others.

Source: developer guide, "Quotas in Amazon Cognito" (request rate quotas; quotas of a single user).
"""

from dataclasses import dataclass

MAX_RATE = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """
    Requests a second; each is the setting `rate_` and its name.

    All but the last four are for an account and Region: those of user pools are categories, those of identity pools single operations.
    """

    user_authentication: int = 120
    user_creation: int = 50
    user_federation: int = 25
    user_account_recovery: int = 30
    user_read: int = 120
    user_update: int = 25
    user_token: int = 120
    user_resource_read: int = 50
    user_resource_update: int = 25
    user_list: int = 30
    user_pool_read: int = 15
    user_pool_update: int = 15
    user_pool_resource_read: int = 20
    user_pool_resource_update: int = 15
    user_pool_client_read: int = 15
    user_pool_client_update: int = 15
    client_authentication: int = 150
    limit_management: int = 1

    identity_get_id: int = 25
    identity_get_open_id_token: int = 200
    identity_get_credentials: int = 200
    identity_get_developer_token: int = 50
    identity_list: int = 5
    identity_delete: int = 10
    identity_tagging: int = 5
    identity_list_tags: int = 10

    # Of one operation for one pool, where AWS has such a bound.
    operation_per_pool: int = 5
    # Of one user.
    reads_per_user: int = 10
    writes_per_user: int = 10
    # The most that UpdateProvisionedLimit may be asked for.
    provisioned_max: int = 10_000
