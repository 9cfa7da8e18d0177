"""LambdaConfig names a function in three ways, and says which version of the event it gets."""

from typing import Any

import pytest

from cenote.triggers.kinds import Kind, Trigger, trigger_of

ARN = "arn:aws:lambda:us-east-1:000000000000:function:gate"


@pytest.mark.parametrize("kind", list(Kind))
def test_no_function_is_named_by_an_empty_configuration(kind: Kind) -> None:
    assert trigger_of({}, kind) is None
    assert trigger_of({kind.value: ""}, kind) is None


def test_a_plain_arn_gets_events_of_the_first_version() -> None:
    assert Trigger(Kind.PRE_SIGN_UP, ARN, "1") == trigger_of({"PreSignUp": ARN}, Kind.PRE_SIGN_UP)


@pytest.mark.parametrize(("version", "said"), [("V1_0", "1"), ("V2_0", "2"), ("V3_0", "3")])
def test_the_token_trigger_has_a_version(version: str, said: str) -> None:
    config = {"PreTokenGeneration": ARN, "PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": ARN}}
    assert Trigger(Kind.PRE_TOKEN_GENERATION, ARN, said) == trigger_of(config, Kind.PRE_TOKEN_GENERATION)


def test_the_older_member_of_the_token_trigger_counts_alone() -> None:
    found = trigger_of({"PreTokenGeneration": ARN}, Kind.PRE_TOKEN_GENERATION)
    assert Trigger(Kind.PRE_TOKEN_GENERATION, ARN, "1") == found


@pytest.mark.parametrize("kind", [Kind.CUSTOM_EMAIL_SENDER, Kind.CUSTOM_SMS_SENDER, Kind.INBOUND_FEDERATION])
def test_senders_and_federation_are_versioned(kind: Kind) -> None:
    config: dict[str, Any] = {kind.value: {"LambdaVersion": "V1_0", "LambdaArn": ARN}}
    assert Trigger(kind, ARN, "1") == trigger_of(config, kind)
    assert trigger_of({kind.value: {"LambdaVersion": "V1_0"}}, kind) is None
