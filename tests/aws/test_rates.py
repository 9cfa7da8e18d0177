"""Calls that come too often, at the door of a deployment that bounds them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal, refused

from cenote.base.rates import Rates
from cenote.base.settings import Settings
from cenote.flows.directory import Directory
from harness.clock import FakeClock
from harness.endpoint import refuse_undeclared
from harness.in_process import InProcess, beside
from harness.people import make_pool, sign_in, sign_up

EXCEEDED = ("TooManyRequestsException", "Rate exceeded")
TARGET = "AWSCognitoIdentityProviderService"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Bounded rates, small enough to be reached."""
    rates = Rates(
        user_pool_read=3,
        user_pool_update=2,
        user_pool_client_update=2,
        user_creation=4,
        user_authentication=6,
        user_read=5,
        user_pool_resource_read=1,
        reads_per_user=3,
        writes_per_user=3,
    )
    return replace(settings, rate_limits=True, rates=rates)


def posted(endpoint: InProcess, operation: str, members: object) -> tuple[int, Any]:
    headers = {"X-Amz-Target": f"{TARGET}.{operation}", "Content-Type": "application/x-amz-json-1.1"}
    status, _, body = endpoint.request("POST", "/", headers=headers, body=json.dumps(members).encode())
    return status, json.loads(body)


def test_a_call_beyond_the_rate_is_refused_until_there_is_a_token_again(
    in_process: InProcess, clock: FakeClock
) -> None:
    for _ in range(3):
        in_process.signed.list_user_pools(MaxResults=1)
    for _ in range(5):
        assert EXCEEDED == refused(in_process.signed.list_user_pools, MaxResults=1)
    clock.advance(seconds=0.334)
    in_process.signed.list_user_pools(MaxResults=1)
    assert EXCEEDED == refused(in_process.signed.list_user_pools, MaxResults=1)


def test_the_answer_is_one_that_sdks_wait_and_try_again_by(in_process: InProcess) -> None:
    for _ in range(3):
        in_process.signed.list_user_pools(MaxResults=1)
    with refusal() as seen:
        in_process.signed.list_user_pools(MaxResults=1)
    assert 400 == seen.response["ResponseMetadata"]["HTTPStatusCode"]
    headers = seen.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-errortype"].startswith("TooManyRequestsException")


def test_a_region_has_a_rate_of_its_own(in_process: InProcess) -> None:
    for region in ("us-east-1", "eu-west-1"):
        client = in_process.boto3_client(region_name=region)
        for _ in range(3):
            client.list_user_pools(MaxResults=1)
        assert EXCEEDED == refused(client.list_user_pools, MaxResults=1)


def test_whoever_signs_nothing_or_badly_uses_up_nobodys_rate(in_process: InProcess) -> None:
    stranger = in_process.boto3_client(aws_secret_access_key="not/the/secret/of/anybody/at/all/00000000")
    for _ in range(10):
        assert "InvalidSignatureException" == refused(stranger.list_user_pools, MaxResults=1)[0]
        assert (
            "MissingAuthenticationTokenException" == posted(in_process, "ListUserPools", {"MaxResults": 1})[1]["__type"]
        )
    for _ in range(3):
        in_process.signed.list_user_pools(MaxResults=1)


def test_a_refused_call_does_nothing_and_is_refused_before_its_members_are_looked_at(
    in_process: InProcess, clock: FakeClock
) -> None:
    for name in ("one", "two"):
        in_process.signed.create_user_pool(PoolName=name)
    assert EXCEEDED == refused(in_process.signed.create_user_pool, PoolName="three")
    clock.advance(seconds=2)
    found = in_process.signed.list_user_pools(MaxResults=60)["UserPools"]
    assert ["one", "two"] == sorted(pool["Name"] for pool in found)
    in_process.signed.create_user_pool(PoolName="three")
    in_process.signed.create_user_pool(PoolName="four")
    unchecked = in_process.boto3_client(config=Config(parameter_validation=False))
    assert EXCEEDED == refused(unchecked.create_user_pool, PoolName="")
    clock.advance(seconds=2)
    assert "InvalidParameterException" == refused(unchecked.create_user_pool, PoolName="")[0]


def test_public_calls_count_before_anything_is_looked_up(in_process: InProcess, clock: FakeClock) -> None:
    nobody = {"ClientId": "nobodysclient", "Username": "x", "Password": "Correct-Horse-7"}
    said = [posted(in_process, "SignUp", {**nobody, "Username": f"x{number}"})[1]["__type"] for number in range(6)]
    assert ["ResourceNotFoundException"] * 4 + ["TooManyRequestsException"] * 2 == said
    clock.advance(seconds=1)
    status, answer = posted(in_process, "SignUp", nobody)
    assert (400, "ResourceNotFoundException") == (status, answer["__type"])


def test_one_users_calls_do_not_use_up_anothers(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process)
    for name in ("ada", "bob"):
        sign_up(pool, name)
        in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=name)
    clock.advance(seconds=2)
    tokens = [sign_in(pool)["AccessToken"] for _ in range(3)]
    with refusal() as seen:
        sign_in(pool)
    assert EXCEEDED == seen.said
    sign_in(pool, "bob")
    assert ["ada"] * 3 == [in_process.anonymous.get_user(AccessToken=tokens[0])["Username"] for _ in range(3)]
    assert EXCEEDED == refused(in_process.anonymous.get_user, AccessToken=tokens[0])
    in_process.anonymous.get_user(AccessToken=tokens[1])


def test_an_operation_that_does_not_declare_the_fault_is_refused_with_it_too(in_process: InProcess) -> None:
    client = in_process.boto3_client()
    client.meta.events.unregister("after-call", refuse_undeclared)
    assert "ResourceNotFoundException" == refused(client.get_signing_certificate, UserPoolId="us-east-1_None00000")[0]
    assert EXCEEDED == refused(client.get_signing_certificate, UserPoolId="us-east-1_None00000")


def test_a_provisioned_limit_is_the_rate_at_once(in_process: InProcess, clock: FakeClock) -> None:
    wanted = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}}
    in_process.signed.update_provisioned_limit(LimitDefinition=wanted, RequestedLimitValue=9)
    read = [posted(in_process, "GetUser", {"AccessToken": f"no.{number}.token"})[1]["__type"] for number in range(11)]
    assert ["NotAuthorizedException"] * 9 + ["TooManyRequestsException"] * 2 == read
    clock.advance(seconds=1)
    in_process.signed.update_provisioned_limit(LimitDefinition=wanted, RequestedLimitValue=5)
    read = [posted(in_process, "GetUser", {"AccessToken": f"no.{number}.token"})[1]["__type"] for number in range(7)]
    assert ["NotAuthorizedException"] * 5 + ["TooManyRequestsException"] * 2 == read


def test_a_limit_that_another_process_was_given_holds_within_a_second(in_process: InProcess, clock: FakeClock) -> None:
    posted(in_process, "GetUser", {"AccessToken": "no.0.token"})
    present = in_process.services
    other = beside(in_process, directory=Directory(present.database, clock, present.keys))
    try:
        wanted = {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}}
        other.signed.update_provisioned_limit(LimitDefinition=wanted, RequestedLimitValue=9)
        clock.advance(seconds=1)
        read = [posted(in_process, "GetUser", {"AccessToken": f"no.{n}.token"})[1]["__type"] for n in range(10)]
        assert ["NotAuthorizedException"] * 9 + ["TooManyRequestsException"] == read
    finally:
        other.close()
