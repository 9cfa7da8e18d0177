"""
An end of an exchange that its other end cannot put off.

A socket's timeout begins anew with every byte, and http.client reads lines: whoever sends a byte of a header, or of a chunk's size, now and
then would hold a thread for as long as it pleases.
"""

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self


class Deadline:
    """A block after whose time, *until* by the monotonic clock, the connections that it watches are shut."""

    def __init__(self, until: float) -> None:
        self._until = until
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(self.left_s, self._shut)
        self._timer.daemon = True

    @property
    def left_s(self) -> float:
        """What is left of the time, in seconds; 0 when it is over."""
        return max(self._until - time.monotonic(), 0.0)

    def watch(self, connected: socket.socket) -> None:
        """Shut the socket, too, when the time is over."""
        self._sockets.append(connected)
        if not self.left_s:
            self._shut()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def _shut(self) -> None:
        for each in list(self._sockets):
            # The plain socket's method: TLS in the reader's hands is not touched. One that is closed by now needs nothing.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)
