"""AssociateSoftwareToken, VerifySoftwareToken, AdminDeleteSoftwareToken, and signing in with an authenticator app."""

import base64
from collections import Counter
from functools import partial
from typing import Any

import pytest
from outsiders import assert_closed_to_outsiders
from refusals import refusal, refused
from software_tokens import LIMITED, MISMATCH, NOT_SET_UP
from sqlalchemy import select

from cenote.storage import tables
from durability.races import race, winner_of
from harness.authenticator_app import (
    USED,
    asked,
    associated,
    registered,
    typed,
    verify,
    with_apps,
)
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool, sign_in, signed_up
from harness.sign_ins import factors_of, prefer

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

USED_AT_ENROLMENT = ("EnableSoftwareTokenMFAException", "Your software token has already been used once.")
WRONG = ("CodeMismatchException", "Invalid code received for user")
NOT_ENABLED = ("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")


@pytest.fixture
def apps(pool: Pool) -> Pool:
    """A pool in which people may have an authenticator app, with a user."""
    signed_up(pool)
    return with_apps(pool)


@pytest.fixture
def token(apps: Pool) -> str:
    """The user's access token."""
    access_token: str = sign_in(apps)["AccessToken"]
    return access_token


def rows(pool: Pool) -> list[dict[str, Any]]:
    endpoint = pool.endpoint
    assert isinstance(endpoint, InProcess)
    with endpoint.services.database.read() as tx:
        return [dict(row) for row in tx.execute(select(tables.software_tokens)).mappings()]


def test_a_secret_is_256_bits_in_base32_without_padding(apps: Pool, token: str, clock: FakeClock) -> None:
    first, second = (associated(apps, clock, token).secret for _ in range(2))
    assert first != second
    assert 52 == len(first)
    assert 32 == len(base64.b32decode(first + "===="))


