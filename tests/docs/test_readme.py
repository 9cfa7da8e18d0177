"""The README's tour, word for word, against a server that is started as the README says."""

import importlib.metadata
import json
import re
import shlex
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from docs.pages import ROOT, Block, blocks_of, pages, section_of, text_of
from docs.terminal import Terminal, of_language, run


def _tour(language: str) -> list[Block]:
    return of_language(section_of(text_of("README.md"), "A five-minute tour"), language)


@pytest.fixture(scope="module")
def python_output(terminal: Terminal) -> str:
    """What the tour's Python blocks print, pasted one after the other."""
    pasted = "\n".join(block.text for block in _tour("python"))
    return run([sys.executable, "-c", pasted], terminal.folder, terminal.environ)


def test_the_commands_that_start_it_exist() -> None:
    [serve] = [block.text for block in blocks_of(section_of(text_of("README.md"), "Start")) if "make" in block.text]
    target = serve.removeprefix("make ").strip()
    assert re.search(rf"^{target}:", text_of("Makefile"), re.MULTILINE)


def test_cenote_env_sets_the_variables_that_the_readme_names(terminal: Terminal) -> None:
    [sentence] = re.findall(r"That sets ([^.]+)\.", section_of(text_of("README.md"), "Start"))
    named = re.findall(r"`(AWS_\w+)`", sentence)
    assert named
    assert set(named) <= terminal.environ.keys()
    assert terminal.server.url == terminal.environ["AWS_ENDPOINT_URL"]


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
def test_the_aws_cli_of_the_tour_runs_as_it_stands(terminal: Terminal) -> None:
    _, users, credentials = _tour("sh")
    answers = list(_documents(terminal.type(f"{users.text}\n{credentials.text}")))
    assert [answers[0]["UserStatus"], answers[1]["User"]["Username"]] == ["CONFIRMED", "ben"]
    assert answers[2] == ["FORCE_CHANGE_PASSWORD"]
    assert answers[3]["Credentials"]["AccessKeyId"].startswith("ASIA")


def test_amplifys_endpoint_is_where_the_server_answers_browsers(terminal: Terminal) -> None:
    [configuration] = _tour("js")
    [endpoint] = re.findall(r'userPoolEndpoint: "http://localhost:9329(/.*)"', configuration.text)
    origin = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    status, headers, _ = terminal.server.request("OPTIONS", endpoint, headers=origin)
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    target = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth", "Origin": origin["Origin"]}
    body = json.dumps({"ClientId": "0" * 26, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "ana"}})
    status, headers, answer = terminal.server.request(
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
