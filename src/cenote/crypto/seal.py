"""
Sealing of secret columns: AES-256-GCM under a master key, bound to the row by its context.

A sealed value is `0x01 ‖ key id (4) ‖ nonce (12) ‖ ciphertext and tag`. The associated data is
`"cenote" ‖ 0x01 ‖ key id ‖ context`, so that a value moved to another row or column does not open. Nonces are random: a
master key should be replaced before it has sealed 2**32 values (NIST SP 800-38D, section 8.3).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cenote.crypto.errors import SealBrokenError
from cenote.crypto.hkdf import hkdf_sha256

_VERSION = b"\x01"
_KEY_ID_BYTES = 4
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD_BYTES = len(_VERSION) + _KEY_ID_BYTES
_BODY_AT = _HEAD_BYTES + _NONCE_BYTES


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A 256-bit key and the four bytes that name it inside sealed values."""

    key_id: bytes
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key_id) != _KEY_ID_BYTES or len(self.key) != _KEY_BYTES:
            raise ValueError("a master key has 32 bytes, and its id 4")


class Sealer:
    """Seals with the first of its master keys and opens with any of them."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        if not keys:
            raise ValueError("a Sealer needs at least one master key")
        self._ciphers = {key.key_id: AESGCM(key.key) for key in keys}
        if len(self._ciphers) != len(keys):
            raise ValueError("two master keys have the same id")
        self._current_key_id = keys[0].key_id
        self._current_head = _VERSION + self._current_key_id

    @property
    def current_key_id(self) -> bytes:
        """The id of the key that seals."""
        return self._current_key_id

    @property
    def key_ids(self) -> tuple[bytes, ...]:
        """The ids of all keys, the sealing one first."""
        return tuple(self._ciphers)

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Seal *plaintext* for *context*, the identity of its row and column."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self._current_key_id]
        associated = _associated_data(self._current_key_id, context)
        return self._current_head + nonce + cipher.encrypt(nonce, plaintext, associated)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Give back what was sealed; raises SealBrokenError for another key, context or version, or any change."""
        if len(sealed) < _BODY_AT + _TAG_BYTES or not sealed.startswith(_VERSION):
            raise SealBrokenError("not a sealed value of a known version")
        key_id = sealed[len(_VERSION) : _HEAD_BYTES]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBrokenError(f"sealed with the unknown master key {key_id.hex()}")
        try:
            return cipher.decrypt(sealed[_HEAD_BYTES:_BODY_AT], sealed[_BODY_AT:], _associated_data(key_id, context))
        except InvalidTag:
            raise SealBrokenError(f"the sealed value of {context} does not open") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether *sealed* was made with the current key, or should be sealed anew."""
        return sealed.startswith(self._current_head)


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """Derive a key of *length* bytes for one *purpose* from a high-entropy *secret* (RFC 5869, no salt)."""
    return hkdf_sha256(secret, salt=b"", info=purpose.encode(), length=length)


def _associated_data(key_id: bytes, context: str) -> bytes:
    return b"cenote" + _VERSION + key_id + context.encode()
