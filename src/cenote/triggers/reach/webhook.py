"""
A function behind an HTTPS webhook: one signed POST, whose answer is the function's.

The event is the body. `X-Cenote-Timestamp` is the time in seconds and `X-Cenote-Signature` is `v1=` and the HMAC-SHA256, in hex, of
`<timestamp>.<body>` under the webhook's secret. A 2xx answer is what the function returns, a 4xx one is its error (`errorMessage` in its
JSON says which), and anything else is no answer. The operator chose the address, so it may be one of a private network; redirects are
not followed and proxies of the environment are not used, for the body holds what people typed. docs/triggers.md describes it all.
"""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import urllib3

from cenote.base.clock import Clock
from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.base.setting_values import is_local_name
from cenote.triggers.reach.patient_http import Connections, ending_at

MAX_ANSWER_BYTES = 6 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_CONNECTIONS = 16
# Refusals that say "not now": the function has not seen the event.
_NOT_NOW = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_NO_REASON = json.dumps({"errorMessage": "the webhook refused the event"}).encode()

WebhookOf = Callable[[str], tuple[str, bytes] | None]


class WebhookReach:
    """
    Reaches functions behind webhooks; safe to share between threads.

    *webhook_of* gives the URL and the secret of an ARN. *is_development* allows http to this machine. *ca* is a file of authorities to
    trust in the place of the system's.
    """

    def __init__(self, webhook_of: WebhookOf, clock: Clock, *, is_development: bool, ca: str | None = None) -> None:
        self._webhook_of = webhook_of
        self._clock = clock
        self._is_development = is_development
        self._http = Connections(retries=False, maxsize=_CONNECTIONS, ssl_context=ssl.create_default_context(cafile=ca))

    def invoke(self, arn: str, payload: bytes, *, source_arn: str, timeout_ms: int) -> Invocation:
        """As `Reach.invoke`; *source_arn* needs no permission, for whoever set the webhook's ARN meant it."""
        del source_arn
        found = self._webhook_of(arn)
        if found is None:
            raise FunctionUnreachableError("there is no webhook of that name")
        url, secret = found
        self._verify_url(url)
        until = time.monotonic() + timeout_ms / 1000
        at_s = str(self._clock.now_ms() // 1000)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Cenote",
            "Accept-Encoding": "identity",
            "X-Cenote-Timestamp": at_s,
            "X-Cenote-Signature": signature_of(secret, at_s, payload),
        }
        try:
            with ending_at(until):
                return self._sent(url, payload, headers, until, timeout_ms)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            # urllib3 counts a refused connection as one that timed out.
            refused = isinstance(error, urllib3.exceptions.NewConnectionError)
            is_timeout = isinstance(error, urllib3.exceptions.TimeoutError) and not refused
            # A connection that is shut at the end of the time looks as one that the other side has closed.
            is_timeout = is_timeout or time.monotonic() >= until
            # The text of a urllib3 error names the whole URL, which may hold the receiver's token.
            raise FunctionUnreachableError(f"no answer: {type(error).__name__}", is_timeout=is_timeout) from None

    def _sent(self, url: str, payload: bytes, headers: dict[str, str], until: float, timeout_ms: int) -> Invocation:
        answer = self._http.request(
            "POST",
            url,
            body=payload,
            headers=headers,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(total=timeout_ms / 1000),
        )
        is_whole = False
        try:
            body = _body_of(answer, until)
            is_whole = True
        finally:
            # A connection with the rest of an answer in it is of no use to the next request.
            if is_whole:
                answer.release_conn()
            else:
                answer.close()
        return _invocation_of(answer.status, body)

    def _verify_url(self, url: str) -> None:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise FunctionUnreachableError("the webhook's URL cannot be read") from None
        is_allowed = parts.scheme == "https" or (
            parts.scheme == "http" and self._is_development and is_local_name(parts.hostname or "")
        )
        if not is_allowed or "@" in parts.netloc:
            raise FunctionUnreachableError(
                "a webhook is https, without a user; http only to this machine in development"
            )


def signature_of(secret: bytes, at_s: str, body: bytes) -> str:
    """The `X-Cenote-Signature` of *body* sent at *at_s*, the text of `X-Cenote-Timestamp`."""
    return "v1=" + hmac.new(secret, at_s.encode() + b"." + body, hashlib.sha256).hexdigest()


def _body_of(answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
    body = bytearray()
    while chunk := answer.read1(_CHUNK_BYTES, decode_content=False):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise FunctionUnreachableError(f"its answer has more than {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > until:
            break
    # An answer that was shut off in its middle may look whole.
    if time.monotonic() > until:
        raise FunctionUnreachableError("its answer takes too long", is_timeout=True)
    return bytes(body)


def _invocation_of(status: int, body: bytes) -> Invocation:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Invocation(body)
    if status in _NOT_NOW:
        raise FunctionUnreachableError(f"it answered {status}", is_busy=True)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Invocation(body if _has_reason(body) else _NO_REASON, function_error="Handled")
    raise FunctionUnreachableError(f"it answered {status}")


def _has_reason(body: bytes) -> bool:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "errorMessage" in document
