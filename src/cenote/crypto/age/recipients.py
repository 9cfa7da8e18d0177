"""
Who opens a file: a passphrase by scrypt, or a key by X25519; each wraps the file key into a stanza of the header.

Source: age-encryption.org/v1, "Native recipient types".
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from cenote.crypto.age import bech32
from cenote.crypto.age.errors import AgeError
from cenote.crypto.hkdf import hkdf_sha256

FILE_KEY_BYTES = 16
# The kinds of stanzas.
SCRYPT, X25519 = "scrypt", "X25519"
# scrypt takes 2**18 KiB and about a second. A file may ask for as much as age itself allows, 4 GiB, and no more.
WORK_FACTOR = 18
MAX_WORK_FACTOR = 22
_WRAPPED_BYTES = FILE_KEY_BYTES + 16
_X25519_BYTES = 32
_SALT_BYTES = 16
_SCRYPT_LABEL = b"age-encryption.org/v1/scrypt"
_X25519_LABEL = b"age-encryption.org/v1/X25519"
_PUBLIC, _SECRET = "age", "age-secret-key-"


@dataclass(frozen=True, slots=True)
class Stanza:
    """A line of a header: its kind, what its kind needs, and the wrapped file key."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


class Wrapper(Protocol):
    """Whom a file is written for."""

    def wrap(self, file_key: bytes) -> Stanza:
        """The file key, for them alone."""
        ...


class Unwrapper(Protocol):
    """Who opens a file."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key; None for a stanza that is for somebody else."""
        ...


@dataclass(frozen=True, slots=True)
class Passphrase:
    """Opens and writes files by a passphrase; *work_factor* is the logarithm of scrypt's N."""

    text: str = field(repr=False)
    work_factor: int = WORK_FACTOR

    def wrap(self, file_key: bytes) -> Stanza:
        """The file key under the stretched passphrase."""
        salt = os.urandom(_SALT_BYTES)
        key = self._stretched(salt, self.work_factor)
        return Stanza(SCRYPT, (unpadded(salt), str(self.work_factor)), _sealed(key, file_key))

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key; None for another stanza or passphrase, AgeError for one that would take too long."""
        if stanza.kind != SCRYPT:
            return None
        try:
            salt, factor = stanza.arguments
        except ValueError:
            raise AgeError("the file's header is damaged") from None
        if not factor.isdecimal() or not 0 < int(factor[:3]) <= MAX_WORK_FACTOR or factor != str(int(factor[:3])):
            raise AgeError("the file asks for more work to open it than is reasonable")
        return _opened(self._stretched(from_unpadded(salt, _SALT_BYTES), int(factor)), stanza.body)

    def _stretched(self, salt: bytes, factor: int) -> bytes:
        return Scrypt(salt=_SCRYPT_LABEL + salt, length=32, n=1 << factor, r=8, p=1).derive(self.text.encode())


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever holds the secret half of a key."""

    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Recipient":
        """The recipient that is written `age1…`; raises AgeError."""
        return cls(_key_bytes(_PUBLIC, text))

    def __str__(self) -> str:
        """`age1…`."""
        return bech32.encode(_PUBLIC, self.public)

    def wrap(self, file_key: bytes) -> Stanza:
        """The file key under a secret that is shared with a key made for this file."""
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        key = _wrapping_key(ephemeral, self.public, share, self.public)
        return Stanza(X25519, (unpadded(share),), _sealed(key, file_key))


@dataclass(frozen=True, slots=True)
class Identity:
    """The secret half of a key."""

    secret: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """The identity that is written `AGE-SECRET-KEY-1…`; raises AgeError."""
        return cls(_key_bytes(_SECRET, text))

    @property
    def text(self) -> str:
        """`AGE-SECRET-KEY-1…`."""
        return bech32.encode(_SECRET, self.secret).upper()

    @property
    def recipient(self) -> Recipient:
        """The public half."""
        return Recipient(X25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw())

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key; None for a stanza that is for somebody else."""
        if stanza.kind != X25519:
            return None
        if len(stanza.arguments) != 1:
            raise AgeError("the file's header is damaged")
        share = from_unpadded(stanza.arguments[0], _X25519_BYTES)
        private = X25519PrivateKey.from_private_bytes(self.secret)
        return _opened(_wrapping_key(private, share, share, self.recipient.public), stanza.body)


def new_identity() -> Identity:
    """A new key."""
    return Identity(X25519PrivateKey.generate().private_bytes_raw())


def unpadded(data: bytes) -> str:
    """Base64 without its padding."""
    return base64.b64encode(data).decode().rstrip("=")


def from_unpadded(text: str, length: int) -> bytes:
    """The *length* bytes in a base64 text without padding; raises AgeError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise AgeError("the file's header is damaged") from None
    if len(data) != length or unpadded(data) != text:
        raise AgeError("the file's header is damaged")
    return data


def _wrapping_key(private: X25519PrivateKey, peer: bytes, share: bytes, public: bytes) -> bytes:
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(peer))
    except ValueError:
        # A point of low order: the secret would be no secret.
        raise AgeError("the key cannot be used") from None
    return hkdf_sha256(shared, salt=share + public, info=_X25519_LABEL, length=32)


def _sealed(key: bytes, file_key: bytes) -> bytes:
    return ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)


def _opened(key: bytes, body: bytes) -> bytes | None:
    if len(body) != _WRAPPED_BYTES:
        raise AgeError("the file's header is damaged")
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None


def _key_bytes(prefix: str, text: str) -> bytes:
    data = bech32.decode(prefix, text)
    if len(data) != _X25519_BYTES:
        raise AgeError("the key is mistyped")
    return data
