"""
From granian's event loop to the WSGI application's threads.

granian's own WSGI mode gives a request to a thread as soon as its head is there, and has no way to end a body that never
comes: as many silent clients as there are threads would stop the service. So bodies are awaited here, on an event loop
where waiting costs no thread, within a time and a size; a thread is taken only for a request that is complete.

A request that cannot be served is refused before it costs anything: 411 without a length, 413 too long, 408 too slow,
503 when more wait than the threads can soon take. The price is one hop, about 0.1 ms.

Files are another matter: they are longer than any request and go to few addresses. The application reads them while they come in, on a
thread apart, of which there are MAX_FILES; it decides itself how long one may be.
"""

import asyncio
import collections
import json
import logging
import os
import queue
import signal
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable
from wsgiref.types import WSGIApplication

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from cenote.base import ids
from cenote.base.errors import RequestEntityTooLargeException
from cenote.base.settings import Settings
from cenote.cli.environ import Reply, Scope, answer
from cenote.cli.incoming_body import IncomingBody

SMALL_BODY_BYTES = 64 * 1024
QUICK_BODY_BYTES = 4 * 1024
LARGE_BODIES_BYTES = 128 * 1024 * 1024
# Of bodies beyond what most operations take, apart: nobody who sends one slowly keeps the others out.
LONG_BODIES_BYTES = 160 * 1024 * 1024
QUEUED_PER_THREAD = 64
MAX_FILES = 4
MAX_LENGTH_DIGITS = 18
PARENT_CHECK_S = 1.0
CLOSE = ("connection", "close")
NO_LONGER: Final[Mapping[str, int]] = MappingProxyType({})

log = logging.getLogger(__name__)


class Transport(Protocol):
    """The other end of a request (RSGI specification 1.6, "HTTP protocol interface")."""

    async def __call__(self) -> bytes:
        """The whole body; raises ProtocolClosed if the client leaves first."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body as it comes in; ends early if the client leaves."""
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


class Order(Enum):
    """What a thread finds among the requests: that it is to end, or to rest until it is needed again."""

    END = "end"
    REST = "rest"


