"""Who a function's policy lets call it; what AWS documents is tested by boto3 in tests/aws/test_lambda_permissions.py."""

import time
from typing import Any

import pytest

from cenote.model.function_policy import POOLS, Asker, permits, statement_of

POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"
ASKER = Asker(POOLS, POOL, "123456789012")


def statement(**members: Any) -> Any:
    given = {"StatementId": "a", "Action": "lambda:InvokeFunction", "Principal": POOLS, **members}
    made = statement_of(given, "arn:aws:lambda:us-east-1:123456789012:function:f")
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", "*"),
        ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}),
        ("123456789012", {"AWS": "arn:aws:iam::123456789012:root"}),
        ("arn:aws:iam::123456789012:role/x", {"AWS": "arn:aws:iam::123456789012:role/x"}),
    ],
)
def test_a_principal_is_a_service_an_account_an_arn_or_everybody(principal: str, expected: object) -> None:
    assert expected == statement(Principal=principal)["Principal"]


@pytest.mark.parametrize("principal", ["", "nobody", "12345", "evil.example.com", "arn:aws:s3:::bucket"])
def test_anything_else_is_no_principal(principal: str) -> None:
    given = {"StatementId": "a", "Action": "*", "Principal": principal}
    assert statement_of(given, "arn") is None


@pytest.mark.parametrize(
    ("pattern", "is_like"),
    [
        (POOL, True),
        (POOL.upper(), False),
        ("arn:aws:cognito-idp:us-east-1:123456789012:*", True),
        ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/*_abc", True),
        ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_ab?", True),
        ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_ab??", False),
        ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a[b]c", False),
        ("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abcd", False),
        ("arn:aws:cognito-idp:::*", False),
        ("*", False),
    ],
)
def test_arns_are_compared_part_by_part(pattern: str, is_like: bool) -> None:
    assert is_like == permits([statement(SourceArn=pattern)], ASKER)


def test_many_stars_cost_no_more_than_one() -> None:
    pattern = "arn:aws:cognito-idp:us-east-1:123456789012:" + "*a" * 100 + "b"
    long = Asker(POOLS, "arn:aws:cognito-idp:us-east-1:123456789012:" + "a" * 1000, "123456789012")
    started_s = time.process_time()
    assert not permits([statement(SourceArn=pattern)], long)
    assert time.process_time() - started_s < 1


def test_nothing_permits_nothing() -> None:
    assert not permits([], ASKER)
