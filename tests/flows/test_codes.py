"""Codes in flows: tries, limits, races."""

from dataclasses import replace

import pytest

from cenote.base.errors import CodeMismatchException, ExpiredCodeException, LimitExceededException
from cenote.flows import codes
from cenote.model.code import Code
from flows.one_pool import JANE, OnePool, at_once


def issue(one: OnePool, purpose: str = codes.SIGN_UP) -> str:
    return one.database.write("issue", lambda tx: codes.issue(one.services, tx, one.pool, JANE, purpose, "email"))


def prove(one: OnePool, code: str, purpose: str = codes.SIGN_UP) -> Code:
    return codes.prove(one.services, one.pool, JANE.sub, purpose, code)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_right_code_is_proved_and_says_what_it_verifies(one: OnePool) -> None:
    proved = prove(one, issue(one))
    assert ("email", JANE.attributes.get("email")) == (proved.attribute, proved.pending_value)


def test_a_wrong_code_is_refused_in_awss_words(one: OnePool) -> None:
    code = issue(one)
    with pytest.raises(CodeMismatchException, match=r"^Invalid verification code provided, please try again\.$"):
        prove(one, wrong(code))


def test_no_code_at_all_reads_like_an_expired_one(one: OnePool) -> None:
    with pytest.raises(ExpiredCodeException, match=r"^Invalid code provided, please request a code again\.$"):
        prove(one, "123456")


def test_a_code_is_bound_to_its_purpose(one: OnePool) -> None:
    code = issue(one, codes.FORGOT_PASSWORD)
    issue(one, codes.SIGN_UP)
    with pytest.raises(CodeMismatchException):
        prove(one, code, codes.SIGN_UP)


def test_only_the_newest_code_is_good(one: OnePool) -> None:
    former, newer = issue(one), issue(one)
    if former != newer:
        with pytest.raises(CodeMismatchException):
            prove(one, former)
    assert prove(one, newer).tries


@pytest.mark.parametrize(
    ("purpose", "minutes"),
    [(codes.SIGN_UP, 24 * 60), (codes.FORGOT_PASSWORD, 60), (codes.verify_purpose("email"), 24 * 60)],
)
def test_a_code_is_good_for_its_time_and_no_longer(one: OnePool, purpose: str, minutes: int) -> None:
    code = issue(one, purpose)
    one.clock.forward(minutes=minutes - 1)
    prove(one, code, purpose)
    one.clock.forward(minutes=1)
    with pytest.raises(ExpiredCodeException):
        prove(one, code, purpose)


def test_five_wrong_tries_kill_a_code(one: OnePool) -> None:
    code = issue(one)
    for _ in range(5):
        with pytest.raises(CodeMismatchException):
            prove(one, wrong(code))
    with pytest.raises(ExpiredCodeException):
        prove(one, code)


def test_new_codes_do_not_give_more_than_the_hours_tries(one: OnePool) -> None:
    for _ in range(3):
        code = issue(one)
        for _try in range(5):
            with pytest.raises(CodeMismatchException):
                prove(one, wrong(code))
    fresh = issue(one)
    with pytest.raises(LimitExceededException, match=r"^Attempt limit exceeded, please try after some time\.$"):
        prove(one, fresh)
    one.clock.forward(minutes=60)
    assert prove(one, fresh).tries == 1


def test_a_proved_code_is_consumed_once(one: OnePool) -> None:
    proved = prove(one, issue(one))
    one.database.write("take", lambda tx: codes.take(one.services, tx, proved))
    with pytest.raises(ExpiredCodeException):
        one.database.write("take", lambda tx: codes.take(one.services, tx, proved))


def test_a_feigned_code_answers_guesses_like_a_real_one(one: OnePool) -> None:
    one.database.write("feign", lambda tx: codes.feign(one.services, tx, one.pool, JANE.sub, codes.SIGN_UP))
    for guess in range(5):
        with pytest.raises(CodeMismatchException):
            prove(one, f"{guess:06d}")
    with pytest.raises(ExpiredCodeException):
        prove(one, "000005")


def test_feigning_beside_a_code_leaves_it_in_force(one: OnePool) -> None:
    code = issue(one)
    one.database.write(
        "feign", lambda tx: codes.feign(one.services, tx, one.pool, JANE.sub, codes.SIGN_UP, replaces=False)
    )
    assert prove(one, code).tries == 1


def test_a_code_is_bound_to_its_user(one: OnePool) -> None:
    other = replace(JANE, sub="99999999-2222-4333-8444-555555555555")
    code = one.database.write(
        "issue", lambda tx: codes.issue(one.services, tx, one.pool, other, codes.SIGN_UP, "email")
    )
    one.database.write("feign", lambda tx: codes.feign(one.services, tx, one.pool, JANE.sub, codes.SIGN_UP))
    with pytest.raises(CodeMismatchException):
        prove(one, code)


def test_of_threads_that_use_one_right_code_one_wins(one: OnePool) -> None:
    code = issue(one)

    def use() -> str:
        proved = prove(one, code)
        one.database.write("take", lambda tx: codes.take(one.services, tx, proved))
        return "won"

    outcomes = at_once(*[use] * 4)
    assert 1 == sum(outcome == "won" for outcome in outcomes)
    assert 3 == sum(isinstance(outcome, ExpiredCodeException) for outcome in outcomes)


def test_parallel_guesses_get_no_more_than_the_tries(one: OnePool) -> None:
    code = issue(one)
    outcomes = at_once(*[lambda: prove(one, wrong(code))] * 20)
    kinds = [type(outcome) for outcome in outcomes]
    assert (5, 10, 5) == (
        kinds.count(CodeMismatchException),
        kinds.count(ExpiredCodeException),
        kinds.count(LimitExceededException),
    )
