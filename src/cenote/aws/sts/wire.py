"""What requests and answers of STS have in common: credentials, tags and session policies as they are written."""

from typing import TYPE_CHECKING

from cenote.base.errors import AccessDeniedException, InvalidParameterValueException, ValidationError
from cenote.model.iam.principal import PrincipalType
from cenote.spec.generated.sts import AssumedRoleUser, Credentials, PolicyDescriptorType, Tag

if TYPE_CHECKING:
    from cenote.aws.operation import Call
    from cenote.flows.credentials import sessions
    from cenote.flows.credentials.requests import Assumed
    from cenote.model.iam.principal import Principal

_OPEN_TO_SESSIONS = frozenset({"AssumeRole", "GetCallerIdentity"})


def require_principal(call: "Call") -> "Principal":
    """
    Who calls; AccessDeniedException for sessions to which the operation is closed.

    Source: AWS STS API reference, GetSessionToken, GetFederationToken ("Permissions").
    """
    principal = call.require_caller().principal
    if principal.session is None or principal.type is PrincipalType.ASSUMED_ROLE:
        return principal
    is_federated = principal.type is PrincipalType.FEDERATED_USER
    if call.operation != "GetCallerIdentity" and (is_federated or call.operation not in _OPEN_TO_SESSIONS):
        raise AccessDeniedException(f"Cannot call {call.operation} with session credentials")
    return principal


def refuse_mfa(serial_number: str | None, token_code: str | None) -> None:
    """Refuse a code of an MFA device: no user or root here has one."""
    if (serial_number is None) != (token_code is None):
        raise AccessDeniedException(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
        )
    if serial_number is not None:
        raise AccessDeniedException(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is "
            "valid and associated with this user."
        )


def tags_of(given: list[Tag] | None) -> dict[str, str]:
    """Session tags by their keys; InvalidParameterValueException when one is there twice."""
    tags = {tag["Key"]: tag["Value"] for tag in given or ()}
    if len(tags) != len(given or ()):
        raise InvalidParameterValueException(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    return tags


def policy_arns_of(given: list[PolicyDescriptorType] | None) -> tuple[str, ...]:
    """
    The managed policies that a session is to be bounded by, each once.

    Raises:
        ValidationError: one has no ARN: what is to bound a session must not be left out.
    """
    if not all("arn" in each for each in given or ()):
        raise ValidationError("A policy of PolicyArns has no ARN.")
    return tuple(dict.fromkeys(each["arn"] for each in given or ()))


def credentials_of(credentials: "sessions.Credentials") -> Credentials:
    """Temporary credentials as they are answered."""
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
        "SessionToken": credentials.session_token.reveal(),
        "Expiration": credentials.expires_at_ms / 1000,
    }


def assumed_role_user_of(assumed: "Assumed") -> AssumedRoleUser:
    """A role's session as it is answered."""
    return {"AssumedRoleId": assumed.principal.user_id, "Arn": assumed.principal.arn}
