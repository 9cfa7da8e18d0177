"""
Every table, on every engine.

Columns ending in `_ms` are milliseconds since the epoch. `sealed_…` columns hold bytes of crypto.seal, bound to their row.
`…_digest` columns hold digests; what they digest is stored nowhere. Documents that are only echoed back are JSON text.
Text that is searched by prefix compares by code point on every engine (collation "C"; SQLite's BINARY).
"""

from cenote.storage.tables.columns import JsonText, metadata
from cenote.storage.tables.configuration import (
    access_keys,
    client_secrets,
    clients,
    deployment,
    domains,
    pools,
    provisioned_limits,
    resources,
    signing_keys,
)
from cenote.storage.tables.factors import auth_events, devices, passkeys, sessions, software_tokens
from cenote.storage.tables.functions import function_code, functions
from cenote.storage.tables.hosted import (
    authorization_codes,
    browser_sessions,
    device_grants,
    logout_notices,
    parked_requests,
)
from cenote.storage.tables.iam import (
    iam_attachments,
    iam_entities,
    iam_inline_policies,
    iam_last_uses,
    iam_members,
    iam_policy_versions,
)
from cenote.storage.tables.identity import identities, identity_logins, identity_pools
from cenote.storage.tables.kms import kms_aliases, kms_keys
from cenote.storage.tables.people import groups, links, memberships, search_values, sign_in_names, users
from cenote.storage.tables.sign_in import attempts, challenges, codes, refresh_tokens, spent
from cenote.storage.tables.work import import_chunks, import_failures, import_jobs, outbox

__all__ = [
    "JsonText",
    "access_keys",
    "attempts",
    "auth_events",
    "authorization_codes",
    "browser_sessions",
    "challenges",
    "client_secrets",
    "clients",
    "codes",
    "deployment",
    "device_grants",
    "devices",
    "domains",
    "function_code",
    "functions",
    "groups",
    "iam_attachments",
    "iam_entities",
    "iam_inline_policies",
    "iam_last_uses",
    "iam_members",
    "iam_policy_versions",
    "identities",
    "identity_logins",
    "identity_pools",
    "import_chunks",
    "import_failures",
    "import_jobs",
    "kms_aliases",
    "kms_keys",
    "links",
    "logout_notices",
    "memberships",
    "metadata",
    "outbox",
    "parked_requests",
    "passkeys",
    "pools",
    "provisioned_limits",
    "refresh_tokens",
    "resources",
    "search_values",
    "sessions",
    "sign_in_names",
    "signing_keys",
    "software_tokens",
    "spent",
    "users",
]
