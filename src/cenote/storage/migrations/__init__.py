"""
The schema's history, by Alembic: expand first, contract a release later, so that the old code runs on the new schema.

`upgrade` brings a database to the newest revision and is safe to call at every start, by several processes at once.
A new step is a file in `versions/`, one DDL transaction each.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from cenote.storage.database import Database

_LOCK_KEY = 7_236_318_101


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the schema to the newest revision; the revisions before and after."""
    if current(database) == newest():
        return newest(), newest()
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


def newest() -> str:
    """The newest revision that this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("no migrations are installed")
    return head


def _upgrade(connection: Connection, *, is_sqlite: bool) -> str | None:
    if not is_sqlite and connection.dialect.name == "postgresql":
        _wait_for_others(connection)
    before = MigrationContext.configure(connection).get_current_revision()
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before


def _wait_for_others(connection: Connection) -> None:
    # Two processes that start at once take turns: whoever holds this table's lock migrates, the other then finds it done.
    connection.execute(text("CREATE TABLE IF NOT EXISTS migration_lock (key BIGINT PRIMARY KEY)"))
    connection.execute(
        text("INSERT INTO migration_lock (key) VALUES (:key) ON CONFLICT DO NOTHING"), {"key": _LOCK_KEY}
    )
    connection.execute(text("SELECT key FROM migration_lock WHERE key = :key FOR UPDATE"), {"key": _LOCK_KEY})


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
