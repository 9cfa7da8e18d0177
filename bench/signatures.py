"""
Signatures of Version 4, verified one after the other in one thread: what every signed call begins with.

The request is a ListUsers as botocore signs it. Reading the claim, rebuilding the canonical request and comparing are timed together; the
key derived for the day is remembered, as it is for all of a client's requests. The arithmetic below are the hashes that cannot be left
out: of the body, of the canonical request, and the HMAC.
"""

import hashlib
import hmac
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import arithmetic
import machine
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from programs import ACCESS_KEY_ID, CONTENT_TYPE, REGION, SECRET_ACCESS_KEY, TARGET_PREFIX

from cenote.aws import sigv4
from cenote.aws.canonical_request import SignedRequest, canonical_request_of
from cenote.aws.http import Request
from cenote.base.secret import Secret

_SERVICE = "cognito-idp"


@dataclass(frozen=True, slots=True)
class Verified:
    """Verifications a second by processor time, of each round, and what the hashes alone would allow."""

    per_s: list[float]
    allowed_per_s: list[float]

    @property
    def median_per_s(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.per_s)

    @property
    def ratio(self) -> float:
        """Verifications a second, of those that the hashes alone would allow: the median of each round's own ratio."""
        return statistics.median(ours / most for ours, most in zip(self.per_s, self.allowed_per_s, strict=True))


def measure(pinned: machine.Processors, seconds: float, rounds: int) -> Verified:
    """*rounds* of *seconds* each, on the server's processor."""
    request = _request()
    signature = sigv4.parse(request)
    if signature is None:
        raise ValueError("botocore has signed nothing")
    secret, now_ms = Secret(SECRET_ACCESS_KEY), signature.signed_at_ms
    canonical = canonical_request_of(request, signature.signed_headers, presigned=False)
    text = sigv4.string_to_sign_of(signature, canonical).encode()
    key = sigv4.signing_key_of(SECRET_ACCESS_KEY, signature.date, signature.region, signature.service)

    def verify() -> None:
        claimed = sigv4.parse(request)
        if claimed is not None:
            sigv4.verify(request, claimed, secret, now_ms, services=frozenset({_SERVICE}))

    def hashes() -> None:
        hashlib.sha256(request.body).hexdigest()
        hashlib.sha256(canonical).hexdigest()
        hmac.digest(key, text, "sha256")

    with machine.running_on(pinned.server):
        rows = [(_per_s(verify, seconds), _per_s(hashes, seconds)) for _ in range(rounds)]
    return Verified([ours for ours, _ in rows], [most for _, most in rows])


def _per_s(work: Callable[[], None], seconds: float) -> float:
    return 1000 / arithmetic.timed(work, seconds).processor_ms


def _request() -> SignedRequest:
    body = json.dumps(
        {"UserPoolId": f"{REGION}_Ab12Cd34E", "Filter": 'email = "ada@example.com"', "Limit": 10}
    ).encode()
    headers = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": TARGET_PREFIX + "ListUsers"}
    asked = AWSRequest("POST", "http://127.0.0.1:9329/", headers=headers, data=body)
    SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), _SERVICE, REGION).add_auth(asked)
    sent = {"host": "127.0.0.1:9329", **{name.lower(): str(value) for name, value in asked.headers.items()}}
    return Request("POST", "/", "", sent, body, "127.0.0.1")
