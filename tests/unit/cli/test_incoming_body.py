"""A body that is read while it comes in."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace

import pytest

from cenote.cli import incoming_body
from cenote.cli.incoming_body import IncomingBody


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


async def pieces(*parts: bytes, silent: bool = False) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if silent:
        await asyncio.Event().wait()


def test_it_hands_over_at_most_what_is_asked_for(loop: asyncio.AbstractEventLoop) -> None:
    body = IncomingBody(loop, pieces(b"abcde", b"fg"), length=7, idle_s=10)

    assert [b"abc", b"de", b"fg", b"", b""] == [body.read(3) for _ in range(5)]


def test_it_never_hands_over_more_than_was_said(loop: asyncio.AbstractEventLoop) -> None:
    body = IncomingBody(loop, pieces(b"abc", b"def"), length=4, idle_s=10)

    assert [b"abc", b"d", b""] == [body.read(9) for _ in range(3)]


def test_a_client_that_leaves_ends_it_early(loop: asyncio.AbstractEventLoop) -> None:
    body = IncomingBody(loop, pieces(b"abc", b""), length=9, idle_s=10)

    assert [b"abc", b"", b""] == [body.read(9) for _ in range(3)]


def test_a_client_that_falls_silent_is_not_waited_for(loop: asyncio.AbstractEventLoop) -> None:
    body = IncomingBody(loop, pieces(b"abc", silent=True), length=9, idle_s=0.05)

    assert body.read(9) == b"abc"
    with pytest.raises(TimeoutError):
        body.read(9)


def test_a_client_that_drips_is_not_waited_for(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming_body, "time", SimpleNamespace(monotonic=lambda: now_s))
    now_s = 0.0
    body = IncomingBody(loop, pieces(b"a", b"b"), length=incoming_body.LEAST_BYTES_PER_S, idle_s=10)

    assert body.read(9) == b"a"
    now_s = 11.5
    with pytest.raises(TimeoutError):
        body.read(9)
