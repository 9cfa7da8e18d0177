"""
Which policies SimulatePrincipalPolicy leaves out, by its PolicyExclusionList.

Source: IAM API Reference, PolicyIdentifier and InlinePolicyIdentifierType.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cenote.aws.iam.simulated import Held, is_built_in
from cenote.base.iam_errors import InvalidInputException
from cenote.model.iam.names import policy_arn_ref
from cenote.policy.patterns import matcher_of
from cenote.policy.variables import tokens_of
from cenote.spec.generated.iam import InlinePolicyIdentifierType, PolicyIdentifier

BOUNDARY: Final = "permission-boundary"


def left(found: Iterable[Held], excluded: Sequence[PolicyIdentifier]) -> Iterator[Held]:
    """
    The policies that no identifier means.

    Raises:
        InvalidInputException: an identifier is of no form that there is.
    """
    for identifier in excluded:
        _require_formed(identifier)
    return (policy for policy in found if not any(_is_meant(policy, identifier) for identifier in excluded))


def is_boundary_left(excluded: Sequence[PolicyIdentifier]) -> bool:
    """Whether what bounds the caller still does."""
    return not any(identifier.get("PolicyType") == BOUNDARY for identifier in excluded)


def _require_formed(identifier: PolicyIdentifier) -> None:
    if len(identifier) != 1:
        raise InvalidInputException("Invalid Policy Identifier: it has to have exactly one member.")
    arn = identifier.get("PolicyArn")
    if arn is not None:
        ref = policy_arn_ref(arn)
        if ref is None or ref.name.count("*") > 1 or any(wild in ref.path + ref.account_id for wild in "*?"):
            raise InvalidInputException(f"Invalid Policy Identifier: {arn}")


def _is_meant(policy: Held, identifier: PolicyIdentifier) -> bool:
    if "PolicyArn" in identifier:
        return not policy.is_inline and _is_like(policy.named.name, identifier["PolicyArn"])
    if "InlinePolicyIdentifier" in identifier:
        return policy.is_inline and _is_inline_meant(policy, identifier["InlinePolicyIdentifier"])
    kind = "inline" if policy.is_inline else "aws-managed" if is_built_in(policy) else "user-managed"
    return identifier.get("PolicyType") == kind


def _is_inline_meant(policy: Held, identifier: InlinePolicyIdentifierType) -> bool:
    owner = policy.owner
    return (
        identifier["PolicyName"] == policy.named.name
        and identifier["AttachmentType"] == owner.kind.value
        and identifier["AttachmentName"] == owner.name
    )


def _is_like(text: str, pattern: str) -> bool:
    return matcher_of(tokens_of(pattern, has_wildcards=True, has_variables=False))(text, {})
