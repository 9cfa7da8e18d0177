"""
What follows the header: chunks of 64 KiB by ChaCha20-Poly1305, numbered, the last one marked.

Source: age-encryption.org/v1, "Payload".
"""

import io
import os
from collections.abc import Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from cenote.crypto.age.errors import AgeError
from cenote.crypto.age.header import Lines, read_header, write_header
from cenote.crypto.age.recipients import Unwrapper, Wrapper
from cenote.crypto.hkdf import hkdf_sha256

CHUNK_BYTES = 64 * 1024
_SEALED_BYTES = CHUNK_BYTES + 16
_NONCE_BYTES = 16
_COUNTER_BYTES = 11


class Sink(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of *data*."""
        ...


class Source(Lines, Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """*size* bytes; fewer at the end only."""
        ...


class AgeWriter(io.RawIOBase):
    """
    A file for *recipients*: what is written to it reaches *sink* encrypted.

    `finish` writes the last chunk; what was only closed is a file that was cut off. The sink stays open.
    """

    def __init__(self, sink: Sink, recipients: Sequence[Wrapper]) -> None:
        super().__init__()
        header, file_key = write_header(recipients)
        nonce = os.urandom(_NONCE_BYTES)
        self._sink = sink
        self._cipher = _payload_cipher(file_key, nonce)
        self._held = bytearray()
        self._number = 0
        sink.write(header + nonce)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: object, /) -> int:
        """Take all of *data*."""
        given = memoryview(data).cast("B")  # type: ignore[arg-type]
        self._held += given
        # A full chunk is held back until something follows: it may be the last one.
        while len(self._held) > CHUNK_BYTES:
            self._send(bytes(self._held[:CHUNK_BYTES]), is_last=False)
            del self._held[:CHUNK_BYTES]
        return len(given)

    def finish(self) -> None:
        """Write the last chunk."""
        self._send(bytes(self._held), is_last=True)
        self._held.clear()

    def _send(self, chunk: bytes, *, is_last: bool) -> None:
        self._sink.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), chunk, None))
        self._number += 1


class AgeReader(io.RawIOBase):
    """
    What a file holds, for one of *identities*; nothing is given out that was not written so.

    Reading raises AgeError where the file was changed or cut off.
    """

    def __init__(self, source: Source, identities: Sequence[Unwrapper]) -> None:
        super().__init__()
        file_key = read_header(source, identities)
        self._source = source
        self._cipher = _payload_cipher(file_key, _exactly(source, _NONCE_BYTES))
        self._number = 0
        self._opened = memoryview(b"")
        # One chunk ahead: whether a chunk is the last one shows by what follows it.
        self._ahead = source.read(_SEALED_BYTES)
        self._is_done = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object, /) -> int:
        """Fill as much of *buffer* as the present chunk has; 0 at the end."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if not self._opened and not self._is_done:
            self._opened = memoryview(self._next())
        count = min(len(target), len(self._opened))
        target[:count] = self._opened[:count]
        self._opened = self._opened[count:]
        return count

    def _next(self) -> bytes:
        sealed, self._ahead = self._ahead, self._source.read(_SEALED_BYTES)
        self._is_done = not self._ahead
        try:
            chunk = self._cipher.decrypt(_nonce(self._number, is_last=self._is_done), sealed, None)
        except InvalidTag:
            raise AgeError("the file was changed or cut off") from None
        if not chunk and self._number:
            raise AgeError("the file was changed or cut off")
        self._number += 1
        return chunk


def _payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hkdf_sha256(file_key, salt=nonce, info=b"payload", length=32))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes([is_last])


def _exactly(source: Source, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise AgeError("the file was changed or cut off")
    return data
