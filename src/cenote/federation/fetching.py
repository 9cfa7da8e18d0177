"""
Getting a document from a URL that an administrator gave: bounded in time, size and redirects, and only from where it may come.

The host is resolved once, each of its addresses is judged, and the connection goes to the very address that was judged, so that a name
that resolves anew cannot lead elsewhere (DNS rebinding); TLS still asks for the name. Every redirect is judged like the first URL. No
cookies, no credentials, no proxy of the environment, no compressed bodies. How long a name may take to resolve is the system's to say.
"""

import ssl
import time
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3

from cenote.base.deadline import Deadline
from cenote.federation.addresses import Address, is_allowed, resolved
from cenote.federation.deadline import ConnectionPool, TlsConnectionPool
from cenote.federation.errors import FederationError

MAX_BYTES = 1024 * 1024
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


class Fetcher:
    """
    Fetches documents. *is_development* lets it speak http, and at any port, to this machine.

    *ca* is a file of authorities to trust in the place of the system's. *total_s* bounds a fetch with all its redirects.
    """

    def __init__(self, *, is_development: bool, ca: str | None = None, total_s: float = TOTAL_S) -> None:
        self._is_development = is_development
        self._tls = ssl.create_default_context(cafile=ca)
        self._total_s = total_s

    def get(self, url: str, accept: str) -> bytes:
        """
        The document at *url*, asked for as *accept*.

        Raises:
            FederationError: it may not be called, nobody answers, or the answer is no document of at most MAX_BYTES.
        """
        until = time.monotonic() + self._total_s
        with Deadline(until) as deadline:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._ask(url, accept, deadline)
                if isinstance(answer, bytes):
                    return answer
                url = answer
        raise FederationError("it redirects too often")

    def _ask(self, url: str, accept: str, deadline: Deadline) -> bytes | str:
        parts = _parts_of(url)
        host, port = parts.hostname or "", _port_of(parts)
        addresses = self._judged(parts.scheme, host, port)
        target = urllib3.util.Url(path=parts.path or "/", query=parts.query or None).url
        headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "Cenote", "Host": parts.netloc}
        reason = ""
        for address in addresses:
            with self._pool(parts.scheme, address, host, port, deadline) as pool:
                try:
                    with pool.urlopen(
                        "GET", target, headers=headers, retries=False, redirect=False, preload_content=False
                    ) as answer:
                        return _body_of(answer, url, deadline)
                except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
                    # A host of two protocols may be reached by one of them alone.
                    reason = f"{host}: {error}"
                except (urllib3.exceptions.HTTPError, OSError) as error:
                    public = "nobody answers" if deadline.left_s else _TOO_LONG
                    raise FederationError(public, f"{host}: {error}") from None
        raise FederationError("nobody answers" if deadline.left_s else _TOO_LONG, reason)

    def _judged(self, scheme: str, host: str, port: int) -> list[Address]:
        """The addresses to call for *host* in turn; all that it resolves to must be allowed."""
        addresses = resolved(host, port)
        for address in addresses:
            if not is_allowed(address, is_development=self._is_development):
                raise FederationError("its address may not be called", f"{host} is {address}")
        is_own_machine = self._is_development and all(address.is_loopback for address in addresses)
        if not is_own_machine and (scheme != "https" or port not in PORTS):
            raise FederationError("it must be https, at port 80 or 443")
        return addresses

    def _pool(self, scheme: str, address: Address, host: str, port: int, deadline: Deadline) -> _Pool:
        left_s = deadline.left_s
        if not left_s:
            raise FederationError(_TOO_LONG)
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


def _body_of(answer: urllib3.BaseHTTPResponse, url: str, deadline: Deadline) -> bytes | str:
    """The document of an answer, or where it sends us."""
    if answer.status in _REDIRECTS:
        return _redirected(url, answer.headers)
    if answer.status != HTTPStatus.OK:
        raise FederationError(f"it answers with status code {answer.status}")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FederationError("its answer is compressed, which was not asked for")
    body = bytearray()
    while chunk := answer.read1(_CHUNK_BYTES, decode_content=False):
        body += chunk
        if len(body) > MAX_BYTES:
            raise FederationError(f"it has more than {MAX_BYTES} bytes")
    # The end of the time looks like the end of a body whose length was not told.
    if not deadline.left_s:
        raise FederationError(_TOO_LONG)
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
