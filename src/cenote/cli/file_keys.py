"""What encrypts a pool's file and what opens it: a passphrase that is typed or in a file, or age keys."""

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from cenote.cli.failures import CommandError
from cenote.crypto.age import AgeError, Identity, Passphrase, Recipient

SHORTEST_PASSPHRASE = 8
_SECRET_KEY = "AGE-SECRET-KEY-"
_MAX_PASSPHRASE_BYTES = 64 * 1024


def recipients_of(texts: Sequence[str]) -> list[Recipient]:
    """The recipients that are written `age1…`; raises CommandError."""
    try:
        return [Recipient.parse(text) for text in texts]
    except AgeError as error:
        raise CommandError(f"--to-key: {error}") from None


def identities_in(path: Path) -> list[Identity]:
    """The secret keys in a file as age-keygen writes it; raises CommandError."""
    lines = [line.strip() for line in _text_of(path).splitlines()]
    try:
        found = [Identity.parse(line) for line in lines if line.upper().startswith(_SECRET_KEY)]
    except AgeError as error:
        raise CommandError(f"{path}: {error}") from None
    if not found:
        raise CommandError(f"{path} has no line that begins with {_SECRET_KEY}1")
    return found


def passphrase(path: Path | None, *, is_new: bool) -> Passphrase:
    """
    The passphrase in the first line of *path*, else the one that is typed, twice if it is new.

    Raises:
        CommandError: there is no terminal to ask at, or it is too short for a new one.
    """
    if path is not None:
        text = _text_of(path).partition("\n")[0].removesuffix("\r")
    elif sys.stdin.isatty():
        text = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True)
    else:
        raise CommandError("there is no terminal to ask for the passphrase: use --passphrase-file")
    if not text or (is_new and len(text) < SHORTEST_PASSPHRASE):
        raise CommandError(f"a passphrase has at least {SHORTEST_PASSPHRASE} characters")
    return Passphrase(text)


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_MAX_PASSPHRASE_BYTES)
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not text") from None
