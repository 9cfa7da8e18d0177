"""What signing in and proving leave behind for a while."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from cenote.storage.tables.columns import JsonText, metadata

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
    # The same in every round of one sign-in, null in rows of before; how often this round was answered wrongly.
    Column("sign_in_digest", LargeBinary),
    Column("tries", Integer),
    Index("challenges_by_expiry", "expires_at_ms"),
    Index("challenges_by_sign_in", "sign_in_digest"),
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
