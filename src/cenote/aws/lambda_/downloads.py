"""The address that GetFunction gives for a function's code; whoever has it may fetch the code, as from S3."""

import json
from urllib.parse import parse_qs

from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.functions import downloads
from cenote.flows.services import Services

_GET = "GetFunctionCode"
OPERATIONS = frozenset({_GET})
_NOT_KEPT = ("Cache-Control", "no-store")


def handle(services: Services, request: OwnRequest) -> OwnReply | None:
    """Answer a request for a function's code; None when the path is not one's."""
    if request.path != downloads.PATH:
        return None
    if request.method not in {"GET", "HEAD"}:
        return OwnReply(_GET, 405, [("Allow", "GET, HEAD"), _NOT_KEPT])
    code = downloads.fetch(services, _token_of(request.query))
    if code is None:
        body = json.dumps({"message": "The address is over, or was never one."}).encode()
        return OwnReply(_GET, 403, [("Content-Type", "application/json"), _NOT_KEPT], body, "AccessDenied")
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", f'attachment; filename="{code.name}"'),
        ("X-Content-Type-Options", "nosniff"),
        _NOT_KEPT,
    ]
    return OwnReply(_GET, 200, headers, code.content)


def _token_of(query: str) -> str:
    try:
        return parse_qs(query, max_num_fields=10).get("token", [""])[0]
    except ValueError:
        return ""
