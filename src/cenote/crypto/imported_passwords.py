"""
Password hashes of other systems, as an import brings them, made into records.

`parse` is the one way in: it takes AWS's names of the algorithms and refuses what is malformed or would cost a sign-in too
much. An Argon2id hash becomes the record that pools keep themselves; the others keep their form until the first sign-in.

Source: developer guide, "Importing users with password hashes"; API_CreateUserImportJob (PasswordHashingAlgorithm).
"""

import base64
import binascii
import re

from cenote.crypto.errors import CryptoError
from cenote.crypto.imported_hashes import imported_record
from cenote.crypto.passwords import ARGON2_LANES, ARGON2_MEMORY_KIB, ARGON2_PASSES, Argon2Record, PasswordRecord

# PHC strings with the parameters in the order that Argon2's reference encoder writes.
_ARGON2ID = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,5}),t=([1-9][0-9]?),p=([1-9][0-9]?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})"
)
_MIN_MEMORY_KIB = 8


def parse(algorithm: str, text: str) -> PasswordRecord:
    """
    Read a hash of *algorithm*: BCRYPT, SCRYPT, ARGON2ID, PBKDF2_SHA256, or FIREBASE_SCRYPT, which the API does not have.

    Raises CryptoError, whose text repeats nothing of *text*.
    """
    return _argon2id(text) if algorithm == "ARGON2ID" else imported_record(algorithm, text)


def _argon2id(text: str) -> Argon2Record:
    form = _ARGON2ID.fullmatch(text)
    if form is None:
        raise CryptoError("the password hash is not of its algorithm's form")
    memory_kib, passes, lanes = int(form[1]), int(form[2]), int(form[3])
    # No check costs more than one of our own.
    if not _MIN_MEMORY_KIB <= memory_kib <= ARGON2_MEMORY_KIB or passes > ARGON2_PASSES or lanes > ARGON2_LANES:
        raise CryptoError("the password hash's cost is out of bounds")
    for part in (form[4], form[5]):
        if not any(_unpadded_base64(part)):
            raise CryptoError("the password hash's salt or hash is out of bounds")
    return Argon2Record(text)


def _unpadded_base64(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise CryptoError("the password hash is not base64") from None
    # Argon2's decoder takes only the one way to write these bytes.
    if base64.b64encode(decoded).decode().rstrip("=") != text:
        raise CryptoError("the password hash is not base64")
    return decoded