class Refusal(Exception):
    """A request that no thread shall see, and the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


# Whether a request is answered sooner than a thread would take it over: host, path, its headers by name in lower case, body.
IsQuick = Callable[[str, str, Callable[[str], str | None], bytes], bool]


def never_quick(_host: str, _path: str, _header: Callable[[str], str | None], _body: bytes) -> bool:
    """No request is quick."""
    return False


Job = tuple[Scope, Transport, bytes, "asyncio.Future[None]"]


class Bridge:
    """
    An RSGI application that runs a WSGI one on *threads* threads.

    *on_exit* is called once, after the last answer: granian's processes end without atexit. Requests whose X-Amz-Target is one of
    *quick_targets*, and small ones of which *is_quick* says so, are answered on the event loop: handing them to a thread and back would
    take long beside answering them. *long_bodies*
    is how long a body may be whose X-Amz-Target is there, if longer than *max_body_bytes*; *body_bytes_of* says the same of a request
    without one, by method and path. *spare_threads* work while others wait (`begin_wait`). What is PUT below *files_below* is handed over
    while it comes in.
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
        is_quick: IsQuick = never_quick,
        long_bodies: Mapping[str, int] = NO_LONGER,
        files_below: str | None = None,
        body_bytes_of: Callable[[str, str], int] = lambda _method, _path: 0,
        spare_threads: int = 0,
    ) -> None:
        self._app = app
        self._body_bytes_of = body_bytes_of
        self._spare_threads = spare_threads
        # One for each thread that may work; what each waits for before its first job, and after it has been taken off.
        self._turns = threading.Semaphore(threads)
        self._files_below = files_below
        self._files = 0
        self._quick_targets = quick_targets
        self._is_quick = is_quick
        self._long_bodies = long_bodies
        self._threads = threads
        self._max_body_bytes = max_body_bytes
        self._body_timeout_s = body_timeout_s
        self._on_exit = on_exit
        self._jobs: queue.SimpleQueue[Job | Order] = queue.SimpleQueue()
        self._waiting = 0
        self._large_bytes = 0
        self._long_bytes = 0
        self._finished: collections.deque[asyncio.Future[None]] = collections.deque()
        self._is_waking = False

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads; granian calls it once a process, before the first request."""
        for number in range(self._threads + self._spare_threads):
            threading.Thread(target=self._work, args=(loop,), name=f"request-{number}", daemon=True).start()
        loop.call_later(PARENT_CHECK_S, _end_with_parent, loop, os.getppid())

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """End the threads; granian calls it after the last answer."""
        for _ in range(self._threads + self._spare_threads):
            self._turns.release()
            self._jobs.put(Order.END)
        self._on_exit()

    def begin_wait(self) -> None:
        """Let one more thread work: the one that calls is about to wait for somebody who may send a request himself."""
        self._turns.release()

    def end_wait(self) -> None:
        """Take one thread off, as soon as it has nothing to do: the one that calls works on."""
        self._jobs.put(Order.REST)

    async def __rsgi__(self, scope: Scope, transport: Transport) -> None:
        """Await the body, hand the request to a thread, and return when it has been answered."""
        try:
            length = self._length_of(scope)
            if self._is_file(scope):
                await self._take_file(scope, transport, length)
                return
            self._verify_length(scope, length)
            with self._room_for(length):
                body = await self._body_of(transport, length)
                if self._is_answered_at_once(scope, body):
                    _send(transport, answer(self._app, scope, body))
                else:
                    await self._answered(scope, transport, body)
        except Refusal as refusal:
            _refuse(transport, refusal.status)
        except ProtocolClosed:
            log.debug("a client left before its body was complete")

    def _is_answered_at_once(self, scope: Scope, body: bytes) -> bool:
        target = scope.headers.get("x-amz-target")
        if target is not None:
            return target in self._quick_targets
        if scope.method != "POST" or not 0 < len(body) <= QUICK_BODY_BYTES:
            return False
        return self._is_quick(scope.authority or scope.headers.get("host") or "", scope.path, scope.headers.get, body)

    @contextmanager
    def _room_for(self, length: int) -> Iterator[None]:
        is_long = length > self._max_body_bytes
        long_bytes = length if is_long else 0
        large_bytes = length if length > SMALL_BODY_BYTES and not is_long else 0
        if (
            self._waiting >= self._threads * QUEUED_PER_THREAD
            or self._large_bytes + large_bytes > LARGE_BODIES_BYTES
            or self._long_bytes + long_bytes > LONG_BODIES_BYTES
        ):
            raise Refusal(503)
        self._large_bytes += large_bytes
        self._long_bytes += long_bytes
        try:
            yield
        finally:
            self._large_bytes -= large_bytes
            self._long_bytes -= long_bytes

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
        if len(text) > MAX_LENGTH_DIGITS:
            raise Refusal(413)
        return int(text)

    def _verify_length(self, scope: Scope, length: int) -> None:
        if length <= self._max_body_bytes:
            return
        target = scope.headers.get("x-amz-target")
        longer = self._body_bytes_of(scope.method, scope.path) if target is None else self._long_bodies.get(target, 0)
        if length > longer:
            raise Refusal(413)

    def _is_file(self, scope: Scope) -> bool:
        # Whoever names an operation gets to the application's other doors, which read a body before they know who sends it.
        is_below = self._files_below is not None and scope.path.startswith(self._files_below)
        return is_below and scope.method == "PUT" and scope.headers.get("x-amz-target") is None

    async def _take_file(self, scope: Scope, transport: Transport, length: int) -> None:
        if self._files >= MAX_FILES:
            raise Refusal(503)
        loop = asyncio.get_running_loop()
        body = IncomingBody(loop, aiter(transport), length=length, idle_s=self._body_timeout_s)
        done = loop.create_future()

        def work() -> None:
            try:
                _send(transport, answer(self._app, scope, body, length))
            finally:
                # Whatever becomes of the answer, the place is free again.
                self._finish(loop, done)

        self._files += 1
        try:
            threading.Thread(target=work, name="file", daemon=True).start()
            await done
        finally:
            self._files -= 1

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        self._turns.acquire()
        while True:
            job = self._jobs.get()
            if job is Order.END:
                return
            if job is Order.REST:
                self._turns.acquire()
                continue
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


def bridge_of(
    settings: Settings,
    app: WSGIApplication,
    *,
    quick_targets: Collection[str] = frozenset(),
    is_quick: IsQuick = never_quick,
    long_bodies: Mapping[str, int] = NO_LONGER,
    files_below: str | None = None,
    body_bytes_of: Callable[[str, str], int] = lambda _method, _path: 0,
) -> Bridge:
    """*app* behind the limits of *settings*; its `close`, if it has one, is called after the last answer."""
    return Bridge(
        app,
        threads=settings.threads,
        max_body_bytes=settings.max_body_bytes,
        body_timeout_s=settings.body_timeout_s,
        on_exit=app.close if isinstance(app, Closeable) else lambda: None,
        quick_targets=quick_targets,
        is_quick=is_quick,
        long_bodies=long_bodies,
        files_below=files_below,
        body_bytes_of=body_bytes_of,
        spare_threads=settings.functions.calls,
    )
