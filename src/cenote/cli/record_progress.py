"""How far an export or an import is, for whoever watches at a terminal; and what it was, in one sentence."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

Start = Callable[[str], Callable[[int, int], None]]


class _SpeedColumn(ProgressColumn):
    """Records a second."""

    def render(self, task: Task) -> Text:
        """The present speed."""
        speed = task.finished_speed or task.speed
        if speed is None and task.completed and task.elapsed:
            # Done before there was anything to measure between.
            speed = task.completed / task.elapsed
        return Text("" if speed is None else f"{speed:,.0f} records/s", style="progress.data.speed")


@contextmanager
def shown() -> Iterator[Start]:
    """Bars on standard error if it is a terminal: what is called with a title gives what is told the progress."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        _SpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def start(title: str) -> Callable[[int, int], None]:
            task = progress.add_task(title, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield start


def summary_of(counts: Mapping[str, int]) -> str:
    """`2 clients, 50,000 users`: everything of which there is some."""
    return ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count and name != "pools"
    )
