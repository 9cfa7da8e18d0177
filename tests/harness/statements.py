"""
Statements compiled once for all tests of a process: each test has a database, and so an engine, of its own.

An engine compiles what it is given and keeps it under its dialect. Engines of one kind are made alike (storage/database.py), so
a later one may have the dialect of the first, which has met the server already, and what was compiled for it.
"""

from typing import Any

from sqlalchemy import Engine, create_engine

from cenote.storage import database

# More than every statement of the program, so that none is compiled twice.
KEPT_STATEMENTS = 5000
_lent: dict[str, Engine] = {}


def share() -> None:
    """Let every Database of this process that is opened from now on share what it compiles, once `lend` was called for its kind."""
    database.create_engine = _create_engine  # type: ignore[assignment]


def lend(engine: Engine) -> None:
    """Give the dialect of *engine*, which has been connected, to later engines of its kind."""
    _lent.setdefault(engine.url.drivername, engine)


def _create_engine(url: Any, **options: Any) -> Engine:
    engine = create_engine(url, query_cache_size=KEPT_STATEMENTS, **options)
    lender = _lent.get(engine.url.drivername)
    if lender is not None:
        engine.dialect = engine.pool._dialect = lender.dialect
        engine._compiled_cache = lender._compiled_cache
    return engine
