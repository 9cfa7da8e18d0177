"""The deployment that a pool leaves or comes to: its database with the schema of this release, and its keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cenote.base.settings import Settings
from cenote.flows import first_start
from cenote.flows.deployment import open_database, sealer_of
from cenote.flows.keys import Keys
from cenote.flows.transfer.errors import TransferError
from cenote.storage import migrations
from cenote.storage.database import Database


@contextmanager
def deployed(settings: Settings) -> Iterator[tuple[Database, Keys]]:
    """
    The database and the keys of a deployment that was started once.

    Raises:
        TransferError: it is not there, or has another release's schema.
        CryptoError: the master key is not the one that the database was sealed with.
    """
    if settings.is_embedded and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        raise TransferError(f"{settings.database_label} is not there")
    database = open_database(settings)
    try:
        # Of another release's schema a part would be left out without a word.
        if migrations.current(database) != migrations.newest():
            raise TransferError("the database has another release's schema; run cenote migrate")
        yield database, first_start.require_keys(database, sealer_of(settings), lambda: sealer_of(settings))
    finally:
        database.close()
