"""
The request and answer types of cognito-idp. Generated from botocore 1.44.5, cognito-idp 2016-04-18 by spec/generate.py: do not edit.

An enumeration is a str (the validator has checked it), a blob bytes, a timestamp seconds since the epoch, a
document any JSON value.
"""

from typing import NotRequired, TypedDict


class NumberAttributeConstraintsType(TypedDict):
    MinValue: NotRequired[str]
    MaxValue: NotRequired[str]


class StringAttributeConstraintsType(TypedDict):
    MinLength: NotRequired[str]
    MaxLength: NotRequired[str]


class SchemaAttributeType(TypedDict):
    Name: NotRequired[str]
    AttributeDataType: NotRequired[str]
    DeveloperOnlyAttribute: NotRequired[bool]
    Mutable: NotRequired[bool]
    Required: NotRequired[bool]
    NumberAttributeConstraints: NotRequired[NumberAttributeConstraintsType]
    StringAttributeConstraints: NotRequired[StringAttributeConstraintsType]


class AddCustomAttributesRequest(TypedDict):
    UserPoolId: str
    CustomAttributes: list[SchemaAttributeType]


class AddCustomAttributesResponse(TypedDict):
    pass


class AddUserPoolClientSecretRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    ClientSecret: NotRequired[str]


class ClientSecretDescriptorType(TypedDict):
    ClientSecretId: NotRequired[str]
    ClientSecretValue: NotRequired[str]
    ClientSecretCreateDate: NotRequired[float]


class AddUserPoolClientSecretResponse(TypedDict):
    ClientSecretDescriptor: NotRequired[ClientSecretDescriptorType]


class AdminAddUserToGroupRequest(TypedDict):
    UserPoolId: str
    Username: str
    GroupName: str


class AdminConfirmSignUpRequest(TypedDict):
    UserPoolId: str
    Username: str
    ClientMetadata: NotRequired[dict[str, str]]


class AdminConfirmSignUpResponse(TypedDict):
    pass


class AttributeType(TypedDict):
    Name: str
    Value: NotRequired[str]


class AdminCreateUserRequest(TypedDict):
    UserPoolId: str
    Username: str
    UserAttributes: NotRequired[list[AttributeType]]
    ValidationData: NotRequired[list[AttributeType]]
    TemporaryPassword: NotRequired[str]
    ForceAliasCreation: NotRequired[bool]
    MessageAction: NotRequired[str]
    DesiredDeliveryMediums: NotRequired[list[str]]
    ClientMetadata: NotRequired[dict[str, str]]


class MFAOptionType(TypedDict):
    DeliveryMedium: NotRequired[str]
    AttributeName: NotRequired[str]


class UserType(TypedDict):
    Username: NotRequired[str]
    Attributes: NotRequired[list[AttributeType]]
    UserCreateDate: NotRequired[float]
    UserLastModifiedDate: NotRequired[float]
    Enabled: NotRequired[bool]
    UserStatus: NotRequired[str]
    MFAOptions: NotRequired[list[MFAOptionType]]


class AdminCreateUserResponse(TypedDict):
    User: NotRequired[UserType]


class AdminDeleteSoftwareTokenRequest(TypedDict):
    UserPoolId: str
    Username: str


class AdminDeleteSoftwareTokenResponse(TypedDict):
    pass


class AdminDeleteUserRequest(TypedDict):
    UserPoolId: str
    Username: str


class AdminDeleteUserAttributesRequest(TypedDict):
    UserPoolId: str
    Username: str
    UserAttributeNames: list[str]


class AdminDeleteUserAttributesResponse(TypedDict):
    pass


class ProviderUserIdentifierType(TypedDict):
    ProviderName: NotRequired[str]
    ProviderAttributeName: NotRequired[str]
    ProviderAttributeValue: NotRequired[str]


class AdminDisableProviderForUserRequest(TypedDict):
    UserPoolId: str
    User: ProviderUserIdentifierType


class AdminDisableProviderForUserResponse(TypedDict):
    pass


class AdminDisableUserRequest(TypedDict):
    UserPoolId: str
    Username: str


class AdminDisableUserResponse(TypedDict):
    pass


class AdminEnableUserRequest(TypedDict):
    UserPoolId: str
    Username: str


class AdminEnableUserResponse(TypedDict):
    pass


class AdminForgetDeviceRequest(TypedDict):
    UserPoolId: str
    Username: str
    DeviceKey: str


class AdminGetDeviceRequest(TypedDict):
    DeviceKey: str
    UserPoolId: str
    Username: str


class DeviceType(TypedDict):
    DeviceKey: NotRequired[str]
    DeviceAttributes: NotRequired[list[AttributeType]]
    DeviceCreateDate: NotRequired[float]
    DeviceLastModifiedDate: NotRequired[float]
    DeviceLastAuthenticatedDate: NotRequired[float]


class AdminGetDeviceResponse(TypedDict):
    Device: DeviceType


class AdminGetUserRequest(TypedDict):
    UserPoolId: str
    Username: str


class AdminGetUserResponse(TypedDict):
    Username: str
    UserAttributes: NotRequired[list[AttributeType]]
    UserCreateDate: NotRequired[float]
    UserLastModifiedDate: NotRequired[float]
    Enabled: NotRequired[bool]
    UserStatus: NotRequired[str]
    MFAOptions: NotRequired[list[MFAOptionType]]
    PreferredMfaSetting: NotRequired[str]
    UserMFASettingList: NotRequired[list[str]]


class AdminGetUserAuthFactorsRequest(TypedDict):
    UserPoolId: str
    Username: str


class AdminGetUserAuthFactorsResponse(TypedDict):
    Username: str
    PreferredMfaSetting: NotRequired[str]
    UserMFASettingList: NotRequired[list[str]]
    ConfiguredUserAuthFactors: NotRequired[list[str]]


class AnalyticsMetadataType(TypedDict):
    AnalyticsEndpointId: NotRequired[str]


class HttpHeader(TypedDict):
    headerName: NotRequired[str]
    headerValue: NotRequired[str]


class ContextDataType(TypedDict):
    IpAddress: str
    ServerName: str
    ServerPath: str
    HttpHeaders: list[HttpHeader]
    EncodedData: NotRequired[str]


class AdminInitiateAuthRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    AuthFlow: str
    AuthParameters: NotRequired[dict[str, str]]
    ClientMetadata: NotRequired[dict[str, str]]
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    ContextData: NotRequired[ContextDataType]
    Session: NotRequired[str]


class NewDeviceMetadataType(TypedDict):
    DeviceKey: NotRequired[str]
    DeviceGroupKey: NotRequired[str]


class AuthenticationResultType(TypedDict):
    AccessToken: NotRequired[str]
    ExpiresIn: NotRequired[int]
    TokenType: NotRequired[str]
    RefreshToken: NotRequired[str]
    IdToken: NotRequired[str]
    NewDeviceMetadata: NotRequired[NewDeviceMetadataType]


class AdminInitiateAuthResponse(TypedDict):
    ChallengeName: NotRequired[str]
    Session: NotRequired[str]
    ChallengeParameters: NotRequired[dict[str, str]]
    AuthenticationResult: NotRequired[AuthenticationResultType]
    AvailableChallenges: NotRequired[list[str]]


class AdminLinkProviderForUserRequest(TypedDict):
    UserPoolId: str
    DestinationUser: ProviderUserIdentifierType
    SourceUser: ProviderUserIdentifierType


class AdminLinkProviderForUserResponse(TypedDict):
    pass


class AdminListDevicesRequest(TypedDict):
    UserPoolId: str
    Username: str
    Limit: NotRequired[int]
    PaginationToken: NotRequired[str]


class AdminListDevicesResponse(TypedDict):
    Devices: NotRequired[list[DeviceType]]
    PaginationToken: NotRequired[str]


class AdminListGroupsForUserRequest(TypedDict):
    Username: str
    UserPoolId: str
    Limit: NotRequired[int]
    NextToken: NotRequired[str]


class GroupType(TypedDict):
    GroupName: NotRequired[str]
    UserPoolId: NotRequired[str]
    Description: NotRequired[str]
    RoleArn: NotRequired[str]
    Precedence: NotRequired[int]
    LastModifiedDate: NotRequired[float]
    CreationDate: NotRequired[float]


class AdminListGroupsForUserResponse(TypedDict):
    Groups: NotRequired[list[GroupType]]
    NextToken: NotRequired[str]


class AdminListUserAuthEventsRequest(TypedDict):
    UserPoolId: str
    Username: str
    MaxResults: NotRequired[int]
    NextToken: NotRequired[str]


