"""
The answers of AWS Query as JSON, for who asks for that: what the XML says (xml.py), as objects.

AWS does not document it. Servers that are shown a presigned request for GetCallerIdentity in the place of a password send it on
with `Accept: application/json` and read what comes back: aws-iam-authenticator, pkg/token/token.go.
"""

import json as text_of_json
from collections.abc import Mapping

from cenote.aws.http import Reply, Request
from cenote.aws.protocols import xml
from cenote.aws.protocols.json import writer_of
from cenote.base.errors import Fault
from cenote.spec.model import service as spec_of

CONTENT_TYPE = "application/json"


def is_wanted(request: Request) -> bool:
    """Whether JSON is what a request would have answered before anything else."""
    first = request.headers.get("accept", "").partition(",")[0]
    return first.partition(";")[0].strip().lower() == CONTENT_TYPE


def reply(service: str, operation: str, result: Mapping[str, object] | None, *, request_id: str, date: str) -> Reply:
    """The answer of an operation that succeeded."""
    spec = spec_of(service)
    row = spec.operations[operation]
    answer: dict[str, object] = {"ResponseMetadata": {"RequestId": request_id}}
    if row.output and row.result_wrapper:
        answer[row.result_wrapper] = writer_of(spec, row.output)(result or {})
    return _document(200, {f"{operation}Response": answer}, request_id=request_id, date=date)


def refusal(fault: Fault, service: str, operation: str, *, request_id: str, date: str) -> Reply:
    """The answer of an operation that was refused; *service* and *operation* are empty while nobody knows them."""
    code, status = xml.code_and_status_of(fault, service, operation)
    sender = "Sender" if status < xml.SERVER_ERROR else "Receiver"
    error = {"Type": sender, "Code": code, "Message": fault.message}
    return _document(status, {"Error": error, "RequestId": request_id}, request_id=request_id, date=date)


def _document(status: int, document: Mapping[str, object], *, request_id: str, date: str) -> Reply:
    headers = xml.headers_of(CONTENT_TYPE, request_id=request_id, date=date)
    return Reply(status, headers, text_of_json.dumps(document, allow_nan=False).encode())
