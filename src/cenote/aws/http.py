"""A request and its answer as the AWS doors see them, and how WSGI carries both."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote

from cenote.base.errors import RequestEntityTooLargeException, SerializationException

MAX_BODY_BYTES = 1024 * 1024
MAX_LENGTH_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Request:
    """
    One HTTP request, read whole.

    *path* is percent-encoded (WSGI hands it over decoded; it is encoded anew as SigV4 does), *query* is as it came,
    without "?". *headers* have lower-case names; several of one name are joined by commas. *is_secure*: it came by TLS.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str
    is_secure: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class _Input(Protocol):
    def read(self, size: int, /) -> bytes: ...


def request_of(environ: Mapping[str, Any], max_body_bytes: int = MAX_BODY_BYTES) -> Request:
    """
    The request of a WSGI environment, its body read.

    Raises RequestEntityTooLargeException before reading anything when Content-Length says that the body is too long, and
    after *max_body_bytes* + 1 bytes when nothing said so; SerializationException for a Content-Length that is no number or
    not true.
    """
    headers = headers_of(environ)
    return Request(
        method=environ["REQUEST_METHOD"],
        path=quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/~") or "/",
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=_body_of(environ, headers, max_body_bytes),
        source_ip=environ.get("REMOTE_ADDR", ""),
        is_secure=environ.get("wsgi.url_scheme") == "https",
    )


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a WSGI environment, names in lower case."""
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def _body_of(environ: Mapping[str, Any], headers: Mapping[str, str], max_body_bytes: int) -> bytes:
    source: _Input = environ["wsgi.input"]
    declared = headers.get("content-length")
    if declared is None:
        # A server that does not end the stream would let us wait for ever.
        is_ended = environ.get("wsgi.input_terminated") or "transfer-encoding" in headers
        body = _read(source, max_body_bytes + 1) if is_ended else b""
        if len(body) > max_body_bytes:
            raise RequestEntityTooLargeException(f"The body is longer than {max_body_bytes} bytes.")
        return body
    if not (declared.isascii() and declared.isdigit() and len(declared) <= MAX_LENGTH_DIGITS):
        raise SerializationException("Content-Length is not a number.")
    size = int(declared)
    if size > max_body_bytes:
        raise RequestEntityTooLargeException(f"The body is longer than {max_body_bytes} bytes.")
    body = _read(source, size)
    if len(body) < size:
        raise SerializationException("The body is shorter than Content-Length says.")
    return body


def _read(source: _Input, size: int) -> bytes:
    """Up to *size* bytes; a stream may hand over less than it is asked for."""
    parts = []
    while size > 0:
        part = source.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def send(reply: Reply, start_response: Callable[..., object]) -> Iterable[bytes]:
    """Hand *reply* to a WSGI server."""
    phrase = HTTPStatus(reply.status).phrase
    start_response(f"{reply.status} {phrase}", [*reply.headers, ("Content-Length", str(len(reply.body)))])
    return [reply.body]