class EventRiskType(TypedDict):
    RiskDecision: NotRequired[str]
    RiskLevel: NotRequired[str]
    CompromisedCredentialsDetected: NotRequired[bool]


class ChallengeResponseType(TypedDict):
    ChallengeName: NotRequired[str]
    ChallengeResponse: NotRequired[str]


class EventContextDataType(TypedDict):
    IpAddress: NotRequired[str]
    DeviceName: NotRequired[str]
    Timezone: NotRequired[str]
    City: NotRequired[str]
    Country: NotRequired[str]


class EventFeedbackType(TypedDict):
    FeedbackValue: str
    Provider: str
    FeedbackDate: NotRequired[float]


class AuthEventType(TypedDict):
    EventId: NotRequired[str]
    EventType: NotRequired[str]
    CreationDate: NotRequired[float]
    EventResponse: NotRequired[str]
    EventRisk: NotRequired[EventRiskType]
    ChallengeResponses: NotRequired[list[ChallengeResponseType]]
    EventContextData: NotRequired[EventContextDataType]
    EventFeedback: NotRequired[EventFeedbackType]


class AdminListUserAuthEventsResponse(TypedDict):
    AuthEvents: NotRequired[list[AuthEventType]]
    NextToken: NotRequired[str]


class AdminListUserSessionsRequest(TypedDict):
    UserPoolId: str
    Username: str
    NextToken: NotRequired[str]


class SessionLocationType(TypedDict):
    City: NotRequired[str]
    Country: NotRequired[str]


class SessionDescriptionType(TypedDict):
    SessionId: NotRequired[str]
    SessionType: NotRequired[str]
    ClientId: NotRequired[str]
    CreateDate: NotRequired[float]
    LastActiveDate: NotRequired[float]
    DeviceType: NotRequired[str]
    LastIPAddress: NotRequired[str]
    LastLocation: NotRequired[SessionLocationType]
    OriginSessionId: NotRequired[str]
    IsCurrentSession: NotRequired[bool]


class AdminListUserSessionsResponse(TypedDict):
    Sessions: NotRequired[list[SessionDescriptionType]]
    NextToken: NotRequired[str]


class AdminRemoveUserFromGroupRequest(TypedDict):
    UserPoolId: str
    Username: str
    GroupName: str


class AdminResetUserPasswordRequest(TypedDict):
    UserPoolId: str
    Username: str
    ClientMetadata: NotRequired[dict[str, str]]


class AdminResetUserPasswordResponse(TypedDict):
    pass


class AdminRespondToAuthChallengeRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    ChallengeName: str
    ChallengeResponses: NotRequired[dict[str, str]]
    Session: NotRequired[str]
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    ContextData: NotRequired[ContextDataType]
    ClientMetadata: NotRequired[dict[str, str]]


class AdminRespondToAuthChallengeResponse(TypedDict):
    ChallengeName: NotRequired[str]
    Session: NotRequired[str]
    ChallengeParameters: NotRequired[dict[str, str]]
    AuthenticationResult: NotRequired[AuthenticationResultType]
    AvailableChallenges: NotRequired[list[str]]


class AdminRevokeUserSessionRequest(TypedDict):
    UserPoolId: str
    Username: str
    SessionId: str
    RevokeAssociatedSessions: NotRequired[str]


class AdminRevokeUserSessionResponse(TypedDict):
    pass


class SMSMfaSettingsType(TypedDict):
    Enabled: NotRequired[bool]
    PreferredMfa: NotRequired[bool]


class SoftwareTokenMfaSettingsType(TypedDict):
    Enabled: NotRequired[bool]
    PreferredMfa: NotRequired[bool]


class EmailMfaSettingsType(TypedDict):
    Enabled: NotRequired[bool]
    PreferredMfa: NotRequired[bool]


class WebAuthnMfaSettingsType(TypedDict):
    Enabled: NotRequired[bool]


class AdminSetUserMFAPreferenceRequest(TypedDict):
    SMSMfaSettings: NotRequired[SMSMfaSettingsType]
    SoftwareTokenMfaSettings: NotRequired[SoftwareTokenMfaSettingsType]
    EmailMfaSettings: NotRequired[EmailMfaSettingsType]
    WebAuthnMfaSettings: NotRequired[WebAuthnMfaSettingsType]
    Username: str
    UserPoolId: str


class AdminSetUserMFAPreferenceResponse(TypedDict):
    pass


class AdminSetUserPasswordRequest(TypedDict):
    UserPoolId: str
    Username: str
    Password: str
    Permanent: NotRequired[bool]


class AdminSetUserPasswordResponse(TypedDict):
    pass


class AdminSetUserSettingsRequest(TypedDict):
    UserPoolId: str
    Username: str
    MFAOptions: list[MFAOptionType]


class AdminSetUserSettingsResponse(TypedDict):
    pass


class AdminUpdateAuthEventFeedbackRequest(TypedDict):
    UserPoolId: str
    Username: str
    EventId: str
    FeedbackValue: str


class AdminUpdateAuthEventFeedbackResponse(TypedDict):
    pass


class AdminUpdateDeviceStatusRequest(TypedDict):
    UserPoolId: str
    Username: str
    DeviceKey: str
    DeviceRememberedStatus: NotRequired[str]


class AdminUpdateDeviceStatusResponse(TypedDict):
    pass


class AdminUpdateUserAttributesRequest(TypedDict):
    UserPoolId: str
    Username: str
    UserAttributes: list[AttributeType]
    ClientMetadata: NotRequired[dict[str, str]]


class AdminUpdateUserAttributesResponse(TypedDict):
    pass


class AdminUserGlobalSignOutRequest(TypedDict):
    UserPoolId: str
    Username: str


class AdminUserGlobalSignOutResponse(TypedDict):
    pass


class AssociateSoftwareTokenRequest(TypedDict):
    AccessToken: NotRequired[str]
    Session: NotRequired[str]


class AssociateSoftwareTokenResponse(TypedDict):
    SecretCode: NotRequired[str]
    Session: NotRequired[str]


class ChangePasswordRequest(TypedDict):
    PreviousPassword: NotRequired[str]
    ProposedPassword: str
    AccessToken: str


class ChangePasswordResponse(TypedDict):
    pass


class CompleteWebAuthnRegistrationRequest(TypedDict):
    AccessToken: str
    Credential: object


class CompleteWebAuthnRegistrationResponse(TypedDict):
    pass


class DeviceSecretVerifierConfigType(TypedDict):
    PasswordVerifier: NotRequired[str]
    Salt: NotRequired[str]


class ConfirmDeviceRequest(TypedDict):
    AccessToken: str
    DeviceKey: str
    DeviceSecretVerifierConfig: NotRequired[DeviceSecretVerifierConfigType]
    DeviceName: NotRequired[str]


class ConfirmDeviceResponse(TypedDict):
    UserConfirmationNecessary: NotRequired[bool]


class UserContextDataType(TypedDict):
    IpAddress: NotRequired[str]
    EncodedData: NotRequired[str]


class ConfirmForgotPasswordRequest(TypedDict):
    ClientId: str
    SecretHash: NotRequired[str]
    Username: str
    ConfirmationCode: str
    Password: str
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    UserContextData: NotRequired[UserContextDataType]
    ClientMetadata: NotRequired[dict[str, str]]


class ConfirmForgotPasswordResponse(TypedDict):
    pass


class ConfirmSignUpRequest(TypedDict):
    ClientId: str
    SecretHash: NotRequired[str]
    Username: str
    ConfirmationCode: str
    ForceAliasCreation: NotRequired[bool]
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    UserContextData: NotRequired[UserContextDataType]
    ClientMetadata: NotRequired[dict[str, str]]
    Session: NotRequired[str]


class ConfirmSignUpResponse(TypedDict):
    Session: NotRequired[str]


class CreateGroupRequest(TypedDict):
    GroupName: str
    UserPoolId: str
    Description: NotRequired[str]
    RoleArn: NotRequired[str]
    Precedence: NotRequired[int]


class CreateGroupResponse(TypedDict):
    Group: NotRequired[GroupType]


class CreateIdentityProviderRequest(TypedDict):
    UserPoolId: str
    ProviderName: str
    ProviderType: str
    ProviderDetails: dict[str, str]
    AttributeMapping: NotRequired[dict[str, str]]
    IdpIdentifiers: NotRequired[list[str]]
    AcrMapping: NotRequired[dict[str, str]]


class IdentityProviderType(TypedDict):
    UserPoolId: NotRequired[str]
    ProviderName: NotRequired[str]
    ProviderType: NotRequired[str]
    ProviderDetails: NotRequired[dict[str, str]]
    AttributeMapping: NotRequired[dict[str, str]]
    IdpIdentifiers: NotRequired[list[str]]
    AcrMapping: NotRequired[dict[str, str]]
    LastModifiedDate: NotRequired[float]
    CreationDate: NotRequired[float]


