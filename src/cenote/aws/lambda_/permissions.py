"""AddPermission, RemovePermission, GetPolicy: who besides its account may call a function."""

import json
from collections.abc import Mapping
from typing import Any

from cenote.aws.lambda_ import present
from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import (
    InvalidParameterValueException,
    PolicyLengthExceededException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from cenote.flows.functions import records
from cenote.flows.functions.records import Change
from cenote.flows.services import Services
from cenote.model.function import Function
from cenote.model.function_policy import MAX_BYTES, Statement, policy_text, statement_of
from cenote.spec.generated.lambda_ import (
    AddPermissionRequest,
    AddPermissionResponse,
    GetPolicyRequest,
    GetPolicyResponse,
    RemovePermissionRequest,
)


@operation("AddPermission", "lambda")
def add_permission(services: Services, call: Call, params: AddPermissionRequest) -> AddPermissionResponse:
    """Add a statement to a function's policy."""
    key = present.key_of(call, params["FunctionName"], params.get("Qualifier"))

    def change(function: Function) -> Change:
        statement = statement_of(params, function.arn)
        if statement is None:
            raise InvalidParameterValueException(
                "The provided principal was invalid. Please check the principal and try again."
            )
        present_ones = _statements_of(function, params)
        if any(each["Sid"] == params["StatementId"] for each in present_ones):
            raise ResourceConflictException(
                f"The statement id ({params['StatementId']}) provided already exists. Please provide a new statement id, "
                "or remove the existing statement."
            )
        return _change_to(function, [*present_ones, statement])

    changed = records.change(services, key, change)
    return {"Statement": json.dumps(changed.document["Policy"][-1], separators=(",", ":"), ensure_ascii=False)}


@operation("RemovePermission", "lambda")
def remove_permission(services: Services, call: Call, params: RemovePermissionRequest) -> None:
    """Take a statement out of a function's policy."""
    key = present.key_of(call, params["FunctionName"], params.get("Qualifier"))

    def change(function: Function) -> Change:
        statements = _statements_of(function, params)
        if not statements:
            raise ResourceNotFoundException("No policy is associated with the given resource.")
        kept = [each for each in statements if each["Sid"] != params["StatementId"]]
        if len(kept) == len(statements):
            raise ResourceNotFoundException(f"Statement {params['StatementId']} is not found in resource policy.")
        return _change_to(function, kept)

    records.change(services, key, change)


@operation("GetPolicy", "lambda")
def get_policy(services: Services, call: Call, params: GetPolicyRequest) -> GetPolicyResponse:
    """A function's policy, and the revision of it."""
    function = present.require(services, call, params)
    statements = function.document.get("Policy")
    if not statements:
        raise ResourceNotFoundException("The resource you requested does not exist.")
    return {"Policy": policy_text(statements), "RevisionId": function.document["PolicyRevision"]}


def _statements_of(function: Function, params: Mapping[str, Any]) -> list[Statement]:
    revision = params.get("RevisionId")
    if revision is not None and revision != function.document.get("PolicyRevision", function.revision):
        raise PreconditionFailedException(
            "The RevisionId provided does not match the latest RevisionId. "
            "Call the GetPolicy API to retrieve the latest RevisionId for the resource."
        )
    return list(function.document.get("Policy", ()))


def _change_to(function: Function, statements: list[Statement]) -> Change:
    size = len(policy_text(statements).encode())
    if size > MAX_BYTES:
        raise PolicyLengthExceededException(f"The final policy size ({size}) is bigger than the limit ({MAX_BYTES}).")
    document = {**function.document, "Policy": statements, "PolicyRevision": ids.new_request_id()}
    return Change(document=document, has_new_revision=False)
