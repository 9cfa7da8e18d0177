"""
The request and answer types of kms. Generated from botocore 1.44.5, kms 2014-11-01 by spec/generate.py: do not edit.

An enumeration is a str (the validator has checked it), a blob bytes, a timestamp seconds since the epoch, a
document any JSON value.
"""

from typing import NotRequired, TypedDict


class CancelKeyDeletionRequest(TypedDict):
    KeyId: str


class CancelKeyDeletionResponse(TypedDict):
    KeyId: NotRequired[str]


class ConnectCustomKeyStoreRequest(TypedDict):
    CustomKeyStoreId: str


class ConnectCustomKeyStoreResponse(TypedDict):
    pass


class CreateAliasRequest(TypedDict):
    AliasName: str
    TargetKeyId: str


class XksProxyAuthenticationCredentialType(TypedDict):
    AccessKeyId: str
    RawSecretAccessKey: str


class CreateCustomKeyStoreRequest(TypedDict):
    CustomKeyStoreName: str
    CloudHsmClusterId: NotRequired[str]
    TrustAnchorCertificate: NotRequired[str]
    KeyStorePassword: NotRequired[str]
    CustomKeyStoreType: NotRequired[str]
    XksProxyUriEndpoint: NotRequired[str]
    XksProxyUriPath: NotRequired[str]
    XksProxyVpcEndpointServiceName: NotRequired[str]
    XksProxyVpcEndpointServiceOwner: NotRequired[str]
    XksProxyAuthenticationCredential: NotRequired[XksProxyAuthenticationCredentialType]
    XksProxyConnectivity: NotRequired[str]


class CreateCustomKeyStoreResponse(TypedDict):
    CustomKeyStoreId: NotRequired[str]


class GrantConstraints(TypedDict):
    EncryptionContextSubset: NotRequired[dict[str, str]]
    EncryptionContextEquals: NotRequired[dict[str, str]]
    SourceArn: NotRequired[str]


class CreateGrantRequest(TypedDict):
    KeyId: str
    GranteePrincipal: NotRequired[str]
    RetiringPrincipal: NotRequired[str]
    Operations: list[str]
    Constraints: NotRequired[GrantConstraints]
    GrantTokens: NotRequired[list[str]]
    Name: NotRequired[str]
    DryRun: NotRequired[bool]
    GranteeServicePrincipal: NotRequired[str]
    RetiringServicePrincipal: NotRequired[str]


class CreateGrantResponse(TypedDict):
    GrantToken: NotRequired[str]
    GrantId: NotRequired[str]


class Tag(TypedDict):
    TagKey: str
    TagValue: str


class CreateKeyRequest(TypedDict):
    Policy: NotRequired[str]
    Description: NotRequired[str]
    KeyUsage: NotRequired[str]
    CustomerMasterKeySpec: NotRequired[str]
    KeySpec: NotRequired[str]
    Origin: NotRequired[str]
    CustomKeyStoreId: NotRequired[str]
    BypassPolicyLockoutSafetyCheck: NotRequired[bool]
    Tags: NotRequired[list[Tag]]
    MultiRegion: NotRequired[bool]
    XksKeyId: NotRequired[str]


class MultiRegionKey(TypedDict):
    Arn: NotRequired[str]
    Region: NotRequired[str]


class MultiRegionConfiguration(TypedDict):
    MultiRegionKeyType: NotRequired[str]
    PrimaryKey: NotRequired[MultiRegionKey]
    ReplicaKeys: NotRequired[list[MultiRegionKey]]


class XksKeyConfigurationType(TypedDict):
    Id: NotRequired[str]


