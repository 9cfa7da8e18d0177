"""Identity pools, their identities, and the logins that lead to them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, PrimaryKeyConstraint, String, Table, Text

from cenote.storage.tables.columns import JsonText, exact, metadata

# `document` is what DescribeIdentityPool shows; `roles` what GetIdentityPoolRoles does, `principal_tags` maps by provider name.
identity_pools = Table(
    "identity_pools",
    metadata,
    Column("identity_pool_id", exact(), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("principal_tags", JsonText, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    Index("identity_pools_by_region", "account_id", "region", "identity_pool_id"),
)

# An identity that was merged into another one is disabled.
identities = Table(
    "identities",
    metadata,
    Column("identity_id", exact(), primary_key=True),
    Column("identity_pool_id", exact(), nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    Index("identities_by_pool", "identity_pool_id", "identity_id"),
)

# A provider's user leads to one identity of a pool.
identity_logins = Table(
    "identity_logins",
    metadata,
    Column("identity_pool_id", exact(), nullable=False),
    Column("provider", exact(), nullable=False),
    Column("subject", exact(), nullable=False),
    Column("identity_id", exact(), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("identity_pool_id", "provider", "subject"),
    Index("identity_logins_by_identity", "identity_id"),
)
