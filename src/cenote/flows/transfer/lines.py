"""
The format of a pool's file: JSON lines, each an object with one member whose name says what the line is.

    {"cenote-pool": {"version": 1, "pool_id": …, "rows": {"users": 2, …}, …}}      the header
    {"pools": {…}}  {"users": {…}} …                                               a record each, in the order of PARTS
    {"end": {"rows": {"users": 2, …}, "sha256": "…"}}                              the trailer

The trailer counts the records and has the SHA-256 of every byte before it; nothing follows it.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cenote.crypto.age import Sink
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.parts import BY_NAME

FORMAT = "cenote-pool"
VERSION = 1
# Longer than any record: the largest ones are branding with its pictures.
MAX_LINE_BYTES = 64 * 1024 * 1024
WRITTEN_AT_ONCE = 256 * 1024
_END = "end"
_INTEGERS = range(-(2**63), 2**63)

Record = tuple[str, dict[str, Any]]


class Lines(Protocol):
    """What a file is read from."""

    def readline(self, limit: int, /) -> bytes:
        """The next line with its end, or less at *limit* bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself: whose pool it is, and how many records of each table there are."""

    pool_id: str
    account_id: str
    region: str
    exported_at_ms: int
    made_by: str
    rows: Mapping[str, int]


class LineWriter:
    """Writes a file's lines to *sink*, counted and digested."""

    def __init__(self, sink: Sink, header: Header) -> None:
        self._sink = sink
        self._waiting = bytearray()
        self._digest = hashlib.sha256()
        self._counts: Counter[str] = Counter()
        members = {name: getattr(header, name) for name in Header.__slots__}
        self._add(FORMAT, {"version": VERSION, **members})

    def write(self, name: str, record: Mapping[str, Any]) -> None:
        """Write a record."""
        self._add(name, record)
        self._counts[name] += 1
        if len(self._waiting) >= WRITTEN_AT_ONCE:
            self._send()

    def finish(self) -> dict[str, int]:
        """Write the trailer; how many records of each table there are."""
        self._send()
        counts = dict(self._counts)
        self._add(_END, {"rows": counts, "sha256": self._digest.hexdigest()})
        self._sink.write(bytes(self._waiting))
        return counts

    def _add(self, name: str, document: Mapping[str, Any]) -> None:
        self._waiting += json.dumps({name: document}, separators=(",", ":")).encode("ascii") + b"\n"

    def _send(self) -> None:
        self._digest.update(self._waiting)
        self._sink.write(bytes(self._waiting))
        self._waiting.clear()


class LineReader:
    """
    The lines of a file, read to the trailer; `header` is read at once, `digest` is known when the records are at their end.

    Raises:
        TransferError: the file is none, another version's, changed or cut off.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._hash = hashlib.sha256()
        self._counts: Counter[str] = Counter()
        self.digest: str | None = None
        # Of the line that was read last, from 1.
        self.number = 0
        self.header = self._read_header()

    def records(self, on_record: Callable[[], None] = lambda: None) -> Iterator[Record]:
        """Every record with the name of its table; *on_record* is called for each."""
        order = {name: place for place, name in enumerate(BY_NAME)}
        place = 0
        while True:
            line = self._line()
            name, document = self._record(line)
            if name == _END:
                self._verify_end(document)
                return
            if order.get(name, -1) < place:
                what = "out of their order" if name in order else "which this version of Cenote does not know"
                raise TransferError(f"the file has records of {name}, {what}")
            place = order[name]
            self._hash.update(line)
            self._counts[name] += 1
            on_record()
            yield name, document

    def _read_header(self) -> Header:
        line = self._line()
        name, document = _parsed(line)
        version = document.pop("version", None)
        if name != FORMAT or not isinstance(version, int):
            raise TransferError("this is not a pool's file")
        if version != VERSION:
            raise TransferError(f"the file has format {version}, and this version of Cenote reads {VERSION}")
        self._hash.update(line)
        try:
            header = Header(**{name: document[name] for name in Header.__slots__})
            is_sound = all(
                [
                    *(isinstance(each, str) for each in (header.pool_id, header.account_id, header.region)),
                    *(isinstance(each, int) for each in (header.exported_at_ms, *header.rows.values())),
                ]
            )
        except (KeyError, AttributeError):
            is_sound = False
        if not is_sound:
            raise TransferError("the file's header is damaged")
        return header

    def _verify_end(self, document: Mapping[str, Any]) -> None:
        counts = dict(self._counts)
        announced = {name: count for name, count in self.header.rows.items() if count}
        if document.get("rows") != counts or announced != counts:
            raise TransferError("the file is damaged: records are missing or too many")
        if document.get("sha256") != self._hash.hexdigest():
            raise TransferError("the file is damaged: its digest is another one")
        if self._lines.readline(1):
            raise TransferError("the file is damaged: something follows its end")
        self.digest = self._hash.hexdigest()

    def _record(self, line: bytes) -> Record:
        try:
            return _parsed(line)
        except TransferError as error:
            raise TransferError(f"line {self.number}: {error}") from None

    def _line(self) -> bytes:
        line = self._lines.readline(MAX_LINE_BYTES)
        self.number += 1
        if not line.endswith(b"\n"):
            raise TransferError("the file is cut off" if len(line) < MAX_LINE_BYTES else "the file has too long a line")
        return line


def _parsed(line: bytes) -> Record:
    try:
        parsed = _JSON.decode(line.decode())
        if b"\\u" in line:
            # Half a character would be refused by the database, long after this.
            json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise TransferError("the file is damaged, or not a pool's file") from None
    if isinstance(parsed, dict) and len(parsed) == 1:
        [(name, document)] = parsed.items()
        if isinstance(document, dict):
            return name, document
    raise TransferError("the file is damaged, or not a pool's file")


def _integer(text: str) -> int:
    number = int(text)
    if number not in _INTEGERS:
        raise ValueError("no database holds the number")
    return number


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a JSON number")
    return number


_JSON = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=_number)
