"""The servers under measurement: Cenote through its own command line, and moto's. Each is a child that is ended by its id."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import machine

HOST = "127.0.0.1"
ACCESS_KEY_ID = "AKIABENCHBENCHBENCH1"
SECRET_ACCESS_KEY = secrets.token_hex(20)
REGION = "us-east-1"
TARGET_PREFIX = "AWSCognitoIdentityProviderService."
CONTENT_TYPE = "application/x-amz-json-1.1"
_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 30.0
_POLL_S = 0.002


@dataclass(frozen=True, slots=True)
class Program:
    """A server that has given its first answer; *start_s* is how long that took from the start of its process."""

    pid: int
    port: int
    start_s: float

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def worker_pid(self) -> int:
        """The process that does the work: the parent's largest child (the parent only watches), or itself if it has none."""
        parent, *children = machine.family_of(self.pid)
        return max(children, key=machine.resident_mib, default=parent)


@contextmanager
def cenote(data: Path, processor: int | None) -> Iterator[Program]:
    """`cenote serve` with one worker, its state in *data*; everything else as it comes."""
    data.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    settings = {
        "CENOTE_DATA": str(data),
        "CENOTE_HOST": HOST,
        "CENOTE_PORT": str(port),
        "CENOTE_WORKERS": "1",
        "CENOTE_ROOT_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "CENOTE_ROOT_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }
    program = Path(sys.executable).with_name("cenote")
    with _running([str(program), "serve"], settings, port, log=data / "log", processor=processor) as started:
        yield started


@contextmanager
def moto(folder: Path, processor: int | None) -> Iterator[Program]:
    """`moto_server`, as it comes."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    program = Path(sys.executable).with_name("moto_server")
    command = [str(program), "-H", HOST, "-p", str(port)]
    with _running(command, {}, port, log=folder / "log", processor=processor) as started:
        yield started


@contextmanager
def _running(
    command: list[str], settings: dict[str, str], port: int, *, log: Path, processor: int | None
) -> Iterator[Program]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CENOTE_")}
    with log.open("wb") as output, machine.running_on(processor):
        started = time.perf_counter()
        # Its own folder is its working folder, so that no settings file of ours is found.
        process = subprocess.Popen(
            command,
            env=inherited | settings,
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _await_answer(process, port, log)
        yield Program(process.pid, port, time.perf_counter() - started)
    finally:
        _stop(process)


def _await_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until a GetUser with a token of nobody is refused, which takes the whole way through the door."""
    deadline = time.perf_counter() + _START_TIMEOUT_S
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            break
        try:
            status, _ = call(port, "GetUser", {"AccessToken": "nobody's"}, timeout_s=_START_TIMEOUT_S)
        except OSError:
            time.sleep(_POLL_S)
            continue
        if 400 <= status < 500:
            return
        break
    raise RuntimeError(f"{process.args!r} did not come up:\n{log.read_text(errors='replace')[-4000:]}")


def call(port: int, operation: str, document: object, timeout_s: float = 10.0) -> tuple[int, bytes]:
    """One unsigned call; the status and body of its answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_s)
    headers = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": TARGET_PREFIX + operation}
    try:
        connection.request("POST", "/", json.dumps(document), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        for pid in reversed(machine.family_of(process.pid)):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
