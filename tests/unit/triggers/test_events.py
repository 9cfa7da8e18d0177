"""Every event has the same header, and says of the caller what AWS says."""

import pytest

from cenote.triggers.events import Occasion, event_of, sdk_version_of, user_attributes_of, with_metadata

POOL_ID = "us-east-1_Ab12Cd34E"


def test_an_event_has_a_header_a_request_and_a_response() -> None:
    occasion = Occasion("us-east-1", POOL_ID, "ada", "2fb3lqhl0q5aq8vmtmn5e3rlsb", "aws-sdk-js/2.6.4 ios")
    event = event_of(occasion, "PreSignUp_SignUp", {"userAttributes": {}}, {"autoConfirmUser": False}, version="2")
    assert {
        "version": "2",
        "region": "us-east-1",
        "userPoolId": POOL_ID,
        "userName": "ada",
        "callerContext": {"awsSdkVersion": "aws-sdk-js-2.6.4", "clientId": "2fb3lqhl0q5aq8vmtmn5e3rlsb"},
        "triggerSource": "PreSignUp_SignUp",
        "request": {"userAttributes": {}},
        "response": {"autoConfirmUser": False},
    } == event


def test_an_administrator_acts_without_a_client() -> None:
    event = event_of(Occasion("us-east-1", POOL_ID, "ada", None), "PostConfirmation_ConfirmSignUp", {}, {})
    assert {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "CLIENT_ID_NOT_APPLICABLE"} == event[
        "callerContext"
    ]
    assert "1" == event["version"]


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("aws-sdk-js/3.58.0 ua/2.0 os/linux", "aws-sdk-js-3.58.0"),
        ("aws-sdk-java/2.17.100 Linux/5.10", "aws-sdk-java-2.17.100"),
        ("aws-sdk-go-v2/1.30.3 os/linux", "aws-sdk-go-v2-1.30.3"),
        ("aws-sdk-go/v1.44", "aws-sdk-go-1.44"),
        ("Boto3/1.44.5 md/Botocore#1.44.5", "aws-sdk-unknown-unknown"),
        ("aws-amplify/5.0.4 js", "aws-sdk-unknown-unknown"),
        ("Mozilla/5.0 aws-sdk-/1", "aws-sdk-unknown-unknown"),
        ("", "aws-sdk-unknown-unknown"),
    ],
)
def test_the_sdk_is_known_by_its_user_agent(user_agent: str, said: str) -> None:
    assert said == sdk_version_of(user_agent)


def test_nobody_has_attributes() -> None:
    assert {} == user_attributes_of(None)


def test_metadata_is_told_when_there_is_any() -> None:
    assert {"a": 1} == with_metadata({"a": 1}, {})
    assert {"a": 1, "clientMetadata": {"b": "c"}} == with_metadata({"a": 1}, {"b": "c"})
