"""
SMS by webhook: one signed POST a message, to whatever the operator puts behind it.

The document, the signature and what each answer means are described in docs/messages.md. Redirects are not followed
and proxies from the environment are not used: the body holds a code.
"""

import hashlib
import hmac
import json
import urllib.parse
from http import HTTPStatus

import urllib3

from cenote.base.clock import Clock, SystemClock
from cenote.messages.delivery import refusal_of
from cenote.model.message import Pending

_RETRYABLE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


class SmsWebhook:
    """
    Sends SMS through an HTTP receiver.

    *secret* signs each request (HMAC-SHA256); without one the header is left out. *ca* is a file of authorities to
    trust in the place of the system's. Raises ValueError when *url* cannot be used.
    """

    def __init__(
        self,
        url: str,
        secret: bytes | None,
        timeout_s: float = 10.0,
        *,
        clock: Clock | None = None,
        ca: str | None = None,
    ) -> None:
        try:
            parts = urllib.parse.urlsplit(url)
        except ValueError:
            # The error quotes the URL, which may hold the receiver's token.
            raise ValueError("the SMS webhook's URL cannot be read") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError("the SMS webhook is written https://host/path, without a password")
        self._url = url
        self._secret = secret
        self._clock = clock or SystemClock()
        timeout = urllib3.Timeout(total=timeout_s)
        self._http = urllib3.PoolManager(timeout=timeout, retries=False, cert_reqs="CERT_REQUIRED", ca_certs=ca)

    def send(self, pending: Pending) -> None:
        """
        POST one SMS.

        Raises DeliveryError: worth another attempt on 408, 425, 429, 5xx and when nobody answers, else permanent.
        """
        body = document_of(pending)
        headers = {"Content-Type": "application/json", "User-Agent": "Cenote", "Idempotency-Key": pending.id}
        if self._secret is not None:
            headers["Cenote-Signature"] = signature_of(self._secret, self._clock.now_ms() // 1000, body)
        try:
            answer = self._http.request(
                "POST", self._url, body=body, headers=headers, redirect=False, preload_content=False
            )
        except urllib3.exceptions.HTTPError as error:
            # The text of a urllib3 error names the whole URL, which may hold the receiver's token.
            reason = f"no answer from the SMS webhook: {type(error).__name__}"
            raise refusal_of(pending, reason, permanent=False) from error
        status = answer.status
        # What the receiver says is of no use to us; closing is cheaper than reading it to its end.
        answer.close()
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            retryable = status in _RETRYABLE or status >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise refusal_of(pending, f"the SMS webhook answered {status}", permanent=not retryable)


def document_of(pending: Pending) -> bytes:
    """Return the JSON document that the receiver gets, as UTF-8."""
    message = pending.message
    document = {
        "id": pending.id,
        "to": message.to,
        "body": message.body,
        "pool_id": pending.pool_id,
        "username": pending.username,
        "purpose": message.purpose.value,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def signature_of(secret: bytes, at_s: int, body: bytes) -> str:
    """Return the `Cenote-Signature` header: the time in seconds, and HMAC-SHA256 of `<time>.<body>` in hex."""
    digest = hmac.new(secret, f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"
