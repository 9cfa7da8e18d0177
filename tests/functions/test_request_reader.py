"""Requests of runtimes, from bytes as they come."""

import pytest

from cenote.functions.request_reader import BadRequestError, Request, RequestReader

NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: here\r\n\r\n"
SIZED = b"POST /a HTTP/1.1\r\nContent-Length: 4\r\nX-One:  two \r\n\r\nbody"
CHUNKED = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
TRAILED = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nT: x\r\n\r\n"


def read(data: bytes, step: int, max_body_bytes: int = 100) -> list[Request]:
    """All requests of *data*, fed in pieces."""
    reader = RequestReader(max_body_bytes)
    found = []
    for start in range(0, len(data), step):
        reader.feed(data[start : start + step])
        while request := reader.take():
            found.append(request)
    return found


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_requests_are_read_in_pieces_of_any_size(step: int) -> None:
    found = read(NEXT + SIZED + CHUNKED + TRAILED + NEXT, step)
    assert ["GET", "POST", "POST", "POST", "GET"] == [request.method for request in found]
    assert [b"", b"body", b"body", b"body", b""] == [request.body for request in found]
    assert "two" == found[1].headers["x-one"]
    assert "/2018-06-01/runtime/invocation/next" == found[4].path


@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n" + b"x" * 101,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n60\r\n" + b"x" * 0x60 + b"\r\n60\r\n",
    ],
    ids=["sized", "chunked"],
)
def test_a_body_that_is_too_large_is_left_out(data: bytes) -> None:
    (found,) = read(data, 10_000)
    assert (True, b"") == (found.is_too_large, found.body)


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"x" * 2_000_000,
    ],
)
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequestError):
        read(data, 10_000_000)


def test_a_client_that_waits_to_be_told_to_go_on_is_noticed() -> None:
    reader = RequestReader(100)
    reader.feed(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    assert reader.take() is None
    assert reader.wants_continue
    reader.feed(b"body")
    found = reader.take()
    assert found is not None
    assert b"body" == found.body
