"""What a first start makes beside the root key: the deployment secret. It may be run again, by several processes at once."""

import secrets
from collections.abc import Callable

from cenote.crypto.seal import Sealer
from cenote.flows.access_keys import opened
from cenote.flows.keys import Keys, open_keys, seal_secret
from cenote.model.access_key import AccessKey
from cenote.storage import access_keys, deployment
from cenote.storage.database import Database, Tx

_SECRET = "secret"
_SECRET_BYTES = 32


def require_keys(database: Database, sealer: Sealer, reread: Callable[[], Sealer] | None = None) -> Keys:
    """
    The deployment's keys; its secret is made when there is none. *reread* as in Keys.

    Raises:
        CryptoError: the master key is not the one that the database was sealed with.
    """
    with database.read() as tx:
        sealed = deployment.get(tx, _SECRET)
    if sealed is None:
        fresh = seal_secret(sealer, secrets.token_bytes(_SECRET_BYTES))
        sealed = database.write("make deployment secret", lambda tx: _first(tx, fresh))
    return open_keys(sealer, sealed, reread)


def is_sealed(tx: Tx) -> bool:
    """Whether a master key has sealed something in this database already."""
    return deployment.get(tx, _SECRET) is not None


def find_access_key(database: Database, keys: Keys, access_key_id: str) -> AccessKey | None:
    """The access key of that id, opened; None when nobody has it."""
    with database.glance() as tx:
        row = access_keys.get(tx, access_key_id)
    return None if row is None else opened(keys, row)


def _first(tx: Tx, fresh: bytes) -> bytes:
    deployment.insert(tx, _SECRET, fresh)
    return deployment.get(tx, _SECRET) or fresh
