"""
The request and answer types of iam. Generated from botocore 1.44.5, iam 2010-05-08 by spec/generate.py: do not edit.

An enumeration is a str (the validator has checked it), a blob bytes, a timestamp seconds since the epoch, a
document any JSON value.
"""

from typing import NotRequired, TypedDict


class AcceptDelegationRequestRequest(TypedDict):
    DelegationRequestId: str


class ReplacementValueEntry(TypedDict):
    Values: list[str]


class AcquireRoleRequest(TypedDict):
    TemplateArn: str
    TemplateMinorVersion: NotRequired[int]
    ReplacementValues: NotRequired[dict[str, ReplacementValueEntry]]


class AttachedPermissionsBoundary(TypedDict):
    PermissionsBoundaryType: NotRequired[str]
    PermissionsBoundaryArn: NotRequired[str]


class Tag(TypedDict):
    Key: str
    Value: str


class RoleLastUsed(TypedDict):
    LastUsedDate: NotRequired[float]
    Region: NotRequired[str]


class SourceRoleTemplate(TypedDict):
    TemplateArn: str
    TemplateMinorVersion: int


class Role(TypedDict):
    Path: str
    RoleName: str
    RoleId: str
    Arn: str
    CreateDate: float
    AssumeRolePolicyDocument: NotRequired[str]
    Description: NotRequired[str]
    MaxSessionDuration: NotRequired[int]
    PermissionsBoundary: NotRequired[AttachedPermissionsBoundary]
    Tags: NotRequired[list[Tag]]
    RoleLastUsed: NotRequired[RoleLastUsed]
    SourceRoleTemplate: NotRequired[SourceRoleTemplate]


class AcquireRoleResponse(TypedDict):
    Role: Role


class AddClientIDToOpenIDConnectProviderRequest(TypedDict):
    OpenIDConnectProviderArn: str
    ClientID: str


class AddRoleToInstanceProfileRequest(TypedDict):
    InstanceProfileName: str
    RoleName: str


class AddUserToGroupRequest(TypedDict):
    GroupName: str
    UserName: str


class AssociateDelegationRequestRequest(TypedDict):
    DelegationRequestId: str


class AttachGroupPolicyRequest(TypedDict):
    GroupName: str
    PolicyArn: str


class AttachRolePolicyRequest(TypedDict):
    RoleName: str
    PolicyArn: str


class AttachUserPolicyRequest(TypedDict):
    UserName: str
    PolicyArn: str


class ChangePasswordRequest(TypedDict):
    OldPassword: str
    NewPassword: str


class CreateAccessKeyRequest(TypedDict):
    UserName: NotRequired[str]


class AccessKey(TypedDict):
    UserName: str
    AccessKeyId: str
    Status: str
    SecretAccessKey: str
    CreateDate: NotRequired[float]


class CreateAccessKeyResponse(TypedDict):
    AccessKey: AccessKey


class CreateAccountAliasRequest(TypedDict):
    AccountAlias: str


class PolicyParameter(TypedDict):
    Name: NotRequired[str]
    Values: NotRequired[list[str]]
    Type: NotRequired[str]


class DelegationPermission(TypedDict):
    PolicyTemplateArn: NotRequired[str]
    Parameters: NotRequired[list[PolicyParameter]]


class CreateDelegationRequestRequest(TypedDict):
    OwnerAccountId: NotRequired[str]
    Description: str
    Permissions: DelegationPermission
    RequestMessage: NotRequired[str]
    RequestorWorkflowId: str
    RedirectUrl: NotRequired[str]
    NotificationChannel: str
    SessionDuration: int
    OnlySendByOwner: NotRequired[bool]


class CreateDelegationRequestResponse(TypedDict):
    ConsoleDeepLink: NotRequired[str]
    DelegationRequestId: NotRequired[str]


class CreateGroupRequest(TypedDict):
    Path: NotRequired[str]
    GroupName: str


class Group(TypedDict):
    Path: str
    GroupName: str
    GroupId: str
    Arn: str
    CreateDate: float


class CreateGroupResponse(TypedDict):
    Group: Group


class CreateInstanceProfileRequest(TypedDict):
    InstanceProfileName: str
    Path: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class InstanceProfile(TypedDict):
    Path: str
    InstanceProfileName: str
    InstanceProfileId: str
    Arn: str
    CreateDate: float
    Roles: list[Role]
    Tags: NotRequired[list[Tag]]


class CreateInstanceProfileResponse(TypedDict):
    InstanceProfile: InstanceProfile


class CreateLoginProfileRequest(TypedDict):
    UserName: NotRequired[str]
    Password: NotRequired[str]
    PasswordResetRequired: NotRequired[bool]


class LoginProfile(TypedDict):
    UserName: str
    CreateDate: float
    PasswordResetRequired: NotRequired[bool]


class CreateLoginProfileResponse(TypedDict):
    LoginProfile: LoginProfile


class CreateOpenIDConnectProviderRequest(TypedDict):
    Url: str
    ClientIDList: NotRequired[list[str]]
    ThumbprintList: NotRequired[list[str]]
    Tags: NotRequired[list[Tag]]


class CreateOpenIDConnectProviderResponse(TypedDict):
    OpenIDConnectProviderArn: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class CreatePolicyRequest(TypedDict):
    PolicyName: str
    Path: NotRequired[str]
    PolicyDocument: str
    Description: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class Policy(TypedDict):
    PolicyName: NotRequired[str]
    PolicyId: NotRequired[str]
    Arn: NotRequired[str]
    Path: NotRequired[str]
    DefaultVersionId: NotRequired[str]
    AttachmentCount: NotRequired[int]
    PermissionsBoundaryUsageCount: NotRequired[int]
    IsAttachable: NotRequired[bool]
    Description: NotRequired[str]
    CreateDate: NotRequired[float]
    UpdateDate: NotRequired[float]
    Tags: NotRequired[list[Tag]]


class CreatePolicyResponse(TypedDict):
    Policy: NotRequired[Policy]


class CreatePolicyVersionRequest(TypedDict):
    PolicyArn: str
    PolicyDocument: str
    SetAsDefault: NotRequired[bool]


