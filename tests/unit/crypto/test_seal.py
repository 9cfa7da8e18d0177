import json
from pathlib import Path

import pytest

from cenote.crypto.errors import SealBrokenError
from cenote.crypto.hkdf import hkdf_sha256
from cenote.crypto.seal import MasterKey, Sealer, derive

OLD = MasterKey(b"old1", bytes(range(32)))
NEW = MasterKey(b"new2", bytes(range(32, 64)))
CONTEXT = "users/us-east-1_Ab12Cd34E/alice/password"
VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "RFC5869-A.json").read_text())


def test_what_was_sealed_opens_in_its_context() -> None:
    sealer = Sealer([NEW])
    for plaintext in (b"", b"x", bytes(5000)):
        assert plaintext == sealer.open(sealer.seal(plaintext, CONTEXT), CONTEXT)


def test_a_sealed_value_begins_with_version_and_key_id_and_is_longer_by_a_nonce_and_a_tag() -> None:
    sealed = Sealer([NEW]).seal(b"secret", CONTEXT)
    assert sealed[:5] == b"\x01new2"
    assert 5 + 12 + len(b"secret") + 16 == len(sealed)
    assert b"secret" not in sealed


def test_the_same_value_never_seals_alike() -> None:
    sealer = Sealer([NEW])
    assert len({sealer.seal(b"secret", CONTEXT) for _ in range(100)}) == 100


def test_another_context_does_not_open() -> None:
    sealer = Sealer([NEW])
    with pytest.raises(SealBrokenError):
        sealer.open(sealer.seal(b"secret", CONTEXT), CONTEXT + "x")


def test_another_key_of_the_same_id_does_not_open() -> None:
    sealed = Sealer([NEW]).seal(b"secret", CONTEXT)
    with pytest.raises(SealBrokenError):
        Sealer([MasterKey(NEW.key_id, OLD.key)]).open(sealed, CONTEXT)


def test_no_byte_can_be_changed_or_cut_off() -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal(b"secret", CONTEXT)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBrokenError):
            sealer.open(bytes(changed), CONTEXT)
        with pytest.raises(SealBrokenError):
            sealer.open(sealed[:at], CONTEXT)


def test_an_older_key_still_opens_and_its_values_are_not_current() -> None:
    sealed = Sealer([OLD]).seal(b"secret", CONTEXT)
    rotated = Sealer([NEW, OLD])
    assert rotated.open(sealed, CONTEXT) == b"secret"
    assert not rotated.is_current(sealed)
    assert rotated.is_current(rotated.seal(b"secret", CONTEXT))
    assert rotated.current_key_id == b"new2"


def test_a_key_that_was_removed_no_longer_opens() -> None:
    with pytest.raises(SealBrokenError, match="unknown master key 6f6c6431"):
        Sealer([NEW]).open(Sealer([OLD]).seal(b"secret", CONTEXT), CONTEXT)


def test_master_keys_are_checked_and_not_shown() -> None:
    assert "key_id" in repr(NEW)
    assert repr(NEW.key) not in repr(NEW)
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(b"key1", bytes(31))
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(b"key", bytes(32))
    with pytest.raises(ValueError, match="at least one"):
        Sealer([])
    with pytest.raises(ValueError, match="same id"):
        Sealer([NEW, NEW])


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["section"])
def test_hkdf_agrees_with_rfc_5869(case: dict[str, str]) -> None:
    secret, salt, info = (bytes.fromhex(case[member]) for member in ("ikm", "salt", "info"))
    expected = bytes.fromhex(case["okm"])
    assert expected == hkdf_sha256(secret, salt=salt, info=info, length=int(case["length"]))


def test_derive_is_hkdf_without_salt_and_separates_purposes() -> None:
    unsalted = VECTORS["cases"][2]
    assert bytes.fromhex(unsalted["okm"]) == derive(bytes.fromhex(unsalted["ikm"]), "", 42)
    assert derive(OLD.key, "codes") != derive(OLD.key, "fake users")
    assert len(derive(OLD.key, "codes")) == 32
