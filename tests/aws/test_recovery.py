"""ForgotPassword, ConfirmForgotPassword, AdminResetUserPassword."""

from typing import Any

import pytest
from refusals import refusal

from cenote.crypto.secret_hash import secret_hash
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import FLOWS, PASSWORD, Pool, attributes, make_pool, sign_in, sign_up, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

FRESH = "Fresh-Horse-8"
MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
LIMITED = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")
NOT_NOW = ("NotAuthorizedException", "User password cannot be reset in the current state.")
NO_ADDRESS = (
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
)
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
RECOVERY_BY_EMAIL = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
BY_EMAIL = {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}
BY_PHONE = {"AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+*******9934"}


def forget(pool: Pool, username: str = "ada") -> dict[str, str]:
    answer: dict[str, Any] = pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username=username)
    details: dict[str, str] = answer["CodeDeliveryDetails"]
    return details


def recover(pool: Pool, code: str, username: str = "ada", password: str = FRESH) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.anonymous.confirm_forgot_password(
        ClientId=pool.client_id, Username=username, ConfirmationCode=code, Password=password
    )
    return answer


def not_forgotten(pool: Pool, username: str = "ada") -> tuple[str, str]:
    with refusal() as seen:
        forget(pool, username)
    return seen.said


def not_recovered(pool: Pool, code: str, username: str = "ada", password: str = FRESH) -> tuple[str, str]:
    with refusal() as seen:
        recover(pool, code, username, password)
    return seen.said


def not_reset(pool: Pool, username: str = "ada") -> tuple[str, str]:
    with refusal() as seen:
        pool.endpoint.signed.admin_reset_user_password(UserPoolId=pool.id, Username=username)
    return seen.said


def status_of(pool: Pool, username: str = "ada") -> str:
    status: str = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username=username)["UserStatus"]
    return status


