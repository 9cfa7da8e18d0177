"""
Hashes of passwords that another system made, with bounds on what one check of them may cost.

A record keeps the text as it came. What it may look like is a table of patterns with bounded lengths, so that neither an
import nor stored bytes can ask for more work than a sign-in may cost: some 0.2 s and 64 MiB at the most. They are checked
until the first right password, which then gets a record of the pool's own kind (`flows.passwords.outdated`).

    BCRYPT            $2b$10$<salt, 22 characters><hash, 31 characters>     2a, 2b, 2x and 2y alike; cost 4 to 12
    SCRYPT            N$r$p$<salt, hex>$<hash, hex>                         N a power of two up to 65536, r up to 8, p 1
    PBKDF2_SHA256     $pbkdf2-sha256$<iterations>$<salt>$<hash>             base64, or passlib's with `.` for `+`
    FIREBASE_SCRYPT   $firebase-scrypt$<memory cost>$<rounds>$<signer key>$<salt separator>$<salt>$<hash>

Source: developer guide, "Importing users with password hashes"; for the last, Firebase's scrypt as its exports explain it.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import bcrypt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cenote.crypto.errors import CryptoError, PasswordMismatchError
from cenote.crypto.text import utf8

MAX_BCRYPT_COST = 12
MAX_PBKDF2_ITERATIONS = 600_000
MAX_SCRYPT_N = 65_536
_MAX_SCRYPT_R = 8
_MIN_BCRYPT_COST = 4
# Below these a hash is no protection and likely a mistake of the export: NIST SP 800-132, section 5.2.
_MIN_PBKDF2_ITERATIONS = 1000
_MIN_SCRYPT_N = 1024
# RFC 8018, section 4.1: a salt of at least eight octets.
_SALT_BYTES = range(8, 65)
_HASH_BYTES = range(16, 65)
_MAX_SEPARATOR_BYTES = 16
_SCRYPT_SPARE_MEMORY = 1024 * 1024
# bcrypt reads 72 bytes, and so did whoever made the hash.
_BCRYPT_BYTES = 72
_AES_KEY_BYTES = 32

_B64 = r"[A-Za-z0-9+/]{1,88}={0,2}"
_ADAPTED_B64 = r"[A-Za-z0-9+/.]{1,88}={0,2}"
_FORMS = {
    # The last character of salt and hash has bits to spare: others than these were never written by a hash function.
    "BCRYPT": re.compile(r"\$2[abxy]\$([0-9]{2})\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]"),
    "SCRYPT": re.compile(
        r"([1-9][0-9]{0,6})\$([1-9][0-9]?)\$([1-9][0-9]?)\$((?:[0-9a-fA-F]{2}){1,64})\$((?:[0-9a-fA-F]{2}){1,64})"
    ),
    "PBKDF2_SHA256": re.compile(rf"\$pbkdf2-sha256\$([1-9][0-9]{{0,7}})\$({_ADAPTED_B64})\$({_ADAPTED_B64})"),
    "FIREBASE_SCRYPT": re.compile(
        rf"\$firebase-scrypt\$([1-9][0-9]?)\$([1-9][0-9]?)\$({_B64})\$({_B64}|)\$({_B64})\$({_B64})"
    ),
}


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """Another system's hash as it came; made by `imported_record`, which checked its form."""

    algorithm: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Scrypt:
    n: int
    r: int
    p: int
    salt: bytes = field(repr=False)

    def key(self, password: bytes, length: int) -> bytes:
        memory = 128 * self.r * (self.n + self.p) + _SCRYPT_SPARE_MEMORY
        return hashlib.scrypt(password, salt=self.salt, n=self.n, r=self.r, p=self.p, maxmem=memory, dklen=length)


def imported_record(algorithm: str, text: str) -> ImportedRecord:
    """Accept a hash; raises CryptoError for another algorithm, another form, or parameters out of bounds."""
    if algorithm not in _CHECKS:
        raise CryptoError("not a known algorithm of imported passwords")
    form = _FORMS[algorithm].fullmatch(text)
    if form is None:
        raise CryptoError("the password hash is not of its algorithm's form")
    if algorithm == "BCRYPT":
        if not _MIN_BCRYPT_COST <= int(form[1]) <= MAX_BCRYPT_COST:
            raise _out_of_bounds("cost")
    else:
        _READERS[algorithm](form)
    return ImportedRecord(algorithm, text)


def encode_imported(record: ImportedRecord) -> bytes:
    """Write a record as bytes: the algorithm, a colon and the text."""
    return f"{record.algorithm}:{record.text}".encode("ascii")


def decode_imported(data: bytes) -> ImportedRecord:
    """Read what `encode_imported` wrote; raises CryptoError for anything else."""
    if not data.isascii():
        raise CryptoError("not an imported password record")
    algorithm, _, text = data.decode("ascii").partition(":")
    return imported_record(algorithm, text)


