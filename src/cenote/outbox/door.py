"""The outbox's two addresses: from a request's parts to a reply."""

import json
import urllib.parse
from collections.abc import Callable, Sequence

from cenote.base.errors import Fault, InvalidParameterException
from cenote.base.own_requests import OwnReply, OwnRequest, Verify
from cenote.model.message import MessageFilter, StoredMessage, redacted
from cenote.outbox.access import is_open
from cenote.outbox.documents import json_of
from cenote.outbox.page import POLICY, page_of

JSON_PATH = "/_cenote/messages"
PAGE_PATH = "/_cenote/messages.html"

_LIST = "ListMessages"
OPERATIONS = frozenset({_LIST})

_MOST = 1000
_JSON = "application/json"
_HTML = "text/html; charset=utf-8"
_GUARDS = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", POLICY),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
]


class OutboxDoor:
    """
    Shows stored messages.

    *page* returns the messages that a filter asks for, newest first.
    """

    def __init__(
        self,
        page: Callable[[MessageFilter], Sequence[StoredMessage]],
        verify: Verify,
        *,
        development: bool,
    ) -> None:
        self._page = page
        self._verify = verify
        self._development = development

    def handle(self, request: OwnRequest) -> OwnReply | None:
        """Answer a request; None when the path is not the outbox's."""
        if request.path not in {JSON_PATH, PAGE_PATH}:
            return None
        if request.method not in {"GET", "HEAD"}:
            return OwnReply(_LIST, 405, [("Allow", "GET, HEAD"), *_GUARDS])
        code = ""
        try:
            status, kind, body = 200, *self._answer(request)
        except Fault as fault:
            status, kind, body, code = _status_of(fault), _JSON, _refusal(fault), fault.code
        shown = b"" if request.method == "HEAD" else body
        return OwnReply(_LIST, status, [("Content-Type", kind), *_GUARDS], shown, code)

    def _answer(self, request: OwnRequest) -> tuple[str, bytes]:
        with_codes = is_open(request.headers, request.source_ip, development=self._development)
        if not with_codes:
            self._verify(request, _LIST)
        asked = filter_of(request.query)
        messages = self._page(asked)
        shown = messages if with_codes else [redacted(message) for message in messages]
        return (_HTML, page_of(shown, asked)) if request.path == PAGE_PATH else (_JSON, json_of(shown))


def filter_of(query: str) -> MessageFilter:
    """
    Read `to`, `pool`, `username` and `limit` from a raw query; an empty value asks for everything.

    Raises InvalidParameterException when `limit` is not a number from 1 to 1000, the query has too many members, or a value
    has a character that not every database can look for.
    """
    try:
        # A plus stays a plus: it begins phone numbers and tags e-mail addresses, and no user name holds a space.
        given = dict(urllib.parse.parse_qsl(query.replace("+", "%2B"), max_num_fields=50))
    except ValueError as error:
        raise InvalidParameterException("The query has too many members.", cause=str(error)) from error
    if any("\0" in value for value in given.values()):
        raise InvalidParameterException("The query has a character that nothing here can have.")
    limit = given.get("limit", "100")
    if not (limit.isascii() and limit.isdigit() and len(limit) <= len(str(_MOST)) and 1 <= int(limit) <= _MOST):
        raise InvalidParameterException(f"limit is a number from 1 to {_MOST}.")
    return MessageFilter(given.get("to"), given.get("pool"), given.get("username"), int(limit))


def _status_of(fault: Fault) -> int:
    """Return 400 for a bad filter, 403 for a signature that is missing or wrong, 5xx as it is."""
    client_side = 400 if isinstance(fault, InvalidParameterException) else 403
    return max(fault.status, client_side)


def _refusal(fault: Fault) -> bytes:
    return json.dumps({"__type": fault.code, "message": fault.message}).encode()
