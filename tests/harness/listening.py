"""A small web server of a test's own, as long as the test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer

_POLL_S = 0.01


@contextmanager
def listening(server: HTTPServer) -> Iterator[HTTPServer]:
    """Let *server* answer on a thread; no thread and no socket is left of it."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": _POLL_S})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
