import argon2
import bcrypt
import pytest
from argon2.low_level import Type

from cenote.crypto import passwords
from cenote.crypto.errors import CryptoError, PasswordMismatchError
from cenote.crypto.imported_hashes import ImportedRecord
from cenote.crypto.imported_passwords import parse
from cenote.crypto.passwords import Argon2Record, PasswordRecord

# crypt_blowfish's first vector.
BCRYPT = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
# RFC 7914, section 12, the third vector.
SCRYPT = (
    "16384$8$1$536f6469756d43686c6f72696465$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
)
# The example in passlib's documentation of the format.
PBKDF2 = "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M"
# The example in the README of Firebase's scrypt.
SIGNER_KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
FIREBASE_HASH = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="
FIREBASE = f"$firebase-scrypt$14$8${SIGNER_KEY}$Bw==$42xEC+ixf3L2lw==${FIREBASE_HASH}"
VECTORS = {
    "BCRYPT": (BCRYPT, "U*U"),
    "SCRYPT": (SCRYPT, "pleaseletmein"),
    "PBKDF2_SHA256": (PBKDF2, "password"),
    "FIREBASE_SCRYPT": (FIREBASE, "user1password"),
}
SALT, HASH = "MDEyMzQ1Njc", "MDEyMzQ1Njc4OWFiY2RlZg"


def check(record: PasswordRecord, password: str) -> bool:
    try:
        passwords.verify(record, "Ab12Cd34E", "alice", password)
    except PasswordMismatchError:
        return False
    return True


def fast_bcrypt(password: bytes) -> PasswordRecord:
    return parse("BCRYPT", bcrypt.hashpw(password, bcrypt.gensalt(4)).decode())


@pytest.mark.parametrize("algorithm", VECTORS)
def test_a_published_hash_fits_its_password_before_and_after_storage(algorithm: str) -> None:
    text, password = VECTORS[algorithm]
    record = parse(algorithm, text)
    assert check(record, password)
    assert not check(record, password + "x")
    assert not check(record, "")
    stored = passwords.decode(passwords.encode(record))
    assert record == stored
    assert b"\x03" == passwords.encode(record)[:1]


@pytest.mark.parametrize("algorithm", VECTORS)
def test_an_imported_record_is_none_of_the_pools_own_and_shows_nothing(algorithm: str) -> None:
    record = parse(algorithm, VECTORS[algorithm][0])
    assert not passwords.is_own(record, "srp")
    assert not passwords.is_own(record, "argon2")
    assert VECTORS[algorithm][0] not in repr(record)


@pytest.mark.parametrize("version", ["2a", "2b", "2x", "2y"])
def test_every_version_of_bcrypt_is_taken(version: str) -> None:
    assert check(parse("BCRYPT", BCRYPT.replace("2a", version, 1)), "U*U")


def test_bcrypt_reads_seventy_two_bytes_of_a_long_password_as_the_one_who_hashed_it_did() -> None:
    long = "é" * 50
    record = fast_bcrypt(long.encode()[:72])
    assert check(record, long)
    assert not check(record, long[:30])


def test_a_zero_byte_does_not_repeat_a_bcrypt_password() -> None:
    record = fast_bcrypt(b"abc")
    assert check(record, "abc")
    assert not check(record, "abc\0abc")
    assert not check(record, "abc\0")


def test_a_lone_surrogate_is_a_wrong_password_and_no_error() -> None:
    for algorithm, (text, _) in VECTORS.items():
        assert not check(parse(algorithm, text), "\ud800")


def test_pbkdf2_is_read_in_adapted_and_in_standard_base64() -> None:
    standard = PBKDF2.replace(".", "+") + "="
    assert check(parse("PBKDF2_SHA256", standard), "password")


def test_argon2id_within_bounds_becomes_the_record_that_pools_keep_and_a_cheaper_one_is_renewed() -> None:
    own = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID).hash("secret")
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, type=Type.ID).hash("secret")
    assert Argon2Record(own) == parse("ARGON2ID", own)
    assert check(parse("ARGON2ID", own), "secret")
    assert passwords.is_own(parse("ARGON2ID", own), "argon2")
    assert not passwords.is_own(parse("ARGON2ID", own), "srp")
    assert check(parse("ARGON2ID", cheap), "secret")
    assert not passwords.is_own(parse("ARGON2ID", cheap), "argon2")


