"""GetUserAuthFactors, AdminGetUserAuthFactors."""

from typing import Any

from outsiders import assert_closed_to_outsiders
from refusals import refusal

from cenote.storage import tables
from harness.authenticator_app import associated, registered, with_apps
from harness.clock import FakeClock
from harness.imports import file_of, imported, row
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, sign_in, signed_up

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"}
SENDER = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"}
PHONE = "+15555550100"
EVERY_FIRST = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]}}


def factors_of(pool: Pool, username: str = "ada") -> list[str]:
    """What an administrator is shown."""
    answer = pool.endpoint.signed.admin_get_user_auth_factors(UserPoolId=pool.id, Username=username)
    factors: list[str] = answer["ConfiguredUserAuthFactors"]
    return factors


def own_factors(pool: Pool, username: str = "ada") -> dict[str, Any]:
    """What the user is shown, without the envelope."""
    answer = pool.endpoint.anonymous.get_user_auth_factors(AccessToken=sign_in(pool, username)["AccessToken"])
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_a_plain_user_has_a_password(pool: Pool) -> None:
    signed_up(pool)
    expected = {"Username": "ada", "ConfiguredUserAuthFactors": ["PASSWORD"]}
    assert expected == own_factors(pool)
    assert ["PASSWORD"] == factors_of(pool)


def test_an_address_counts_where_the_pool_sends_codes_to_it(in_process: InProcess) -> None:
    by_code = make_pool(in_process, SmsConfiguration=SMS, Policies=EVERY_FIRST)
    signed_up(by_code, phone_number=PHONE)
    assert ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] == factors_of(by_code)
    gone = {"UserPoolId": by_code.id, "Username": "ada", "UserAttributeNames": ["email", "phone_number"]}
    in_process.signed.admin_delete_user_attributes(**gone)
    assert ["PASSWORD"] == factors_of(by_code)


def test_an_address_counts_as_a_second_factor_too(in_process: InProcess) -> None:
    pool = make_pool(in_process, EmailConfiguration=SENDER)
    signed_up(pool, phone_number=PHONE)
    with_apps(pool, SmsMfaConfiguration={"SmsConfiguration": SMS}, EmailMfaConfiguration={})
    assert ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] == factors_of(pool) == own_factors(pool)["ConfiguredUserAuthFactors"]


def test_an_app_counts_once_it_is_verified(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    with_apps(pool)
    token = sign_in(pool)["AccessToken"]
    associated(pool, clock, token)
    assert ["PASSWORD"] == factors_of(pool)
    registered(pool, clock, token)
    assert ["PASSWORD", "SOFTWARE_TOKEN"] == factors_of(pool) == own_factors(pool)["ConfiguredUserAuthFactors"]


def test_a_passkey_counts(in_process: InProcess) -> None:
    pool = make_pool(in_process, Policies=EVERY_FIRST)
    party = {"RelyingPartyId": "localhost"}
    in_process.signed.set_user_pool_mfa_config(UserPoolId=pool.id, WebAuthnConfiguration=party)
    sub = signed_up(pool)
    row = {
        "pool_id": pool.id,
        "credential_id": "AAAA",
        "sub": sub,
        "relying_party": "localhost",
        "document": {},
        "sign_count": 0,
        "created_at_ms": 0,
    }
    in_process.services.database.write("put", lambda tx: tx.execute(tables.passkeys.insert(), row))
    assert ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] == factors_of(pool)


def test_who_has_no_password_is_shown_none(in_process: InProcess) -> None:
    pool = make_pool(in_process, Policies=EVERY_FIRST)
    whom = {"UserPoolId": pool.id, "Username": "ada"}
    imported(pool, file_of(pool, row("ada")))
    assert ["EMAIL_OTP"] == factors_of(pool)
    in_process.signed.admin_set_user_password(**whom, Password=PASSWORD, Permanent=True)
    assert ["PASSWORD", "EMAIL_OTP"] == factors_of(pool)


def test_nobody_has_no_factors(pool: Pool) -> None:
    with refusal() as seen:
        factors_of(pool, "nobody")
    assert ("UserNotFoundException", "User does not exist.") == seen.said
    with refusal("NotAuthorizedException"):
        pool.endpoint.anonymous.get_user_auth_factors(AccessToken="x")


def test_strangers_see_nothing(pool: Pool) -> None:
    assert_closed_to_outsiders(pool, {"admin_get_user_auth_factors": {"UserPoolId": pool.id, "Username": "ada"}})
