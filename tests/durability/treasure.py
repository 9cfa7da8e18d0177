"""Secrets, in all the forms in which one might lie in a file by mistake."""

import base64
import hashlib
import json
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field

# A shorter text is found everywhere by chance, unless it stands alone.
SHORT = 8
_ALONE = rb"(?<![0-9A-Za-z+/_-])%s(?![0-9A-Za-z+/_-])"


@dataclass
class Treasure:
    """
    Secrets by name.

    *kept* names those that the database keeps sealed and gives back, as against those that it digests or forgets.
    """

    secrets: dict[str, bytes] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def add(self, name: str, secret: str | bytes, *, kept: bool = False) -> str:
        """Remember a secret under a name of its own; returns it where it is text."""
        value = secret.encode() if isinstance(secret, str) else secret
        assert name not in self.secrets, name
        self.secrets[name] = value
        if kept:
            self.kept.add(name)
        return secret if isinstance(secret, str) else ""

    def add_number(self, name: str, number: int) -> None:
        """Remember a secret number, as bytes and as decimal digits."""
        self.add(name, number.to_bytes((number.bit_length() + 7) // 8))
        self.add(f"{name} in digits", str(number))

    def found_in(self, hay: bytes) -> list[str]:
        """Which secrets lie in *hay*, and in which form."""
        return [
            f"{name} ({form})"
            for name, secret in self.secrets.items()
            for form, needle in forms_of(secret)
            if _is_in(needle, hay, alone=len(secret) < SHORT and form in {"plain", "hex"})
        ]


def forms_of(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """Every form of a secret with its name."""
    yield "plain", secret
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    for shift in range(3):
        text = _base64_inside(secret, shift)
        yield f"base64 at {shift}", text
        yield f"base64url at {shift}", text.replace(b"+", b"-").replace(b"/", b"_")
    if len(secret) < SHORT:
        # So short a secret is as good as plain in a digest without a key.
        for name in ("sha256", "sha1", "md5", "sha512"):
            digest = hashlib.new(name, secret, usedforsecurity=False).digest()
            yield name, digest
            yield f"{name} in hex", digest.hex().encode()
            yield f"{name} in base64", base64.b64encode(digest)
    else:
        yield "reversed", secret[::-1]
    readable = _text_of(secret)
    if readable is not None:
        yield "UTF-16-LE", readable.encode("utf-16-le")
        yield "UTF-16-BE", readable.encode("utf-16-be")
        for form, written in (("JSON", json.dumps(readable)[1:-1]), ("URL", urllib.parse.quote(readable, safe=""))):
            if written != readable:
                yield form, written.encode()


def _text_of(secret: bytes) -> str | None:
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


def _base64_inside(secret: bytes, shift: int) -> bytes:
    """What surely appears in the base64 text of something that has *secret* at *shift* bytes past a multiple of three."""
    text = base64.b64encode(bytes(shift) + secret).rstrip(b"=")
    end = len(text) - 1 if (shift + len(secret)) % 3 else len(text)
    return text[(0, 2, 3)[shift] : end]


def _is_in(needle: bytes, hay: bytes, *, alone: bool) -> bool:
    return re.search(_ALONE % re.escape(needle), hay) is not None if alone else needle in hay
