"""The second factors of `aws_cognito_user_pool`, which the provider sets by a call of its own after the pool is made."""

from typing import Any

import pytest

from clients.terraform.plans import verify_applied, verify_destroyed
from clients.terraform.pool import UserPool
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ROLE = "arn:aws:iam::123456789012:role/sms"
SMS = {"sms_configuration": [{"external_id": "ours", "sns_caller_arn": ROLE}]}
BY_EMAIL = {"account_recovery_setting": [{"recovery_mechanism": [{"name": "verified_email", "priority": 1}]}]}
BY_BOTH = {
    "account_recovery_setting": [
        {
            "recovery_mechanism": [
                {"name": "verified_email", "priority": 1},
                {"name": "verified_phone_number", "priority": 2},
            ]
        }
    ]
}
TOKEN = {"software_token_mfa_configuration": [{"enabled": True}]}
NO_TOKEN = {"software_token_mfa_configuration": [{"enabled": False}]}
SENDER = {
    "email_configuration": [
        {
            "email_sending_account": "DEVELOPER",
            "source_arn": "arn:aws:ses:us-east-1:123456789012:identity/sender@example.com",
            "from_email_address": "sender@example.com",
        }
    ]
}
ON = {"mfa_configuration": "ON"}
OFF = {"mfa_configuration": "OFF"}
OPTIONAL = {"mfa_configuration": "OPTIONAL"}
MAIL = ON | SENDER | BY_BOTH
STEPS: dict[str, list[dict[str, Any]]] = {
    "text messages": [ON | SMS | BY_EMAIL, OFF, ON | SMS | BY_EMAIL],
    "text messages and tokens": [ON | SMS | BY_EMAIL | NO_TOKEN, ON | SMS | BY_EMAIL | TOKEN, OFF],
    "text messages, then tokens": [ON | SMS | BY_EMAIL, ON | BY_EMAIL | TOKEN],
    "tokens": [ON | BY_EMAIL | TOKEN, OFF, ON | BY_EMAIL | TOKEN],
    "tokens, then text messages": [ON | BY_EMAIL | TOKEN, ON | SMS | BY_EMAIL],
    "tokens for who wants them, and another setting": [
        OPTIONAL | TOKEN,
        OPTIONAL | TOKEN | {"auto_verified_attributes": ["email"]},
        OPTIONAL | TOKEN | {"tags": {"one": "1"}},
    ],
    "e-mail": [
        MAIL | {"email_mfa_configuration": [{}]},
        MAIL | {"email_mfa_configuration": [{"message": "code {####}", "subject": "Code"}]},
        MAIL | {"email_mfa_configuration": [{"message": "new code {####}", "subject": "New"}]},
    ],
    "passkeys": [
        {"web_authn_configuration": [{"relying_party_id": "example.com", "user_verification": "preferred"}]},
        {"web_authn_configuration": [{"relying_party_id": "example.com", "user_verification": "required"}]},
    ],
    "a message": [
        OPTIONAL | SMS | {"sms_authentication_message": "first {####}"},
        OPTIONAL | SMS | {"sms_authentication_message": "second {####}"},
        OFF | SMS | {"sms_authentication_message": "second {####}"},
    ],
}


@pytest.fixture
def pool(in_process: InProcess) -> UserPool:
    return UserPool(in_process.signed)


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_each_factor_is_set_and_changed_without_a_difference_that_stays(
    pool: UserPool, steps: list[dict[str, Any]]
) -> None:
    for step in steps:
        verify_applied(pool, {"name": "tests", **step})
    verify_destroyed(pool)


def test_turning_factors_off_leaves_the_sender_of_text_messages_and_nothing_else(pool: UserPool) -> None:
    verify_applied(pool, {"name": "tests", **ON, **SMS, **BY_EMAIL, **TOKEN})
    state = verify_applied(pool, {"name": "tests", **OFF})
    assert "OFF" == state["mfa_configuration"]
    assert SMS["sms_configuration"] == state["sms_configuration"]
    assert "software_token_mfa_configuration" not in state


def test_a_factor_that_is_named_and_off_is_shown_as_off(pool: UserPool) -> None:
    state = verify_applied(pool, {"name": "tests", **ON, **SMS, **BY_EMAIL, **NO_TOKEN})
    assert [{"enabled": False}] == state["software_token_mfa_configuration"]


def test_no_factor_is_configured_while_all_are_off(pool: UserPool) -> None:
    """The provider knows this refusal, and leaves the sender of text messages out because of it."""
    verify_applied(pool, {"name": "tests"})
    sms = {"SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "ours"}}
    with pytest.raises(pool.client.exceptions.InvalidParameterException) as refused:
        pool.client.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OFF", SmsMfaConfiguration=sms)
    message = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
    assert message == refused.value.response["Error"]["Message"]
