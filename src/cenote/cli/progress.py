"""How far a long command is, for whoever watches at a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class Bar:
    """One bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def reach(self, done: int, total: int | None) -> None:
        """So much is done, and of how much if that is known."""
        self._progress.update(self._task, completed=done, total=total)

    def advance(self, more: int) -> None:
        """So much more is done."""
        self._progress.update(self._task, advance=more)


Start = Callable[[str, int | None], Bar]


class _SpeedColumn(ProgressColumn):
    """So many *units* a second."""

    def __init__(self, units: str) -> None:
        super().__init__()
        self._units = units

    def render(self, task: Task) -> Text:
        """The present speed."""
        speed = task.finished_speed or task.speed
        if speed is None and task.completed and task.elapsed:
            # Done before there was anything to measure between.
            speed = task.completed / task.elapsed
        return Text("" if speed is None else f"{speed:,.0f} {self._units}/s", style="progress.data.speed")


@contextmanager
def bars(units: str) -> Iterator[Start]:
    """Bars on standard error if it is a terminal: what is called with a title and a total, if it is known, gives a new one."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        _SpeedColumn(units),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield lambda title, total: Bar(progress, progress.add_task(title, total=total))
