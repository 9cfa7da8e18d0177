"""`cenote export`."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from cenote.cli import file_keys, progress
from cenote.cli.deployment import PoolId, opened
from cenote.cli.failures import CommandError
from cenote.cli.record_counts import summary_of
from cenote.cli.terminal import printable
from cenote.crypto.age import Sink
from cenote.flows.transfer import files
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.exporting import write_pool

_STANDARD_OUTPUT = "-"


def export_pool(
    pool: PoolId,
    *,
    to: Annotated[str, typer.Option("--to", metavar="FILE", help="The file to write; - is standard output.")],
    plain: Annotated[
        bool, typer.Option("--plain", help="Do not encrypt: password records and signing keys are in the clear.")
    ] = False,
    to_key: Annotated[
        list[str] | None, typer.Option("--to-key", metavar="age1…", help="Encrypt for this age key; may be repeated.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Encrypt with the first line of this file instead of asking.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write a whole user pool, its users with their passwords and its signing keys, to one encrypted file."""
    try:
        with opened() as services:
            services.directory.require_pool(pool)
            lockers = _lockers(to, plain=plain, to_key=to_key or [], passphrase_file=passphrase_file)
            with _sink(to, lockers, replace=force) as sink, progress.bars("records") as start:
                counts = write_pool(
                    services.database,
                    services.keys,
                    pool,
                    sink,
                    now_ms=services.clock.now_ms(),
                    progress=start("Exporting", None).reach,
                )
    except TransferError as error:
        raise CommandError(str(error)) from None
    is_piped = to == _STANDARD_OUTPUT
    said = sys.stderr if is_piped else sys.stdout
    target = "standard output" if is_piped else to
    print(printable(f"Exported {pool} to {target}: {summary_of(counts)}."), file=said)
    if plain:
        print("It is not encrypted: whoever reads it has the password records and the signing keys.", file=sys.stderr)


def _lockers(to: str, *, plain: bool, to_key: Sequence[str], passphrase_file: Path | None) -> Sequence[files.Locker]:
    if sum((plain, bool(to_key), passphrase_file is not None)) > 1:
        raise CommandError("--plain, --to-key and --passphrase-file exclude one another")
    if plain:
        return []
    if to == _STANDARD_OUTPUT and sys.stdout.isatty():
        raise CommandError("an encrypted file is not for a terminal: give --to a file, or pipe it")
    if to_key:
        return file_keys.recipients_of(to_key)
    return [file_keys.passphrase(passphrase_file, is_new=True)]


@contextmanager
def _sink(to: str, lockers: Sequence[files.Locker], *, replace: bool) -> Iterator[Sink]:
    is_piped = to == _STANDARD_OUTPUT
    try:
        target = _piped() if is_piped else files.new_file(Path(to), replace=replace)
        with target as file, files.locked(file, lockers) as sink:
            yield sink
    except OSError as error:
        # A full disk names no file, a missing folder the unfinished one: say what was typed.
        raise OSError(error.errno, error.strerror, "standard output" if is_piped else to) from None


@contextmanager
def _piped() -> Iterator[BinaryIO]:
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
