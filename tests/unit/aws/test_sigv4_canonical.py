"""The pieces of a canonical request and of what is signed, and that no text makes the parser stumble."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.aws import sigv4
from cenote.aws.canonical_request import canonical_header_value, canonical_path, canonical_query, canonical_request_of
from cenote.base.errors import IncompleteSignatureException
from harness.wire_requests import WireRequest

WORDS = [
    "AWS4-HMAC-SHA256 ",
    "Credential=",
    "a/20261123/us-east-1/sts/aws4_request",
    "SignedHeaders=",
    "host",
    ";",
    "Signature=",
    ",",
    " ",
    "X-Amz-",
    "Algorithm=",
    "Date=",
    "20261123T002500Z",
    "Expires=",
    "9",
    "&",
    "%00",
    "=",
]
PIECES = st.lists(st.sampled_from(WORDS) | st.text(max_size=4)).map("".join)


@given(authorization=PIECES, date=PIECES | st.text(), query=PIECES, path=st.text())
def test_no_text_makes_the_parser_stumble(authorization: str, date: str, query: str, path: str) -> None:
    for headers in ({"authorization": authorization, "date": date}, {"x-amz-date": date}):
        request = WireRequest("GET", path, query, headers, b"")
        try:
            signature = sigv4.parse(request)
        except IncompleteSignatureException:
            continue
        if signature is not None:
            canonical = canonical_request_of(request, signature.signed_headers, presigned=signature.presigned)
            assert canonical.startswith(b"GET\n/")


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("b&a", "a=&b="),
        ("a=2&a=10&A=1", "A=1&a=10&a=2"),
        ("a=x%3ay&b=%7E&&", "a=x%3Ay&b=~"),
        ("a=1%zz+2=3", "a=1%25zz%2B2%3D3"),
        ("=x", "=x"),
    ],
)
def test_a_query_has_one_canonical_form(query: str, canonical: str) -> None:
    assert canonical == canonical_query(query, without_signature=False)


@pytest.mark.parametrize(
    ("value", "canonical"),
    [("  a  ", "a"), ("a\t b\r\n  c", "a b c"), ("", ""), ("   ", ""), ("a\u00a0 b", "a\u00a0 b")],
)
def test_a_header_value_has_one_canonical_form(value: str, canonical: str) -> None:
    assert canonical == canonical_header_value(value)


@pytest.mark.parametrize(
    ("path", "canonical"), [("", "/"), ("/../..", "/"), ("/a%20b", "/a%2520b"), ("/a/./b/", "/a/b/")]
)
def test_a_path_has_one_canonical_form(path: str, canonical: str) -> None:
    assert canonical == canonical_path(path)


def test_the_signing_key_is_the_documented_one() -> None:
    # AWS General Reference, "Examples of how to derive a signing key for Signature Version 4".
    key = sigv4.signing_key_of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830", "us-east-1", "iam")
    assert key.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