class PolicyVersion(TypedDict):
    Document: NotRequired[str]
    VersionId: NotRequired[str]
    IsDefaultVersion: NotRequired[bool]
    CreateDate: NotRequired[float]


class CreatePolicyVersionResponse(TypedDict):
    PolicyVersion: NotRequired[PolicyVersion]


class CreateRoleRequest(TypedDict):
    Path: NotRequired[str]
    RoleName: str
    AssumeRolePolicyDocument: str
    Description: NotRequired[str]
    MaxSessionDuration: NotRequired[int]
    PermissionsBoundary: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class CreateRoleResponse(TypedDict):
    Role: Role


class CreateSAMLProviderRequest(TypedDict):
    SAMLMetadataDocument: str
    Name: str
    Tags: NotRequired[list[Tag]]
    AssertionEncryptionMode: NotRequired[str]
    AddPrivateKey: NotRequired[str]


class CreateSAMLProviderResponse(TypedDict):
    SAMLProviderArn: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class CreateServiceLinkedRoleRequest(TypedDict):
    AWSServiceName: str
    Description: NotRequired[str]
    CustomSuffix: NotRequired[str]


class CreateServiceLinkedRoleResponse(TypedDict):
    Role: NotRequired[Role]


class CreateServiceSpecificCredentialRequest(TypedDict):
    UserName: str
    ServiceName: str
    CredentialAgeDays: NotRequired[int]


class ServiceSpecificCredential(TypedDict):
    CreateDate: float
    ExpirationDate: NotRequired[float]
    ServiceName: str
    ServiceUserName: NotRequired[str]
    ServicePassword: NotRequired[str]
    ServiceCredentialAlias: NotRequired[str]
    ServiceCredentialSecret: NotRequired[str]
    ServiceSpecificCredentialId: str
    UserName: str
    Status: str


class CreateServiceSpecificCredentialResponse(TypedDict):
    ServiceSpecificCredential: NotRequired[ServiceSpecificCredential]


class CreateUserRequest(TypedDict):
    Path: NotRequired[str]
    UserName: str
    PermissionsBoundary: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class User(TypedDict):
    Path: str
    UserName: str
    UserId: str
    Arn: str
    CreateDate: float
    PasswordLastUsed: NotRequired[float]
    PermissionsBoundary: NotRequired[AttachedPermissionsBoundary]
    Tags: NotRequired[list[Tag]]


class CreateUserResponse(TypedDict):
    User: NotRequired[User]


class CreateVirtualMFADeviceRequest(TypedDict):
    Path: NotRequired[str]
    VirtualMFADeviceName: str
    Tags: NotRequired[list[Tag]]


class VirtualMFADevice(TypedDict):
    SerialNumber: str
    Base32StringSeed: NotRequired[bytes]
    QRCodePNG: NotRequired[bytes]
    User: NotRequired[User]
    EnableDate: NotRequired[float]
    Tags: NotRequired[list[Tag]]


class CreateVirtualMFADeviceResponse(TypedDict):
    VirtualMFADevice: VirtualMFADevice


class DeactivateMFADeviceRequest(TypedDict):
    UserName: NotRequired[str]
    SerialNumber: str


class DeleteAccessKeyRequest(TypedDict):
    UserName: NotRequired[str]
    AccessKeyId: str


class DeleteAccountAliasRequest(TypedDict):
    AccountAlias: str


class DeleteGroupRequest(TypedDict):
    GroupName: str


class DeleteGroupPolicyRequest(TypedDict):
    GroupName: str
    PolicyName: str


class DeleteInstanceProfileRequest(TypedDict):
    InstanceProfileName: str


class DeleteLoginProfileRequest(TypedDict):
    UserName: NotRequired[str]


class DeleteOpenIDConnectProviderRequest(TypedDict):
    OpenIDConnectProviderArn: str


class DeletePolicyRequest(TypedDict):
    PolicyArn: str


class DeletePolicyVersionRequest(TypedDict):
    PolicyArn: str
    VersionId: str


class DeleteRoleRequest(TypedDict):
    RoleName: str


class DeleteRolePermissionsBoundaryRequest(TypedDict):
    RoleName: str


class DeleteRolePolicyRequest(TypedDict):
    RoleName: str
    PolicyName: str


class DeleteSAMLProviderRequest(TypedDict):
    SAMLProviderArn: str


class DeleteSSHPublicKeyRequest(TypedDict):
    UserName: str
    SSHPublicKeyId: str


class DeleteServerCertificateRequest(TypedDict):
    ServerCertificateName: str


class DeleteServiceLinkedRoleRequest(TypedDict):
    RoleName: str


class DeleteServiceLinkedRoleResponse(TypedDict):
    DeletionTaskId: str


class DeleteServiceSpecificCredentialRequest(TypedDict):
    UserName: NotRequired[str]
    ServiceSpecificCredentialId: str


class DeleteSigningCertificateRequest(TypedDict):
    UserName: NotRequired[str]
    CertificateId: str


class DeleteUserRequest(TypedDict):
    UserName: str


class DeleteUserPermissionsBoundaryRequest(TypedDict):
    UserName: str


class DeleteUserPolicyRequest(TypedDict):
    UserName: str
    PolicyName: str


class DeleteVirtualMFADeviceRequest(TypedDict):
    SerialNumber: str


class DetachGroupPolicyRequest(TypedDict):
    GroupName: str
    PolicyArn: str


class DetachRolePolicyRequest(TypedDict):
    RoleName: str
    PolicyArn: str


class DetachUserPolicyRequest(TypedDict):
    UserName: str
    PolicyArn: str


class DisableOrganizationsRootCredentialsManagementRequest(TypedDict):
    pass


class DisableOrganizationsRootCredentialsManagementResponse(TypedDict):
    OrganizationId: NotRequired[str]
    EnabledFeatures: NotRequired[list[str]]


class DisableOrganizationsRootSessionsRequest(TypedDict):
    pass


class DisableOrganizationsRootSessionsResponse(TypedDict):
    OrganizationId: NotRequired[str]
    EnabledFeatures: NotRequired[list[str]]


class EnableMFADeviceRequest(TypedDict):
    UserName: str
    SerialNumber: str
    AuthenticationCode1: str
    AuthenticationCode2: str


