"""A database on the engine that most tests of rows can do with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cenote.storage.database import Database
from cenote.storage.tables import metadata


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A database on SQLite, the engine that tells its plans plainly."""
    database = Database(f"sqlite:///{tmp_path / 'rows.db'}")
    metadata.create_all(database.engine)
    yield database
    database.close()
