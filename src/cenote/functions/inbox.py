"""What other threads say to the thread that owns a process."""

import socket
import threading

from cenote.functions.call import Call


class Inbox:
    """One place for a call, and the word to stop; *reader* becomes readable when something is new."""

    def __init__(self) -> None:
        self.refusal: str | None = None
        self.is_stopping = False
        self._lock = threading.Lock()
        self._call: Call | None = None
        self._is_closed = False
        self.reader, self._writer = socket.socketpair()

    def put(self, call: Call) -> bool:
        """Leave the next call, unless nobody reads here any more; whether it was taken in."""
        with self._lock:
            if self._is_closed:
                return False
            self._call = call
            self._writer.send(b"\0")
            return True

    def stop(self, refusal: str | None) -> None:
        """Ask for the end; a call that it cuts off is told the *refusal*."""
        with self._lock:
            if not self._is_closed and not self.is_stopping:
                self.refusal, self.is_stopping = refusal, True
                self._writer.send(b"\0")

    def take(self) -> Call | None:
        """The call that was left here, once."""
        with self._lock:
            call, self._call = self._call, None
            return call

    def close(self) -> Call | None:
        """Take in no more; the call that nobody took."""
        with self._lock:
            self._is_closed = True
            self.reader.close()
            self._writer.close()
            call, self._call = self._call, None
            return call
