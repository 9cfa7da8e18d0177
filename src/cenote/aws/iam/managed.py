"""
Managed policies by their ARNs: the account's own, and the built-in ones, which nobody changes.

What is in another account is as what is nowhere.
"""

from cenote.base.errors import AccessDeniedException, ValidationError
from cenote.base.iam_errors import InvalidInputException, NoSuchEntityException
from cenote.model.iam import managed_policies
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.managed_policies import ManagedPolicy
from cenote.model.iam.names import EntityRef, policy_arn_ref
from cenote.storage.database import Tx
from cenote.storage.iam import entities


def get_own(tx: Tx, account_id: str, arn: str) -> Entity | None:
    """
    The account's own policy of that ARN, or None.

    Raises:
        AccessDeniedException: it is a built-in one.
        InvalidInputException, ValidationError: as `require_ref`.
    """
    if managed_policies.is_built_in(arn):
        raise AccessDeniedException("Policy is outside your own account.")
    found = get(tx, account_id, arn)
    return found if isinstance(found, Entity) else None


def require_own(tx: Tx, account_id: str, arn: str) -> Entity:
    """
    The account's own policy of that ARN.

    Raises:
        AccessDeniedException, InvalidInputException, ValidationError: as `get_own`.
        NoSuchEntityException: there is none.
    """
    found = get_own(tx, account_id, arn)
    if found is None:
        raise NoSuchEntityException(f"Policy {arn} was not found.")
    return found


def require(tx: Tx, account_id: str, arn: str) -> Entity | ManagedPolicy:
    """
    The policy of that ARN, the account's own or a built-in one.

    Raises:
        InvalidInputException, ValidationError: as `require_ref`.
        NoSuchEntityException: there is none.
    """
    found = get(tx, account_id, arn)
    if found is None:
        raise NoSuchEntityException(f"Policy {arn} was not found.")
    return found


def get(tx: Tx, account_id: str, arn: str) -> Entity | ManagedPolicy | None:
    """The policy of that ARN that the account may use; raises as `require_ref`."""
    if managed_policies.is_built_in(arn):
        return managed_policies.get(arn)
    require_ref(arn)
    return entities.get_by_arn(tx, account_id, EntityKind.POLICY, arn)


def require_ref(arn: str) -> EntityRef:
    """What a policy's ARN names; raises InvalidInputException for the ARN of something else, ValidationError for what is no ARN."""
    ref = policy_arn_ref(arn)
    if ref is None:
        refusal = InvalidInputException if arn.startswith("arn:") else ValidationError
        raise refusal(f"ARN {arn} is not valid.")
    return ref
