"""`cenote search …`: which attributes of a pool its users can be searched by."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cenote.app import build_services
from cenote.cli.effective import effective_settings
from cenote.cli.terminal import printable
from cenote.flows import search_index
from cenote.flows.services import Services
from cenote.storage import pools

application = typer.Typer(help="Which attributes users can be searched by.", no_args_is_help=True)
_Pool = Annotated[str, typer.Argument(help="The user pool's id.", metavar="POOL")]


@application.callback()
def search() -> None:
    """Which attributes users can be searched by, beyond what ListUsers offers."""


@application.command("index")
def index(
    pool: _Pool,
    attributes: Annotated[
        list[str] | None, typer.Argument(help="Such as custom:plan. None: go on with what was left half-way.")
    ] = None,
) -> None:
    """Let users be searched by these attributes; servers may go on serving meanwhile."""
    with opened() as services:
        run = search_index.start(services, pool, attributes or [])
        if run is not None:
            with services.database.read() as tx:
                total = pools.count_users(tx, pool, at_most=10**12)
            with _bar("Indexing", total) as advance:
                search_index.build(services, run, advance)
        _show(services, pool)


@application.command("unindex")
def unindex(
    pool: _Pool,
    attributes: Annotated[list[str] | None, typer.Argument(help="None: go on with what was left half-way.")] = None,
) -> None:
    """Let users no longer be searched by these attributes, and delete what was kept for it."""
    with opened() as services:
        search_index.stop(services, pool, attributes or [])
        with _bar("Removing", None) as advance:
            search_index.clear(services, pool, advance)
        _show(services, pool)


@application.command("show")
def show(pool: _Pool) -> None:
    """Show the indexed attributes of a pool, and how far each index is."""
    with opened() as services:
        _show(services, pool)


@contextmanager
def opened() -> Iterator[Services]:
    """The deployment that the settings name, for as long as a command runs."""
    services = build_services(effective_settings())
    try:
        yield services
    finally:
        services.database.close()


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda more: progress.update(task, advance=more)


def _show(services: Services, pool: str) -> None:
    states = search_index.states(services, pool)
    for name in sorted(states):
        print(f"{printable(name)}\t{states[name].value}")
    if not states:
        print("No attribute is indexed.")