class CreateIdentityProviderResponse(TypedDict):
    IdentityProvider: IdentityProviderType


class AssetType(TypedDict):
    Category: str
    ColorMode: str
    Extension: str
    Bytes: NotRequired[bytes]
    ResourceId: NotRequired[str]


class CreateManagedLoginBrandingRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    UseCognitoProvidedValues: NotRequired[bool]
    Settings: NotRequired[object]
    Assets: NotRequired[list[AssetType]]


class ManagedLoginBrandingType(TypedDict):
    ManagedLoginBrandingId: NotRequired[str]
    UserPoolId: NotRequired[str]
    UseCognitoProvidedValues: NotRequired[bool]
    Settings: NotRequired[object]
    Assets: NotRequired[list[AssetType]]
    CreationDate: NotRequired[float]
    LastModifiedDate: NotRequired[float]


class CreateManagedLoginBrandingResponse(TypedDict):
    ManagedLoginBranding: NotRequired[ManagedLoginBrandingType]


class ResourceServerScopeType(TypedDict):
    ScopeName: str
    ScopeDescription: str


class CreateResourceServerRequest(TypedDict):
    UserPoolId: str
    Identifier: str
    Name: str
    Scopes: NotRequired[list[ResourceServerScopeType]]


class ResourceServerType(TypedDict):
    UserPoolId: NotRequired[str]
    Identifier: NotRequired[str]
    Name: NotRequired[str]
    Scopes: NotRequired[list[ResourceServerScopeType]]
    ManagedBy: NotRequired[str]


class CreateResourceServerResponse(TypedDict):
    ResourceServer: ResourceServerType


class CreateTermsRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    TermsName: str
    TermsSource: str
    Enforcement: str
    Links: NotRequired[dict[str, str]]


class TermsType(TypedDict):
    TermsId: str
    UserPoolId: str
    ClientId: str
    TermsName: str
    TermsSource: str
    Enforcement: str
    Links: dict[str, str]
    CreationDate: float
    LastModifiedDate: float


class CreateTermsResponse(TypedDict):
    Terms: NotRequired[TermsType]


class CreateUserImportJobRequest(TypedDict):
    JobName: str
    UserPoolId: str
    CloudWatchLogsRoleArn: str
    PasswordHashingAlgorithm: NotRequired[str]


class UserImportJobType(TypedDict):
    JobName: NotRequired[str]
    JobId: NotRequired[str]
    UserPoolId: NotRequired[str]
    PreSignedUrl: NotRequired[str]
    CreationDate: NotRequired[float]
    StartDate: NotRequired[float]
    CompletionDate: NotRequired[float]
    Status: NotRequired[str]
    CloudWatchLogsRoleArn: NotRequired[str]
    ImportedUsers: NotRequired[int]
    SkippedUsers: NotRequired[int]
    FailedUsers: NotRequired[int]
    CompletionMessage: NotRequired[str]
    PasswordHashingAlgorithm: NotRequired[str]


class CreateUserImportJobResponse(TypedDict):
    UserImportJob: NotRequired[UserImportJobType]


class PasswordPolicyType(TypedDict):
    MinimumLength: NotRequired[int]
    RequireUppercase: NotRequired[bool]
    RequireLowercase: NotRequired[bool]
    RequireNumbers: NotRequired[bool]
    RequireSymbols: NotRequired[bool]
    PasswordHistorySize: NotRequired[int]
    TemporaryPasswordValidityDays: NotRequired[int]


class SignInPolicyType(TypedDict):
    AllowedFirstAuthFactors: NotRequired[list[str]]


class UserPoolPolicyType(TypedDict):
    PasswordPolicy: NotRequired[PasswordPolicyType]
    SignInPolicy: NotRequired[SignInPolicyType]


class PreTokenGenerationVersionConfigType(TypedDict):
    LambdaVersion: str
    LambdaArn: str


class CustomSMSLambdaVersionConfigType(TypedDict):
    LambdaVersion: str
    LambdaArn: str


class CustomEmailLambdaVersionConfigType(TypedDict):
    LambdaVersion: str
    LambdaArn: str


class InboundFederationLambdaType(TypedDict):
    LambdaVersion: str
    LambdaArn: str


class LambdaConfigType(TypedDict):
    PreSignUp: NotRequired[str]
    CustomMessage: NotRequired[str]
    PostConfirmation: NotRequired[str]
    PreAuthentication: NotRequired[str]
    PostAuthentication: NotRequired[str]
    DefineAuthChallenge: NotRequired[str]
    CreateAuthChallenge: NotRequired[str]
    VerifyAuthChallengeResponse: NotRequired[str]
    PreTokenGeneration: NotRequired[str]
    UserMigration: NotRequired[str]
    PreTokenGenerationConfig: NotRequired[PreTokenGenerationVersionConfigType]
    CustomSMSSender: NotRequired[CustomSMSLambdaVersionConfigType]
    CustomEmailSender: NotRequired[CustomEmailLambdaVersionConfigType]
    KMSKeyID: NotRequired[str]
    InboundFederation: NotRequired[InboundFederationLambdaType]


class VerificationMessageTemplateType(TypedDict):
    SmsMessage: NotRequired[str]
    EmailMessage: NotRequired[str]
    EmailSubject: NotRequired[str]
    EmailMessageByLink: NotRequired[str]
    EmailSubjectByLink: NotRequired[str]
    DefaultEmailOption: NotRequired[str]


class UserAttributeUpdateSettingsType(TypedDict):
    AttributesRequireVerificationBeforeUpdate: NotRequired[list[str]]


class DeviceConfigurationType(TypedDict):
    ChallengeRequiredOnNewDevice: NotRequired[bool]
    DeviceOnlyRememberedOnUserPrompt: NotRequired[bool]


class EmailConfigurationType(TypedDict):
    SourceArn: NotRequired[str]
    ReplyToEmailAddress: NotRequired[str]
    EmailSendingAccount: NotRequired[str]
    From: NotRequired[str]
    ConfigurationSet: NotRequired[str]


class EumsSmsConfigurationType(TypedDict):
    CallerArn: str
    ExternalId: NotRequired[str]
    OriginationIdentity: NotRequired[str]
    ConfigurationSetName: NotRequired[str]
    InEntityId: NotRequired[str]
    InTemplateId: NotRequired[str]
    Region: NotRequired[str]


class SmsConfigurationType(TypedDict):
    SnsCallerArn: NotRequired[str]
    ExternalId: NotRequired[str]
    SnsRegion: NotRequired[str]
    EumsSms: NotRequired[EumsSmsConfigurationType]


class MessageTemplateType(TypedDict):
    SMSMessage: NotRequired[str]
    EmailMessage: NotRequired[str]
    EmailSubject: NotRequired[str]


class AdminCreateUserConfigType(TypedDict):
    AllowAdminCreateUserOnly: NotRequired[bool]
    UnusedAccountValidityDays: NotRequired[int]
    InviteMessageTemplate: NotRequired[MessageTemplateType]


class AdvancedSecurityAdditionalFlowsType(TypedDict):
    CustomAuthMode: NotRequired[str]


class UserPoolAddOnsType(TypedDict):
    AdvancedSecurityMode: str
    AdvancedSecurityAdditionalFlows: NotRequired[AdvancedSecurityAdditionalFlowsType]


class DcrConfigurationType(TypedDict):
    EnableStatus: NotRequired[str]
    OpenDcrEnabled: NotRequired[bool]
    AuthenticatedGrantTypes: NotRequired[list[str]]
    OpenDcrGrantTypes: NotRequired[list[str]]
    AllowedScopes: NotRequired[list[str]]


class UsernameConfigurationType(TypedDict):
    CaseSensitive: bool


class RecoveryOptionType(TypedDict):
    Priority: int
    Name: str


class AccountRecoverySettingType(TypedDict):
    RecoveryMechanisms: NotRequired[list[RecoveryOptionType]]


class KeyConfigurationType(TypedDict):
    KeyType: NotRequired[str]
    KmsKeyArn: NotRequired[str]


class IssuerConfigurationType(TypedDict):
    Type: NotRequired[str]


class AcrLevelConfigType(TypedDict):
    AcrValue: str


