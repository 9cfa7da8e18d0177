"""
From lines of a file to users: each line by the rules for any new user, then all users of a batch at once.

Who has a name first keeps it: a user of the pool before one of the file, an earlier line before a later one.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from dataclasses import replace as replaced

from cenote.base import ids
from cenote.base.errors import AliasExistsException, Fault, LimitExceededException, UsernameExistsException
from cenote.crypto.errors import CryptoError
from cenote.crypto.imported_passwords import parse
from cenote.flows import passwords, users
from cenote.flows.services import Services
from cenote.model.mfa import Mfa
from cenote.model.mfa_preference import with_factor
from cenote.model.names import claimed_names_of, may_hide_a_sub, search_values_of
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.model.user_import.cells import CellsError, cells_of
from cenote.model.user_import.job import Failure, ImportJob
from cenote.model.user_import.lines import MAX_ROW_CHARS
from cenote.model.user_import.row import Row, RowError, read_row
from cenote.storage import bulk_users
from cenote.storage.bulk_users import NewUser
from cenote.storage.database import Tx

SKIPPED = "SKIPPED"
FAILED = "FAILED"
EXISTS = "The user already exists."


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines of a file: the users in them by line, the lines that make none, and the line behind them."""

    next_row: int
    news: Sequence[tuple[int, NewUser]] = field(repr=False)
    failures: Sequence[Failure] = ()


def batch_of(
    services: Services,
    pool: Pool,
    columns: Sequence[str],
    job: ImportJob,
    lines: Sequence[tuple[int, bytes | None]],
) -> Batch:
    """The users that *lines* of a job's file describe. Blank lines are none; *lines* has at least one."""
    news: list[tuple[int, NewUser]] = []
    failures: list[Failure] = []
    for number, line in lines:
        if line == b"":
            continue
        try:
            sub = ids.new_sub_of(number - 1, job.lines)
            user = _user(services, pool, read_row(pool, columns, _cells(line)), job.algorithm, sub)
        except (RowError, CellsError) as error:
            failures.append(Failure(number, FAILED, str(error)))
        except Fault as fault:
            failures.append(Failure(number, FAILED, fault.message.strip()))
        else:
            news.append((number, NewUser(user, claimed_names_of(pool, user), search_values_of(pool, user))))
    return Batch(lines[-1][0] + 1, news, failures)


def placed(services: Services, pool: Pool, batch: Batch, places: ExitStack) -> Batch:
    """*batch* with as many users as the pool has room for, which is kept as long as *places* is open; the others have failed."""
    try:
        places.enter_context(users.place(services, pool, how_many=len(batch.news)))
    except LimitExceededException:
        return _cut(services, pool, batch, places)
    return batch


def insert_at_once(services: Services, tx: Tx, pool: Pool, batch: Batch) -> list[Failure]:
    """
    Write the users of a batch; those that were skipped since a name of theirs is somebody's.

    Raises:
        ResourceNotFoundException, StalePoolError: see `users.held`.
        IntegrityError: somebody claimed one of the names meanwhile: `insert_one_by_one` in a new transaction.
    """
    present = users.held(services, tx, pool)
    names = {name for _number, new in batch.news for name in new.names}
    taken = bulk_users.taken(tx, pool.pool_id, names)
    subs = bulk_users.existing_subs(tx, pool.pool_id, {name[1] for name in names if may_hide_a_sub(name)})
    fresh: list[NewUser] = []
    skipped: list[Failure] = []
    for number, new in batch.news:
        clash = next((name for name in new.names if name in taken or (may_hide_a_sub(name) and name[1] in subs)), None)
        if clash is not None:
            skipped.append(_skipped(number, users.exists(pool, clash, list(new.names))))
            continue
        searched = new.searched if present is pool else search_values_of(present, new.user)
        fresh.append(replaced(new, searched=searched))
        taken.update(new.names)
        subs.add(new.user.sub)
    bulk_users.insert_users(tx, pool.pool_id, fresh)
    return skipped


def insert_one_by_one(services: Services, tx: Tx, pool: Pool, batch: Batch) -> list[Failure]:
    """What `insert_at_once` does where others claim names at the same time: a savepoint and some statements for each user."""
    skipped = []
    for number, new in batch.news:
        try:
            with tx.begin_nested():
                users.insert(services, tx, pool, new.user)
        except (UsernameExistsException, AliasExistsException) as fault:
            skipped.append(_skipped(number, fault))
    return skipped


def count_of(failures: Iterable[Failure], outcome: str) -> int:
    """How many of *failures* ended so."""
    return sum(failure.outcome == outcome for failure in failures)


def _cut(services: Services, pool: Pool, batch: Batch, places: ExitStack) -> Batch:
    for at in range(len(batch.news)):
        try:
            places.enter_context(users.place(services, pool))
        except LimitExceededException as fault:
            late = [Failure(number, FAILED, fault.message) for number, _new in batch.news[at:]]
            return Batch(batch.next_row, batch.news[:at], [*batch.failures, *late])
    return batch


def _user(services: Services, pool: Pool, row: Row, algorithm: str | None, sub: str) -> User:
    user = users.new_user(services, pool, row.username, row.attributes, UserStatus.RESET_REQUIRED, sub=sub)
    if row.has_mfa and user.attributes.get("phone_number"):
        user = with_factor(user, Mfa.SMS)
    if algorithm is None or row.password_hash is None:
        return user
    try:
        record = parse(algorithm, row.password_hash)
    except CryptoError:
        raise RowError(f"password_hash: It is no {algorithm} hash, or of too high a cost.") from None
    sealed = passwords.sealed_imported(services, pool.pool_id, user.sub, record)
    return replaced(user, status=UserStatus.CONFIRMED, sealed_password=sealed)


def _cells(line: bytes | None) -> list[str]:
    if line is None:
        raise CellsError(f"The row is longer than {MAX_ROW_CHARS} characters.")
    return cells_of(line)


def _skipped(number: int, fault: UsernameExistsException | AliasExistsException) -> Failure:
    is_user = isinstance(fault, UsernameExistsException)
    return Failure(number, SKIPPED, EXISTS if is_user else fault.message)
