"""One request's way through a WSGI application: the request that granian parsed becomes an environ, the answer a reply."""

import io
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from wsgiref.types import WSGIApplication

log = logging.getLogger(__name__)


class Headers(Protocol):
    """The headers as granian gives them: names in lower case, repeated names repeated."""

    def items(self) -> list[tuple[str, str]]:
        """All of them, in order."""
        ...

    def get(self, key: str) -> str | None:
        """The first of that name."""
        ...


class Scope(Protocol):
    """The parsed head of a request (RSGI specification 1.6, "HTTP scope")."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Headers


@dataclass(slots=True)
class Reply:
    """What the application answered; an instance is the `start_response` of PEP 3333."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def __call__(
        self, status: str, headers: list[tuple[str, str]], _exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        """Take status and headers; the `write` that PEP 3333 still asks for appends to the body."""
        self.status = int(status[:3])
        self.headers = headers
        return self._append

    def _append(self, data: bytes) -> None:
        self.body += data


class Readable(Protocol):
    """A body that is read while it comes in."""

    def read(self, size: int, /) -> bytes:
        """At most *size* bytes; none at the end. OSError when they stay away."""
        ...


def answer(app: WSGIApplication, scope: Scope, body: bytes | Readable, length: int | None = None) -> Reply:
    """
    Run the application; what it raises is logged and becomes an empty 500.

    *length* is that of a *body* which is still coming in.
    """
    reply = Reply()
    try:
        chunks = app(environ_of(scope, body, length), reply)
        try:
            reply.body += _joined(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
    except Exception:
        log.exception("the application failed")
        return Reply(500)
    return reply


def _joined(chunks: Iterable[bytes]) -> bytes:
    return b"".join(chunks)


def environ_of(scope: Scope, body: bytes | Readable, length: int | None = None) -> dict[str, Any]:
    """
    The PEP 3333 environ of a request whose body is complete, or still coming in and then *length* bytes long.

    Header names with an underscore are dropped: `X_Forwarded_For` would pass for `X-Forwarded-For`. Repeated headers are
    joined by a comma, cookies by a semicolon (RFC 9110 section 5.3, RFC 6265 section 5.4).
    """
    server_name, _, server_port = scope.server.rpartition(":")
    remote_address, _, remote_port = scope.client.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server_name.strip("[]"),
        "SERVER_PORT": server_port,
        "REMOTE_ADDR": remote_address.strip("[]"),
        "REMOTE_PORT": remote_port,
        "CONTENT_LENGTH": str(len(body) if isinstance(body, bytes) else length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body) if isinstance(body, bytes) else body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name != "content-length" and "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            if key in environ:
                value = environ[key] + ("; " if name == "cookie" else ",") + value  # noqa: PLW2901  joined, not replaced
            environ[key] = value
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    return environ
