"""
The resource and the action that permission to call Lambda is asked for.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda".
"""

from collections.abc import Mapping
from typing import Final

from cenote.aws.permission.resources import ANY_RESOURCE
from cenote.model.function_names import arn_of, reference_of

# Where the action is not called as the operation is.
_ACTIONS: Final = {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}


def action_of(operation: str) -> str:
    """The action that an operation is, without its service."""
    return _ACTIONS.get(operation, operation)


def function_resource_of(members: Mapping[str, object], *, region: str, account_id: str) -> str:
    """The ARN of the function that a request names, `*` where it names none; its own Region and account complete a name."""
    given = members.get("FunctionName", members.get("Resource"))
    named = reference_of(given) if isinstance(given, str) else None
    if named is None:
        return ANY_RESOURCE
    arn = arn_of(named.region or region, named.account_id or account_id, named.name)
    qualifier = named.qualifier or members.get("Qualifier")
    return f"{arn}:{qualifier}" if isinstance(qualifier, str) and qualifier else arn