class KeyMetadata(TypedDict):
    AWSAccountId: NotRequired[str]
    KeyId: str
    Arn: NotRequired[str]
    CreationDate: NotRequired[float]
    Enabled: NotRequired[bool]
    Description: NotRequired[str]
    KeyUsage: NotRequired[str]
    KeyState: NotRequired[str]
    DeletionDate: NotRequired[float]
    ValidTo: NotRequired[float]
    Origin: NotRequired[str]
    CustomKeyStoreId: NotRequired[str]
    CloudHsmClusterId: NotRequired[str]
    ExpirationModel: NotRequired[str]
    KeyManager: NotRequired[str]
    CustomerMasterKeySpec: NotRequired[str]
    KeySpec: NotRequired[str]
    EncryptionAlgorithms: NotRequired[list[str]]
    SigningAlgorithms: NotRequired[list[str]]
    KeyAgreementAlgorithms: NotRequired[list[str]]
    EncapsulationAlgorithms: NotRequired[list[str]]
    MultiRegion: NotRequired[bool]
    MultiRegionConfiguration: NotRequired[MultiRegionConfiguration]
    PendingDeletionWindowInDays: NotRequired[int]
    MacAlgorithms: NotRequired[list[str]]
    XksKeyConfiguration: NotRequired[XksKeyConfigurationType]
    CurrentKeyMaterialId: NotRequired[str]


class CreateKeyResponse(TypedDict):
    KeyMetadata: NotRequired[KeyMetadata]


class DecapsulateRequest(TypedDict):
    KeyId: str
    SharedSecretCiphertextBlob: bytes
    EncapsulationAlgorithm: str
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]


class DecapsulateResponse(TypedDict):
    KeyId: NotRequired[str]
    SharedSecret: NotRequired[bytes]
    EncapsulationAlgorithm: NotRequired[str]


class RecipientInfo(TypedDict):
    KeyEncryptionAlgorithm: NotRequired[str]
    AttestationDocument: NotRequired[bytes]


class DecryptRequest(TypedDict):
    CiphertextBlob: NotRequired[bytes]
    EncryptionContext: NotRequired[dict[str, str]]
    GrantTokens: NotRequired[list[str]]
    KeyId: NotRequired[str]
    EncryptionAlgorithm: NotRequired[str]
    Recipient: NotRequired[RecipientInfo]
    DryRun: NotRequired[bool]
    DryRunModifiers: NotRequired[list[str]]


class DecryptResponse(TypedDict):
    KeyId: NotRequired[str]
    Plaintext: NotRequired[bytes]
    EncryptionAlgorithm: NotRequired[str]
    CiphertextForRecipient: NotRequired[bytes]
    KeyMaterialId: NotRequired[str]


class DeleteAliasRequest(TypedDict):
    AliasName: str


class DeleteCustomKeyStoreRequest(TypedDict):
    CustomKeyStoreId: str


class DeleteCustomKeyStoreResponse(TypedDict):
    pass


class DeleteImportedKeyMaterialRequest(TypedDict):
    KeyId: str
    KeyMaterialId: NotRequired[str]


class DeleteImportedKeyMaterialResponse(TypedDict):
    KeyId: NotRequired[str]
    KeyMaterialId: NotRequired[str]


class DeriveSharedSecretRequest(TypedDict):
    KeyId: str
    KeyAgreementAlgorithm: str
    PublicKey: bytes
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]
    Recipient: NotRequired[RecipientInfo]


class DeriveSharedSecretResponse(TypedDict):
    KeyId: NotRequired[str]
    SharedSecret: NotRequired[bytes]
    CiphertextForRecipient: NotRequired[bytes]
    KeyAgreementAlgorithm: NotRequired[str]
    KeyOrigin: NotRequired[str]


class DescribeCustomKeyStoresRequest(TypedDict):
    CustomKeyStoreId: NotRequired[str]
    CustomKeyStoreName: NotRequired[str]
    Limit: NotRequired[int]
    Marker: NotRequired[str]


class XksProxyConfigurationType(TypedDict):
    Connectivity: NotRequired[str]
    AccessKeyId: NotRequired[str]
    UriEndpoint: NotRequired[str]
    UriPath: NotRequired[str]
    VpcEndpointServiceName: NotRequired[str]
    VpcEndpointServiceOwner: NotRequired[str]


class CustomKeyStoresListEntry(TypedDict):
    CustomKeyStoreId: NotRequired[str]
    CustomKeyStoreName: NotRequired[str]
    CloudHsmClusterId: NotRequired[str]
    TrustAnchorCertificate: NotRequired[str]
    ConnectionState: NotRequired[str]
    ConnectionErrorCode: NotRequired[str]
    CreationDate: NotRequired[float]
    CustomKeyStoreType: NotRequired[str]
    XksProxyConfiguration: NotRequired[XksProxyConfigurationType]


