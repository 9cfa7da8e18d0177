import io
from typing import Any

import pytest

from cenote.aws.http import Reply, request_of, send
from cenote.base.errors import RequestEntityTooLargeException, SerializationException


class Dripping(io.BytesIO):
    """A stream that hands over one byte at a time and counts them."""

    given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(min(1, size or 0))
        self.given += len(part)
        return part


def environ(body: bytes = b"", **more: Any) -> dict[str, Any]:
    return {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": Dripping(body), "REMOTE_ADDR": "192.0.2.1"} | more


def test_a_request_is_read_whole_with_lower_case_headers() -> None:
    request = request_of(
        environ(
            b"hello",
            CONTENT_LENGTH="5",
            CONTENT_TYPE="text/plain",
            HTTP_X_AMZ_TARGET="A.B",
            PATH_INFO="/a b/é".encode().decode("latin-1"),
            QUERY_STRING="x=%20y",
        )
    )
    assert (
        request.method,
        request.path,
        request.query,
        request.body,
        request.source_ip,
    ) == ("POST", "/a%20b/%C3%A9", "x=%20y", b"hello", "192.0.2.1")
    assert request.headers == {"content-length": "5", "content-type": "text/plain", "x-amz-target": "A.B"}


def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    asked = environ(b"hello", CONTENT_LENGTH="5")
    with pytest.raises(RequestEntityTooLargeException):
        request_of(asked, max_body_bytes=4)
    assert asked["wsgi.input"].given == 0


def test_a_chunked_body_is_read_to_one_byte_beyond_the_limit() -> None:
    asked = environ(b"hello world", HTTP_TRANSFER_ENCODING="chunked")
    with pytest.raises(RequestEntityTooLargeException):
        request_of(asked, max_body_bytes=4)
    assert asked["wsgi.input"].given == 5
    assert request_of(environ(b"hello", HTTP_TRANSFER_ENCODING="chunked"), max_body_bytes=5).body == b"hello"


@pytest.mark.parametrize("declared", ["-1", "x", "1e3", "٣", "9" * 5000, "6"])
def test_a_content_length_that_is_not_true_is_refused(declared: str) -> None:
    with pytest.raises(SerializationException):
        request_of(environ(b"hello", CONTENT_LENGTH=declared))


def test_nothing_is_read_when_nothing_says_that_there_is_a_body() -> None:
    asked = environ(b"next request")
    assert request_of(asked).body == b""
    assert asked["wsgi.input"].given == 0


def test_a_reply_is_handed_over_with_its_length() -> None:
    begun: list[Any] = []

    assert send(Reply(413, [("A", "b")], b"body"), lambda *given: begun.append(given)) == [b"body"]
    assert begun == [("413 Request Entity Too Large", [("A", "b"), ("Content-Length", "4")])]
