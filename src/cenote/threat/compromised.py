"""
Whether a password is known to be compromised.

    the built-in list  ─►  the operator's file  ─►  a k-anonymity service
    always                 setting compromised_passwords   setting compromised_passwords_url

The file has lines "<SHA-1 in hex>:<count>" in the order of the hashes, as the ordered download of Have I Been Pwned has them; the count may
be left out. It is searched where it lies: 30 reads for a billion lines, and nothing of it in memory. A service is told the first five
digits of the hash and no more. Neither may stop a sign-in: a failure counts as "not compromised", is logged, and told to *on_failure*.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import Any

import structlog
import urllib3

from cenote.threat.obvious_passwords import is_obvious

PREFIX_DIGITS = 5
_DIGEST_DIGITS = 40
_MAX_LINE = 256
_MAX_ANSWER_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_TIMEOUT_S = 2.0
# A service that failed is left alone for so long, or every sign-in would wait for it.
_REST_S = 30.0

log: Any = structlog.get_logger(__name__)


class CompromisedPasswords:
    """What is known of compromised passwords; safe to share between threads. Without file and service the built-in list is all."""

    def __init__(
        self,
        file: Path | None = None,
        url: str | None = None,
        *,
        on_failure: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = file
        self._url = url.rstrip("/") if url else None
        self._on_failure = on_failure
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._resting_until_s = 0.0
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=_TIMEOUT_S))

    def is_known(self, password: str) -> bool:
        """Whether somebody else has *password* by now. It may wait for a service: to be called in no transaction."""
        if is_obvious(password):
            return True
        digest = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
        return self._is_in_file(digest) or self._is_at_service(digest)

    def _is_in_file(self, digest: str) -> bool:
        if self._file is None:
            return False
        try:
            with self._file.open("rb") as file:
                return is_listed(file, digest)
        except OSError as error:
            self._fail("compromised_passwords_unreadable", error)
            return False

    def _is_at_service(self, digest: str) -> bool:
        if self._url is None or self._monotonic() < self._resting_until_s:
            return False
        try:
            answer = self._ask(f"{self._url}/{digest[:PREFIX_DIGITS]}")
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            with self._lock:
                self._resting_until_s = self._monotonic() + _REST_S
            self._fail("compromised_passwords_service_failed", error)
            return False
        return _has_suffix(answer, digest[PREFIX_DIGITS:])

    def _ask(self, url: str) -> str:
        """The answer to a range request; padded, so that its length does not tell which range was asked for."""
        deadline_s = self._monotonic() + _TIMEOUT_S
        response = self._http.request(
            "GET", url, headers={"Add-Padding": "true", "User-Agent": "cenote"}, redirect=False, preload_content=False
        )
        try:
            if response.status != 200:  # noqa: PLR2004 - HTTP's own number
                raise ValueError(f"status {response.status}")
            body = bytearray()
            for chunk in response.stream(_CHUNK_BYTES):
                body += chunk
                if len(body) > _MAX_ANSWER_BYTES or self._monotonic() > deadline_s:
                    raise ValueError("too long an answer")
        finally:
            response.close()
        return body.decode("ascii", "replace")

    def _fail(self, event: str, error: Exception) -> None:
        # The text of an HTTP error has the URL in it, and with it the digits that were asked for.
        log.warning(event, error=type(error).__name__)
        self._on_failure()


def is_listed(file: BufferedReader, digest: str) -> bool:
    """Whether the sorted *file* has a line that begins with *digest*: binary search by seeking."""
    wanted = digest.encode("ascii")
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        start = _line_at_or_after(file, middle)
        if start >= high:
            high = middle
            continue
        found = file.readline(_MAX_LINE)[:_DIGEST_DIGITS].upper()
        if found == wanted:
            return True
        if found < wanted:
            low = file.tell()
        else:
            high = middle
    return False


def _line_at_or_after(file: BufferedReader, offset: int) -> int:
    """Go to the first line that begins at *offset* or later; where that is."""
    file.seek(max(offset - 1, 0))
    if offset:
        file.readline(_MAX_LINE)
    return file.tell()


def _has_suffix(answer: str, suffix: str) -> bool:
    """Whether a range's lines have *suffix*; lines of padding have a count of 0."""
    for line in answer.splitlines():
        found, _, count = line.strip().partition(":")
        if found.upper() == suffix:
            return count.strip() != "0"
    return False
