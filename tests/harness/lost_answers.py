"""A database that does what it is asked and breaks the connection before it says so: each unit of work is run again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from cenote.storage.database import Database, Tx


@contextmanager
def lost_answers(database: Database) -> Iterator[list[object]]:
    """Lose the answer of the first commit of each unit of work in the block; the units whose answer was lost."""
    once, heard = database._write_once, list[object]()

    def deaf(work: Callable[[Tx], Any]) -> object:
        result = once(work)
        if not heard or heard[-1] is not work:
            heard.append(work)
            raise OperationalError("COMMIT", None, ConnectionError("gone"), connection_invalidated=True)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_write_once", deaf)
        yield heard
