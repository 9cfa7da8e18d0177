"""Reading HTTP/1.1 requests from bytes as they come: what a runtime client sends, and no more."""

from dataclasses import dataclass, field

# awslambdaric sends the trace of an error as a header of up to 1 MiB.
_MAX_HEAD_BYTES = 1_200_000
_HEAD_END = b"\r\n\r\n"
_MAX_SIZE_DIGITS = 8


class BadRequestError(Exception):
    """What came is no request that is understood; the connection is of no further use."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; the names of its headers are in lower case. A body that is too large *is_too_large* and left out."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    is_too_large: bool = False


@dataclass(slots=True)
class RequestReader:
    """
    Gives requests back in the order of their bytes.

    *wants_continue* says that the client holds its body back until it is told to go on; who reads it resets it.
    """

    max_body_bytes: int
    wants_continue: bool = False
    _buffer: bytearray = field(default_factory=bytearray)
    _head: Request | None = None
    _chunks: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> None:
        """Take in what has come."""
        self._buffer += data

    def take(self) -> Request | None:
        """
        The next request that is complete, or None.

        Raises:
            BadRequestError: it never will be.
        """
        if self._head is None:
            self._head = self._take_head()
        head = self._head
        if head is None:
            return None
        if "transfer-encoding" in head.headers:
            body = self._take_chunks()
        else:
            body = self._take_sized(_size(head.headers.get("content-length", "0"), 10))
        if body is None and not self._is_too_large():
            return None
        self._head, self._chunks = None, bytearray()
        if body is None:
            self._buffer.clear()
        return Request(head.method, head.path, head.headers, body or b"", is_too_large=body is None)

    def _is_too_large(self) -> bool:
        head = self._head
        announced = _size(head.headers.get("content-length", "0"), 10) if head else 0
        return max(announced, len(self._chunks)) > self.max_body_bytes

    def _take_head(self) -> Request | None:
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            if len(self._buffer) > _MAX_HEAD_BYTES:
                raise BadRequestError("The head of a request is too long.")
            return None
        text = self._buffer[:end].decode("latin-1")
        del self._buffer[: end + len(_HEAD_END)]
        first, *lines = text.split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 - method, path, version
            raise BadRequestError("The first line is no request's.")
        headers = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise BadRequestError("A header is malformed.")
            headers[name.lower()] = value.strip()
        self.wants_continue = headers.get("expect", "").lower() == "100-continue"
        return Request(words[0], words[1], headers)

    def _take_sized(self, size: int) -> bytes | None:
        if size > self.max_body_bytes or len(self._buffer) < size:
            return None
        body = bytes(self._buffer[:size])
        del self._buffer[:size]
        return body

    def _take_chunks(self) -> bytes | None:
        """The whole of a body that comes in chunks, once its last one is there."""
        while (end := self._buffer.find(b"\r\n")) >= 0:
            size = _size(self._buffer[:end].split(b";")[0].decode("latin-1").strip(), 16)
            if size == 0:
                # After the last chunk come trailers, or at once the empty line.
                trailers = self._buffer.find(_HEAD_END, end)
                if trailers < 0:
                    return None
                del self._buffer[: trailers + len(_HEAD_END)]
                return bytes(self._chunks)
            if len(self._chunks) + size > self.max_body_bytes:
                self._chunks += bytes(self.max_body_bytes + 1 - len(self._chunks))
                return None
            if len(self._buffer) < end + 2 + size + 2:
                return None
            self._chunks += self._buffer[end + 2 : end + 2 + size]
            del self._buffer[: end + 2 + size + 2]
        return None


def _size(text: str, base: int) -> int:
    digits = "0123456789abcdef"[:base]
    if not text or len(text) > _MAX_SIZE_DIGITS or text.lower().strip(digits):
        raise BadRequestError("A size is malformed.")
    return int(text, base)
