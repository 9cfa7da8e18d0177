"""The README's tour, word for word, against a server that is started as the README says."""

import importlib.metadata
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.pages import ROOT, Block, blocks_of, pages, section_of, text_of
from harness.server import Server, environment, running

TIMEOUT_S = 120
# What a shell knows besides what `cenote env` tells it: nothing of the machine's own AWS configuration.
SHELL = ("PATH", "HOME", "LANG", "AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


def _tour(language: str) -> list[Block]:
    tour = section_of(text_of("README.md"), "A five-minute tour")
    return [block for block in blocks_of(tour) if block.language == language]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a checkout in which `make serve` was run."""
    path = tmp_path_factory.mktemp("checkout")
    (path / ".venv").symlink_to(sys.prefix)
    return path


@pytest.fixture(scope="module")
def started(folder: Path) -> Iterator[Server]:
    """`cenote serve` with its embedded database."""
    with running(folder) as server:
        yield server


@pytest.fixture(scope="module")
def shell(folder: Path, started: Server) -> dict[str, str]:
    """The environment of a terminal after the README's `eval "$(.venv/bin/cenote env)"`."""
    [line] = [block.text for block in blocks_of(section_of(text_of("README.md"), "Start")) if "eval" in block.text]
    settings = environment(folder, port=str(started.port), public_url=started.url)
    printed = _run(["bash", "-euc", f"{line}\nenv"], folder, settings)
    exported = dict(re.findall(r"^(AWS_\w+)=(.*)$", printed, re.MULTILINE))
    programs = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {name: os.environ[name] for name in SHELL if name in os.environ} | exported | {"PATH": programs}


@pytest.fixture(scope="module")
def python_output(folder: Path, shell: dict[str, str]) -> str:
    """What the tour's Python blocks print, pasted one after the other."""
    return _run([sys.executable, "-c", "\n".join(block.text for block in _tour("python"))], folder, shell)


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_commands_that_start_it_exist() -> None:
    [serve] = [block.text for block in blocks_of(section_of(text_of("README.md"), "Start")) if "make" in block.text]
    target = serve.removeprefix("make ").strip()
    assert re.search(rf"^{target}:", text_of("Makefile"), re.MULTILINE)


def test_cenote_env_sets_the_variables_that_the_readme_names(shell: dict[str, str], started: Server) -> None:
    [sentence] = re.findall(r"That sets ([^.]+)\.", section_of(text_of("README.md"), "Start"))
    named = re.findall(r"`(AWS_\w+)`", sentence)
    assert named
    assert set(named) <= shell.keys()
    assert started.url == shell["AWS_ENDPOINT_URL"]


def test_the_tour_installs_the_clients_that_it_is_tested_with() -> None:
    [packages] = re.findall(r"pip install --quiet (.+)", _tour("sh")[0].text)
    named = [name.partition("[")[0] for name in shlex.split(packages)]
    assert {"boto3", "pycognito", "pyjwt", "awscli"} == {name for name in named if importlib.metadata.version(name)}


def test_the_python_of_the_tour_runs_as_it_stands(python_output: str) -> None:
    delivered, message, signed_in, verified = python_output.splitlines()
    assert "'Destination': 'a***@e***'" in delivered
    assert re.search(r" \d{6}$", message)
    assert signed_in == "ana@example.com aws.cognito.signin.user.admin"
    assert verified == "True"


@pytest.mark.usefixtures("python_output")
def test_the_aws_cli_of_the_tour_runs_as_it_stands(folder: Path, shell: dict[str, str]) -> None:
    printed = _run(["bash", "-euo", "pipefail", "-c", _tour("sh")[1].text], folder, shell)
    answers = list(_documents(printed))
    assert [answers[0]["UserStatus"], answers[1]["User"]["Username"]] == ["CONFIRMED", "ben"]
    assert answers[2] == ["FORCE_CHANGE_PASSWORD"]


def test_amplifys_endpoint_is_where_the_server_answers_browsers(started: Server) -> None:
    [configuration] = _tour("js")
    [endpoint] = re.findall(r'userPoolEndpoint: "http://localhost:9329(/.*)"', configuration.text)
    origin = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    status, headers, _ = started.request("OPTIONS", endpoint, headers=origin)
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    target = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth", "Origin": origin["Origin"]}
    body = json.dumps({"ClientId": "0" * 26, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "ana"}})
    status, headers, answer = started.request(
        "POST", endpoint, headers={**target, "Content-Type": "application/x-amz-json-1.1"}, body=body.encode()
    )
    assert (status, headers["access-control-allow-origin"]) == (400, "*")
    assert json.loads(answer)["__type"] == "ResourceNotFoundException"


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in pages():
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def _documents(text: str) -> Iterator[Any]:
    """The JSON documents that stand one after the other in *text*."""
    decoder, position = json.JSONDecoder(), 0
    while position < len(text.rstrip()):
        document, position = decoder.raw_decode(text, position)
        yield document
        while position < len(text) and text[position].isspace():
            position += 1
