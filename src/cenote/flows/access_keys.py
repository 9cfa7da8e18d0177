"""
Long-term access keys: made, sealed and opened.

A secret is shown once, by whoever makes it; what is kept of it is sealed for its key's id.
"""

from typing import TYPE_CHECKING

from cenote.base import ids
from cenote.base.secret import Secret
from cenote.model.access_key import AccessKey
from cenote.model.iam.principal import Principal, holder_of
from cenote.storage import access_keys
from cenote.storage.access_keys import Row

if TYPE_CHECKING:
    from cenote.flows.keys import Keys


def new_key(principal: Principal) -> AccessKey:
    """A key that nobody has had before."""
    return AccessKey(ids.new_access_key_id(), Secret(ids.new_secret_access_key()), principal)


def row_of(keys: "Keys", key: AccessKey, now_ms: int) -> Row:
    """What is kept of a key."""
    sealed = keys.seal(key.secret_access_key.reveal().encode(), _context(key.access_key_id))
    holder = key.principal
    return Row(key.access_key_id, key.account_id, holder.arn, holder.entity_id, sealed, key.is_active, now_ms)


def opened(keys: "Keys", row: access_keys.Row) -> AccessKey:
    """The key that was kept; raises SealBrokenError."""
    return AccessKey(
        access_key_id=row.access_key_id,
        secret_access_key=Secret(keys.open(row.sealed_secret, _context(row.access_key_id)).decode()),
        principal=holder_of(row.account_id, row.principal_arn, row.principal_id),
        is_active=row.is_active,
    )


def _context(access_key_id: str) -> str:
    return f"access_key:{access_key_id}"
