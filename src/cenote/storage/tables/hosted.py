"""What browsers and OAuth clients leave behind: codes, sessions of browsers, requests that wait for an answer, notices of logouts."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from cenote.storage.tables.columns import JsonText, exact, metadata

# A used code stays for a while (`used_at_ms`), so that its second use is known and ends what the first one began: `origin_jti`.
authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_digest", LargeBinary, primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("sub", String(64), nullable=False),
    Column("origin_jti", String(64), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("used_at_ms", BigInteger),
    Column("replayed_at_ms", BigInteger),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("authorization_codes_by_user", "pool_id", "sub"),
    Index("authorization_codes_by_expiry", "expires_at_ms"),
)

# Somebody who is signed in at a pool's pages. `session_id` names the tracked session, where the pool tracks them.
browser_sessions = Table(
    "browser_sessions",
    metadata,
    Column("session_digest", LargeBinary, primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("sub", String(64), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("session_id", Text),
    Column("document", JsonText, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("browser_sessions_by_user", "pool_id", "sub"),
    Index("browser_sessions_by_expiry", "expires_at_ms"),
)

# Requests put aside until somebody comes back with their handle: pushed ones (RFC 9126), and those that wait for another provider.
parked_requests = Table(
    "parked_requests",
    metadata,
    Column("handle_digest", LargeBinary, primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sealed_state", LargeBinary, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("parked_requests_by_pool", "pool_id"),
    Index("parked_requests_by_expiry", "expires_at_ms"),
)

# Devices that wait for somebody to let them in elsewhere (RFC 8628).
device_grants = Table(
    "device_grants",
    metadata,
    Column("device_digest", LargeBinary, primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("user_code_digest", LargeBinary, nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("sub", String(64)),
    Column("document", JsonText, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("polled_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("device_grants_by_user_code", "pool_id", "user_code_digest", unique=True),
    Index("device_grants_by_user", "pool_id", "sub"),
    Index("device_grants_by_expiry", "expires_at_ms"),
)

# Logouts that clients are to be told of (OpenID Connect Back-Channel Logout 1.0); a notice is leased to who sends it until `due_at_ms`.
logout_notices = Table(
    "logout_notices",
    metadata,
    Column("notice_id", exact(), primary_key=True),
    Column("pool_id", String(55), nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Index("logout_notices_by_due", "due_at_ms"),
    Index("logout_notices_by_pool", "pool_id"),
)
