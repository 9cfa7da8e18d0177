"""
What a function may be configured to be.

A document has the members of AWS's FunctionConfiguration that a client chooses, under AWS's names, and `Tags`, `Policy` and `Concurrency`.

Source: AWS Lambda API, CreateFunction and UpdateFunctionConfiguration; AWS Lambda Developer Guide, "Lambda quotas", "Defined runtime
environment variables".
"""

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from cenote.base.errors import InvalidParameterValueException

MAX_ENVIRONMENT_BYTES: Final = 4096
DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType({
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "Architectures": ["x86_64"],
    "EphemeralStorage": {"Size": 512},
    "TracingConfig": {"Mode": "PassThrough"},
})  # fmt: skip
# What is kept and shown as it was given.
_KEPT: Final = frozenset(
    {
        *("Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "KMSKeyArn", "TracingConfig"),
        *("VpcConfig", "DeadLetterConfig", "EphemeralStorage", "LoggingConfig", "Architectures"),
    }
)
# What would make a function another one than it says, if it were kept and not obeyed; empty values ask for nothing.
_REFUSED: Final[Mapping[str, str]] = MappingProxyType({
    "Layers": "Layers are not supported: put what they hold into the zip file.",
    "FileSystemConfigs": "File systems are not supported.",
    "ImageConfig": "Container images are not supported: PackageType must be Zip.",
    "CodeSigningConfigArn": "Code signing is not supported.",
    "CapacityProviderConfig": "Capacity providers are not supported.",
    "DurableConfig": "Durable functions are not supported.",
    "TenancyConfig": "Tenant isolation is not supported.",
    "Publish": "Published versions are not supported: $LATEST is the only version of a function.",
})  # fmt: skip
# AWS reserves the credentials too, which it takes from the function's role; here a function is given those that it shall have.
_RESERVED: Final = frozenset(
    {
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
        *("AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
    }
)
_UNABLE: Final = (
    "Lambda was unable to configure your environment variables because the environment variables you have provided"
)


def new_document(params: Mapping[str, Any], runtimes: Collection[str]) -> dict[str, Any]:
    """
    The document of a new function, by the members of CreateFunction.

    Raises:
        InvalidParameterValueException: it would be a function that we cannot run.
    """
    if params.get("PackageType", "Zip") != "Zip":
        raise InvalidParameterValueException(_REFUSED["ImageConfig"])
    for member in ("Runtime", "Handler"):
        if not params.get(member):
            raise InvalidParameterValueException(f"{member} is required for a function whose PackageType is Zip.")
    return replaced_document({**DEFAULTS, "Tags": dict(params.get("Tags", {}))}, params, runtimes)


def replaced_document(
    document: Mapping[str, Any], params: Mapping[str, Any], runtimes: Collection[str]
) -> dict[str, Any]:
    """
    *document* with the members of UpdateFunctionConfiguration in the place of its own.

    Raises:
        InvalidParameterValueException: it would be a function that we cannot run.
    """
    for member, sentence in _REFUSED.items():
        if params.get(member):
            raise InvalidParameterValueException(sentence)
    if "Runtime" in params and params["Runtime"] not in runtimes:
        known = ", ".join(sorted(runtimes)) or "none"
        raise InvalidParameterValueException(
            f"The runtime {params['Runtime']} is not installed on this machine. Those that are: {known}."
        )
    return {**document, **{name: value for name, value in params.items() if name in _KEPT}}


def verify_environment(environment: Mapping[str, str]) -> None:
    """
    Accept the variables of a function's environment.

    Raises:
        InvalidParameterValueException: they are too long together, or one of them is not the client's to set.
    """
    reserved = sorted(environment.keys() & _RESERVED)
    if reserved:
        raise InvalidParameterValueException(
            f"{_UNABLE} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if any("\0" in value for value in environment.values()):
        raise InvalidParameterValueException("The value of an environment variable must not contain NUL.")
    text = json.dumps(dict(environment), separators=(",", ":"), ensure_ascii=False)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_ENVIRONMENT_BYTES:
        raise InvalidParameterValueException(f"{_UNABLE} exceeded the 4KB limit.")
