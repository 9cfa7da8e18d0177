"""
The operations of cognito-idp: one module a capability, one function an operation.

A function turns wire words into a call of a flow, or reads and writes rows itself where the operation is no more than that, and its result
into wire words (present.py). Capabilities do not import one another: what two of them need is a flow or a rule of the model.
Importing this package registers every operation that is done.
"""

from cenote.aws.idp import (
    admin_create_user,
    admin_users,
    list_users,
    passwords,
    profile,
    recovery,
    sign_in,
    sign_up,
    tokens,
    user_pool_clients,
    user_pools,
)

__all__ = [
    "admin_create_user",
    "admin_users",
    "list_users",
    "passwords",
    "profile",
    "recovery",
    "sign_in",
    "sign_up",
    "tokens",
    "user_pool_clients",
    "user_pools",
]
