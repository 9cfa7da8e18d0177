"""SetUserMFAPreference, AdminSetUserMFAPreference, SetUserSettings, AdminSetUserSettings, and where these are shown."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from durability.races import race
from harness.authenticator_app import registered, with_apps
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, attributes, make_pool, sign_in, signed_up
from harness.sign_ins import factors_of

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"}
SENDER = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"}
EVERY_FACTOR = {
    "SmsMfaConfiguration": {"SmsConfiguration": SMS},
    "EmailMfaConfiguration": {},
    "WebAuthnConfiguration": {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"},
}
ON, OFF, PREFERRED = {"Enabled": True}, {"Enabled": False}, {"Enabled": True, "PreferredMfa": True}
BY_SMS = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
PHONE = "+15555550100"
Setter = Callable[..., object]


@pytest.fixture
def all_factors(in_process: InProcess) -> Pool:
    """A pool with every second factor, and a user who has a phone."""
    pool = make_pool(in_process, EmailConfiguration=SENDER)
    signed_up(pool, phone_number=PHONE)
    return with_apps(pool, **EVERY_FACTOR)


@pytest.fixture
def token(all_factors: Pool) -> str:
    """The user's access token."""
    access_token: str = sign_in(all_factors)["AccessToken"]
    return access_token


@pytest.fixture(params=["user", "administrator"])
def setter(request: pytest.FixtureRequest, all_factors: Pool, token: str) -> Setter:
    """SetUserMFAPreference and its admin twin, for one user."""
    endpoint = all_factors.endpoint
    if request.param == "user":
        return partial(endpoint.anonymous.set_user_mfa_preference, AccessToken=token)
    return partial(endpoint.signed.admin_set_user_mfa_preference, UserPoolId=all_factors.id, Username="ada")


def refused(message: str, act: Setter, **members: Any) -> None:
    with refusal() as seen:
        act(**members)
    assert ("InvalidParameterException", message) == seen.said


def test_every_factor_is_turned_on_and_one_preferred(
    all_factors: Pool, token: str, clock: FakeClock, setter: Setter
) -> None:
    registered(all_factors, clock, token)
    setter(SMSMfaSettings=ON, SoftwareTokenMfaSettings=PREFERRED, EmailMfaSettings=ON, WebAuthnMfaSettings=ON)
    assert (["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"], "SOFTWARE_TOKEN_MFA") == factors_of(all_factors)
    setter(EmailMfaSettings=PREFERRED)
    assert (["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"], "EMAIL_OTP") == factors_of(all_factors)
    setter(EmailMfaSettings=OFF)
    assert (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], None) == factors_of(all_factors)
    setter()
    setter(SMSMfaSettings={}, SoftwareTokenMfaSettings=OFF, WebAuthnMfaSettings=OFF)
    assert ([], None) == factors_of(all_factors)


def test_what_is_not_there_cannot_be_turned_on(all_factors: Pool, setter: Setter) -> None:
    refused("User has not verified software token mfa", setter, SoftwareTokenMfaSettings=ON)
    gone = {"UserPoolId": all_factors.id, "Username": "ada", "UserAttributeNames": ["phone_number", "email"]}
    all_factors.endpoint.signed.admin_delete_user_attributes(**gone)
    refused("User does not have delivery config set to turn on SMS_MFA", setter, SMSMfaSettings=ON)
    refused("User does not have delivery config set to turn on EMAIL_OTP", setter, EmailMfaSettings=ON)
    off = dict.fromkeys(["SMSMfaSettings", "SoftwareTokenMfaSettings", "EmailMfaSettings"], OFF)
    setter(**off)
    assert ([], None) == factors_of(all_factors)


def test_a_factor_that_waits_for_its_first_code_is_not_there(all_factors: Pool, token: str, setter: Setter) -> None:
    all_factors.endpoint.anonymous.associate_software_token(AccessToken=token)
    refused("User has not verified software token mfa", setter, SoftwareTokenMfaSettings=ON)


