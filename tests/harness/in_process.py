"""Real clients without a socket: what botocore would send goes straight into the WSGI application."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from cenote.app import Application
from cenote.base.quotas import Quotas
from cenote.flows.services import Services
from harness.clock import FakeClock
from harness.endpoint import Answer, Endpoint

URL = "http://localhost:9329"
WsgiApp = Callable[..., Any]


class InProcess(Endpoint):
    """The application in this very process; its clock is the test's."""

    def __init__(self, app: WsgiApp, services: Services, clock: FakeClock) -> None:
        super().__init__(URL)
        self.app = app
        self.services = services
        self.clock = clock

    def attach(self, client: Any) -> None:
        """Send what *client* sends into the application."""
        super().attach(client)
        client.meta.events.register("before-send", self._send)

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Call the application."""
        return call(self.app, method, self.url + path, headers or {}, body)

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {name: _text(value) for name, value in request.headers.items()}
        status, answered, body = call(self.app, request.method, request.url, headers, _bytes(request.body))
        return AWSResponse(request.url, status, answered, _Raw(body))


def beside(endpoint: InProcess, **changed: Any) -> InProcess:
    """The same deployment in another application, with other services in the place of some, and nothing in the background."""
    services = replace(endpoint.services, **changed)
    return InProcess(Application(services, strict=True), services, endpoint.clock)


def limited(endpoint: InProcess, **quotas: int) -> InProcess:
    """The same deployment with other quotas."""
    return beside(endpoint, settings=replace(endpoint.services.settings, quotas=Quotas(**quotas)))


def signing_time(clock: FakeClock) -> Callable[..., datetime]:
    """A stand-in for `botocore.auth.get_current_datetime`, so that signatures are of the test's hour."""

    def now(remove_tzinfo: bool = True) -> datetime:
        return clock.now.replace(tzinfo=None) if remove_tzinfo else clock.now

    return now


def call(app: WsgiApp, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Run one request through a WSGI application as a server on loopback would."""
    answered: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, rows: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        answered.append((status, rows))
        return io.BytesIO().write

    chunks = app(environ_of(method, url, headers, body), start_response)
    try:
        content = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    [(status, rows)] = answered
    number, _, phrase = status.partition(" ")
    assert HTTPStatus(int(number)).phrase == phrase, status
    return int(number), _joined(rows), content


def _joined(rows: list[tuple[str, str]]) -> dict[str, str]:
    """Headers by name; those of one name (cookies) are joined as a client joins them."""
    found: dict[str, str] = {}
    for name, value in rows:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def environ_of(method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The PEP 3333 environ of a request whose body is complete."""
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "9329",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "50000",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key != "CONTENT_LENGTH":
            environ[f"HTTP_{key}"] = value
    return environ


class _Raw(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else body.read()
