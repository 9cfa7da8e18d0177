"""The authorization server and its pages: codes, sessions of browsers, parked requests, devices' grants, notices of logouts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _codes_and_sessions()
    _waiting()
    _notices()


def _codes_and_sessions() -> None:
    op.create_table(
        "authorization_codes",
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.Column("origin_jti", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("replayed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code_digest"),
    )
    op.create_index("authorization_codes_by_user", "authorization_codes", ["pool_id", "sub"])
    op.create_index("authorization_codes_by_expiry", "authorization_codes", ["expires_at_ms"])
    op.create_table(
        "browser_sessions",
        sa.Column("session_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_digest"),
    )
    op.create_index("browser_sessions_by_user", "browser_sessions", ["pool_id", "sub"])
    op.create_index("browser_sessions_by_expiry", "browser_sessions", ["expires_at_ms"])


def _waiting() -> None:
    op.create_table(
        "parked_requests",
        sa.Column("handle_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sealed_state", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("handle_digest"),
    )
    op.create_index("parked_requests_by_pool", "parked_requests", ["pool_id"])
    op.create_index("parked_requests_by_expiry", "parked_requests", ["expires_at_ms"])
    op.create_table(
        "device_grants",
        sa.Column("device_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("user_code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("polled_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_digest"),
    )
    op.create_index("device_grants_by_user_code", "device_grants", ["pool_id", "user_code_digest"], unique=True)
    op.create_index("device_grants_by_user", "device_grants", ["pool_id", "sub"])
    op.create_index("device_grants_by_expiry", "device_grants", ["expires_at_ms"])


def _notices() -> None:
    op.create_table(
        "logout_notices",
        sa.Column("notice_id", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index("logout_notices_by_due", "logout_notices", ["due_at_ms"])
    op.create_index("logout_notices_by_pool", "logout_notices", ["pool_id"])
