"""
The header of a file: for whom it is, and a MAC by which a change of it is noticed.

Source: age-encryption.org/v1, "Header".
"""

import hmac
import os
from collections.abc import Sequence
from typing import Protocol

from cenote.crypto.age.errors import AgeError
from cenote.crypto.age.recipients import (
    FILE_KEY_BYTES,
    SCRYPT,
    Passphrase,
    Stanza,
    Unwrapper,
    Wrapper,
    from_unpadded,
    unpadded,
)
from cenote.crypto.hkdf import hkdf_sha256

MAGIC = b"age-encryption.org/v1"
_MAX_LINE_BYTES = 4096
_MAX_LINES = 1000
_COLUMNS = 64
_FULL_LINE_BYTES = 48
_MAC_BYTES = 32


class Lines(Protocol):
    """What a header is read from."""

    def readline(self, limit: int, /) -> bytes:
        """The next line with its end, or less at *limit* bytes."""
        ...


def write_header(recipients: Sequence[Wrapper]) -> tuple[bytes, bytes]:
    """A new header and the file key that it holds for each of *recipients*; a passphrase must be the only one."""
    file_key = os.urandom(FILE_KEY_BYTES)
    stanzas = [recipient.wrap(file_key) for recipient in recipients]
    if not stanzas or (len(stanzas) > 1 and any(stanza.kind == SCRYPT for stanza in stanzas)):
        raise AgeError("a file is for one passphrase, or for keys")
    text = b"".join([MAGIC, b"\n", *map(_written, stanzas), b"---"])
    return text + b" " + unpadded(_mac(file_key, text)).encode() + b"\n", file_key


def read_header(source: Lines, identities: Sequence[Unwrapper]) -> bytes:
    """
    The file key of the header that *source* begins with, by the first of *identities* that opens it.

    Raises:
        AgeError: none opens it, or the header is damaged or of another version.
    """
    covered, stanzas, mac = _parsed(source)
    if len(stanzas) > 1 and any(stanza.kind == SCRYPT for stanza in stanzas):
        raise AgeError("the file's header is damaged")
    for identity in identities:
        for stanza in stanzas:
            file_key = identity.unwrap(stanza)
            if file_key is not None:
                if not hmac.compare_digest(_mac(file_key, covered), mac):
                    raise AgeError("the file's header is damaged")
                return file_key
    raise AgeError(_refusal({stanza.kind for stanza in stanzas}, identities))


def _refusal(kinds: set[str], identities: Sequence[Unwrapper]) -> str:
    has_passphrase = any(isinstance(identity, Passphrase) for identity in identities)
    if SCRYPT in kinds:
        return "the passphrase is wrong" if has_passphrase else "the file opens by a passphrase, not by a key"
    return "the file opens by a key, not by a passphrase" if has_passphrase else "no key that was given opens the file"


def _parsed(source: Lines) -> tuple[bytes, list[Stanza], bytes]:
    first = _line(source)
    if first != MAGIC:
        raise AgeError("the file is not an age file of version 1")
    covered = [first]
    stanzas: list[Stanza] = []
    while True:
        line = _line(source)
        if line.startswith(b"--- "):
            covered.append(b"---")
            return b"\n".join(covered), stanzas, from_unpadded(_text(line[4:]), _MAC_BYTES)
        words = _text(line).split(" ")
        if words[0] != "->" or not all(words) or len(words) == 1:
            raise AgeError("the file's header is damaged")
        covered.append(line)
        stanzas.append(Stanza(words[1], tuple(words[2:]), _body(source, covered)))


def _body(source: Lines, covered: list[bytes]) -> bytes:
    body = b""
    while True:
        if len(covered) > _MAX_LINES:
            raise AgeError("the file's header is damaged")
        line = _line(source)
        covered.append(line)
        if len(line) > _COLUMNS:
            raise AgeError("the file's header is damaged")
        body += from_unpadded(_text(line), len(line) * 3 // 4)
        if len(line) < _COLUMNS:
            return body


def _line(source: Lines) -> bytes:
    line = source.readline(_MAX_LINE_BYTES)
    if not line.endswith(b"\n"):
        raise AgeError("the file ends in its header")
    return line[:-1]


def _text(line: bytes) -> str:
    try:
        text = line.decode("ascii")
    except UnicodeDecodeError:
        raise AgeError("the file's header is damaged") from None
    if not text.isprintable():
        raise AgeError("the file's header is damaged")
    return text


def _written(stanza: Stanza) -> bytes:
    # The last line of a body is shorter than a full one, if need be empty.
    places = range(0, len(stanza.body) + 1, _FULL_LINE_BYTES)
    lines = [unpadded(stanza.body[place : place + _FULL_LINE_BYTES]) for place in places]
    return "\n".join([" ".join(("->", stanza.kind, *stanza.arguments)), *lines, ""]).encode()


def _mac(file_key: bytes, covered: bytes) -> bytes:
    key = hkdf_sha256(file_key, salt=b"", info=b"header", length=_MAC_BYTES)
    return hmac.digest(key, covered, "sha256")
