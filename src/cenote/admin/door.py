"""The admin door's addresses: from a request's parts to a reply."""

import json
import re
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from cenote.admin.answers import HEADERS, MAX_POOL_ID, status_of
from cenote.base.errors import Fault, InvalidParameterException
from cenote.base.own_requests import OwnReply, OwnRequest, Verify
from cenote.flows import search_index, user_search
from cenote.flows.services import Services
from cenote.model.user import User

PREFIX = "/_cenote/pools/"
DEFAULT_LIMIT = 60
# So long a request builds or clears at most; the next one goes on.
MAX_WORK_S = 5.0

Document = dict[str, Any]

_PATH = re.compile(r"/_cenote/pools/([\w-]+_[0-9A-Za-z]+)/(users|search-index)", re.ASCII)
_OPERATION_OF = {
    ("GET", "users"): "SearchUsers",
    ("GET", "search-index"): "DescribeSearchIndex",
    ("POST", "search-index"): "CreateSearchIndex",
    ("DELETE", "search-index"): "DeleteSearchIndex",
}
OPERATIONS = frozenset(_OPERATION_OF.values())


class AdminDoor:
    """
    Searches users and keeps indexes.

    *shown* gives a user as ListUsers shows it.
    """

    def __init__(self, services: Services, verify: Verify, shown: Callable[[User], Mapping[str, Any]]) -> None:
        self._services = services
        self._verify = verify
        self._shown = shown

    def handle(self, request: OwnRequest) -> OwnReply | None:
        """Answer a request; None when the path is not one of this door's."""
        found = _PATH.fullmatch(request.path)
        if found is None or len(found[1]) > MAX_POOL_ID:
            return None
        pool_id, place = found.groups()
        operation = _OPERATION_OF.get((request.method, place))
        if operation is None:
            allowed = ", ".join(known for known, of in _OPERATION_OF if of == place)
            return OwnReply("", 405, [("Allow", allowed), *HEADERS], b"{}")
        try:
            self._verify(request, operation, pool_id)
            is_users = place == "users"
            document = self._users(pool_id, request.query) if is_users else self._index(request, pool_id)
        except Fault as fault:
            refusal = json.dumps({"__type": fault.code, "message": fault.message}).encode()
            return OwnReply(operation, status_of(fault), HEADERS, refusal, fault.code)
        return OwnReply(operation, 200, HEADERS, json.dumps(document, ensure_ascii=False).encode())

    def _users(self, pool_id: str, query: str) -> Document:
        asked = _read(query, ("filter", "limit", "after"))
        given = {name: values[-1] for name, values in asked.items()}
        limit = given.get("limit", str(DEFAULT_LIMIT))
        if not (limit.isascii() and limit.isdigit() and len(limit) <= len(str(user_search.MAX_LIMIT))):
            raise InvalidParameterException(f"limit is a number from 1 to {user_search.MAX_LIMIT}.")
        page = user_search.search(
            self._services, pool_id, given.get("filter", ""), limit=int(limit), token=given.get("after")
        )
        return {"users": [self._shown(user) for user in page.users], "after": page.token}

    def _index(self, request: OwnRequest, pool_id: str) -> Document:
        attributes = _read(request.query, ("attribute",)).get("attribute", [])
        is_complete = True
        if request.method == "POST":
            run = search_index.start(self._services, pool_id, attributes)
            is_complete = run is None or search_index.build(self._services, run, _unseen, _deadline())
        elif request.method == "DELETE":
            search_index.stop(self._services, pool_id, attributes)
            is_complete = search_index.clear(self._services, pool_id, _unseen, _deadline())
        states = search_index.states(self._services, pool_id)
        return {"attributes": {name: state.value for name, state in states.items()}, "is_complete": is_complete}


def _deadline() -> Callable[[], bool]:
    ends_at_s = time.monotonic() + MAX_WORK_S
    return lambda: time.monotonic() >= ends_at_s


def _unseen(_count: int) -> None:
    """Nobody watches a request's progress."""


def _read(query: str, known: tuple[str, ...]) -> dict[str, list[str]]:
    try:
        given = urllib.parse.parse_qs(query, max_num_fields=50, errors="strict")
    except ValueError as error:
        raise InvalidParameterException("The query cannot be read.", cause=str(error)) from error
    unknown = sorted(given.keys() - set(known))
    if unknown or any("\0" in value for values in given.values() for value in values):
        raise InvalidParameterException(f"The query has {', '.join(known)}, and nothing else.")
    return given
