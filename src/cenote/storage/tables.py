"""
Every table, on every engine.

Columns ending in `_ms` are milliseconds since the epoch. `sealed_…` columns hold bytes of crypto.seal, bound to their row.
`…_digest` columns hold digests; what they digest is stored nowhere. Documents that are only echoed back are JSON text.
Text that is searched by prefix compares by code point on every engine (collation "C"; SQLite's BINARY).
"""

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData()


class JsonText(TypeDecorator[Any]):
    """A JSON document kept as text: the same bytes on every engine, never queried into."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The document as compact JSON."""
        return None if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002 - SQLAlchemy's signature
        """The document as Python values."""
        return None if value is None else json.loads(value)


def _exact() -> TypeEngine[str]:
    return Text().with_variant(String(collation="C"), "postgresql")


# Facts of the deployment: its secret, the change counter, what a first start has done.
deployment = Table(
    "deployment",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sealed_value", LargeBinary),
    Column("number", BigInteger),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key_id", String(128), primary_key=True),
    Column("account_id", String(12), nullable=False),
    Column("principal_arn", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
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
    Column("sub", _exact(), nullable=False),
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
    Column("value", _exact(), nullable=False),
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
    Column("value", _exact(), nullable=False),
    Column("sub", String(64), nullable=False),
    PrimaryKeyConstraint("pool_id", "attribute", "value", "sub"),
    Index("search_values_by_user", "pool_id", "sub"),
)

# One outstanding code for each purpose of a subject: a sub, or the digest of a name that belongs to nobody.
codes = Table(
    "codes",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("code_digest", LargeBinary, nullable=False),
    Column("attribute", String(32), nullable=False),
    Column("pending_value", Text),
    Column("tries", Integer, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "subject", "purpose"),
    Index("codes_by_expiry", "expires_at_ms"),
)

# Failures and hourly counts; `subject` is a sub, or the digest of a name that belongs to nobody.
attempts = Table(
    "attempts",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("act", String(48), nullable=False),
    Column("count", Integer, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "subject", "act"),
    Index("attempts_by_end", "until_ms"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("session_digest", LargeBinary, primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("name", String(48), nullable=False),
    Column("sealed_state", LargeBinary, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("challenges_by_expiry", "expires_at_ms"),
)

# Digests of what has been used and must not be used again until it would have expired anyway.
spent = Table(
    "spent",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("spent_by_expiry", "expires_at_ms"),
)

# One row a refresh token; those of one sign-in share origin_jti.
refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_digest", LargeBinary, primary_key=True),
    Column("origin_jti", String(64), nullable=False),
    Column("pool_id", String(55), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("sub", String(64), nullable=False),
    Column("scope", Text, nullable=False),
    Column("auth_time_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("superseded_at_ms", BigInteger),
    Column("revoked_at_ms", BigInteger),
    Column("details", JsonText),
    Index("refresh_tokens_by_origin", "origin_jti"),
    Index("refresh_tokens_by_user", "pool_id", "sub"),
    Index("refresh_tokens_by_expiry", "expires_at_ms"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("message_id", String(64), primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("username", Text, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("status", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("failure", Text),
    Column("next_attempt_at_ms", BigInteger),
    Column("created_at_ms", BigInteger, nullable=False),
    Index("outbox_by_time", "created_at_ms", "message_id"),
    Index("outbox_due", "status", "next_attempt_at_ms"),
)
