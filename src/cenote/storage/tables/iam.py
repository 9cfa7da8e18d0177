"""
Who may sign requests of an account, and what they may do.

IAM's names are told apart without regard to case and shown as they were given: `…_key` columns hold them in lower case.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from cenote.storage.tables.columns import JsonText, exact, metadata

# Roles, users, groups, managed policies, instance profiles and providers; `kind` is one of model.iam.entity.EntityKind.
iam_entities = Table(
    "iam_entities",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("name_key", exact(), nullable=False),
    Column("name", exact(), nullable=False),
    Column("entity_id", String(32), nullable=False),
    Column("path", exact(), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("modified_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "kind", "name_key"),
    Index("iam_entities_by_id", "entity_id", unique=True),
)

# Policies that lie inside a role, user or group.
iam_inline_policies = Table(
    "iam_inline_policies",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("name_key", exact(), nullable=False),
    Column("policy_name", exact(), nullable=False),
    Column("document", Text, nullable=False),
    PrimaryKeyConstraint("account_id", "kind", "name_key", "policy_name"),
)

# Managed policies that are attached to a role, user or group (`usage` "policy"), or bound it (`usage` "boundary").
iam_attachments = Table(
    "iam_attachments",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("name_key", exact(), nullable=False),
    Column("usage", String(8), nullable=False),
    Column("policy_arn", exact(), nullable=False),
    PrimaryKeyConstraint("account_id", "kind", "name_key", "usage", "policy_arn"),
    Index("iam_attachments_by_policy", "account_id", "policy_arn"),
)

iam_policy_versions = Table(
    "iam_policy_versions",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("name_key", exact(), nullable=False),
    Column("number", Integer, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "name_key", "number"),
)

# Users of groups, and the role of an instance profile; `kind` is the container's.
iam_members = Table(
    "iam_members",
    metadata,
    Column("account_id", String(12), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("name_key", exact(), nullable=False),
    Column("member_key", exact(), nullable=False),
    PrimaryKeyConstraint("account_id", "kind", "name_key", "member_key"),
    Index("iam_members_by_member", "account_id", "kind", "member_key"),
)

# When an access key (or a role: its id) was used last, written now and then.
iam_last_uses = Table(
    "iam_last_uses",
    metadata,
    Column("used_id", String(128), primary_key=True),
    Column("service", String(64), nullable=False),
    Column("region", String(32), nullable=False),
    Column("used_at_ms", BigInteger, nullable=False),
)
