"""A server process, seen from outside."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
START_S = 20.0


@dataclass
class Running:
    """A started server."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    def connect(self) -> socket.socket:
        """A new connection; reading from it gives up after ten seconds."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def send(self, *lines: str, body: bytes = b"") -> bytes:
        """What comes back until the server closes the connection, or the whole answer when it asks for nothing more."""
        with self.connect() as connection:
            connection.sendall(
                "\r\n".join([*lines, "Host: tiny", "Connection: close", "", ""]).encode("latin-1") + body
            )
            return read_all(connection)

    def is_listening(self) -> bool:
        """Whether a new connection is accepted."""
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return False
        return True

    def stop(self) -> None:
        """Ask the parent process to stop."""
        self.process.send_signal(signal.SIGTERM)


def read_all(connection: socket.socket) -> bytes:
    """Everything until the end of the connection."""
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again, for at most START_S."""
    deadline = time.monotonic() + START_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
