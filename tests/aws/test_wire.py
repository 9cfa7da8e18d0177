"""The door of the JSON services: headers, protocol faults, validation, limits."""

import json
import socket
import uuid

import pytest
from raw import SPEC, TARGET, headers_for, minimal, refused, send, signed_headers

from cenote.aws.operation import implemented
from harness.endpoint import Endpoint
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool
from harness.server import Server

# An operation of another service that is far from being done.
MISSING = {"X-Amz-Target": "TrentService.Sign"}
BROWSER = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}
# What a server takes that is told nothing else.
DEFAULT_LIMIT = 1024 * 1024
KNOWN = {"ClientId": "1example23456789abcdefghij", "Username": "ada", "Password": PASSWORD}


@pytest.fixture(params=["in process", "server"])
def endpoint(request: pytest.FixtureRequest, engine: str) -> Endpoint:
    """The application itself, then behind a real server, on the engine under test."""
    assert engine
    found: Endpoint = request.getfixturevalue("in_process" if request.param == "in process" else "server")
    return found


def names_in(header: str) -> set[str]:
    return {name.strip().lower() for name in header.split(",")}


def test_a_browser_is_told_that_it_may_call_from_anywhere(endpoint: Endpoint) -> None:
    asked = "content-type,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request,cache-control"
    signed = "authorization,x-amz-date,x-amz-security-token,x-amz-content-sha256"
    for path in ("/", "/any/path"):
        status, headers, body = endpoint.request(
            "OPTIONS", path, headers={**BROWSER, "Access-Control-Request-Headers": asked}
        )
        assert (200, b"", "*") == (status, body, headers["access-control-allow-origin"])
        assert names_in(f"{asked},{signed}") <= names_in(headers["access-control-allow-headers"])
        assert {"post", "options"} <= names_in(headers["access-control-allow-methods"])
        assert int(headers["access-control-max-age"]) > 0
        # Any origin and credentials exclude one another.
        assert "access-control-allow-credentials" not in headers


def test_every_answer_can_be_read_by_a_browser_and_named_in_a_log(endpoint: Endpoint) -> None:
    made = endpoint.signed.create_user_pool(PoolName="wire")["UserPool"]["Id"]
    client = endpoint.signed.create_user_pool_client(UserPoolId=made, ClientName="c")["UserPoolClient"]["ClientId"]
    given = {**KNOWN, "ClientId": client}
    answers = [
        send(endpoint, "SignUp", given, {"Origin": "https://app.example.com"}),
        send(endpoint, "SignUp", given),
        send(endpoint, "SignUp", b"{"),
        send(endpoint, "Nothing", {}),
        endpoint.request("POST", "/"),
        endpoint.request("GET", "/"),
    ]
    assert [200, 400, 400, 400, 400, 400] == [status for status, _, _ in answers]
    for status, headers, body in answers:
        assert "*" == headers["access-control-allow-origin"]
        exposed = names_in(headers["access-control-expose-headers"])
        assert {"x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage", "date"} <= exposed
        assert "application/x-amz-json-1.1" == headers["content-type"]
        assert str(len(body)) == headers["content-length"]
        assert headers["date"].endswith(" GMT")
        if status != 200:
            _, code, message = refused((status, headers, body))
            assert message == headers.get("x-amzn-errormessage", ""), code
    ids = [str(uuid.UUID(headers["x-amzn-requestid"])) for _, headers, _ in answers]
    assert len(ids) == len(set(ids))
    endpoint.signed.delete_user_pool(UserPoolId=made)


def test_an_operation_of_nobodys_model_is_unknown(in_process: InProcess) -> None:
    for target in (
        f"{TARGET}NoSuchOperation",
        f"{TARGET}signUp",
        f"{TARGET}SignUp ",
        TARGET,
        "SignUp",
        "AWSCognitoIdentityProviderService",
        "DynamoDB_20120810.ListTables",
        f"{TARGET}SignUp.SignUp",
        f"{TARGET}__class__",
        "." * 5000,
    ):
        headers = {**headers_for("SignUp"), "X-Amz-Target": target}
        answer = in_process.request("POST", "/", headers=headers, body=b"{}")
        assert (400, "UnknownOperationException") == refused(answer)[:2], target
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
        answer = in_process.request(method, "/", headers=headers_for("SignUp"), body=b"{}")
        assert (400, "UnknownOperationException") == refused(answer)[:2], method


def test_every_operation_of_user_pools_has_a_function() -> None:
    assert 141 == len(SPEC.operations)
    assert SPEC.operations.keys() == implemented("cognito-idp")


