"""`cenote serve`, a real process on a free port."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import urllib3

from harness import processes
from harness.endpoint import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Answer, Endpoint

START_TIMEOUT_S = 60.0
START_TRIES = 5
READY = "/_cenote/health/ready"


class ServerError(Exception):
    """The server did not become ready; the text is what it said."""


class Server(Endpoint):
    """A running server process, the first of a process group of its own; *environ* is what it was started with."""

    def __init__(self, process: Popen[bytes], port: int, log: Path, environ: Mapping[str, str]) -> None:
        super().__init__(f"http://127.0.0.1:{port}")
        self.process = process
        self.port = port
        self.environ = environ
        self._log = log
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(60))

    def request(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send a request over a socket."""
        answer = self._http.request(method, self.url + path, headers=dict(headers or {}), body=body, redirect=False)
        return answer.status, {name.lower(): answer.headers[name] for name in answer.headers}, answer.data

    def log_text(self) -> str:
        """What the server has said so far, on either of its outputs."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """Give the connections back."""
        super().close()
        self._http.clear()


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """
    The environment of a `cenote` process whose state is in *folder*: this process's, without its own settings.

    *settings* are Cenote's by their lower-case names, e.g. `database_url`.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("CENOTE_", "AWS_"))}
    chosen = {
        "config": "/dev/null",
        "data": str(folder),
        "mode": "development",
        "root_access_key_id": ACCESS_KEY_ID,
        "root_secret_access_key": SECRET_ACCESS_KEY,
        **settings,
    }
    return inherited | {f"CENOTE_{name.upper()}": value for name, value in chosen.items()}


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Server]:
    """
    A server for as long as the block runs.

    *arguments* follow `cenote serve`; *settings* are as for `environment`. A test that ends the process itself (a crash,
    say) may do so: the end of the block then has nothing left to end.
    """
    server = _start(folder, arguments, settings)
    try:
        yield server
    finally:
        server.close()
        processes.stop(server.process)


def _start(folder: Path, arguments: tuple[str, ...], settings: Mapping[str, str]) -> Server:
    log = folder / "server.log"
    for _ in range(START_TRIES):
        port = processes.free_port()
        public_url = f"http://127.0.0.1:{port}"
        environ = environment(folder, **{"port": str(port), "public_url": public_url, **settings})
        command = [sys.executable, "-m", "cenote", "serve", *arguments]
        with log.open("wb") as output:
            process = processes.start(command, env=environ, cwd=folder, stdout=output, stderr=output, process_group=0)
        server = Server(process, port, log, environ)
        if _is_ready(server):
            return server
        server.close()
        if "is taken by another program" not in server.log_text():
            break
    raise ServerError(server.log_text())


def _is_ready(server: Server) -> bool:
    """Wait until the server says that it is ready; False when it ended or took too long, and then it is gone."""
    end = time.monotonic() + START_TIMEOUT_S
    while server.process.poll() is None:
        try:
            if server.request("GET", READY)[0] == 200:
                return True
        except urllib3.exceptions.HTTPError:
            if time.monotonic() > end:
                processes.stop(server.process)
                return False
        time.sleep(0.02)
    return False
