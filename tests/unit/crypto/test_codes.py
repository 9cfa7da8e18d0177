import re
from collections import Counter

import pytest

from cenote.crypto.codes import (
    code_digest,
    matches,
    new_code,
    new_refresh_token,
    session_content,
    session_of,
    token_digest,
)

KEY = bytes(range(32))


@pytest.mark.parametrize("digits", [6, 8])
def test_a_code_has_exactly_its_digits_and_may_begin_with_zero(digits: int) -> None:
    codes = [new_code(digits) for _ in range(2000)]
    assert all(re.fullmatch(rf"[0-9]{{{digits}}}", code) for code in codes)
    assert len(Counter(code[0] for code in codes)) == 10


def test_a_code_digest_depends_on_key_context_and_code() -> None:
    digest = code_digest(KEY, "user/alice/signup", "123456")
    assert len(digest) == 32
    assert digest == code_digest(KEY, "user/alice/signup", "123456")
    assert digest != code_digest(KEY[::-1], "user/alice/signup", "123456")
    assert digest != code_digest(KEY, "user/alice/forgot", "123456")
    assert digest != code_digest(KEY, "user/alice/signup", "123457")


def test_context_and_code_cannot_run_into_each_other() -> None:
    assert code_digest(KEY, "alice1", "23456") != code_digest(KEY, "alice", "123456")


def test_any_text_has_a_digest() -> None:
    assert len(token_digest("\ud800")) == 32
    assert len(code_digest(KEY, "", "\ud800")) == 32


def test_a_token_digest_is_sha_256() -> None:
    # FIPS 180-2, appendix B.1
    assert token_digest("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_session_looks_like_cognitos_and_carries_its_content() -> None:
    content = bytes(range(208, 256))
    session = session_of(content)
    assert re.fullmatch(r"AYABe[A-Za-z0-9_-]{64}", session)
    assert content == session_content(session)


@pytest.mark.parametrize("text", ["AYABe", "AYABe!", "AYABeA", "\xe9", "\ud800"])
def test_a_text_that_is_no_session_carries_nothing(text: str) -> None:
    assert b"" == session_content(text)


def test_a_refresh_token_looks_like_a_compact_jwe_and_is_never_repeated() -> None:
    tokens = {new_refresh_token() for _ in range(500)}
    assert len(tokens) == 500
    for token in tokens:
        head, *rest = token.split(".")
        assert head == "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ"
        assert [len(part) for part in rest] == [86, 16, 64, 22]
        assert re.fullmatch(r"[A-Za-z0-9-_=.]+", token)


def test_digests_match_only_themselves() -> None:
    assert matches(token_digest("a"), token_digest("a"))
    assert not matches(token_digest("a"), token_digest("b"))
    assert not matches(token_digest("a"), token_digest("a")[:-1])
