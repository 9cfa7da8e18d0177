"""
Identity pools under load: GetId and GetCredentialsForIdentity of signed-in users, in turn on kept-alive connections.

One operation is both calls, each with the ID token of the user. Users and identities are there when the clock starts, so that nothing is
written: what a sign-in is followed by whenever credentials have run out.
"""

import json
from collections.abc import Callable
from typing import Any

import fixtures
import load
import machine
from load import Load
from programs import REGION, Program

USERS = 200
_TARGET = "AWSCognitoIdentityService."

Run = Callable[[float], Load]


def credentials(program: Program, pinned: machine.Processors, connections: int) -> Run:
    """Credentials for users of a pool, through the authenticated role of an identity pool."""
    tenant = fixtures.new_tenant(program, USERS)
    provider = f"cognito-idp.{REGION}.amazonaws.com/{tenant.pool_id}"
    pool_id = _identity_pool(program, provider, tenant.client_id)
    lines = []
    for session in fixtures.sessions_of(program, tenant):
        logins = {provider: session.id_token}
        identity_id = fixtures.client_at(program, "cognito-identity").get_id(IdentityPoolId=pool_id, Logins=logins)
        lines.append(_line("GetId", {"IdentityPoolId": pool_id, "Logins": logins}))
        asked = {"IdentityId": identity_id["IdentityId"], "Logins": logins}
        lines.append(_line("GetCredentialsForIdentity", asked))
    return lambda seconds: load.wrk_series(program, pinned, lines, 2, connections=connections, seconds=seconds)


def _line(operation: str, members: dict[str, Any]) -> str:
    return f"{_TARGET}{operation}\t{json.dumps(members)}"


def _identity_pool(program: Program, provider: str, client_id: str) -> str:
    identity, iam = fixtures.client_at(program, "cognito-identity"), fixtures.client_at(program, "iam")
    pool_id: str = identity.create_identity_pool(
        IdentityPoolName="bench",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client_id}],
    )["IdentityPoolId"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {"cognito-identity.amazonaws.com:aud": pool_id},
                    "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
                },
            }
        ],
    }
    role = iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": role["Arn"]})
    return pool_id
