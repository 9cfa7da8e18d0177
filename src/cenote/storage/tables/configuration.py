"""What an administrator makes: the deployment itself, its access keys, pools, their keys, clients and other resources."""

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

# Facts of the deployment: its secret, the change counter, what a first start has done.
deployment = Table(
    "deployment",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sealed_value", LargeBinary),
    Column("number", BigInteger),
)


# `principal_id` is the id of the IAM user whose key it is; an account's root has none.
access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key_id", String(128), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("principal_arn", Text, nullable=False),
    Column("principal_id", String(32)),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Index("access_keys_by_principal", "principal_id"),
)


pools = Table(
    "pools",
    metadata,
    Column("pool_id", String(55), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    Index("pools_by_region", "account_id", "region", "pool_id"),
)


signing_keys = Table(
    "signing_keys",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("kid", String(64), nullable=False),
    Column("token_use", String(8), nullable=False),
    Column("sealed_private_key", LargeBinary, nullable=False),
    Column("public_jwk", JsonText, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "kid"),
)


clients = Table(
    "clients",
    metadata,
    Column("client_id", String(128), primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("name", Text, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    Index("clients_by_pool", "pool_id", "client_id"),
)


client_secrets = Table(
    "client_secrets",
    metadata,
    Column("client_id", String(128), nullable=False),
    Column("secret_id", String(160), nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("client_id", "secret_id"),
)

# What else a pool has, each a document that operations replace whole; `kind` is one of storage.resources.Kind. `unique_key` is what a
# resource must be the only one of its kind to have, `client_id` the client with which it goes.
resources = Table(
    "resources",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name", exact(), nullable=False),
    Column("unique_key", exact()),
    Column("client_id", String(128)),
    Column("document", JsonText, nullable=False),
    Column("sealed_secrets", LargeBinary),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "kind", "name"),
    Index("resources_by_unique_key", "pool_id", "kind", "unique_key", unique=True),
    Index("resources_by_client", "pool_id", "client_id"),
)

# A name belongs to one pool of the deployment: `is_custom` tells a host of the operator's own from a prefix.
domains = Table(
    "domains",
    metadata,
    Column("domain", exact(), primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("is_custom", Boolean, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    Index("domains_by_pool", "pool_id", "is_custom", unique=True),
    Index("domains_by_account", "account_id", "is_custom"),
)

# Request rates that an account has asked for, by category (API_UpdateProvisionedLimit).
provisioned_limits = Table(
    "provisioned_limits",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("category", String(64), nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("account_id", "region", "category"),
)
