"""
The categories of requests whose rate is bounded, and which operations of cognito-idp are in which; operations of cognito-identity have
rates of their own.

An operation of cognito-idp that the quota page does not list is in UNCATEGORISED: nothing bounds how often it is called.

Source: developer guide, "Quotas in Amazon Cognito" (operation categories).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cenote.base.rates import Rates


@dataclass(frozen=True, slots=True)
class Category:
    """
    Operations that share one rate, which is the field *rate* of Rates.

    *is_adjustable*: UpdateProvisionedLimit may raise it. *user_rate*: the field that bounds what one user does of it, if any.
    *is_bounded_per_pool*: each of its operations is bounded for each pool as well.
    """

    name: str
    rate: str
    operations: frozenset[str]
    is_adjustable: bool = False
    user_rate: str | None = None
    is_bounded_per_pool: bool = False

    def rate_in(self, rates: Rates) -> int:
        """Its rate among *rates*: what an account has that asked for no more."""
        rate: int = getattr(rates, self.rate)
        return rate


_READS, _WRITES = "reads_per_user", "writes_per_user"


def _named(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CATEGORIES = (
    Category(
        "UserAuthentication",
        "user_authentication",
        _named(
            "InitiateAuth AdminInitiateAuth RespondToAuthChallenge AdminRespondToAuthChallenge GetTokensFromRefreshToken"
        ),
        is_adjustable=True,
        user_rate=_READS,
    ),
    Category(
        "UserCreation",
        "user_creation",
        _named("SignUp ConfirmSignUp AdminCreateUser AdminConfirmSignUp"),
        is_adjustable=True,
        user_rate=_WRITES,
    ),
    # Only what upstream providers answer to the pool's own pages, which are no operations.
    Category("UserFederation", "user_federation", frozenset(), is_adjustable=True),
    Category(
        "UserAccountRecovery",
        "user_account_recovery",
        _named("ChangePassword ForgotPassword ConfirmForgotPassword AdminResetUserPassword AdminSetUserPassword"),
        user_rate=_WRITES,
    ),
    Category(
        "UserRead",
        "user_read",
        _named("AdminGetUser AdminGetUserAuthFactors GetUser"),
        is_adjustable=True,
        user_rate=_READS,
    ),
    Category(
        "UserUpdate",
        "user_update",
        _named(
            """AdminAddUserToGroup AdminDeleteUser AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser
            AdminEnableUser AdminLinkProviderForUser AdminRemoveUserFromGroup AdminUpdateUserAttributes
            AdminUserGlobalSignOut DeleteUser DeleteUserAttributes GlobalSignOut UpdateUserAttributes VerifyUserAttribute"""
        ),
        user_rate=_WRITES,
    ),
    Category("UserToken", "user_token", _named("RevokeToken"), is_adjustable=True),
    Category(
        "UserResourceRead",
        "user_resource_read",
        _named(
            """AdminGetDevice AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents GetDevice
            GetUserAttributeVerificationCode ListDevices ResendConfirmationCode"""
        ),
        is_adjustable=True,
        user_rate=_READS,
    ),
    Category(
        "UserResourceUpdate",
        "user_resource_update",
        _named(
            """AdminDeleteSoftwareToken AdminForgetDevice AdminSetUserMFAPreference AdminSetUserSettings
            AdminUpdateAuthEventFeedback AdminUpdateDeviceStatus AssociateSoftwareToken ConfirmDevice ForgetDevice
            SetUserMFAPreference SetUserSettings UpdateAuthEventFeedback UpdateDeviceStatus VerifySoftwareToken"""
        ),
        user_rate=_WRITES,
    ),
    Category("UserList", "user_list", _named("ListUsers ListUsersInGroup")),
    Category("UserPoolRead", "user_pool_read", _named("DescribeUserPool ListUserPools")),
    Category("UserPoolUpdate", "user_pool_update", _named("CreateUserPool DeleteUserPool UpdateUserPool")),
    Category(
        "UserPoolResourceRead",
        "user_pool_resource_read",
        _named(
            """DescribeIdentityProvider DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient
            DescribeResourceServer DescribeRiskConfiguration DescribeUserImportJob DescribeUserPoolDomain GetCSVHeader
            GetGroup GetIdentityProviderByIdentifier GetSigningCertificate GetUICustomization GetUserPoolMfaConfig
            ListGroups ListIdentityProviders ListResourceServers ListTagsForResource ListUserImportJobs"""
        ),
        is_bounded_per_pool=True,
    ),
    Category(
        "UserPoolResourceUpdate",
        "user_pool_resource_update",
        _named(
            """AddCustomAttributes CreateGroup CreateIdentityProvider CreateManagedLoginBranding CreateResourceServer
            CreateUserImportJob CreateUserPoolDomain DeleteGroup DeleteIdentityProvider DeleteManagedLoginBranding
            DeleteResourceServer DeleteUserPoolDomain SetRiskConfiguration SetUICustomization SetUserPoolMfaConfig
            StartUserImportJob StopUserImportJob TagResource UntagResource UpdateGroup UpdateIdentityProvider
            UpdateManagedLoginBranding UpdateResourceServer UpdateUserPoolDomain"""
        ),
        is_bounded_per_pool=True,
    ),
    Category(
        "UserPoolClientRead",
        "user_pool_client_read",
        _named("DescribeUserPoolClient ListUserPoolClients"),
        is_bounded_per_pool=True,
    ),
    Category(
        "UserPoolClientUpdate",
        "user_pool_client_update",
        _named("CreateUserPoolClient DeleteUserPoolClient UpdateUserPoolClient"),
        is_bounded_per_pool=True,
    ),
    Category("ClientAuthentication", "client_authentication", _named("GetClientToken")),
    Category("LimitManagement", "limit_management", _named("GetProvisionedLimit UpdateProvisionedLimit")),
)

UNCATEGORISED: Final = _named(
    """AddUserPoolClientSecret AdminListUserSessions AdminRevokeUserSession CompleteWebAuthnRegistration CreateTerms
    CreateUserPoolReplica DeleteTerms DeleteUserPoolClientSecret DeleteUserPoolReplica DeleteWebAuthnCredential
    DescribeTerms DescribeTermsByClient GetDerivedToken GetLogDeliveryConfiguration GetUserAuthFactors
    GetUserPoolClientSessionConfiguration GetUserPoolSessionConfiguration ListTerms ListUserPoolClientSecrets
    ListUserPoolReplicas ListUserSessions ListWebAuthnCredentials RevokeUserSession SetLogDeliveryConfiguration
    SetUserPoolClientSessionConfiguration SetUserPoolSessionConfiguration StartWebAuthnRegistration UpdateTerms
    UpdateUserPoolReplica"""
)

# Those of identity pools that the quota page lists: nobody can ask for more, and they count for no user and no pool.
_OF_IDENTITY_POOLS = {
    "GetId": "identity_get_id",
    "GetOpenIdToken": "identity_get_open_id_token",
    "GetCredentialsForIdentity": "identity_get_credentials",
    "GetOpenIdTokenForDeveloperIdentity": "identity_get_developer_token",
    "ListIdentities": "identity_list",
    "DeleteIdentities": "identity_delete",
    "TagResource": "identity_tagging",
    "UntagResource": "identity_tagging",
    "ListTagsForResource": "identity_list_tags",
}

CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType({category.name: category for category in _CATEGORIES})
CATEGORY_OF: Final[Mapping[tuple[str, str], Category]] = MappingProxyType(
    {("cognito-idp", operation): category for category in _CATEGORIES for operation in category.operations}
    | {
        ("cognito-identity", operation): Category(f"cognito-identity {operation}", rate, frozenset({operation}))
        for operation, rate in _OF_IDENTITY_POOLS.items()
    }
)
