"""The deployment that a command works on: one that is there, with the schema of this release."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cenote.app import build_services
from cenote.base.settings import Settings
from cenote.cli.effective import effective_settings
from cenote.flows.deployment import open_deployed
from cenote.flows.services import Services

PoolId = Annotated[str, typer.Argument(help="The user pool's id.", metavar="POOL")]


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Services]:
    """
    The deployment that *settings* name (those of the environment, if there are none), for as long as a command runs.

    Raises:
        NotDeployedError: it is not there, or has another release's schema.
        CryptoError: the master key is not the one that the database was sealed with.
    """
    services = build_services(settings or effective_settings(), opening=open_deployed)
    try:
        yield services
    finally:
        services.functions.close()
        services.database.close()