@pytest.mark.parametrize(
    ("algorithm", "text"),
    [
        ("MD5", "5f4dcc3b5aa765d61d8327deb882cf99"),
        ("BCRYPT", ""),
        ("BCRYPT", BCRYPT[:-1]),
        ("BCRYPT", BCRYPT + "W"),
        ("BCRYPT", BCRYPT.replace("$05$", "$03$")),
        ("BCRYPT", BCRYPT.replace("$05$", "$13$")),
        ("BCRYPT", BCRYPT.replace("$05$", "$99$")),
        ("BCRYPT", BCRYPT.replace("2a", "2c")),
        ("BCRYPT", BCRYPT.replace("C.E5", "CCE5")),
        ("BCRYPT", BCRYPT[:-1] + "X"),
        ("BCRYPT", BCRYPT.replace("W", "٣")),
        ("SCRYPT", SCRYPT.replace("16384$", "131072$")),
        ("SCRYPT", SCRYPT.replace("16384$", "16385$")),
        ("SCRYPT", SCRYPT.replace("16384$", "512$")),
        ("SCRYPT", SCRYPT.replace("16384$", "0$")),
        ("SCRYPT", SCRYPT.replace("16384$", "9" * 5000 + "$")),
        ("SCRYPT", SCRYPT.replace("$8$", "$9$")),
        ("SCRYPT", SCRYPT.replace("$8$", "$0$")),
        ("SCRYPT", SCRYPT.replace("$1$5", "$2$5")),
        ("SCRYPT", SCRYPT.replace("$53", "$5")),
        ("SCRYPT", "16384$8$1$$" + "ab" * 32),
        ("SCRYPT", "16384$8$1$" + "ab" * 7 + "$" + "ab" * 32),
        ("SCRYPT", "16384$8$1$" + "00" * 16 + "$" + "ab" * 32),
        ("SCRYPT", "16384$8$1$" + "ab" * 16 + "$"),
        ("SCRYPT", "16384$8$1$" + "ab" * 16 + "$" + "ab" * 15),
        ("SCRYPT", "16384$8$1$" + "ab" * 16 + "$" + "ab" * 65),
        ("SCRYPT", "16384$8$1$" + "zz" * 16 + "$" + "ab" * 32),
        ("PBKDF2_SHA256", PBKDF2.replace("6400", "600001")),
        ("PBKDF2_SHA256", PBKDF2.replace("6400", "999")),
        ("PBKDF2_SHA256", PBKDF2.replace("6400", "06400")),
        ("PBKDF2_SHA256", PBKDF2.replace("6400", "-6400")),
        ("PBKDF2_SHA256", PBKDF2.replace("sha256", "sha512")),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$6400$${HASH}"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$6400${SALT}$"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$6400$A${HASH}"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$6400$AAAAAAAAAAAAAA${HASH}"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$6400${SALT}${HASH}\n"),
        ("PBKDF2_SHA256", f"$pbkdf2-sha256$6400${SALT}${'A' * 100_000}"),
        ("ARGON2ID", f"$argon2id$v=19$m=19457,t=2,p=1${SALT}${HASH}"),
        ("ARGON2ID", f"$argon2id$v=19$m=19456,t=3,p=1${SALT}${HASH}"),
        ("ARGON2ID", f"$argon2id$v=19$m=19456,t=2,p=2${SALT}${HASH}"),
        ("ARGON2ID", f"$argon2id$v=19$m=7,t=2,p=1${SALT}${HASH}"),
        ("ARGON2ID", f"$argon2id$v=19$m=0,t=2,p=1${SALT}${HASH}"),
        ("ARGON2ID", f"$argon2i$v=19$m=64,t=2,p=1${SALT}${HASH}"),
        ("ARGON2ID", f"$argon2id$m=64,t=2,p=1${SALT}${HASH}"),
        ("ARGON2ID", f"$argon2id$v=19$m=64,t=2,p=1$${HASH}"),
        ("ARGON2ID", f"$argon2id$v=19$m=64,t=2,p=1${SALT}$"),
        ("ARGON2ID", f"$argon2id$v=19$m=64,t=2,p=1${SALT}${HASH}="),
        ("ARGON2ID", f"$argon2id$v=19$m=64,t=2,p=1${SALT[:-1]}d${HASH}"),
        ("ARGON2ID", f"$argon2id$v=19$m=64,t=2,p=1$AAAAAAAAAAA${HASH}"),
        ("FIREBASE_SCRYPT", FIREBASE.replace("$14$", "$17$")),
        ("FIREBASE_SCRYPT", FIREBASE.replace("$14$", "$99$")),
        ("FIREBASE_SCRYPT", FIREBASE.replace("$8$", "$16$")),
        ("FIREBASE_SCRYPT", FIREBASE.replace(SIGNER_KEY, "AAAA")),
        ("FIREBASE_SCRYPT", FIREBASE.replace("Bw==", "A" * 80)),
        ("FIREBASE_SCRYPT", FIREBASE.replace("42xEC+ixf3L2lw==", "42xE")),
    ],
)
def test_a_malformed_odd_or_dear_hash_is_refused_without_repeating_it(algorithm: str, text: str) -> None:
    with pytest.raises(CryptoError) as caught:
        parse(algorithm, text)
    assert len(str(caught.value)) < 80
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("data", [b"\x03", b"\x03BCRYPT", b"\x03MD5:abc", b"\x03BCRYPT:\xff", b"\x03BCRYPT:$2b$13$"])
def test_stored_bytes_are_held_to_the_same_bounds(data: bytes) -> None:
    with pytest.raises(CryptoError):
        passwords.decode(data)


def test_a_firebase_project_without_a_salt_separator_is_taken() -> None:
    record = parse("FIREBASE_SCRYPT", FIREBASE.replace("$Bw==$", "$$"))
    assert isinstance(record, ImportedRecord)
    assert not check(record, "user1password")


def test_every_parsed_salt_has_at_least_eight_bytes_and_every_hash_sixteen() -> None:
    assert isinstance(parse("PBKDF2_SHA256", f"$pbkdf2-sha256$1000${SALT}${HASH}"), ImportedRecord)
    assert isinstance(parse("ARGON2ID", f"$argon2id$v=19$m=64,t=2,p=1${SALT[:-1]}c${HASH[:-1]}g"), Argon2Record)
