"""
The operations of cognito-identity: one module a capability, one function an operation.

Pools, their roles and tags are rows that are written here; identities and credentials are flows/identity's, which verifies every proof of
a sign-in elsewhere before anything is written.
Importing this package registers every operation that is done.
"""

from cenote.aws.identity import (
    credentials,
    developer_identities,
    identities,
    identity_pool_roles,
    identity_pools,
    principal_tag_maps,
    tags,
)

__all__ = [
    "credentials",
    "developer_identities",
    "identities",
    "identity_pool_roles",
    "identity_pools",
    "principal_tag_maps",
    "tags",
]
