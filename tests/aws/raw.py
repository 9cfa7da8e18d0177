"""Calls put together by hand, for what no SDK would send."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cenote.spec.model import Shape
from cenote.spec.model import service as spec_of
from harness.endpoint import Answer, Endpoint

SERVICE = "cognito-idp"
SPEC = spec_of(SERVICE)
TARGET = f"{SPEC.target_prefix}."
UUID = "0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b"
# What matches the patterns of the model's identifiers; anything longer than a letter matches the others.
FITTING = {
    "UserPoolIdType": "us-east-1_Abc123def",
    "ArnType": "arn:aws:iam::123456789012:role/one",
    "SessionType": "x" * 30,
    "SessionIdType": "tkn" + "x" * 25,
    "DeviceKeyType": "us-east-1_0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b",
    "ClientIdType": "1example23456789abcdefghij",
    "TermsNameType": "terms-of-use",
    "TermsIdType": UUID,
    "ManagedLoginBrandingIdType": UUID,
    "UserImportJobIdType": "import-Abc123def",
}
LIMIT = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserAuthentication"}}
# What is needed though the shape does not say so, and what is an ARN of another kind.
TELLING: dict[str, dict[str, Any]] = {
    "CreateManagedLoginBranding": {"UseCognitoProvidedValues": True},
    "UpdateManagedLoginBranding": {
        "UserPoolId": FITTING["UserPoolIdType"],
        "ManagedLoginBrandingId": UUID,
        "UseCognitoProvidedValues": True,
    },
    "GetProvisionedLimit": {"LimitDefinition": LIMIT},
    "UpdateProvisionedLimit": {"LimitDefinition": LIMIT, "RequestedLimitValue": 120},
    **{
        name: {"ResourceArn": f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{FITTING['UserPoolIdType']}"}
        for name in ("TagResource", "UntagResource", "ListTagsForResource")
    },
}


def minimal(operation: str) -> dict[str, Any]:
    """The smallest request that *operation*'s shape accepts, or near it."""
    name = SPEC.operations[operation].input
    return _value(SPEC.shapes[name]) | TELLING.get(operation, {}) if name else {}


def headers_for(operation: str, **more: str) -> dict[str, str]:
    """The headers of an unsigned call."""
    return {"X-Amz-Target": TARGET + operation, "Content-Type": "application/x-amz-json-1.1", **more}


def signed_headers(
    endpoint: Endpoint,
    operation: str,
    body: bytes,
    *,
    key: str | None = None,
    secret: str | None = None,
    scope: str = SERVICE,
    region: str | None = None,
) -> dict[str, str]:
    """The headers of a call that is signed with the root key, but for what is given."""
    credentials = Credentials(key or endpoint.access_key_id, secret or endpoint.secret_access_key)
    request = AWSRequest("POST", endpoint.url + "/", headers=headers_for(operation), data=body)
    SigV4Auth(credentials, scope, region or endpoint.region).add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}


def send(endpoint: Endpoint, operation: str, members: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Call an operation unsigned; bytes go as they are, anything else as JSON."""
    body = members if isinstance(members, bytes) else json.dumps(members).encode()
    return endpoint.request("POST", "/", headers=headers_for(operation, **(headers or {})), body=body)


def refused(answer: Answer) -> tuple[int, str, str]:
    """Status, code and message of a refusal that is well formed."""
    status, headers, body = answer
    document = json.loads(body)
    code, message = document["__type"], document.get("message", "")
    assert headers["x-amzn-errortype"] == f"{code}:"
    assert headers["content-type"].startswith("application/x-amz-json-1.")
    assert headers["x-amzn-requestid"]
    return status, code, message


def _value(shape: Shape) -> Any:
    match shape.type:
        case "structure":
            return {name: _value(SPEC.shapes[inner]) for name, inner in shape.members.items() if name in shape.required}
        case "list":
            return [_value(SPEC.shapes[shape.member])] * (shape.minimum or 0)
        case "map" | "document":
            return {}
        case "integer" | "long":
            return shape.minimum or 0
        case "boolean":
            return True
        case "blob":
            return "AAAA"
        case "timestamp" | "float" | "double":
            return 1.0
        case _:
            return _text(shape)


def _text(shape: Shape) -> str:
    if shape.enum:
        return shape.enum[0]
    return FITTING.get(shape.name) or "1" * max(shape.minimum or 0, 6)