class CreateUserPoolRequest(TypedDict):
    PoolName: str
    Policies: NotRequired[UserPoolPolicyType]
    DeletionProtection: NotRequired[str]
    LambdaConfig: NotRequired[LambdaConfigType]
    AutoVerifiedAttributes: NotRequired[list[str]]
    AliasAttributes: NotRequired[list[str]]
    UsernameAttributes: NotRequired[list[str]]
    SmsVerificationMessage: NotRequired[str]
    EmailVerificationMessage: NotRequired[str]
    EmailVerificationSubject: NotRequired[str]
    VerificationMessageTemplate: NotRequired[VerificationMessageTemplateType]
    SmsAuthenticationMessage: NotRequired[str]
    MfaConfiguration: NotRequired[str]
    UserAttributeUpdateSettings: NotRequired[UserAttributeUpdateSettingsType]
    DeviceConfiguration: NotRequired[DeviceConfigurationType]
    EmailConfiguration: NotRequired[EmailConfigurationType]
    SmsConfiguration: NotRequired[SmsConfigurationType]
    UserPoolTags: NotRequired[dict[str, str]]
    AdminCreateUserConfig: NotRequired[AdminCreateUserConfigType]
    Schema: NotRequired[list[SchemaAttributeType]]
    UserPoolAddOns: NotRequired[UserPoolAddOnsType]
    DcrConfiguration: NotRequired[DcrConfigurationType]
    UsernameConfiguration: NotRequired[UsernameConfigurationType]
    AccountRecoverySetting: NotRequired[AccountRecoverySettingType]
    UserPoolTier: NotRequired[str]
    KeyConfiguration: NotRequired[KeyConfigurationType]
    IssuerConfiguration: NotRequired[IssuerConfigurationType]
    AcrConfiguration: NotRequired[dict[str, AcrLevelConfigType]]


class UserPoolType(TypedDict):
    Id: NotRequired[str]
    Name: NotRequired[str]
    Policies: NotRequired[UserPoolPolicyType]
    DeletionProtection: NotRequired[str]
    LambdaConfig: NotRequired[LambdaConfigType]
    Status: NotRequired[str]
    LastModifiedDate: NotRequired[float]
    CreationDate: NotRequired[float]
    SchemaAttributes: NotRequired[list[SchemaAttributeType]]
    AutoVerifiedAttributes: NotRequired[list[str]]
    AliasAttributes: NotRequired[list[str]]
    UsernameAttributes: NotRequired[list[str]]
    SmsVerificationMessage: NotRequired[str]
    EmailVerificationMessage: NotRequired[str]
    EmailVerificationSubject: NotRequired[str]
    VerificationMessageTemplate: NotRequired[VerificationMessageTemplateType]
    SmsAuthenticationMessage: NotRequired[str]
    UserAttributeUpdateSettings: NotRequired[UserAttributeUpdateSettingsType]
    MfaConfiguration: NotRequired[str]
    DeviceConfiguration: NotRequired[DeviceConfigurationType]
    EstimatedNumberOfUsers: NotRequired[int]
    EmailConfiguration: NotRequired[EmailConfigurationType]
    SmsConfiguration: NotRequired[SmsConfigurationType]
    UserPoolTags: NotRequired[dict[str, str]]
    SmsConfigurationFailure: NotRequired[str]
    EmailConfigurationFailure: NotRequired[str]
    Domain: NotRequired[str]
    CustomDomain: NotRequired[str]
    AdminCreateUserConfig: NotRequired[AdminCreateUserConfigType]
    UserPoolAddOns: NotRequired[UserPoolAddOnsType]
    DcrConfiguration: NotRequired[DcrConfigurationType]
    UsernameConfiguration: NotRequired[UsernameConfigurationType]
    Arn: NotRequired[str]
    AccountRecoverySetting: NotRequired[AccountRecoverySettingType]
    UserPoolTier: NotRequired[str]
    KeyConfiguration: NotRequired[KeyConfigurationType]
    IssuerConfiguration: NotRequired[IssuerConfigurationType]
    AcrConfiguration: NotRequired[dict[str, AcrLevelConfigType]]


class CreateUserPoolResponse(TypedDict):
    UserPool: NotRequired[UserPoolType]


class TokenValidityUnitsType(TypedDict):
    AccessToken: NotRequired[str]
    IdToken: NotRequired[str]
    RefreshToken: NotRequired[str]


class AnalyticsConfigurationType(TypedDict):
    ApplicationId: NotRequired[str]
    ApplicationArn: NotRequired[str]
    RoleArn: NotRequired[str]
    ExternalId: NotRequired[str]
    UserDataShared: NotRequired[bool]


class RefreshTokenRotationType(TypedDict):
    Feature: str
    RetryGracePeriodSeconds: NotRequired[int]


class CreateUserPoolClientRequest(TypedDict):
    UserPoolId: str
    ClientName: str
    GenerateSecret: NotRequired[bool]
    ClientSecret: NotRequired[str]
    RefreshTokenValidity: NotRequired[int]
    AccessTokenValidity: NotRequired[int]
    IdTokenValidity: NotRequired[int]
    TokenValidityUnits: NotRequired[TokenValidityUnitsType]
    ReadAttributes: NotRequired[list[str]]
    WriteAttributes: NotRequired[list[str]]
    ExplicitAuthFlows: NotRequired[list[str]]
    SupportedIdentityProviders: NotRequired[list[str]]
    CallbackURLs: NotRequired[list[str]]
    LogoutURLs: NotRequired[list[str]]
    DefaultRedirectURI: NotRequired[str]
    AllowedOAuthFlows: NotRequired[list[str]]
    AllowedOAuthScopes: NotRequired[list[str]]
    AllowedOAuthFlowsUserPoolClient: NotRequired[bool]
    AnalyticsConfiguration: NotRequired[AnalyticsConfigurationType]
    PreventUserExistenceErrors: NotRequired[str]
    EnableTokenRevocation: NotRequired[bool]
    EnablePropagateAdditionalUserContextData: NotRequired[bool]
    AuthSessionValidity: NotRequired[int]
    RefreshTokenRotation: NotRequired[RefreshTokenRotationType]


class UserPoolClientType(TypedDict):
    UserPoolId: NotRequired[str]
    ClientName: NotRequired[str]
    ClientId: NotRequired[str]
    ClientSecret: NotRequired[str]
    LastModifiedDate: NotRequired[float]
    CreationDate: NotRequired[float]
    RefreshTokenValidity: NotRequired[int]
    AccessTokenValidity: NotRequired[int]
    IdTokenValidity: NotRequired[int]
    TokenValidityUnits: NotRequired[TokenValidityUnitsType]
    ReadAttributes: NotRequired[list[str]]
    WriteAttributes: NotRequired[list[str]]
    ExplicitAuthFlows: NotRequired[list[str]]
    SupportedIdentityProviders: NotRequired[list[str]]
    CallbackURLs: NotRequired[list[str]]
    LogoutURLs: NotRequired[list[str]]
    DefaultRedirectURI: NotRequired[str]
    AllowedOAuthFlows: NotRequired[list[str]]
    AllowedOAuthScopes: NotRequired[list[str]]
    AllowedOAuthFlowsUserPoolClient: NotRequired[bool]
    AnalyticsConfiguration: NotRequired[AnalyticsConfigurationType]
    PreventUserExistenceErrors: NotRequired[str]
    EnableTokenRevocation: NotRequired[bool]
    EnablePropagateAdditionalUserContextData: NotRequired[bool]
    AuthSessionValidity: NotRequired[int]
    RefreshTokenRotation: NotRequired[RefreshTokenRotationType]
    ClientType: NotRequired[str]


class CreateUserPoolClientResponse(TypedDict):
    UserPoolClient: NotRequired[UserPoolClientType]


class CustomDomainConfigType(TypedDict):
    CertificateArn: str
    SecurityPolicy: NotRequired[str]


class FailoverType(TypedDict):
    SecondaryRegion: str
    PrimaryRoute53HealthCheckId: str


class RoutingType(TypedDict):
    Failover: NotRequired[FailoverType]


class CreateUserPoolDomainRequest(TypedDict):
    Domain: str
    UserPoolId: str
    ManagedLoginVersion: NotRequired[int]
    CustomDomainConfig: NotRequired[CustomDomainConfigType]
    Routing: NotRequired[RoutingType]


class CreateUserPoolDomainResponse(TypedDict):
    ManagedLoginVersion: NotRequired[int]
    CloudFrontDomain: NotRequired[str]
    Routing: NotRequired[RoutingType]


class CreateUserPoolReplicaRequest(TypedDict):
    UserPoolId: str
    RegionName: str
    UserPoolTags: NotRequired[dict[str, str]]


class UserPoolReplicaType(TypedDict):
    RegionName: NotRequired[str]
    Status: NotRequired[str]
    Role: NotRequired[str]
    UserPoolArn: NotRequired[str]


