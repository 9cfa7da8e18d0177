"""GetUserPoolMfaConfig, SetUserPoolMfaConfig."""

from functools import partial
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from durability.races import race
from harness.authenticator_app import asked
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, make_pool, sign_in, signed_up

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"}
OTHER_SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/other", "ExternalId": "y"}
SENDER = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"}
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
NO_TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": False}}
BY_SMS = {"SmsMfaConfiguration": {"SmsConfiguration": SMS, "SmsAuthenticationMessage": "Sign in with {####}"}}
BY_EMAIL = {"EmailMfaConfiguration": {"Message": "Your code: {####}", "Subject": "Your code"}}
PASSKEY = {
    "WebAuthnConfiguration": {
        "RelyingPartyId": "auth.example.com",
        "UserVerification": "required",
        "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
    }
}
BEGINS_WITH_PASSKEY = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}
TOGETHER = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
NONE_ENABLED = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled."


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def put(pool: Pool, mode: str | None = None, **members: Any) -> dict[str, Any]:
    chosen = {"MfaConfiguration": mode} if mode else {}
    return plain(pool.endpoint.signed.set_user_pool_mfa_config(UserPoolId=pool.id, **chosen, **members))


def shown(pool: Pool) -> dict[str, Any]:
    return plain(pool.endpoint.signed.get_user_pool_mfa_config(UserPoolId=pool.id))


def described(pool: Pool) -> dict[str, Any]:
    found: dict[str, Any] = pool.endpoint.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    return found


def refused(pool: Pool, message: str, mode: str | None = None, **members: Any) -> None:
    before = shown(pool)
    with refusal() as seen:
        put(pool, mode, **members)
    assert ("InvalidParameterException", message) == seen.said
    assert before == shown(pool)


def test_a_pool_that_was_told_nothing_shows_that_it_is_off(pool: Pool) -> None:
    assert {"MfaConfiguration": "OFF"} == shown(pool)


@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
def test_every_setting_is_shown_and_a_pool_shows_only_its_own(in_process: InProcess, mode: str) -> None:
    pool = make_pool(in_process, EmailConfiguration=SENDER)
    before = described(pool)
    settings = {**TOTP, **BY_SMS, **BY_EMAIL, **PASSKEY}
    expected = {"MfaConfiguration": mode, **settings}
    assert expected == put(pool, mode, **settings) == shown(pool)
    sms = {"SmsConfiguration": SMS, "SmsAuthenticationMessage": "Sign in with {####}"}
    assert {**before, **sms, "MfaConfiguration": mode} == described(pool)


def test_what_is_omitted_is_off_but_the_senders_stay(in_process: InProcess) -> None:
    pool = make_pool(in_process, EmailConfiguration=SENDER)
    put(pool, "ON", **TOTP, **BY_SMS, **BY_EMAIL, **PASSKEY)
    assert {"MfaConfiguration": "ON", **TOTP, **BY_SMS} == put(pool, "ON", **TOTP)
    assert {"MfaConfiguration": "OFF", **BY_SMS} == put(pool) == shown(pool)
    assert {"MfaConfiguration": "OFF", **NO_TOTP, **BY_SMS} == put(pool, "OFF", **NO_TOTP)
    assert {"MfaConfiguration": "OFF", **BY_SMS} == put(pool, "OFF")


