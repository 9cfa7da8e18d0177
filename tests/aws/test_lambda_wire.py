"""Lambda's REST-JSON as it is on the wire: paths, signatures, errors, bodies."""

import json
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from functions_given import client_of, create, staged

from harness.endpoint import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Answer
from harness.in_process import InProcess

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ARN = "arn:aws:lambda:us-east-1:000000000000:function:hello"
FUNCTIONS = "/2015-03-31/functions"


def send(
    endpoint: InProcess, method: str, path: str, *, body: bytes = b"", service: str = "lambda", **headers: str
) -> Answer:
    """A signed request to a path that is sent as it is given."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest(method, endpoint.url + path, headers=named, data=body)
    SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), service, endpoint.region).add_auth(request)
    return endpoint.request(method, path, headers=dict(request.headers.items()), body=body)


def document_of(answer: Answer) -> tuple[int, str, dict[str, Any]]:
    status, headers, body = answer
    return status, headers.get("x-amzn-errortype", ""), json.loads(body)


@pytest.mark.parametrize(
    "name",
    [
        "hello",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ahello",
        ARN,
        "hello:$LATEST",
        "hello%3A%24LATEST",
        "hello:%24LATEST",
    ],
)
def test_a_path_is_one_however_much_of_it_is_encoded(in_process: InProcess, name: str) -> None:
    create(in_process)
    status, _, document = document_of(send(in_process, "GET", f"{FUNCTIONS}/{name}/configuration"))
    if name == "hello:%24LATEST":
        # Half of it encoded: no signer does that, and a server that hands paths over decoded cannot tell.
        assert 400 == status
        return
    assert (200, "hello") == (status, document["FunctionName"])


def test_a_list_has_a_path_with_and_without_a_slash(in_process: InProcess) -> None:
    create(in_process)
    for path in (FUNCTIONS, f"{FUNCTIONS}/"):
        status, _, document = document_of(send(in_process, "GET", path))
        assert (200, 1) == (status, len(document["Functions"]))


def test_a_refusal_is_worded_as_lambda_words_it(in_process: InProcess) -> None:
    status, code, document = document_of(send(in_process, "GET", f"{FUNCTIONS}/hello"))
    assert (404, "ResourceNotFoundException") == (status, code)
    assert {"Type": "User", "Message": f"Function not found: {ARN}"} == document
    status, code, document = document_of(send(in_process, "POST", FUNCTIONS, body=b"{}"))
    assert (400, "ValidationException") == (status, code)
    assert {"Type", "message"} == document.keys()
    assert "3 validation errors detected" in document["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "SerializationException"),
        (b"[]", "SerializationException"),
        (b'{"FunctionName": 7}', "SerializationException"),
        (b'{"Code": {"ZipFile": "*"}, "FunctionName": "a", "Role": "r"}', "SerializationException"),
    ],
)
def test_a_body_that_is_none_is_refused(in_process: InProcess, body: bytes, code: str) -> None:
    status, found, _ = document_of(send(in_process, "POST", FUNCTIONS, body=body))
    assert (400, code) == (status, found)


def test_numbers_in_a_query_are_numbers(in_process: InProcess) -> None:
    for query in ("MaxItems=ten", "MaxItems=1%00", "MaxItems=%FF"):
        status, found, _ = document_of(send(in_process, "GET", f"{FUNCTIONS}?{query}"))
        assert (400, "SerializationException") == (status, found)
    status, found, _ = document_of(send(in_process, "GET", f"{FUNCTIONS}?MaxItems=0"))
    assert (400, "ValidationException") == (status, found)


def test_who_does_not_sign_learns_nothing(in_process: InProcess) -> None:
    create(in_process)
    status, headers, body = in_process.request("GET", f"{FUNCTIONS}/hello")
    assert (400, "MissingAuthenticationTokenException") == (status, headers["x-amzn-errortype"])
    assert b"hello" not in body
    status, found, _ = document_of(send(in_process, "GET", f"{FUNCTIONS}/hello", service="cognito-idp"))
    assert (400, "InvalidSignatureException") == (status, found)
    anonymous = in_process.anonymous_client("lambda")
    with pytest.raises(anonymous.exceptions.ClientError):
        anonymous.invoke(FunctionName="hello")


def test_another_path_than_the_signed_one_is_refused(in_process: InProcess) -> None:
    create(in_process)
    request = AWSRequest("GET", f"{in_process.url}{FUNCTIONS}/other", data=b"")
    SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), "lambda", in_process.region).add_auth(request)
    answer = in_process.request("GET", f"{FUNCTIONS}/hello", headers=dict(request.headers.items()))
    assert (400, "InvalidSignatureException") == document_of(answer)[:2]


def test_a_path_that_no_operation_has_is_an_unknown_operation(in_process: InProcess) -> None:
    for method, path in (("PATCH", FUNCTIONS), ("GET", "/2015-03-31/nothing"), ("GET", f"{FUNCTIONS}/a/b/c/d")):
        status, found, _ = document_of(send(in_process, method, path))
        assert (400, "UnknownOperationException") == (status, found)


def test_what_is_not_done_says_so(in_process: InProcess) -> None:
    status, found, _ = document_of(send(in_process, "GET", "/2018-10-31/layers"))
    assert (501, "NotImplementedException") == (status, found)


def test_an_answer_has_its_members_in_headers_and_the_payload_as_the_body(in_process: InProcess) -> None:
    staged(in_process)
    create(in_process)
    path = f"{FUNCTIONS}/hello/invocations"
    status, headers, body = send(in_process, "POST", path, body=b'{"a": 1}', X_Amz_Log_Type="Tail")
    assert (200, b'{"a": 1}', "$LATEST") == (status, body, headers["x-amz-executed-version"])
    assert "c2FpZCBzbwo=" == headers["x-amz-log-result"]
    assert "x-amz-function-error" not in headers


def test_a_browser_may_ask_whether_it_may_call(in_process: InProcess) -> None:
    status, headers, _ = in_process.request("OPTIONS", f"{FUNCTIONS}/hello/invocations")
    assert 200 == status
    assert "DELETE" in headers["access-control-allow-methods"]
    assert "x-amz-invocation-type" in headers["access-control-allow-headers"]


def test_a_path_that_is_no_text_is_refused(in_process: InProcess) -> None:
    for path in (f"{FUNCTIONS}/%FF", f"{FUNCTIONS}/%00", "/2015-03-31/%FF"):
        assert 400 == send(in_process, "GET", path)[0]


def test_calls_are_counted_by_operation(in_process: InProcess) -> None:
    client_of(in_process).list_functions()
    assert b'operation="ListFunctions"' in in_process.services.metrics.render()