class CreateUserPoolReplicaResponse(TypedDict):
    UserPoolReplica: NotRequired[UserPoolReplicaType]


class DeleteGroupRequest(TypedDict):
    GroupName: str
    UserPoolId: str


class DeleteIdentityProviderRequest(TypedDict):
    UserPoolId: str
    ProviderName: str


class DeleteManagedLoginBrandingRequest(TypedDict):
    ManagedLoginBrandingId: str
    UserPoolId: str


class DeleteResourceServerRequest(TypedDict):
    UserPoolId: str
    Identifier: str


class DeleteTermsRequest(TypedDict):
    TermsId: str
    UserPoolId: str


class DeleteUserRequest(TypedDict):
    AccessToken: str


class DeleteUserAttributesRequest(TypedDict):
    UserAttributeNames: list[str]
    AccessToken: str


class DeleteUserAttributesResponse(TypedDict):
    pass


class DeleteUserPoolRequest(TypedDict):
    UserPoolId: str


class DeleteUserPoolClientRequest(TypedDict):
    UserPoolId: str
    ClientId: str


class DeleteUserPoolClientSecretRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    ClientSecretId: str


class DeleteUserPoolClientSecretResponse(TypedDict):
    pass


class DeleteUserPoolDomainRequest(TypedDict):
    Domain: str
    UserPoolId: str


class DeleteUserPoolDomainResponse(TypedDict):
    pass


class DeleteUserPoolReplicaRequest(TypedDict):
    UserPoolId: str
    RegionName: str


class DeleteUserPoolReplicaResponse(TypedDict):
    UserPoolReplica: NotRequired[UserPoolReplicaType]


class DeleteWebAuthnCredentialRequest(TypedDict):
    AccessToken: str
    CredentialId: str


class DeleteWebAuthnCredentialResponse(TypedDict):
    pass


class DescribeIdentityProviderRequest(TypedDict):
    UserPoolId: str
    ProviderName: str


class DescribeIdentityProviderResponse(TypedDict):
    IdentityProvider: IdentityProviderType


class DescribeManagedLoginBrandingRequest(TypedDict):
    UserPoolId: str
    ManagedLoginBrandingId: str
    ReturnMergedResources: NotRequired[bool]


class DescribeManagedLoginBrandingResponse(TypedDict):
    ManagedLoginBranding: NotRequired[ManagedLoginBrandingType]


class DescribeManagedLoginBrandingByClientRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    ReturnMergedResources: NotRequired[bool]


class DescribeManagedLoginBrandingByClientResponse(TypedDict):
    ManagedLoginBranding: NotRequired[ManagedLoginBrandingType]


class DescribeResourceServerRequest(TypedDict):
    UserPoolId: str
    Identifier: str


class DescribeResourceServerResponse(TypedDict):
    ResourceServer: ResourceServerType


class DescribeRiskConfigurationRequest(TypedDict):
    UserPoolId: str
    ClientId: NotRequired[str]


class CompromisedCredentialsActionsType(TypedDict):
    EventAction: str


class CompromisedCredentialsRiskConfigurationType(TypedDict):
    EventFilter: NotRequired[list[str]]
    Actions: CompromisedCredentialsActionsType


class NotifyEmailType(TypedDict):
    Subject: str
    HtmlBody: NotRequired[str]
    TextBody: NotRequired[str]


class NotifyConfigurationType(TypedDict):
    From: NotRequired[str]
    ReplyTo: NotRequired[str]
    SourceArn: str
    BlockEmail: NotRequired[NotifyEmailType]
    NoActionEmail: NotRequired[NotifyEmailType]
    MfaEmail: NotRequired[NotifyEmailType]


class AccountTakeoverActionType(TypedDict):
    Notify: bool
    EventAction: str


class AccountTakeoverActionsType(TypedDict):
    LowAction: NotRequired[AccountTakeoverActionType]
    MediumAction: NotRequired[AccountTakeoverActionType]
    HighAction: NotRequired[AccountTakeoverActionType]


class AccountTakeoverRiskConfigurationType(TypedDict):
    NotifyConfiguration: NotRequired[NotifyConfigurationType]
    Actions: AccountTakeoverActionsType


class RiskExceptionConfigurationType(TypedDict):
    BlockedIPRangeList: NotRequired[list[str]]
    SkippedIPRangeList: NotRequired[list[str]]


class RiskConfigurationType(TypedDict):
    UserPoolId: NotRequired[str]
    ClientId: NotRequired[str]
    CompromisedCredentialsRiskConfiguration: NotRequired[CompromisedCredentialsRiskConfigurationType]
    AccountTakeoverRiskConfiguration: NotRequired[AccountTakeoverRiskConfigurationType]
    RiskExceptionConfiguration: NotRequired[RiskExceptionConfigurationType]
    LastModifiedDate: NotRequired[float]


class DescribeRiskConfigurationResponse(TypedDict):
    RiskConfiguration: RiskConfigurationType


class DescribeTermsRequest(TypedDict):
    TermsId: str
    UserPoolId: str


class DescribeTermsResponse(TypedDict):
    Terms: NotRequired[TermsType]


class DescribeTermsByClientRequest(TypedDict):
    ClientId: str
    UserPoolId: str
    TermsName: str


class DescribeTermsByClientResponse(TypedDict):
    Terms: NotRequired[TermsType]


class DescribeUserImportJobRequest(TypedDict):
    UserPoolId: str
    JobId: str


class DescribeUserImportJobResponse(TypedDict):
    UserImportJob: NotRequired[UserImportJobType]


class DescribeUserPoolRequest(TypedDict):
    UserPoolId: str


class DescribeUserPoolResponse(TypedDict):
    UserPool: NotRequired[UserPoolType]


class DescribeUserPoolClientRequest(TypedDict):
    UserPoolId: str
    ClientId: str


class DescribeUserPoolClientResponse(TypedDict):
    UserPoolClient: NotRequired[UserPoolClientType]


class DescribeUserPoolDomainRequest(TypedDict):
    Domain: str


class DomainDescriptionType(TypedDict):
    UserPoolId: NotRequired[str]
    AWSAccountId: NotRequired[str]
    Domain: NotRequired[str]
    S3Bucket: NotRequired[str]
    CloudFrontDistribution: NotRequired[str]
    Version: NotRequired[str]
    Status: NotRequired[str]
    CustomDomainConfig: NotRequired[CustomDomainConfigType]
    ManagedLoginVersion: NotRequired[int]
    Routing: NotRequired[RoutingType]


class DescribeUserPoolDomainResponse(TypedDict):
    DomainDescription: NotRequired[DomainDescriptionType]


class ForgetDeviceRequest(TypedDict):
    AccessToken: NotRequired[str]
    DeviceKey: str


class ForgotPasswordRequest(TypedDict):
    ClientId: str
    SecretHash: NotRequired[str]
    UserContextData: NotRequired[UserContextDataType]
    Username: str
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    ClientMetadata: NotRequired[dict[str, str]]


class CodeDeliveryDetailsType(TypedDict):
    Destination: NotRequired[str]
    DeliveryMedium: NotRequired[str]
    AttributeName: NotRequired[str]


class ForgotPasswordResponse(TypedDict):
    CodeDeliveryDetails: NotRequired[CodeDeliveryDetailsType]


class GetCSVHeaderRequest(TypedDict):
    UserPoolId: str


class GetCSVHeaderResponse(TypedDict):
    UserPoolId: NotRequired[str]
    CSVHeader: NotRequired[list[str]]


class GetClientTokenRequest(TypedDict):
    ClientId: str
    Secret: str
    Scopes: NotRequired[list[str]]
    ClientMetadata: NotRequired[dict[str, str]]


class ClientAuthenticationResultType(TypedDict):
    AccessToken: NotRequired[str]
    ExpiresIn: NotRequired[int]
    TokenType: NotRequired[str]


class GetClientTokenResponse(TypedDict):
    ClientAuthenticationResult: NotRequired[ClientAuthenticationResultType]


class GetDerivedTokenRequest(TypedDict):
    ClientId: str
    ClientSecret: NotRequired[str]
    SubjectToken: str
    SubjectTokenType: str
    SubjectTokenProviderName: NotRequired[str]
    ActorToken: NotRequired[str]
    ActorTokenType: NotRequired[str]
    ActorTokenProviderName: NotRequired[str]
    Scopes: NotRequired[list[str]]
    Audiences: NotRequired[list[str]]
    Resources: NotRequired[list[str]]
    RequestedTokenType: NotRequired[str]


class GetDerivedTokenResponse(TypedDict):
    IssuedToken: str
    IssuedTokenType: str
    TokenType: str
    ExpiresIn: NotRequired[int]
    Scopes: NotRequired[list[str]]


