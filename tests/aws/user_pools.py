"""Pools as CreateUserPool and DescribeUserPool show them."""

from typing import Any

from harness.endpoint import Endpoint


def created(endpoint: Endpoint, **settings: Any) -> dict[str, Any]:
    """A new pool of these settings, as CreateUserPool answers it."""
    pool: dict[str, Any] = endpoint.signed.create_user_pool(**{"PoolName": "p", **settings})["UserPool"]
    return pool


def described(endpoint: Endpoint, pool_id: str) -> dict[str, Any]:
    """The pool as it is shown."""
    pool: dict[str, Any] = endpoint.signed.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return pool
