"""
The operations of cognito-identity: one module a capability, one function an operation.

What proves a sign-in elsewhere is verified in flows/identity before anything is read or written here.
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
