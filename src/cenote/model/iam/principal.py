"""
Principals: who makes a request, as IAM tells them apart.

Source: IAM User Guide, "IAM identifiers"; "IAM JSON policy elements: Variables and tags" (aws:userid by principal).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PrincipalType(StrEnum):
    """The kinds of principal; a value is what aws:PrincipalType says."""

    ROOT = "Account"
    USER = "User"
    ASSUMED_ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"


@dataclass(frozen=True, slots=True)
class Session:
    """
    What a temporary credential carries of its own; *context* are condition keys in lower case that were true when it was issued.

    *policy* is the inline session policy as it was given, *policy_arns* the managed ones; with neither, the session may do what its
    principal may. *provider* is the federated principal (`cognito-identity.amazonaws.com`, a provider's ARN).
    """

    name: str
    issued_at_ms: int
    expires_at_ms: int
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    provider: str | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_policies(self) -> bool:
        """Whether it was issued with policies of its own."""
        return self.policy is not None or bool(self.policy_arns)


@dataclass(frozen=True, slots=True)
class Principal:
    """
    Whoever signs a request.

    *arn* is the caller's own (`arn:aws:sts::…:assumed-role/<role>/<session>` of a role's session), *user_id* what GetCallerIdentity calls
    UserId. *entity_id* is the id of the IAM user or role whose policies hold, None for the root; *name* is that one's name, and *owner_arn*
    its ARN where that is not the caller's own, once it was looked up.
    """

    type: PrincipalType
    account_id: str
    arn: str
    user_id: str
    name: str = ""
    entity_id: str | None = None
    session: Session | None = None
    owner_arn: str | None = None

    @property
    def is_root(self) -> bool:
        """Whether it is the account itself, without a session that bounds it."""
        return self.type is PrincipalType.ROOT and (self.session is None or not self.session.has_policies)


def root_arn(account_id: str) -> str:
    """The ARN of an account's root."""
    return f"arn:aws:iam::{account_id}:root"


def root_of(account_id: str) -> Principal:
    """An account's root."""
    return Principal(PrincipalType.ROOT, account_id, root_arn(account_id), account_id)


def holder_of(account_id: str, arn: str, entity_id: str | None) -> Principal:
    """Whom a long-term access key speaks for: the IAM user of that ARN and id, or the account's root, which has no id."""
    if arn == root_arn(account_id):
        return root_of(account_id)
    name = arn.rpartition("/")[2]
    return Principal(PrincipalType.USER, account_id, arn, entity_id or "", name, entity_id)
