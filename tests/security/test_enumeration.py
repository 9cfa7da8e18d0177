"""Where a client hides users, a name that is somebody's and one that is nobody's look alike."""

import unicodedata
from typing import Any

from botocore.exceptions import ClientError
from srp_client import begun, client_of

from harness.in_process import InProcess
from harness.people import FLOWS, PASSWORD, Pool, attributes, make_pool, sign_up, signed_up

HIDING = {"PreventUserExistenceErrors": "ENABLED"}
INSENSITIVE = {"CaseSensitive": False}


def srp_parameters(pool: Pool, username: str) -> dict[str, Any]:
    parameters: dict[str, Any] = begun(pool, client_of(pool, username))["ChallengeParameters"]
    return parameters


def test_spellings_of_one_name_get_one_salt_whether_it_exists_or_not(in_process: InProcess) -> None:
    pool = make_pool(in_process, client=HIDING, UsernameConfiguration=INSENSITIVE)
    signed_up(pool, "zoë", email="zoe@example.com")
    for name in ("zoë", "chloë"):
        composed, decomposed = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
        assert composed != decomposed
        assert srp_parameters(pool, composed)["SALT"] == srp_parameters(pool, decomposed)["SALT"], name


def test_the_case_of_a_name_that_exists_is_not_told_by_being_put_right(in_process: InProcess) -> None:
    pool = make_pool(in_process, client=HIDING, UsernameConfiguration=INSENSITIVE)
    signed_up(pool, "ada")
    for name in ("ada", "bob"):
        assert name == srp_parameters(pool, name.title())["USER_ID_FOR_SRP"]


def test_recovery_seems_to_go_where_the_pools_users_have_verified_addresses(in_process: InProcess) -> None:
    pool = make_pool(in_process, client=HIDING)
    signed_up(pool, "ada")
    told = [
        in_process.anonymous.forgot_password(ClientId=pool.client_id, Username=name)["CodeDeliveryDetails"]
        for name in ("ada", "bob")
    ]
    for member in ("DeliveryMedium", "AttributeName"):
        assert told[0][member] == told[1][member]


def closed_pool(in_process: InProcess) -> Pool:
    pool = make_pool(in_process, client=HIDING, flows=FLOWS, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    in_process.signed.admin_create_user(
        UserPoolId=pool.id, Username="ada", MessageAction="SUPPRESS", UserAttributes=attributes(email="ada@example.com")
    )
    in_process.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=PASSWORD, Permanent=True)
    return pool


def told_by(act: Any, **members: str) -> tuple[str, str]:
    try:
        answer = act(**members)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return "", answer["CodeDeliveryDetails"]["DeliveryMedium"]


def test_where_nobody_signs_up_confirming_does_not_tell_who_exists(in_process: InProcess) -> None:
    pool = closed_pool(in_process)
    confirmed = [
        told_by(in_process.anonymous.confirm_sign_up, ClientId=pool.client_id, Username=name, ConfirmationCode="123456")
        for name in ("ada", "bob")
    ]
    assert confirmed[0] == confirmed[1]
    resent = [
        told_by(in_process.anonymous.resend_confirmation_code, ClientId=pool.client_id, Username=name)
        for name in ("ada", "bob")
    ]
    assert resent[0] == resent[1]


def test_a_guess_at_the_code_of_somebody_or_nobody_is_answered_alike(in_process: InProcess) -> None:
    pool = make_pool(in_process, client=HIDING)
    sign_up(pool, "ada")
    said = {
        name: [
            told_by(
                in_process.anonymous.confirm_sign_up,
                ClientId=pool.client_id,
                Username=name,
                ConfirmationCode=f"x{each}",
            )
            for each in range(17)
        ]
        for name in ("ada", "bob")
    }
    assert said["ada"] == said["bob"]
