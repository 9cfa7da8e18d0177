"""`aws_cognito_risk_configuration`, `…_log_delivery_configuration`, `…_user_pool_replica` and the signing certificate's data source."""

import base64
import re
from typing import Any

import pytest

from clients.terraform.plans import verify_applied, verify_destroyed
from clients.terraform.protection import LogDelivery, Replica, RiskConfiguration
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

BLOCKED = {"risk_exception_configuration": [{"blocked_ip_range_list": ["10.10.10.10/32"]}]}
BOTH = {
    "risk_exception_configuration": [
        {
            "blocked_ip_range_list": ["10.10.10.10/32", "10.10.10.11/32"],
            "skipped_ip_range_list": ["10.10.10.12/32"],
        }
    ]
}
COMPROMISED = {
    "compromised_credentials_risk_configuration": [
        {"event_filter": ["SIGN_IN"], "actions": [{"event_action": "BLOCK"}]}
    ]
}
EVERY_EVENT = {"compromised_credentials_risk_configuration": [{"actions": [{"event_action": "NO_ACTION"}]}]}
ACTIONS = {
    "medium_action": [{"event_action": "MFA_REQUIRED", "notify": False}],
    "high_action": [{"event_action": "BLOCK", "notify": False}],
}
LETTER = [{"html_body": "<p>Was it you?</p>", "subject": "Was it you?", "text_body": "Was it you?"}]
NOTIFY = {
    "source_arn": "arn:aws:ses:us-east-1:123456789012:identity/sender@example.com",
    "from": "sender@example.com",
    "reply_to": "answers@example.com",
    "block_email": LETTER,
    "mfa_email": LETTER,
    "no_action_email": LETTER,
}
TAKEOVER = {"account_takeover_risk_configuration": [{"actions": [ACTIONS]}]}
TAKEOVER_TOLD = {
    "account_takeover_risk_configuration": [
        {
            "actions": [{**ACTIONS, "low_action": [{"event_action": "NO_ACTION", "notify": True}]}],
            "notify_configuration": [NOTIFY],
        }
    ]
}
FAILED_MESSAGES = {
    "event_source": "userNotification",
    "log_level": "ERROR",
    "cloud_watch_logs_configuration": [{"log_group_arn": "arn:aws:logs:us-east-1:123456789012:log-group:tests"}],
}
ACTIVITY = {
    "event_source": "userAuthEvents",
    "log_level": "INFO",
    "firehose_configuration": [{"stream_arn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/tests"}],
}
TO_A_BUCKET = {
    "event_source": "userAuthEvents",
    "log_level": "INFO",
    "s3_configuration": [{"bucket_arn": "arn:aws:s3:::tests"}],
}


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    made: str = in_process.signed.create_user_pool(
        PoolName="tests",
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
        KeyConfiguration={
            "KeyType": "CUSTOMER_MANAGED_KEY",
            "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-0c3a0c3a00004000800000000000",
        },
        IssuerConfiguration={"Type": "UPDATED"},
    )["UserPool"]["Id"]
    return made


@pytest.mark.parametrize(
    "steps",
    [
        [BLOCKED, BOTH],
        [COMPROMISED, EVERY_EVENT],
        [TAKEOVER, TAKEOVER_TOLD],
        [BLOCKED, BLOCKED | COMPROMISED | TAKEOVER],
    ],
    ids=["exceptions", "compromised", "takeover", "together"],
)
@pytest.mark.parametrize("is_of_client", [False, True], ids=["of a pool", "of a client"])
def test_a_risk_configuration_is_set_and_changed(
    in_process: InProcess, pool_id: str, is_of_client: bool, steps: list[dict[str, Any]]
) -> None:
    client_id = None
    if is_of_client:
        made = in_process.signed.create_user_pool_client(UserPoolId=pool_id, ClientName="tests")
        client_id = made["UserPoolClient"]["ClientId"]
    risk = RiskConfiguration(in_process.signed, pool_id, client_id)
    risk.create(steps[0])
    for step in steps:
        verify_applied(risk, step)
    risk.delete()
    assert {} == risk.read()
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    verify_destroyed(risk)


def test_logs_are_delivered_to_where_the_configuration_says(in_process: InProcess, pool_id: str) -> None:
    logs = LogDelivery(in_process.signed, pool_id)
    for blocks in (
        [FAILED_MESSAGES],
        [FAILED_MESSAGES, ACTIVITY],
        [ACTIVITY, FAILED_MESSAGES],
        [TO_A_BUCKET],
        [FAILED_MESSAGES],
    ):
        verify_applied(logs, {"log_configurations": blocks})
    logs.delete()
    assert {"log_configurations": []} == logs.read()
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    verify_destroyed(logs)


def test_a_replica_is_made_used_and_given_up(in_process: InProcess, pool_id: str) -> None:
    replica = Replica(in_process.signed, pool_id, "us-west-2")
    for status in ("INACTIVE", "ACTIVE", "INACTIVE"):
        verify_applied(replica, {"region_name": "us-west-2", "status": status})
    verify_destroyed(replica)
    verify_applied(replica, {"region_name": "us-west-2", "status": "ACTIVE"})
    verify_applied(replica, {"region_name": "us-west-2"})
    verify_destroyed(replica)


def test_the_signing_certificate_is_one_in_base64(in_process: InProcess, pool_id: str) -> None:
    certificate = in_process.signed.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
    assert re.fullmatch(r"MII[A-Za-z0-9+/]+=*", certificate)
    assert base64.b64decode(certificate).startswith(b"\x30\x82")
