"""Users, the names that sign them in, what they are searched by, and the groups they are in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from cenote.storage.tables.columns import JsonText, exact, metadata

groups = Table(
    "groups",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("role_arn", Text),
    Column("precedence", Integer),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "name"),
)


memberships = Table(
    "memberships",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("sub", String(64), nullable=False),
    Column("group_name", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "sub", "group_name"),
    Index("memberships_by_group", "pool_id", "group_name", "sub"),
)


users = Table(
    "users",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("sub", exact(), nullable=False),
    Column("username", Text, nullable=False),
    Column("status", String(32), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("attributes", JsonText, nullable=False),
    Column("sealed_password", LargeBinary),
    Column("sealed_history", LargeBinary),
    Column("temporary_until_ms", BigInteger),
    Column("tokens_valid_after_ms", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    Column("mfa", JsonText),
    PrimaryKeyConstraint("pool_id", "sub"),
    Index("users_by_status", "pool_id", "status", "sub"),
    Index("users_by_enabled", "pool_id", "enabled", "sub"),
)


# The names that sign a user in. `value` is normalised by model.names; one name belongs to one user of a pool.
sign_in_names = Table(
    "sign_in_names",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("value", exact(), nullable=False),
    Column("sub", String(64), nullable=False),
    PrimaryKeyConstraint("pool_id", "kind", "value"),
    Index("sign_in_names_by_user", "pool_id", "sub"),
)


# What ListUsers filters by: one row for each searchable attribute that a user has.
search_values = Table(
    "search_values",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("attribute", String(64), nullable=False),
    Column("value", exact(), nullable=False),
    Column("sub", String(64), nullable=False),
    PrimaryKeyConstraint("pool_id", "attribute", "value", "sub"),
    Index("search_values_by_user", "pool_id", "sub"),
)

# Identities at other providers that sign a user in: `subject` is the value of the provider's `attribute` (Cognito_Subject: its subject).
links = Table(
    "links",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("provider", exact(), nullable=False),
    Column("attribute", exact(), nullable=False),
    Column("subject", exact(), nullable=False),
    Column("sub", String(64), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "provider", "attribute", "subject"),
    Index("links_by_user", "pool_id", "sub"),
)
