"""What a file holds, checked from end to end before anything of it is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.exporting import TOLD_EVERY, Progress
from cenote.flows.transfer.files import Opener, opened
from cenote.flows.transfer.lines import Header, LineReader
from cenote.flows.transfer.parts import BY_NAME, Part, row_of
from cenote.flows.transfer.soundness import USES, verify
from cenote.model.pool import Pool, pool_of
from cenote.model.user import User
from cenote.storage import tables, users
from cenote.storage.transfer import Row


@dataclass(frozen=True, slots=True)
class Contents:
    """A file that was read to its end: its header, its digest, and the rows of which a pool has few, their secrets open."""

    header: Header
    digest: str
    few: Mapping[str, Sequence[Row]] = field(repr=False)

    @property
    def pool_row(self) -> Row:
        """The pool's own row."""
        return self.few[tables.pools.name][0]

    @property
    def pool(self) -> Pool:
        """The pool."""
        return pool_of(**self.pool_row)

    def values_of(self, name: str, column: str) -> list[str]:
        """What the rows of a table have in a column."""
        return [row[column] for row in self.few[name]]


def checked(path: Path, openers: Sequence[Opener], progress: Progress) -> Contents:
    """
    Read the whole file and check each record.

    Raises:
        TransferError: it is no pool's file, damaged or cut off, or does not open.
    """
    few: dict[str, list[Row]] = {name: [] for name, part in BY_NAME.items() if not part.is_bulk}
    with opened(path, openers) as lines:
        reader = LineReader(lines)
        for part, row in _sound(reader, progress):
            if not part.is_bulk:
                few[part.name].append(row)
    if len(few[tables.pools.name]) != 1 or reader.digest is None:
        raise TransferError("the file is damaged: it does not hold one pool")
    if {row["token_use"] for row in few[tables.signing_keys.name]} != USES:
        raise TransferError("the file is damaged: it does not hold a signing key of each use")
    return Contents(reader.header, reader.digest, few)


def bulk_rows(
    path: Path, openers: Sequence[Opener], contents: Contents, progress: Progress
) -> Iterator[tuple[Part, dict[str, Any]]]:
    """
    The rows of which a pool has many, read again.

    Raises:
        TransferError: the file is no longer the one that was checked; known at its end only.
    """
    with opened(path, openers) as lines:
        reader = LineReader(lines)
        for part, row in _sound(reader, progress):
            if part.is_bulk:
                yield part, row
    if reader.digest != contents.digest:
        raise TransferError("the file changed while it was read")


def user_of(row: Row) -> User:
    """The user of a row that was checked."""
    return users.record_of([row[column.name] for column in tables.users.c])


class _Owned:
    """Whether rows belong to the pool of the header, and to users of it: a file must not write into another one."""

    def __init__(self, header: Header) -> None:
        self._pool_id = header.pool_id
        self._clients: set[str] = set()
        # Digests of subs, for a pool may have millions; they differ from process to process, so nobody makes two that are alike.
        self._users: set[int] = set()

    def verify(self, part: Part, row: Row) -> None:
        if part.table is tables.clients:
            self._clients.add(row["client_id"])
        is_of_pool = row.get("pool_id", self._pool_id) == self._pool_id
        if not is_of_pool or (part.table is tables.client_secrets and row["client_id"] not in self._clients):
            raise TransferError(f"the file is damaged: a record of {part.name} is of another pool")

    def verify_user(self, part: Part, row: Row) -> None:
        if part.table is tables.users:
            self._users.add(hash(row["sub"]))
        elif "sub" in row and hash(row["sub"]) not in self._users:
            raise TransferError(f"the file is damaged: a record of {part.name} is of a user who is not in it")


def _sound(reader: LineReader, progress: Progress) -> Iterator[tuple[Part, dict[str, Any]]]:
    """Every row, each of which was found to be right by itself; a refusal names the line."""
    total = sum(reader.header.rows.values())
    owned = _Owned(reader.header)
    for done, (name, record) in enumerate(reader.records()):
        part = BY_NAME[name]
        try:
            row = row_of(part, record)
            owned.verify(part, row)
            verify(part, row, reader.header)
            owned.verify_user(part, row)
        except TransferError as error:
            raise TransferError(f"line {reader.number}: {error}") from None
        yield part, row
        if done % TOLD_EVERY == 0:
            progress(done, total)
    progress(total, total)
