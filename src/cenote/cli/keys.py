"""`cenote keys …`: the master key."""

import typer

from cenote.cli import progress
from cenote.cli.effective import effective_settings
from cenote.flows import deployment

application = typer.Typer(help="The master key that seals the secrets in the database.", no_args_is_help=True)


@application.callback()
def keys() -> None:
    """The master key that seals the secrets in the database."""


@application.command("prune")
def prune() -> None:
    """Forget old master keys that seal nothing any more."""
    count = deployment.prune_keys(effective_settings())
    print(f"{count} old keys are forgotten.")


@application.command("rotate")
def rotate() -> None:
    """Make a new master key (in the key file) and seal every secret in the database under it."""
    settings = effective_settings()
    with progress.bars("secrets") as start:
        count = deployment.rotate_keys(settings, start("Sealing anew", None).reach)
    print(f"{count} secrets are sealed under the current key.")
