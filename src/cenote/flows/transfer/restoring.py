"""
Restoring a pool from its file, all of it or nothing.

    check the file ─► claim the pool's id ─► delete what a broken-off attempt left ─► users, in batches ─► the rest and the pool itself

Until the last transaction the pool cannot be found, so that nobody sees a half one, and a process may be killed at any instant: the
next attempt begins anew. Of two attempts at once the later one goes on and the earlier one stops at its next batch.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import DataError, IntegrityError

from cenote.flows.keys import Keys
from cenote.flows.transfer.contents import Contents, bulk_rows, checked, user_of
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.exporting import Progress
from cenote.flows.transfer.files import Opener
from cenote.flows.transfer.lines import Header
from cenote.flows.transfer.parts import BY_NAME, PARTS, Part, sealed
from cenote.model.names import claimed_names_of, search_values_of
from cenote.model.pool import Pool
from cenote.storage import tables, transfer
from cenote.storage.database import Database, Tx
from cenote.storage.transfer import Row

BATCH = 1000
DELETED_AT_ONCE = 2000

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Steps:
    """Who is told how far each step is."""

    checking: Progress
    writing: Progress


class _Attempt:
    """One attempt at restoring a pool: whatever it writes is refused once another attempt has begun."""

    def __init__(self, database: Database, pool_id: str) -> None:
        self._database = database
        self._pool_id = pool_id
        self.number = secrets.randbits(62)
        self._batches = 0

    def claim(self, contents: Contents, now_ms: int) -> None:
        """Take the pool's id; raises TransferError when it, a client's id or a domain is taken."""

        def work(tx: Tx) -> bool:
            _refuse_taken(tx, contents)
            return transfer.claim(tx, self._pool_id, self.number, now_ms)

        if not self._database.write("claim pool", work):
            raise TransferError(f"there is a user pool {self._pool_id} already; delete it first")

    def follow(self, now_ms: int) -> None:
        """Take the pool's id from a former attempt; raises TransferError when there is none."""
        work = partial(transfer.follow, pool_id=self._pool_id, attempt=self.number, now_ms=now_ms)
        if not self._database.write("follow import", work):
            raise TransferError(f"no import of a user pool {self._pool_id} was broken off")

    def clear(self) -> None:
        """Delete what was written under the pool's id, in small transactions."""

        def work(tx: Tx, start: int) -> int | None:
            self.hold(tx)
            return transfer.delete_some(tx, self._pool_id, DELETED_AT_ONCE, start=start)

        place: int | None = 0
        while place is not None:
            place = self._database.write("clear pool", partial(work, start=place))

    def write(self, rows: Sequence[tuple[Part, list[dict[str, Any]]]]) -> None:
        """Write the next batch, rows of several tables."""
        self._batches += 1

        def work(tx: Tx) -> None:
            self.hold(tx)
            if not transfer.count_batch(tx, self._pool_id, self.number, self._batches):
                # A commit whose answer was lost: they are there.
                return
            for part, values in rows:
                transfer.insert_rows(tx, part.table, values)

        self._database.write("restore users", work)

    def publish(self, pool: Row, rows: Sequence[tuple[Part, list[dict[str, Any]]]]) -> None:
        """Write the rest, and the pool's own row, by which all of it is found."""

        is_again = False

        def work(tx: Tx) -> None:
            nonlocal is_again
            if is_again and transfer.is_published(tx, self._pool_id, pool):
                # A commit whose answer was lost: all of it is there.
                return
            is_again = True
            self.hold(tx)
            for part, values in rows:
                transfer.insert_rows(tx, part.table, values)
            transfer.publish(tx, self._pool_id, self.number, pool)

        self._database.write("restore pool", work)

    def withdraw(self) -> None:
        """Undo everything, unless another attempt does so or everything is done."""
        try:
            self.clear()
        except _FollowedError:
            return
        self._database.write("withdraw pool", lambda tx: transfer.withdraw(tx, self._pool_id, self.number))

    def hold(self, tx: Tx) -> None:
        """Go on only while the pool's id is this attempt's."""
        if not transfer.hold(tx, self._pool_id, self.number):
            raise _FollowedError(_FOLLOWED)


