"""The pool of OnePool's that most tests of flows begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.one_pool import OnePool


@pytest.fixture
def one(tmp_path: Path) -> Iterator[OnePool]:
    """A pool, its client and the services around them."""
    made = OnePool(tmp_path)
    yield made
    made.close()
