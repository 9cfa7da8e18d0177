"""`cenote export`."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cenote.base.clock import SystemClock
from cenote.cli import file_keys, record_progress
from cenote.cli.effective import effective_settings
from cenote.cli.failures import CommandError
from cenote.cli.terminal import printable
from cenote.crypto.age import Sink
from cenote.flows.transfer import files
from cenote.flows.transfer.deployed import deployed
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.exporting import write_pool

_STANDARD_OUTPUT = "-"


def export_pool(
    pool: Annotated[str, typer.Argument(help="The user pool's id.", metavar="POOL")],
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
    settings = effective_settings()
    try:
        with deployed(settings) as (database, keys):
            lockers = _lockers(to, plain=plain, to_key=to_key or [], passphrase_file=passphrase_file)
            with _sink(to, lockers, replace=force) as sink, record_progress.shown() as start:
                counts = write_pool(
                    database, keys, pool, sink, now_ms=SystemClock().now_ms(), progress=start("Exporting")
                )
    except TransferError as error:
        raise CommandError(str(error)) from None
    is_piped = to == _STANDARD_OUTPUT
    said = sys.stderr if is_piped else sys.stdout
    target = "standard output" if is_piped else to
    print(printable(f"Exported {pool} to {target}: {record_progress.summary_of(counts)}."), file=said)
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
    if to == _STANDARD_OUTPUT:
        with files.locked(sys.stdout.buffer, lockers) as sink:
            yield sink
        sys.stdout.buffer.flush()
        return
    with files.new_file(Path(to), replace=replace) as file, files.locked(file, lockers) as sink:
        yield sink
