"""A database server that may be killed."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from harness import postgresql
from harness.databases import Engines, PostgreSQL


@pytest.fixture
def durable(engines: Engines) -> Iterator[PostgreSQL]:
    """A PostgreSQL that is set up to survive a crash."""
    engines.get("postgresql")  # skips, or fails, where there is none
    programs = postgresql.binaries()
    assert programs is not None
    with postgresql.cluster(programs, durable=True) as cluster, closing(PostgreSQL(cluster)) as databases:
        yield databases