def test_a_refused_change_changes_nothing(all_factors: Pool, setter: Setter) -> None:
    setter(SMSMfaSettings=PREFERRED)
    refused("Only one MFA method can be preferred.", setter, SMSMfaSettings=PREFERRED, EmailMfaSettings=PREFERRED)
    refused("An MFA method must be enabled to be preferred.", setter, EmailMfaSettings={"PreferredMfa": True})
    refused("User has not verified software token mfa", setter, SMSMfaSettings=OFF, SoftwareTokenMfaSettings=ON)
    assert (["SMS_MFA"], "SMS_MFA") == factors_of(all_factors)


def test_the_pool_has_to_have_the_factor(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    signed_up(pool, phone_number=PHONE)
    setter = partial(in_process.signed.admin_set_user_mfa_preference, UserPoolId=pool.id, Username="ada")
    for member, name in (
        ("SMSMfaSettings", "SMS_MFA"),
        ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA"),
        ("EmailMfaSettings", "EMAIL_OTP"),
    ):
        refused(f"User does not have delivery config set to turn on {name}", setter, **{member: ON})
    refused("Passkey MFA has not been enabled by the userPool", setter, WebAuthnMfaSettings=ON)


def test_a_passkey_needs_another_method_beside_it(all_factors: Pool, setter: Setter) -> None:
    message = "Passkey MFA requires another MFA method: SMS, software token or email."
    refused(message, setter, WebAuthnMfaSettings=ON)
    setter(WebAuthnMfaSettings=ON, EmailMfaSettings=ON)
    refused(message, setter, EmailMfaSettings=OFF)
    setter(EmailMfaSettings=OFF, SMSMfaSettings=ON)
    assert (["SMS_MFA"], None) == factors_of(all_factors)


def test_where_mfa_is_required_one_method_stays(all_factors: Pool, setter: Setter) -> None:
    setter(SMSMfaSettings=ON, EmailMfaSettings=ON)
    with_apps(all_factors, "ON", **EVERY_FACTOR)
    message = "The user pool requires MFA: at least one MFA method must stay enabled."
    refused(message, setter, SMSMfaSettings=OFF, EmailMfaSettings=OFF)
    setter(SMSMfaSettings=OFF, EmailMfaSettings=PREFERRED)
    refused(message, setter, EmailMfaSettings=OFF)
    assert (["EMAIL_OTP"], "EMAIL_OTP") == factors_of(all_factors)


def test_it_is_shown_wherever_the_user_is(all_factors: Pool, token: str) -> None:
    endpoint = all_factors.endpoint
    whom = {"UserPoolId": all_factors.id, "Username": "ada"}
    for act, members in (
        (endpoint.anonymous.get_user, {"AccessToken": token}),
        (endpoint.signed.admin_get_user, whom),
        (endpoint.anonymous.get_user_auth_factors, {"AccessToken": token}),
        (endpoint.signed.admin_get_user_auth_factors, whom),
    ):
        assert not {"MFAOptions", "UserMFASettingList", "PreferredMfaSetting"} & act(**members).keys()
    endpoint.signed.admin_set_user_mfa_preference(**whom, SMSMfaSettings=PREFERRED, EmailMfaSettings=ON)
    expected = {"UserMFASettingList": ["SMS_MFA", "EMAIL_OTP"], "PreferredMfaSetting": "SMS_MFA"}
    for answer in (endpoint.anonymous.get_user(AccessToken=token), endpoint.signed.admin_get_user(**whom)):
        assert {**expected, "MFAOptions": BY_SMS}.items() <= answer.items()
    for answer in (
        endpoint.anonymous.get_user_auth_factors(AccessToken=token),
        endpoint.signed.admin_get_user_auth_factors(**whom),
    ):
        assert expected.items() <= answer.items()
    [listed] = endpoint.signed.list_users(UserPoolId=all_factors.id)["Users"]
    assert BY_SMS == listed["MFAOptions"]


@pytest.mark.parametrize("who", ["user", "administrator"])
def test_the_former_settings_know_sms_only(all_factors: Pool, token: str, who: str) -> None:
    endpoint = all_factors.endpoint
    whom = {"UserPoolId": all_factors.id, "Username": "ada"}
    setter = (
        partial(endpoint.anonymous.set_user_settings, AccessToken=token)
        if who == "user"
        else partial(endpoint.signed.admin_set_user_settings, **whom)
    )
    endpoint.signed.admin_set_user_mfa_preference(**whom, SMSMfaSettings=PREFERRED, EmailMfaSettings=ON)
    setter(MFAOptions=BY_SMS)
    assert (["SMS_MFA", "EMAIL_OTP"], "SMS_MFA") == factors_of(all_factors)
    setter(MFAOptions=[])
    assert (["EMAIL_OTP"], None) == factors_of(all_factors)
    setter(MFAOptions=BY_SMS)
    assert (["SMS_MFA", "EMAIL_OTP"], None) == factors_of(all_factors)
    message = "MFAOptions can only have the DeliveryMedium SMS with the attribute phone_number."
    for wrong in ({"DeliveryMedium": "EMAIL", "AttributeName": "email"}, {"DeliveryMedium": "SMS"}, {}):
        refused(message, setter, MFAOptions=[wrong])


def test_nobody_has_no_preference(all_factors: Pool) -> None:
    signed = all_factors.endpoint.signed
    whom = {"UserPoolId": all_factors.id, "Username": "nobody"}
    for act in (
        partial(signed.admin_set_user_mfa_preference, SMSMfaSettings=ON),
        partial(signed.admin_set_user_settings, MFAOptions=[]),
    ):
        with refusal() as seen:
            act(**whom)
        assert ("UserNotFoundException", "User does not exist.") == seen.said


def test_strangers_set_nothing(all_factors: Pool) -> None:
    members = {"UserPoolId": all_factors.id, "Username": "ada"}
    calls = {
        "admin_set_user_mfa_preference": {**members, "SMSMfaSettings": ON},
        "admin_set_user_settings": {**members, "MFAOptions": []},
    }
    assert_closed_to_outsiders(all_factors, calls)


def test_changes_at_once_of_different_factors_all_hold(all_factors: Pool) -> None:
    setter = partial(
        all_factors.endpoint.signed.admin_set_user_mfa_preference, UserPoolId=all_factors.id, Username="ada"
    )
    race([partial(setter, SMSMfaSettings=ON), partial(setter, EmailMfaSettings=PREFERRED)])
    assert (["SMS_MFA", "EMAIL_OTP"], "EMAIL_OTP") == factors_of(all_factors)


def test_a_second_factor_that_is_deleted_while_it_is_turned_on_is_off(
    all_factors: Pool, token: str, clock: FakeClock
) -> None:
    whom = {"UserPoolId": all_factors.id, "Username": "ada"}
    signed = all_factors.endpoint.signed
    for _ in range(3):
        registered(all_factors, clock, token)
        clock.advance(seconds=60)
        race([
            partial(signed.admin_set_user_mfa_preference, **whom, SoftwareTokenMfaSettings=PREFERRED),
            partial(signed.admin_delete_software_token, **whom),
        ])  # fmt: skip
        assert ([], None) == factors_of(all_factors)


def test_an_address_that_goes_takes_its_factor_from_sign_ins_and_not_from_the_settings(all_factors: Pool) -> None:
    signed = all_factors.endpoint.signed
    whom = {"UserPoolId": all_factors.id, "Username": "ada"}
    signed.admin_set_user_mfa_preference(**whom, SMSMfaSettings=PREFERRED)
    signed.admin_delete_user_attributes(**whom, UserAttributeNames=["phone_number"])
    assert "AccessToken" in sign_in(all_factors)
    assert (["SMS_MFA"], "SMS_MFA") == factors_of(all_factors)
    signed.admin_update_user_attributes(**whom, UserAttributes=attributes(phone_number=PHONE))
    answer = all_factors.endpoint.anonymous.initiate_auth(
        ClientId=all_factors.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Correct-Horse-7"},
    )
    assert "SMS_MFA" == answer["ChallengeName"]
