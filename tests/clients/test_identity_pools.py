"""boto3 and an identity pool in front of a user pool: from a password to what a role allows, and not a step further."""

import base64
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.federated_identities import (
    ACCOUNT,
    GUEST,
    SIGNED_IN,
    IdentityPool,
    make_identity_pool,
    make_role,
    trust_of,
)
from harness.endpoint import Endpoint
from harness.in_process import InProcess
from harness.people import make_pool, sign_in, signed_up
from harness.server import Server


def front(endpoint: Endpoint, **members: Any) -> IdentityPool:
    """An identity pool in front of a pool with a user."""
    pool = make_pool(endpoint)
    signed_up(pool)
    return make_identity_pool(pool, **members)


@pytest.fixture
def identity_pool(server: Server) -> IdentityPool:
    """An identity pool, on a running server."""
    return front(server)


def public(identity_pool: IdentityPool) -> Any:
    """What an app on a phone calls."""
    return identity_pool.pool.endpoint.anonymous_client("cognito-identity")


def enhanced(identity_pool: IdentityPool, logins: Mapping[str, str]) -> dict[str, str]:
    """Credentials by the enhanced flow, as boto3 takes them."""
    client = public(identity_pool)
    identity_id = client.get_id(IdentityPoolId=identity_pool.id, Logins=logins)["IdentityId"]
    answer = client.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)
    assert identity_id == answer["IdentityId"]
    return as_keys(answer["Credentials"], "SecretKey")


def as_keys(given: Mapping[str, Any], secret: str = "SecretAccessKey") -> dict[str, str]:
    """Credentials as boto3 takes them."""
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given[secret],
        "aws_session_token": given["SessionToken"],
    }


def code_of(act: Any, **members: Any) -> str:
    """The code that *act* is refused with."""
    with pytest.raises(ClientError) as refused:
        act(**members)
    code: str = refused.value.response["Error"]["Code"]
    return code


def verify_reach(identity_pool: IdentityPool, keys: Mapping[str, str], arn: str) -> None:
    """See that *keys* are those of *arn*, and good for listing the users of that pool alone."""
    endpoint = identity_pool.pool.endpoint
    who = endpoint.boto3_client("sts", **keys).get_caller_identity()
    assert (ACCOUNT, arn) == (who["Account"], who["Arn"])
    idp = endpoint.boto3_client(**keys)
    assert ["ada"] == [user["Username"] for user in idp.list_users(UserPoolId=identity_pool.pool.id)["Users"]]
    assert "AccessDeniedException" == code_of(idp.list_groups, UserPoolId=identity_pool.pool.id)
    assert "AccessDeniedException" == code_of(idp.list_users, UserPoolId=make_pool(endpoint).id)
    assert "AccessDenied" == code_of(endpoint.boto3_client("iam", **keys).list_roles)


def test_the_enhanced_flow_gives_users_what_their_role_allows(identity_pool: IdentityPool) -> None:
    keys = enhanced(identity_pool, identity_pool.logins())
    verify_reach(identity_pool, keys, identity_pool.session_arn(SIGNED_IN))


def test_the_enhanced_flow_gives_guests_what_their_role_allows(identity_pool: IdentityPool) -> None:
    verify_reach(identity_pool, enhanced(identity_pool, {}), identity_pool.session_arn(GUEST))


def test_the_basic_flow_gives_what_the_role_allows_that_one_asks_for(server: Server) -> None:
    identity_pool = front(server, allows_basic_flow=True)
    client, logins = public(identity_pool), identity_pool.logins()
    identity_id = client.get_id(IdentityPoolId=identity_pool.id, Logins=logins)["IdentityId"]
    token = client.get_open_id_token(IdentityId=identity_id, Logins=logins)["Token"]
    assume = partial(
        server.anonymous_client("sts").assume_role_with_web_identity, WebIdentityToken=token, RoleSessionName="web"
    )
    assumed = assume(RoleArn=identity_pool.role_arn(SIGNED_IN))
    assert (identity_id, identity_pool.id) == (assumed["SubjectFromWebIdentityToken"], assumed["Audience"])
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{identity_pool.roles[SIGNED_IN]}/web"
    assert arn == assumed["AssumedRoleUser"]["Arn"]
    verify_reach(identity_pool, as_keys(assumed["Credentials"]), arn)
    assert "AccessDenied" == code_of(assume, RoleArn=identity_pool.role_arn(GUEST))


def test_the_basic_flow_is_closed_unless_the_pool_opens_it(identity_pool: IdentityPool) -> None:
    client = public(identity_pool)
    identity_id = client.get_id(IdentityPoolId=identity_pool.id)["IdentityId"]
    assert "InvalidParameterException" == code_of(client.get_open_id_token, IdentityId=identity_id)


