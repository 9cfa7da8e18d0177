"""Files in the age format: what is written opens again, for whom it was written, unless it was changed."""

import io

import pyrage
import pytest

from cenote.crypto.age import AgeError, AgeReader, AgeWriter, Identity, Passphrase, Recipient, bech32, new_identity
from cenote.crypto.age.header import Lines, read_header
from cenote.crypto.age.recipients import Unwrapper, Wrapper
from cenote.crypto.age.stream import CHUNK_BYTES

SIZES = (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES - 7)
QUICK = Passphrase("correct horse", work_factor=4)
# BIP 173's check of lengths and letters does not bind age; this pair is of the age-keygen manual's form.
WRONG_KEYS = (
    "",
    "age1",
    "age1qqqq",
    "AGE1" + "q" * 58,
    "age1" + "q" * 58,
    "agE1" + "q" * 58,
    "bc1" + "q" * 58,
    "age1ü",
)


def content(size: int) -> bytes:
    """Bytes that differ from chunk to chunk."""
    return bytes((place * 7 + place // 251) % 256 for place in range(size))


def written(data: bytes, *recipients: Wrapper) -> bytes:
    """A file with *data*."""
    sink = io.BytesIO()
    writer = AgeWriter(sink, recipients)
    for place in range(0, len(data), 10_007):
        assert len(data[place : place + 10_007]) == writer.write(data[place : place + 10_007])
    writer.finish()
    return sink.getvalue()


def read(file: bytes, *identities: Unwrapper) -> bytes:
    """What is in a file."""
    return io.BufferedReader(AgeReader(io.BytesIO(file), identities)).read()


@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_read(size: int) -> None:
    identity = new_identity()
    assert content(size) == read(written(content(size), identity.recipient), identity)
    assert content(size) == read(written(content(size), QUICK), Passphrase("correct horse"))


@pytest.mark.parametrize("size", SIZES)
def test_another_program_reads_what_is_written_and_the_other_way_round(size: int) -> None:
    identity = new_identity()
    theirs = pyrage.x25519.Identity.from_str(identity.text)
    assert content(size) == pyrage.decrypt(written(content(size), identity.recipient), [theirs])
    assert content(size) == pyrage.passphrase.decrypt(written(content(size), QUICK), "correct horse")
    assert content(size) == read(pyrage.encrypt(content(size), [theirs.to_public()]), identity)


def test_keys_are_written_as_other_programs_write_them() -> None:
    theirs = pyrage.x25519.Identity.generate()
    identity = Identity.parse(str(theirs))
    assert str(theirs) == identity.text
    assert str(theirs.to_public()) == str(identity.recipient) == str(Recipient.parse(str(theirs.to_public())))


def test_each_of_several_recipients_opens_the_file() -> None:
    one, other, stranger = new_identity(), new_identity(), new_identity()
    file = written(b"hello", one.recipient, other.recipient)
    assert b"hello" == read(file, one) == read(file, stranger, other)
    with pytest.raises(AgeError, match="no key that was given opens the file"):
        read(file, stranger)


def test_a_passphrase_stands_alone() -> None:
    for recipients in ((), (QUICK, QUICK), (QUICK, new_identity().recipient)):
        with pytest.raises(AgeError, match="for one passphrase, or for keys"):
            written(b"", *recipients)


def test_a_wrong_opener_is_told_what_is_asked_for() -> None:
    by_key = written(b"hello", new_identity().recipient)
    by_passphrase = written(b"hello", QUICK)
    for file, opener, reason in (
        (by_passphrase, Passphrase("another"), "the passphrase is wrong"),
        (by_passphrase, new_identity(), "opens by a passphrase, not by a key"),
        (by_key, QUICK, "opens by a key, not by a passphrase"),
    ):
        with pytest.raises(AgeError, match=reason):
            read(file, opener)


def test_every_flipped_bit_is_noticed() -> None:
    file = written(content(300), QUICK)
    for place in range(len(file)):
        changed = bytearray(file)
        changed[place] ^= 1
        with pytest.raises(AgeError):
            read(bytes(changed), QUICK)


def test_every_cut_is_noticed() -> None:
    file = written(content(2 * CHUNK_BYTES + 5), QUICK)
    ends = [*range(400), *(len(file) - back for back in (1, 5, 20, 21, 22, CHUNK_BYTES + 16 + 21)), len(file) // 2]
    for end in ends:
        with pytest.raises(AgeError):
            read(file[:end], QUICK)
    for more in (b"\0", file[-21:], file):
        with pytest.raises(AgeError):
            read(file + more, QUICK)


def test_chunks_cannot_be_swapped() -> None:
    file = written(content(3 * CHUNK_BYTES), QUICK)
    sealed = CHUNK_BYTES + 16
    start = len(file) - 3 * sealed
    swapped = file[:start] + file[start + sealed : start + 2 * sealed] + file[start : start + sealed] + file[-sealed:]
    with pytest.raises(AgeError, match="changed or cut off"):
        read(swapped, QUICK)


@pytest.mark.parametrize(
    "stanza",
    ["-> scrypt AAAAAAAAAAAAAAAAAAAAAA 23", "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 07", "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 0",
     "-> scrypt AAAAAAAAAAAAAAAAAAAAAA", "-> scrypt AAAA 10", "-> X25519", "->", "-> X25519  A", "-> X25519 \u00e9",
     "-> X25519 " + "A" * 43],
)  # fmt: skip
def test_a_header_that_asks_for_too_much_or_is_none_is_refused(stanza: str) -> None:
    header = f"age-encryption.org/v1\n{stanza}\n{'A' * 43}\n--- {'A' * 43}\n".encode()
    with pytest.raises(AgeError):
        read_header(io.BytesIO(header), [QUICK, new_identity()])


def test_an_endless_header_is_given_up() -> None:
    class Endless(Lines):
        def __init__(self) -> None:
            self.asked = 0

        def readline(self, _limit: int, /) -> bytes:
            self.asked += 1
            return (b"age-encryption.org/v1", b"-> X25519 A", b"A" * 64)[min(self.asked - 1, 2)] + b"\n"

    endless = Endless()
    with pytest.raises(AgeError, match="damaged"):
        read_header(endless, [new_identity()])
    assert endless.asked < 2000


@pytest.mark.parametrize("text", WRONG_KEYS)
def test_a_mistyped_key_is_noticed(text: str) -> None:
    with pytest.raises(AgeError):
        Recipient.parse(text)


def test_any_one_wrong_letter_of_a_key_is_noticed() -> None:
    text = str(new_identity().recipient)
    for place in range(4, len(text)):
        wrong = text[:place] + ("q" if text[place] != "q" else "p") + text[place + 1 :]
        with pytest.raises(AgeError):
            bech32.decode("age", wrong)


def test_no_secret_shows_in_what_is_printed() -> None:
    identity = new_identity()
    assert identity.text not in repr(identity)
    assert repr(identity.secret) not in repr(identity)
    assert "correct" not in repr(QUICK)
