"""
The canonical request of AWS Signature Version 4: one text for all spellings of one request.

Source: AWS IAM User Guide, "Create a signed AWS API request", step 1.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, unquote_to_bytes

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_UNRESERVED = "-_.~"


class SignedRequest(Protocol):
    """What a signature covers: the request as it came over the wire, undecoded."""

    @property
    def method(self) -> str:
        """The HTTP method, in capitals."""
        ...

    @property
    def path(self) -> str:
        """The path as sent, percent signs and all, without the query."""
        ...

    @property
    def query(self) -> str:
        """The query as sent, without the question mark."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Lower-case names; the values of a repeated header joined by commas."""
        ...

    @property
    def body(self) -> bytes:
        """The body as sent."""
        ...


@dataclass(frozen=True, slots=True)
class SigningRules:
    """
    Where services differ: all but S3 encode the path as sent once more and remove its dots and double slashes.

    *allow_unsigned_payload* lets `x-amz-content-sha256: UNSIGNED-PAYLOAD` (and any presigned request) stand for the body.
    """

    normalize_path: bool = True
    encode_path_twice: bool = True
    allow_unsigned_payload: bool = False


EVERY_SERVICE_BUT_S3 = SigningRules()


def canonical_request_of(
    request: SignedRequest,
    signed_headers: Iterable[str],
    rules: SigningRules = EVERY_SERVICE_BUT_S3,
    *,
    presigned: bool,
) -> bytes:
    """The canonical request over *signed_headers*; the body's hash is always computed here, never taken from a header."""
    names = sorted(signed_headers)
    headers = request.headers
    lines = [
        request.method,
        canonical_path(request.path, rules),
        canonical_query(request.query, without_signature=presigned),
        *[f"{name}:{canonical_header_value(headers.get(name, ''))}" for name in names],
        "",
        ";".join(names),
        _payload_hash(request, rules, presigned=presigned),
    ]
    return wire_bytes("\n".join(lines))


def canonical_path(path: str, rules: SigningRules = EVERY_SERVICE_BUT_S3) -> str:
    """The path as AWS signs it; an empty one is `/`."""
    if path in {"", "/"}:
        return "/"
    plain = _without_dots_and_double_slashes(path) if rules.normalize_path else path
    if rules.encode_path_twice:
        return _encoded(wire_bytes(plain), safe="/")
    return "/".join(_encoded(unquote_to_bytes(wire_bytes(segment))) for segment in plain.split("/"))


def canonical_query(query: str, *, without_signature: bool) -> str:
    """The query, each name and value encoded anew, sorted by name and then by value; a name alone gets an empty value."""
    if not query:
        return ""
    pairs = [
        (_encoded(unquote_to_bytes(wire_bytes(name))), _encoded(unquote_to_bytes(wire_bytes(value))))
        for name, value in pairs_of(query)
    ]
    return "&".join(
        f"{name}={value}" for name, value in sorted(pairs) if not (without_signature and name == "X-Amz-Signature")
    )


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The names and values of a query, undecoded, in the order sent; empty pieces between ampersands are dropped."""
    return [(name, value) for name, _, value in (piece.partition("=") for piece in query.split("&")) if name or value]


def canonical_header_value(value: str) -> str:
    """A header's value without the blanks around it, and with one blank for each run of them."""
    if "  " not in value and value.isascii() and value.isprintable():
        return value.strip(" ")
    return " ".join(
        piece for piece in value.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ") if piece
    )


def wire_bytes(text: str) -> bytes:
    """The bytes that came over the wire: WSGI hands them over as Latin-1; a text beyond it was never WSGI's, so UTF-8."""
    if text.isascii():
        return text.encode("ascii")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _encoded(raw: bytes, *, safe: str = "") -> str:
    return quote(raw, safe=_UNRESERVED + safe)


def _without_dots_and_double_slashes(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    if not kept:
        return "/"
    return "/" + "/".join(kept) + ("/" if path.endswith("/") else "")


def _payload_hash(request: SignedRequest, rules: SigningRules, *, presigned: bool) -> str:
    if rules.allow_unsigned_payload and (presigned or request.headers.get("x-amz-content-sha256") == UNSIGNED_PAYLOAD):
        return UNSIGNED_PAYLOAD
    return hashlib.sha256(request.body).hexdigest()
