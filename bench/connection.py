"""One kept-alive connection that speaks just enough HTTP, for clients that must not be what is measured."""

import json
import socket
from typing import Any

from programs import CONTENT_TYPE, HOST, TARGET_PREFIX

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_READ_BYTES = 65536
_OK = 200


class Refused(Exception):
    """An answer other than 200."""


class Connection:
    """A connection to the server on *port*."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, operation: str, document: object) -> dict[str, Any]:
        """One call that succeeds; raises Refused."""
        status, answer = self.exchange(request_of(operation, document))
        if status != _OK:
            raise Refused(f"{operation}: {status} {answer!r}")
        parsed: dict[str, Any] = json.loads(answer)
        return parsed

    def exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a request that `request_of` made; status and body of its answer."""
        self._socket.sendall(request)
        data = b""
        while _HEAD_END not in data:
            data += self._more()
        head, _, body = data.partition(_HEAD_END)
        lower = head.lower()
        at = lower.index(_LENGTH) + len(_LENGTH)
        length = int(lower[at:].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._more()
        return int(head.split(b" ", 2)[1]), body

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _more(self) -> bytes:
        data = self._socket.recv(_READ_BYTES)
        if not data:
            raise Refused("the server closed the connection")
        return data


def request_of(operation: str, document: object) -> bytes:
    """The bytes of an unsigned call."""
    body = json.dumps(document).encode()
    head = (
        f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {CONTENT_TYPE}\r\n"
        f"X-Amz-Target: {TARGET_PREFIX}{operation}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
