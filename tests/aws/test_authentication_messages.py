"""Codes of a sign-in: in the words of the pool, of its function, or sent by another function of it."""

import base64
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.key_providers.kms import KMSMasterKey
from refusals import refusal

from harness.functions import Functions
from harness.in_process import InProcess, beside
from harness.people import Pool, make_pool, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, prefer, set_mfa

NUMBER = "+14155550100"


@pytest.fixture
def functions() -> Functions:
    return Functions()


def new_door(in_process: InProcess, functions: Functions, *kinds: str, **config: Any) -> Door:
    """The user's door of a pool whose user has a number, with functions of *kinds* from now on."""
    endpoint = beside(in_process, triggers=functions.caller())
    pool = make_pool(endpoint, flows=EVERY_FLOW, EmailConfiguration=SENDER)
    signed_up(pool, phone_number=NUMBER)
    endpoint.signed.update_user_pool(
        UserPoolId=pool.id,
        AutoVerifiedAttributes=["email"],
        EmailConfiguration=SENDER,
        LambdaConfig=functions.config(*kinds, **config),
    )
    return Door(pool, is_admin=False)


def newest(pool: Pool) -> dict[str, Any]:
    return pool.endpoint.messages(username="ada", pool=pool.id)[0]


def test_the_pools_own_words_are_those_of_its_mfa_settings(in_process: InProcess, functions: Functions) -> None:
    door = new_door(in_process, functions)
    signed = door.pool.endpoint.signed
    signed.set_user_pool_mfa_config(
        UserPoolId=door.pool.id,
        MfaConfiguration="ON",
        EmailMfaConfiguration={"Subject": "Come in", "Message": "Type {####} now"},
    )
    door.by_password()
    message = newest(door.pool)
    assert ("Come in", f"Type {message['code']} now") == (message["subject"], message["body"])
    signed.set_user_pool_mfa_config(
        UserPoolId=door.pool.id,
        MfaConfiguration="ON",
        SmsMfaConfiguration={
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"},
            "SmsAuthenticationMessage": "Now type {####}",
        },
    )
    door.by_password()
    message = newest(door.pool)
    assert (None, f"Now type {message['code']}") == (message["subject"], message["body"])


def test_a_function_words_the_code_of_a_second_factor(in_process: InProcess, functions: Functions) -> None:
    door = new_door(in_process, functions, "CustomMessage")
    set_mfa(door.pool, "ON", email=True)
    functions.answer("CustomMessage_Authentication", emailSubject="In?", emailMessage="With {####}")
    asked = door.by_password()
    message = newest(door.pool)
    assert ("In?", f"With {message['code']}") == (message["subject"], message["body"])
    assert door.pool.client_id == functions.event("CustomMessage_Authentication")["callerContext"]["clientId"]
    assert "AuthenticationResult" in door.answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=message["code"])


def test_a_function_that_fails_asks_for_no_code(in_process: InProcess, functions: Functions) -> None:
    door = new_door(in_process, functions, "CustomMessage")
    set_mfa(door.pool, "ON", email=True)
    functions.fail("CustomMessage_Authentication", "no words")
    sent = len(door.pool.endpoint.messages(pool=door.pool.id))
    with refusal("UserLambdaValidationException") as seen:
        door.by_password()
    assert "CustomMessage failed with error no words." == seen.message
    assert sent == len(door.pool.endpoint.messages(pool=door.pool.id))


def test_a_function_sends_the_code_of_a_second_factor(in_process: InProcess, functions: Functions) -> None:
    kms = in_process.boto3_client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    door = new_door(in_process, functions, "CustomSMSSender", KMSKeyID=key)
    set_mfa(door.pool, "OPTIONAL", sms=True)
    prefer(door.pool, sms=True)
    sent = len(door.pool.endpoint.messages(pool=door.pool.id))
    asked = door.by_password()
    event = functions.event("CustomSMSSender_Authentication")
    assert NUMBER == event["request"]["userAttributes"]["phone_number"]
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)
    message = base64.b64decode(event["request"]["code"])
    code, _ = client.decrypt(source=message, key_provider=KMSMasterKey(client=kms, key_id=key))
    assert sent == len(door.pool.endpoint.messages(pool=door.pool.id))
    assert "AuthenticationResult" in door.answer(asked, "SMS_MFA", SMS_MFA_CODE=code.decode())