class EnableOrganizationsRootCredentialsManagementRequest(TypedDict):
    pass


class EnableOrganizationsRootCredentialsManagementResponse(TypedDict):
    OrganizationId: NotRequired[str]
    EnabledFeatures: NotRequired[list[str]]


class EnableOrganizationsRootSessionsRequest(TypedDict):
    pass


class EnableOrganizationsRootSessionsResponse(TypedDict):
    OrganizationId: NotRequired[str]
    EnabledFeatures: NotRequired[list[str]]


class EnableOutboundWebIdentityFederationResponse(TypedDict):
    IssuerIdentifier: NotRequired[str]


class GenerateCredentialReportResponse(TypedDict):
    State: NotRequired[str]
    Description: NotRequired[str]


class GenerateOrganizationsAccessReportRequest(TypedDict):
    EntityPath: str
    OrganizationsPolicyId: NotRequired[str]


class GenerateOrganizationsAccessReportResponse(TypedDict):
    JobId: NotRequired[str]


class GenerateServiceLastAccessedDetailsRequest(TypedDict):
    Arn: str
    Granularity: NotRequired[str]


class GenerateServiceLastAccessedDetailsResponse(TypedDict):
    JobId: NotRequired[str]


class GetAccessKeyLastUsedRequest(TypedDict):
    AccessKeyId: str


class AccessKeyLastUsed(TypedDict):
    LastUsedDate: NotRequired[float]
    ServiceName: str
    Region: str


class GetAccessKeyLastUsedResponse(TypedDict):
    UserName: NotRequired[str]
    AccessKeyLastUsed: NotRequired[AccessKeyLastUsed]


class GetAccountAuthorizationDetailsRequest(TypedDict):
    Filter: NotRequired[list[str]]
    MaxItems: NotRequired[int]
    Marker: NotRequired[str]


class PolicyDetail(TypedDict):
    PolicyName: NotRequired[str]
    PolicyDocument: NotRequired[str]


class AttachedPolicy(TypedDict):
    PolicyName: NotRequired[str]
    PolicyArn: NotRequired[str]


class UserDetail(TypedDict):
    Path: NotRequired[str]
    UserName: NotRequired[str]
    UserId: NotRequired[str]
    Arn: NotRequired[str]
    CreateDate: NotRequired[float]
    UserPolicyList: NotRequired[list[PolicyDetail]]
    GroupList: NotRequired[list[str]]
    AttachedManagedPolicies: NotRequired[list[AttachedPolicy]]
    PermissionsBoundary: NotRequired[AttachedPermissionsBoundary]
    Tags: NotRequired[list[Tag]]


class GroupDetail(TypedDict):
    Path: NotRequired[str]
    GroupName: NotRequired[str]
    GroupId: NotRequired[str]
    Arn: NotRequired[str]
    CreateDate: NotRequired[float]
    GroupPolicyList: NotRequired[list[PolicyDetail]]
    AttachedManagedPolicies: NotRequired[list[AttachedPolicy]]


class RoleDetail(TypedDict):
    Path: NotRequired[str]
    RoleName: NotRequired[str]
    RoleId: NotRequired[str]
    Arn: NotRequired[str]
    CreateDate: NotRequired[float]
    AssumeRolePolicyDocument: NotRequired[str]
    InstanceProfileList: NotRequired[list[InstanceProfile]]
    RolePolicyList: NotRequired[list[PolicyDetail]]
    AttachedManagedPolicies: NotRequired[list[AttachedPolicy]]
    PermissionsBoundary: NotRequired[AttachedPermissionsBoundary]
    Tags: NotRequired[list[Tag]]
    RoleLastUsed: NotRequired[RoleLastUsed]


class ManagedPolicyDetail(TypedDict):
    PolicyName: NotRequired[str]
    PolicyId: NotRequired[str]
    Arn: NotRequired[str]
    Path: NotRequired[str]
    DefaultVersionId: NotRequired[str]
    AttachmentCount: NotRequired[int]
    PermissionsBoundaryUsageCount: NotRequired[int]
    IsAttachable: NotRequired[bool]
    Description: NotRequired[str]
    CreateDate: NotRequired[float]
    UpdateDate: NotRequired[float]
    PolicyVersionList: NotRequired[list[PolicyVersion]]


