"""`cenote serve` itself: from an empty folder to answers, with one process and with two."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from serving.running import Running, free_port, wait_until

Serve = Callable[..., Running]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts `cenote serve` with the arguments given, and ends it after the test."""
    started: list[Running] = []

    def begin(*arguments: str) -> Running:
        port = free_port()
        command = [sys.executable, "-m", "cenote", "serve", "--port", str(port), *arguments]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CENOTE_")}
        with (tmp_path / "stderr").open("wb") as stderr:
            process = subprocess.Popen(command, env=environ, cwd=tmp_path, stderr=stderr)
        running = Running(process, port, tmp_path)
        started.append(running)
        wait_until(running.is_listening)
        return running

    yield begin
    for running in started:
        running.stop()
        assert running.process.wait(15) == 0


def get(server: Running, path: str) -> tuple[int, bytes]:
    head, _, body = server.send(f"GET {path} HTTP/1.1").partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def test_from_an_empty_folder_it_is_ready_and_shows_a_newcomer_the_key_once(serve: Serve) -> None:
    server = serve()

    status, document = get(server, "/_cenote/health/ready")
    said = (server.folder / "stderr").read_text()

    assert (status, json.loads(document)) == (200, {"status": "ok", "database": "ok"})
    assert f"http://localhost:{server.port}" in said
    assert 'eval "$(cenote env)"' in said
    assert 1 == said.count("export AWS_SECRET_ACCESS_KEY=")
    assert "\x1b[" not in said


def test_in_production_a_collected_log_never_holds_the_key(serve: Serve) -> None:
    server = serve("--no-dev")

    assert "AWS_SECRET_ACCESS_KEY" not in (server.folder / "stderr").read_text()


def test_the_metrics_of_two_processes_are_one(serve: Serve) -> None:
    server = serve("--workers", "2")
    for _ in range(8):
        server.send(
            "POST / HTTP/1.1", "X-Amz-Target: AWSCognitoIdentityProviderService.SignUp", "Content-Length: 2", body=b"{}"
        )

    counted = {
        sum(
            sample.value
            for family in text_string_to_metric_families(get(server, "/_cenote/metrics")[1].decode())
            for sample in family.samples
            if sample.name == "cenote_requests_total"
        )
        for _ in range(6)
    }

    assert counted == {8}


def test_an_oversized_call_is_refused_before_the_application_sees_it(serve: Serve) -> None:
    server = serve()

    answer = server.send("POST / HTTP/1.1", "Content-Length: 200000000")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nx-amzn-errortype: RequestEntityTooLargeException:\r\n" in answer
    assert b"\r\naccess-control-allow-origin: *\r\n" in answer
    assert answer.endswith(b'{"__type": "RequestEntityTooLargeException", "message": "The body is too long."}')
