import time

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from cenote.crypto import passwords, srp
from cenote.crypto.errors import CryptoError, PasswordMismatchError
from cenote.crypto.passwords import Argon2Record, PasswordRecord, SrpRecord

POOL_NAME = "Ab12Cd34E"
USER = "alice"
PASSWORD = "pässwörd 🔑"


@pytest.fixture(params=["srp", "argon2"])
def record(request: pytest.FixtureRequest) -> PasswordRecord:
    if request.param == "srp":
        return passwords.make_srp(POOL_NAME, USER, PASSWORD)
    return passwords.make_argon2(PASSWORD)


def test_a_password_fits_its_record_before_and_after_storage(record: PasswordRecord) -> None:
    passwords.verify(record, POOL_NAME, USER, PASSWORD)
    stored = passwords.decode(passwords.encode(record))
    assert record == stored
    passwords.verify(stored, POOL_NAME, USER, PASSWORD)


@pytest.mark.parametrize("other", ["", "password", PASSWORD + " ", PASSWORD.upper(), "pa\u0308sswörd 🔑", "\ud800"])
def test_no_other_password_fits_not_even_one_that_looks_the_same(record: PasswordRecord, other: str) -> None:
    with pytest.raises(PasswordMismatchError):
        passwords.verify(record, POOL_NAME, USER, other)


def test_an_srp_record_holds_for_one_pool_and_one_user() -> None:
    record = passwords.make_srp(POOL_NAME, USER, PASSWORD)
    for pool_name, username in (("Other1234", USER), (POOL_NAME, "bob")):
        with pytest.raises(PasswordMismatchError):
            passwords.verify(record, pool_name, username, PASSWORD)


def test_no_record_is_made_of_an_empty_password() -> None:
    with pytest.raises(ValueError, match="empty"):
        passwords.make_srp(POOL_NAME, USER, "")
    with pytest.raises(ValueError, match="empty"):
        passwords.make_argon2("")


def test_equal_passwords_have_different_records() -> None:
    assert passwords.make_srp(POOL_NAME, USER, PASSWORD) != passwords.make_srp(POOL_NAME, USER, PASSWORD)
    assert passwords.make_argon2(PASSWORD) != passwords.make_argon2(PASSWORD)


def test_argon2_takes_nineteen_mebibytes_two_passes_and_one_lane() -> None:
    parameters = extract_parameters(passwords.make_argon2(PASSWORD).phc)
    assert (
        parameters.type,
        parameters.memory_cost,
        parameters.time_cost,
        parameters.parallelism,
    ) == (Type.ID, 19456, 2, 1)


def test_records_do_not_show_what_they_hold(record: PasswordRecord) -> None:
    held = repr(record.verifier) if isinstance(record, SrpRecord) else record.phc
    assert held not in repr(record)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x01", b"\x01\x10" + bytes(399), b"\x01\x10" + bytes(401), b"\x02\xff", b"\x03abc"]
)
def test_bytes_that_are_no_record_are_refused(data: bytes) -> None:
    with pytest.raises(CryptoError):
        passwords.decode(data)


def test_a_broken_hash_is_an_error_of_ours_and_not_a_wrong_password() -> None:
    with pytest.raises(CryptoError) as caught:
        passwords.verify(Argon2Record("$argon2id$broken"), POOL_NAME, USER, PASSWORD)
    assert not isinstance(caught.value, PasswordMismatchError)


def test_burning_does_the_exponentiation_or_the_hash_of_one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    exponents: list[int] = []
    power = srp._power_secret

    def counted(base: int, exponent: int) -> int:
        exponents.append(exponent)
        return power(base, exponent)

    monkeypatch.setattr(srp, "_power_secret", counted)
    record = passwords.make_srp(POOL_NAME, USER, PASSWORD)
    exponents.clear()
    passwords.verify(record, POOL_NAME, USER, PASSWORD)
    passwords.burn("srp")
    assert len(exponents) == 2
    assert all(exponent.bit_length() > 200 for exponent in exponents)

    began = time.process_time()
    passwords.burn("argon2")
    burnt_s = time.process_time() - began
    began = time.process_time()
    srp.verify_password(POOL_NAME, USER, PASSWORD, record.salt, record.verifier)
    # Argon2id at these parameters takes some twenty times as long as an SRP check.
    assert burnt_s > time.process_time() - began
    assert len(exponents) == 3
