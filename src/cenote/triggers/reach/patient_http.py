"""
HTTP connections that are kept for the next request, and shut when the request that uses them has taken its time.

The deadline is that of the thread: urllib3 hands a connection to whoever asks next.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from cenote.base.deadline import Deadline

_of_thread = threading.local()


@contextmanager
def ending_at(until: float) -> Iterator[Deadline]:
    """A block after whose time, *until* by the monotonic clock, the connections that this thread uses in it are shut."""
    with Deadline(until) as deadline:
        _of_thread.deadline = deadline
        try:
            yield deadline
        finally:
            del _of_thread.deadline


class Connection(HTTPConnection):
    """A plain connection that is watched by the deadline of the thread that sends by it."""

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as urllib3 gives them
        """Send a request, and be watched while it is answered."""
        super().request(*args, **kwargs)
        deadline: Deadline | None = getattr(_of_thread, "deadline", None)
        if deadline is not None and self.sock is not None:
            deadline.watch(self.sock)


class TlsConnection(Connection, HTTPSConnection):
    """A TLS connection that is watched so."""


class ConnectionPool(urllib3.HTTPConnectionPool):
    """Plain connections."""

    ConnectionCls = Connection


class TlsConnectionPool(urllib3.HTTPSConnectionPool):
    """TLS connections."""

    ConnectionCls = TlsConnection


class Connections(urllib3.PoolManager):
    """Pools of such connections."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - as urllib3 takes them
        super().__init__(**kwargs)
        self.pool_classes_by_scheme = {"http": ConnectionPool, "https": TlsConnectionPool}
