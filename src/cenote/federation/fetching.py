"""
Calling a URL that an administrator gave: bounded in time, size and redirects, and only where it may be called.

The host is resolved once, each of its addresses is judged, and the connection goes to the very address that was judged, so that a name
that resolves anew cannot lead elsewhere (DNS rebinding); TLS still asks for the name. No cookies, no proxy of the environment, no
compressed bodies. How long a name may take to resolve is the system's to say.

A document is fetched without credentials, and each redirect is judged like the first URL. A call carries a form or a bearer token, follows
nothing, and gives back whatever status it gets. Both wait among few others for their host.
"""

import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3

from cenote.base.deadline import Deadline
from cenote.base.settings import Settings
from cenote.federation.addresses import Address, Network, is_allowed, is_inside, resolved
from cenote.federation.calls import Answer, Call, with_query
from cenote.federation.crowd import Crowd
from cenote.federation.deadline import ConnectionPool, TlsConnectionPool
from cenote.federation.errors import FederationError, UnansweredError

MAX_BYTES = 1024 * 1024
MAX_ANSWER_BYTES = 256 * 1024
CALLS_PER_HOST = 8
MAX_REDIRECTS = 3
TIMEOUT_S = 5.0
TOTAL_S = 10.0
PORTS = frozenset({80, 443})
_CHUNK_BYTES = 64 * 1024
_TOO_LONG = "it takes too long"
_REDIRECTS = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
_Pool = urllib3.HTTPConnectionPool
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = field(default=None, repr=False)


class Fetcher:
    """
    Fetches documents and makes calls; safe to share between threads. *is_development* lets it speak http, and at any port, to this machine.

    *inside* are networks in which it may do so, too. *ca* is a file of authorities to trust in the place of the system's. *total_s* bounds
    a fetch with all its redirects, and *call_s* a call.
    """

    def __init__(
        self,
        *,
        is_development: bool,
        inside: Collection[Network] = (),
        ca: str | None = None,
        total_s: float = TOTAL_S,
        call_s: float = TIMEOUT_S,
        calls_per_host: int = CALLS_PER_HOST,
    ) -> None:
        self._is_development = is_development
        self._inside = inside
        self._tls = ssl.create_default_context(cafile=ca)
        self._total_s = total_s
        self._call_s = call_s
        self._crowd = Crowd(calls_per_host)

    def get(self, url: str, accept: str) -> bytes:
        """
        The document at *url*, asked for as *accept*.

        Raises:
            CrowdedError: too many calls to the host are waited for already.
            FederationError: it may not be called, nobody answers, or the answer is no document of at most MAX_BYTES.
        """
        parts = _parts_of(url)
        place = self._crowd.place(f"{parts.hostname}:{_port_of(parts)}")
        with place, Deadline(time.monotonic() + self._total_s) as deadline:
            for _ in range(MAX_REDIRECTS + 1):
                request = _Request("GET", url, {"Accept": accept, "User-Agent": "Cenote"})
                answer = self._send(request, deadline, partial(_document_of, url, deadline))
                if isinstance(answer, bytes):
                    return answer
                url = answer
        raise FederationError("it redirects too often")

    def call(self, call: Call) -> Answer:
        """
        Make a call; what was answered, a redirect included.

        Raises:
            UnansweredError: nobody answers, or not in time.
            CrowdedError: too many calls to the host are waited for already.
            FederationError: it may not be called, or the answer has more than MAX_ANSWER_BYTES.
        """
        parts = _parts_of(call.url)
        url = with_query(call.url, call.query) if call.query else call.url
        request = _Request(call.method, url, call.headers, call.body)
        place = self._crowd.place(f"{parts.hostname}:{_port_of(parts)}")
        with place, Deadline(time.monotonic() + self._call_s) as deadline:
            return self._send(request, deadline, partial(_answer_of, deadline))

    def _send(self, request: _Request, deadline: Deadline, read: Callable[[urllib3.BaseHTTPResponse], _Read]) -> _Read:
        parts = _parts_of(request.url)
        host, port = parts.hostname or "", _port_of(parts)
        addresses = self._judged(parts.scheme, host, port)
        target = urllib3.util.Url(path=parts.path or "/", query=parts.query or None).url
        headers = {**request.headers, "Accept-Encoding": "identity", "Host": parts.netloc}
        reason, is_timeout = "", False
        for address in addresses:
            with self._pool(parts.scheme, address, host, port, deadline) as pool:
                try:
                    with pool.urlopen(
                        request.method,
                        target,
                        body=request.body,
                        headers=headers,
                        retries=False,
                        redirect=False,
                        preload_content=False,
                    ) as answer:
                        return read(answer)
                except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
                    # A host of two protocols may be reached by one of them alone.
                    reason, is_timeout = _failure(host, error)
                except (urllib3.exceptions.HTTPError, OSError) as error:
                    reason, is_timeout = _failure(host, error)
                    public = "nobody answers" if deadline.left_s else _TOO_LONG
                    raise UnansweredError(public, reason, is_timeout=is_timeout or not deadline.left_s) from None
        public = "nobody answers" if deadline.left_s else _TOO_LONG
        raise UnansweredError(public, reason, is_timeout=is_timeout or not deadline.left_s)

    def _judged(self, scheme: str, host: str, port: int) -> list[Address]:
        """The addresses to call for *host* in turn; all that it resolves to must be allowed."""
        addresses = resolved(host, port)
        for address in addresses:
            if not is_allowed(address, is_development=self._is_development, inside=self._inside):
                raise FederationError("its address may not be called", f"{host} is {address}")
        is_own = all(
            is_inside(address, self._inside) or (self._is_development and address.is_loopback) for address in addresses
        )
        if not is_own and (scheme != "https" or port not in PORTS):
            raise FederationError("it must be https, at port 80 or 443")
        return addresses

    def _pool(self, scheme: str, address: Address, host: str, port: int, deadline: Deadline) -> _Pool:
        left_s = deadline.left_s
        if not left_s:
            raise UnansweredError(_TOO_LONG, host, is_timeout=True)
        timeout = urllib3.Timeout(total=min(left_s, TIMEOUT_S))
        if scheme == "http":
            return ConnectionPool(str(address), port, timeout=timeout, deadline=deadline)
        return TlsConnectionPool(
            str(address),
            port,
            timeout=timeout,
            deadline=deadline,
            ssl_context=self._tls,
            cert_reqs="CERT_REQUIRED",
            server_hostname=host,
            assert_hostname=host,
        )


