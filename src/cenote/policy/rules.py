"""
What a document that is in the policy language may still be refused for, in AWS's words.

The words and their order are what IAM answers; the partitions, services and paths are those it knows.
"""

import re
from typing import Final

from cenote.policy.grammar import Clause, DocumentText, StatementText

LEGACY: Final = "The policy failed legacy parsing"
_OLD_VERSION: Final = "Policy document must be version 2012-10-17 or greater."
_CURRENT_VERSION: Final = "2012-10-17"
_SID: Final = re.compile(r"[0-9A-Za-z]*")
_VENDOR: Final = re.compile(r"[0-9A-Za-z.-]+")
_PARTITIONS: Final = frozenset(
    {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"}
)
_COLONS: Final = 5
# Where a vendor stands among an ARN's parts, and where the resource does.
_VENDOR_PLACE: Final = 2
_REGION_PLACE: Final = 3
_RESOURCE_PLACE: Final = 5
_PATHS: Final = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)


class MalformedPolicyError(Exception):
    """A text is no policy, or none for what it is to be attached to; *message* is AWS's own."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def require_current_version(document: DocumentText) -> None:
    """Refuse a document of the older version, or of none."""
    if document.version != _CURRENT_VERSION:
        raise MalformedPolicyError(_OLD_VERSION)


def require_legible(document: DocumentText) -> None:
    """Refuse what the older parser stumbles over: an effect in the wrong case, an ARN with too few colons."""
    for statement in document.statements:
        if statement.effect not in {"Allow", "Deny"} or not all(map(_is_legible, values_of(statement.resource))):
            raise MalformedPolicyError(LEGACY)


def require_sids(document: DocumentText) -> None:
    """Refuse a statement id that is there twice, and one of other characters than letters and digits."""
    sids = [statement.sid for statement in document.statements if statement.sid]
    if len(set(sids)) != len(sids):
        raise MalformedPolicyError("Statement IDs (SID) in a single policy must be unique.")
    if not all(map(_SID.fullmatch, sids)):
        raise MalformedPolicyError(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )


def require_identity(document: DocumentText) -> None:
    """Refuse what no policy of a user, group, role or session may hold or lack."""
    if any(statement.principal is not None for statement in document.statements):
        raise MalformedPolicyError("Policy document should not specify a principal.")
    _require_actions(document)
    _require_resources(document)
    _require_formed(document)


def require_resource(document: DocumentText) -> None:
    """Refuse what no policy of a resource may hold or lack."""
    for statement in document.statements:
        require_principal(statement)
    _require_actions(document)
    _require_resources(document)
    _require_formed(document)


def require_principal(statement: StatementText) -> None:
    """Refuse a statement that names nobody, or lets everybody but some."""
    principal = statement.principal
    if principal is None:
        raise MalformedPolicyError("Missing required field Principal")
    if not principal or (not isinstance(principal, str) and not all(principal.values())):
        raise MalformedPolicyError("Missing required field Principal cannot be empty!")
    if statement.is_principal_negated and statement.effect == "Allow":
        raise MalformedPolicyError("Allow with NotPrincipal is not allowed.")


def _require_actions(document: DocumentText) -> None:
    if not all(values_of(statement.action) for statement in document.statements):
        raise MalformedPolicyError("Policy statement must contain actions.")


def _require_resources(document: DocumentText) -> None:
    if not all(values_of(statement.resource) for statement in document.statements):
        raise MalformedPolicyError("Policy statement must contain resources.")


def _require_formed(document: DocumentText) -> None:
    for statement in document.statements:
        for resource in values_of(statement.resource):
            _require_formed_resource(resource)
    for statement in document.statements:
        require_formed_actions(statement.action)


def require_formed_actions(clause: Clause | None) -> None:
    """Refuse an action that is not `*` or a service's."""
    for action in values_of(clause):
        if action == "*":
            continue
        vendor, colon, name = action.partition(":")
        if not colon:
            raise MalformedPolicyError("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
        if vendor != "*" and not _VENDOR.fullmatch(vendor):
            raise MalformedPolicyError(f"Vendor {vendor} is not valid")
        if ":" in name:
            raise MalformedPolicyError("Actions/Condition can contain only one colon.")


def _require_formed_resource(resource: str) -> None:
    if resource == "*":
        return
    parts = _parts_of(resource)
    if len(parts) == 1:
        raise MalformedPolicyError(f'Resource {resource} must be in ARN format or "*".')
    if not _is_partition(parts[1]):
        filled = [part or "*" if place == len(parts) - 1 else part for place, part in enumerate(parts)]
        meant = ":".join(["arn", *filled[1:], *["*"] * (_COLONS + 1 - len(parts))])
        raise MalformedPolicyError(f'Partition "{parts[1]}" is not valid for resource "{meant}".')
    vendor = parts[_VENDOR_PLACE] if len(parts) > _VENDOR_PLACE else ""
    if not vendor or _has_wildcard(vendor):
        raise MalformedPolicyError("Resource vendor must be fully qualified and cannot contain regexes.")
    region, account = (*parts[_REGION_PLACE:_RESOURCE_PLACE], "", "")[:2]
    if region and region != "*" and vendor == "iam":
        raise MalformedPolicyError(f"IAM resource {resource} cannot contain region information.")
    # Access points have a region, and an account.
    if region and region != "*" and vendor == "s3" and not account:
        raise MalformedPolicyError(f"Resource {resource} can not contain region information.")
    if vendor == "iam" and len(parts) > _RESOURCE_PLACE and not _is_iam_path(parts[_RESOURCE_PLACE]):
        raise MalformedPolicyError(
            f'IAM resource path must either be "*" or start with {", ".join(_PATHS)}.',
        )


def _is_iam_path(path: str) -> bool:
    return path in {"*", "root"} or path.startswith(_PATHS) or _has_wildcard(path.partition("/")[0])


def _is_partition(partition: str) -> bool:
    return partition in _PARTITIONS or _has_wildcard(partition) or partition.startswith("${")


def _is_legible(resource: str) -> bool:
    parts = _parts_of(resource)
    if len(parts) == 1 or not parts[1].startswith("aws"):
        return True
    if len(parts) > _VENDOR_PLACE and not parts[_VENDOR_PLACE]:
        return False
    return len(parts) > _COLONS or "" not in parts[1:-1]


def _parts_of(resource: str) -> list[str]:
    """The parts of an ARN; colons within variables part nothing."""
    masked = re.sub(r"\$\{[^{}]*\}", lambda found: found[0].replace(":", "\0"), resource)
    return [part.replace("\0", ":") for part in masked.split(":")]


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def values_of(clause: Clause | None) -> tuple[str, ...]:
    """The values of an element, none where it is not there."""
    return clause.values if clause is not None else ()