def test_an_operation_that_is_missing_here_says_so(in_process: InProcess) -> None:
    answer = refused(send(in_process, "", {}, MISSING))
    assert (501, "NotImplementedException", "Cenote does not implement Sign yet.") == answer


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'"text"', b"1", b"{'a': 1}", b'{"a":1,}', b'{"a":1}{"b":2}', b'{"ClientId":NaN}',
        b'{"ClientId":1e999}', b'{"ClientId":"a","ClientId":"b"}', b"\xff\xfe{\x00}\x00", b'{"ClientId":"\xff"}',
        b'{"ClientId":"\\ud800"}', b"\xef\xbb\xbf{}", b'{"a":' * 5000, b'{"a":' * 100 + b"1" + b"}" * 100,
        b"[" * 100_000, b'{"ClientId":"a\x00b"}', b"\x00", b" " * 1000, b'{"\\u0000', b'{"a":' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: body[:8].hex(),
)  # fmt: skip
def test_a_body_that_is_no_clean_json_object_is_a_serialization_fault(in_process: InProcess, body: bytes) -> None:
    assert (400, "SerializationException") == refused(send(in_process, "SignUp", body))[:2]


def test_json_of_another_type_is_a_serialization_fault(in_process: InProcess) -> None:
    for members in (
        {"Username": 7},
        {"Username": True},
        {"Username": ["ada"]},
        {"Username": {"S": "ada"}},
        {"UserAttributes": {"Name": "email"}},
        {"UserAttributes": ["email"]},
        {"UserAttributes": [{"Name": 1}]},
        {"UserAttributes": "email"},
        {"ClientMetadata": []},
        {"ClientMetadata": {"a": 1}},
    ):
        answer = refused(send(in_process, "SignUp", {**KNOWN, **members}))
        assert (400, "SerializationException") == answer[:2], members


def test_a_content_type_must_be_json(in_process: InProcess) -> None:
    body = json.dumps(KNOWN).encode()
    for content_type in (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data",
    ):
        headers = {**headers_for("SignUp"), "Content-Type": content_type}
        answer = refused(in_process.request("POST", "/", headers=headers, body=body))
        assert (400, "SerializationException") == answer[:2], content_type
    for content_type in ("application/x-amz-json-1.1", "application/x-amz-json-1.0; charset=UTF-8", "application/json"):
        headers = {**headers_for("SignUp"), "Content-Type": content_type}
        answer = refused(in_process.request("POST", "/", headers=headers, body=body))
        assert (400, "ResourceNotFoundException") == answer[:2], content_type


def test_all_that_is_broken_is_said_at_once(in_process: InProcess) -> None:
    status, code, message = refused(
        send(in_process, "SignUp", {"ClientId": "", "UserAttributes": [{"Name": ""}, {"Value": "x" * 2049}]})
    )
    assert (400, "InvalidParameterException") == (status, code)
    head, _, rest = message.partition(": ")
    sentences = rest.split("; ")
    assert f"{len(sentences)} validation errors detected" == head
    assert {
        "Value at 'clientId' failed to satisfy constraint: Member must have length greater than or equal to 1",
        r"Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+",
        "Value null at 'username' failed to satisfy constraint: Member must not be null",
    } <= set(sentences)
    assert {"userAttributes.1.member.name", "userAttributes.2.member.name", "userAttributes.2.member.value"} <= {
        sentence.split("'")[-2] for sentence in sentences if "userAttributes" in sentence
    }
    _, _, message = refused(send(in_process, "InitiateAuth", {"AuthFlow": "LOVE", "ClientId": "a"}))
    flows = ", ".join(SPEC.shapes["AuthFlowType"].enum)
    assert message == (
        "1 validation error detected: Value 'LOVE' at 'authFlow' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{flows}]"
    )


def test_a_null_is_an_absent_member_and_an_unknown_one_is_passed_over(in_process: InProcess) -> None:
    absent = refused(send(in_process, "SignUp", {}))
    assert absent[2].startswith("2 validation errors detected: ")
    assert absent == refused(send(in_process, "SignUp", {"ClientId": None, "Username": None, "Password": None}))
    assert absent == refused(send(in_process, "SignUp", b""))
    answer = refused(send(in_process, "SignUp", {**KNOWN, "Surprise": {"a": [1, None]}}))
    assert "ResourceNotFoundException" == answer[1]


def _with_secrets() -> list[tuple[str, str]]:
    """Every operation that is done and a member of it that the model calls sensitive."""
    found = []
    for name in sorted(SPEC.operations):
        members = SPEC.shapes[SPEC.operations[name].input or ""].members
        found += [(name, member) for member, shape in members.items() if SPEC.shapes[shape].is_sensitive]
    return found


