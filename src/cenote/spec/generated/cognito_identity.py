"""
The request and answer types of cognito-identity. Generated from botocore 1.44.5, cognito-identity 2014-06-30 by spec/generate.py: do not edit.

An enumeration is a str (the validator has checked it), a blob bytes, a timestamp seconds since the epoch, a
document any JSON value.
"""

from typing import NotRequired, TypedDict


class CognitoIdentityProvider(TypedDict):
    ProviderName: NotRequired[str]
    ClientId: NotRequired[str]
    ServerSideTokenCheck: NotRequired[bool]


class CreateIdentityPoolInput(TypedDict):
    IdentityPoolName: str
    AllowUnauthenticatedIdentities: bool
    AllowClassicFlow: NotRequired[bool]
    SupportedLoginProviders: NotRequired[dict[str, str]]
    DeveloperProviderName: NotRequired[str]
    OpenIdConnectProviderARNs: NotRequired[list[str]]
    CognitoIdentityProviders: NotRequired[list[CognitoIdentityProvider]]
    SamlProviderARNs: NotRequired[list[str]]
    IdentityPoolTags: NotRequired[dict[str, str]]


class IdentityPool(TypedDict):
    IdentityPoolId: str
    IdentityPoolName: str
    AllowUnauthenticatedIdentities: bool
    AllowClassicFlow: NotRequired[bool]
    SupportedLoginProviders: NotRequired[dict[str, str]]
    DeveloperProviderName: NotRequired[str]
    OpenIdConnectProviderARNs: NotRequired[list[str]]
    CognitoIdentityProviders: NotRequired[list[CognitoIdentityProvider]]
    SamlProviderARNs: NotRequired[list[str]]
    IdentityPoolTags: NotRequired[dict[str, str]]


class DeleteIdentitiesInput(TypedDict):
    IdentityIdsToDelete: list[str]


class UnprocessedIdentityId(TypedDict):
    IdentityId: NotRequired[str]
    ErrorCode: NotRequired[str]


class DeleteIdentitiesResponse(TypedDict):
    UnprocessedIdentityIds: NotRequired[list[UnprocessedIdentityId]]


class DeleteIdentityPoolInput(TypedDict):
    IdentityPoolId: str


class DescribeIdentityInput(TypedDict):
    IdentityId: str


class IdentityDescription(TypedDict):
    IdentityId: NotRequired[str]
    Logins: NotRequired[list[str]]
    CreationDate: NotRequired[float]
    LastModifiedDate: NotRequired[float]


class DescribeIdentityPoolInput(TypedDict):
    IdentityPoolId: str


class GetCredentialsForIdentityInput(TypedDict):
    IdentityId: str
    Logins: NotRequired[dict[str, str]]
    CustomRoleArn: NotRequired[str]


class Credentials(TypedDict):
    AccessKeyId: NotRequired[str]
    SecretKey: NotRequired[str]
    SessionToken: NotRequired[str]
    Expiration: NotRequired[float]


class GetCredentialsForIdentityResponse(TypedDict):
    IdentityId: NotRequired[str]
    Credentials: NotRequired[Credentials]


class GetIdInput(TypedDict):
    AccountId: NotRequired[str]
    IdentityPoolId: str
    Logins: NotRequired[dict[str, str]]


class GetIdResponse(TypedDict):
    IdentityId: NotRequired[str]


class GetIdentityPoolRolesInput(TypedDict):
    IdentityPoolId: str


class MappingRule(TypedDict):
    Claim: str
    MatchType: str
    Value: str
    RoleARN: str


class RulesConfigurationType(TypedDict):
    Rules: list[MappingRule]


class RoleMapping(TypedDict):
    Type: str
    AmbiguousRoleResolution: NotRequired[str]
    RulesConfiguration: NotRequired[RulesConfigurationType]


class GetIdentityPoolRolesResponse(TypedDict):
    IdentityPoolId: NotRequired[str]
    Roles: NotRequired[dict[str, str]]
    RoleMappings: NotRequired[dict[str, RoleMapping]]


class GetOpenIdTokenInput(TypedDict):
    IdentityId: str
    Logins: NotRequired[dict[str, str]]


