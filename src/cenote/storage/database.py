"""
Connections and transactions.

SQLite runs in WAL mode with `synchronous=FULL` and `BEGIN IMMEDIATE` for writers: a commit is on disk when it returns.
PostgreSQL and its relatives run at READ COMMITTED; every unit of work guards itself by atomic statements and unique keys.

Source: SQLite "WAL", "Isolation"; PostgreSQL "Transaction Isolation", error codes 40001 and 40P01.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool, QueuePool

Tx = Connection
Result = TypeVar("Result")

MAX_RETRIES = 8
_RETRIED_STATES = frozenset({"40001", "40P01", "CR000"})


class InsideTransactionError(Exception):
    """Something slow or outward was called while a transaction was open."""


class Database:
    """
    The way to the rows.

    *on_retry* is told the name of each unit of work that is run again.
    """

    def __init__(self, url: str, *, pool_size: int = 16, on_retry: Callable[[str], None] = lambda _name: None) -> None:
        self.url = normalised_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(self.url, pool_size)
        self._on_retry = on_retry
        # SQLite has one writer at a time; waiting on a lock is cheaper and fairer than its busy handler's sleeping.
        self._writer = threading.Lock() if self.is_sqlite else None
        self._open = threading.local()
        # A thread that glances and then writes needs both at once: glances have connections of their own.
        self._glances = create_engine(self.engine.url, **_SQLITE, poolclass=NullPool) if self.is_sqlite else self.engine
        self._glancing: list[Connection] = []
        if self.is_sqlite:
            _listen(self._glances)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction for statements that only read."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def glance(self) -> Iterator[Tx]:
        """
        What `read` gives, for reads that need not see one state: on SQLite without a transaction, on a connection that the thread keeps.

        Each statement sees what is committed when it runs.
        """
        if not self.is_sqlite:
            with self.read() as tx:
                yield tx
            return
        connection: Connection | None = getattr(self._open, "glance", None)
        if connection is None or connection.closed:
            connection = self._open.glance = self._glances.connect()
            self._glancing.append(connection)
        try:
            yield connection
        finally:
            if connection.in_transaction():
                connection.rollback()

    def write(self, name: str, work: Callable[[Tx], Result]) -> Result:
        """
        Run *work* in a transaction that is committed, on disk, before its result is returned.

        *work* may run several times: it must not do anything that a rollback does not undo. *name* is what metrics and
        logs call it.

        Raises:
            IntegrityError: a unique key was taken; the caller says what that means.
            DBAPIError: the engine refused, or asked for a retry more than MAX_RETRIES times.
        """
        attempt = 0
        while True:
            try:
                return self._write_once(work)
            except IntegrityError:
                raise
            except DBAPIError as error:
                if not _is_lost_race(error) or attempt == MAX_RETRIES:
                    raise
            self._on_retry(name)
            time.sleep(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311 - jitter, not a secret
            attempt += 1

    def _write_once(self, work: Callable[[Tx], Result]) -> Result:
        self._open.depth = getattr(self._open, "depth", 0) + 1
        try:
            if self._writer is None:
                with self.engine.begin() as connection:
                    return work(connection)
            with self._writer, self.engine.connect() as connection:
                connection.info["immediate"] = True
                try:
                    with connection.begin():
                        return work(connection)
                finally:
                    connection.info["immediate"] = False
        finally:
            self._open.depth -= 1

    def refuse_inside_write(self) -> None:
        """
        Guard for slow and outward calls.

        Raises:
            InsideTransactionError: this thread holds a write transaction.
        """
        if getattr(self._open, "depth", 0):
            raise InsideTransactionError

    def close(self) -> None:
        """Give every connection back."""
        while self._glancing:
            self._glancing.pop().close()
        self.engine.dispose()


def normalised_url(url: str) -> URL:
    """The SQLAlchemy URL for *url*; `postgresql://` and its relatives mean psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres", "cockroachdb"}:
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: URL, pool_size: int) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(
            url,
            hide_parameters=True,  # an exception's text reaches logs; a statement's values must not
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
        )
        event.listen(engine, "handle_error", _hide_values)
        return engine
    if url.database and url.database != ":memory:":
        # Names and addresses are nobody else's business; SQLite gives its other files the rights of the first.
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(url.database).touch(mode=0o600)
    engine = create_engine(
        url, **_SQLITE, poolclass=QueuePool, pool_size=pool_size, max_overflow=0, pool_reset_on_return=None
    )
    _listen(engine)
    return engine


# An exception's text reaches logs; a statement's values must not.
_SQLITE: dict[str, Any] = {
    "hide_parameters": True,
    "connect_args": {"check_same_thread": False, "timeout": 30, "isolation_level": None, "cached_statements": 512},
}


def _listen(engine: Engine) -> None:
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _configure_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no type
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16384", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # Straight to the driver: this is on the way of every statement, and has neither parameters nor a result.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if connection.info.get("immediate") else "BEGIN")


def _hide_values(context: ExceptionContext) -> None:
    # The DETAIL of PostgreSQL's errors tells the whole row: names, addresses, the beginning of what is sealed.
    primary = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if primary is not None:
        context.original_exception.args = (primary,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (f"({type(context.original_exception).__name__}) {primary}",)


def _is_lost_race(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state in _RETRIED_STATES or error.connection_invalidated:
        return True
    text = str(error.orig)
    return "database is locked" in text or "database table is locked" in text
