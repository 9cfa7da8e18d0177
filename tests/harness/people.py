"""Pools, clients and users, made by the public operations and with as few words as a test needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.endpoint import Endpoint

PASSWORD = "Correct-Horse-7"
FLOWS = ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")


@dataclass(frozen=True)
class Pool:
    """A pool with a client, and where they are."""

    endpoint: Endpoint
    id: str
    client_id: str
    client_secret: str | None = None


def make_pool(
    endpoint: Endpoint,
    *,
    flows: Sequence[str] = FLOWS,
    client: dict[str, Any] | None = None,
    **pool: Any,
) -> Pool:
    """
    A pool whose users verify an e-mail address, and a client of it.

    *pool* are members of CreateUserPool, *client* of CreateUserPoolClient, *flows* its ExplicitAuthFlows.
    """
    settings = {"PoolName": "tests", "AutoVerifiedAttributes": ["email"], **pool}
    pool_id = endpoint.signed.create_user_pool(**settings)["UserPool"]["Id"]
    wanted = {"ClientName": "tests", "ExplicitAuthFlows": list(flows), **(client or {})}
    made = endpoint.signed.create_user_pool_client(UserPoolId=pool_id, **wanted)["UserPoolClient"]
    return Pool(endpoint, pool_id, made["ClientId"], made.get("ClientSecret"))


def another_client(pool: Pool) -> str:
    """The id of one more client of the pool."""
    made = pool.endpoint.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="another")
    client_id: str = made["UserPoolClient"]["ClientId"]
    return client_id


def attributes(**values: str) -> list[dict[str, str]]:
    """A list of AttributeType; a double underscore stands for the colon of `custom:…`."""
    return [{"Name": name.replace("__", ":"), "Value": value} for name, value in values.items()]


def sign_up(pool: Pool, username: str = "ada", password: str = PASSWORD, **values: str) -> str:
    """Sign a user up, with an e-mail address unless another one is given; the new user's sub."""
    given = {"email": f"{username}@example.com", **values}
    answer = pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id, Username=username, Password=password, UserAttributes=attributes(**given)
    )
    sub: str = answer["UserSub"]
    return sub


def signed_up(pool: Pool, username: str = "ada", password: str = PASSWORD, **values: str) -> str:
    """Sign a user up and confirm them by the code that was sent; the new user's sub."""
    sub = sign_up(pool, username, password, **values)
    code = pool.endpoint.code_for(username, pool=pool.id)
    pool.endpoint.anonymous.confirm_sign_up(ClientId=pool.client_id, Username=username, ConfirmationCode=code)
    return sub


def sign_in(pool: Pool, username: str = "ada", password: str = PASSWORD) -> dict[str, Any]:
    """Sign in by USER_PASSWORD_AUTH; the AuthenticationResult."""
    answer = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result
