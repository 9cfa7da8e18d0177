"""`cenote keys …`: the master key."""

import typer
from rich.console import Console
from rich.progress import Progress

from cenote import app
from cenote.cli.effective import effective_settings

application = typer.Typer(help="The master key that seals the secrets in the database.", no_args_is_help=True)


@application.callback()
def keys() -> None:
    """The master key that seals the secrets in the database."""


@application.command("rotate")
def rotate() -> None:
    """Seal every secret in the database anew, under the current master key."""
    settings = effective_settings()
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Sealing anew", total=None)
        count = app.rotate_keys(settings, lambda done, total: progress.update(task, completed=done, total=total))
    print(f"{count} secrets are sealed under the current key.")