def fetcher_of(settings: Settings) -> Fetcher:
    """The fetcher that *settings* ask for; one host may take half of the places in which is waited, the others have the rest."""
    return Fetcher(
        is_development=settings.is_development,
        inside=settings.federation_private_networks,
        calls_per_host=max(settings.functions.calls // 2, 1),
    )


def _parts_of(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0 and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme not in {"http", "https"}:
        raise FederationError("it is not a URL")
    if "@" in parts.netloc:
        raise FederationError("it names a user")
    return parts


def _port_of(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _failure(host: str, error: Exception) -> tuple[str, bool]:
    """What our log may say of *error*, and whether it is one of time. Its own text could repeat a URL, and so a secret."""
    # urllib3 takes a connection that is refused for one that is late.
    is_refused = isinstance(error, urllib3.exceptions.NewConnectionError)
    is_timeout = not is_refused and isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError)
    return f"{host}: {type(error).__name__}", is_timeout


def _document_of(url: str, deadline: Deadline, answer: urllib3.BaseHTTPResponse) -> bytes | str:
    """The document of an answer, or where it sends us."""
    if answer.status in _REDIRECTS:
        return _redirected(url, answer.headers)
    if answer.status != HTTPStatus.OK:
        raise FederationError(f"it answers with status code {answer.status}")
    return _body_of(answer, deadline, MAX_BYTES)


def _answer_of(deadline: Deadline, answer: urllib3.BaseHTTPResponse) -> Answer:
    return Answer(answer.status, _body_of(answer, deadline, MAX_ANSWER_BYTES))


def _body_of(answer: urllib3.BaseHTTPResponse, deadline: Deadline, most: int) -> bytes:
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FederationError("its answer is compressed, which was not asked for")
    body = bytearray()
    while chunk := answer.read1(_CHUNK_BYTES, decode_content=False):
        body += chunk
        if len(body) > most:
            raise FederationError(f"it has more than {most} bytes")
    # The end of the time looks like the end of a body whose length was not told.
    if not deadline.left_s:
        raise UnansweredError(_TOO_LONG, is_timeout=True)
    return bytes(body)


def _redirected(url: str, headers: Mapping[str, str]) -> str:
    location = headers.get("Location", "")
    try:
        target = urljoin(url, location)
    except ValueError:
        location = ""
    if not location:
        raise FederationError("it redirects to nowhere")
    if url.startswith("https:") and not target.startswith("https:"):
        raise FederationError("it redirects from https to something else")
    return target
