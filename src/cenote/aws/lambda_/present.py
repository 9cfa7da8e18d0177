"""Wire pieces that several operations need: which function a request names, and how a function is shown."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from cenote.aws.operation import Call
from cenote.base.errors import InvalidParameterValueException, ResourceNotFoundException
from cenote.flows.functions import records
from cenote.flows.services import Services
from cenote.model.function import Function
from cenote.model.function_names import LATEST, reference_of
from cenote.spec.generated.lambda_ import FunctionConfiguration
from cenote.storage.functions import FunctionKey


def key_of(call: Call, name: str, qualifier: str | None = None) -> FunctionKey:
    """
    The key of the function that *name* (a name, a partial ARN or an ARN) names for this call.

    Raises:
        InvalidParameterValueException: two qualifiers that differ.
        ResourceNotFoundException: it is of another Region, or a version that is not `$LATEST`.
    """
    named = reference_of(name)
    if named is None:
        raise InvalidParameterValueException(f"Invalid function name: {name}")
    if named.qualifier and qualifier and named.qualifier != qualifier:
        raise InvalidParameterValueException(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    if named.region not in {None, call.region}:
        raise ResourceNotFoundException(
            f"Functions from '{named.region}' are not reachable in this region ('{call.region}')"
        )
    key = FunctionKey(named.account_id or call.account_id, call.region, named.name)
    version = qualifier or named.qualifier
    if key.account_id != call.account_id or version not in {None, LATEST}:
        raise records.no_such_function(key, version)
    return key


def require(services: Services, call: Call, params: Mapping[str, Any]) -> Function:
    """The function that a request's FunctionName and Qualifier name; ResourceNotFoundException when there is none."""
    return records.require(services, key_of(call, params["FunctionName"], params.get("Qualifier")))


def qualified(params: Mapping[str, Any]) -> bool:
    """Whether a request names a version."""
    named = reference_of(params["FunctionName"])
    return bool(params.get("Qualifier") or (named is not None and named.qualifier))


def configuration(function: Function, *, is_qualified: bool = False) -> FunctionConfiguration:
    """A function as FunctionConfiguration shows it."""
    document = function.document
    arn = f"{function.arn}:{LATEST}" if is_qualified else function.arn
    shown: dict[str, Any] = {
        "FunctionName": function.name,
        "FunctionArn": arn,
        "Runtime": function.runtime,
        "Role": document.get("Role"),
        "Handler": function.handler,
        "CodeSize": function.code_bytes,
        "Description": document["Description"],
        "Timeout": function.timeout_s,
        "MemorySize": function.memory_mb,
        "LastModified": _time_of(function.modified_at_ms),
        "CodeSha256": base64.b64encode(function.code_digest).decode(),
        "Version": LATEST,
        "VpcConfig": _vpc_of(document),
        "DeadLetterConfig": document.get("DeadLetterConfig"),
        "KMSKeyArn": document.get("KMSKeyArn"),
        "TracingConfig": document["TracingConfig"],
        "RevisionId": function.revision,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": document["Architectures"],
        "EphemeralStorage": document["EphemeralStorage"],
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": _logging_of(function),
    }
    if function.environment:
        shown["Environment"] = {"Variables": dict(function.environment)}
    return cast("FunctionConfiguration", shown)


def _vpc_of(document: Mapping[str, Any]) -> dict[str, Any] | None:
    given = document.get("VpcConfig")
    if not given or not given.get("SubnetIds"):
        return None
    return {"SubnetIds": given["SubnetIds"], "SecurityGroupIds": given.get("SecurityGroupIds", []), "VpcId": ""}


def _logging_of(function: Function) -> dict[str, Any]:
    return {
        "LogFormat": "Text",
        "LogGroup": f"/aws/lambda/{function.name}",
        **function.document.get("LoggingConfig", {}),
    }


def _time_of(at_ms: int) -> str:
    """ISO 8601 as Lambda writes it: milliseconds, and an offset without a colon."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
