"""An identity pool in front of a user pool, with a role for those who signed in and one for guests, made as anybody would make them."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from harness.endpoint import Endpoint
from harness.people import Pool, sign_in

ACCOUNT = "000000000000"
SIGNED_IN, GUEST = "authenticated", "unauthenticated"


@dataclass(frozen=True)
class IdentityPool:
    """An identity pool; *roles* has the names of its roles, *pool* is the user pool behind it."""

    pool: Pool
    id: str
    roles: dict[str, str]

    @property
    def provider(self) -> str:
        """The key of the user pool in Logins."""
        return f"cognito-idp.{self.pool.endpoint.region}.amazonaws.com/{self.pool.id}"

    def logins(self, username: str = "ada") -> dict[str, str]:
        """What proves that a user has signed in just now."""
        return {self.provider: sign_in(self.pool, username)["IdToken"]}

    def role_arn(self, kind: str) -> str:
        """The ARN of the role of those who are of that kind."""
        return f"arn:aws:iam::{ACCOUNT}:role/{self.roles[kind]}"

    def session_arn(self, kind: str) -> str:
        """Who somebody of that kind is, as STS names them, unless they chose a name themselves."""
        return f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.roles[kind]}/CognitoIdentityCredentials"


def make_identity_pool(pool: Pool, *, allows_basic_flow: bool = False, **members: Any) -> IdentityPool:
    """
    An identity pool whose guests and users may list the users of *pool*, and nothing else.

    *members* are CreateIdentityPool's and go before ours.
    """
    endpoint = pool.endpoint
    client = endpoint.boto3_client("cognito-identity")
    provider = f"cognito-idp.{endpoint.region}.amazonaws.com/{pool.id}"
    settings = {
        "IdentityPoolName": "tests",
        "AllowUnauthenticatedIdentities": True,
        "AllowClassicFlow": allows_basic_flow,
        "CognitoIdentityProviders": [{"ProviderName": provider, "ClientId": pool.client_id}],
        **members,
    }
    identity_pool_id: str = client.create_identity_pool(**settings)["IdentityPoolId"]
    statement = {
        "Effect": "Allow",
        "Action": "cognito-idp:ListUsers",
        "Resource": f"arn:aws:cognito-idp:{endpoint.region}:{ACCOUNT}:userpool/{pool.id}",
    }
    roles = {kind: make_role(endpoint, trust_of(identity_pool_id, kind), statement) for kind in (SIGNED_IN, GUEST)}
    made = IdentityPool(pool, identity_pool_id, roles)
    arns = {kind: made.role_arn(kind) for kind in roles}
    client.set_identity_pool_roles(IdentityPoolId=identity_pool_id, Roles=arns)
    return made


def make_role(endpoint: Endpoint, trust: dict[str, Any], *statements: dict[str, Any]) -> str:
    """A new role that may do what *statements* say; its name."""
    iam = endpoint.boto3_client("iam")
    name = f"role-{uuid.uuid4()}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
    return name


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust_of(identity_pool_id: str, kind: str) -> dict[str, Any]:
    """The trust policy that the developer guide shows: who is of that pool and of that kind."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"cognito-identity.amazonaws.com:aud": identity_pool_id},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": kind},
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
