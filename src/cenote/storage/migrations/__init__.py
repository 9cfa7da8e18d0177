"""
The schema's history, by Alembic: expand first, contract a release later, so that the old code runs on the new schema.

`upgrade` brings a database to the newest revision and is safe to call at every start, by several processes at once.
A new step is a file in `versions/`, one DDL transaction each.
"""

import functools
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from cenote.storage.database import Database

_LOCK_KEY = 7_236_318_101


def upgrade(database: Database) -> tuple[str | None, str]:
    """
    Bring the schema to the newest revision; the revisions before and after.

    A revision that this code does not know is a newer release's, which this code can run on: it is left as it is.
    """
    present = current(database)
    if present is not None and (present == newest() or not _is_known(present)):
        return present, present
    if not database.is_sqlite:
        _make_lock(database)
    with database.engine.connect() as connection:
        connection.info["immediate"] = database.is_sqlite
        try:
            with connection.begin():
                before = _upgrade(connection, is_sqlite=database.is_sqlite)
        finally:
            connection.info["immediate"] = False
    return before, newest()


def current(database: Database) -> str | None:
    """The database's revision; None for an empty database."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def newest() -> str:
    """The newest revision that this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("no migrations are installed")
    return head


def _is_known(revision: str) -> bool:
    return any(each.revision == revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


def _upgrade(connection: Connection, *, is_sqlite: bool) -> str | None:
    if not is_sqlite:
        # Two processes that start at once take turns: whoever holds this row migrates, the other then finds it done.
        connection.execute(text("SELECT key FROM migration_lock WHERE key = :key FOR UPDATE"), {"key": _LOCK_KEY})
    before = MigrationContext.configure(connection).get_current_revision()
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before


def _make_lock(database: Database) -> None:
    try:
        with database.engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS migration_lock (key BIGINT PRIMARY KEY)"))
    except IntegrityError:
        # PostgreSQL looks before it makes: another process made it in between, and it is there now.
        pass
    with database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO migration_lock (key) VALUES (:key) ON CONFLICT DO NOTHING"), {"key": _LOCK_KEY}
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