class GetDeviceRequest(TypedDict):
    DeviceKey: str
    AccessToken: NotRequired[str]


class GetDeviceResponse(TypedDict):
    Device: DeviceType


class GetGroupRequest(TypedDict):
    GroupName: str
    UserPoolId: str


class GetGroupResponse(TypedDict):
    Group: NotRequired[GroupType]


class GetIdentityProviderByIdentifierRequest(TypedDict):
    UserPoolId: str
    IdpIdentifier: str


class GetIdentityProviderByIdentifierResponse(TypedDict):
    IdentityProvider: IdentityProviderType


class GetLogDeliveryConfigurationRequest(TypedDict):
    UserPoolId: str


class CloudWatchLogsConfigurationType(TypedDict):
    LogGroupArn: NotRequired[str]


class S3ConfigurationType(TypedDict):
    BucketArn: NotRequired[str]


class FirehoseConfigurationType(TypedDict):
    StreamArn: NotRequired[str]


class LogConfigurationType(TypedDict):
    LogLevel: str
    EventSource: str
    CloudWatchLogsConfiguration: NotRequired[CloudWatchLogsConfigurationType]
    S3Configuration: NotRequired[S3ConfigurationType]
    FirehoseConfiguration: NotRequired[FirehoseConfigurationType]


class LogDeliveryConfigurationType(TypedDict):
    UserPoolId: str
    LogConfigurations: list[LogConfigurationType]


class GetLogDeliveryConfigurationResponse(TypedDict):
    LogDeliveryConfiguration: NotRequired[LogDeliveryConfigurationType]


class LimitDefinitionType(TypedDict):
    LimitClass: str
    Attributes: dict[str, str]


class GetProvisionedLimitRequest(TypedDict):
    LimitDefinition: LimitDefinitionType


class LimitType(TypedDict):
    LimitDefinition: LimitDefinitionType
    ProvisionedLimitValue: int
    FreeLimitValue: int


class GetProvisionedLimitResponse(TypedDict):
    Limit: LimitType


class GetSigningCertificateRequest(TypedDict):
    UserPoolId: str


class GetSigningCertificateResponse(TypedDict):
    Certificate: NotRequired[str]


class GetTokensFromRefreshTokenRequest(TypedDict):
    RefreshToken: str
    ClientId: str
    ClientSecret: NotRequired[str]
    DeviceKey: NotRequired[str]
    ClientMetadata: NotRequired[dict[str, str]]


class GetTokensFromRefreshTokenResponse(TypedDict):
    AuthenticationResult: NotRequired[AuthenticationResultType]


class GetUICustomizationRequest(TypedDict):
    UserPoolId: str
    ClientId: NotRequired[str]


class UICustomizationType(TypedDict):
    UserPoolId: NotRequired[str]
    ClientId: NotRequired[str]
    ImageUrl: NotRequired[str]
    CSS: NotRequired[str]
    CSSVersion: NotRequired[str]
    LastModifiedDate: NotRequired[float]
    CreationDate: NotRequired[float]


class GetUICustomizationResponse(TypedDict):
    UICustomization: UICustomizationType


class GetUserRequest(TypedDict):
    AccessToken: str


class GetUserResponse(TypedDict):
    Username: str
    UserAttributes: list[AttributeType]
    MFAOptions: NotRequired[list[MFAOptionType]]
    PreferredMfaSetting: NotRequired[str]
    UserMFASettingList: NotRequired[list[str]]


class GetUserAttributeVerificationCodeRequest(TypedDict):
    AccessToken: str
    AttributeName: str
    ClientMetadata: NotRequired[dict[str, str]]


class GetUserAttributeVerificationCodeResponse(TypedDict):
    CodeDeliveryDetails: NotRequired[CodeDeliveryDetailsType]


class GetUserAuthFactorsRequest(TypedDict):
    AccessToken: str


class GetUserAuthFactorsResponse(TypedDict):
    Username: str
    PreferredMfaSetting: NotRequired[str]
    UserMFASettingList: NotRequired[list[str]]
    ConfiguredUserAuthFactors: NotRequired[list[str]]


class GetUserPoolClientSessionConfigurationRequest(TypedDict):
    UserPoolId: str
    ClientId: str


class ClientSSOSessionConfigType(TypedDict):
    MaxValidityMinutes: int


class GetUserPoolClientSessionConfigurationResponse(TypedDict):
    UserPoolId: NotRequired[str]
    ClientId: NotRequired[str]
    SSOSession: NotRequired[ClientSSOSessionConfigType]


class GetUserPoolMfaConfigRequest(TypedDict):
    UserPoolId: str


class SmsMfaConfigType(TypedDict):
    SmsAuthenticationMessage: NotRequired[str]
    SmsConfiguration: NotRequired[SmsConfigurationType]


class SoftwareTokenMfaConfigType(TypedDict):
    Enabled: NotRequired[bool]


class EmailMfaConfigType(TypedDict):
    Message: NotRequired[str]
    Subject: NotRequired[str]


class WebAuthnConfigurationType(TypedDict):
    RelyingPartyId: NotRequired[str]
    UserVerification: NotRequired[str]
    FactorConfiguration: NotRequired[str]


class GetUserPoolMfaConfigResponse(TypedDict):
    SmsMfaConfiguration: NotRequired[SmsMfaConfigType]
    SoftwareTokenMfaConfiguration: NotRequired[SoftwareTokenMfaConfigType]
    EmailMfaConfiguration: NotRequired[EmailMfaConfigType]
    MfaConfiguration: NotRequired[str]
    WebAuthnConfiguration: NotRequired[WebAuthnConfigurationType]


class GetUserPoolSessionConfigurationRequest(TypedDict):
    UserPoolId: str


class UserPoolTokenSessionConfigType(TypedDict):
    MaxPerUser: int


class GetUserPoolSessionConfigurationResponse(TypedDict):
    UserPoolId: NotRequired[str]
    UserSessionTracking: NotRequired[str]
    TokenSession: NotRequired[UserPoolTokenSessionConfigType]


class GlobalSignOutRequest(TypedDict):
    AccessToken: str


class GlobalSignOutResponse(TypedDict):
    pass


class InitiateAuthRequest(TypedDict):
    AuthFlow: str
    AuthParameters: NotRequired[dict[str, str]]
    ClientMetadata: NotRequired[dict[str, str]]
    ClientId: str
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    UserContextData: NotRequired[UserContextDataType]
    Session: NotRequired[str]


class InitiateAuthResponse(TypedDict):
    ChallengeName: NotRequired[str]
    Session: NotRequired[str]
    ChallengeParameters: NotRequired[dict[str, str]]
    AuthenticationResult: NotRequired[AuthenticationResultType]
    AvailableChallenges: NotRequired[list[str]]


class ListDevicesRequest(TypedDict):
    AccessToken: str
    Limit: NotRequired[int]
    PaginationToken: NotRequired[str]


class ListDevicesResponse(TypedDict):
    Devices: NotRequired[list[DeviceType]]
    PaginationToken: NotRequired[str]


class ListGroupsRequest(TypedDict):
    UserPoolId: str
    Limit: NotRequired[int]
    NextToken: NotRequired[str]


class ListGroupsResponse(TypedDict):
    Groups: NotRequired[list[GroupType]]
    NextToken: NotRequired[str]


class ListIdentityProvidersRequest(TypedDict):
    UserPoolId: str
    MaxResults: NotRequired[int]
    NextToken: NotRequired[str]


class ProviderDescription(TypedDict):
    ProviderName: NotRequired[str]
    ProviderType: NotRequired[str]
    LastModifiedDate: NotRequired[float]
    CreationDate: NotRequired[float]


class ListIdentityProvidersResponse(TypedDict):
    Providers: list[ProviderDescription]
    NextToken: NotRequired[str]


class ListResourceServersRequest(TypedDict):
    UserPoolId: str
    MaxResults: NotRequired[int]
    NextToken: NotRequired[str]


class ListResourceServersResponse(TypedDict):
    ResourceServers: list[ResourceServerType]
    NextToken: NotRequired[str]


class ListTagsForResourceRequest(TypedDict):
    ResourceArn: str


class ListTagsForResourceResponse(TypedDict):
    Tags: NotRequired[dict[str, str]]


class ListTermsRequest(TypedDict):
    UserPoolId: str
    MaxResults: NotRequired[int]
    NextToken: NotRequired[str]


class TermsDescriptionType(TypedDict):
    TermsId: str
    TermsName: str
    Enforcement: str
    CreationDate: float
    LastModifiedDate: float


