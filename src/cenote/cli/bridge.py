"""
From granian's event loop to the WSGI application's threads.

granian's own WSGI mode gives a request to a thread as soon as its head is there, and has no way to end a body that never
comes: as many silent clients as there are threads would stop the service. So bodies are awaited here, on an event loop
where waiting costs no thread, within a time and a size; a thread is taken only for a request that is complete.

A request that cannot be served is refused before it costs anything: 411 without a length, 413 too long, 408 too slow,
503 when more wait than the threads can soon take. The price is one hop, about 0.1 ms.
"""

import asyncio
import collections
import json
import logging
import os
import queue
import signal
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable
from wsgiref.types import WSGIApplication

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from cenote.base import ids
from cenote.base.errors import RequestEntityTooLargeException
from cenote.base.settings import Settings
from cenote.cli.environ import Reply, Scope, answer

SMALL_BODY_BYTES = 64 * 1024
LARGE_BODIES_BYTES = 128 * 1024 * 1024
QUEUED_PER_THREAD = 64
PARENT_CHECK_S = 1.0
CLOSE = ("connection", "close")

log = logging.getLogger(__name__)


class Transport(Protocol):
    """The other end of a request (RSGI specification 1.6, "HTTP protocol interface")."""

    async def __call__(self) -> bytes:
        """The whole body; raises ProtocolClosed if the client leaves first."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send the answer; may be called from any thread."""
        ...


@runtime_checkable
class Closeable(Protocol):
    """An application that has something to finish at the end."""

    def close(self) -> None:
        """Finish it."""
        ...


class Refusal(Exception):
    """A request that no thread shall see, and the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Bridge:
    """
    An RSGI application that runs a WSGI one on *threads* threads.

    *on_exit* is called once, after the last answer: granian's processes end without atexit. Requests whose X-Amz-Target is one of
    *quick_targets* are answered on the event loop: handing them to a thread and back would take longer than answering them.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        max_body_bytes: int,
        body_timeout_s: float,
        on_exit: Callable[[], None] = lambda: None,
        quick_targets: Collection[str] = frozenset(),
    ) -> None:
        self._app = app
        self._quick_targets = quick_targets
        self._threads = threads
        self._max_body_bytes = max_body_bytes
        self._body_timeout_s = body_timeout_s
        self._on_exit = on_exit
        self._jobs: queue.SimpleQueue[tuple[Scope, Transport, bytes, asyncio.Future[None]] | None] = queue.SimpleQueue()
        self._waiting = 0
        self._large_bytes = 0
        self._finished: collections.deque[asyncio.Future[None]] = collections.deque()
        self._is_waking = False

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads; granian calls it once a process, before the first request."""
        for number in range(self._threads):
            threading.Thread(target=self._work, args=(loop,), name=f"request-{number}", daemon=True).start()
        loop.call_later(PARENT_CHECK_S, _end_with_parent, loop, os.getppid())

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """End the threads; granian calls it after the last answer."""
        for _ in range(self._threads):
            self._jobs.put(None)
        self._on_exit()

    async def __rsgi__(self, scope: Scope, transport: Transport) -> None:
        """Await the body, hand the request to a thread, and return when it has been answered."""
        try:
            length = self._length_of(scope)
            with self._room_for(length):
                body = await self._body_of(transport, length)
                if scope.headers.get("x-amz-target") in self._quick_targets:
                    _send(transport, answer(self._app, scope, body))
                else:
                    await self._answered(scope, transport, body)
        except Refusal as refusal:
            _refuse(transport, refusal.status)
        except ProtocolClosed:
            log.debug("a client left before its body was complete")

    @contextmanager
    def _room_for(self, length: int) -> Iterator[None]:
        large_bytes = length if length > SMALL_BODY_BYTES else 0
        if self._waiting >= self._threads * QUEUED_PER_THREAD or self._large_bytes + large_bytes > LARGE_BODIES_BYTES:
            raise Refusal(503)
        self._large_bytes += large_bytes
        try:
            yield
        finally:
            self._large_bytes -= large_bytes

    async def _body_of(self, transport: Transport, length: int) -> bytes:
        if length == 0:
            return b""
        try:
            async with asyncio.timeout(self._body_timeout_s):
                return await transport()
        except TimeoutError:
            raise Refusal(408) from None

    async def _answered(self, scope: Scope, transport: Transport, body: bytes) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting += 1
        try:
            self._jobs.put((scope, transport, body, done))
            await done
        finally:
            self._waiting -= 1

    def _length_of(self, scope: Scope) -> int:
        if scope.headers.get("transfer-encoding") is not None:
            raise Refusal(411)
        text = scope.headers.get("content-length") or "0"
        # hyper has refused a malformed length already; this is the second lock.
        if not (text.isascii() and text.isdigit()):
            raise Refusal(400)
        if len(text) > len(str(self._max_body_bytes)) or int(text) > self._max_body_bytes:
            raise Refusal(413)
        return int(text)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        while (job := self._jobs.get()) is not None:
            scope, transport, body, done = job
            reply = answer(self._app, scope, body)
            _send(transport, reply)
            self._finish(loop, done)

    def _finish(self, loop: asyncio.AbstractEventLoop, done: asyncio.Future[None]) -> None:
        # Waking the loop costs a system call; while one is on its way, more answers ride along. The flag is lowered before the
        # queue is emptied, so an answer that saw it raised is always found.
        self._finished.append(done)
        if not self._is_waking:
            self._is_waking = True
            loop.call_soon_threadsafe(self._resolve_finished)

    def _resolve_finished(self) -> None:
        self._is_waking = False
        while self._finished:
            done = self._finished.popleft()
            if not done.done():
                done.set_result(None)


def _refuse(transport: Transport, status: int) -> None:
    # Browsers and AWS's SDKs shall be able to read why, as in every other answer.
    headers = [CLOSE, ("access-control-allow-origin", "*"), ("x-amzn-requestid", ids.new_request_id())]
    body = b""
    if status == RequestEntityTooLargeException.status:
        code = RequestEntityTooLargeException.__name__
        headers += [("content-type", "application/x-amz-json-1.1"), ("x-amzn-errortype", f"{code}:")]
        body = json.dumps({"__type": code, "message": "The body is too long."}).encode()
    transport.response_bytes(status, headers, body)


def _send(transport: Transport, reply: Reply) -> None:
    try:
        transport.response_bytes(reply.status, reply.headers, reply.body)
    except Exception:
        log.exception("the answer could not be sent")
        transport.response_bytes(500, [CLOSE], b"")


def _end_with_parent(loop: asyncio.AbstractEventLoop, parent: int) -> None:
    # A parent that was killed cannot tell its workers; they would hold the port for ever.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
    else:
        loop.call_later(PARENT_CHECK_S, _end_with_parent, loop, parent)


def bridge_of(settings: Settings, app: WSGIApplication, *, quick_targets: Collection[str] = frozenset()) -> Bridge:
    """*app* behind the limits of *settings*; its `close`, if it has one, is called after the last answer."""
    return Bridge(
        app,
        threads=settings.threads,
        max_body_bytes=settings.max_body_bytes,
        body_timeout_s=settings.body_timeout_s,
        on_exit=app.close if isinstance(app, Closeable) else lambda: None,
        quick_targets=quick_targets,
    )
