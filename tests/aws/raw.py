"""Calls put together by hand, for what no SDK would send."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cenote.spec.model import service as spec_of
from harness import calls
from harness.endpoint import Answer, Endpoint

SERVICE = "cognito-idp"
SPEC = spec_of(SERVICE)
TARGET = f"{SPEC.target_prefix}."


def minimal(operation: str) -> dict[str, Any]:
    """The smallest request that *operation*'s shape accepts, or near it."""
    return calls.minimal(SERVICE, operation)


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
