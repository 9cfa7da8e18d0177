"""
Verifies AWS Signature Version 4, in headers and in presigned queries. Knows no storage: the caller brings the secret.

    parse(request) → Signature | None      what the request claims; None when it claims nothing
    verify(request, signature, secret …)   raises unless the claim holds, is fresh and is meant for this service

Source: AWS IAM User Guide, "AWS Signature Version 4 for API requests" and "Troubleshoot Signature Version 4 signing".
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from cenote.aws.canonical_request import (
    EVERY_SERVICE_BUT_S3,
    SignedRequest,
    SigningRules,
    canonical_request_of,
    pairs_of,
)
from cenote.base.errors import IncompleteSignatureException, InvalidSignatureException
from cenote.base.secret import Secret

ALGORITHM: Final = "AWS4-HMAC-SHA256"
TERMINATOR: Final = "aws4_request"
MAX_SKEW_S: Final = 15 * 60
MAX_PRESIGNED_S: Final = 604_800

_SCOPE_ELEMENTS: Final = 5
_ISO_BASIC: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_REGION: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_PRESIGNED_REQUIRED: Final = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
)
# Whose presigned requests last as long as those that are signed by header, whatever they say: tokens for Kubernetes, which are
# such requests, say a minute and are shown for a quarter of an hour.
# Source: aws-iam-authenticator, pkg/token/token.go, Verify.
_LASTING_AS_BY_HEADER: Final = frozenset({"sts"})
# Added behind the client's back by CloudFront when it stands in front of the server.
_ADDED_UNDERWAY: Final = frozenset({"x-amz-cf-id"})


@dataclass(frozen=True, slots=True)
class Signature:
    """A request's claim: who signed it, when, for which region and service. Nothing here is proven before `verify`."""

    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str
    signed_at: str
    signed_at_ms: int
    expires_after_s: int | None
    session_token: str | None
    presigned: bool

    @property
    def scope(self) -> str:
        """The credential scope, `date/region/service/aws4_request`."""
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


class _Credential(NamedTuple):
    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str


def parse(request: SignedRequest) -> Signature | None:
    """
    Read the request's signature, or None when it bears none at all.

    Raises IncompleteSignatureException when it bears one that lacks a part or has a malformed one.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None and authorization.startswith("AWS4-"):
        return _parse_header(request, authorization)
    if "X-Amz-Algorithm=" in request.query or "X-Amz-Signature=" in request.query:
        return _parse_presigned(request)
    if authorization is not None:
        raise _incomplete_header(
            authorization, ["Credential", "Signature", "SignedHeaders"], has_date=_has_date(request)
        )
    return None


def verify(
    request: SignedRequest,
    signature: Signature,
    secret_access_key: Secret,
    now_ms: int,
    *,
    services: frozenset[str],
    rules: SigningRules = EVERY_SERVICE_BUT_S3,
) -> None:
    """
    Check that the holder of *secret_access_key* signed this very request for one of *services*, not long ago.

    Raises InvalidSignatureException.
    """
    _verify_scope(signature, services)
    _verify_time(signature, now_ms)
    _verify_coverage(request, signature)
    expected = _signature_of(request, signature, secret_access_key, rules)
    if not hmac.compare_digest(expected.encode("ascii"), signature.signature.encode("utf-8", "replace")):
        raise InvalidSignatureException(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details."
        )


def string_to_sign_of(signature: Signature, canonical_request: bytes) -> str:
    """The text that is signed: algorithm, time, scope and the canonical request's hash."""
    return f"{ALGORITHM}\n{signature.signed_at}\n{signature.scope}\n{hashlib.sha256(canonical_request).hexdigest()}"


@lru_cache(maxsize=1024)
def signing_key_of(secret_access_key: str, date: str, region: str, service: str) -> bytes:
    """The key derived for one day, region and service; kept, as it is the same for a client's every request that day."""
    key = b"AWS4" + secret_access_key.encode()
    for part in (date, region, service, TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _signature_of(request: SignedRequest, signature: Signature, secret: Secret, rules: SigningRules) -> str:
    canonical_request = canonical_request_of(request, signature.signed_headers, rules, presigned=signature.presigned)
    key = signing_key_of(secret.reveal(), signature.date, signature.region, signature.service)
    return hmac.digest(key, string_to_sign_of(signature, canonical_request).encode(), "sha256").hex()


def _parse_header(request: SignedRequest, authorization: str) -> Signature:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        raise IncompleteSignatureException(f"Unsupported AWS 'algorithm': '{algorithm}'.")
    parts: dict[str, str] = {}
    for piece in rest.split(","):
        name, equals, value = piece.strip().partition("=")
        if not equals or name in parts:
            raise IncompleteSignatureException(
                "Invalid key=value pair (missing equal-sign) in Authorization header "
                f"(hashed with SHA-256 and encoded with Base64): '{_hashed(authorization)}'."
            )
        parts[name] = value
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not parts.get(name)]
    signed_at = request.headers.get("x-amz-date") or request.headers.get("date")
    if missing or signed_at is None:
        raise _incomplete_header(authorization, missing, has_date=signed_at is not None)
    credential = _parse_credential(parts["Credential"])
    time = _parse_time(signed_at)
    return Signature(
        *credential,
        signed_headers=_parse_signed_headers(parts["SignedHeaders"]),
        signature=parts["Signature"],
        signed_at=_iso_basic(time),
        signed_at_ms=_ms_of(time),
        expires_after_s=None,
        session_token=request.headers.get("x-amz-security-token"),
        presigned=False,
    )


