"""`cenote reset`."""

from typing import Annotated

import typer

from cenote.cli.effective import effective_settings
from cenote.cli.failures import CommandError
from cenote.flows import deployment


def reset(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete every pool, client, user and message; the keys stay. Development only."""
    settings = effective_settings()
    if not settings.is_development:
        raise CommandError("reset works in development mode only; this is production")
    deployment.require_deployed(settings)
    if not yes:
        typer.confirm(f"Delete everything in {settings.database_label}?", abort=True, err=True)
    deployment.reset(settings)
    print("Everything is deleted.")