class GetAccountAuthorizationDetailsResponse(TypedDict):
    UserDetailList: NotRequired[list[UserDetail]]
    GroupDetailList: NotRequired[list[GroupDetail]]
    RoleDetailList: NotRequired[list[RoleDetail]]
    Policies: NotRequired[list[ManagedPolicyDetail]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class PasswordPolicy(TypedDict):
    MinimumPasswordLength: NotRequired[int]
    RequireSymbols: NotRequired[bool]
    RequireNumbers: NotRequired[bool]
    RequireUppercaseCharacters: NotRequired[bool]
    RequireLowercaseCharacters: NotRequired[bool]
    AllowUsersToChangePassword: NotRequired[bool]
    ExpirePasswords: NotRequired[bool]
    MaxPasswordAge: NotRequired[int]
    PasswordReusePrevention: NotRequired[int]
    HardExpiry: NotRequired[bool]


class GetAccountPasswordPolicyResponse(TypedDict):
    PasswordPolicy: PasswordPolicy


class GetAccountPropertiesRequest(TypedDict):
    pass


class GetAccountPropertiesResponse(TypedDict):
    Properties: NotRequired[dict[str, str]]


class GetAccountSummaryResponse(TypedDict):
    SummaryMap: NotRequired[dict[str, int]]


class GetContextKeysForCustomPolicyRequest(TypedDict):
    PolicyInputList: list[str]


class GetContextKeysForPolicyResponse(TypedDict):
    ContextKeyNames: NotRequired[list[str]]


class GetContextKeysForPrincipalPolicyRequest(TypedDict):
    PolicySourceArn: str
    PolicyInputList: NotRequired[list[str]]


class GetCredentialReportResponse(TypedDict):
    Content: NotRequired[bytes]
    ReportFormat: NotRequired[str]
    GeneratedTime: NotRequired[float]


class GetDelegationRequestRequest(TypedDict):
    DelegationRequestId: str
    DelegationPermissionCheck: NotRequired[bool]


class DelegationRequest(TypedDict):
    DelegationRequestId: NotRequired[str]
    OwnerAccountId: NotRequired[str]
    Description: NotRequired[str]
    RequestMessage: NotRequired[str]
    Permissions: NotRequired[DelegationPermission]
    PermissionPolicy: NotRequired[str]
    RolePermissionRestrictionArns: NotRequired[list[str]]
    OwnerId: NotRequired[str]
    ApproverId: NotRequired[str]
    State: NotRequired[str]
    ExpirationTime: NotRequired[float]
    RequestorId: NotRequired[str]
    RequestorName: NotRequired[str]
    CreateDate: NotRequired[float]
    SessionDuration: NotRequired[int]
    RedirectUrl: NotRequired[str]
    Notes: NotRequired[str]
    RejectionReason: NotRequired[str]
    OnlySendByOwner: NotRequired[bool]
    UpdatedTime: NotRequired[float]


class GetDelegationRequestResponse(TypedDict):
    DelegationRequest: NotRequired[DelegationRequest]
    PermissionCheckStatus: NotRequired[str]
    PermissionCheckResult: NotRequired[str]


class GetGroupRequest(TypedDict):
    GroupName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class GetGroupResponse(TypedDict):
    Group: Group
    Users: list[User]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class GetGroupPolicyRequest(TypedDict):
    GroupName: str
    PolicyName: str


class GetGroupPolicyResponse(TypedDict):
    GroupName: str
    PolicyName: str
    PolicyDocument: str


class GetHumanReadableSummaryRequest(TypedDict):
    EntityArn: str
    Locale: NotRequired[str]


class GetHumanReadableSummaryResponse(TypedDict):
    SummaryContent: NotRequired[str]
    Locale: NotRequired[str]
    SummaryState: NotRequired[str]


class GetInstanceProfileRequest(TypedDict):
    InstanceProfileName: str


class GetInstanceProfileResponse(TypedDict):
    InstanceProfile: InstanceProfile


class GetLoginProfileRequest(TypedDict):
    UserName: NotRequired[str]


class GetLoginProfileResponse(TypedDict):
    LoginProfile: LoginProfile


class GetMFADeviceRequest(TypedDict):
    SerialNumber: str
    UserName: NotRequired[str]


class GetMFADeviceResponse(TypedDict):
    UserName: NotRequired[str]
    SerialNumber: str
    EnableDate: NotRequired[float]
    Certifications: NotRequired[dict[str, str]]


class GetOpenIDConnectProviderRequest(TypedDict):
    OpenIDConnectProviderArn: str


class GetOpenIDConnectProviderResponse(TypedDict):
    Url: NotRequired[str]
    ClientIDList: NotRequired[list[str]]
    ThumbprintList: NotRequired[list[str]]
    CreateDate: NotRequired[float]
    Tags: NotRequired[list[Tag]]


class GetOrganizationsAccessReportRequest(TypedDict):
    JobId: str
    MaxItems: NotRequired[int]
    Marker: NotRequired[str]
    SortKey: NotRequired[str]


class AccessDetail(TypedDict):
    ServiceName: str
    ServiceNamespace: str
    Region: NotRequired[str]
    EntityPath: NotRequired[str]
    LastAuthenticatedTime: NotRequired[float]
    TotalAuthenticatedEntities: NotRequired[int]


class ErrorDetails(TypedDict):
    Message: str
    Code: str


class GetOrganizationsAccessReportResponse(TypedDict):
    JobStatus: str
    JobCreationDate: float
    JobCompletionDate: NotRequired[float]
    NumberOfServicesAccessible: NotRequired[int]
    NumberOfServicesNotAccessed: NotRequired[int]
    AccessDetails: NotRequired[list[AccessDetail]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]
    ErrorDetails: NotRequired[ErrorDetails]


class GetOutboundWebIdentityFederationInfoResponse(TypedDict):
    IssuerIdentifier: NotRequired[str]
    JwtVendingEnabled: NotRequired[bool]


class GetPolicyRequest(TypedDict):
    PolicyArn: str


class GetPolicyResponse(TypedDict):
    Policy: NotRequired[Policy]


class GetPolicyVersionRequest(TypedDict):
    PolicyArn: str
    VersionId: str


class GetPolicyVersionResponse(TypedDict):
    PolicyVersion: NotRequired[PolicyVersion]


class GetRoleRequest(TypedDict):
    RoleName: str


class GetRoleResponse(TypedDict):
    Role: Role


class GetRolePolicyRequest(TypedDict):
    RoleName: str
    PolicyName: str


class GetRolePolicyResponse(TypedDict):
    RoleName: str
    PolicyName: str
    PolicyDocument: str


class GetRoleTemplateVersionRequest(TypedDict):
    TemplateArn: str
    MinorVersion: NotRequired[int]


class InlinePolicy(TypedDict):
    PolicyName: str
    PolicyDocument: str


class ParameterDefinition(TypedDict):
    Name: str
    Type: str
    SubType: NotRequired[str]
    Description: NotRequired[str]
    IsRequired: NotRequired[bool]
    DefaultValue: NotRequired[str]
    Immutable: NotRequired[bool]


class TagTemplate(TypedDict):
    Key: str
    Value: str


class RoleTemplateVersion(TypedDict):
    TemplateArn: NotRequired[str]
    TemplateName: NotRequired[str]
    TemplateVersionId: NotRequired[str]
    Description: NotRequired[str]
    MajorVersion: NotRequired[int]
    DefaultMinorVersion: NotRequired[int]
    ManagedByType: NotRequired[str]
    ManagedByValue: NotRequired[str]
    Enabled: NotRequired[bool]
    MinorVersion: NotRequired[int]
    RoleNamePattern: NotRequired[str]
    RolePathPattern: NotRequired[str]
    RoleDescriptionPattern: NotRequired[str]
    AssumeRolePolicyDocumentTemplate: NotRequired[str]
    InlinePolicyTemplates: NotRequired[list[InlinePolicy]]
    ManagedPolicyArns: NotRequired[list[str]]
    PermissionBoundaryArn: NotRequired[str]
    ParametersDefinition: NotRequired[list[ParameterDefinition]]
    RoleTagsTemplate: NotRequired[list[TagTemplate]]
    MaxSessionDuration: NotRequired[int]
    VersionEnabled: NotRequired[bool]
    CreateTimestamp: NotRequired[float]
    UpdateTimestamp: NotRequired[float]


class GetRoleTemplateVersionResponse(TypedDict):
    RoleTemplateVersion: RoleTemplateVersion


class GetSAMLProviderRequest(TypedDict):
    SAMLProviderArn: str


class SAMLPrivateKey(TypedDict):
    KeyId: NotRequired[str]
    Timestamp: NotRequired[float]


class GetSAMLProviderResponse(TypedDict):
    SAMLProviderUUID: NotRequired[str]
    SAMLMetadataDocument: NotRequired[str]
    CreateDate: NotRequired[float]
    ValidUntil: NotRequired[float]
    Tags: NotRequired[list[Tag]]
    AssertionEncryptionMode: NotRequired[str]
    PrivateKeyList: NotRequired[list[SAMLPrivateKey]]


class GetSSHPublicKeyRequest(TypedDict):
    UserName: str
    SSHPublicKeyId: str
    Encoding: str


class SSHPublicKey(TypedDict):
    UserName: str
    SSHPublicKeyId: str
    Fingerprint: str
    SSHPublicKeyBody: str
    Status: str
    UploadDate: NotRequired[float]


class GetSSHPublicKeyResponse(TypedDict):
    SSHPublicKey: NotRequired[SSHPublicKey]


class GetServerCertificateRequest(TypedDict):
    ServerCertificateName: str


class ServerCertificateMetadata(TypedDict):
    Path: str
    ServerCertificateName: str
    ServerCertificateId: str
    Arn: str
    UploadDate: NotRequired[float]
    Expiration: NotRequired[float]


class ServerCertificate(TypedDict):
    ServerCertificateMetadata: ServerCertificateMetadata
    CertificateBody: str
    CertificateChain: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class GetServerCertificateResponse(TypedDict):
    ServerCertificate: ServerCertificate


class GetServiceLastAccessedDetailsRequest(TypedDict):
    JobId: str
    MaxItems: NotRequired[int]
    Marker: NotRequired[str]


class TrackedActionLastAccessed(TypedDict):
    ActionName: NotRequired[str]
    LastAccessedEntity: NotRequired[str]
    LastAccessedTime: NotRequired[float]
    LastAccessedRegion: NotRequired[str]


class ServiceLastAccessed(TypedDict):
    ServiceName: str
    LastAuthenticated: NotRequired[float]
    ServiceNamespace: str
    LastAuthenticatedEntity: NotRequired[str]
    LastAuthenticatedRegion: NotRequired[str]
    TotalAuthenticatedEntities: NotRequired[int]
    TrackedActionsLastAccessed: NotRequired[list[TrackedActionLastAccessed]]


class GetServiceLastAccessedDetailsResponse(TypedDict):
    JobStatus: str
    JobType: NotRequired[str]
    JobCreationDate: float
    ServicesLastAccessed: list[ServiceLastAccessed]
    JobCompletionDate: float
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]
    Error: NotRequired[ErrorDetails]


