"""
An account's root key: made at the first start, rotated, switched off and on again.

Whoever has switched it off, or deleted it, finds it so after every start: a mark in the deployment says that this was meant. A key that is
named in the settings is put there once; from then on it is a key like any other, until the settings name another one.

Source: IAM User Guide, "AWS account root user", "Secure access keys".
"""

import hashlib
from dataclasses import dataclass

from cenote.base.clock import Clock
from cenote.base.settings import Settings
from cenote.flows import access_keys as flow
from cenote.flows.keys import Keys
from cenote.model.access_key import AccessKey
from cenote.model.iam.principal import root_arn, root_of
from cenote.storage import access_keys, deployment
from cenote.storage.access_keys import Row
from cenote.storage.database import Database, Tx

_COUNTER = "root_key"


@dataclass(frozen=True, slots=True)
class RootKey:
    """
    The root key that signs, None where it is switched off.

    *is_new*: this call made it. *is_named_idle*: the settings name a key that does not sign.
    """

    key: AccessKey | None
    is_new: bool = False
    is_named_idle: bool = False


class RootKeyOffError(Exception):
    """There is no root key that signs, and this needs one."""


class RootKeys:
    """The root keys of the account that the settings name."""

    def __init__(self, database: Database, keys: Keys, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._account_id = settings.account_id
        self._named = _named_in(settings)
        self._clock = clock

    def require(self) -> RootKey:
        """
        The root key that signs: one that is newly named in the settings, else the one there is.

        A new one is made where there never was one, and only there.
        """

        def work(tx: Tx) -> RootKey:
            lock(tx)
            if self._is_off(tx):
                return RootKey(None, is_named_idle=self._named is not None)
            is_new = self._take_named(tx)
            rows = self._rows(tx)
            signing = [row for row in rows if row.is_active]
            if not rows:
                return RootKey(self._make(tx), is_new=True)
            named = next(
                (row for row in signing if self._named and row.access_key_id == self._named.access_key_id), None
            )
            is_idle = self._named is not None and named is None
            if not signing:
                return RootKey(None, is_named_idle=is_idle)
            return RootKey(flow.opened(self._keys, named or signing[0]), is_new=is_new, is_named_idle=is_idle)

        return self._database.write("make root key", work)

    def is_off(self) -> bool:
        """Whether no root key signs although there was one."""
        with self._database.read() as tx:
            rows = self._rows(tx)
            return self._is_off(tx) or (bool(rows) and not any(row.is_active for row in rows))

    def rotate(self, *, is_old_deleted: bool) -> AccessKey:
        """
        A new root key; those before it sign no longer, and but for the last one that did (unless *is_old_deleted*) they are deleted.

        Raises:
            RootKeyOffError: the root key is switched off.
        """

        def work(tx: Tx) -> AccessKey:
            lock(tx)
            rows = self._rows(tx)
            signing = [row for row in rows if row.is_active]
            if not signing:
                raise RootKeyOffError
            kept = None if is_old_deleted else signing[-1].access_key_id
            for row in rows:
                if row.access_key_id == kept:
                    access_keys.set_active(tx, row.access_key_id, is_active=False)
                else:
                    access_keys.delete_key(tx, row.access_key_id)
            self._mark_taken(tx)
            return self._make(tx)

        return self._database.write("rotate root key", work)

    def switch_off(self) -> int:
        """Let no root key sign any more; the number of those that did."""

        def work(tx: Tx) -> int:
            lock(tx)
            signing = [row for row in self._rows(tx) if row.is_active]
            for row in signing:
                access_keys.set_active(tx, row.access_key_id, is_active=False)
            settle(tx, self._account_id)
            return len(signing)

        return self._database.write("switch root key off", work)

    def switch_on(self) -> AccessKey:
        """Let a root key sign again: one newly named in the settings, else the youngest that there is, else a new one."""

        def work(tx: Tx) -> AccessKey:
            lock(tx)
            self._take_named(tx)
            rows = self._rows(tx)
            found = next((row for row in rows if row.is_active), rows[-1] if rows else None)
            if found is not None:
                access_keys.set_active(tx, found.access_key_id, is_active=True)
            key = flow.opened(self._keys, found) if found is not None else self._make(tx)
            settle(tx, self._account_id)
            return key

        return self._database.write("switch root key on", work)

    def others_sign(self) -> bool:
        """Whether an IAM user of the account has a key that signs."""
        with self._database.read() as tx:
            return access_keys.count_active_of_users(tx, self._account_id) > 0

    def _rows(self, tx: Tx) -> list[Row]:
        return access_keys.of_root(tx, root_arn(self._account_id))

    def _is_off(self, tx: Tx) -> bool:
        return is_switched_off(tx, self._account_id)

    def _make(self, tx: Tx) -> AccessKey:
        key = flow.new_key(root_of(self._account_id))
        access_keys.insert_row(tx, flow.row_of(self._keys, key, self._clock.now_ms()))
        return key

    def _take_named(self, tx: Tx) -> bool:
        """Put the key that the settings name in the place of all others, unless that was done before; whether it is new."""
        named = self._named
        if named is None or self._taken(tx) == _digest(named):
            return False
        row = access_keys.get(tx, named.access_key_id)
        is_there = row is not None and flow.opened(self._keys, row).secret_access_key == named.secret_access_key
        self._mark_taken(tx)
        if is_there and self._is_of_root(row):
            return False
        for other in self._rows(tx):
            access_keys.delete_key(tx, other.access_key_id)
        fresh = flow.row_of(self._keys, named, self._clock.now_ms())
        access_keys.put(
            tx,
            access_key_id=fresh.access_key_id,
            account_id=fresh.account_id,
            principal_arn=fresh.principal_arn,
            sealed_secret=fresh.sealed_secret,
            now_ms=fresh.created_at_ms,
        )
        return True

    def _is_of_root(self, row: Row | None) -> bool:
        return row is not None and row.principal_id is None and row.principal_arn == root_arn(self._account_id)

    def _taken(self, tx: Tx) -> bytes | None:
        sealed = deployment.get(tx, _taken_name(self._account_id))
        return None if sealed is None else self._keys.open(sealed, _context(self._account_id))

    def _mark_taken(self, tx: Tx) -> None:
        if self._named is not None:
            sealed = self._keys.seal(_digest(self._named), _context(self._account_id))
            deployment.put(tx, _taken_name(self._account_id), sealed)


def lock(tx: Tx) -> None:
    """Take this writer's turn; the first statement of every change of root keys, so that of two first starts one makes the key."""
    deployment.bump(tx, _COUNTER)


def is_switched_off(tx: Tx, account_id: str) -> bool:
    """Whether somebody has switched the account's root key off, or deleted it."""
    return deployment.number(tx, _off(account_id)) > 0


def settle(tx: Tx, account_id: str) -> None:
    """Remember whether an account's root key is switched off, after a change of its keys."""
    is_on = any(row.is_active for row in access_keys.of_root(tx, root_arn(account_id)))
    deployment.set_number(tx, _off(account_id), 0 if is_on else 1)


def _named_in(settings: Settings) -> AccessKey | None:
    if settings.root_access_key_id is None or settings.root_secret_access_key is None:
        return None
    return AccessKey(settings.root_access_key_id, settings.root_secret_access_key, root_of(settings.account_id))


def _digest(key: AccessKey) -> bytes:
    return hashlib.sha256(f"{key.access_key_id}\0{key.secret_access_key.reveal()}".encode()).digest()


def _off(account_id: str) -> str:
    return f"root_key_off:{account_id}"


def _taken_name(account_id: str) -> str:
    return f"root_key_named:{account_id}"


def _context(account_id: str) -> str:
    return f"deployment:{_taken_name(account_id)}"