def test_a_session_that_was_altered_is_worth_nothing(identity_pool: IdentityPool) -> None:
    keys = enhanced(identity_pool, {})
    other = enhanced(identity_pool, {})
    token = keys["aws_session_token"]
    middle = len(token) // 2
    letter = "A" if token[middle] != "A" else "B"
    endpoint, asked = identity_pool.pool.endpoint, {"UserPoolId": identity_pool.pool.id}
    for forged in (f"{token[:middle]}{letter}{token[middle + 1 :]}", token[:-4], other["aws_session_token"], "A"):
        forger = endpoint.boto3_client(**(keys | {"aws_session_token": forged}))
        assert "UnrecognizedClientException" == code_of(forger.list_users, **asked)
    without = {name: value for name, value in keys.items() if name != "aws_session_token"}
    assert "UnrecognizedClientException" == code_of(endpoint.boto3_client(**without).list_users, **asked)
    stolen = endpoint.boto3_client(**(keys | {"aws_secret_access_key": other["aws_secret_access_key"]}))
    assert "InvalidSignatureException" == code_of(stolen.list_users, **asked)


def test_a_token_that_was_altered_gives_nothing(identity_pool: IdentityPool) -> None:
    client, logins = public(identity_pool), identity_pool.logins()
    header, claims, signature = logins[identity_pool.provider].split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(read | {"sub": "bob"}).encode()).decode().rstrip("=")
    altered = {identity_pool.provider: f"{header}.{forged}.{signature}"}
    assert "NotAuthorizedException" == code_of(client.get_id, IdentityPoolId=identity_pool.id, Logins=altered)
    access = {identity_pool.provider: sign_in(identity_pool.pool)["AccessToken"]}
    assert "NotAuthorizedException" == code_of(client.get_id, IdentityPoolId=identity_pool.id, Logins=access)


def test_credentials_end_with_their_role(identity_pool: IdentityPool) -> None:
    keys = enhanced(identity_pool, {})
    endpoint = identity_pool.pool.endpoint
    iam, role = endpoint.boto3_client("iam"), identity_pool.roles[GUEST]
    iam.delete_role_policy(RoleName=role, PolicyName="inline")
    iam.delete_role(RoleName=role)
    idp = endpoint.boto3_client(**keys)
    assert "UnrecognizedClientException" == code_of(idp.list_users, UserPoolId=identity_pool.pool.id)


def test_a_pool_without_roles_gives_no_credentials(server: Server) -> None:
    identity_pool = front(server)
    signed = server.boto3_client("cognito-identity")
    signed.set_identity_pool_roles(IdentityPoolId=identity_pool.id, Roles={})
    client = public(identity_pool)
    identity_id = client.get_id(IdentityPoolId=identity_pool.id)["IdentityId"]
    said = code_of(client.get_credentials_for_identity, IdentityId=identity_id)
    assert "InvalidIdentityPoolConfigurationException" == said


def test_a_role_that_trusts_another_pool_gives_no_credentials(identity_pool: IdentityPool) -> None:
    endpoint = identity_pool.pool.endpoint
    elsewhere = make_role(endpoint, trust_of("us-east-1:00000000-0000-4000-8000-000000000000", GUEST))
    endpoint.boto3_client("cognito-identity").set_identity_pool_roles(
        IdentityPoolId=identity_pool.id, Roles={GUEST: f"arn:aws:iam::{ACCOUNT}:role/{elsewhere}"}
    )
    client = public(identity_pool)
    identity_id = client.get_id(IdentityPoolId=identity_pool.id)["IdentityId"]
    said = code_of(client.get_credentials_for_identity, IdentityId=identity_id)
    assert "InvalidIdentityPoolConfigurationException" == said


def test_a_guest_who_signs_in_keeps_the_identity(identity_pool: IdentityPool) -> None:
    client, logins = public(identity_pool), identity_pool.logins()
    guest = client.get_id(IdentityPoolId=identity_pool.id)["IdentityId"]
    assert guest == client.get_credentials_for_identity(IdentityId=guest, Logins=logins)["IdentityId"]
    assert guest == client.get_id(IdentityPoolId=identity_pool.id, Logins=logins)["IdentityId"]
    assert "NotAuthorizedException" == code_of(client.get_credentials_for_identity, IdentityId=guest)
    shown = identity_pool.pool.endpoint.boto3_client("cognito-identity").describe_identity(IdentityId=guest)
    assert [identity_pool.provider] == shown["Logins"]


def test_who_signed_out_everywhere_gets_no_new_credentials_where_the_pool_asks(server: Server) -> None:
    pool = make_pool(server)
    signed_up(pool)
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool.id}"
    checked = {"ProviderName": provider, "ClientId": pool.client_id, "ServerSideTokenCheck": True}
    identity_pool = make_identity_pool(pool, CognitoIdentityProviders=[checked])
    logins = identity_pool.logins()
    enhanced(identity_pool, logins)
    server.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
    asked = partial(public(identity_pool).get_id, IdentityPoolId=identity_pool.id, Logins=logins)
    assert "NotAuthorizedException" == code_of(asked)


def test_credentials_end_after_an_hour(in_process: InProcess) -> None:
    identity_pool = front(in_process)
    idp = in_process.boto3_client(**enhanced(identity_pool, {}))
    asked = {"UserPoolId": identity_pool.pool.id}
    in_process.clock.advance(minutes=59)
    assert ["ada"] == [user["Username"] for user in idp.list_users(**asked)["Users"]]
    in_process.clock.advance(minutes=2)
    assert "ExpiredTokenException" == code_of(idp.list_users, **asked)