class GetServiceLastAccessedDetailsWithEntitiesRequest(TypedDict):
    JobId: str
    ServiceNamespace: str
    MaxItems: NotRequired[int]
    Marker: NotRequired[str]


class EntityInfo(TypedDict):
    Arn: str
    Name: str
    Type: str
    Id: str
    Path: NotRequired[str]


class EntityDetails(TypedDict):
    EntityInfo: EntityInfo
    LastAuthenticated: NotRequired[float]


class GetServiceLastAccessedDetailsWithEntitiesResponse(TypedDict):
    JobStatus: str
    JobCreationDate: float
    JobCompletionDate: float
    EntityDetailsList: list[EntityDetails]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]
    Error: NotRequired[ErrorDetails]


class GetServiceLinkedRoleDeletionStatusRequest(TypedDict):
    DeletionTaskId: str


class RoleUsageType(TypedDict):
    Region: NotRequired[str]
    Resources: NotRequired[list[str]]


class DeletionTaskFailureReasonType(TypedDict):
    Reason: NotRequired[str]
    RoleUsageList: NotRequired[list[RoleUsageType]]


class GetServiceLinkedRoleDeletionStatusResponse(TypedDict):
    Status: str
    Reason: NotRequired[DeletionTaskFailureReasonType]


class GetUserRequest(TypedDict):
    UserName: NotRequired[str]


class GetUserResponse(TypedDict):
    User: User


class GetUserPolicyRequest(TypedDict):
    UserName: str
    PolicyName: str


class GetUserPolicyResponse(TypedDict):
    UserName: str
    PolicyName: str
    PolicyDocument: str


class ListAccessKeysRequest(TypedDict):
    UserName: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class AccessKeyMetadata(TypedDict):
    UserName: NotRequired[str]
    AccessKeyId: NotRequired[str]
    Status: NotRequired[str]
    CreateDate: NotRequired[float]


