"""A small HTTP server whose answers a test writes, for clients that call out: webhooks and Lambda endpoints."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Replies:
    """A running server: what it was asked, oldest first, and what it answers (a callable may wait)."""

    url: str
    answer: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def hang(self) -> None:
        """Answer nothing until the test is over."""

        def hanging(_asked: Asked) -> Reply:
            self.released.wait()
            return Reply()

        self.answer = hanging


@contextmanager
def replies(answer: Callable[[Asked], Reply], *, tls: ssl.SSLContext | None = None) -> Iterator[Replies]:
    """Run such a server on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(lambda: served))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if tls is None else "https"
    served = Replies(f"{scheme}://127.0.0.1:{server.server_port}", answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        served.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler_of(served: Callable[[], Replies]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            served().asked.append(asked)
            reply = served().answer(asked)
            try:
                self.send_response(reply.status)
                for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                # Whoever asked has gone: that is what tests of timeouts do.
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as http.server calls it
            """Say nothing."""

    return Handler
