"""Functions in Node and with a program of their own."""

import sys
from pathlib import Path

import pytest

from cenote.functions.runtimes import supported_runtimes
from harness.local_functions import Bench

BOOTSTRAP = f"""#!{sys.executable}
import http.client, json, os

BASE = "/2018-06-01/runtime/invocation/"

def ask(method, path, body=None):
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, BASE + path, body)
    response = connection.getresponse()
    return response.getheader("Lambda-Runtime-Aws-Request-Id"), response.read()

while True:
    id, event = ask("GET", "next")
    ask("POST", id + "/response", json.dumps({{"got": json.loads(event)}}).encode())
"""
# A body of unknown length is sent in chunks.
CHUNKED = BOOTSTRAP.replace(".encode()", ".encode().partition(b':')")


def test_the_runtimes_are_pythons_nodes_and_ones_own() -> None:
    assert {
        "python3.8",
        "python3.14",
        "nodejs20.x",
        "provided",
        "provided.al2",
        "provided.al2023",
    } <= supported_runtimes()


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("index.js", "exports.handler = async (event) => ({ n: event.n + 1 });"),
        ("index.mjs", "export const handler = async (event) => ({ n: event.n + 1 });"),
        ("index.js", "exports.handler = (event, context, callback) => callback(null, { n: event.n + 1 });"),
        ("index.cjs", "exports.handler = (event, context) => { setTimeout(() => context.succeed({ n: event.n + 1 })); };"),
    ],
    ids=["commonjs", "module", "callback", "succeed"],
)  # fmt: skip
def test_a_node_function_answers_in_every_style(bench: Bench, file: str, source: str) -> None:
    probe = bench.files({file: source}, runtime="nodejs20.x", handler="index.handler")
    assert {"n": 2} == probe.value({"n": 1})
    assert {"n": 3} == probe.value({"n": 2})


def test_a_node_function_in_a_folder_is_told_who_it_is(bench: Bench) -> None:
    source = "exports.go = async (e, c) => [c.functionName, c.awsRequestId, c.getRemainingTimeInMillis() > 0];"
    probe = bench.files({"lib/main.js": source}, runtime="nodejs20.x", handler="lib/main.go")
    assert ["probe", "one", True] == probe.value(request_id="one")


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("exports.handler = async () => { throw new TypeError('no'); };", "TypeError", "no"),
        ("exports.handler = (e, c, callback) => callback(new RangeError('far'));", "RangeError", "far"),
        ("exports.handler = async () => { throw 'words'; };", "string", "words"),
        ("exports.handler = () => { setTimeout(() => { throw new Error('late'); }); };", "Error", "late"),
        ("exports.other = 1;", "Runtime.HandlerNotFound", "index.handler is undefined or not exported"),
        ("require('nowhere');", "Runtime.ImportModuleError", "Cannot find module 'nowhere'"),
        ("exports.handler = (", "Runtime.UserCodeSyntaxError", "SyntaxError"),
    ],
)  # fmt: skip
def test_a_node_function_that_fails_says_why(bench: Bench, source: str, error_type: str, message: str) -> None:
    found = bench.files({"index.js": source}, runtime="nodejs20.x", handler="index.handler").failure()
    assert error_type == found["errorType"]
    assert message in found["errorMessage"]


def test_what_a_node_function_logs_names_its_request(bench: Bench) -> None:
    source = "exports.handler = async () => { console.log('hello %s', 'there'); };"
    probe = bench.files({"index.js": source}, runtime="nodejs20.x", handler="index.handler")
    assert b"\tone\tINFO\thello there\n" in probe.call(request_id="one").log_tail


@pytest.mark.parametrize("script", [BOOTSTRAP, CHUNKED], ids=["sized", "chunked"])
def test_a_program_of_its_own_serves_its_events(bench: Bench, script: str) -> None:
    probe = bench.files({"bootstrap": script}, runtime="provided.al2023", handler="any")
    assert {"got": {"n": 1}} == probe.value({"n": 1})
    assert {"got": {"n": 2}} == probe.value({"n": 2})


def test_a_package_without_a_program_is_told_so(bench: Bench) -> None:
    found = bench.files({"other": "x"}, runtime="provided.al2023").failure(request_id="one")
    assert "Runtime.InvalidEntrypoint" == found["errorType"]
    assert "RequestId: one Error: Couldn't find valid bootstrap(s)" in found["errorMessage"]


def test_a_program_that_is_none_ends_its_process(bench: Bench, tmp_path: Path) -> None:
    found = bench.files({"bootstrap": "no program"}, runtime="provided").failure(request_id="one")
    assert {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: one Error: Runtime exited with error: exit status 126",
    } == found
    assert not list(tmp_path.glob("functions/*/scratch-*"))