class ListAccessKeysResponse(TypedDict):
    AccessKeyMetadata: list[AccessKeyMetadata]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListAccountAliasesRequest(TypedDict):
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListAccountAliasesResponse(TypedDict):
    AccountAliases: list[str]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListAttachedGroupPoliciesRequest(TypedDict):
    GroupName: str
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListAttachedGroupPoliciesResponse(TypedDict):
    AttachedPolicies: NotRequired[list[AttachedPolicy]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListAttachedRolePoliciesRequest(TypedDict):
    RoleName: str
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListAttachedRolePoliciesResponse(TypedDict):
    AttachedPolicies: NotRequired[list[AttachedPolicy]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListAttachedUserPoliciesRequest(TypedDict):
    UserName: str
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListAttachedUserPoliciesResponse(TypedDict):
    AttachedPolicies: NotRequired[list[AttachedPolicy]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListDelegationRequestsRequest(TypedDict):
    OwnerId: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListDelegationRequestsResponse(TypedDict):
    DelegationRequests: NotRequired[list[DelegationRequest]]
    Marker: NotRequired[str]
    isTruncated: NotRequired[bool]


class ListEntitiesForPolicyRequest(TypedDict):
    PolicyArn: str
    EntityFilter: NotRequired[str]
    PathPrefix: NotRequired[str]
    PolicyUsageFilter: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class PolicyGroup(TypedDict):
    GroupName: NotRequired[str]
    GroupId: NotRequired[str]


class PolicyUser(TypedDict):
    UserName: NotRequired[str]
    UserId: NotRequired[str]


class PolicyRole(TypedDict):
    RoleName: NotRequired[str]
    RoleId: NotRequired[str]


class ListEntitiesForPolicyResponse(TypedDict):
    PolicyGroups: NotRequired[list[PolicyGroup]]
    PolicyUsers: NotRequired[list[PolicyUser]]
    PolicyRoles: NotRequired[list[PolicyRole]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListGroupPoliciesRequest(TypedDict):
    GroupName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListGroupPoliciesResponse(TypedDict):
    PolicyNames: list[str]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListGroupsRequest(TypedDict):
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListGroupsResponse(TypedDict):
    Groups: list[Group]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListGroupsForUserRequest(TypedDict):
    UserName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListGroupsForUserResponse(TypedDict):
    Groups: list[Group]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListInstanceProfileTagsRequest(TypedDict):
    InstanceProfileName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListInstanceProfileTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListInstanceProfilesRequest(TypedDict):
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListInstanceProfilesResponse(TypedDict):
    InstanceProfiles: list[InstanceProfile]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListInstanceProfilesForRoleRequest(TypedDict):
    RoleName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListInstanceProfilesForRoleResponse(TypedDict):
    InstanceProfiles: list[InstanceProfile]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListMFADeviceTagsRequest(TypedDict):
    SerialNumber: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListMFADeviceTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListMFADevicesRequest(TypedDict):
    UserName: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class MFADevice(TypedDict):
    UserName: str
    SerialNumber: str
    EnableDate: float


class ListMFADevicesResponse(TypedDict):
    MFADevices: list[MFADevice]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListOpenIDConnectProviderTagsRequest(TypedDict):
    OpenIDConnectProviderArn: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListOpenIDConnectProviderTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListOpenIDConnectProvidersRequest(TypedDict):
    pass


class OpenIDConnectProviderListEntry(TypedDict):
    Arn: NotRequired[str]


class ListOpenIDConnectProvidersResponse(TypedDict):
    OpenIDConnectProviderList: NotRequired[list[OpenIDConnectProviderListEntry]]


class ListOrganizationsFeaturesRequest(TypedDict):
    pass


class ListOrganizationsFeaturesResponse(TypedDict):
    OrganizationId: NotRequired[str]
    EnabledFeatures: NotRequired[list[str]]


class ListPoliciesRequest(TypedDict):
    Scope: NotRequired[str]
    OnlyAttached: NotRequired[bool]
    PathPrefix: NotRequired[str]
    PolicyUsageFilter: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListPoliciesResponse(TypedDict):
    Policies: NotRequired[list[Policy]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListPoliciesGrantingServiceAccessRequest(TypedDict):
    Marker: NotRequired[str]
    Arn: str
    ServiceNamespaces: list[str]


class PolicyGrantingServiceAccess(TypedDict):
    PolicyName: str
    PolicyType: str
    PolicyArn: NotRequired[str]
    EntityType: NotRequired[str]
    EntityName: NotRequired[str]


class ListPoliciesGrantingServiceAccessEntry(TypedDict):
    ServiceNamespace: NotRequired[str]
    Policies: NotRequired[list[PolicyGrantingServiceAccess]]


class ListPoliciesGrantingServiceAccessResponse(TypedDict):
    PoliciesGrantingServiceAccess: list[ListPoliciesGrantingServiceAccessEntry]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListPolicyTagsRequest(TypedDict):
    PolicyArn: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListPolicyTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListPolicyVersionsRequest(TypedDict):
    PolicyArn: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListPolicyVersionsResponse(TypedDict):
    Versions: NotRequired[list[PolicyVersion]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListRolePoliciesRequest(TypedDict):
    RoleName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListRolePoliciesResponse(TypedDict):
    PolicyNames: list[str]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListRoleTagsRequest(TypedDict):
    RoleName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListRoleTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListRolesRequest(TypedDict):
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListRolesResponse(TypedDict):
    Roles: list[Role]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListSAMLProviderTagsRequest(TypedDict):
    SAMLProviderArn: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListSAMLProviderTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListSAMLProvidersRequest(TypedDict):
    pass


class SAMLProviderListEntry(TypedDict):
    Arn: NotRequired[str]
    ValidUntil: NotRequired[float]
    CreateDate: NotRequired[float]


class ListSAMLProvidersResponse(TypedDict):
    SAMLProviderList: NotRequired[list[SAMLProviderListEntry]]


class ListSSHPublicKeysRequest(TypedDict):
    UserName: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class SSHPublicKeyMetadata(TypedDict):
    UserName: str
    SSHPublicKeyId: str
    Status: str
    UploadDate: float


class ListSSHPublicKeysResponse(TypedDict):
    SSHPublicKeys: NotRequired[list[SSHPublicKeyMetadata]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListServerCertificateTagsRequest(TypedDict):
    ServerCertificateName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListServerCertificateTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListServerCertificatesRequest(TypedDict):
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListServerCertificatesResponse(TypedDict):
    ServerCertificateMetadataList: list[ServerCertificateMetadata]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListServiceSpecificCredentialsRequest(TypedDict):
    UserName: NotRequired[str]
    ServiceName: NotRequired[str]
    AllUsers: NotRequired[bool]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ServiceSpecificCredentialMetadata(TypedDict):
    UserName: str
    Status: str
    ServiceUserName: NotRequired[str]
    ServiceCredentialAlias: NotRequired[str]
    CreateDate: float
    ExpirationDate: NotRequired[float]
    ServiceSpecificCredentialId: str
    ServiceName: str


class ListServiceSpecificCredentialsResponse(TypedDict):
    ServiceSpecificCredentials: NotRequired[list[ServiceSpecificCredentialMetadata]]
    Marker: NotRequired[str]
    IsTruncated: NotRequired[bool]


class ListSigningCertificatesRequest(TypedDict):
    UserName: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class SigningCertificate(TypedDict):
    UserName: str
    CertificateId: str
    CertificateBody: str
    Status: str
    UploadDate: NotRequired[float]


class ListSigningCertificatesResponse(TypedDict):
    Certificates: list[SigningCertificate]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListUserPoliciesRequest(TypedDict):
    UserName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListUserPoliciesResponse(TypedDict):
    PolicyNames: list[str]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListUserTagsRequest(TypedDict):
    UserName: str
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListUserTagsResponse(TypedDict):
    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListUsersRequest(TypedDict):
    PathPrefix: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListUsersResponse(TypedDict):
    Users: list[User]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class ListVirtualMFADevicesRequest(TypedDict):
    AssignmentStatus: NotRequired[str]
    Marker: NotRequired[str]
    MaxItems: NotRequired[int]


class ListVirtualMFADevicesResponse(TypedDict):
    VirtualMFADevices: list[VirtualMFADevice]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class PutAccountPropertiesRequest(TypedDict):
    Properties: dict[str, str]


class PutAccountPropertiesResponse(TypedDict):
    pass


class PutGroupPolicyRequest(TypedDict):
    GroupName: str
    PolicyName: str
    PolicyDocument: str


class PutRolePermissionsBoundaryRequest(TypedDict):
    RoleName: str
    PermissionsBoundary: str


class PutRolePolicyRequest(TypedDict):
    RoleName: str
    PolicyName: str
    PolicyDocument: str


class PutUserPermissionsBoundaryRequest(TypedDict):
    UserName: str
    PermissionsBoundary: str


class PutUserPolicyRequest(TypedDict):
    UserName: str
    PolicyName: str
    PolicyDocument: str


class RejectDelegationRequestRequest(TypedDict):
    DelegationRequestId: str
    Notes: NotRequired[str]


class RemoveClientIDFromOpenIDConnectProviderRequest(TypedDict):
    OpenIDConnectProviderArn: str
    ClientID: str


class RemoveRoleFromInstanceProfileRequest(TypedDict):
    InstanceProfileName: str
    RoleName: str


class RemoveUserFromGroupRequest(TypedDict):
    GroupName: str
    UserName: str


class ResetServiceSpecificCredentialRequest(TypedDict):
    UserName: NotRequired[str]
    ServiceSpecificCredentialId: str


class ResetServiceSpecificCredentialResponse(TypedDict):
    ServiceSpecificCredential: NotRequired[ServiceSpecificCredential]


class ResyncMFADeviceRequest(TypedDict):
    UserName: str
    SerialNumber: str
    AuthenticationCode1: str
    AuthenticationCode2: str


class SendDelegationTokenRequest(TypedDict):
    DelegationRequestId: str


class SetDefaultPolicyVersionRequest(TypedDict):
    PolicyArn: str
    VersionId: str


class SetSecurityTokenServicePreferencesRequest(TypedDict):
    GlobalEndpointTokenVersion: str


class OrderedOrganizationPolicyType(TypedDict):
    ServiceControlPolicyInputList: NotRequired[list[str]]


class ContextEntry(TypedDict):
    ContextKeyName: NotRequired[str]
    ContextKeyValues: NotRequired[list[str]]
    ContextKeyType: NotRequired[str]


class SimulateCustomPolicyRequest(TypedDict):
    PolicyInputList: list[str]
    PermissionsBoundaryPolicyInputList: NotRequired[list[str]]
    OrderedOrganizationPolicyInputList: NotRequired[list[OrderedOrganizationPolicyType]]
    ActionNames: list[str]
    ResourceArns: NotRequired[list[str]]
    ResourcePolicy: NotRequired[str]
    ResourceOwner: NotRequired[str]
    CallerArn: NotRequired[str]
    ContextEntries: NotRequired[list[ContextEntry]]
    ResourceHandlingOption: NotRequired[str]
    MaxItems: NotRequired[int]
    Marker: NotRequired[str]


class Position(TypedDict):
    Line: NotRequired[int]
    Column: NotRequired[int]


class Statement(TypedDict):
    SourcePolicyId: NotRequired[str]
    SourcePolicyType: NotRequired[str]
    StartPosition: NotRequired[Position]
    EndPosition: NotRequired[Position]


class OrganizationsDecisionDetail(TypedDict):
    AllowedByOrganizations: NotRequired[bool]


class PermissionsBoundaryDecisionDetail(TypedDict):
    AllowedByPermissionsBoundary: NotRequired[bool]


class ResourceSpecificResult(TypedDict):
    EvalResourceName: str
    EvalResourceDecision: str
    MatchedStatements: NotRequired[list[Statement]]
    MissingContextValues: NotRequired[list[str]]
    EvalDecisionDetails: NotRequired[dict[str, str]]
    PermissionsBoundaryDecisionDetail: NotRequired[PermissionsBoundaryDecisionDetail]


class EvaluationResult(TypedDict):
    EvalActionName: str
    EvalResourceName: NotRequired[str]
    EvalDecision: str
    MatchedStatements: NotRequired[list[Statement]]
    MissingContextValues: NotRequired[list[str]]
    OrganizationsDecisionDetail: NotRequired[OrganizationsDecisionDetail]
    PermissionsBoundaryDecisionDetail: NotRequired[PermissionsBoundaryDecisionDetail]
    EvalDecisionDetails: NotRequired[dict[str, str]]
    ResourceSpecificResults: NotRequired[list[ResourceSpecificResult]]


class SimulatePolicyResponse(TypedDict):
    EvaluationResults: NotRequired[list[EvaluationResult]]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


class InlinePolicyIdentifierType(TypedDict):
    PolicyName: str
    AttachmentType: str
    AttachmentName: str


class PolicyIdentifier(TypedDict):
    PolicyType: NotRequired[str]
    PolicyArn: NotRequired[str]
    InlinePolicyIdentifier: NotRequired[InlinePolicyIdentifierType]


class SimulatePrincipalPolicyRequest(TypedDict):
    PolicySourceArn: str
    PolicyInputList: NotRequired[list[str]]
    PermissionsBoundaryPolicyInputList: NotRequired[list[str]]
    PolicyExclusionList: NotRequired[list[PolicyIdentifier]]
    ActionNames: list[str]
    ResourceArns: NotRequired[list[str]]
    ResourcePolicy: NotRequired[str]
    ResourceOwner: NotRequired[str]
    CallerArn: NotRequired[str]
    ContextEntries: NotRequired[list[ContextEntry]]
    ResourceHandlingOption: NotRequired[str]
    MaxItems: NotRequired[int]
    Marker: NotRequired[str]


class TagInstanceProfileRequest(TypedDict):
    InstanceProfileName: str
    Tags: list[Tag]


class TagMFADeviceRequest(TypedDict):
    SerialNumber: str
    Tags: list[Tag]


class TagOpenIDConnectProviderRequest(TypedDict):
    OpenIDConnectProviderArn: str
    Tags: list[Tag]


class TagPolicyRequest(TypedDict):
    PolicyArn: str
    Tags: list[Tag]


class TagRoleRequest(TypedDict):
    RoleName: str
    Tags: list[Tag]


class TagSAMLProviderRequest(TypedDict):
    SAMLProviderArn: str
    Tags: list[Tag]


class TagServerCertificateRequest(TypedDict):
    ServerCertificateName: str
    Tags: list[Tag]


class TagUserRequest(TypedDict):
    UserName: str
    Tags: list[Tag]


class UntagInstanceProfileRequest(TypedDict):
    InstanceProfileName: str
    TagKeys: list[str]


class UntagMFADeviceRequest(TypedDict):
    SerialNumber: str
    TagKeys: list[str]


class UntagOpenIDConnectProviderRequest(TypedDict):
    OpenIDConnectProviderArn: str
    TagKeys: list[str]


class UntagPolicyRequest(TypedDict):
    PolicyArn: str
    TagKeys: list[str]


class UntagRoleRequest(TypedDict):
    RoleName: str
    TagKeys: list[str]


class UntagSAMLProviderRequest(TypedDict):
    SAMLProviderArn: str
    TagKeys: list[str]


class UntagServerCertificateRequest(TypedDict):
    ServerCertificateName: str
    TagKeys: list[str]


class UntagUserRequest(TypedDict):
    UserName: str
    TagKeys: list[str]


class UpdateAccessKeyRequest(TypedDict):
    UserName: NotRequired[str]
    AccessKeyId: str
    Status: str


class UpdateAccountPasswordPolicyRequest(TypedDict):
    MinimumPasswordLength: NotRequired[int]
    RequireSymbols: NotRequired[bool]
    RequireNumbers: NotRequired[bool]
    RequireUppercaseCharacters: NotRequired[bool]
    RequireLowercaseCharacters: NotRequired[bool]
    AllowUsersToChangePassword: NotRequired[bool]
    MaxPasswordAge: NotRequired[int]
    PasswordReusePrevention: NotRequired[int]
    HardExpiry: NotRequired[bool]


class UpdateAssumeRolePolicyRequest(TypedDict):
    RoleName: str
    PolicyDocument: str


class UpdateDelegationRequestRequest(TypedDict):
    DelegationRequestId: str
    Notes: NotRequired[str]


class UpdateGroupRequest(TypedDict):
    GroupName: str
    NewPath: NotRequired[str]
    NewGroupName: NotRequired[str]


class UpdateLoginProfileRequest(TypedDict):
    UserName: str
    Password: NotRequired[str]
    PasswordResetRequired: NotRequired[bool]


class UpdateOpenIDConnectProviderThumbprintRequest(TypedDict):
    OpenIDConnectProviderArn: str
    ThumbprintList: list[str]


class UpdateRoleRequest(TypedDict):
    RoleName: str
    Description: NotRequired[str]
    MaxSessionDuration: NotRequired[int]


class UpdateRoleResponse(TypedDict):
    pass


class UpdateRoleDescriptionRequest(TypedDict):
    RoleName: str
    Description: str


class UpdateRoleDescriptionResponse(TypedDict):
    Role: NotRequired[Role]


class UpdateSAMLProviderRequest(TypedDict):
    SAMLMetadataDocument: NotRequired[str]
    SAMLProviderArn: str
    AssertionEncryptionMode: NotRequired[str]
    AddPrivateKey: NotRequired[str]
    RemovePrivateKey: NotRequired[str]


class UpdateSAMLProviderResponse(TypedDict):
    SAMLProviderArn: NotRequired[str]


class UpdateSSHPublicKeyRequest(TypedDict):
    UserName: str
    SSHPublicKeyId: str
    Status: str


class UpdateServerCertificateRequest(TypedDict):
    ServerCertificateName: str
    NewPath: NotRequired[str]
    NewServerCertificateName: NotRequired[str]


class UpdateServiceSpecificCredentialRequest(TypedDict):
    UserName: NotRequired[str]
    ServiceSpecificCredentialId: str
    Status: str


class UpdateSigningCertificateRequest(TypedDict):
    UserName: NotRequired[str]
    CertificateId: str
    Status: str


class UpdateUserRequest(TypedDict):
    UserName: str
    NewPath: NotRequired[str]
    NewUserName: NotRequired[str]


class UploadSSHPublicKeyRequest(TypedDict):
    UserName: str
    SSHPublicKeyBody: str


class UploadSSHPublicKeyResponse(TypedDict):
    SSHPublicKey: NotRequired[SSHPublicKey]


class UploadServerCertificateRequest(TypedDict):
    Path: NotRequired[str]
    ServerCertificateName: str
    CertificateBody: str
    PrivateKey: str
    CertificateChain: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class UploadServerCertificateResponse(TypedDict):
    ServerCertificateMetadata: NotRequired[ServerCertificateMetadata]
    Tags: NotRequired[list[Tag]]


class UploadSigningCertificateRequest(TypedDict):
    UserName: NotRequired[str]
    CertificateBody: str


class UploadSigningCertificateResponse(TypedDict):
    Certificate: SigningCertificate