def test_an_app_is_registered_by_its_code_and_turned_on_by_the_user(apps: Pool, token: str, clock: FakeClock) -> None:
    answer = verify(apps, AccessToken=token, UserCode=associated(apps, clock, token).code(), FriendlyDeviceName="Phone")
    assert "Session" not in answer
    assert ([], None) == factors_of(apps)
    assert "AccessToken" in sign_in(apps)
    prefer(apps, token=token, totp=True)
    assert (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA") == factors_of(apps)


def test_a_registered_app_signs_in(apps: Pool, token: str, clock: FakeClock) -> None:
    app = registered(apps, clock, token, FriendlyDeviceName="Ada's phone")
    prefer(apps, token=token, totp=True)
    clock.advance(seconds=30)
    step = asked(apps)
    assert "SOFTWARE_TOKEN_MFA" == step["ChallengeName"]
    assert {"FRIENDLY_DEVICE_NAME": "Ada's phone", "USER_ID_FOR_SRP": "ada"} == step["ChallengeParameters"]
    assert "AccessToken" in typed(apps, step["Session"], app.code())["AuthenticationResult"]


def test_a_code_is_taken_once(apps: Pool, token: str, clock: FakeClock) -> None:
    app = registered(apps, clock, token)
    prefer(apps, token=token, totp=True)
    # Used at the enrolment.
    assert USED == refused(typed, apps, asked(apps)["Session"], app.code())
    clock.advance(seconds=30)
    code = app.code()
    assert "AuthenticationResult" in typed(apps, asked(apps)["Session"], code)
    assert USED == refused(typed, apps, asked(apps)["Session"], code)
    # Nor is an earlier one taken after it.
    assert USED == refused(typed, apps, asked(apps)["Session"], app.code(late_s=-30))
    assert "AuthenticationResult" in typed(apps, asked(apps)["Session"], app.code(late_s=30))


def test_a_wrong_code_leaves_the_challenge_open(apps: Pool, token: str, clock: FakeClock) -> None:
    app = registered(apps, clock, token)
    prefer(apps, token=token, totp=True)
    clock.advance(seconds=60)
    session = asked(apps)["Session"]
    for wrong in (*app.wrong_codes(1), app.code(late_s=90), "x"):
        assert WRONG == refused(typed, apps, session, wrong)
    assert "AuthenticationResult" in typed(apps, session, app.code())


@pytest.mark.parametrize("late_s", [-60, -30, 0, 30, 60])
def test_the_devices_clock_may_go_wrong_by_one_step(apps: Pool, token: str, clock: FakeClock, late_s: int) -> None:
    code = associated(apps, clock, token).code(late_s=late_s)
    if abs(late_s) <= 30:
        verify(apps, AccessToken=token, UserCode=code)
    else:
        assert MISMATCH == refused(verify, apps, AccessToken=token, UserCode=code)


def test_a_new_secret_takes_over_once_it_is_proved_and_not_before(apps: Pool, token: str, clock: FakeClock) -> None:
    old = registered(apps, clock, token)
    prefer(apps, token=token, totp=True)
    clock.advance(seconds=30)
    new = associated(apps, clock, token)
    assert WRONG == refused(typed, apps, asked(apps)["Session"], new.code())
    assert "AuthenticationResult" in typed(apps, asked(apps)["Session"], old.code())
    assert MISMATCH == refused(verify, apps, AccessToken=token, UserCode=old.code(late_s=30))
    verify(apps, AccessToken=token, UserCode=new.code())
    clock.advance(seconds=60)
    assert WRONG == refused(typed, apps, asked(apps)["Session"], old.code())
    assert "AuthenticationResult" in typed(apps, asked(apps)["Session"], new.code())


def test_of_two_associations_the_later_one_counts(apps: Pool, token: str, clock: FakeClock) -> None:
    first, second = (associated(apps, clock, token) for _ in range(2))
    assert MISMATCH == refused(verify, apps, AccessToken=token, UserCode=first.code())
    verify(apps, AccessToken=token, UserCode=second.code())


def test_where_no_secret_waits_the_one_in_force_is_checked(apps: Pool, token: str, clock: FakeClock) -> None:
    assert NOT_SET_UP == refused(verify, apps, AccessToken=token, UserCode="123456")
    app = registered(apps, clock, token)
    assert USED_AT_ENROLMENT == refused(verify, apps, AccessToken=token, UserCode=app.code())
    assert MISMATCH == refused(verify, apps, AccessToken=token, UserCode=app.wrong_codes(1)[0])
    clock.advance(seconds=30)
    verify(apps, AccessToken=token, UserCode=app.code())
    assert USED_AT_ENROLMENT == refused(verify, apps, AccessToken=token, UserCode=app.code())


def test_five_wrong_tries_end_them_for_an_hour(apps: Pool, token: str, clock: FakeClock) -> None:
    app = associated(apps, clock, token)
    for wrong in app.wrong_codes(5):
        assert MISMATCH == refused(verify, apps, AccessToken=token, UserCode=wrong)
    assert LIMITED == refused(verify, apps, AccessToken=token, UserCode=app.code())
    # A new secret brings no new tries.
    assert LIMITED == refused(verify, apps, AccessToken=token, UserCode=associated(apps, clock, token).code())
    clock.advance(hours=1)
    token = sign_in(apps)["AccessToken"]
    verify(apps, AccessToken=token, UserCode=associated(apps, clock, token).code())


def test_a_right_code_forgives_the_wrong_ones(apps: Pool, token: str, clock: FakeClock) -> None:
    for _ in range(3):
        app = associated(apps, clock, token)
        for wrong in app.wrong_codes(4):
            assert MISMATCH == refused(verify, apps, AccessToken=token, UserCode=wrong)
        verify(apps, AccessToken=token, UserCode=app.code())


def test_a_pool_without_the_factor_has_no_apps(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    anonymous = pool.endpoint.anonymous
    assert NOT_ENABLED == refused(anonymous.associate_software_token, AccessToken=token)
    with_apps(pool)
    app = associated(pool, clock, token)
    pool.endpoint.signed.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OFF")
    assert NOT_ENABLED == refused(verify, pool, AccessToken=token, UserCode=app.code())
    assert NOT_ENABLED == refused(anonymous.associate_software_token, AccessToken=token)


def test_what_a_user_has_is_kept_while_the_pool_does_without_it(apps: Pool, token: str, clock: FakeClock) -> None:
    app = registered(apps, clock, token)
    prefer(apps, token=token, totp=True)
    apps.endpoint.signed.set_user_pool_mfa_config(UserPoolId=apps.id, MfaConfiguration="OFF")
    assert "AccessToken" in sign_in(apps)
    assert (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA") == factors_of(apps)
    with_apps(apps)
    clock.advance(seconds=30)
    assert "AuthenticationResult" in typed(apps, asked(apps)["Session"], app.code())


def test_a_token_or_a_session_is_needed_and_not_both(apps: Pool, token: str) -> None:
    anonymous = apps.endpoint.anonymous
    said = ("InvalidParameterException", "Missing required parameter AccessToken")
    assert said == refused(anonymous.associate_software_token)
    assert said == refused(anonymous.verify_software_token, UserCode="123456")
    said = ("InvalidParameterException", "Provide either AccessToken or Session, but not both.")
    both = {"AccessToken": token, "Session": "x" * 30}
    assert said == refused(anonymous.associate_software_token, **both)
    assert said == refused(anonymous.verify_software_token, **both, UserCode="123456")


def test_an_administrator_deletes_an_app_and_another_one_is_registered(
    apps: Pool, token: str, clock: FakeClock
) -> None:
    delete = partial(apps.endpoint.signed.admin_delete_software_token, UserPoolId=apps.id)
    delete(Username="ada")
    lost = registered(apps, clock, token)
    prefer(apps, token=token, totp=True)
    session = asked(apps)["Session"]
    delete(Username="ada")
    assert ([], None) == factors_of(apps)
    assert [] == rows(apps)
    clock.advance(seconds=30)
    assert WRONG == refused(typed, apps, session, lost.code())
    assert "AccessToken" in sign_in(apps)
    assert NOT_SET_UP == refused(verify, apps, AccessToken=token, UserCode=lost.code())
    registered(apps, clock, token)
    assert ("UserNotFoundException", "User does not exist.") == refused(delete, Username="nobody")


def test_an_app_is_its_users_own(apps: Pool, token: str, clock: FakeClock) -> None:
    signed_up(apps, "bob")
    other = sign_in(apps, "bob")["AccessToken"]
    app = associated(apps, clock, token)
    assert NOT_SET_UP == refused(verify, apps, AccessToken=other, UserCode=app.code())
    bobs = associated(apps, clock, other)
    assert MISMATCH == refused(verify, apps, AccessToken=other, UserCode=app.code())
    verify(apps, AccessToken=token, UserCode=app.code())
    verify(apps, AccessToken=other, UserCode=bobs.code())


def test_a_deleted_user_leaves_nothing(apps: Pool, token: str, clock: FakeClock) -> None:
    registered(apps, clock, token)
    associated(apps, clock, token)
    [row] = rows(apps)
    assert row["sealed_secret"]
    assert row["sealed_pending"]
    apps.endpoint.signed.admin_delete_user(UserPoolId=apps.id, Username="ada")
    assert [] == rows(apps)
    with refusal("NotAuthorizedException"):
        apps.endpoint.anonymous.associate_software_token(AccessToken=token)


def test_a_deleted_pool_leaves_nothing(apps: Pool, token: str, clock: FakeClock) -> None:
    registered(apps, clock, token)
    apps.endpoint.signed.delete_user_pool(UserPoolId=apps.id)
    assert [] == rows(apps)


def test_strangers_delete_no_apps(apps: Pool) -> None:
    members = {"UserPoolId": apps.id, "Username": "ada"}
    assert_closed_to_outsiders(apps, {"admin_delete_software_token": members})


def test_of_enrolments_at_once_by_one_code_one_succeeds(apps: Pool, clock: FakeClock) -> None:
    for number in range(4):
        signed_up(apps, f"racer{number}")
        token = sign_in(apps, f"racer{number}")["AccessToken"]
        code = associated(apps, clock, token).code()
        outcomes = race([partial(verify, apps, AccessToken=token, UserCode=code)] * 5)
        winner_of(outcomes, {"EnableSoftwareTokenMFAException"})
        assert {("", ""), USED_AT_ENROLMENT} == {outcome.refusal for outcome in outcomes}


def test_of_sign_ins_at_once_by_one_code_one_succeeds(apps: Pool, token: str, clock: FakeClock) -> None:
    app = registered(apps, clock, token)
    prefer(apps, token=token, totp=True)
    for _ in range(3):
        clock.advance(seconds=60)
        sessions = [asked(apps)["Session"] for _ in range(8)]
        outcomes = race([partial(typed, apps, session, app.code()) for session in sessions])
        winner = winner_of(outcomes, {"ExpiredCodeException"})
        assert "AuthenticationResult" in outcomes[winner].answer


def test_of_64_wrong_codes_at_once_five_are_judged(apps: Pool, token: str, clock: FakeClock) -> None:
    app = associated(apps, clock, token)
    outcomes = race([partial(verify, apps, AccessToken=token, UserCode=wrong) for wrong in app.wrong_codes(64)])
    assert {MISMATCH: 5, LIMITED: 59} == Counter(outcome.refusal for outcome in outcomes)


def test_an_app_registered_while_the_user_is_deleted_leaves_nothing(apps: Pool, clock: FakeClock) -> None:
    for number in range(4):
        name = f"racer{number}"
        signed_up(apps, name)
        token = sign_in(apps, name)["AccessToken"]
        app = associated(apps, clock, token)
        deleting = partial(apps.endpoint.signed.admin_delete_user, UserPoolId=apps.id, Username=name)
        race([
            partial(verify, apps, AccessToken=token, UserCode=app.code()),
            partial(apps.endpoint.anonymous.associate_software_token, AccessToken=token),
            deleting,
        ])  # fmt: skip
        assert [] == rows(apps)
