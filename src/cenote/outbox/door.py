"""The outbox's two addresses: from a request's parts to a reply."""

import dataclasses
import json
import urllib.parse
from collections.abc import Callable, Mapping, Sequence

from cenote.base.errors import Fault, InvalidParameterException
from cenote.model.message import MessageFilter, StoredMessage, redacted
from cenote.outbox.access import is_open
from cenote.outbox.documents import json_of
from cenote.outbox.page import POLICY, page_of

JSON_PATH = "/_cenote/messages"
PAGE_PATH = "/_cenote/messages.html"

Reply = tuple[int, list[tuple[str, str]], bytes]

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


@dataclasses.dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request whose signature is to be verified. Header names are as they came; there is no body."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    source_ip: str


class OutboxDoor:
    """
    Shows stored messages.

    *page* returns the messages that a filter asks for, newest first. *verify_signature* raises a Fault unless the
    request carries a valid SigV4 signature of someone who may read messages.
    """

    def __init__(
        self,
        page: Callable[[MessageFilter], Sequence[StoredMessage]],
        verify_signature: Callable[[SignedRequest], None],
        *,
        development: bool,
    ) -> None:
        self._page = page
        self._verify_signature = verify_signature
        self._development = development

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], source_ip: str) -> Reply | None:
        """
        Answer a request as (status, headers, body); None when the path is not the outbox's.

        *query* is raw, without its `?`; *source_ip* is the socket's peer, not what a header claims.
        """
        if path not in {JSON_PATH, PAGE_PATH}:
            return None
        if method not in {"GET", "HEAD"}:
            return 405, [("Allow", "GET, HEAD"), *_GUARDS], b""
        try:
            status, kind, body = 200, *self._answer(SignedRequest(method, path, query, headers, source_ip))
        except Fault as fault:
            status, kind, body = _status_of(fault), _JSON, _refusal(fault)
        return status, [("Content-Type", kind), *_GUARDS], b"" if method == "HEAD" else body

    def _answer(self, request: SignedRequest) -> tuple[str, bytes]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        with_codes = is_open(headers, request.source_ip, development=self._development)
        if not with_codes:
            self._verify_signature(request)
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
