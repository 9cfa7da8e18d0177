"""What people prove themselves with besides a password, and where and when they did."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from cenote.storage.tables.columns import JsonText, exact, metadata

# The authenticator app of a user. `last_step` is the 30 s step of the last code that was taken: no code of it or of a former one is taken.
# `sealed_pending` is a seed that was handed out and not verified yet.
software_tokens = Table(
    "software_tokens",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("sub", exact(), nullable=False),
    Column("sealed_secret", LargeBinary),
    Column("sealed_pending", LargeBinary),
    Column("friendly_name", Text),
    Column("last_step", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "sub"),
)

# Passkeys: `credential_id` as base64url, `document` with the public key and what a user is shown.
passkeys = Table(
    "passkeys",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("credential_id", exact(), nullable=False),
    Column("sub", String(64), nullable=False),
    Column("relying_party", Text, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "credential_id"),
    Index("passkeys_by_user", "pool_id", "sub"),
)

# Devices that were confirmed. `sealed_verifier` is the salt and verifier of the device's own SRP exchange.
devices = Table(
    "devices",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("sub", exact(), nullable=False),
    Column("device_key", exact(), nullable=False),
    Column("group_key", Text, nullable=False),
    Column("sealed_verifier", LargeBinary, nullable=False),
    Column("status", String(16), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    Column("authenticated_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "sub", "device_key"),
)

# Sign-ins that are tracked, where the pool tracks them; `origin_jti` leads to the refresh tokens.
sessions = Table(
    "sessions",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("sub", exact(), nullable=False),
    Column("session_id", exact(), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("origin_jti", String(64)),
    Column("parent_id", Text),
    Column("document", JsonText, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("active_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "sub", "session_id"),
    Index("sessions_by_origin", "origin_jti"),
    Index("sessions_by_expiry", "expires_at_ms"),
)

# What users did and how risky it looked, where threat protection is on.
auth_events = Table(
    "auth_events",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("sub", exact(), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("event_id", exact(), nullable=False),
    Column("event_type", String(24), nullable=False),
    Column("response", String(16), nullable=False),
    Column("document", JsonText, nullable=False),
    PrimaryKeyConstraint("pool_id", "sub", "created_at_ms", "event_id"),
    Index("auth_events_by_time", "created_at_ms"),
)
