"""What is done beside requests: messages, and imports of users."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from cenote.storage.tables.columns import JsonText, exact, metadata

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

# Imports of users. The counts and `next_row` change in the transaction that writes the rows they speak of. `worker` has the job until
# `leased_until_ms`; whoever finds that past takes it over.
import_jobs = Table(
    "import_jobs",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("job_id", exact(), nullable=False),
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("document", JsonText, nullable=False),
    Column("status", String(16), nullable=False),
    Column("imported", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("next_row", Integer, nullable=False),
    Column("uploaded_bytes", BigInteger),
    Column("message", Text),
    Column("worker", String(64)),
    Column("leased_until_ms", BigInteger),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("started_at_ms", BigInteger),
    Column("completed_at_ms", BigInteger),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("pool_id", "job_id"),
    Index("import_jobs_by_status", "status", "created_at_ms"),
)

# The uploaded file, in pieces; it may hold password hashes.
import_chunks = Table(
    "import_chunks",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("job_id", exact(), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sealed_bytes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("pool_id", "job_id", "number"),
)

# What became of rows that were skipped or failed, in the words that the operator reads.
import_failures = Table(
    "import_failures",
    metadata,
    Column("pool_id", String(55), nullable=False),
    Column("job_id", exact(), nullable=False),
    Column("line_number", Integer, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("message", Text, nullable=False),
    PrimaryKeyConstraint("pool_id", "job_id", "line_number"),
)