def test_no_secret_of_a_request_comes_back_or_reaches_a_log(
    in_process: InProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "s3cr3t"
    assert ("SignUp", "Password") in _with_secrets()
    for name, member in _with_secrets():
        for value in (f"{secret} {secret}", secret * 1000, [secret], {secret: secret}, {"PASSWORD": f"{secret} "}):
            members = {**minimal(name), member: value}
            body = json.dumps(members).encode()
            headers = signed_headers(in_process, name, body)
            status, answered, content = in_process.request("POST", "/", headers=headers, body=body)
            assert status == 400, (name, member, content)
            assert secret not in content.decode() + str(answered), (name, member)
    printed = capfd.readouterr()
    assert secret not in printed.out + printed.err


def test_a_message_repeats_no_more_of_a_value_than_a_reader_needs(pool: Pool, in_process: InProcess) -> None:
    for members in (
        {**KNOWN, "ClientId": pool.client_id, "UserAttributes": [{"Name": f"a{number}"} for number in range(40_000)]},
        {**KNOWN, "ClientId": "/" * 500_000},
        {**KNOWN, "UserAttributes": [{"Name": "/" * 100, "Value": "x" * 3000}] * 300},
        {**KNOWN, "ClientMetadata": {"k" * 200_000: "x"}},
    ):
        status, headers, body = send(in_process, "SignUp", members)
        assert (400, True) == (status, len(body) < 50_000)
        assert len(headers["x-amzn-errormessage"]) <= 1024


def test_a_message_cannot_break_out_of_its_header(in_process: InProcess) -> None:
    members = {"ClientId": "a", "AuthFlow": "a\r\nSet-Cookie: x=1\r\n\r\n<script>\u2028é"}
    status, headers, body = send(in_process, "InitiateAuth", members)
    assert (400, False) == (status, "set-cookie" in headers)
    assert headers["x-amzn-errormessage"].isascii()
    assert headers["x-amzn-errormessage"].isprintable()
    assert "\u2028é" in json.loads(body)["message"]


def test_a_body_is_as_long_as_the_setting_allows(in_process: InProcess) -> None:
    limit = in_process.services.settings.max_body_bytes
    filler = json.dumps({**KNOWN, "x": ""}).encode()[:-2]
    for size, expected in ((limit, 400), (limit + 1, 413)):
        body = filler + b"x" * (size - len(filler) - 2) + b'"}'
        assert size == len(body)
        status, code, _ = refused(send(in_process, "SignUp", body))
        assert (expected, code) == (
            status,
            "ResourceNotFoundException" if expected == 400 else "RequestEntityTooLargeException",
        )


def test_what_a_pool_is_called_is_none_of_the_paths_business(pool: Pool, in_process: InProcess) -> None:
    known = {**KNOWN, "ClientId": pool.client_id}
    for path in ("/?x=1", "/x/../", "//", "/%00"):
        status = in_process.request("POST", path, headers=headers_for("SignUp"), body=json.dumps(known).encode())[0]
        assert status in {200, 400}
    for path in ("/nowhere", "/%00", f"/{pool.id}/nothing", f"/{pool.id}%00/.well-known/jwks.json", "/_cenote/nothing"):
        assert 404 == in_process.request("GET", path)[0], path


def test_the_server_answers_over_a_socket_as_the_application_does(server: Server) -> None:
    assert (400, "SerializationException") == refused(send(server, "SignUp", b"{"))[:2]
    assert (400, "UnknownOperationException") == refused(send(server, "Nothing", {}))[:2]
    assert (400, "ResourceNotFoundException") == refused(send(server, "SignUp", KNOWN))[:2]
    assert 501 == refused(send(server, "", {}, MISSING))[0]


def heads_of(port: int, *lines: str, body: bytes = b"") -> bytes:
    """All that the server says to a head of these lines, until it closes; an OSError when it says nothing for long."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def test_a_body_of_200_megabytes_is_refused_before_a_byte_of_it_is_sent(server: Server) -> None:
    head = ("POST / HTTP/1.1", f"Host: 127.0.0.1:{server.port}", f"X-Amz-Target: {TARGET}InitiateAuth")
    kind = "Content-Type: application/x-amz-json-1.1"
    for length, expected in (
        (200 * 1024 * 1024, b"HTTP/1.1 413 "),
        (DEFAULT_LIMIT + 1, b"HTTP/1.1 413 "),
        (10**30, b"HTTP/1.1 4"),
        (-1, b"HTTP/1.1 4"),
    ):
        answer = heads_of(server.port, *head, kind, f"Content-Length: {length}")
        assert answer.startswith(expected), (length, answer)
    # Nor does a body without a length get in.
    answer = heads_of(server.port, *head, kind, "Transfer-Encoding: chunked", body=b"fffffff\r\n")
    assert answer.startswith(b"HTTP/1.1 4"), answer
    assert 200 == server.request("GET", "/_cenote/health/ready")[0]