class ListTermsResponse(TypedDict):
    Terms: list[TermsDescriptionType]
    NextToken: NotRequired[str]


class ListUserImportJobsRequest(TypedDict):
    UserPoolId: str
    MaxResults: int
    PaginationToken: NotRequired[str]


class ListUserImportJobsResponse(TypedDict):
    UserImportJobs: NotRequired[list[UserImportJobType]]
    PaginationToken: NotRequired[str]


class ListUserPoolClientSecretsRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    NextToken: NotRequired[str]


class ListUserPoolClientSecretsResponse(TypedDict):
    ClientSecrets: NotRequired[list[ClientSecretDescriptorType]]
    NextToken: NotRequired[str]


class ListUserPoolClientsRequest(TypedDict):
    UserPoolId: str
    MaxResults: NotRequired[int]
    NextToken: NotRequired[str]
    ClientType: NotRequired[str]


class UserPoolClientDescription(TypedDict):
    ClientId: NotRequired[str]
    UserPoolId: NotRequired[str]
    ClientName: NotRequired[str]


class ListUserPoolClientsResponse(TypedDict):
    UserPoolClients: NotRequired[list[UserPoolClientDescription]]
    NextToken: NotRequired[str]


class ListUserPoolReplicasRequest(TypedDict):
    UserPoolId: str
    NextToken: NotRequired[str]


class ListUserPoolReplicasResponse(TypedDict):
    UserPoolReplicas: NotRequired[list[UserPoolReplicaType]]
    NextToken: NotRequired[str]


class ListUserPoolsRequest(TypedDict):
    NextToken: NotRequired[str]
    MaxResults: int


class UserPoolDescriptionType(TypedDict):
    Id: NotRequired[str]
    Name: NotRequired[str]
    LambdaConfig: NotRequired[LambdaConfigType]
    Status: NotRequired[str]
    LastModifiedDate: NotRequired[float]
    CreationDate: NotRequired[float]
    ReplicaRegions: NotRequired[list[str]]


class ListUserPoolsResponse(TypedDict):
    UserPools: NotRequired[list[UserPoolDescriptionType]]
    NextToken: NotRequired[str]


class ListUserSessionsRequest(TypedDict):
    AccessToken: str
    NextToken: NotRequired[str]


class ListUserSessionsResponse(TypedDict):
    Sessions: NotRequired[list[SessionDescriptionType]]
    NextToken: NotRequired[str]


class ListUsersRequest(TypedDict):
    UserPoolId: str
    AttributesToGet: NotRequired[list[str]]
    Limit: NotRequired[int]
    PaginationToken: NotRequired[str]
    Filter: NotRequired[str]


class ListUsersResponse(TypedDict):
    Users: NotRequired[list[UserType]]
    PaginationToken: NotRequired[str]


class ListUsersInGroupRequest(TypedDict):
    UserPoolId: str
    GroupName: str
    Limit: NotRequired[int]
    NextToken: NotRequired[str]


class ListUsersInGroupResponse(TypedDict):
    Users: NotRequired[list[UserType]]
    NextToken: NotRequired[str]


class ListWebAuthnCredentialsRequest(TypedDict):
    AccessToken: str
    NextToken: NotRequired[str]
    MaxResults: NotRequired[int]


class WebAuthnCredentialDescription(TypedDict):
    CredentialId: str
    FriendlyCredentialName: str
    RelyingPartyId: str
    AuthenticatorAttachment: NotRequired[str]
    AuthenticatorTransports: list[str]
    CreatedAt: float


class ListWebAuthnCredentialsResponse(TypedDict):
    Credentials: list[WebAuthnCredentialDescription]
    NextToken: NotRequired[str]


class ResendConfirmationCodeRequest(TypedDict):
    ClientId: str
    SecretHash: NotRequired[str]
    UserContextData: NotRequired[UserContextDataType]
    Username: str
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    ClientMetadata: NotRequired[dict[str, str]]


class ResendConfirmationCodeResponse(TypedDict):
    CodeDeliveryDetails: NotRequired[CodeDeliveryDetailsType]


class RespondToAuthChallengeRequest(TypedDict):
    ClientId: str
    ChallengeName: str
    Session: NotRequired[str]
    ChallengeResponses: NotRequired[dict[str, str]]
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    UserContextData: NotRequired[UserContextDataType]
    ClientMetadata: NotRequired[dict[str, str]]


class RespondToAuthChallengeResponse(TypedDict):
    ChallengeName: NotRequired[str]
    Session: NotRequired[str]
    ChallengeParameters: NotRequired[dict[str, str]]
    AuthenticationResult: NotRequired[AuthenticationResultType]
    AvailableChallenges: NotRequired[list[str]]


class RevokeTokenRequest(TypedDict):
    Token: str
    ClientId: str
    ClientSecret: NotRequired[str]
    RevokeAssociatedSessions: NotRequired[str]


class RevokeTokenResponse(TypedDict):
    pass


class RevokeUserSessionRequest(TypedDict):
    AccessToken: str
    SessionId: str
    RevokeAssociatedSessions: NotRequired[str]


class RevokeUserSessionResponse(TypedDict):
    pass


class SetLogDeliveryConfigurationRequest(TypedDict):
    UserPoolId: str
    LogConfigurations: list[LogConfigurationType]


class SetLogDeliveryConfigurationResponse(TypedDict):
    LogDeliveryConfiguration: NotRequired[LogDeliveryConfigurationType]


class SetRiskConfigurationRequest(TypedDict):
    UserPoolId: str
    ClientId: NotRequired[str]
    CompromisedCredentialsRiskConfiguration: NotRequired[CompromisedCredentialsRiskConfigurationType]
    AccountTakeoverRiskConfiguration: NotRequired[AccountTakeoverRiskConfigurationType]
    RiskExceptionConfiguration: NotRequired[RiskExceptionConfigurationType]


class SetRiskConfigurationResponse(TypedDict):
    RiskConfiguration: RiskConfigurationType


class SetUICustomizationRequest(TypedDict):
    UserPoolId: str
    ClientId: NotRequired[str]
    CSS: NotRequired[str]
    ImageFile: NotRequired[bytes]


class SetUICustomizationResponse(TypedDict):
    UICustomization: UICustomizationType


class SetUserMFAPreferenceRequest(TypedDict):
    SMSMfaSettings: NotRequired[SMSMfaSettingsType]
    SoftwareTokenMfaSettings: NotRequired[SoftwareTokenMfaSettingsType]
    EmailMfaSettings: NotRequired[EmailMfaSettingsType]
    WebAuthnMfaSettings: NotRequired[WebAuthnMfaSettingsType]
    AccessToken: str


class SetUserMFAPreferenceResponse(TypedDict):
    pass


class SetUserPoolClientSessionConfigurationRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    SSOSession: ClientSSOSessionConfigType


class SetUserPoolClientSessionConfigurationResponse(TypedDict):
    UserPoolId: NotRequired[str]
    ClientId: NotRequired[str]
    SSOSession: NotRequired[ClientSSOSessionConfigType]


class SetUserPoolMfaConfigRequest(TypedDict):
    UserPoolId: str
    SmsMfaConfiguration: NotRequired[SmsMfaConfigType]
    SoftwareTokenMfaConfiguration: NotRequired[SoftwareTokenMfaConfigType]
    EmailMfaConfiguration: NotRequired[EmailMfaConfigType]
    MfaConfiguration: NotRequired[str]
    WebAuthnConfiguration: NotRequired[WebAuthnConfigurationType]


class SetUserPoolMfaConfigResponse(TypedDict):
    SmsMfaConfiguration: NotRequired[SmsMfaConfigType]
    SoftwareTokenMfaConfiguration: NotRequired[SoftwareTokenMfaConfigType]
    EmailMfaConfiguration: NotRequired[EmailMfaConfigType]
    MfaConfiguration: NotRequired[str]
    WebAuthnConfiguration: NotRequired[WebAuthnConfigurationType]


class SetUserPoolSessionConfigurationRequest(TypedDict):
    UserPoolId: str
    UserSessionTracking: str
    TokenSession: UserPoolTokenSessionConfigType


class SetUserPoolSessionConfigurationResponse(TypedDict):
    UserPoolId: NotRequired[str]
    UserSessionTracking: NotRequired[str]
    TokenSession: NotRequired[UserPoolTokenSessionConfigType]


class SetUserSettingsRequest(TypedDict):
    AccessToken: str
    MFAOptions: list[MFAOptionType]


class SetUserSettingsResponse(TypedDict):
    pass


