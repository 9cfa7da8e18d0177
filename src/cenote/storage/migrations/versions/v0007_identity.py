"""IAM's principals and policies; identity pools."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of principals, policies and identity pools; a key says whose it is by the user's id."""
    op.add_column("access_keys", sa.Column("principal_id", sa.String(length=32), nullable=True))
    op.create_index("access_keys_by_principal", "access_keys", ["principal_id"])
    _principals()
    _policies()
    _identity_pools()


def _exact() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def _of_entity() -> list[sa.Column[str]]:
    return [
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name_key", _exact(), nullable=False),
    ]


def _principals() -> None:
    op.create_table(
        "iam_entities",
        *_of_entity(),
        sa.Column("name", _exact(), nullable=False),
        sa.Column("entity_id", sa.String(length=32), nullable=False),
        sa.Column("path", _exact(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", "name_key"),
    )
    op.create_index("iam_entities_by_id", "iam_entities", ["entity_id"], unique=True)
    op.create_table(
        "iam_members",
        *_of_entity(),
        sa.Column("member_key", _exact(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", "name_key", "member_key"),
    )
    op.create_index("iam_members_by_member", "iam_members", ["account_id", "kind", "member_key"])
    op.create_table(
        "iam_last_uses",
        sa.Column("used_id", sa.String(length=128), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("used_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("used_id"),
    )


def _policies() -> None:
    op.create_table(
        "iam_inline_policies",
        *_of_entity(),
        sa.Column("policy_name", _exact(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", "name_key", "policy_name"),
    )
    op.create_table(
        "iam_attachments",
        *_of_entity(),
        sa.Column("usage", sa.String(length=8), nullable=False),
        sa.Column("policy_arn", _exact(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", "name_key", "usage", "policy_arn"),
    )
    op.create_index("iam_attachments_by_policy", "iam_attachments", ["account_id", "policy_arn"])
    op.create_table(
        "iam_policy_versions",
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("name_key", _exact(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name_key", "number"),
    )


def _identity_pools() -> None:
    op.create_table(
        "identity_pools",
        sa.Column("identity_pool_id", _exact(), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("principal_tags", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_pool_id"),
    )
    op.create_index("identity_pools_by_region", "identity_pools", ["account_id", "region", "identity_pool_id"])
    op.create_table(
        "identities",
        sa.Column("identity_id", _exact(), nullable=False),
        sa.Column("identity_pool_id", _exact(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id"),
    )
    op.create_index("identities_by_pool", "identities", ["identity_pool_id", "identity_id"])
    op.create_table(
        "identity_logins",
        sa.Column("identity_pool_id", _exact(), nullable=False),
        sa.Column("provider", _exact(), nullable=False),
        sa.Column("subject", _exact(), nullable=False),
        sa.Column("identity_id", _exact(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_pool_id", "provider", "subject"),
    )
    op.create_index("identity_logins_by_identity", "identity_logins", ["identity_id"])
