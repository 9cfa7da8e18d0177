"""`cenote search …`: which attributes of a pool its users can be searched by."""

from typing import Annotated

import typer

from cenote.cli import progress
from cenote.cli.deployment import PoolId, opened
from cenote.cli.terminal import printable
from cenote.flows import search_index
from cenote.flows.services import Services
from cenote.storage import pools

application = typer.Typer(help="Which attributes users can be searched by.", no_args_is_help=True)
# No pool has so many users: all of them are counted.
_EVERYONE = 10**12


@application.callback()
def search() -> None:
    """Which attributes users can be searched by, beyond what ListUsers offers."""


@application.command("index")
def index(
    pool: PoolId,
    attributes: Annotated[
        list[str] | None,
        typer.Argument(help="Such as custom:plan. None: go on with what was left half-way.", metavar="ATTRIBUTE"),
    ] = None,
) -> None:
    """Let users be searched by these attributes; servers may go on serving meanwhile."""
    with opened() as services:
        run = search_index.start(services, pool, attributes or [])
        if run is not None:
            with services.database.read() as tx:
                total = pools.count_users(tx, pool, at_most=_EVERYONE)
            with progress.bars("users") as start:
                search_index.build(services, run, start("Indexing", total).advance)
        _show(services, pool)


@application.command("unindex")
def unindex(
    pool: PoolId,
    attributes: Annotated[
        list[str] | None,
        typer.Argument(help="None: go on with what was left half-way.", metavar="ATTRIBUTE"),
    ] = None,
) -> None:
    """Let users no longer be searched by these attributes, and delete what was kept for it."""
    with opened() as services:
        search_index.stop(services, pool, attributes or [])
        with progress.bars("values") as start:
            search_index.clear(services, pool, start("Removing", None).advance)
        _show(services, pool)


@application.command("show")
def show(pool: PoolId) -> None:
    """Show the indexed attributes of a pool, and how far each index is."""
    with opened() as services:
        _show(services, pool)


def _show(services: Services, pool: str) -> None:
    states = search_index.states(services, pool)
    for name in sorted(states):
        print(f"{printable(name)}\t{states[name].value}")
    if not states:
        print("No attribute is indexed.")
