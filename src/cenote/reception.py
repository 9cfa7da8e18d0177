"""
How requests get to our own doors: those under `/_cenote/`, and those of the pools' domains.

Each is given an id, is logged and counted, and what fails by itself becomes an answer here. The doors are the composition root's to name.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

import structlog

from cenote.aws.http import Reply, headers_of, send
from cenote.base import ids
from cenote.base.errors import InternalErrorException
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.hosted.sites import Site
from cenote.telemetry.logs import request_context

StartResponse = Callable[..., object]
OwnDoor = Callable[[OwnRequest], OwnReply | None]
SiteDoor = Callable[[Site, OwnRequest], OwnReply | None]
# What our own doors are called where AWS's services have their names.
OWN: Final = "cenote"
# What the domains of Cognito call the id of a request.
_OF_COGNITO: Final = "x-amz-cognito-request-id"
_JSON: Final = [("Content-Type", "application/json")]
NOT_FOUND: Final = Reply(404, _JSON, json.dumps({"message": "Not Found"}).encode())
_FAILED: Final = OwnReply("", 500, _JSON, b"{}", InternalErrorException.__name__)

log: Any = structlog.get_logger(__name__)


class Observe(Protocol):
    """Logs and counts an answer."""

    def __call__(
        self, service: str, operation: str, status: int, code: str, duration_ms: float, request_id: str
    ) -> None:
        """*code* is a refusal's, empty where there is none."""
        ...


class Pages(Protocol):
    """The pages of every site, by WSGI."""

    def wsgi(
        self,
        environ: Mapping[str, Any],
        start_response: Any,  # noqa: ANN401 - as WSGI has it
        site: Site,
        path: str,
    ) -> Iterable[bytes]:
        """Answer a request to *path* of *site*."""
        ...

    def operation_of(self, path: str) -> str:
        """What a request to *path* is counted as."""
        ...


class Reception:
    """Leads requests to *doors*; those to a pool's domain to *site_doors*, and what none of them answers to *pages*."""

    def __init__(
        self, observe: Observe, doors: tuple[OwnDoor, ...], site_doors: tuple[SiteDoor, ...], pages: Pages
    ) -> None:
        self._observe = observe
        self._doors = doors
        self._site_doors = site_doors
        self._pages = pages

    def at_doors(self, environ: Mapping[str, Any], path: str) -> Reply | None:
        """The answer to a request below `/_cenote/`; None when no door knows the path."""
        return self._answer(_own_request_of(environ, path), self._doors)

    def at_site(
        self, environ: Mapping[str, Any], start_response: StartResponse, site: Site, path: str
    ) -> Iterable[bytes]:
        """Answer a request to *path* of a pool's domain: its OAuth endpoints, those for other providers, and its pages."""
        asked = _own_request_of(environ, path)
        reply = self._answer(asked, (_at(site, door) for door in self._site_doors))
        if reply is None:
            return self._page(environ, start_response, site, path)
        headers = [*reply.headers, (_OF_COGNITO, asked.request_id)]
        return send(Reply(reply.status, headers, reply.body), start_response)

    def _answer(self, request: OwnRequest, doors: Iterable[OwnDoor]) -> Reply | None:
        started_ns = time.perf_counter_ns()
        with request_context(request.request_id):
            try:
                found = (door(request) for door in doors)
                reply = next((each for each in found if each is not None), None)
            except Exception:
                log.exception("own_door_failed")
                reply = _FAILED
        if reply is None:
            return None
        duration_ms = (time.perf_counter_ns() - started_ns) / 1e6
        self._observe(OWN, reply.operation, reply.status, reply.code, duration_ms, request.request_id)
        return numbered(Reply(reply.status, reply.headers, reply.body), request.request_id)

    def _page(
        self, environ: Mapping[str, Any], start_response: StartResponse, site: Site, path: str
    ) -> Iterable[bytes]:
        started_ns, request_id = time.perf_counter_ns(), ids.new_request_id()
        told = [200]

        def start(status: str, headers: list[tuple[str, str]], _failure: object = None, /) -> object:
            told[0] = int(status[:3])
            return start_response(status, [*headers, (_OF_COGNITO, request_id)])

        with request_context(request_id):
            body = self._pages.wsgi(environ, start, site, path)
        duration_ms = (time.perf_counter_ns() - started_ns) / 1e6
        self._observe(OWN, self._pages.operation_of(path), told[0], "", duration_ms, request_id)
        return body


def numbered(reply: Reply, request_id: str | None = None) -> Reply:
    """*reply* with an id, as the AWS doors give theirs: a new one if it has none yet."""
    number = request_id or ids.new_request_id()
    return Reply(reply.status, [*reply.headers, ("x-amzn-RequestId", number)], reply.body)


def _at(site: Site, door: SiteDoor) -> OwnDoor:
    return lambda request: door(site, request)


def _own_request_of(environ: Mapping[str, Any], path: str) -> OwnRequest:
    return OwnRequest(
        request_id=ids.new_request_id(),
        method=environ["REQUEST_METHOD"],
        path=path,
        query=environ.get("QUERY_STRING", ""),
        headers=headers_of(environ),
        source_ip=environ.get("REMOTE_ADDR", ""),
        body=environ["wsgi.input"],
        is_secure=environ.get("wsgi.url_scheme") == "https",
    )
