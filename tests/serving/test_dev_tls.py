"""`cenote serve --dev-tls`: clients that trust nobody but its authority."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3

from harness import processes
from harness.endpoint import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from harness.server import environment

START_S = 60.0


@dataclass
class Served:
    """A server with an authority of its own."""

    port: int
    authority: Path
    folder: Path
    environ: dict[str, str]

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://localhost:{self.port}"

    def said(self) -> str:
        """What it has written so far."""
        return (self.folder / "server.log").read_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that was started with `--dev-tls` in an empty folder."""
    folder = tmp_path_factory.mktemp("dev-tls")
    port = processes.free_port()
    environ = environment(folder, port=str(port))
    with (folder / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "cenote", "serve", "--dev-tls"]
        process = processes.start(command, env=environ, cwd=folder, stdout=log, stderr=log, process_group=0)
    server = Served(port, folder / "tls" / "authority.pem", folder, environ)
    try:
        wait_until_ready(server, process)
        yield server
    finally:
        processes.stop(process)


def wait_until_ready(server: Served, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        if server.authority.exists():
            with urllib3.PoolManager(ca_certs=str(server.authority), retries=False, timeout=10) as http:
                try:
                    if http.request("GET", f"{server.url}/_cenote/health/ready").status == 200:
                        return
                except urllib3.exceptions.HTTPError:
                    pass
        time.sleep(0.02)
    pytest.fail(server.said())


def shaken(server: Served, host: str, context: ssl.SSLContext) -> dict[str, Any]:
    """The certificate that the server shows to who asks for *host*."""
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        return connection.getpeercert() or {}


@pytest.mark.parametrize("host", ["localhost", "demo.auth.localhost", "127.0.0.1"])
def test_who_trusts_the_authority_alone_is_served(served: Served, host: str) -> None:
    shown = shaken(served, host, ssl.create_default_context(cafile=served.authority))

    expected = {
        ("DNS", "localhost"), ("DNS", "*.auth.localhost"),
        ("IP Address", "127.0.0.1"), ("IP Address", "0:0:0:0:0:0:0:1"),
    }  # fmt: skip
    assert expected == set(shown["subjectAltName"])


@pytest.mark.parametrize(
    "host", ["cognito-idp.us-east-1.amazonaws.com", "example.com", "a.b.auth.localhost", "192.0.2.1"]
)
def test_other_names_are_refused(served: Served, host: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shaken(served, host, ssl.create_default_context(cafile=served.authority))


def test_who_does_not_trust_the_authority_refuses(served: Served) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer certificate"):
        shaken(served, "localhost", ssl.create_default_context())


def test_boto3_works_by_aws_ca_bundle(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(served.authority))
    keys = {"aws_access_key_id": ACCESS_KEY_ID, "aws_secret_access_key": SECRET_ACCESS_KEY}
    client = boto3.client("cognito-idp", endpoint_url=served.url, region_name=REGION, **keys)

    made = client.create_user_pool(PoolName="tls")["UserPool"]

    assert made["Name"] == client.describe_user_pool(UserPoolId=made["Id"])["UserPool"]["Name"] == "tls"
    issuer = f"{served.url}/{made['Id']}"
    with urllib3.PoolManager(ca_certs=str(served.authority)) as http:
        discovered = http.request("GET", f"{issuer}/.well-known/openid-configuration").json()
    assert issuer == discovered["issuer"]
    client.close()


def test_curl_is_served(served: Served) -> None:
    curl = shutil.which("curl")
    name = "demo.auth.localhost"
    if not curl:
        assert shaken(served, name, ssl.create_default_context(cafile=served.authority))
        return
    at = ["--resolve", f"{name}:{served.port}:127.0.0.1", "--silent", "--fail"]
    url = f"https://{name}:{served.port}/_cenote/health/live"

    trusting = subprocess.run([curl, *at, "--cacert", served.authority, url], capture_output=True, check=False)
    other = subprocess.run([curl, *at, url], capture_output=True, check=False)

    assert (0, b"") == (trusting.returncode, trusting.stderr)
    assert b'"status"' in trusting.stdout
    assert (60, b"") == (other.returncode, other.stdout)


def test_the_start_tells_how_to_trust_it(served: Served) -> None:
    said = served.said()

    assert f"https://localhost:{served.port}" in said
    assert f"To trust it: {served.authority}" in said
    for words in (
        f"export AWS_CA_BUNDLE={served.authority}", f"export NODE_EXTRA_CA_CERTS={served.authority}",
        f"export REQUESTS_CA_BUNDLE={served.authority}", "update-ca-certificates", "security add-trusted-cert",
        "certutil -user -addstore Root", "Firefox",
    ):  # fmt: skip
        assert words in said
    assert "PRIVATE KEY" not in said


def test_the_commands_of_the_folder_use_it(served: Served) -> None:
    environ = served.environ | {"CENOTE_DEV_TLS": "1"}
    command = [sys.executable, "-m", "cenote"]

    env = subprocess.run([*command, "env"], env=environ, cwd=served.folder, capture_output=True, text=True, check=True)
    doctor = subprocess.run(
        [*command, "doctor"], env=environ, cwd=served.folder, capture_output=True, text=True, check=True
    )

    assert f"export AWS_CA_BUNDLE={served.authority}" in env.stdout.splitlines()
    assert re.search(rf"Public URL +fine +{served.url}", doctor.stdout)
    assert re.search(r"Local TLS +fine +until \d{4}", doctor.stdout)