class DescribeCustomKeyStoresResponse(TypedDict):
    CustomKeyStores: NotRequired[list[CustomKeyStoresListEntry]]
    NextMarker: NotRequired[str]
    Truncated: NotRequired[bool]


class DescribeKeyRequest(TypedDict):
    KeyId: str
    GrantTokens: NotRequired[list[str]]


class DescribeKeyResponse(TypedDict):
    KeyMetadata: NotRequired[KeyMetadata]


class DisableKeyRequest(TypedDict):
    KeyId: str


class DisableKeyRotationRequest(TypedDict):
    KeyId: str


class DisconnectCustomKeyStoreRequest(TypedDict):
    CustomKeyStoreId: str


class DisconnectCustomKeyStoreResponse(TypedDict):
    pass


class EnableKeyRequest(TypedDict):
    KeyId: str


class EnableKeyRotationRequest(TypedDict):
    KeyId: str
    RotationPeriodInDays: NotRequired[int]


class EncapsulateRequest(TypedDict):
    KeyId: str
    EncapsulationAlgorithm: str
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]


class EncapsulateResponse(TypedDict):
    KeyId: NotRequired[str]
    SharedSecret: NotRequired[bytes]
    SharedSecretCiphertextBlob: NotRequired[bytes]
    EncapsulationAlgorithm: NotRequired[str]


class EncryptRequest(TypedDict):
    KeyId: str
    Plaintext: bytes
    EncryptionContext: NotRequired[dict[str, str]]
    GrantTokens: NotRequired[list[str]]
    EncryptionAlgorithm: NotRequired[str]
    DryRun: NotRequired[bool]


class EncryptResponse(TypedDict):
    CiphertextBlob: NotRequired[bytes]
    KeyId: NotRequired[str]
    EncryptionAlgorithm: NotRequired[str]


class GenerateDataKeyRequest(TypedDict):
    KeyId: str
    EncryptionContext: NotRequired[dict[str, str]]
    NumberOfBytes: NotRequired[int]
    KeySpec: NotRequired[str]
    GrantTokens: NotRequired[list[str]]
    Recipient: NotRequired[RecipientInfo]
    DryRun: NotRequired[bool]


class GenerateDataKeyResponse(TypedDict):
    CiphertextBlob: NotRequired[bytes]
    Plaintext: NotRequired[bytes]
    KeyId: NotRequired[str]
    CiphertextForRecipient: NotRequired[bytes]
    KeyMaterialId: NotRequired[str]


class GenerateDataKeyPairRequest(TypedDict):
    EncryptionContext: NotRequired[dict[str, str]]
    KeyId: str
    KeyPairSpec: str
    GrantTokens: NotRequired[list[str]]
    Recipient: NotRequired[RecipientInfo]
    DryRun: NotRequired[bool]


class GenerateDataKeyPairResponse(TypedDict):
    PrivateKeyCiphertextBlob: NotRequired[bytes]
    PrivateKeyPlaintext: NotRequired[bytes]
    PublicKey: NotRequired[bytes]
    KeyId: NotRequired[str]
    KeyPairSpec: NotRequired[str]
    CiphertextForRecipient: NotRequired[bytes]
    KeyMaterialId: NotRequired[str]


class GenerateDataKeyPairWithoutPlaintextRequest(TypedDict):
    EncryptionContext: NotRequired[dict[str, str]]
    KeyId: str
    KeyPairSpec: str
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]


class GenerateDataKeyPairWithoutPlaintextResponse(TypedDict):
    PrivateKeyCiphertextBlob: NotRequired[bytes]
    PublicKey: NotRequired[bytes]
    KeyId: NotRequired[str]
    KeyPairSpec: NotRequired[str]
    KeyMaterialId: NotRequired[str]


class GenerateDataKeyWithoutPlaintextRequest(TypedDict):
    KeyId: str
    EncryptionContext: NotRequired[dict[str, str]]
    KeySpec: NotRequired[str]
    NumberOfBytes: NotRequired[int]
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]


