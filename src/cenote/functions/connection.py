"""A connection from a runtime to its Runtime API, which never blocks."""

import contextlib
import socket
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from cenote.functions.limits import MAX_ANSWER_BYTES
from cenote.functions.request_reader import BadRequestError, Request, RequestReader

_CHUNK_BYTES = 1024 * 1024
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection:
    """
    One open connection: requests come out of `read`, answers go in by `answer`.

    Whoever waits for its socket asks `has_unsent` whether to wait until it can be written, too.
    """

    def __init__(self, opened: socket.socket) -> None:
        opened.setblocking(False)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = opened
        self.is_open = True
        self._reader = RequestReader(MAX_ANSWER_BYTES)
        self._unsent = bytearray()
        self._ends_after_answer = False

    @property
    def has_unsent(self) -> bool:
        """Whether bytes wait for the other side to read on."""
        return bool(self._unsent)

    def read(self) -> Iterator[Request]:
        """Read what has come and give the requests that it completes; the connection closes itself when the other side did."""
        try:
            data = self.socket.recv(_CHUNK_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._reader.feed(data)
        try:
            while self.is_open and (request := self._reader.take()):
                self._ends_after_answer = (
                    request.is_too_large or request.headers.get("connection", "").lower() == "close"
                )
                yield request
        except BadRequestError as error:
            self._ends_after_answer = True
            self.answer(HTTPStatus.BAD_REQUEST, (), str(error).encode())
        if self._reader.wants_continue:
            self._reader.wants_continue = False
            self._send(_CONTINUE)

    def answer(self, status: HTTPStatus, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Send a response; what the other side does not take at once is sent later, by `flush`."""
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if self._ends_after_answer:
            lines.append("Connection: close")
        self._send("\r\n".join([*lines, "", ""]).encode() + body)

    def flush(self) -> None:
        """Send what can be sent."""
        try:
            while self._unsent:
                del self._unsent[: self.socket.send(self._unsent)]
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.close()
            return
        if self._ends_after_answer:
            self.close()

    def has_left(self) -> bool:
        """Whether the other side is gone, as far as is known by now."""
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Close it; nothing happens if it is closed."""
        self.is_open = False
        self._unsent.clear()
        with contextlib.suppress(OSError):
            self.socket.close()

    def _send(self, data: bytes) -> None:
        if self.is_open:
            self._unsent += data
            self.flush()
