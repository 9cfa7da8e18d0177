"""Bytes that are no HTTP request, or a dangerous one; the same ones for the same seed."""

import random
from collections.abc import Iterator

from raw import TARGET

HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
CALL = HEAD + f"X-Amz-Target: {TARGET}SignUp\r\nContent-Type: application/x-amz-json-1.1\r\n".encode()
LINES = (
    b"", b"\r\n", b"\0", b"GET", b"GET /", b"GET / HTTP/9.9", b"GET / HTTP/1.1 x", b"GET  /  HTTP/1.1", b"get / http/1.1",
    b"POST http://elsewhere.example/ HTTP/1.1", b"OPTIONS * HTTP/1.1", b"CONNECT localhost:22 HTTP/1.1", b"GET \0 HTTP/1.1",
    b"GET /\xff\xfe HTTP/1.1", b"GET / HTTP/1.0", b"GET / HTTP/0.9", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1", b"A" * 70_000, b"TRACE / HTTP/1.1", b"GET ?x HTTP/1.1", b"GET //evil HTTP/1.1",
    b"GET /../../etc/passwd HTTP/1.1", b"GET /%2e%2e/%00 HTTP/1.1", b"SSH-2.0-x", b"{}", b"GET / HTTP/1.1\nHost: x\n\n",
)  # fmt: skip
FIELDS = (
    b"Host: ", b"Host: a\r\nHost: b", b"Host: \xff", b"Content-Length: -1", b"Content-Length: 1e3", b"Content-Length: 0x10",
    b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 99999999999999999999999", b"Content-Length: +5",
    b"Content-Length: 2000000000", b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nContent-Length: 5",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: xchunked", b"Transfer-Encoding : chunked", b"Expect: 100-continue",
    b"Expect: anything", b"Upgrade: websocket", b"Upgrade: h2c", b"Connection: upgrade, keep-alive", b"Content-Encoding: gzip",
    b"X: " + b"y" * 66_000, b"X: a\0b", b"X: a\r\n folded", b": empty", b"no colon", b"X\0: y", b"X Y: z", b"\xff: z", b"X: \x7f",
    b"Authorization: " + b"A" * 9000, b"X-Forwarded-For: 127.0.0.1", b"X-HTTP-Method-Override: DELETE", b"Range: bytes=0-",
    b"\r\n".join(b"X-%d: y" % number for number in range(500)), b"X-Amz-Target: a\r\nX-Amz-Target: b",
)  # fmt: skip
BODIES = (
    b"", b"{}", b"{", b"\0", b"5\r\nhello\r\n0\r\n\r\n", b"fffffffffffffffff\r\n", b"-1\r\n", b"0\r\n\r\n" + HEAD, b"\xff" * 300,
)  # fmt: skip


def messages(seed: int, count: int) -> Iterator[bytes]:
    """What is sent on a connection of its own each."""
    rng = random.Random(seed)
    for _ in range(count):
        roll = rng.random()
        if roll < 0.2:
            yield rng.choice(LINES) + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        elif roll < 0.3:
            yield rng.choice(LINES)
        elif roll < 0.4:
            yield rng.randbytes(rng.randrange(1, 400))
        elif roll < 0.75:
            fields = b"".join(rng.choice(FIELDS) + b"\r\n" for _ in range(rng.randrange(1, 4)))
            yield CALL + fields + b"\r\n" + rng.choice(BODIES)
        else:
            yield _spoilt(rng, CALL + b"Content-Length: 2\r\n\r\n{}")


def _spoilt(rng: random.Random, whole: bytes) -> bytes:
    """*whole* with a few bytes changed, left out or put in."""
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(whole))
        whole = whole[:at] + rng.randbytes(rng.randrange(3)) + whole[at + rng.randrange(2) :]
    return whole
