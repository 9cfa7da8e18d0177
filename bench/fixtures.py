"""Pools, clients and users as they are made through the API, for Cenote and for moto alike."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from programs import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Program

PASSWORD = "Bench-Passw0rd!"
FLOWS = ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")


@dataclass(frozen=True, slots=True)
class Tenant:
    """A pool with one client and confirmed users, all with PASSWORD."""

    pool_id: str
    client_id: str
    names: tuple[str, ...]

    @property
    def pool_name(self) -> str:
        """What SRP calls the pool."""
        return self.pool_id.partition("_")[2]


@dataclass(frozen=True, slots=True)
class Session:
    """The tokens of one sign-in."""

    access_token: str
    refresh_token: str
    id_token: str


def cognito_at(program: Program) -> Any:  # noqa: ANN401 - boto3's clients have no types
    """boto3's client for a server."""
    return client_at(program, "cognito-idp")


def client_at(program: Program, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no types
    """boto3's client for one of a server's services."""
    return boto3.client(
        service,
        endpoint_url=program.url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
        config=Config(retries={"total_max_attempts": 1}),
    )


def new_tenant(
    program: Program, users: int, *, flows: Sequence[str] = FLOWS, hides_users: bool = False, **pool: object
) -> Tenant:
    """
    A new pool whose clients may use SRP, with *users* users who have an e-mail address and a name.

    *pool* are members of CreateUserPool besides.
    """
    cognito = cognito_at(program)
    made = cognito.create_user_pool(PoolName="bench", AutoVerifiedAttributes=["email"], **pool)
    pool_id: str = made["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="bench",
        ExplicitAuthFlows=list(flows),
        **({"PreventUserExistenceErrors": "ENABLED"} if hides_users else {}),
    )
    names = tuple(map(name_of, range(users)))
    for name in names:
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username=name,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": f"{name}@example.com"},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "name", "Value": f"Bench {name}"},
            ],
        )
        cognito.admin_set_user_password(UserPoolId=pool_id, Username=name, Password=PASSWORD, Permanent=True)
    return Tenant(pool_id, client["UserPoolClient"]["ClientId"], names)


def name_of(number: int) -> str:
    """What a user of a tenant is called."""
    return f"user-{number:05d}"


def sessions_of(program: Program, tenant: Tenant) -> list[Session]:
    """Every user signed in once."""
    cognito = cognito_at(program)
    results = [
        cognito.initiate_auth(
            ClientId=tenant.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        for name in tenant.names
    ]
    return [Session(result["AccessToken"], result["RefreshToken"], result["IdToken"]) for result in results]


def get_user_bodies(sessions: list[Session]) -> list[str]:
    """GetUser, once for each session."""
    return [json.dumps({"AccessToken": session.access_token}) for session in sessions]


def refresh_bodies(tenant: Tenant, sessions: list[Session]) -> list[str]:
    """A refresh, once for each session."""
    return [
        _initiate(tenant.client_id, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": session.refresh_token})
        for session in sessions
    ]


def password_bodies(client_id: str, names: tuple[str, ...]) -> list[str]:
    """A sign-in by password, once for each user."""
    return [_initiate(client_id, "USER_PASSWORD_AUTH", {"USERNAME": name, "PASSWORD": PASSWORD}) for name in names]


def sign_up_bodies(tenant: Tenant, count: int) -> list[str]:
    """*count* sign-ups under names that nobody has."""
    run = secrets.token_hex(6)
    return [
        json.dumps(
            {
                "ClientId": tenant.client_id,
                "Username": f"new-{run}-{number}",
                "Password": PASSWORD,
                "UserAttributes": [{"Name": "email", "Value": f"new-{run}-{number}@example.com"}],
            }
        )
        for number in range(count)
    ]


def _initiate(client_id: str, flow: str, parameters: dict[str, str]) -> str:
    return json.dumps({"AuthFlow": flow, "ClientId": client_id, "AuthParameters": parameters})
