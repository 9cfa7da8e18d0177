"""The AWS CLI, pointed at a running server by what `cenote env` prints and by nothing else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.people import PASSWORD
from harness.server import Server

AWS = Path(sys.executable).with_name("aws")
EXPORTS = {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"}


class Cli:
    """`aws cognito-idp …`."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._environ = environ

    def run(self, *words: str) -> Any:
        """The answer of a command that succeeds."""
        done = self._call(words)
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refusal(self, *words: str) -> str:
        """What a command says that is refused."""
        done = self._call(words)
        assert done.returncode in {254, 255}
        return done.stderr.strip()

    def _call(self, words: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
        command = [str(AWS), "cognito-idp", *words]
        return subprocess.run(command, env=self._environ, capture_output=True, text=True, check=False)


@pytest.fixture
def cli(server: Server, tmp_path: Path) -> Cli:
    """The CLI in a shell that has evaluated `cenote env`."""
    shell = shutil.which("sh")
    assert shell is not None
    script = f'eval "$({sys.executable} -m cenote env)" && env'
    said = subprocess.run([shell, "-c", script], env=server.environ, capture_output=True, text=True, check=True).stdout
    exported = dict(line.split("=", 1) for line in said.splitlines() if line.startswith("AWS_"))
    assert EXPORTS == exported.keys()
    # Whoever runs the tests may have a configuration of their own.
    outer = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_PAGER": "", "LC_ALL": "C.UTF-8"}
    return Cli({**outer, **exported})


def test_a_pool_a_client_and_users(cli: Cli) -> None:
    pool = cli.run("create-user-pool", "--pool-name", "shell", "--auto-verified-attributes", "email")["UserPool"]["Id"]
    flows = ["--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = cli.run("create-user-pool-client", "--user-pool-id", pool, "--client-name", "shell", *flows)
    client = made["UserPoolClient"]["ClientId"]

    signing_up = ["sign-up", "--no-sign-request", "--client-id", client, "--password", PASSWORD]
    for name in ("ada", "bob", "cyd"):
        address = f"Name=email,Value={name}@example.com"
        answer = cli.run(*signing_up, "--username", name, "--user-attributes", address)
        assert answer["UserConfirmed"] is False
    refusal = cli.refusal(*signing_up, "--username", "ada")
    assert (
        "An error occurred (UsernameExistsException) when calling the SignUp operation: User already exists" in refusal
    )

    signing_in = ["initiate-auth", "--no-sign-request", "--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH"]
    right = ["--auth-parameters", f"USERNAME=ada,PASSWORD={PASSWORD}"]
    assert "(UserNotConfirmedException)" in cli.refusal(*signing_in, *right)
    cli.run("admin-confirm-sign-up", "--user-pool-id", pool, "--username", "ada")
    assert {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"} == cli.run(*signing_in, *right)[
        "AuthenticationResult"
    ].keys()

    listing = ["list-users", "--user-pool-id", pool]
    confirmed = cli.run(*listing, "--filter", 'cognito:user_status = "CONFIRMED"')["Users"]
    assert ["ada"] == [user["Username"] for user in confirmed]
    by_address = cli.run(*listing, "--filter", 'email ^= "b"', "--attributes-to-get", "email")["Users"]
    assert [("bob", [{"Name": "email", "Value": "bob@example.com"}])] == [
        (user["Username"], user["Attributes"]) for user in by_address
    ]
    first = cli.run(*listing, "--max-items", "2", "--page-size", "1")
    rest = cli.run(*listing, "--max-items", "2", "--starting-token", first["NextToken"])
    assert "NextToken" not in rest
    assert (2, 1) == (len(first["Users"]), len(rest["Users"]))
    assert {"ada", "bob", "cyd"} == {user["Username"] for user in first["Users"] + rest["Users"]}


def test_a_refusal_is_told_in_aws_words(cli: Cli) -> None:
    missing = "us-east-1_NoSuchPl"
    assert cli.refusal("describe-user-pool", "--user-pool-id", missing).endswith(
        "An error occurred (ResourceNotFoundException) when calling the DescribeUserPool operation:"
        f" User pool {missing} does not exist."
    )
