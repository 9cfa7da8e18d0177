"""
Session policies: read as they are asked for, so that no session is opened that could do nothing, or that has no room for them.

Source: IAM User Guide, "Session policies"; AWS STS API reference, AssumeRole (Policy, PolicyArns, PackedPolicySize).
"""

from typing import TYPE_CHECKING

from cenote.base.errors import MalformedPolicyDocumentException, ValidationError
from cenote.base.iam_errors import PackedPolicyTooLargeException
from cenote.model.iam.names import policy_arn_ref
from cenote.model.iam.session_rules import MAX_POLICIES, MAX_POLICY_CHARS, packed_percent
from cenote.policy.document import Kind, MalformedPolicyError, parse

if TYPE_CHECKING:
    from cenote.flows.services import Services
    from cenote.model.iam.principal import Session

_FULL = 100


def verify_policies(policy: str | None, policy_arns: tuple[str, ...]) -> None:
    """
    See that session policies are well formed and few enough.

    Raises:
        MalformedPolicyDocumentException: *policy* is none.
        ValidationError: an ARN is none of a managed policy, or there are too many or too long policies.
    """
    if len(policy_arns) > MAX_POLICIES:
        raise ValidationError(f"A session can have at most {MAX_POLICIES} managed policies.")
    for arn in policy_arns:
        if policy_arn_ref(arn) is None:
            raise ValidationError(f"ARN {arn} is not valid.")
    if len(policy or "") + sum(map(len, policy_arns)) > MAX_POLICY_CHARS:
        raise ValidationError(f"The session policies together can have at most {MAX_POLICY_CHARS} characters.")
    if policy is not None:
        try:
            parse(policy, Kind.SESSION)
        except MalformedPolicyError as error:
            raise MalformedPolicyDocumentException(str(error)) from None


def require_managed(services: "Services", account_id: str, policy_arns: tuple[str, ...]) -> None:
    """Refuse with ValidationError when an account has no such managed policy, and AWS neither."""
    for arn in policy_arns:
        if services.iam.policy_document(account_id, arn) is None:
            raise ValidationError(f"Policy {arn} does not exist or is not attachable.")


def require_room(session: "Session") -> int | None:
    """How much of their room the policies and tags of a session take, in percent; PackedPolicyTooLargeException beyond all of it."""
    percent = packed_percent(session)
    if percent is not None and percent > _FULL:
        consumed = f"consumes {percent}% of allotted space"
        raise PackedPolicyTooLargeException(
            f"Packed policy {consumed}, please use smaller policy."
            if session.has_policies
            else f"Packed size of session tags {consumed}."
        )
    return percent
