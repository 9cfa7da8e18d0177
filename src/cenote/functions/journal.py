"""What a process writes, line by line, and the lines that AWS adds around each event."""

import math
from collections import deque
from collections.abc import Callable

Log = Callable[[str, str, str], None]

_TAIL_BYTES = 4096
_MAX_LINE_BYTES = 256 * 1024
_MB = 1024 * 1024


class Journal:
    """
    The output of the process of one function: every line goes to *log* with the request it belongs to, the last 4 KiB are kept.

    What is written before the first event belongs to that event, as what is written after one belongs to it.
    """

    def __init__(self, function_arn: str, log: Log) -> None:
        self._arn = function_arn
        self._log = log
        self._request_id = ""
        self._partial = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0

    def begin(self, request_id: str) -> None:
        """Start the record of an event; what was written since it was assigned to the process stays in it."""
        self._request_id = request_id
        self._tail.clear()
        self._tail_bytes = 0

    def write(self, data: bytes) -> None:
        """Take in what the process has written."""
        *lines, rest = (bytes(self._partial) + data).split(b"\n")
        while len(rest) > _MAX_LINE_BYTES:
            lines.append(rest[:_MAX_LINE_BYTES])
            rest = rest[_MAX_LINE_BYTES:]
        self._partial[:] = rest
        for line in lines:
            # AWS's client parts the lines of one message by carriage returns.
            self.add(line.rstrip(b"\r").replace(b"\r", b"\n").decode(errors="replace"))

    def finish_line(self) -> None:
        """Count what was written without an end of line as a line."""
        if self._partial:
            self.write(b"\n")

    def add(self, line: str) -> None:
        """Add a line."""
        kept = line.encode() + b"\n"
        self._tail.append(kept[-_TAIL_BYTES:])
        self._tail_bytes += len(self._tail[-1])
        while self._tail_bytes - len(self._tail[0]) >= _TAIL_BYTES:
            self._tail_bytes -= len(self._tail.popleft())
        self._log(self._arn, self._request_id, line)

    def start(self) -> None:
        """Add the line that an event's processing starts with."""
        self.add(f"START RequestId: {self._request_id} Version: $LATEST")

    def report(self, *, duration_ms: float, init_ms: float | None, memory_mb: int, used_bytes: int) -> None:
        """Add the lines that an event's processing ends with."""
        words = [
            f"REPORT RequestId: {self._request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {math.ceil(duration_ms)} ms",
            f"Memory Size: {memory_mb} MB",
            f"Max Memory Used: {math.ceil(used_bytes / _MB)} MB",
        ]
        if init_ms is not None:
            words.append(f"Init Duration: {init_ms:.2f} ms")
        self.add(f"END RequestId: {self._request_id}")
        self.add("\t".join([*words, ""]))

    def tail(self) -> bytes:
        """The last 4 KiB of the event's record."""
        return b"".join(self._tail)[-_TAIL_BYTES:]
