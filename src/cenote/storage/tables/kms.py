"""Keys of KMS and the names that they go by."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, String, Table

from cenote.storage.tables.columns import JsonText, exact, metadata

# `state` is one of model.kms_key.KeyState; `deletes_at_ms` is set while it is PendingDeletion.
kms_keys = Table(
    "kms_keys",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("key_id", String(36), nullable=False),
    Column("state", String(16), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("deletes_at_ms", BigInteger),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "region", "key_id"),
    Index("kms_keys_by_end", "deletes_at_ms"),
)

kms_aliases = Table(
    "kms_aliases",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("name", exact(), nullable=False),
    Column("key_id", String(36), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "region", "name"),
)
