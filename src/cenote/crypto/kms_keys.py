"""
Symmetric keys as KMS has them: 256 bits that never leave, and blobs that name the key which opens them.

A blob is `0x01 ‖ key id (16) ‖ salt (32) ‖ ciphertext and tag`. Key and nonce of each blob are derived from the salt, so that a key may
encrypt without end. What is bound to it besides: account, region and key, and the encryption context (any order, every pair).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cenote.crypto.errors import BlobBrokenError
from cenote.crypto.hkdf import hkdf_sha256

_VERSION: Final = b"\x01"
_ID_BYTES: Final = 16
_SALT_BYTES: Final = 32
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SALT_AT: Final = len(_VERSION) + _ID_BYTES
_BODY_AT: Final = _SALT_AT + _SALT_BYTES


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """The secret of one key, and the ARN that everything it encrypts is bound to."""

    key_id: str
    arn: str
    secret: bytes = field(repr=False)

    def encrypt(self, plaintext: bytes, context: Mapping[str, str]) -> bytes:
        """A blob around *plaintext*, which opens for the same encryption *context* only."""
        salt = os.urandom(_SALT_BYTES)
        cipher, nonce = self._cipher(salt)
        head = _VERSION + UUID(self.key_id).bytes + salt
        return head + cipher.encrypt(nonce, plaintext, self._bound(head, context))

    def decrypt(self, blob: bytes, context: Mapping[str, str]) -> bytes:
        """What `encrypt` was given; raises BlobBrokenError."""
        cipher, nonce = self._cipher(blob[_SALT_AT:_BODY_AT])
        try:
            return cipher.decrypt(nonce, blob[_BODY_AT:], self._bound(blob[:_BODY_AT], context))
        except InvalidTag:
            raise BlobBrokenError("the blob does not open") from None

    def _cipher(self, salt: bytes) -> tuple[AESGCM, bytes]:
        derived = hkdf_sha256(self.secret, salt=salt, info=b"cenote kms", length=_KEY_BYTES + _NONCE_BYTES)
        return AESGCM(derived[:_KEY_BYTES]), derived[_KEY_BYTES:]

    def _bound(self, head: bytes, context: Mapping[str, str]) -> bytes:
        pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
        parts = [self.arn.encode(), *(part for pair in pairs for part in pair)]
        return head + b"".join(len(part).to_bytes(4) + part for part in parts)


def new_secret() -> bytes:
    """The secret of a new key."""
    return os.urandom(_KEY_BYTES)


def key_id_of(blob: bytes) -> str:
    """The id of the key that made *blob*; raises BlobBrokenError for what is no blob."""
    if len(blob) < _BODY_AT + _TAG_BYTES or not blob.startswith(_VERSION):
        raise BlobBrokenError("not a blob of a known version")
    return str(UUID(bytes=blob[len(_VERSION) : _SALT_AT]))