def verify_imported(record: ImportedRecord, password: str) -> None:
    """Check a password against another system's hash; raises PasswordMismatchError."""
    if not _CHECKS[record.algorithm](record.text, utf8(password)):
        raise PasswordMismatchError("the password does not fit the imported hash")


def _fits_bcrypt(text: str, password: bytes) -> bool:
    fits = bcrypt.checkpw(password[:_BCRYPT_BYTES], text.encode("ascii"))
    # bcrypt repeats a password with a zero byte behind it, so that "a\0a" would fit the hash of "a".
    return fits and b"\0" not in password


def _fits_scrypt(text: str, password: bytes) -> bool:
    scrypt, expected = _read_scrypt(_match("SCRYPT", text))
    return hmac.compare_digest(expected, scrypt.key(password, len(expected)))


def _fits_pbkdf2(text: str, password: bytes) -> bool:
    iterations, salt, expected = _read_pbkdf2(_match("PBKDF2_SHA256", text))
    return hmac.compare_digest(expected, hashlib.pbkdf2_hmac("sha256", password, salt, iterations, len(expected)))


def _fits_firebase(text: str, password: bytes) -> bool:
    scrypt, signer_key, expected = _read_firebase(_match("FIREBASE_SCRYPT", text))
    # Each derived key encrypts one constant text, so that a counter from zero is used once.
    stream = Cipher(algorithms.AES(scrypt.key(password, _AES_KEY_BYTES)), modes.CTR(bytes(16))).encryptor()
    return hmac.compare_digest(expected, stream.update(signer_key))


def _read_scrypt(form: re.Match[str]) -> tuple[_Scrypt, bytes]:
    salt, digest = bytes.fromhex(form[4]), bytes.fromhex(form[5])
    return _bounded_scrypt(int(form[1]), int(form[2]), int(form[3]), salt), _bounded_hash(digest)


def _read_pbkdf2(form: re.Match[str]) -> tuple[int, bytes, bytes]:
    iterations = int(form[1])
    if not _MIN_PBKDF2_ITERATIONS <= iterations <= MAX_PBKDF2_ITERATIONS:
        raise _out_of_bounds("number of iterations")
    salt, digest = (_base64(each.replace(".", "+")) for each in (form[2], form[3]))
    return iterations, _bounded_salt(salt), _bounded_hash(digest)


def _read_firebase(form: re.Match[str]) -> tuple[_Scrypt, bytes, bytes]:
    signer_key, separator, salt, digest = (_base64(form[part]) for part in (3, 4, 5, 6))
    if len(separator) > _MAX_SEPARATOR_BYTES or len(signer_key) != len(digest):
        raise _out_of_bounds("salt separator or signer key")
    memory_cost = min(int(form[1]), MAX_SCRYPT_N.bit_length())
    scrypt = _bounded_scrypt(1 << memory_cost, int(form[2]), 1, salt)
    return replace(scrypt, salt=salt + separator), signer_key, _bounded_hash(digest)


def _bounded_scrypt(n: int, r: int, p: int, salt: bytes) -> _Scrypt:
    if not _MIN_SCRYPT_N <= n <= MAX_SCRYPT_N or n & (n - 1) or r > _MAX_SCRYPT_R or p != 1:
        raise _out_of_bounds("cost")
    return _Scrypt(n, r, p, _bounded_salt(salt))


def _bounded_salt(salt: bytes) -> bytes:
    if not any(salt) or len(salt) not in _SALT_BYTES:
        raise _out_of_bounds("salt")
    return salt


def _bounded_hash(digest: bytes) -> bytes:
    if not any(digest) or len(digest) not in _HASH_BYTES:
        raise _out_of_bounds("hash")
    return digest


def _base64(text: str) -> bytes:
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        raise CryptoError("the password hash is not base64") from None


def _match(algorithm: str, text: str) -> re.Match[str]:
    form = _FORMS[algorithm].fullmatch(text)
    if form is None:
        raise CryptoError("the stored password hash is not of its algorithm's form")
    return form


def _out_of_bounds(what: str) -> CryptoError:
    return CryptoError(f"the password hash's {what} is out of bounds")


_READERS: dict[str, Callable[[re.Match[str]], object]] = {
    "SCRYPT": _read_scrypt,
    "PBKDF2_SHA256": _read_pbkdf2,
    "FIREBASE_SCRYPT": _read_firebase,
}
_CHECKS: dict[str, Callable[[str, bytes], bool]] = {
    "BCRYPT": _fits_bcrypt,
    "SCRYPT": _fits_scrypt,
    "PBKDF2_SHA256": _fits_pbkdf2,
    "FIREBASE_SCRYPT": _fits_firebase,
}
