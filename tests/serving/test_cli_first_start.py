"""A newcomer's first minutes: an empty folder, `cenote serve`, `cenote env`, and a client that knows nothing else."""

import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3

from harness import processes, server
from harness.server import Server

# What a newcomer has set: nothing.
NOTHING = {"mode": "", "root_access_key_id": "", "root_secret_access_key": ""}
ENV_NAMES = {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"}


def test_the_first_start_says_where_it_is_and_how_to_use_it(tmp_path: Path) -> None:
    with server.running(tmp_path, **NOTHING) as started:
        said = started.log_text()
    assert started.url in said
    assert "sqlite:///" in said
    assert "development (messages stay in the outbox)" in said
    assert 'eval "$(cenote env)"' in said


def test_what_env_prints_is_all_that_a_client_needs(tmp_path: Path) -> None:
    with server.running(tmp_path, **NOTHING) as started:
        client = _client_of(_env(tmp_path, started))
        pool_id = client.create_user_pool(PoolName="first")["UserPool"]["Id"]
        assert [pool_id] == [pool["Id"] for pool in client.list_user_pools(MaxResults=10)["UserPools"]]
        client.close()


def test_a_second_start_finds_what_the_first_one_made_and_the_same_keys(tmp_path: Path) -> None:
    with server.running(tmp_path, **NOTHING) as first:
        before = _env(tmp_path, first)
        client = _client_of(before)
        pool_id = client.create_user_pool(PoolName="first")["UserPool"]["Id"]
        client.close()
    with server.running(tmp_path, **NOTHING) as second:
        after = _env(tmp_path, second)
        client = _client_of(after)
        assert "first" == client.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"]
        client.close()
    assert before["AWS_SECRET_ACCESS_KEY"] == after["AWS_SECRET_ACCESS_KEY"]


def test_on_a_terminal_the_first_start_shows_the_four_lines_and_a_second_one_does_not(tmp_path: Path) -> None:
    first, second = _said_on_a_terminal(tmp_path), _said_on_a_terminal(tmp_path)
    assert ENV_NAMES == {name for name in ENV_NAMES if f"export {name}=" in first}
    assert "export " not in second


def test_no_secret_is_readable_by_other_users(tmp_path: Path) -> None:
    with server.running(tmp_path, **NOTHING):
        key = tmp_path / "master.key"
        assert 0o600 == key.stat().st_mode & 0o777


def _env(folder: Path, started: Server) -> dict[str, str]:
    """What `cenote env` tells a shell."""
    environ = server.environment(folder, port=str(started.port), public_url=started.url, **NOTHING)
    command = [sys.executable, "-m", "cenote", "env"]
    printed = subprocess.run(command, env=environ, cwd=folder, check=True, capture_output=True, text=True).stdout
    pairs = [word.partition("=") for word in shlex.split(printed) if word != "export"]
    said = {name: value for name, _, value in pairs}
    assert set(said) == ENV_NAMES
    return said


def _client_of(said: dict[str, str]) -> Any:
    return boto3.Session().client(
        "cognito-idp",
        endpoint_url=said["AWS_ENDPOINT_URL"],
        aws_access_key_id=said["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"],
        region_name=said["AWS_DEFAULT_REGION"],
    )


def _said_on_a_terminal(folder: Path) -> str:
    """What a start says to a person, up to its last line."""
    port = processes.free_port()
    environ = server.environment(folder, port=str(port), public_url=f"http://127.0.0.1:{port}", **NOTHING)
    ours, theirs = pty.openpty()
    process = processes.start([sys.executable, "-m", "cenote", "serve"], env=environ, cwd=folder, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while b"cenote env" not in said:
            said += os.read(ours, 4096)
    finally:
        processes.stop(process)
        os.close(ours)
    return said.decode()