def make_user(pool: Pool, username: str = "ada", **values: str) -> None:
    """A confirmed user with these attributes, verified or not."""
    key = {"UserPoolId": pool.id, "Username": username}
    signed = pool.endpoint.signed
    signed.admin_create_user(**key, MessageAction="SUPPRESS", UserAttributes=attributes(**values))
    signed.admin_set_user_password(**key, Password=PASSWORD, Permanent=True)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_code_sets_a_new_password_once(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    clock.advance(minutes=1)
    assert BY_EMAIL == forget(pool)
    code = pool.endpoint.code_for("ada")
    # Nothing has happened yet.
    assert ("CONFIRMED", True) == (status_of(pool), "AccessToken" in sign_in(pool))
    assert {"ResponseMetadata"} == recover(pool, code).keys()
    assert "AccessToken" in sign_in(pool, password=FRESH)
    with refusal("NotAuthorizedException"):
        sign_in(pool)
    assert EXPIRED == not_recovered(pool, code, password="Other-Horse-9")
    assert "AccessToken" in sign_in(pool, password=FRESH)


def test_codes_are_wrong_expired_replaced_or_were_never_asked_for(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    assert EXPIRED == not_recovered(pool, "123456")
    clock.advance(minutes=1)
    forget(pool)
    former = pool.endpoint.code_for("ada")
    assert MISMATCH == not_recovered(pool, other_than(former))
    clock.advance(minutes=1)
    forget(pool)
    code = pool.endpoint.code_for("ada")
    if code != former:
        assert MISMATCH == not_recovered(pool, former)
    clock.advance(hours=1)
    assert EXPIRED == not_recovered(pool, code)
    assert "AccessToken" in sign_in(pool)


def test_a_code_of_sign_up_recovers_nothing(pool: Pool) -> None:
    sign_up(pool)
    assert EXPIRED == not_recovered(pool, pool.endpoint.code_for("ada"))
    assert "UNCONFIRMED" == status_of(pool)


def test_a_code_is_guessed_five_times(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    clock.advance(minutes=1)
    forget(pool)
    code = pool.endpoint.code_for("ada")
    assert [MISMATCH] * 5 == [not_recovered(pool, other_than(code)) for _ in range(5)]
    assert EXPIRED == not_recovered(pool, code)


def test_five_codes_an_hour_are_sent_and_fifteen_tried(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    tried = []
    for _ in range(3):
        clock.advance(minutes=1)
        forget(pool)
        wrong = other_than(pool.endpoint.code_for("ada"))
        tried += [not_recovered(pool, wrong) for _ in range(5)]
    assert [MISMATCH] * 15 == tried
    clock.advance(minutes=1)
    forget(pool)
    right = pool.endpoint.code_for("ada")
    assert LIMITED == not_recovered(pool, right)
    forget(pool)
    assert LIMITED == not_forgotten(pool)
    clock.advance(hours=1)
    forget(pool)
    recover(pool, pool.endpoint.code_for("ada"))


def test_a_password_against_the_policy_costs_neither_code_nor_try(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    clock.advance(minutes=1)
    forget(pool)
    code = pool.endpoint.code_for("ada")
    expected = ("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
    assert [expected] * 6 == [not_recovered(pool, code, password="short") for _ in range(6)]
    recover(pool, code)


def test_a_new_password_ends_the_lockout(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    for _ in range(6):
        with refusal("NotAuthorizedException"):
            sign_in(pool, password="Wrong-Horse-7")
    clock.advance(milliseconds=1)
    forget(pool)
    recover(pool, pool.endpoint.code_for("ada"))
    assert "AccessToken" in sign_in(pool, password=FRESH)


MECHANISMS = {
    "legacy": (None, BY_PHONE, BY_EMAIL),
    "email first": (("verified_email", "verified_phone_number"), BY_EMAIL, BY_EMAIL),
    "phone first": (("verified_phone_number", "verified_email"), BY_PHONE, BY_EMAIL),
    "phone only": (("verified_phone_number",), BY_PHONE, None),
}


@pytest.mark.parametrize("chosen", MECHANISMS)
def test_the_pool_says_which_proved_address_gets_the_code(in_process: InProcess, chosen: str) -> None:
    names, to_both, to_email = MECHANISMS[chosen]
    mechanisms = [{"Priority": number, "Name": name} for number, name in enumerate(names or (), 1)]
    setting: dict[str, Any] = {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}} if names else {}
    pool = make_pool(in_process, SmsConfiguration=SMS, **setting)
    number = {"phone_number": "+12065559934"}
    address = {"email": "ada@example.com", "email_verified": "true"}
    make_user(pool, "both", **address, **number, phone_number_verified="true")
    make_user(pool, "email", **address, **number, phone_number_verified="false")
    assert to_both == forget(pool, "both")
    if to_email is None:
        assert NO_ADDRESS == not_forgotten(pool, "email")
    else:
        assert to_email == forget(pool, "email")


def test_where_only_administrators_reset_nobody_else_does(in_process: InProcess) -> None:
    only = {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}
    pool = make_pool(in_process, AccountRecoverySetting=only)
    signed_up(pool)
    for username in ("ada", "nobody"):
        expected = ("NotAuthorizedException", "Contact administrator to reset password.")
        assert expected == not_forgotten(pool, username)


def test_a_user_without_a_proved_address_or_own_password_is_refused(pool: Pool) -> None:
    signed = pool.endpoint.signed
    sign_up(pool, "unconfirmed")
    make_user(pool, "unverified", email="u@example.com")
    make_user(pool, "bare")
    for username in ("unconfirmed", "unverified", "bare"):
        assert NO_ADDRESS == not_forgotten(pool, username)
    verified = attributes(email="i@example.com", email_verified="true")
    signed.admin_create_user(UserPoolId=pool.id, Username="invited", MessageAction="SUPPRESS", UserAttributes=verified)
    assert NOT_NOW == not_forgotten(pool, "invited")
    make_user(pool, "disabled", email="d@example.com", email_verified="true")
    signed.admin_disable_user(UserPoolId=pool.id, Username="disabled")
    assert ("NotAuthorizedException", "User is disabled") == not_forgotten(pool, "disabled")
    unknown = ("UserNotFoundException", "Username/client id combination not found.")
    assert unknown == not_forgotten(pool, "nobody") == not_recovered(pool, "123456", "nobody")


def test_who_was_disabled_meanwhile_does_not_come_back_by_a_code(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    clock.advance(minutes=1)
    forget(pool)
    code = pool.endpoint.code_for("ada")
    pool.endpoint.signed.admin_disable_user(UserPoolId=pool.id, Username="ada")
    assert "NotAuthorizedException" == not_recovered(pool, code)[0]
    pool.endpoint.signed.admin_enable_user(UserPoolId=pool.id, Username="ada")
    assert "AccessToken" in sign_in(pool)


def test_a_code_dies_with_the_address_it_went_to(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    clock.advance(minutes=1)
    forget(pool)
    code = pool.endpoint.code_for("ada")
    moved = attributes(email="new@example.com", email_verified="true")
    pool.endpoint.signed.admin_update_user_attributes(UserPoolId=pool.id, Username="ada", UserAttributes=moved)
    assert EXPIRED == not_recovered(pool, code)


def test_an_administrators_reset_asks_for_a_new_password_by_code(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, flows=(*FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH"))
    signed_up(pool)
    clock.advance(minutes=1)
    answer = in_process.signed.admin_reset_user_password(UserPoolId=pool.id, Username="ada")
    assert {"ResponseMetadata"} == answer.keys()
    assert "RESET_REQUIRED" == status_of(pool)
    required = ("PasswordResetRequiredException", "Password reset required for the user")
    with refusal() as seen:
        sign_in(pool)
    assert required == seen.said
    with refusal() as seen:
        in_process.signed.admin_initiate_auth(
            UserPoolId=pool.id,
            ClientId=pool.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )
    assert required == seen.said
    with refusal("NotAuthorizedException"):
        sign_in(pool, password="Wrong-Horse-7")
    recover(pool, in_process.code_for("ada"))
    assert "CONFIRMED" == status_of(pool)
    assert "AccessToken" in sign_in(pool, password=FRESH)


def test_an_administrator_resets_only_who_can_be_reset(pool: Pool) -> None:
    assert ("UserNotFoundException", "User does not exist.") == not_reset(pool, "nobody")
    make_user(pool, "unverified", email="u@example.com")
    assert "InvalidParameterException" == not_reset(pool, "unverified")[0]
    verified = attributes(email="i@example.com", email_verified="true")
    pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id, Username="invited", MessageAction="SUPPRESS", UserAttributes=verified
    )
    assert NOT_NOW == not_reset(pool, "invited")
    assert [] == pool.endpoint.messages()


def test_a_confidential_client_proves_itself(in_process: InProcess, clock: FakeClock) -> None:
    pool = make_pool(in_process, client={"GenerateSecret": True})
    make_user(pool, email="ada@example.com", email_verified="true")
    key = {"ClientId": pool.client_id, "Username": "ada"}
    hashed = {"SecretHash": secret_hash(pool.client_secret or "", "ada", pool.client_id)}
    wrong = ("NotAuthorizedException", f"Unable to verify secret hash for client {pool.client_id}")
    missing = f"Client {pool.client_id} is configured for secret but secret was not received"
    for act, members in (
        (in_process.anonymous.forgot_password, {}),
        (in_process.anonymous.confirm_forgot_password, {"ConfirmationCode": "CODE", "Password": FRESH}),
    ):
        given = {**members, "ConfirmationCode": in_process.code_for("ada")} if members else {}
        with refusal() as seen:
            act(**key, **given)
        assert ("NotAuthorizedException", missing) == seen.said
        with refusal() as seen:
            act(**key, **given, SecretHash="AAAA")
        assert wrong == seen.said
        act(**key, **given, **hashed)
        clock.advance(seconds=1)
    answer = in_process.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": FRESH, "SECRET_HASH": hashed["SecretHash"]},
    )
    assert "AuthenticationResult" in answer


def test_an_address_that_an_administrator_verified_in_any_case_recovers(in_process: InProcess) -> None:
    pool = make_pool(in_process, AutoVerifiedAttributes=[], AccountRecoverySetting=RECOVERY_BY_EMAIL)
    given = attributes(email="ada@example.com", email_verified="True")
    made = in_process.signed.admin_create_user(UserPoolId=pool.id, Username="ada", UserAttributes=given)["User"]
    assert {"Name": "email_verified", "Value": "true"} in made["Attributes"]
    in_process.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=PASSWORD, Permanent=True)
    assert forget(pool) == BY_EMAIL
