"""
AWS's Runtime API for one process: it asks for its next event here and posts what became of it.

Source: AWS Lambda, "Using the Lambda runtime API for custom runtimes" (2018-06-01).
"""

import contextlib
import json
import secrets
import selectors
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from cenote.functions.call import too_large
from cenote.functions.connection import Connection
from cenote.functions.request_reader import Request

_BASE = "/2018-06-01/runtime"
_NEXT = f"{_BASE}/invocation/next"
_INIT_ERROR = f"{_BASE}/init/error"
_MAX_CONNECTIONS = 16
_WORDS = {"response", "error"}
_JSON = ("Content-Type", "application/json")


@dataclass(frozen=True, slots=True)
class Event:
    """What a runtime gets when it asks for its next event."""

    request_id: str
    payload: bytes = field(repr=False)
    function_arn: str
    client_context: str


class Listener(Protocol):
    """Who is told what the runtime does."""

    def delivering(self) -> int:
        """An event is about to be handed over: the time it must be answered by, in milliseconds since the epoch."""

    def resting(self) -> None:
        """The runtime waits for an event, and there is none."""

    def answered(self, body: bytes, function_error: str | None) -> None:
        """The event that was handed over last is answered."""

    def init_failed(self, body: bytes) -> None:
        """The runtime could not start, and says why."""


class RuntimeApi:
    """
    The endpoint of one process, on a loopback port of its own, within the loop of *selector*: the data of a key is what to call.

    *is_own* says of a client's address whether it belongs to the process: ports of the loopback are open to the whole machine, and no
    other function may take this one's events or answer them.
    """

    def __init__(
        self, selector: selectors.BaseSelector, listener: Listener, is_own: Callable[[tuple[str, int]], bool]
    ) -> None:
        self._selector = selector
        self._listener = listener
        self._is_own = is_own
        self._connections: list[Connection] = []
        self._asking: Connection | None = None
        self._waiting: Event | None = None
        self._current: Event | None = None
        self.has_started = False
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=8)
        self._socket.setblocking(False)
        self.address: tuple[str, int] = self._socket.getsockname()
        selector.register(self._socket, selectors.EVENT_READ, self._accept)

    def deliver(self, event: Event) -> None:
        """Hand over an event, at once if the runtime asks for one, else when it does."""
        self._waiting = event
        self._hand_over()

    def close(self) -> None:
        """Close every connection and the port."""
        for opened in [*self._connections]:
            opened.close()
            self._settle(opened)
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._socket)
        self._socket.close()

    def _accept(self) -> None:
        try:
            opened, peer = self._socket.accept()
        except OSError:
            return
        if len(self._connections) >= _MAX_CONNECTIONS or not self._is_own(peer):
            opened.close()
            return
        connection = Connection(opened)
        self._connections.append(connection)
        self._selector.register(opened, selectors.EVENT_READ, lambda: self._serve(connection))

    def _serve(self, connection: Connection) -> None:
        if connection.has_unsent:
            connection.flush()
        if connection.is_open:
            for request in connection.read():
                self._route(connection, request)
        self._settle(connection)

    def _settle(self, connection: Connection) -> None:
        """Bring what is waited for in line with what has become of the connection."""
        if connection.is_open:
            waits_for = selectors.EVENT_READ | (selectors.EVENT_WRITE if connection.has_unsent else 0)
            key = self._selector.get_key(connection.socket)
            if key.events != waits_for:
                self._selector.modify(connection.socket, waits_for, key.data)
            return
        for descriptor, key in [*self._selector.get_map().items()]:
            if key.fileobj is connection.socket:
                self._selector.unregister(descriptor)
        if connection in self._connections:
            self._connections.remove(connection)
        if self._asking is connection:
            self._asking = None

    def _route(self, connection: Connection, request: Request) -> None:
        path = request.path.partition("?")[0]
        if request.method == "GET" and path == _NEXT:
            self._next(connection)
        elif request.method == "POST" and path == _INIT_ERROR and not self.has_started:
            _say(connection, HTTPStatus.ACCEPTED, {"status": "OK"})
            self._listener.init_failed(request.body)
        elif request.method == "POST" and path.startswith(f"{_BASE}/invocation/"):
            self._answer(connection, request, path.removeprefix(f"{_BASE}/invocation/").split("/"))
        else:
            _refuse(connection, HTTPStatus.NOT_FOUND, "InvalidPath", "There is no such path.")

    def _next(self, connection: Connection) -> None:
        self.has_started = True
        if self._current is not None:
            _refuse(connection, HTTPStatus.FORBIDDEN, "InvalidStateTransition", "The last event is not answered yet.")
            return
        self._asking = connection
        self._hand_over()
        if self._asking is not None:
            self._listener.resting()

    def _hand_over(self) -> None:
        connection, event = self._asking, self._waiting
        if connection is None or event is None:
            return
        if connection.has_left():
            # A runtime that has just ended never sees this event; it goes to another process.
            connection.close()
            self._settle(connection)
            return
        self._asking, self._waiting, self._current = None, None, event
        headers = [
            _JSON,
            ("Lambda-Runtime-Aws-Request-Id", event.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(self._listener.delivering())),
            ("Lambda-Runtime-Invoked-Function-Arn", event.function_arn),
            ("Lambda-Runtime-Trace-Id", f"Root=1-{secrets.token_hex(4)}-{secrets.token_hex(12)};Sampled=0"),
        ]
        if event.client_context:
            headers.append(("Lambda-Runtime-Client-Context", event.client_context))
        connection.answer(HTTPStatus.OK, headers, event.payload)
        self._settle(connection)

    def _answer(self, connection: Connection, request: Request, words: Sequence[str]) -> None:
        if len(words) != 2 or words[1] not in _WORDS:  # noqa: PLR2004 - the event's id, and what became of it
            _refuse(connection, HTTPStatus.NOT_FOUND, "InvalidPath", "There is no such path.")
            return
        if self._current is None or words[0] != self._current.request_id:
            _refuse(connection, HTTPStatus.BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
            return
        self._current = None
        if request.is_too_large:
            _refuse(
                connection, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "RequestEntityTooLarge", "The answer is too large."
            )
            self._listener.answered(too_large(), "Unhandled")
            return
        _say(connection, HTTPStatus.ACCEPTED, {"status": "OK"})
        self._listener.answered(request.body, "Unhandled" if words[1] == "error" else None)


def _say(connection: Connection, status: HTTPStatus, document: dict[str, str]) -> None:
    connection.answer(status, [_JSON], json.dumps(document).encode())


def _refuse(connection: Connection, status: HTTPStatus, error_type: str, message: str) -> None:
    _say(connection, status, {"errorType": error_type, "errorMessage": message})
