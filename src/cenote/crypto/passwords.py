"""
Password records: what a pool keeps of a password, one of two kinds of its own, never both.

An SRP verifier where clients may sign in by SRP (then a plain password is checked against it too), else Argon2id, which
is far dearer to guess offline. An import may bring another system's hash (imported_hashes.py), which only a plain password can
be checked against. `encode` gives the bytes that a caller must seal before storing them: the first byte names kind and
version (0x01 SRP in group 15: salt length, salt, verifier; 0x02 a PHC string; 0x03 an imported hash). Passwords are hashed as
given: UTF-8, no Unicode normalisation, as Cognito's clients do for SRP.
"""

import hmac
from dataclasses import dataclass, field
from typing import Literal

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError

from cenote.crypto import srp
from cenote.crypto.errors import CryptoError, PasswordMismatchError, SrpError
from cenote.crypto.imported_hashes import ImportedRecord, decode_imported, encode_imported, verify_imported
from cenote.crypto.srp_group import PRIME_BYTES
from cenote.crypto.text import utf8

PasswordKind = Literal["srp", "argon2"]

_SRP_VERSION = 1
_ARGON2_VERSION = 2
_IMPORTED_VERSION = 3
_SALT_AT = 2
# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
ARGON2_PASSES, ARGON2_MEMORY_KIB, ARGON2_LANES = 2, 19_456, 1
_ARGON2 = PasswordHasher(time_cost=ARGON2_PASSES, memory_cost=ARGON2_MEMORY_KIB, parallelism=ARGON2_LANES, type=Type.ID)
_BURN_SALT = b"\x01" * 16


@dataclass(frozen=True, slots=True)
class SrpRecord:
    """A verifier of 384 bytes and its salt; as weak offline as SHA-256, so it is never stored unsealed."""

    salt: bytes
    verifier: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Argon2Record:
    """An Argon2id hash with its parameters, in PHC form."""

    phc: str = field(repr=False)


PasswordRecord = SrpRecord | Argon2Record | ImportedRecord


def make_srp(pool_name: str, username: str, password: str) -> SrpRecord:
    """Make the record of a password under a new salt; ValueError for an empty password."""
    _require_some(password)
    salt = srp.new_salt()
    return SrpRecord(salt, srp.verifier_of(pool_name, username, password, salt))


def make_argon2(password: str) -> Argon2Record:
    """Hash a password with Argon2id under a new salt; ValueError for an empty password."""
    _require_some(password)
    return Argon2Record(_ARGON2.hash(utf8(password)))


def encode(record: PasswordRecord) -> bytes:
    """Write a record as bytes, to be sealed by the caller."""
    if isinstance(record, SrpRecord):
        return bytes((_SRP_VERSION, len(record.salt))) + record.salt + record.verifier
    if isinstance(record, ImportedRecord):
        return bytes((_IMPORTED_VERSION,)) + encode_imported(record)
    return bytes((_ARGON2_VERSION,)) + record.phc.encode("ascii")


def decode(data: bytes) -> PasswordRecord:
    """Read what `encode` wrote; raises CryptoError for anything else."""
    version = data[0] if data else None
    if version == _ARGON2_VERSION and data.isascii():
        return Argon2Record(data[1:].decode("ascii"))
    if version == _SRP_VERSION and len(data) >= _SALT_AT and len(data) == _SALT_AT + data[1] + PRIME_BYTES:
        return SrpRecord(data[_SALT_AT:-PRIME_BYTES], data[-PRIME_BYTES:])
    if version == _IMPORTED_VERSION:
        return decode_imported(data[1:])
    raise CryptoError("not a password record of a known version")


def is_own(record: PasswordRecord, kind: PasswordKind) -> bool:
    """Whether a pool that keeps *kind* would make such a record itself: of that kind, and Argon2id no cheaper than ours."""
    if isinstance(record, Argon2Record):
        return kind == "argon2" and not _ARGON2.check_needs_rehash(record.phc)
    return kind == "srp" and isinstance(record, SrpRecord)


def verify(record: PasswordRecord, pool_name: str, username: str, password: str) -> None:
    """
    Check a password against its record; raises PasswordMismatchError.

    *pool_name* and *username* (as USER_ID_FOR_SRP) count for an SRP record only.
    """
    if not password:
        raise PasswordMismatchError("the password is empty")
    if isinstance(record, SrpRecord):
        _verify_srp(record, pool_name, username, password)
    elif isinstance(record, ImportedRecord):
        verify_imported(record, password)
    else:
        _verify_argon2(record, password)


def burn(kind: PasswordKind) -> None:
    """Do the work of one `verify` of that kind and tell nothing, for a user who doesn't exist."""
    if kind == "srp":
        verifier = srp.verifier_of("burn", "burn", "burn", _BURN_SALT)
        hmac.compare_digest(verifier, bytes(PRIME_BYTES))
    else:
        _ARGON2.hash(b"burn", salt=_BURN_SALT)


def _verify_srp(record: SrpRecord, pool_name: str, username: str, password: str) -> None:
    try:
        srp.verify_password(pool_name, username, password, record.salt, record.verifier)
    except SrpError:
        raise PasswordMismatchError("the password does not fit the verifier") from None


def _verify_argon2(record: Argon2Record, password: str) -> None:
    try:
        _ARGON2.verify(record.phc, utf8(password))
    except VerifyMismatchError:
        raise PasswordMismatchError("the password does not fit the hash") from None
    except (Argon2Error, InvalidHashError) as broken:
        raise CryptoError("the stored Argon2 hash cannot be checked") from broken


def _require_some(password: str) -> None:
    if not password:
        raise ValueError("no record is made of an empty password")
