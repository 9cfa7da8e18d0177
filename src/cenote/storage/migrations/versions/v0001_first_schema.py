"""The first schema: pools, clients, users, sign-in, messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the first release."""
    _deployment()
    _pools()
    _users()
    _sign_in()
    _messages()


def _deployment() -> None:
    op.create_table(
        "access_keys",
        sa.Column("access_key_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("principal_arn", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("access_key_id"),
    )
    op.create_table(
        "deployment",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sealed_value", sa.LargeBinary(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )


def _pools() -> None:
    op.create_table(
        "client_secrets",
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("secret_id", sa.String(length=160), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "secret_id"),
    )
    op.create_table(
        "clients",
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_index("clients_by_pool", "clients", ["pool_id", "client_id"], unique=False)
    op.create_table(
        "groups",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("role_arn", sa.Text(), nullable=True),
        sa.Column("precedence", sa.Integer(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "name"),
    )
    op.create_table(
        "memberships",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub", "group_name"),
    )
    op.create_index("memberships_by_group", "memberships", ["pool_id", "group_name", "sub"], unique=False)
    op.create_table(
        "pools",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id"),
    )
    op.create_index("pools_by_region", "pools", ["account_id", "region", "pool_id"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("token_use", sa.String(length=8), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "kid"),
    )


def _users() -> None:
    op.create_table(
        "search_values",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("attribute", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "attribute", "value", "sub"),
    )
    op.create_index("search_values_by_user", "search_values", ["pool_id", "sub"], unique=False)
    op.create_table(
        "sign_in_names",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "kind", "value"),
    )
    op.create_index("sign_in_names_by_user", "sign_in_names", ["pool_id", "sub"], unique=False)
    op.create_table(
        "users",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("sub", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("sealed_password", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_history", sa.LargeBinary(), nullable=True),
        sa.Column("temporary_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("tokens_valid_after_ms", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "sub"),
    )
    op.create_index("users_by_enabled", "users", ["pool_id", "enabled", "sub"], unique=False)
    op.create_index("users_by_status", "users", ["pool_id", "status", "sub"], unique=False)


def _sign_in() -> None:
    op.create_table(
        "attempts",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=48), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "subject", "act"),
    )
    op.create_index("attempts_by_end", "attempts", ["until_ms"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("session_digest", sa.LargeBinary(), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("sealed_state", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_digest"),
    )
    op.create_index("challenges_by_expiry", "challenges", ["expires_at_ms"], unique=False)
    op.create_table(
        "codes",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("attribute", sa.String(length=32), nullable=False),
        sa.Column("pending_value", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "subject", "purpose"),
    )
    op.create_index("codes_by_expiry", "codes", ["expires_at_ms"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("origin_jti", sa.String(length=64), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("auth_time_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("token_digest"),
    )
    op.create_index("refresh_tokens_by_expiry", "refresh_tokens", ["expires_at_ms"], unique=False)
    op.create_index("refresh_tokens_by_origin", "refresh_tokens", ["origin_jti"], unique=False)
    op.create_index("refresh_tokens_by_user", "refresh_tokens", ["pool_id", "sub"], unique=False)
    op.create_table(
        "spent",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("spent_by_expiry", "spent", ["expires_at_ms"], unique=False)


def _messages() -> None:
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("next_attempt_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("outbox_by_time", "outbox", ["created_at_ms", "message_id"], unique=False)
    op.create_index("outbox_due", "outbox", ["status", "next_attempt_at_ms"], unique=False)
