"""A WSGI application small enough to see the server through it. Run as a program, it serves itself as Cenote is served."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse

from cenote.base.settings import config_path, load
from cenote.cli.bridge import Bridge, bridge_of
from cenote.cli.server import AddressTakenError, serve

SHOWN = (
    "PATH_INFO",
    "QUERY_STRING",
    "REMOTE_ADDR",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "HTTP_X_REPEATED",
    "HTTP_X_LOW",
    "CONTENT_TYPE",
)


class Tiny:
    """Answers `/`, echoes `/echo`, tells its environ, fails, and holds a request until someone writes into a FIFO."""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/fail":
            raise RuntimeError("on purpose")
        body = b"ok"
        if path == "/echo":
            body = environ["wsgi.input"].read()
        elif path == "/environ":
            body = json.dumps({name: environ.get(name) for name in SHOWN}).encode()
        elif path == "/pid":
            body = str(os.getpid()).encode()
        elif path == "/held":
            body = Path(os.environ["TINY_FIFO"]).read_bytes()
        start_response("200 OK", [("Content-Type", "text/plain"), ("X-Two", "1"), ("X-Two", "2")])
        return [body]

    def close(self) -> None:
        """Leave a mark, so that a test can see that the end was reached."""
        Path(os.environ["TINY_FIFO"]).with_name("closed").touch()


def create() -> Bridge:
    """granian's factory target; takes as long as someone keeps the FIFO named by TINY_START open."""
    if "TINY_START" in os.environ:
        Path(os.environ["TINY_START"]).read_bytes()
    return bridge_of(load(os.environ, config_path(os.environ)), Tiny())


if __name__ == "__main__":
    try:
        serve(load(os.environ, config_path(os.environ)), "tiny:create")
    except AddressTakenError as taken:
        sys.exit(str(taken))
