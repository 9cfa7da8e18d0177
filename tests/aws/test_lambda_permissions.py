"""AddPermission, RemovePermission, GetPolicy, by boto3; and what they mean for pools."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from functions_given import client_of, create, staged

from cenote.base.invocations import FunctionUnreachableError
from harness.in_process import InProcess

ARN = "arn:aws:lambda:us-east-1:000000000000:function:hello"
POOL = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abcdefghi"
FOREIGN = POOL.replace("000000000000", "999999999999")


def refusal(call: Any, **members: Any) -> tuple[str, int, str]:
    with pytest.raises(Exception, match="An error occurred") as caught:
        call(**members)
    response: Any = caught.value.response  # type: ignore[attr-defined]
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def allow(endpoint: InProcess, sid: str = "pools", **members: Any) -> Any:
    given = {"Action": "lambda:InvokeFunction", "Principal": "cognito-idp.amazonaws.com", **members}
    return client_of(endpoint).add_permission(FunctionName="hello", StatementId=sid, **given)


def may(endpoint: InProcess, source_arn: str) -> bool:
    refused = f"{source_arn} is not authorized to perform: lambda:InvokeFunction on resource: {ARN}"
    try:
        endpoint.services.functions.invoke(ARN, b"{}", source_arn=source_arn, timeout_ms=5000)
    except FunctionUnreachableError as error:
        if error.reason != refused:
            raise
        return False
    return True


def test_a_statement_is_shown_as_aws_shows_it(in_process: InProcess) -> None:
    create(in_process)
    added = json.loads(allow(in_process, SourceArn=POOL, SourceAccount="000000000000")["Statement"])
    expected = {
        "Sid": "pools",
        "Effect": "Allow",
        "Principal": {"Service": "cognito-idp.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "000000000000"},
            "ArnLike": {"AWS:SourceArn": POOL},
        },
    }
    assert expected == added
    found = client_of(in_process).get_policy(FunctionName="hello")
    assert {"Version": "2012-10-17", "Id": "default", "Statement": [expected]} == json.loads(found["Policy"])
    assert 36 == len(found["RevisionId"])


def test_a_policy_does_not_change_the_function_s_revision(in_process: InProcess) -> None:
    made = create(in_process)
    allow(in_process)
    found = client_of(in_process).get_function_configuration(FunctionName="hello")
    assert made["RevisionId"] == found["RevisionId"]


def test_statements_are_added_once_and_removed_once(in_process: InProcess) -> None:
    create(in_process)
    client = client_of(in_process)
    missing = refusal(client.remove_permission, FunctionName="hello", StatementId="pools")
    assert ("ResourceNotFoundException", 404, "No policy is associated with the given resource.") == missing
    allow(in_process)
    with pytest.raises(client.exceptions.ResourceConflictException, match=r"The statement id \(pools\) provided"):
        allow(in_process)
    missing = refusal(client.remove_permission, FunctionName="hello", StatementId="other")
    assert "Statement other is not found in resource policy." == missing[2]
    answer = client.remove_permission(FunctionName="hello", StatementId="pools")
    assert 204 == answer["ResponseMetadata"]["HTTPStatusCode"]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName="hello")


def test_a_policy_s_revision_guards_it(in_process: InProcess) -> None:
    create(in_process)
    allow(in_process)
    revision = client_of(in_process).get_policy(FunctionName="hello")["RevisionId"]
    allow(in_process, "more", RevisionId=revision)
    with pytest.raises(client_of(in_process).exceptions.PreconditionFailedException):
        allow(in_process, "another", RevisionId=revision)


def test_statements_that_are_added_at_once_are_all_there(in_process: InProcess) -> None:
    create(in_process)
    with ThreadPoolExecutor(4) as callers:
        answers = list(callers.map(lambda number: allow(in_process, f"statement-{number}"), range(8)))
    assert 8 == len(answers)
    policy = json.loads(client_of(in_process).get_policy(FunctionName="hello")["Policy"])
    assert {f"statement-{number}" for number in range(8)} == {each["Sid"] for each in policy["Statement"]}


def test_a_principal_that_is_none_and_a_policy_that_is_too_long_are_refused(in_process: InProcess) -> None:
    create(in_process)
    client = client_of(in_process)
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="The provided principal was invalid"):
        allow(in_process, Principal="nobody")
    for number in range(16):
        allow(in_process, f"statement-{number}", SourceArn=f"{POOL}{'x' * 900}")
    with pytest.raises(client.exceptions.PolicyLengthExceededException, match="bigger than the limit"):
        allow(in_process, "one-more", SourceArn=f"{POOL}{'x' * 900}")


def test_without_a_policy_pools_of_the_account_may_call(in_process: InProcess) -> None:
    staged(in_process)
    create(in_process)
    assert may(in_process, POOL)
    assert not may(in_process, FOREIGN)
    assert not may(in_process, "no arn")


@pytest.mark.parametrize(
    ("members", "own", "foreign"),
    [
        ({}, True, True),
        ({"Principal": "*"}, True, True),
        ({"Action": "lambda:*"}, True, True),
        ({"SourceArn": POOL}, True, False),
        ({"SourceArn": POOL.replace("def", "*")}, True, False),
        ({"SourceArn": POOL.replace("def", "d?f")}, True, False),
        ({"SourceArn": POOL.replace("def", "*x*")}, False, False),
        ({"SourceAccount": "999999999999"}, False, True),
        ({"SourceArn": FOREIGN, "SourceAccount": "000000000000"}, False, False),
        ({"Principal": "apigateway.amazonaws.com"}, False, False),
        ({"Principal": "000000000000"}, False, False),
        ({"Action": "lambda:GetFunction"}, False, False),
        ({"EventSourceToken": "token"}, False, False),
        ({"PrincipalOrgID": "o-1234567890", "Principal": "*"}, False, False),
    ],
)
def test_a_policy_says_which_pools_may_call(
    in_process: InProcess, members: dict[str, Any], own: bool, foreign: bool
) -> None:
    staged(in_process)
    create(in_process)
    allow(in_process, **members)
    assert (own, foreign) == (may(in_process, POOL), may(in_process, FOREIGN))


def test_one_statement_that_lets_a_pool_is_enough(in_process: InProcess) -> None:
    staged(in_process)
    create(in_process)
    allow(in_process, "one", SourceArn=FOREIGN)
    assert not may(in_process, POOL)
    allow(in_process, "two", SourceArn=POOL)
    assert may(in_process, POOL)


def test_a_trigger_s_patience_bounds_the_wait_and_the_function_s_own_timeout_does_not(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process, Timeout=4)
    functions = in_process.services.functions
    functions.invoke(ARN, b"{}", source_arn=POOL, timeout_ms=5000)
    functions.invoke(f"{ARN}:$LATEST", b"{}", source_arn=POOL, timeout_ms=3000)
    assert [5000, 3000] == [asked["timeout_ms"] for asked in stage.asked]


def test_a_function_that_is_not_there_is_unreachable(in_process: InProcess) -> None:
    functions = in_process.services.functions
    for arn in (ARN, f"{ARN}:7", "arn:aws:lambda:us-east-1:000000000000:layer:a", "no arn"):
        assert not functions.knows(arn)
        with pytest.raises(FunctionUnreachableError, match="Function not found"):
            functions.invoke(arn, b"{}", source_arn=POOL, timeout_ms=5000)
