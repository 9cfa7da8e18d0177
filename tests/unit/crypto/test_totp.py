"""RFC 6238, Appendix B (SHA-1; of its eight digits the last six); RFC 4226, Appendix D."""

import base64
import re

import pytest

from cenote.crypto.totp import STEP_MS, code_at, matching_step, new_secret, secret_text

RFC_SECRET = b"12345678901234567890"
APPENDIX_B = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
APPENDIX_D = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]


@pytest.mark.parametrize(("seconds", "code"), APPENDIX_B.items())
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert code[-6:] == code_at(RFC_SECRET, seconds * 1000 // STEP_MS)
    assert seconds // 30 == matching_step(RFC_SECRET, code[-6:], seconds * 1000)


def test_codes_are_those_of_rfc_4226() -> None:
    assert APPENDIX_D == [code_at(RFC_SECRET, counter) for counter in range(10)]


def test_one_step_of_drift_is_forgiven_and_not_two() -> None:
    secret, now_ms = new_secret(), 1_000_000 * STEP_MS + 12_345
    found = {drift: matching_step(secret, code_at(secret, 1_000_000 + drift), now_ms) for drift in range(-3, 4)}
    assert {-1: 999_999, 0: 1_000_000, 1: 1_000_001} == {drift: step for drift, step in found.items() if step}


def test_a_step_begins_on_its_millisecond() -> None:
    secret = new_secret()
    code = code_at(secret, 100)
    assert 100 == matching_step(secret, code, 99 * STEP_MS)
    assert matching_step(secret, code, 99 * STEP_MS - 1) is None
    assert 100 == matching_step(secret, code, 102 * STEP_MS - 1)
    assert matching_step(secret, code, 102 * STEP_MS) is None


def test_at_the_beginning_of_time_no_step_is_negative() -> None:
    assert 0 == matching_step(RFC_SECRET, code_at(RFC_SECRET, 0), 0)


def test_of_two_steps_with_one_code_it_is_the_later() -> None:
    # Found by trying.
    step = 910_737
    code = code_at(RFC_SECRET, step)
    assert code == code_at(RFC_SECRET, step + 1)
    assert step + 1 == matching_step(RFC_SECRET, code, step * STEP_MS)


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666", "\ud800"])
def test_any_text_may_be_given_and_only_a_code_matches(given: str) -> None:
    assert matching_step(RFC_SECRET, given, 59_000) is None


def test_a_secret_is_drawn_and_shown_as_52_characters_of_base32() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert 50 == len(secrets)
    for secret in secrets:
        text = secret_text(secret)
        assert re.fullmatch("[A-Z2-7]{52}", text)
        assert secret == base64.b32decode(text + "====")
