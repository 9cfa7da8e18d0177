"""`cenote import`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cenote.cli import file_keys, progress
from cenote.cli.deployment import opened
from cenote.cli.effective import effective_settings
from cenote.cli.failures import CommandError
from cenote.cli.record_counts import summary_of
from cenote.cli.terminal import printable
from cenote.flows.deployment import prepare
from cenote.flows.transfer import files
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.restoring import Steps, discard_pool, restore_pool


def import_pool(
    file: Annotated[Path | None, typer.Argument(help="What cenote export wrote.", metavar="FILE")] = None,
    *,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Open with the first line of this file instead of asking.")
    ] = None,
    key_file: Annotated[Path | None, typer.Option(help="Open with the age secret keys in this file.")] = None,
    discard: Annotated[
        str | None, typer.Option(help="Delete what a broken-off import of this pool has left.", metavar="POOL")
    ] = None,
) -> None:
    """Restore a user pool from a file, under the same ids; all of it or nothing."""
    if (file is None) is (discard is None):
        raise typer.BadParameter("give either FILE or --discard")
    if discard is not None:
        _discard(discard)
    if file is not None:
        _restore(file, passphrase_file=passphrase_file, key_file=key_file)


def _discard(pool: str) -> None:
    try:
        with opened() as services:
            discard_pool(services.database, pool, services.clock.now_ms())
    except TransferError as error:
        raise CommandError(str(error)) from None
    print(printable(f"Nothing is left of the import of {pool}."))


def _restore(file: Path, *, passphrase_file: Path | None, key_file: Path | None) -> None:
    settings = effective_settings()
    if not file.is_file():
        raise CommandError(f"{file} is no file; it is read twice, so a pipe will not do")
    openers = _openers(file, passphrase_file=passphrase_file, key_file=key_file)
    prepare(settings)
    try:
        with opened(settings) as services, progress.bars("records") as start:
            header = restore_pool(
                services.database,
                services.keys,
                file,
                openers,
                account_id=settings.account_id,
                now_ms=services.clock.now_ms(),
                steps=Steps(checking=start("Checking", None).reach, writing=start("Restoring", None).reach),
            )
    except TransferError as error:
        raise CommandError(str(error)) from None
    print(printable(f"Restored {header.pool_id} in {header.region}: {summary_of(header.rows)}."))
    if header.account_id != settings.account_id:
        said = f"It is in account {settings.account_id} now; ARNs in its settings still name {header.account_id}."
        print(printable(said))


def _openers(file: Path, *, passphrase_file: Path | None, key_file: Path | None) -> Sequence[files.Opener]:
    lock = files.lock_of(file)
    if lock == "passphrase":
        return [file_keys.passphrase(passphrase_file, is_new=False)]
    if lock == "key":
        if key_file is None:
            raise CommandError("the file opens by a key: use --key-file")
        return file_keys.identities_in(key_file)
    if passphrase_file is not None or key_file is not None:
        print("The file is not encrypted: --passphrase-file and --key-file were not needed.", file=sys.stderr)
    return []
