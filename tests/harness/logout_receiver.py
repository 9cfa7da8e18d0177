"""An app's address for back-channel logouts, on this machine: what it is sent, and what it answers."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from harness.listening import listening


class Receiver:
    """Keeps every form that comes; answers *statuses* in turn, and 200 after them."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self.forms: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.forms.put(dict(parse_qsl(body.decode(), strict_parsing=True)))
                self.send_response(receiver._statuses.pop(0) if receiver._statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing is written."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/logged-out"

    def tokens(self) -> list[str]:
        """The logout tokens that came since it was asked last."""
        found = []
        while not self.forms.empty():
            form = self.forms.get()
            assert ["logout_token"] == list(form)
            found.append(form["logout_token"])
        return found


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver(*statuses)
    with listening(receiver.server):
        yield receiver
