"""
Keys as text: Bech32 with a checksum, so that a mistyped key is noticed.

Source: BIP 173, without its limit of 90 characters, as the age format uses it.
"""

from collections.abc import Iterable, Iterator

from cenote.crypto.age.errors import AgeError

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_LETTERS = 6
_LETTER_BITS = 5
_BYTE_BITS = 8


def encode(prefix: str, data: bytes) -> str:
    """*data* as lower-case text that begins with *prefix* and a 1."""
    values = list(_regrouped(data, _BYTE_BITS, _LETTER_BITS, pad=True))
    check = _polymod([*_expanded(prefix), *values, *([0] * _CHECK_LETTERS)]) ^ 1
    values += [check >> _LETTER_BITS * (_CHECK_LETTERS - 1 - place) & 31 for place in range(_CHECK_LETTERS)]
    return f"{prefix}1{''.join(_LETTERS[value] for value in values)}"


def decode(prefix: str, text: str) -> bytes:
    """
    The bytes in a text of either case that begins with *prefix*.

    Raises:
        AgeError: it is none, or mistyped.
    """
    if text not in {text.lower(), text.upper()} or not text.isascii():
        raise AgeError("a key is written in one case")
    given, separator, rest = text.lower().rpartition("1")
    if given != prefix or not separator or len(rest) < _CHECK_LETTERS or not set(rest) <= set(_LETTERS):
        raise AgeError(f"a key of this kind begins with {prefix}1")
    values = [_LETTERS.index(letter) for letter in rest]
    if _polymod([*_expanded(prefix), *values]) != 1:
        raise AgeError("the key is mistyped")
    return bytes(_regrouped(values[:-_CHECK_LETTERS], _LETTER_BITS, _BYTE_BITS, pad=False))


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << _LETTER_BITS ^ value
        for place, generator in enumerate(_GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check


def _expanded(prefix: str) -> list[int]:
    return [ord(letter) >> _LETTER_BITS for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _regrouped(values: Iterable[int], width: int, new_width: int, *, pad: bool) -> Iterator[int]:
    held = held_bits = 0
    for value in values:
        held = held << width | value
        held_bits += width
        while held_bits >= new_width:
            held_bits -= new_width
            yield held >> held_bits
            held &= (1 << held_bits) - 1
    if pad and held_bits:
        yield held << (new_width - held_bits)
    elif held or held_bits >= width:
        raise AgeError("the key is mistyped")