class GetOpenIdTokenResponse(TypedDict):
    IdentityId: NotRequired[str]
    Token: NotRequired[str]


class GetOpenIdTokenForDeveloperIdentityInput(TypedDict):
    IdentityPoolId: str
    IdentityId: NotRequired[str]
    Logins: dict[str, str]
    PrincipalTags: NotRequired[dict[str, str]]
    TokenDuration: NotRequired[int]


class GetOpenIdTokenForDeveloperIdentityResponse(TypedDict):
    IdentityId: NotRequired[str]
    Token: NotRequired[str]


class GetPrincipalTagAttributeMapInput(TypedDict):
    IdentityPoolId: str
    IdentityProviderName: str


class GetPrincipalTagAttributeMapResponse(TypedDict):
    IdentityPoolId: NotRequired[str]
    IdentityProviderName: NotRequired[str]
    UseDefaults: NotRequired[bool]
    PrincipalTags: NotRequired[dict[str, str]]


class ListIdentitiesInput(TypedDict):
    IdentityPoolId: str
    MaxResults: int
    NextToken: NotRequired[str]
    HideDisabled: NotRequired[bool]


class ListIdentitiesResponse(TypedDict):
    IdentityPoolId: NotRequired[str]
    Identities: NotRequired[list[IdentityDescription]]
    NextToken: NotRequired[str]


class ListIdentityPoolsInput(TypedDict):
    MaxResults: int
    NextToken: NotRequired[str]


class IdentityPoolShortDescription(TypedDict):
    IdentityPoolId: NotRequired[str]
    IdentityPoolName: NotRequired[str]


class ListIdentityPoolsResponse(TypedDict):
    IdentityPools: NotRequired[list[IdentityPoolShortDescription]]
    NextToken: NotRequired[str]


class ListTagsForResourceInput(TypedDict):
    ResourceArn: str


class ListTagsForResourceResponse(TypedDict):
    Tags: NotRequired[dict[str, str]]


class LookupDeveloperIdentityInput(TypedDict):
    IdentityPoolId: str
    IdentityId: NotRequired[str]
    DeveloperUserIdentifier: NotRequired[str]
    MaxResults: NotRequired[int]
    NextToken: NotRequired[str]


class LookupDeveloperIdentityResponse(TypedDict):
    IdentityId: NotRequired[str]
    DeveloperUserIdentifierList: NotRequired[list[str]]
    NextToken: NotRequired[str]


class MergeDeveloperIdentitiesInput(TypedDict):
    SourceUserIdentifier: str
    DestinationUserIdentifier: str
    DeveloperProviderName: str
    IdentityPoolId: str


class MergeDeveloperIdentitiesResponse(TypedDict):
    IdentityId: NotRequired[str]


class SetIdentityPoolRolesInput(TypedDict):
    IdentityPoolId: str
    Roles: dict[str, str]
    RoleMappings: NotRequired[dict[str, RoleMapping]]


class SetPrincipalTagAttributeMapInput(TypedDict):
    IdentityPoolId: str
    IdentityProviderName: str
    UseDefaults: NotRequired[bool]
    PrincipalTags: NotRequired[dict[str, str]]


class SetPrincipalTagAttributeMapResponse(TypedDict):
    IdentityPoolId: NotRequired[str]
    IdentityProviderName: NotRequired[str]
    UseDefaults: NotRequired[bool]
    PrincipalTags: NotRequired[dict[str, str]]


class TagResourceInput(TypedDict):
    ResourceArn: str
    Tags: dict[str, str]


class TagResourceResponse(TypedDict):
    pass


class UnlinkDeveloperIdentityInput(TypedDict):
    IdentityId: str
    IdentityPoolId: str
    DeveloperProviderName: str
    DeveloperUserIdentifier: str


class UnlinkIdentityInput(TypedDict):
    IdentityId: str
    Logins: dict[str, str]
    LoginsToRemove: list[str]


class UntagResourceInput(TypedDict):
    ResourceArn: str
    TagKeys: list[str]


class UntagResourceResponse(TypedDict):
    pass
