"""The whole directory: resources of pools, domains, linked identities, imports of users."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of the rest of a pool's resources."""
    _configuration()
    _people()
    _imports()


def _configuration() -> None:
    op.create_table(
        "resources",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("unique_key", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=True),
        sa.Column("client_id", sa.String(length=128), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sealed_secrets", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "kind", "name"),
    )
    op.create_index("resources_by_client", "resources", ["pool_id", "client_id"], unique=False)
    op.create_index("resources_by_unique_key", "resources", ["pool_id", "kind", "unique_key"], unique=True)
    op.create_table(
        "domains",
        sa.Column("domain", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("is_custom", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("domain"),
    )
    op.create_index("domains_by_account", "domains", ["account_id", "is_custom"], unique=False)
    op.create_index("domains_by_pool", "domains", ["pool_id", "is_custom"], unique=True)
    op.create_table(
        "provisioned_limits",
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "region", "category"),
    )


def _people() -> None:
    op.create_table(
        "links",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("provider", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("attribute", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("subject", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("sub", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "provider", "attribute", "subject"),
    )
    op.create_index("links_by_user", "links", ["pool_id", "sub"], unique=False)


def _imports() -> None:
    op.create_table(
        "import_jobs",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("job_id", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("next_row", sa.Integer(), nullable=False),
        sa.Column("uploaded_bytes", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("leased_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("completed_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "job_id"),
    )
    op.create_index("import_jobs_by_status", "import_jobs", ["status", "created_at_ms"], unique=False)
    op.create_table(
        "import_chunks",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("job_id", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "job_id", "number"),
    )
    op.create_table(
        "import_failures",
        sa.Column("pool_id", sa.String(length=55), nullable=False),
        sa.Column("job_id", sa.Text().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pool_id", "job_id", "line_number"),
    )