class GenerateDataKeyWithoutPlaintextResponse(TypedDict):
    CiphertextBlob: NotRequired[bytes]
    KeyId: NotRequired[str]
    KeyMaterialId: NotRequired[str]


class GenerateMacRequest(TypedDict):
    Message: bytes
    KeyId: str
    MacAlgorithm: str
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]


class GenerateMacResponse(TypedDict):
    Mac: NotRequired[bytes]
    MacAlgorithm: NotRequired[str]
    KeyId: NotRequired[str]


class GenerateRandomRequest(TypedDict):
    NumberOfBytes: NotRequired[int]
    CustomKeyStoreId: NotRequired[str]
    Recipient: NotRequired[RecipientInfo]


class GenerateRandomResponse(TypedDict):
    Plaintext: NotRequired[bytes]
    CiphertextForRecipient: NotRequired[bytes]


class GetKeyLastUsageRequest(TypedDict):
    KeyId: str


class KeyLastUsageData(TypedDict):
    Operation: NotRequired[str]
    Timestamp: NotRequired[float]
    CloudTrailEventId: NotRequired[str]
    KmsRequestId: NotRequired[str]


class GetKeyLastUsageResponse(TypedDict):
    KeyId: NotRequired[str]
    KeyLastUsage: NotRequired[KeyLastUsageData]
    TrackingStartDate: NotRequired[float]
    KeyCreationDate: NotRequired[float]


class GetKeyPolicyRequest(TypedDict):
    KeyId: str
    PolicyName: NotRequired[str]


class GetKeyPolicyResponse(TypedDict):
    Policy: NotRequired[str]
    PolicyName: NotRequired[str]


class GetKeyRotationStatusRequest(TypedDict):
    KeyId: str


class GetKeyRotationStatusResponse(TypedDict):
    KeyRotationEnabled: NotRequired[bool]
    KeyId: NotRequired[str]
    RotationPeriodInDays: NotRequired[int]
    NextRotationDate: NotRequired[float]
    OnDemandRotationStartDate: NotRequired[float]


class GetParametersForImportRequest(TypedDict):
    KeyId: str
    WrappingAlgorithm: str
    WrappingKeySpec: str


class GetParametersForImportResponse(TypedDict):
    KeyId: NotRequired[str]
    ImportToken: NotRequired[bytes]
    PublicKey: NotRequired[bytes]
    ParametersValidTo: NotRequired[float]


class GetPublicKeyRequest(TypedDict):
    KeyId: str
    GrantTokens: NotRequired[list[str]]


class GetPublicKeyResponse(TypedDict):
    KeyId: NotRequired[str]
    PublicKey: NotRequired[bytes]
    CustomerMasterKeySpec: NotRequired[str]
    KeySpec: NotRequired[str]
    KeyUsage: NotRequired[str]
    EncryptionAlgorithms: NotRequired[list[str]]
    SigningAlgorithms: NotRequired[list[str]]
    KeyAgreementAlgorithms: NotRequired[list[str]]
    EncapsulationAlgorithms: NotRequired[list[str]]


class ImportKeyMaterialRequest(TypedDict):
    KeyId: str
    ImportToken: bytes
    EncryptedKeyMaterial: bytes
    ValidTo: NotRequired[float]
    ExpirationModel: NotRequired[str]
    ImportType: NotRequired[str]
    KeyMaterialDescription: NotRequired[str]
    KeyMaterialId: NotRequired[str]


class ImportKeyMaterialResponse(TypedDict):
    KeyId: NotRequired[str]
    KeyMaterialId: NotRequired[str]


class ListAliasesRequest(TypedDict):
    KeyId: NotRequired[str]
    Limit: NotRequired[int]
    Marker: NotRequired[str]


class AliasListEntry(TypedDict):
    AliasName: NotRequired[str]
    AliasArn: NotRequired[str]
    TargetKeyId: NotRequired[str]
    CreationDate: NotRequired[float]
    LastUpdatedDate: NotRequired[float]