def test_passkeys_are_no_second_factor_by_themselves(pool: Pool) -> None:
    plain_passkey = {"WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}
    expected = {"WebAuthnConfiguration": {"RelyingPartyId": "localhost", "UserVerification": "preferred"}}
    assert {"MfaConfiguration": "OFF", **expected} == put(pool, "OFF", **plain_passkey) == shown(pool)
    refused(pool, NONE_ENABLED, "OPTIONAL", **plain_passkey)


def test_a_factor_and_no_factor_exclude_one_another(in_process: InProcess) -> None:
    pool = make_pool(in_process, EmailConfiguration=SENDER)
    for members in (TOTP, BY_SMS, BY_EMAIL, {"SmsMfaConfiguration": {}}, {**NO_TOTP, **BY_SMS}):
        refused(pool, TOGETHER, "OFF", **members)
        refused(pool, TOGETHER, **members)
    for mode in ("ON", "OPTIONAL"):
        refused(pool, NONE_ENABLED, mode)
        refused(pool, NONE_ENABLED, mode, **NO_TOTP)


def test_the_sms_of_create_and_update_is_that_of_mfa(in_process: InProcess) -> None:
    pool = make_pool(in_process, SmsConfiguration=SMS, MfaConfiguration="OPTIONAL", SmsAuthenticationMessage="a {####}")
    by_sms = {"SmsMfaConfiguration": {"SmsConfiguration": SMS, "SmsAuthenticationMessage": "a {####}"}}
    assert {"MfaConfiguration": "OPTIONAL", **by_sms} == shown(pool)
    refused(pool, NONE_ENABLED, "ON")
    expected = {"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}}
    assert expected == put(pool, "ON", SmsMfaConfiguration={})
    put(pool, "ON", SmsMfaConfiguration={"SmsConfiguration": OTHER_SMS})
    assert OTHER_SMS == described(pool)["SmsConfiguration"]
    assert "SmsAuthenticationMessage" not in described(pool)
    pool.endpoint.signed.update_user_pool(UserPoolId=pool.id)
    assert {"MfaConfiguration": "OFF"} == shown(pool)
    message = "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration]."
    refused(pool, message, "ON", SmsMfaConfiguration={"SmsAuthenticationMessage": "a {####}"})
    both = {"SmsConfiguration": {**SMS, "EumsSms": {"CallerArn": SMS["SnsCallerArn"]}}}
    message = "Provide either SnsCallerArn or EumsSms in SmsConfiguration, but not both."
    refused(pool, message, "ON", SmsMfaConfiguration=both)


def test_factors_outlive_an_update_that_may_ask_for_them_without_sms(pool: Pool) -> None:
    put(pool, "ON", **TOTP, **PASSKEY)
    update = partial(pool.endpoint.signed.update_user_pool, UserPoolId=pool.id)
    update()
    assert {"MfaConfiguration": "OFF", **TOTP, **PASSKEY} == shown(pool)
    update(MfaConfiguration="ON")
    assert {"MfaConfiguration": "ON", **TOTP, **PASSKEY} == shown(pool)
    put(pool, "OFF", **NO_TOTP, **PASSKEY)
    with refusal("InvalidParameterException") as seen:
        update(MfaConfiguration="OPTIONAL")
    assert "SMS configuration" in seen.message


def test_sending_back_what_describe_shows_changes_nothing(in_process: InProcess) -> None:
    """What Terraform and CDK do."""
    takes = in_process.signed.meta.service_model.operation_model("UpdateUserPool").input_shape.members
    pool = make_pool(in_process, EmailConfiguration=SENDER, **BEGINS_WITH_PASSKEY)
    put(pool, "ON", **TOTP, **BY_SMS, **BY_EMAIL, **PASSKEY)
    before = described(pool), shown(pool)
    again = {name: value for name, value in before[0].items() if name in takes}
    again["AdminCreateUserConfig"] = {"AllowAdminCreateUserOnly": False}
    in_process.signed.update_user_pool(UserPoolId=pool.id, **again)
    assert before == (described(pool), shown(pool))


def test_a_passkey_that_begins_a_required_mfa_counts_as_two_factors(in_process: InProcess) -> None:
    pool = make_pool(in_process, **BEGINS_WITH_PASSKEY)
    message = "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor"
    for members in ({}, {"WebAuthnConfiguration": {"FactorConfiguration": "SINGLE_FACTOR"}}):
        refused(pool, message, "ON", **TOTP, **members)
        put(pool, "OPTIONAL", **TOTP, **members)
    put(pool, "ON", **TOTP, **PASSKEY)
    other = make_pool(in_process)
    put(other, "ON", **TOTP)
    with refusal() as seen:
        in_process.signed.update_user_pool(UserPoolId=other.id, MfaConfiguration="ON", **BEGINS_WITH_PASSKEY)
    message = "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA."
    assert ("InvalidParameterException", message) == seen.said


@pytest.mark.parametrize("factor", ["EMAIL_OTP", "SMS_OTP"])
def test_a_code_that_is_sent_begins_no_required_mfa(in_process: InProcess, factor: str) -> None:
    message = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled."
    begins = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", factor]}}}
    pool = make_pool(in_process, **begins)
    put(pool, "OPTIONAL", **TOTP)
    refused(pool, message, "ON", **TOTP)
    assert "OPTIONAL" == shown(pool)["MfaConfiguration"]
    other = make_pool(in_process)
    put(other, "ON", **TOTP)
    with refusal() as seen:
        in_process.signed.update_user_pool(UserPoolId=other.id, MfaConfiguration="ON", **begins)
    assert ("InvalidParameterException", message) == seen.said
    with refusal() as seen:
        in_process.signed.create_user_pool(PoolName="codes", MfaConfiguration="ON", SmsConfiguration=SMS, **begins)
    assert ("InvalidParameterException", message) == seen.said


def test_email_needs_a_sender_and_another_way_back(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    refused(pool, "Email MFA requires an EmailConfiguration with your own sender: DEVELOPER.", "ON", **BY_EMAIL)
    ways = [{"Name": "verified_email", "Priority": 1}]
    alone = make_pool(in_process, EmailConfiguration=SENDER, AccountRecoverySetting={"RecoveryMechanisms": ways})
    message = "Email MFA requires another account recovery mechanism than verified_email alone."
    refused(alone, message, "ON", **BY_EMAIL)


def test_a_phone_that_is_a_second_factor_is_no_way_back(in_process: InProcess) -> None:
    ways = [{"Name": "verified_phone_number", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]
    pool = make_pool(in_process, AccountRecoverySetting={"RecoveryMechanisms": ways})
    with refusal("InvalidParameterException") as seen:
        put(pool, "ON", **BY_SMS)
    assert "cannot use verified_phone_number" in seen.message
    put(pool, "OPTIONAL", **BY_SMS)


@pytest.mark.parametrize(("members", "feature"), [(BY_EMAIL, "Email MFA"), (PASSKEY, "Passkey MFA")])
def test_the_lite_plan_lacks_some(in_process: InProcess, members: dict[str, Any], feature: str) -> None:
    pool = make_pool(in_process, EmailConfiguration=SENDER, UserPoolTier="LITE")
    put(pool, "ON", **TOTP, **BY_SMS, WebAuthnConfiguration={})
    with refusal() as seen:
        put(pool, "ON", **TOTP, **members)
    message = f"The following features need to be disabled for the LITE pricing tier configured: {feature}"
    assert ("FeatureUnavailableInTierException", message) == seen.said


MALFORMED: list[dict[str, Any]] = [
    {"MfaConfiguration": "SOMETIMES"},
    {"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsAuthenticationMessage": "no code"}},
    {"MfaConfiguration": "ON", "EmailMfaConfiguration": {"Message": "no code"}},
    {"WebAuthnConfiguration": {"UserVerification": "discouraged"}},
    {"WebAuthnConfiguration": {"FactorConfiguration": "TWO"}},
    {"WebAuthnConfiguration": {"RelyingPartyId": "https://example.com"}},
    {"WebAuthnConfiguration": {"RelyingPartyId": "example.com:443"}},
    {"WebAuthnConfiguration": {"RelyingPartyId": "example.com/path"}},
    {"WebAuthnConfiguration": {"RelyingPartyId": "-example.com"}},
    {"WebAuthnConfiguration": {"RelyingPartyId": "-x.example.com"}},
]


def test_members_have_their_forms(pool: Pool) -> None:
    unchecked = pool.endpoint.boto3_client(config=Config(parameter_validation=False))
    for members in MALFORMED:
        with refusal("InvalidParameterException"):
            unchecked.set_user_pool_mfa_config(UserPoolId=pool.id, **members)
    assert {"MfaConfiguration": "OFF"} == shown(pool)


def test_a_required_second_factor_is_set_up_at_the_next_sign_in(pool: Pool) -> None:
    signed_up(pool)
    put(pool, "OPTIONAL", **TOTP)
    assert "AccessToken" in sign_in(pool)
    put(pool, "ON", **TOTP)
    step = asked(pool)
    assert ("MFA_SETUP", '["SOFTWARE_TOKEN_MFA"]') == (
        step["ChallengeName"],
        step["ChallengeParameters"]["MFAS_CAN_SETUP"],
    )
    put(pool, "OFF")
    assert "AccessToken" in sign_in(pool)


def test_a_change_is_a_change_of_the_pool(pool: Pool, clock: FakeClock) -> None:
    clock.advance(hours=1)
    put(pool, "ON", **TOTP)
    assert clock.now == described(pool)["LastModifiedDate"]


def test_of_changes_at_once_each_is_whole_or_refused(pool: Pool) -> None:
    first, second = {**TOTP, **PASSKEY}, BY_SMS
    outcomes = race([partial(put, pool, "ON", **first), partial(put, pool, "ON", **second)] * 2)
    assert {outcome.refusal[0] for outcome in outcomes} <= {"", "ConcurrentModificationException"}
    assert any(outcome.answer for outcome in outcomes)
    found = shown(pool)
    found.pop("SmsMfaConfiguration", None)
    assert found in ({"MfaConfiguration": "ON", **first}, {"MfaConfiguration": "ON"})


def test_strangers_see_nothing(pool: Pool) -> None:
    members = {"UserPoolId": pool.id}
    assert_closed_to_outsiders(
        pool,
        {
            "get_user_pool_mfa_config": members,
            "set_user_pool_mfa_config": {**members, "MfaConfiguration": "ON", **TOTP},
        },
    )
