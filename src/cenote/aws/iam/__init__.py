"""
The operations of IAM that accounts here have need of: one module a capability, one function an operation.

Who may call them is asked for the ARN of what they name, before they run (permission/iam_arns.py). What they name is found by `named` or
`managed`, or refused in AWS's words; they write by flows.iam.writing, each in its turn, and lists go by `paging`.
Importing this package registers every operation that is done.
"""

from cenote.aws.iam import (
    absent_credentials,
    access_keys,
    account_aliases,
    account_details,
    account_summary,
    attachments,
    groups,
    inline_policies,
    instance_profiles,
    oidc_providers,
    policies,
    policy_holders,
    policy_versions,
    role_settings,
    roles,
    saml_providers,
    simulation,
    user_settings,
    users,
)

__all__ = [
    "absent_credentials",
    "access_keys",
    "account_aliases",
    "account_details",
    "account_summary",
    "attachments",
    "groups",
    "inline_policies",
    "instance_profiles",
    "oidc_providers",
    "policies",
    "policy_holders",
    "policy_versions",
    "role_settings",
    "roles",
    "saml_providers",
    "simulation",
    "user_settings",
    "users",
]