class ListAliasesResponse(TypedDict):
    Aliases: NotRequired[list[AliasListEntry]]
    NextMarker: NotRequired[str]
    Truncated: NotRequired[bool]


class ListGrantsRequest(TypedDict):
    Limit: NotRequired[int]
    Marker: NotRequired[str]
    KeyId: str
    GrantId: NotRequired[str]
    GranteePrincipal: NotRequired[str]
    GranteeServicePrincipal: NotRequired[str]


class GrantListEntry(TypedDict):
    KeyId: NotRequired[str]
    GrantId: NotRequired[str]
    Name: NotRequired[str]
    CreationDate: NotRequired[float]
    GranteePrincipal: NotRequired[str]
    RetiringPrincipal: NotRequired[str]
    IssuingAccount: NotRequired[str]
    Operations: NotRequired[list[str]]
    Constraints: NotRequired[GrantConstraints]
    GranteeServicePrincipal: NotRequired[str]
    RetiringServicePrincipal: NotRequired[str]


class ListGrantsResponse(TypedDict):
    Grants: NotRequired[list[GrantListEntry]]
    NextMarker: NotRequired[str]
    Truncated: NotRequired[bool]


class ListKeyPoliciesRequest(TypedDict):
    KeyId: str
    Limit: NotRequired[int]
    Marker: NotRequired[str]


class ListKeyPoliciesResponse(TypedDict):
    PolicyNames: NotRequired[list[str]]
    NextMarker: NotRequired[str]
    Truncated: NotRequired[bool]


class ListKeyRotationsRequest(TypedDict):
    KeyId: str
    IncludeKeyMaterial: NotRequired[str]
    Limit: NotRequired[int]
    Marker: NotRequired[str]


class RotationsListEntry(TypedDict):
    KeyId: NotRequired[str]
    KeyMaterialId: NotRequired[str]
    KeyMaterialDescription: NotRequired[str]
    ImportState: NotRequired[str]
    KeyMaterialState: NotRequired[str]
    ExpirationModel: NotRequired[str]
    ValidTo: NotRequired[float]
    RotationDate: NotRequired[float]
    RotationType: NotRequired[str]


class ListKeyRotationsResponse(TypedDict):
    Rotations: NotRequired[list[RotationsListEntry]]
    NextMarker: NotRequired[str]
    Truncated: NotRequired[bool]


class ListKeysRequest(TypedDict):
    Limit: NotRequired[int]
    Marker: NotRequired[str]
    ResourceOwners: NotRequired[list[str]]


class KeyListEntry(TypedDict):
    KeyId: NotRequired[str]
    KeyArn: NotRequired[str]


class ListKeysResponse(TypedDict):
    Keys: NotRequired[list[KeyListEntry]]
    NextMarker: NotRequired[str]
    Truncated: NotRequired[bool]


class ListResourceTagsRequest(TypedDict):
    KeyId: str
    Limit: NotRequired[int]
    Marker: NotRequired[str]


class ListResourceTagsResponse(TypedDict):
    Tags: NotRequired[list[Tag]]
    NextMarker: NotRequired[str]
    Truncated: NotRequired[bool]


class ListRetirableGrantsRequest(TypedDict):
    Limit: NotRequired[int]
    Marker: NotRequired[str]
    RetiringPrincipal: NotRequired[str]
    RetiringServicePrincipal: NotRequired[str]


class PutKeyPolicyRequest(TypedDict):
    KeyId: str
    PolicyName: NotRequired[str]
    Policy: str
    BypassPolicyLockoutSafetyCheck: NotRequired[bool]


class ReEncryptRequest(TypedDict):
    CiphertextBlob: NotRequired[bytes]
    SourceEncryptionContext: NotRequired[dict[str, str]]
    SourceKeyId: NotRequired[str]
    DestinationKeyId: str
    DestinationEncryptionContext: NotRequired[dict[str, str]]
    SourceEncryptionAlgorithm: NotRequired[str]
    DestinationEncryptionAlgorithm: NotRequired[str]
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]
    DryRunModifiers: NotRequired[list[str]]


