"""A real server whose functions call back: with fewer threads than callers, nobody waits for ever."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from functions_given import create

from harness.endpoint import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from harness.people import make_pool, sign_up
from harness.server import Server, running

CALLS_BACK = """
import json
import boto3

client = boto3.client("lambda")

def handler(event, context):
    depth = event["depth"]
    if depth == 0:
        return {"depth": 0}
    answer = client.invoke(FunctionName="inner" + str(depth - 1), Payload=json.dumps({"depth": depth - 1}))
    return {"depth": depth, "inner": json.loads(answer["Payload"].read())}
"""
LOOKS_BACK = """
import boto3

client = boto3.client("cognito-idp")

def handler(event, context):
    client.list_users(UserPoolId=event["userPoolId"], Limit=1)
    event["response"]["autoConfirmUser"] = True
    return event
"""
KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Server]:
    """A server with two threads, on which six calls may be waited for."""
    with running(tmp_path, threads="2", workers="1", function_calls="6", function_processes="6") as server:
        yield server


def invoke(client: Any, name: str, depth: int) -> Any:
    answer = client.invoke(FunctionName=name, Payload=json.dumps({"depth": depth}))
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


@pytest.mark.slow
def test_functions_that_call_functions_find_a_thread(narrow: Server) -> None:
    for depth in range(3):
        create(narrow, f"inner{depth}", CALLS_BACK, Timeout=40, MemorySize=512, Environment={"Variables": KEYS})
    client = narrow.boto3_client("lambda", config=Config(read_timeout=60, max_pool_connections=20))
    # Alone first, so that every function is warm: three calls wait within one another, on two threads.
    expected = {"depth": 2, "inner": {"depth": 1, "inner": {"depth": 0}}}
    assert (None, expected) == invoke(client, "inner2", 2)
    with ThreadPoolExecutor(2) as callers:
        assert [(None, expected)] * 2 == list(callers.map(lambda _: invoke(client, "inner2", 2), range(2)))
    assert narrow.get_json("/_cenote/health/ready")


@pytest.mark.slow
def test_triggers_that_call_back_find_a_thread(narrow: Server) -> None:
    arn = create(narrow, "looks-back", LOOKS_BACK, Timeout=20, MemorySize=512, Environment={"Variables": KEYS})
    pool = make_pool(narrow, LambdaConfig={"PreSignUp": arn["FunctionArn"]})
    sign_up(pool, "first")
    with ThreadPoolExecutor(4) as callers:
        list(callers.map(lambda number: sign_up(pool, f"user-{number}"), range(4)))
    users = narrow.signed.list_users(UserPoolId=pool.id)["Users"]
    assert ["CONFIRMED"] * 5 == [user["UserStatus"] for user in users]


@pytest.mark.slow
def test_more_callers_than_places_are_told_so_at_once_and_the_rest_go_on(narrow: Server) -> None:
    create(narrow, "slow", "import time\ndef handler(event, context): time.sleep(2); return 1", Timeout=20)
    client = narrow.boto3_client("lambda", config=Config(read_timeout=60, max_pool_connections=20))

    def outcome(_: int) -> str:
        try:
            return str(client.invoke(FunctionName="slow")["StatusCode"])
        except client.exceptions.TooManyRequestsException:
            return "busy"

    with ThreadPoolExecutor(16) as callers:
        waiting = [callers.submit(outcome, number) for number in range(16)]
        # While all of them wait, others are answered.
        assert [] == narrow.signed.list_user_pools(MaxResults=1)["UserPools"]
        outcomes = [each.result(60) for each in waiting]
    assert {"200", "busy"} == set(outcomes)
    assert outcomes.count("200") <= 6 + 6
    assert 200 == client.invoke(FunctionName="slow")["StatusCode"]
