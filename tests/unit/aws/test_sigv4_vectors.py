"""AWS's own Signature Version 4 test suite; see tests/vectors/aws-sigv4-README.md."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cenote.aws import sigv4
from cenote.aws.canonical_request import SigningRules, canonical_request_of
from cenote.base.errors import InvalidSignatureException
from cenote.base.secret import Secret
from harness.wire_requests import WireRequest

SUITE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "aws-sigv4-test-suite.json").read_text("utf-8")
)
SECRET = Secret(SUITE["credentials"]["secret_access_key"])
SIGNED_AT_MS = 1_440_938_160_000
SERVICES = frozenset({SUITE["service"]})

Case = dict[str, Any]
HEADER_CASES: list[Case] = SUITE["header"] + SUITE["header_2015"]
PRESIGNED_CASES: list[Case] = SUITE["presigned"]


def read_request(text: str) -> WireRequest:
    head, _, body = text.partition("\n\n")
    first, *lines = head.rstrip("\n").split("\n")
    method, _, rest = first.partition(" ")
    path, _, query = rest.removesuffix(" HTTP/1.1").partition("?")
    headers: dict[str, str] = {}
    name = ""
    for line in lines:
        if line.startswith(" "):
            headers[name] += "\n" + line
            continue
        name, value = line.split(":", 1)
        name = name.lower()
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return WireRequest(method, path, query, headers, body.encode())


def rules_of(case: Case) -> SigningRules:
    return SigningRules(normalize_path=case["normalize"])


def signed_request_of(case: Case) -> WireRequest:
    request = read_request(case["request"])
    if "authorization" in case:
        return replace(request, headers={**request.headers, "authorization": case["authorization"]})
    return request


def check(request: WireRequest, case: Case) -> None:
    signature = sigv4.parse(request)
    assert signature is not None
    sigv4.verify(request, signature, SECRET, SIGNED_AT_MS, services=SERVICES, rules=rules_of(case))


@pytest.mark.parametrize("case", HEADER_CASES, ids=lambda case: case["name"])
def test_canonical_request_and_string_to_sign_are_the_published_ones(case: Case) -> None:
    request = signed_request_of(case)
    signature = sigv4.parse(request)
    assert signature is not None
    canonical = canonical_request_of(request, signature.signed_headers, rules_of(case), presigned=False)
    assert case["canonical_request"] == canonical.decode()
    if "string_to_sign" in case:
        assert case["string_to_sign"] == sigv4.string_to_sign_of(signature, canonical)


@pytest.mark.parametrize("case", HEADER_CASES + PRESIGNED_CASES, ids=lambda case: case["name"])
def test_every_published_signature_is_accepted(case: Case) -> None:
    check(signed_request_of(case), case)


def with_other_body(request: WireRequest) -> WireRequest:
    return replace(request, body=b"!" + request.body[1:])


def with_other_header(request: WireRequest) -> WireRequest:
    return replace(request, headers={**request.headers, "host": "example.amazonaws.org"})


def with_other_path(request: WireRequest) -> WireRequest:
    return replace(request, path="/other" + request.path)


def with_other_method(request: WireRequest) -> WireRequest:
    return replace(request, method="PUT")


def with_other_query(request: WireRequest) -> WireRequest:
    return replace(request, query=f"{request.query}&more=1" if request.query else "more=1")


def with_other_time(request: WireRequest) -> WireRequest:
    headers = {name: value.replace("T123600Z", "T123601Z") for name, value in request.headers.items()}
    return replace(request, headers=headers, query=request.query.replace("T123600Z", "T123601Z"))


def with_other_date(request: WireRequest) -> WireRequest:
    headers = {name: value.replace("20150830", "20150831") for name, value in request.headers.items()}
    return replace(request, headers=headers, query=request.query.replace("20150830", "20150831"))


@pytest.mark.parametrize(
    "change",
    [
        with_other_body,
        with_other_header,
        with_other_path,
        with_other_method,
        with_other_query,
        with_other_time,
        with_other_date,
    ],
)
@pytest.mark.parametrize("case", HEADER_CASES + PRESIGNED_CASES, ids=lambda case: case["name"])
def test_every_published_signature_is_refused_for_another_request(
    case: Case, change: Callable[[WireRequest], WireRequest]
) -> None:
    with pytest.raises(InvalidSignatureException):
        check(change(signed_request_of(case)), case)


def test_the_suite_is_complete() -> None:
    assert (len(SUITE["header"]), len(SUITE["header_2015"]), len(PRESIGNED_CASES)) == (38, 5, 23)
