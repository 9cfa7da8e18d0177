"""Local functions, and the webhooks that are registered beside them."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from cenote.storage.tables.columns import JsonText, exact, metadata

# `sealed_secrets` holds the environment of a function, the address and secret of a webhook. `code_digest` is the SHA-256 of the zip
# file; `kind` is one of storage.functions.Kind.
functions = Table(
    "functions",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", exact(), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("sealed_secrets", LargeBinary),
    Column("code_digest", LargeBinary, nullable=False),
    Column("code_bytes", BigInteger, nullable=False),
    Column("revision", String(36), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "region", "kind", "name"),
)

# The zip file in pieces, numbered from 0: no engine likes rows of fifty megabytes.
function_code = Table(
    "function_code",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("name", exact(), nullable=False),
    Column("number", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account_id", "region", "name", "number"),
)
