"""AWS's JavaScript SDK, unmodified, in Node: credentials of an identity pool, and of a role by a token."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clients.federated_identities import GUEST, SIGNED_IN, IdentityPool, make_identity_pool
from harness import node
from harness.people import Pool, make_pool, signed_up
from harness.server import Server

SCRIPT = Path(__file__).with_name("node") / "credential_providers.js"
HOUR_S = 3600


@pytest.fixture
def sdk(server: Server) -> Iterator[node.Program]:
    """The SDK, pointed at the server."""
    with node.running(SCRIPT) as program:
        program.tell({"endpoint": server.url})
        yield program


@pytest.fixture
def pool(server: Server) -> Pool:
    """A pool with a user."""
    made = make_pool(server)
    signed_up(made)
    return made


def verify_reach(sdk: node.Program, identity_pool: IdentityPool) -> None:
    """See that the credentials are good for the users of that pool, and for nothing else."""
    assert {"names": ["ada"]} == sdk.tell({"users": identity_pool.pool.id})
    for command in ({"users": make_pool(identity_pool.pool.endpoint).id}, {"groups": identity_pool.pool.id}):
        assert "AccessDeniedException" == sdk.tell(command)["error"]


def verify_who(sdk: node.Program, arn: str) -> dict[str, Any]:
    """See that the credentials are those of *arn*, and end within an hour; what STS said."""
    who: dict[str, Any] = sdk.tell({"who": True})
    assert ("000000000000", arn) == (who["Account"], who["Arn"])
    assert HOUR_S - 60 < who["seconds_left"] <= HOUR_S
    return who


def test_a_user_who_signed_in_gets_credentials_of_the_pool(sdk: node.Program, pool: Pool) -> None:
    identity_pool = make_identity_pool(pool)
    given = {"identityPoolId": identity_pool.id, "logins": identity_pool.logins()}
    first = sdk.tell({"pool": given})
    assert first["identityId"].startswith("us-east-1:")
    verify_who(sdk, identity_pool.session_arn(SIGNED_IN))
    verify_reach(sdk, identity_pool)
    assert first["identityId"] == sdk.tell({"pool": given})["identityId"]


def test_a_guest_gets_credentials_of_the_pool(sdk: node.Program, pool: Pool) -> None:
    identity_pool = make_identity_pool(pool)
    assert "identityId" in sdk.tell({"pool": {"identityPoolId": identity_pool.id}})
    verify_who(sdk, identity_pool.session_arn(GUEST))
    verify_reach(sdk, identity_pool)


def test_a_pool_that_takes_no_guests_refuses_them(sdk: node.Program, pool: Pool) -> None:
    identity_pool = make_identity_pool(pool, AllowUnauthenticatedIdentities=False)
    refused = sdk.tell({"pool": {"identityPoolId": identity_pool.id}})
    assert "NotAuthorizedException" == refused["error"]
    assert "Unauthenticated access is not supported for this identity pool." == refused["message"]


def test_a_token_of_the_pool_is_good_for_its_role(sdk: node.Program, pool: Pool) -> None:
    identity_pool = make_identity_pool(pool, allows_basic_flow=True)
    client = pool.endpoint.anonymous_client("cognito-identity")
    logins = identity_pool.logins()
    identity_id = client.get_id(IdentityPoolId=identity_pool.id, Logins=logins)["IdentityId"]
    token = client.get_open_id_token(IdentityId=identity_id, Logins=logins)["Token"]
    given = {"roleArn": identity_pool.role_arn(SIGNED_IN), "webIdentityToken": token}
    assert sdk.tell({"web": given})["accessKeyId"].startswith("ASIA")
    verify_who(sdk, f"arn:aws:sts::000000000000:assumed-role/{identity_pool.roles[SIGNED_IN]}/web")
    verify_reach(sdk, identity_pool)
    refused = sdk.tell({"web": given | {"roleArn": identity_pool.role_arn(GUEST)}})
    assert "AccessDenied" == refused["error"]
    assert "Not authorized to perform sts:AssumeRoleWithWebIdentity" == refused["message"]
