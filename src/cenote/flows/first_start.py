"""
What a first start makes: the deployment secret and the root access key. Every step may be run again, by several processes at once.

Source: IAM user guide, "AWS account root user".
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cenote.base import ids
from cenote.base.clock import Clock
from cenote.base.secret import Secret
from cenote.base.settings import Settings
from cenote.crypto.seal import Sealer
from cenote.flows.keys import Keys, open_keys, seal_secret
from cenote.model.access_key import AccessKey
from cenote.storage import access_keys, deployment
from cenote.storage.database import Database, Tx

_SECRET = "secret"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class RootKey:
    """The root access key, and whether this call made it."""

    key: AccessKey
    is_new: bool


def root_arn(account_id: str) -> str:
    """The ARN of an account's root."""
    return f"arn:aws:iam::{account_id}:root"


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


def require_root_key(database: Database, keys: Keys, settings: Settings, clock: Clock) -> RootKey:
    """The root access key: the one in the settings (the only one then), else the one there is, else a new one."""
    arn = root_arn(settings.account_id)
    if settings.root_access_key_id is not None and settings.root_secret_access_key is not None:
        chosen = _key(settings, settings.root_access_key_id, settings.root_secret_access_key)
        return RootKey(chosen, is_new=database.write("set root key", lambda tx: _set(tx, keys, chosen, clock)))
    fresh = _key(settings, ids.new_access_key_id(), Secret(ids.new_secret_access_key()))

    def work(tx: Tx) -> RootKey:
        # The counter's row is a lock: of two first starts at once the second one finds the first one's key.
        deployment.bump(tx, "root_key")
        row = access_keys.first_of(tx, arn)
        if row is not None:
            return RootKey(_opened(keys, row), is_new=False)
        _put(tx, keys, fresh, clock)
        return RootKey(fresh, is_new=True)

    return database.write("make root key", work)


def find_access_key(database: Database, keys: Keys, access_key_id: str) -> AccessKey | None:
    """The access key of that id, opened; None when nobody has it."""
    with database.glance() as tx:
        row = access_keys.get(tx, access_key_id)
    return None if row is None else _opened(keys, row)


def _first(tx: Tx, fresh: bytes) -> bytes:
    deployment.insert(tx, _SECRET, fresh)
    return deployment.get(tx, _SECRET) or fresh


def _key(settings: Settings, access_key_id: str, secret: Secret) -> AccessKey:
    return AccessKey(
        access_key_id=access_key_id,
        secret_access_key=secret,
        account_id=settings.account_id,
        principal_arn=root_arn(settings.account_id),
    )


def _set(tx: Tx, keys: Keys, chosen: AccessKey, clock: Clock) -> bool:
    access_keys.delete_others(tx, chosen.principal_arn, chosen.access_key_id)
    row = access_keys.get(tx, chosen.access_key_id)
    if row is not None and _opened(keys, row) == chosen:
        return False
    _put(tx, keys, chosen, clock)
    return True


def _put(tx: Tx, keys: Keys, key: AccessKey, clock: Clock) -> None:
    access_keys.put(
        tx,
        access_key_id=key.access_key_id,
        account_id=key.account_id,
        principal_arn=key.principal_arn,
        sealed_secret=keys.seal(key.secret_access_key.reveal().encode(), _context(key.access_key_id)),
        now_ms=clock.now_ms(),
    )


def _opened(keys: Keys, row: access_keys.Row) -> AccessKey:
    access_key_id, account_id, principal_arn, sealed_secret, is_active = row
    return AccessKey(
        access_key_id=access_key_id,
        secret_access_key=Secret(keys.open(sealed_secret, _context(access_key_id)).decode()),
        account_id=account_id,
        principal_arn=principal_arn,
        is_active=is_active,
    )


def _context(access_key_id: str) -> str:
    return f"access_key:{access_key_id}"
