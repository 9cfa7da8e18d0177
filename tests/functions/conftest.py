"""A runner for each kind of isolation, and functions to run."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cenote.functions import sandbox
from harness.databases import is_ci
from harness.local_functions import Bench

PATIENCE_S = 20


def _kinds() -> list[str]:
    """The kinds of isolation that work here; in CI bubblewrap must be one of them."""
    try:
        sandbox.choose("bubblewrap", Path("/"))
    except sandbox.IsolationUnavailableError:
        return ["limits", "bubblewrap"] if is_ci() else ["limits"]
    return ["limits", "bubblewrap"]


KINDS = _kinds()


@pytest.fixture(params=KINDS)
def isolation(request: pytest.FixtureRequest) -> str:
    """The kind of isolation under test."""
    kind: str = request.param
    return kind


@pytest.fixture
def bench(isolation: str, tmp_path: Path) -> Iterator[Bench]:
    """Where functions are made and run."""
    made = Bench(tmp_path / "functions", isolation)
    yield made
    made.close()


@pytest.fixture(params=[kind for kind in KINDS if kind == "bubblewrap"])
def enclosed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Where functions are run in bubblewrap."""
    made = Bench(tmp_path / "functions", request.param)
    yield made
    made.close()


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Look again and again until something is true; it must become so."""

    def wait(condition: Callable[[], bool]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < until_s, "it did not come true in time"
            threading.Event().wait(0.01)

    return wait


@pytest.fixture
def aside() -> Iterator[Callable[[Callable[[], Any]], Callable[[], Any]]]:
    """Do something in a thread of its own; what comes back gives its result, or raises what it raised."""
    threads = []

    def begin(act: Callable[[], Any]) -> Callable[[], Any]:
        results: list[Any] = []

        def run() -> None:
            try:
                results.append(act())
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
                results.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        threads.append(thread)

        def result() -> Any:
            thread.join(PATIENCE_S)
            (found,) = results
            if isinstance(found, BaseException):
                raise found
            return found

        return result

    yield begin
    for thread in threads:
        thread.join(PATIENCE_S)