class SignUpRequest(TypedDict):
    ClientId: str
    SecretHash: NotRequired[str]
    Username: str
    Password: NotRequired[str]
    UserAttributes: NotRequired[list[AttributeType]]
    ValidationData: NotRequired[list[AttributeType]]
    AnalyticsMetadata: NotRequired[AnalyticsMetadataType]
    UserContextData: NotRequired[UserContextDataType]
    ClientMetadata: NotRequired[dict[str, str]]


class SignUpResponse(TypedDict):
    UserConfirmed: bool
    CodeDeliveryDetails: NotRequired[CodeDeliveryDetailsType]
    UserSub: str
    Session: NotRequired[str]


class StartUserImportJobRequest(TypedDict):
    UserPoolId: str
    JobId: str


class StartUserImportJobResponse(TypedDict):
    UserImportJob: NotRequired[UserImportJobType]


class StartWebAuthnRegistrationRequest(TypedDict):
    AccessToken: str


class StartWebAuthnRegistrationResponse(TypedDict):
    CredentialCreationOptions: object


class StopUserImportJobRequest(TypedDict):
    UserPoolId: str
    JobId: str


class StopUserImportJobResponse(TypedDict):
    UserImportJob: NotRequired[UserImportJobType]


class TagResourceRequest(TypedDict):
    ResourceArn: str
    Tags: dict[str, str]


class TagResourceResponse(TypedDict):
    pass


class UntagResourceRequest(TypedDict):
    ResourceArn: str
    TagKeys: list[str]


class UntagResourceResponse(TypedDict):
    pass


class UpdateAuthEventFeedbackRequest(TypedDict):
    UserPoolId: str
    Username: str
    EventId: str
    FeedbackToken: str
    FeedbackValue: str


class UpdateAuthEventFeedbackResponse(TypedDict):
    pass


class UpdateDeviceStatusRequest(TypedDict):
    AccessToken: str
    DeviceKey: str
    DeviceRememberedStatus: NotRequired[str]


class UpdateDeviceStatusResponse(TypedDict):
    pass


class UpdateGroupRequest(TypedDict):
    GroupName: str
    UserPoolId: str
    Description: NotRequired[str]
    RoleArn: NotRequired[str]
    Precedence: NotRequired[int]


class UpdateGroupResponse(TypedDict):
    Group: NotRequired[GroupType]


class UpdateIdentityProviderRequest(TypedDict):
    UserPoolId: str
    ProviderName: str
    ProviderDetails: NotRequired[dict[str, str]]
    AttributeMapping: NotRequired[dict[str, str]]
    IdpIdentifiers: NotRequired[list[str]]
    AcrMapping: NotRequired[dict[str, str]]


class UpdateIdentityProviderResponse(TypedDict):
    IdentityProvider: IdentityProviderType


class UpdateManagedLoginBrandingRequest(TypedDict):
    UserPoolId: NotRequired[str]
    ManagedLoginBrandingId: NotRequired[str]
    UseCognitoProvidedValues: NotRequired[bool]
    Settings: NotRequired[object]
    Assets: NotRequired[list[AssetType]]


class UpdateManagedLoginBrandingResponse(TypedDict):
    ManagedLoginBranding: NotRequired[ManagedLoginBrandingType]


class UpdateProvisionedLimitRequest(TypedDict):
    LimitDefinition: LimitDefinitionType
    RequestedLimitValue: int


class UpdateProvisionedLimitResponse(TypedDict):
    Limit: LimitType


class UpdateResourceServerRequest(TypedDict):
    UserPoolId: str
    Identifier: str
    Name: str
    Scopes: NotRequired[list[ResourceServerScopeType]]


class UpdateResourceServerResponse(TypedDict):
    ResourceServer: ResourceServerType


class UpdateTermsRequest(TypedDict):
    TermsId: str
    UserPoolId: str
    TermsName: NotRequired[str]
    TermsSource: NotRequired[str]
    Enforcement: NotRequired[str]
    Links: NotRequired[dict[str, str]]


class UpdateTermsResponse(TypedDict):
    Terms: NotRequired[TermsType]


class UpdateUserAttributesRequest(TypedDict):
    UserAttributes: list[AttributeType]
    AccessToken: str
    ClientMetadata: NotRequired[dict[str, str]]


class UpdateUserAttributesResponse(TypedDict):
    CodeDeliveryDetailsList: NotRequired[list[CodeDeliveryDetailsType]]


class UpdateUserPoolRequest(TypedDict):
    UserPoolId: str
    Policies: NotRequired[UserPoolPolicyType]
    DeletionProtection: NotRequired[str]
    LambdaConfig: NotRequired[LambdaConfigType]
    AutoVerifiedAttributes: NotRequired[list[str]]
    SmsVerificationMessage: NotRequired[str]
    EmailVerificationMessage: NotRequired[str]
    EmailVerificationSubject: NotRequired[str]
    VerificationMessageTemplate: NotRequired[VerificationMessageTemplateType]
    SmsAuthenticationMessage: NotRequired[str]
    UserAttributeUpdateSettings: NotRequired[UserAttributeUpdateSettingsType]
    MfaConfiguration: NotRequired[str]
    DeviceConfiguration: NotRequired[DeviceConfigurationType]
    EmailConfiguration: NotRequired[EmailConfigurationType]
    SmsConfiguration: NotRequired[SmsConfigurationType]
    UserPoolTags: NotRequired[dict[str, str]]
    AdminCreateUserConfig: NotRequired[AdminCreateUserConfigType]
    UserPoolAddOns: NotRequired[UserPoolAddOnsType]
    DcrConfiguration: NotRequired[DcrConfigurationType]
    AccountRecoverySetting: NotRequired[AccountRecoverySettingType]
    PoolName: NotRequired[str]
    UserPoolTier: NotRequired[str]
    KeyConfiguration: NotRequired[KeyConfigurationType]
    IssuerConfiguration: NotRequired[IssuerConfigurationType]
    AcrConfiguration: NotRequired[dict[str, AcrLevelConfigType]]


class UpdateUserPoolResponse(TypedDict):
    pass


class UpdateUserPoolClientRequest(TypedDict):
    UserPoolId: str
    ClientId: str
    ClientName: NotRequired[str]
    RefreshTokenValidity: NotRequired[int]
    AccessTokenValidity: NotRequired[int]
    IdTokenValidity: NotRequired[int]
    TokenValidityUnits: NotRequired[TokenValidityUnitsType]
    ReadAttributes: NotRequired[list[str]]
    WriteAttributes: NotRequired[list[str]]
    ExplicitAuthFlows: NotRequired[list[str]]
    SupportedIdentityProviders: NotRequired[list[str]]
    CallbackURLs: NotRequired[list[str]]
    LogoutURLs: NotRequired[list[str]]
    DefaultRedirectURI: NotRequired[str]
    AllowedOAuthFlows: NotRequired[list[str]]
    AllowedOAuthScopes: NotRequired[list[str]]
    AllowedOAuthFlowsUserPoolClient: NotRequired[bool]
    AnalyticsConfiguration: NotRequired[AnalyticsConfigurationType]
    PreventUserExistenceErrors: NotRequired[str]
    EnableTokenRevocation: NotRequired[bool]
    EnablePropagateAdditionalUserContextData: NotRequired[bool]
    AuthSessionValidity: NotRequired[int]
    RefreshTokenRotation: NotRequired[RefreshTokenRotationType]


class UpdateUserPoolClientResponse(TypedDict):
    UserPoolClient: NotRequired[UserPoolClientType]


class UpdateUserPoolDomainRequest(TypedDict):
    Domain: str
    UserPoolId: str
    ManagedLoginVersion: NotRequired[int]
    CustomDomainConfig: NotRequired[CustomDomainConfigType]
    Routing: NotRequired[RoutingType]


class UpdateUserPoolDomainResponse(TypedDict):
    ManagedLoginVersion: NotRequired[int]
    CloudFrontDomain: NotRequired[str]
    Routing: NotRequired[RoutingType]


class UpdateUserPoolReplicaRequest(TypedDict):
    UserPoolId: str
    RegionName: str
    Status: str


class UpdateUserPoolReplicaResponse(TypedDict):
    UserPoolReplica: NotRequired[UserPoolReplicaType]


class VerifySoftwareTokenRequest(TypedDict):
    AccessToken: NotRequired[str]
    Session: NotRequired[str]
    UserCode: str
    FriendlyDeviceName: NotRequired[str]


class VerifySoftwareTokenResponse(TypedDict):
    Status: NotRequired[str]
    Session: NotRequired[str]


class VerifyUserAttributeRequest(TypedDict):
    AccessToken: str
    AttributeName: str
    Code: str


class VerifyUserAttributeResponse(TypedDict):
    pass
