"""How often somebody may guess at a second factor, one after the other and all at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from refusals import refusal

from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool, make_pool, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, set_mfa

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

PAUSED = ("NotAuthorizedException", "Password attempts exceeded")


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    made = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER)
    signed_up(made)
    set_mfa(made, "ON", email=True)
    return made


def wrong_codes(pool: Pool, number: int) -> list[str]:
    right = pool.endpoint.code_for("ada", pool=pool.id)
    return [code for code in (f"{guess:08d}" for guess in range(number + 1)) if code != right][:number]


def test_of_64_guesses_at_once_no_more_are_judged_than_of_guesses_in_a_row(pool: Pool) -> None:
    asked = Door(pool).by_password()
    right = pool.endpoint.code_for("ada", pool=pool.id)

    def guess(code: str) -> str:
        try:
            Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)
        except ClientError as refused:
            return str(refused.response["Error"]["Code"])
        return "in"

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(guess, wrong_codes(pool, 64)))
    assert 5 >= outcomes.count("CodeMismatchException") > 0
    assert {"CodeMismatchException", "NotAuthorizedException"} == set(outcomes)
    with refusal("NotAuthorizedException"):
        Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=right)


def test_a_right_password_gives_no_new_tries_at_the_second_factor(pool: Pool, clock: FakeClock) -> None:
    tries = 0
    for _ in range(3):
        asked = Door(pool).by_password()
        for code in wrong_codes(pool, 2):
            with refusal() as seen:
                Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)
            if seen.said == PAUSED:
                break
            tries += 1
        else:
            continue
        break
    assert 5 == tries
    with refusal() as seen:
        Door(pool).by_password()
    assert PAUSED == seen.said
    clock.advance(minutes=16)
    asked = Door(pool).by_password()
    code = pool.endpoint.code_for("ada", pool=pool.id)
    assert "AuthenticationResult" in Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)


def test_a_session_of_an_earlier_round_ends_the_sign_in(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW, EmailConfiguration=SENDER)
    signed_up(pool, phone_number="+14155550100")
    set_mfa(pool, "ON", sms=True, email=True)
    door = Door(pool)
    first = door.by_password()
    second = door.answer(first, "SELECT_MFA_TYPE", ANSWER="EMAIL_OTP")
    with refusal() as seen:
        door.answer(first, "SELECT_MFA_TYPE", ANSWER="SMS_MFA")
    assert ("NotAuthorizedException", "Invalid session for the user, session can only be used once.") == seen.said
    code = pool.endpoint.code_for("ada", pool=pool.id)
    with refusal() as seen:
        door.answer(second, "EMAIL_OTP", EMAIL_OTP_CODE=code)
    assert ("NotAuthorizedException", "Invalid session for the user.") == seen.said


def test_a_sign_out_everywhere_ends_sign_ins_that_are_under_way(pool: Pool, clock: FakeClock) -> None:
    asked = Door(pool).by_password()
    clock.advance(seconds=1)
    pool.endpoint.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
    code = pool.endpoint.code_for("ada", pool=pool.id)
    with refusal() as seen:
        Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)
    assert ("NotAuthorizedException", "Invalid session for the user.") == seen.said


def test_a_new_password_ends_sign_ins_that_the_old_one_began(pool: Pool) -> None:
    asked = Door(pool).by_password()
    code = pool.endpoint.code_for("ada", pool=pool.id)
    pool.endpoint.signed.admin_set_user_password(
        UserPoolId=pool.id, Username="ada", Password="Another-Horse-8", Permanent=True
    )
    with refusal() as seen:
        Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)
    assert ("NotAuthorizedException", "Invalid session for the user.") == seen.said


def test_a_session_is_good_for_the_clients_time(pool: Pool, clock: FakeClock) -> None:
    asked = Door(pool).by_password()
    code = pool.endpoint.code_for("ada", pool=pool.id)
    clock.advance(minutes=3)
    with refusal() as seen:
        Door(pool).answer(asked, "EMAIL_OTP", EMAIL_OTP_CODE=code)
    assert ("NotAuthorizedException", "Invalid session for the user, session is expired.") == seen.said
