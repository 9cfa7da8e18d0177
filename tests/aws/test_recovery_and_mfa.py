"""Nobody comes back by the way on which the codes of their second factor come."""

from typing import Any

import pytest
from refusals import refusal

from harness.authenticator_app import registered, with_apps
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, attributes, make_pool, sign_in, signed_up

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"}
SENDER = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"}
BOTH = {"SmsMfaConfiguration": {"SmsConfiguration": SMS}, "EmailMfaConfiguration": {}}
PREFERRED = {"Enabled": True, "PreferredMfa": True}
ON = {"Enabled": True}
NO_WAY = (
    "InvalidParameterException",
    "Could not reset password for the account, please contact support or try again",
)


def a_pool(endpoint: InProcess, mode: str = "OPTIONAL", **settings: Any) -> Pool:
    """A pool with every second factor, and a user whose e-mail address and phone number are verified."""
    pool = make_pool(endpoint, EmailConfiguration=SENDER, **settings)
    signed_up(pool)
    verified = attributes(phone_number="+15555550100", phone_number_verified="true")
    endpoint.signed.admin_update_user_attributes(UserPoolId=pool.id, Username="ada", UserAttributes=verified)
    return with_apps(pool, mode, **BOTH)


def choose(pool: Pool, **settings: Any) -> None:
    pool.endpoint.signed.admin_set_user_mfa_preference(UserPoolId=pool.id, Username="ada", **settings)


def way_of(pool: Pool) -> str:
    """Where the recovery code goes."""
    answer = pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    medium: str = answer["CodeDeliveryDetails"]["DeliveryMedium"]
    return medium


def test_without_a_choice_the_phone_goes_first(in_process: InProcess) -> None:
    assert "SMS" == way_of(a_pool(in_process))


@pytest.mark.parametrize(("member", "way"), [("SMSMfaSettings", "EMAIL"), ("EmailMfaSettings", "SMS")])
@pytest.mark.parametrize("setting", [ON, PREFERRED])
def test_the_way_of_the_second_factor_is_no_way_back(
    in_process: InProcess, member: str, way: str, setting: dict[str, bool]
) -> None:
    pool = a_pool(in_process)
    choose(pool, **{member: setting})
    assert way == way_of(pool)
    in_process.signed.admin_reset_user_password(UserPoolId=pool.id, Username="ada")
    assert way == in_process.messages(username="ada", pool=pool.id)[0]["channel"]


def test_of_several_factors_the_preferred_one_counts(in_process: InProcess, clock: FakeClock) -> None:
    pool = a_pool(in_process)
    registered(pool, clock, sign_in(pool)["AccessToken"])
    choose(pool, SMSMfaSettings=ON, SoftwareTokenMfaSettings=PREFERRED)
    assert "SMS" == way_of(pool)
    choose(pool, SoftwareTokenMfaSettings=ON)
    assert "EMAIL" == way_of(pool)


def test_with_both_ways_as_factors_there_is_no_way_back(in_process: InProcess) -> None:
    pool = a_pool(in_process)
    choose(pool, SMSMfaSettings=ON, EmailMfaSettings=ON)
    with refusal() as seen:
        way_of(pool)
    assert NO_WAY == seen.said
    with refusal() as seen:
        in_process.signed.admin_reset_user_password(UserPoolId=pool.id, Username="ada")
    assert NO_WAY == seen.said
    shown = in_process.signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    assert "CONFIRMED" == shown["UserStatus"]


def test_a_client_that_hides_users_does_not_tell(in_process: InProcess) -> None:
    pool = make_pool(in_process, EmailConfiguration=SENDER, client={"PreventUserExistenceErrors": "ENABLED"})
    signed_up(pool)
    with_apps(pool, **BOTH)
    choose(pool, EmailMfaSettings=ON)
    before = len(in_process.messages(username="ada", pool=pool.id))
    assert way_of(pool)
    assert before == len(in_process.messages(username="ada", pool=pool.id))


def test_a_factor_that_the_pool_gave_up_is_a_way_back_again(in_process: InProcess) -> None:
    pool = a_pool(in_process)
    choose(pool, SMSMfaSettings=PREFERRED)
    in_process.signed.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OFF")
    assert "SMS" == way_of(pool)


def test_where_mfa_is_required_a_factor_counts_that_nobody_turned_on(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    signed_up(pool)
    verified = attributes(phone_number="+15555550100", phone_number_verified="true")
    in_process.signed.admin_update_user_attributes(UserPoolId=pool.id, Username="ada", UserAttributes=verified)
    in_process.signed.set_user_pool_mfa_config(
        UserPoolId=pool.id, MfaConfiguration="ON", SmsMfaConfiguration={"SmsConfiguration": SMS}
    )
    assert "EMAIL" == way_of(pool)
