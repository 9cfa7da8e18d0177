"""
Temporary credentials without a row: issued as a token that says everything, opened again by any node of the deployment.

A token belongs to one access key id: with another's it is refused. Whether the role or user behind it is still there is asked elsewhere,
each time it is used (`flows.iam`): nothing of a session can be taken back but by that, or by a policy that denies by `aws:TokenIssueTime`.

Source: IAM User Guide, "Temporary security credentials in IAM", "Revoke IAM role temporary security credentials".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cenote.base import ids
from cenote.base.errors import UnrecognizedClientException
from cenote.base.iam_errors import PackedPolicyTooLargeException
from cenote.base.secret import Secret
from cenote.flows.credentials.session_tokens import MAX_TOKEN_CHARS, SealedSession, TooLargeError, open_token, seal
from cenote.flows.keys import TokenBrokenError
from cenote.model.access_key import AccessKey, digest_of_session_token
from cenote.model.iam.principal import PrincipalType

if TYPE_CHECKING:
    from cenote.flows.keys import Keys
    from cenote.flows.services import Services
    from cenote.model.iam.principal import Principal

MFA_PRESENT: Final = "aws:multifactorauthpresent"
INVALID_TOKEN: Final = "The security token included in the request is invalid."


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client signs with from now on, until *expires_at_ms*."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret
    expires_at_ms: int

    @property
    def token_size(self) -> int:
        """How many characters the token has."""
        return len(self.session_token.reveal())

    @property
    def token_utilization(self) -> int:
        """How much that is of what a token may have, in percent."""
        return -(-self.token_size * 100 // MAX_TOKEN_CHARS)


def is_temporary(access_key_id: str) -> bool:
    """Whether an access key id is of temporary credentials, whose key is in their token and in no row."""
    return access_key_id.startswith(ids.TEMPORARY_KEY_PREFIX)


def may_call_iam(principal: "Principal") -> bool:
    """
    Whether IAM's operations are open to *principal*: not to federated users, nor to keys of GetSessionToken without a second factor.

    Source: AWS STS API reference, GetSessionToken, GetFederationToken ("Permissions").
    """
    session = principal.session
    if session is None or principal.type is PrincipalType.ASSUMED_ROLE:
        return True
    return principal.type is not PrincipalType.FEDERATED_USER and session.context.get(MFA_PRESENT) == ("true",)


def issue(services: "Services", principal: "Principal", minimum_token_chars: int = 0) -> Credentials:
    """
    Credentials that speak for *principal* as long as its session lasts; the token has *minimum_token_chars* at least.

    Raises:
        PackedPolicyTooLargeException: its session says more than a token has room for.
    """
    session = principal.session
    if session is None:
        raise ValueError("temporary credentials are a session's")
    access_key_id = ids.new_temporary_key_id(principal.account_id)
    secret = Secret(ids.new_secret_access_key())
    try:
        token = seal(services.keys, SealedSession(access_key_id, secret, principal, session), minimum_token_chars)
    except TooLargeError:
        raise PackedPolicyTooLargeException("The session token would be too large.") from None
    return Credentials(access_key_id, secret, Secret(token), session.expires_at_ms)


def open_session(keys: "Keys", access_key_id: str, token: str) -> AccessKey:
    """
    The key of *access_key_id* that *token* holds; whether its time is over is for the caller to ask, once the signature is verified.

    Raises:
        UnrecognizedClientException: the token is not one of ours, or another key's.
    """
    try:
        sealed = open_token(keys, token)
    except TokenBrokenError as error:
        raise UnrecognizedClientException(INVALID_TOKEN, cause=str(error)) from None
    if sealed.access_key_id != access_key_id:
        raise UnrecognizedClientException(INVALID_TOKEN, cause="the token of another access key")
    return AccessKey(
        access_key_id=access_key_id,
        secret_access_key=sealed.secret_access_key,
        principal=sealed.principal,
        session_token_digest=digest_of_session_token(token),
        expires_at_ms=sealed.session.expires_at_ms,
    )
