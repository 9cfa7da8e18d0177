"""A migrated database for each test: migrated once, then copied."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cenote.storage import migrations
from cenote.storage.database import Database
from harness import postgresql, statements

ENGINES = ("sqlite", "postgresql")
# As parameters of the fixture `engine`, marked by what they need.
EVERY_ENGINE = [
    pytest.param("sqlite"),
    pytest.param("postgresql", marks=pytest.mark.postgresql),
]
TEMPLATE = "template_migrated"
STRATEGIES_SINCE = 150000


class SQLite:
    """Databases that are files."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        _migrate(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self, folder: Path, *, empty: bool = False) -> Iterator[str]:
        """A file in *folder*."""
        path = folder / "cenote.db"
        if not empty:
            shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"


class PostgreSQL:
    """Databases of one cluster."""

    def __init__(self, cluster: postgresql.Cluster) -> None:
        self.cluster = cluster
        self._numbers = itertools.count(1)
        self._administration = self._connected()
        # A copy of the files, with the caches that the first connection wrote, is cheaper than one row by row.
        self._copying = " STRATEGY FILE_COPY" if self._administration.info.server_version >= STRATEGIES_SINCE else ""
        cluster.execute(f"CREATE DATABASE {TEMPLATE}")
        _migrate(cluster.url(TEMPLATE))

    @contextmanager
    def fresh(self, _folder: Path, *, empty: bool = False) -> Iterator[str]:
        """A database beside the others; whoever is still connected at the end is thrown out."""
        name = f"test_{next(self._numbers)}"
        template = "template0" if empty else TEMPLATE
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template}{self._copying}")
        yield self.cluster.url(name)
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Leave the cluster, which others end."""
        self._administration.close()

    def _administer(self, statement: str) -> None:
        try:
            self._administration.execute(statement.encode())
        except psycopg.OperationalError:
            if not self._administration.closed:
                raise
            # A test killed the cluster and started it again.
            self._administration = self._connected()
            self._administration.execute(statement.encode())

    def _connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.cluster.url("postgres"), autocommit=True)


class Engines:
    """Every engine, each made ready when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready: dict[str, SQLite | PostgreSQL] = {}
        self._open = ExitStack()

    def get(self, name: str) -> SQLite | PostgreSQL:
        """The engine called *name*; skips the test when PostgreSQL is not installed, fails it in CI."""
        if name not in self._ready:
            self._ready[name] = SQLite(self.folder) if name == "sqlite" else self._postgresql()
        return self._ready[name]

    def close(self) -> None:
        """End what was started."""
        self._open.close()

    def _postgresql(self) -> PostgreSQL:
        programs = postgresql.binaries()
        if programs is None:
            if is_ci():
                pytest.fail("PostgreSQL is not installed, and in CI nothing is skipped", pytrace=False)
            pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
        ready = PostgreSQL(self._open.enter_context(postgresql.cluster(programs)))
        self._open.callback(ready.close)
        return ready


def is_ci() -> bool:
    """Whether this run decides about a commit."""
    return os.environ.get("CI", "") not in {"", "0", "false"}


def _migrate(url: str) -> None:
    database = Database(url)
    try:
        migrations.upgrade(database)
        statements.lend(database.engine)
    finally:
        database.close()
