"""The browser and the pools of the walks through the hosted pages, made once for all that one process walks."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from harness.browser import chromium, site
from harness.guest import Guest, no_passkey_yet
from harness.hosted_shapes import SHAPES, HostedPool, Shape
from harness.server import Server

Opens = Callable[..., Guest]


@pytest.fixture(scope="session")
def walked_pools(running_servers: dict[str, Server]) -> Iterator[dict[str, HostedPool]]:
    """A pool of each shape, by its id; pages hang on no engine."""
    with site("<!doctype html><title>An app</title>") as callback:
        yield {shape.id: HostedPool(running_servers["sqlite"], shape, callback) for shape in SHAPES}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file."""
    with chromium() as started:
        yield started


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.id)
def shape(request: pytest.FixtureRequest) -> Shape:
    """Each shape in turn."""
    found: Shape = request.param
    return found


@pytest.fixture
def hosted(walked_pools: dict[str, HostedPool], shape: Shape) -> HostedPool:
    """The pool of the shape."""
    return walked_pools[shape.id]


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """Opens a browser of somebody's own at a pool: a Guest, with what else Guest takes."""
    opened: list[BrowserContext] = []

    def open_(pool: HostedPool, *, has_scripts: bool | None = None, passkeys: bool = False, **members: str) -> Guest:
        runs = pool.shape.has_scripts if has_scripts is None else has_scripts
        context = browser.new_context(java_script_enabled=runs, reduced_motion="reduce")
        opened.append(context)
        if not passkeys:
            no_passkey_yet(context, pool)
        return Guest(context.new_page(), pool, has_scripts=runs, **members)

    yield open_
    for context in opened:
        context.close()


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine: what a browser sees hangs on none."""
    name: str = request.param
    return name
