"""
Faults: what an operation refuses with, named as on AWS's wire.

A fault's class name is its wire code, its *message* is public text, and *cause* is private: it goes to the log under the
request id and never into an answer. Each door translates faults in one place.

    Fault
    ├── the declared exceptions of cognito-idp   raised by model, flows and operations
    └── the exceptions that every AWS service shares (AWS "Common Errors")   raised by the door
"""


class Fault(Exception):
    """
    A refusal in AWS's own words.

    *message* is shown to the caller. *cause* is for our own log only. *reason_code* is the `reasonCode` member of
    InvalidParameterException.
    """

    status = 400

    def __init__(self, message: str = "", *, cause: str = "", reason_code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.cause = cause
        self.reason_code = reason_code

    @property
    def code(self) -> str:
        """The wire code, e.g. `UserNotFoundException`."""
        return type(self).__name__


class InternalErrorException(Fault):
    """Something of ours failed; the answer says no more than that."""

    status = 500


class InvalidParameterException(Fault):
    """A request that breaks a constraint, a state or a setting."""


class AliasExistsException(Fault):
    """A verified e-mail, phone number or preferred user name already belongs to another user."""


class CodeDeliveryFailureException(Fault):
    """A message could not be handed over; the user may exist already."""


class CodeMismatchException(Fault):
    """The code is not the one that was sent."""


class ConcurrentModificationException(Fault):
    """Someone else changed the same configuration first."""


class EnableSoftwareTokenMFAException(Fault):
    """Declared by cognito-idp: enable software token mfa."""


class ExpiredCodeException(Fault):
    """The code is past its time, or none was asked for."""


class FeatureUnavailableInTierException(Fault):
    """Declared by cognito-idp: feature unavailable in tier."""


class ForbiddenException(Fault):
    """Declared by cognito-idp: forbidden."""


class DeviceKeyExistsException(Fault):
    """Declared by cognito-idp: device key exists."""


class WebAuthnChallengeNotFoundException(Fault):
    """Declared by cognito-idp: WebAuthn challenge not found."""


class WebAuthnClientMismatchException(Fault):
    """Declared by cognito-idp: WebAuthn client mismatch."""


class WebAuthnConfigurationMissingException(Fault):
    """Declared by cognito-idp: WebAuthn configuration missing."""


class WebAuthnCredentialNotSupportedException(Fault):
    """Declared by cognito-idp: WebAuthn credential not supported."""


class WebAuthnNotEnabledException(Fault):
    """Declared by cognito-idp: WebAuthn not enabled."""


class WebAuthnOriginNotAllowedException(Fault):
    """Declared by cognito-idp: WebAuthn origin not allowed."""


class WebAuthnRelyingPartyMismatchException(Fault):
    """Declared by cognito-idp: WebAuthn relying party mismatch."""


class GroupExistsException(Fault):
    """Declared by cognito-idp: group exists."""


class InvalidEmailRoleAccessPolicyException(Fault):
    """Declared by cognito-idp: invalid email role access policy."""


class InvalidLambdaResponseException(Fault):
    """Declared by cognito-idp: invalid lambda response."""


class InvalidOAuthFlowException(Fault):
    """Declared by cognito-idp: invalid oauth flow."""


class InvalidPasswordException(Fault):
    """Declared by cognito-idp: invalid password."""


class InvalidSmsRoleAccessPolicyException(Fault):
    """Declared by cognito-idp: invalid sms role access policy."""


class InvalidSmsRoleTrustRelationshipException(Fault):
    """Declared by cognito-idp: invalid sms role trust relationship."""


class InvalidUserPoolConfigurationException(Fault):
    """Declared by cognito-idp: invalid user pool configuration."""


class LimitExceededException(Fault):
    """A quota or an hourly attempt limit is used up."""


class MFAMethodNotFoundException(Fault):
    """Declared by cognito-idp: mfamethod not found."""


class NotAuthorizedException(Fault):
    """Credentials, tokens, sessions or permissions that do not suffice."""


class OperationNotEnabledException(Fault):
    """Declared by cognito-idp: operation not enabled."""


class PasswordHistoryPolicyViolationException(Fault):
    """Declared by cognito-idp: password history policy violation."""


class PasswordResetRequiredException(Fault):
    """Declared by cognito-idp: password reset required."""


class RefreshTokenReuseException(Fault):
    """Declared by cognito-idp: refresh token reuse."""


class ResourceNotFoundException(Fault):
    """No such pool, client, group … that the caller may see."""


class ScopeDoesNotExistException(Fault):
    """Declared by cognito-idp: scope does not exist."""


class SoftwareTokenMFANotFoundException(Fault):
    """Declared by cognito-idp: software token mfanot found."""


class TierChangeNotAllowedException(Fault):
    """Declared by cognito-idp: tier change not allowed."""


class TooManyFailedAttemptsException(Fault):
    """Declared by cognito-idp: too many failed attempts."""


class TooManyRequestsException(Fault):
    """Declared by cognito-idp: too many requests."""


class UnauthorizedException(Fault):
    """Declared by cognito-idp: unauthorized."""


class UnexpectedLambdaException(Fault):
    """Declared by cognito-idp: unexpected lambda."""


class UnsupportedOperationException(Fault):
    """Declared by cognito-idp: unsupported operation."""


class UnsupportedTokenTypeException(Fault):
    """Declared by cognito-idp: unsupported token type."""


class UnsupportedUserStateException(Fault):
    """Declared by cognito-idp: unsupported user state."""


class UserImportInProgressException(Fault):
    """Declared by cognito-idp: user import in progress."""


class UserLambdaValidationException(Fault):
    """Declared by cognito-idp: user lambda validation."""


class UserNotConfirmedException(Fault):
    """Declared by cognito-idp: user not confirmed."""


class UserNotFoundException(Fault):
    """Declared by cognito-idp: user not found."""


class UserPoolTaggingException(Fault):
    """Declared by cognito-idp: user pool tagging."""


class UsernameExistsException(Fault):
    """Declared by cognito-idp: username exists."""


class DuplicateProviderException(Fault):
    """The pool has an identity provider of that name."""


class ManagedLoginBrandingExistsException(Fault):
    """The client has a style already."""


class PreconditionNotMetException(Fault):
    """An import job is not in the state that the operation needs."""


class ServiceQuotaExceededException(Fault):
    """More is asked for than the account may have at most."""


class TermsExistsException(Fault):
    """The client has terms of that name already."""


class UnsupportedIdentityProviderException(Fault):
    """The operation does not serve providers of that type."""


class UserPoolAddOnNotEnabledException(Fault):
    """Threat protection is off in the pool."""


class InternalServerException(Fault):
    """Something of ours failed, in the word of the operations on client secrets."""

    status = 500


class AccessDeniedException(Fault):
    """The caller is known, and may not do this."""


class ExpiredTokenException(Fault):
    """A session token or a signature is past its time."""


class IncompleteSignatureException(Fault):
    """An Authorization header lacks one of its parts."""


class InvalidSignatureException(Fault):
    """The signature is not the one we compute, or its date is too far from ours."""


class MissingAuthenticationTokenException(Fault):
    """A signed operation came without a signature."""


class RequestEntityTooLargeException(Fault):
    """The body is longer than the door takes."""

    status = 413


class SerializationException(Fault):
    """The body is not what the protocol says."""


class UnknownOperationException(Fault):
    """No service model knows this operation."""


class UnrecognizedClientException(Fault):
    """The access key or the session token is not one of ours."""


class NotImplementedException(Fault):
    """The operation is in AWS's model and still missing here."""

    status = 501


class ValidationError(Fault):
    """A request that breaks a constraint, in the words of the query services (STS, IAM)."""


class ResourceConflictException(Fault):
    """Lambda: the function or statement is there already, or somebody else changed it first."""


class InvalidParameterValueException(Fault):
    """Lambda: a parameter has a value that it may not have."""


class InvalidRequestContentException(Fault):
    """Lambda: the event is no JSON."""


class RequestTooLargeException(Fault):
    """Lambda: the event is longer than a function takes."""


class PolicyLengthExceededException(Fault):
    """Lambda: a function's resource policy would become too long."""


class PreconditionFailedException(Fault):
    """Lambda: the function is no longer of the revision that the request names."""


class CodeStorageExceededException(Fault):
    """Lambda: the code of an account's functions would take up too much room."""


class ServiceException(Fault):
    """Lambda: the function could not be run, for a reason that is not in it."""

    status = 500


class ValidationException(Fault):
    """A request that breaks a constraint, in the word of Lambda."""


class AlreadyExistsException(Fault):
    """Declared by kms: the alias is taken."""


class DisabledException(Fault):
    """Declared by kms: the key is not enabled."""


class DryRunOperationException(Fault):
    """Declared by kms: the call would have succeeded, but was only tried."""


class IncorrectKeyException(Fault):
    """Declared by kms: another key than the one that was named made the blob."""


class InvalidAliasNameException(Fault):
    """Declared by kms: an alias may not be called so."""


class InvalidCiphertextException(Fault):
    """Declared by kms: a blob that does not open; it is never said why."""


class InvalidKeyUsageException(Fault):
    """Declared by kms: the key is not for this."""


class InvalidMarkerException(Fault):
    """Declared by kms: no list goes on there."""


class KMSInvalidStateException(Fault):
    """Declared by kms: the key's state forbids it."""


class MalformedPolicyDocumentException(Fault):
    """Declared by kms: the policy is none."""


class NotFoundException(Fault):
    """Declared by kms: no such key, or alias."""
