"""
The resource and the action that permission to call Lambda is asked for.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda".
"""

from collections.abc import Mapping
from typing import Final

from cenote.aws.authorize import ANY_RESOURCE
from cenote.model.function_names import arn_of, reference_of

# Where the action is not called as the operation is.
_ACTIONS: Final = {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}


def action_of(operation: str) -> str:
    """The action that an operation is, without its service."""
    return _ACTIONS.get(operation, operation)


def function_resource_of(labels: Mapping[str, str], *, region: str, account_id: str) -> str:
    """The ARN of the function that a path names, `*` where it names none; a request's own Region and account complete a name."""
    named = reference_of(labels.get("FunctionName", labels.get("Resource", "")))
    if named is None:
        return ANY_RESOURCE
    arn = arn_of(named.region or region, named.account_id or account_id, named.name)
    return f"{arn}:{named.qualifier}" if named.qualifier else arn
