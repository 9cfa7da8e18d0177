"""
The message format of the AWS Encryption SDK, written: what a Cognito function is sent a code in.

Version 1, suite 0x0178 (AES-256-GCM, the key derived by HKDF-SHA256, without signature and without key commitment), one frame. It is what
Cognito's own values are (they begin with "AYAB"), and is read by every Encryption SDK under REQUIRE_ENCRYPT_ALLOW_DECRYPT.
Source: AWS Encryption SDK developer guide, "message format reference" and "body additional authenticated data reference".
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cenote.crypto.hkdf import hkdf_sha256

DATA_KEY_BYTES: Final = 32

_KMS_PROVIDER: Final = "aws-kms"
_VERSION: Final = b"\x01"
_CUSTOMER_DATA: Final = b"\x80"
_SUITE: Final = (0x0178).to_bytes(2)
_FRAMED: Final = b"\x02"
_RESERVED: Final = bytes(4)
_IV_BYTES: Final = 12
_FRAME_BYTES: Final = 4096
_MESSAGE_ID_BYTES: Final = 16
_FINAL: Final = b"\xff\xff\xff\xff"
_FINAL_FRAME: Final = b"AWSKMSEncryptionClient Final Frame"
# Frames are numbered from 1; there is one.
_NUMBER: Final = 1


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key of 32 bytes: as it is, as *provider_info* (the ARN of a KMS key) encrypted it, and that ARN."""

    plaintext: bytes = field(repr=False)
    encrypted: bytes
    provider_info: str


def message_of(plaintext: bytes, data_key: DataKey, context: Mapping[str, str]) -> bytes:
    """
    *plaintext* as one message, bound to the encryption *context*, which the message shows to everyone.

    Raises:
        ValueError: the plaintext is longer than a frame (4096 bytes), or the data key has not 32 bytes.
    """
    if len(plaintext) > _FRAME_BYTES or len(data_key.plaintext) != DATA_KEY_BYTES:
        raise ValueError("a message has one frame of at most 4096 bytes, and a data key of 32")
    message_id = os.urandom(_MESSAGE_ID_BYTES)
    cipher = AESGCM(hkdf_sha256(data_key.plaintext, salt=b"", info=_SUITE + message_id, length=DATA_KEY_BYTES))
    header = _header(message_id, data_key, context)
    # The derived key belongs to this message alone, so counting nonces do not repeat: 0 for the header, then the frame's number.
    header_iv, frame_iv = bytes(_IV_BYTES), _NUMBER.to_bytes(_IV_BYTES)
    number, length = _NUMBER.to_bytes(4), len(plaintext)
    bound = message_id + _FINAL_FRAME + number + length.to_bytes(8)
    return b"".join(
        (
            header,
            header_iv,
            cipher.encrypt(header_iv, b"", header),
            _FINAL,
            number,
            frame_iv,
            length.to_bytes(4),
            cipher.encrypt(frame_iv, plaintext, bound),
        )
    )


def _header(message_id: bytes, data_key: DataKey, context: Mapping[str, str]) -> bytes:
    authenticated = _pairs(context)
    keys = (_KMS_PROVIDER.encode(), data_key.provider_info.encode(), data_key.encrypted)
    return b"".join(
        (
            _VERSION,
            _CUSTOMER_DATA,
            _SUITE,
            message_id,
            _field(authenticated),
            (1).to_bytes(2),
            *(_field(part) for part in keys),
            _FRAMED,
            _RESERVED,
            _IV_BYTES.to_bytes(1),
            _FRAME_BYTES.to_bytes(4),
        )
    )


def _pairs(context: Mapping[str, str]) -> bytes:
    """The encryption context by ascending keys, as UTF-8; nothing at all where it is empty."""
    if not context:
        return b""
    pairs = sorted((name.encode(), value.encode()) for name, value in context.items())
    return len(pairs).to_bytes(2) + b"".join(_field(part) for pair in pairs for part in pair)


def _field(part: bytes) -> bytes:
    return len(part).to_bytes(2) + part
