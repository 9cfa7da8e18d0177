"""From the pieces of an uploaded file to its lines, holding one line and one piece in memory at a time."""

from collections.abc import Iterable, Iterator

# AWS takes rows of at most 16,000 characters; one of them has at most four bytes.
MAX_ROW_CHARS = 16_000
_MAX_LINE_BYTES = 4 * MAX_ROW_CHARS


def numbered_lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """
    Each line of the file with its number, from 1 on; None in place of one that is longer than any row may be.

    A line ends with LF or CR LF, so that a row is one line and its number is what an editor shows.
    """
    number = 1
    rest: bytes | None = b""
    for chunk in chunks:
        parts = chunk.split(b"\n")
        for part in parts[:-1]:
            yield number, _ended(_joined(rest, part))
            rest = b""
            number += 1
        rest = _joined(rest, parts[-1])
    if rest is None or rest:
        yield number, _ended(rest)


def _joined(rest: bytes | None, part: bytes) -> bytes | None:
    if rest is None or len(rest) + len(part) > _MAX_LINE_BYTES:
        return None
    return rest + part


def _ended(line: bytes | None) -> bytes | None:
    return None if line is None else line.removesuffix(b"\r")
