"""
A deployment as a whole: preparing it, migrating, resetting, and the keys that seal it. What the command line does beside serving.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete

from cenote.base.clock import SystemClock
from cenote.base.settings import Settings
from cenote.crypto.errors import CryptoError
from cenote.crypto.seal import MasterKey, Sealer
from cenote.flows import first_start, reseal
from cenote.flows.root_key import RootKey, RootKeys
from cenote.storage import access_keys, deployment, keyring, migrations, tables
from cenote.storage.database import Database, Tx
from cenote.storage.iam import entities

# How often a running server sweeps, and reads the key file again.
HOUSEKEEPING_S = 60.0
# Every running server has read the key file again by then.
PRUNE_AFTER_S = 2 * HOUSEKEEPING_S
# What a reset leaves: what clients, seals and running processes hold on to.
_KEPT_TABLES = frozenset({"deployment", "access_keys"})


Opening = Callable[[Settings, Callable[[str], None]], Database]


class NotDeployedError(OSError):
    """
    There is no deployment where the settings say, or it is another release's; the text is for the operator.

    An OSError, as when the key file is not there.
    """


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a client needs to know of a prepared deployment; *root_key* is that of its account, with None where that is switched off."""

    root_key: RootKey
    region: str
    endpoint_url: str
    first_start: bool


def prepare(settings: Settings) -> Deployment:
    """Make whatever a start needs and is not there: data folder, master key, schema, deployment secret, root access key."""
    if settings.is_embedded:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(settings)
    try:
        migrations.upgrade(database)
        _require_master_key(settings, database)
        keys = first_start.require_keys(database, sealer_of(settings))
        root = RootKeys(database, keys, settings, SystemClock()).require()
    finally:
        database.close()
    return Deployment(
        root_key=root,
        region=settings.default_region,
        endpoint_url=settings.public_url,
        first_start=root.is_new and settings.root_access_key_id is None,
    )


def migrate(settings: Settings) -> tuple[str | None, str]:
    """Bring the schema to the newest revision; the revisions before and after."""
    database = open_database(settings)
    try:
        return migrations.upgrade(database)
    finally:
        database.close()


def opens_secrets(settings: Settings) -> bool:
    """Whether the master key is the one that the database was sealed with; raises NotDeployedError where there is none."""
    _require_there(settings)
    database = open_database(settings)
    try:
        first_start.require_keys(database, sealer_of(settings))
    except CryptoError:
        return False
    finally:
        database.close()
    return True


def root_key_state(settings: Settings) -> tuple[bool, bool]:
    """Whether the root key is switched off, and whether IAM users have keys that sign; raises NotDeployedError where nothing is there."""
    _require_there(settings)
    database = open_database(settings)
    try:
        keys = first_start.require_keys(database, sealer_of(settings))
        root_keys = RootKeys(database, keys, settings, SystemClock())
        return root_keys.is_off(), root_keys.others_sign()
    finally:
        database.close()


def reset(settings: Settings) -> None:
    """
    Delete every pool, client, user and message, and IAM with its users' access keys.

    Keys and the root's access keys stay, so that clients and a running server go on.
    """
    database = open_deployed(settings)

    def work(tx: Tx) -> None:
        entities.lock(tx, settings.account_id)
        for table in tables.metadata.sorted_tables:
            if table.name not in _KEPT_TABLES:
                tx.execute(delete(table))
        access_keys.delete_of_users(tx)
        deployment.bump(tx)

    try:
        database.write("reset", work)
    finally:
        database.close()


def open_database(settings: Settings, on_retry: Callable[[str], None] = lambda _name: None) -> Database:
    """The database that the settings name."""
    return Database(settings.database_url, pool_size=settings.threads + 4, on_retry=on_retry)


def open_deployed(settings: Settings, on_retry: Callable[[str], None] = lambda _name: None) -> Database:
    """
    The database of a deployment that was started once, with the schema of this release.

    Raises:
        NotDeployedError: it is not there, or has another release's schema.
    """
    _require_there(settings)
    database = open_database(settings, on_retry)
    try:
        # Of another release's schema a part would be left out without a word.
        is_ours = migrations.current(database) == migrations.newest()
    except BaseException:
        database.close()
        raise
    if not is_ours:
        database.close()
        raise NotDeployedError("the database has another release's schema; run cenote migrate")
    return database


def require_deployed(settings: Settings) -> None:
    """As `open_deployed`, for whoever has to ask somebody first."""
    open_deployed(settings).close()


def rotate_keys(settings: Settings, progress: Callable[[int, int], None]) -> int:
    """
    Seal every secret with the current master key; the number of secrets that were sealed anew.

    A key file gets a new key first, and keeps the old ones for servers that still seal with them (`prune_keys`). A master key in the
    settings is changed there: the new key before the old one.
    """
    database = open_deployed(settings)
    try:
        if not settings.master_keys():
            keyring.add(settings.master_key_file)
        return reseal.reseal(database, sealer_of(settings), progress)
    finally:
        database.close()


def prune_keys(settings: Settings) -> int:
    """
    Forget the keys of the key file that seal nothing any more; the number of them.

    Raises:
        KeyFileError: a secret is still sealed with an old key, or the current key is so new that a server may not know it yet.
    """
    path = settings.master_key_file
    with keyring.alone(path):
        keys = keyring.read(path)
        keyring.require_age(path, PRUNE_AFTER_S)
        database = open_deployed(settings)
        try:
            if reseal.remaining(database, Sealer(keys)):
                raise keyring.KeyFileError("secrets are still sealed with an old key: run cenote keys rotate again")
        finally:
            database.close()
        keyring.replace(path, keys[:1])
    return len(keys) - 1


def sealer_of(settings: Settings) -> Sealer:
    """Seals with the master key as it is now: from the settings, else from the key file."""
    return Sealer(_master_keys(settings))


def _require_there(settings: Settings) -> None:
    """Raise NotDeployedError where opening the database would make its file."""
    if settings.is_embedded and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        raise NotDeployedError(f"{settings.database_label} is not there")


def _master_keys(settings: Settings) -> list[MasterKey]:
    given = settings.master_keys()
    return [keyring.key_of(key) for key in given] if given else keyring.read(settings.master_key_file)


def _require_master_key(settings: Settings, database: Database) -> None:
    """Make a key file where there is no master key, but never beside a database that another key has sealed."""
    path = settings.master_key_file
    if settings.master_keys() or path.exists():
        return
    with database.read() as tx:
        if first_start.is_sealed(tx):
            raise keyring.KeyFileError(
                f"{path} is not there, and the database is sealed with its key: restore the file"
            )
    keyring.create(path)
