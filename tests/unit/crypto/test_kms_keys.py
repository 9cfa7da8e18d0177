"""Blobs of KMS keys: for one key, one place and one encryption context."""

from dataclasses import replace

import pytest

from cenote.crypto.errors import BlobBrokenError
from cenote.crypto.kms_keys import KeyMaterial, key_id_of, new_secret

KEY_ID = "11111111-2222-4333-8444-555555555555"
KEY = KeyMaterial(KEY_ID, f"arn:aws:kms:us-east-1:000000000000:key/{KEY_ID}", b"s" * 32)
CONTEXT = {"a": "1", "b": "2"}


def test_a_blob_opens_for_the_context_it_was_made_for() -> None:
    blob = KEY.encrypt(b"a secret", CONTEXT)
    assert b"a secret" == KEY.decrypt(blob, {"b": "2", "a": "1"})
    assert b"a secret" not in blob


def test_a_blob_names_its_key() -> None:
    assert KEY_ID == key_id_of(KEY.encrypt(b"", {}))


def test_no_two_blobs_are_alike() -> None:
    assert KEY.encrypt(b"a secret", CONTEXT) != KEY.encrypt(b"a secret", CONTEXT)


@pytest.mark.parametrize(
    "context", [{}, {"a": "1"}, {"a": "2", "b": "1"}, {"a": "1", "b": "2", "c": ""}, {"a1": "", "b": "2"}]
)
def test_another_context_does_not_open_it(context: dict[str, str]) -> None:
    blob = KEY.encrypt(b"a secret", CONTEXT)
    with pytest.raises(BlobBrokenError):
        KEY.decrypt(blob, context)


def test_another_secret_or_another_place_does_not_open_it() -> None:
    blob = KEY.encrypt(b"a secret", CONTEXT)
    for other in (replace(KEY, secret=new_secret()), replace(KEY, arn=KEY.arn.replace("us-east-1", "eu-west-1"))):
        with pytest.raises(BlobBrokenError):
            other.decrypt(blob, CONTEXT)


def test_a_changed_blob_does_not_open() -> None:
    blob = KEY.encrypt(b"a secret", CONTEXT)
    for place in range(len(blob)):
        changed = bytearray(blob)
        changed[place] ^= 1
        with pytest.raises(BlobBrokenError):
            KEY.decrypt(bytes(changed), CONTEXT)


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x02" + b"x" * 100, b"\x01" + b"x" * 63])
def test_what_is_no_blob_names_no_key(blob: bytes) -> None:
    with pytest.raises(BlobBrokenError):
        key_id_of(blob)