class ReEncryptResponse(TypedDict):
    CiphertextBlob: NotRequired[bytes]
    SourceKeyId: NotRequired[str]
    KeyId: NotRequired[str]
    SourceEncryptionAlgorithm: NotRequired[str]
    DestinationEncryptionAlgorithm: NotRequired[str]
    SourceKeyMaterialId: NotRequired[str]
    DestinationKeyMaterialId: NotRequired[str]


class ReplicateKeyRequest(TypedDict):
    KeyId: str
    ReplicaRegion: str
    Policy: NotRequired[str]
    BypassPolicyLockoutSafetyCheck: NotRequired[bool]
    Description: NotRequired[str]
    Tags: NotRequired[list[Tag]]


class ReplicateKeyResponse(TypedDict):
    ReplicaKeyMetadata: NotRequired[KeyMetadata]
    ReplicaPolicy: NotRequired[str]
    ReplicaTags: NotRequired[list[Tag]]


class RetireGrantRequest(TypedDict):
    GrantToken: NotRequired[str]
    KeyId: NotRequired[str]
    GrantId: NotRequired[str]
    DryRun: NotRequired[bool]


class RevokeGrantRequest(TypedDict):
    KeyId: str
    GrantId: str
    DryRun: NotRequired[bool]


class RotateKeyOnDemandRequest(TypedDict):
    KeyId: str


class RotateKeyOnDemandResponse(TypedDict):
    KeyId: NotRequired[str]


class ScheduleKeyDeletionRequest(TypedDict):
    KeyId: str
    PendingWindowInDays: NotRequired[int]


class ScheduleKeyDeletionResponse(TypedDict):
    KeyId: NotRequired[str]
    DeletionDate: NotRequired[float]
    KeyState: NotRequired[str]
    PendingWindowInDays: NotRequired[int]


class SignRequest(TypedDict):
    KeyId: str
    Message: bytes
    MessageType: NotRequired[str]
    GrantTokens: NotRequired[list[str]]
    SigningAlgorithm: str
    DryRun: NotRequired[bool]


class SignResponse(TypedDict):
    KeyId: NotRequired[str]
    Signature: NotRequired[bytes]
    SigningAlgorithm: NotRequired[str]


class TagResourceRequest(TypedDict):
    KeyId: str
    Tags: list[Tag]


class UntagResourceRequest(TypedDict):
    KeyId: str
    TagKeys: list[str]


class UpdateAliasRequest(TypedDict):
    AliasName: str
    TargetKeyId: str


class UpdateCustomKeyStoreRequest(TypedDict):
    CustomKeyStoreId: str
    NewCustomKeyStoreName: NotRequired[str]
    KeyStorePassword: NotRequired[str]
    CloudHsmClusterId: NotRequired[str]
    XksProxyUriEndpoint: NotRequired[str]
    XksProxyUriPath: NotRequired[str]
    XksProxyVpcEndpointServiceName: NotRequired[str]
    XksProxyVpcEndpointServiceOwner: NotRequired[str]
    XksProxyAuthenticationCredential: NotRequired[XksProxyAuthenticationCredentialType]
    XksProxyConnectivity: NotRequired[str]


class UpdateCustomKeyStoreResponse(TypedDict):
    pass


class UpdateKeyDescriptionRequest(TypedDict):
    KeyId: str
    Description: str


class UpdatePrimaryRegionRequest(TypedDict):
    KeyId: str
    PrimaryRegion: str


class VerifyRequest(TypedDict):
    KeyId: str
    Message: bytes
    MessageType: NotRequired[str]
    Signature: bytes
    SigningAlgorithm: str
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]


class VerifyResponse(TypedDict):
    KeyId: NotRequired[str]
    SignatureValid: NotRequired[bool]
    SigningAlgorithm: NotRequired[str]


class VerifyMacRequest(TypedDict):
    Message: bytes
    KeyId: str
    MacAlgorithm: str
    Mac: bytes
    GrantTokens: NotRequired[list[str]]
    DryRun: NotRequired[bool]


class VerifyMacResponse(TypedDict):
    KeyId: NotRequired[str]
    MacValid: NotRequired[bool]
    MacAlgorithm: NotRequired[str]
