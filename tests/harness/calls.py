"""Calls of any operation of any service, in its own protocol, with the least that its shape accepts, signed by whomever."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, prepare_request_dict
from botocore.credentials import Credentials
from botocore.serialize import create_serializer

from cenote.spec.model import Shape
from cenote.spec.model import service as spec_of
from harness.endpoint import Answer
from harness.in_process import WsgiApp, call
from harness.principals import Signing

UUID = "0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b"
# What matches the patterns of the models' identifiers; anything longer than a letter matches the others.
FITTING: dict[str, dict[str, str]] = {
    "cognito-idp": {
        "UserPoolIdType": "us-east-1_Abc123def",
        "ArnType": "arn:aws:iam::000000000000:role/one",
        "SessionType": "x" * 30,
        "SessionIdType": "tkn" + "x" * 25,
        "DeviceKeyType": f"us-east-1_{UUID}",
        "ClientIdType": "1example23456789abcdefghij",
        "TermsNameType": "terms-of-use",
        "TermsIdType": UUID,
        "ManagedLoginBrandingIdType": UUID,
        "UserImportJobIdType": "import-Abc123def",
    },
    "cognito-identity": {
        "IdentityPoolId": f"us-east-1:{UUID}",
        "IdentityId": f"us-east-1:{UUID}",
        "ARNString": f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/us-east-1:{UUID}",
    },
    "kms": {"KeyIdType": UUID, "AliasNameType": "alias/none"},
    "iam": {
        "arnType": "arn:aws:iam::000000000000:policy/none",
        "policyDocumentType": '{"Version":"2012-10-17","Statement":[]}',
        "OpenIDConnectProviderUrlType": "https://id.example.com",
        "policyVersionIdType": "v1",
        "accessKeyIdType": "AKIANONE000000000000",
    },
    "sts": {"arnType": "arn:aws:iam::000000000000:role/none"},
    "lambda": {
        "RoleArn": "arn:aws:iam::000000000000:role/one",
        "TaggableResource": "arn:aws:lambda:us-east-1:000000000000:function:none",
    },
}
LIMIT = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserAuthentication"}}
POOL_ARN = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{FITTING['cognito-idp']['UserPoolIdType']}"
# What is needed though the shape does not say so, and what is an ARN of another kind.
TELLING: dict[str, dict[str, dict[str, Any]]] = {
    "cognito-idp": {
        "CreateManagedLoginBranding": {"UseCognitoProvidedValues": True},
        "UpdateManagedLoginBranding": {
            "UserPoolId": FITTING["cognito-idp"]["UserPoolIdType"],
            "ManagedLoginBrandingId": UUID,
            "UseCognitoProvidedValues": True,
        },
        "GetProvisionedLimit": {"LimitDefinition": LIMIT},
        "UpdateProvisionedLimit": {"LimitDefinition": LIMIT, "RequestedLimitValue": 120},
        **{name: {"ResourceArn": POOL_ARN} for name in ("TagResource", "UntagResource", "ListTagsForResource")},
    }
}
_CODE = re.compile(rb"<Code>([^<]*)</Code>")
_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>")


@dataclass(frozen=True)
class Wire:
    """A request that nobody has signed."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def minimal(service: str, operation: str) -> dict[str, Any]:
    """The smallest request that an operation's shape accepts, or near it, as JSON has it."""
    spec = spec_of(service)
    name = spec.operations[operation].input
    told = TELLING.get(service, {}).get(operation, {})
    return _value(service, spec.shapes[name]) | told if name else {}


def wire(endpoint_url: str, service: str, operation: str, members: Mapping[str, Any]) -> Wire:
    """What an SDK sends for a call."""
    model = _model(service).operation_model(operation)
    request = _serializer(service).serialize_to_request(dict(members), model)
    prepare_request_dict(request, endpoint_url=endpoint_url, user_agent="tests")
    body = request["body"]
    prepared = AWSRequest(request["method"], request["url"], data=body, headers=request["headers"]).prepare()
    sent = prepared.body.encode() if isinstance(prepared.body, str) else bytes(prepared.body or b"")
    headers = {name: str(value) for name, value in request["headers"].items()}
    if model.metadata["protocol"] == "query":
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    return Wire(prepared.method, prepared.url, headers, sent)


def signed(request: Wire, signing: Signing, service: str, region: str) -> dict[str, str]:
    """The headers of a request that is signed."""
    credentials = Credentials(signing.access_key_id, signing.secret.reveal(), signing.token)
    given = AWSRequest(request.method, request.url, data=request.body, headers=dict(request.headers))
    SigV4Auth(credentials, service, region).add_auth(given)
    return {name: str(value) for name, value in given.headers.items()}


def send(app: WsgiApp, request: Wire, headers: Mapping[str, str]) -> Answer:
    """The answer to a request with these headers."""
    return call(app, request.method, request.url, headers, request.body)


def said(answer: Answer) -> tuple[int, str, str]:
    """Status, code and message of an answer in whatever protocol; the code is empty where it is none of a refusal."""
    status, headers, body = answer
    if body.startswith(b"<"):
        code, message = _CODE.search(body), _MESSAGE.search(body)
        return status, code[1].decode() if code else "", message[1].decode() if message else ""
    code = headers.get("x-amzn-errortype", "").rstrip(":")
    document = json.loads(body) if code else {}
    return status, code, document.get("message", document.get("Message", ""))


def _value(service: str, shape: Shape) -> Any:
    shapes = spec_of(service).shapes
    match shape.type:
        case "structure":
            members = shape.members.items()
            return {name: _value(service, shapes[inner]) for name, inner in members if name in shape.required}
        case "list":
            return [_value(service, shapes[shape.member])] * (shape.minimum or 0)
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
            return _text(service, shape)


def _text(service: str, shape: Shape) -> str:
    if shape.enum:
        return shape.enum[0]
    return FITTING.get(service, {}).get(shape.name) or "1" * max(shape.minimum or 0, 6)


@functools.cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@functools.cache
def _serializer(service: str) -> Any:
    return create_serializer(_model(service).metadata["protocol"], include_validation=False)
