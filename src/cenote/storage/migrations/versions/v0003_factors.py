"""Every way to sign in: second factors, passkeys, devices, tracked sessions, events of authentication."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what people prove themselves with besides a password."""
    op.add_column("users", sa.Column("mfa", sa.Text(), nullable=True))
    op.add_column("challenges", sa.Column("sign_in_digest", sa.LargeBinary(), nullable=True))
    op.add_column("challenges", sa.Column("tries", sa.Integer(), nullable=True))
    op.create_index("challenges_by_sign_in", "challenges", ["sign_in_digest"], unique=False)
    _factors()
    _history()


def _exact() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def _factors() -> None:
    op.create_table(
        "software_tokens",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("sub", _exact(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_pending", sa.LargeBinary(), nullable=True),
        sa.Column("friendly_name", sa.Text(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub"),
    )
    op.create_table(
        "passkeys",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("credential_id", _exact(), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.Column("relying_party", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "credential_id"),
    )
    op.create_index("passkeys_by_user", "passkeys", ["pool_id", "sub"], unique=False)
    op.create_table(
        "devices",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("sub", _exact(), nullable=False),
        sa.Column("device_key", _exact(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("sealed_verifier", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("authenticated_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "device_key"),
    )


def _history() -> None:
    op.create_table(
        "sessions",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("sub", _exact(), nullable=False),
        sa.Column("session_id", _exact(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("origin_jti", sa.String(length=64), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("active_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "session_id"),
    )
    op.create_index("sessions_by_origin", "sessions", ["origin_jti"], unique=False)
    op.create_index("sessions_by_expiry", "sessions", ["expires_at_ms"], unique=False)
    op.create_table(
        "auth_events",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("sub", _exact(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("event_id", _exact(), nullable=False),
        sa.Column("event_type", sa.String(length=24), nullable=False),
        sa.Column("response", sa.String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "created_at_ms", "event_id"),
    )
    op.create_index("auth_events_by_time", "auth_events", ["created_at_ms"], unique=False)
