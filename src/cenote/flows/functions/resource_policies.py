"""What a function says of itself when IAM weighs a call: its policy and its tags."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cenote.flows.iam.compiled import RESOURCE_SOURCE, named
from cenote.model.function_names import reference_of
from cenote.model.function_policy import policy_text
from cenote.policy.document import Kind
from cenote.policy.evaluate import Named
from cenote.storage import functions
from cenote.storage.functions import FunctionKey

if TYPE_CHECKING:
    from cenote.flows.services import Services


def resource_policies_of(services: "Services", arn: str) -> tuple[Named, ...]:
    """The policy of the function that an ARN names, if it is there and has one."""
    statements = _document_of(services, arn).get("Policy")
    return (named(arn, policy_text(statements), Kind.RESOURCE, RESOURCE_SOURCE),) if statements else ()


def tags_of(services: "Services", arn: str) -> Mapping[str, str]:
    """The tags of the function that an ARN names; none where it is not there."""
    found: Mapping[str, str] = _document_of(services, arn).get("Tags", {})
    return found


def _document_of(services: "Services", arn: str) -> Mapping[str, Any]:
    meant = reference_of(arn)
    if meant is None or meant.region is None or meant.account_id is None:
        return {}
    with services.database.read() as tx:
        stored = functions.get(tx, FunctionKey(meant.account_id, meant.region, meant.name))
    return {} if stored is None else stored.document
