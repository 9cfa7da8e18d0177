"""`cenote demo` in a terminal: what it makes beside a running server, and where it refuses to run."""

import socket

import pytest

from harness import processes
from harness.command_line import command_line
from harness.demo import running_demo
from harness.server import Server

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_a_second_run_finds_what_the_first_has_made(server: Server) -> None:
    with running_demo(server) as first, running_demo(server) as second:
        assert first.said["Pool"] == second.said["Pool"]
        assert first.password != second.password
        pool_id, client_id = first.said["Pool"].split(", client ")
        pools = server.signed.list_user_pools(MaxResults=60)["UserPools"]
        assert [pool_id] == [pool["Id"] for pool in pools if pool["Name"] == "cenote-demo"]
        client = server.signed.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"]
        assert f"{second.url}/callback" in client["CallbackURLs"]
        assert "http://localhost:3000/callback" in client["CallbackURLs"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"CENOTE_MODE": "production"}, "the demo is for development, and this is production mode"),
        (
            {"CENOTE_PUBLIC_URL": "http://127.0.0.1:{port}"},
            (
                "no server answers at http://127.0.0.1:{port}: start one with make serve"
                " (what it was given as options, this command needs as CENOTE_… variables)"
            ),
        ),
    ],
)
def test_where_it_cannot_run_it_says_why(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: dict[str, str],
    sentence: str,
) -> None:
    port = processes.free_port()
    for name, value in server.environ.items():
        if name.startswith("CENOTE_"):
            monkeypatch.setenv(name, value)
    for name, value in settings.items():
        monkeypatch.setenv(name, value.format(port=port))
    assert (1, "", f"cenote: {sentence.format(port=port)}\n") == command_line(monkeypatch, capsys)("demo")


def test_a_port_that_is_taken_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in server.environ.items():
        if name.startswith("CENOTE_"):
            monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = f"cenote: port {port} is taken by another program: choose one with --port\n"
        assert (1, "", said) == command_line(monkeypatch, capsys)("demo", "--port", port)