def _parse_presigned(request: SignedRequest) -> Signature:
    parts: dict[str, str] = {}
    for name, value in ((unquote(name), unquote(value)) for name, value in pairs_of(request.query)):
        if name in parts and name.startswith("X-Amz-"):
            raise IncompleteSignatureException(
                f"AWS query-string parameters must include '{name}' only once. Re-examine the query-string parameters."
            )
        parts[name] = value
    for name in _PRESIGNED_REQUIRED:
        if not parts.get(name):
            raise IncompleteSignatureException(
                f"AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
            )
    if parts["X-Amz-Algorithm"] != ALGORITHM:
        raise IncompleteSignatureException(f"Unsupported AWS 'algorithm': '{parts['X-Amz-Algorithm']}'.")
    credential = _parse_credential(parts["X-Amz-Credential"])
    time = _parse_time(parts["X-Amz-Date"])
    return Signature(
        *credential,
        signed_headers=_parse_signed_headers(parts["X-Amz-SignedHeaders"]),
        signature=parts["X-Amz-Signature"],
        signed_at=_iso_basic(time),
        signed_at_ms=_ms_of(time),
        expires_after_s=_parse_expires(parts.get("X-Amz-Expires")),
        session_token=parts.get("X-Amz-Security-Token", request.headers.get("x-amz-security-token")),
        presigned=True,
    )


def _parse_credential(text: str) -> _Credential:
    elements = text.split("/")
    if len(elements) != _SCOPE_ELEMENTS:
        raise IncompleteSignatureException(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{text}'"
        )
    return _Credential(*elements)


def _parse_signed_headers(text: str) -> tuple[str, ...]:
    return tuple(text.lower().split(";"))


def _parse_expires(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise IncompleteSignatureException("X-Amz-Expires should be a number")
    if len(text) > len(str(MAX_PRESIGNED_S)) or int(text) > MAX_PRESIGNED_S:
        raise IncompleteSignatureException(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
            f"{MAX_PRESIGNED_S} seconds"
        )
    if int(text) < 1:
        raise IncompleteSignatureException("X-Amz-Expires must be positive")
    return int(text)


def _parse_time(text: str) -> datetime:
    try:
        if matched := _ISO_BASIC.fullmatch(text):
            year, month, day, hour, minute, second = map(int, matched.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        time = parsedate_to_datetime(text)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise IncompleteSignatureException(
            f"Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ) from None


def _verify_scope(signature: Signature, services: frozenset[str]) -> None:
    faults = []
    if not _REGION.fullmatch(signature.region):
        faults.append("Credential should be scoped to a valid region. ")
    if signature.service not in services:
        faults.append(f"Credential should be scoped to correct service: '{_listed(services)}'. ")
    if signature.terminator != TERMINATOR:
        faults.append(
            f"Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{signature.terminator}'. "
        )
    if signature.date != signature.signed_at[:8]:
        faults.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{signature.date}' != '{signature.signed_at[:8]}', from '{signature.signed_at}'."
        )
    if faults:
        raise InvalidSignatureException("".join(faults))


def _verify_time(signature: Signature, now_ms: int) -> None:
    now = _iso_basic_of_ms(now_ms)
    latest_ms = now_ms + MAX_SKEW_S * 1000
    if signature.signed_at_ms > latest_ms:
        raise InvalidSignatureException(
            f"Signature not yet current: {signature.signed_at} is still later than {_iso_basic_of_ms(latest_ms)} "
            f"({now} + {MAX_SKEW_S // 60} min.)"
        )
    own_s = None if signature.service in _LASTING_AS_BY_HEADER else signature.expires_after_s
    lifetime_s = MAX_SKEW_S if own_s is None else own_s
    earliest_ms = now_ms - lifetime_s * 1000
    if signature.signed_at_ms < earliest_ms:
        span = f"{MAX_SKEW_S // 60} min." if own_s is None else f"{lifetime_s} sec."
        raise InvalidSignatureException(
            f"Signature expired: {signature.signed_at} is now earlier than {_iso_basic_of_ms(earliest_ms)} "
            f"({now} - {span})"
        )


def _verify_coverage(request: SignedRequest, signature: Signature) -> None:
    """The host and every AWS header must be signed; a presigned request's date is the query's, so its header says nothing."""
    signed = signature.signed_headers
    if "host" not in signed:
        raise InvalidSignatureException(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization header."
        )
    for name in request.headers:
        if not name.startswith("x-amz-") or name in signed or name in _ADDED_UNDERWAY:
            continue
        if not (signature.presigned and name == "x-amz-date"):
            raise InvalidSignatureException(f"'{name}' must be a 'SignedHeader' in the AWS Authorization header.")


def _incomplete_header(authorization: str, missing: Iterable[str], *, has_date: bool) -> IncompleteSignatureException:
    sentences = [f"Authorization header requires '{name}' parameter." for name in missing]
    if not has_date:
        sentences.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    sentences.append(f"(Hashed with SHA-256 and encoded with Base64) Authorization={_hashed(authorization)}")
    return IncompleteSignatureException(" ".join(sentences))


def _has_date(request: SignedRequest) -> bool:
    return "x-amz-date" in request.headers or "date" in request.headers


def _hashed(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8", "replace")).digest()).decode()


def _listed(services: frozenset[str]) -> str:
    return "' or '".join(sorted(services))


def _ms_of(time: datetime) -> int:
    return int(time.timestamp()) * 1000


def _iso_basic(time: datetime) -> str:
    return f"{time.year:04}{time.month:02}{time.day:02}T{time.hour:02}{time.minute:02}{time.second:02}Z"


def _iso_basic_of_ms(at_ms: int) -> str:
    return _iso_basic(datetime.fromtimestamp(at_ms // 1000, tz=UTC))