class _FollowedError(TransferError):
    """Another attempt has taken the pool's id."""


_FOLLOWED = "another import of the same pool has begun; this one stops"
_UNFIT = "the file has a value that this deployment's database cannot hold: nothing was restored"
_TAKEN = "the file is damaged, or an id of it was taken meanwhile: nothing was restored"


def restore_pool(
    database: Database,
    keys: Keys,
    path: Path,
    openers: Sequence[Opener],
    *,
    account_id: str,
    now_ms: int,
    steps: Steps,
) -> Header:
    """
    Restore the file's pool under its own ids, into the account *account_id*; the file's header.

    Raises:
        TransferError: the file is damaged or does not open, or an id of it is taken; nothing is left behind.
    """
    contents = checked(path, openers, steps.checking)
    attempt = _Attempt(database, contents.header.pool_id)
    attempt.claim(contents, now_ms)
    try:
        attempt.clear()
        for batch in _batches(bulk_rows(path, openers, contents, steps.writing), BATCH):
            # A rotation of the master key may be under way.
            keys.renew()
            attempt.write(_grouped(contents.pool, batch, keys))
        attempt.publish({**contents.pool_row, "account_id": account_id}, _rest(contents, account_id, keys))
    except _FollowedError:
        raise
    except IntegrityError:
        attempt.withdraw()
        raise TransferError(_TAKEN) from None
    except (DataError, OverflowError, UnicodeError):
        attempt.withdraw()
        raise TransferError(_UNFIT) from None
    except BaseException:
        attempt.withdraw()
        raise
    return contents.header


def discard_pool(database: Database, pool_id: str, now_ms: int) -> None:
    """
    Delete what a broken-off attempt has left of a pool; one that still goes on stops.

    Raises:
        TransferError: no attempt has the id, or another one takes it meanwhile.
    """
    attempt = _Attempt(database, pool_id)
    attempt.follow(now_ms)
    attempt.clear()
    attempt.withdraw()


def _refuse_taken(tx: Tx, contents: Contents) -> None:
    pool_id = contents.header.pool_id
    if transfer.is_there(tx, pool_id):
        raise TransferError(f"there is a user pool {pool_id} already; delete it first")
    for table, column, what in ((tables.clients, "client_id", "an app client"), (tables.domains, "domain", "a domain")):
        taken = transfer.first_taken(tx, table, column, contents.values_of(table.name, column))
        if taken is not None:
            raise TransferError(f"there is {what} {taken} already, of another user pool")


def _rest(contents: Contents, account_id: str, keys: Keys) -> list[tuple[Part, list[dict[str, Any]]]]:
    """The rows of which a pool has few, but the pool's own; what names the account names this deployment's."""
    return [
        (part, [_owned_by(account_id, row) for row in sealed(part, contents.few[part.name], keys)])
        for part in PARTS
        if not part.is_bulk and part.table is not tables.pools
    ]


def _owned_by(account_id: str, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "account_id": account_id} if "account_id" in row else row


def _grouped(pool: Pool, batch: Sequence[tuple[Part, Row]], keys: Keys) -> list[tuple[Part, list[dict[str, Any]]]]:
    """A batch by table, sealed, with the names and search values of its users."""
    by_name: dict[str, list[Row]] = {}
    for part, row in batch:
        by_name.setdefault(part.name, []).append(row)
    groups = [(BY_NAME[name], sealed(BY_NAME[name], rows, keys)) for name, rows in by_name.items()]
    return [*groups, *_made_anew(pool, by_name.get(tables.users.name, []))]


def _made_anew(pool: Pool, rows: Iterable[Row]) -> list[tuple[Part, list[dict[str, Any]]]]:
    names, searched = [], []
    for row in rows:
        user = user_of(row)
        key = {"pool_id": pool.pool_id, "sub": user.sub}
        names += [{**key, "kind": kind, "value": value} for kind, value in claimed_names_of(pool, user)]
        searched += [{**key, "attribute": name, "value": value} for name, value in search_values_of(pool, user)]
    return [(Part(tables.sign_in_names), names), (Part(tables.search_values), searched)]


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
