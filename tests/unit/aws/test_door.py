import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from cenote.aws.authorize import Authorized, Caller
from cenote.aws.door import AwsDoor
from cenote.aws.http import Reply, Request
from cenote.aws.operation import Call
from cenote.base.errors import (
    ExpiredCodeException,
    MissingAuthenticationTokenException,
    UserNotFoundException,
)
from cenote.model.iam.principal import holder_of, root_of
from harness.principals import NoIam

ROOT = Caller(root_of("123456789012"), "AKIAEXAMPLE")
BOB = Caller(holder_of("1", "arn:aws:iam::1:user/bob", None), "AKIAEXAMPLE")
TARGET = "AWSCognitoIdentityProviderService."


@dataclass
class Clock:
    def now_ms(self) -> int:
        return 0


@dataclass
class Settings:
    default_region: str = "eu-west-1"
    account_id: str = "000000000000"
    max_body_bytes: int = 1000


@dataclass
class Keys:
    def seal_bytes(self, _purpose: str, plaintext: bytes) -> bytes:
        return plaintext


@dataclass
class Services:
    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=Settings)
    keys: Keys = field(default_factory=Keys)
    iam: NoIam = field(default_factory=NoIam)


@dataclass
class Gatekeeper:
    """An authorizer that knows one caller and takes no one's word for it."""

    caller: Caller | None = ROOT
    seen: list[tuple[str, str]] = field(default_factory=list)

    def authorize(self, request: Request, name: str, kind: str, params: Mapping[str, object]) -> Authorized:
        assert params is not None
        self.seen.append((name, kind))
        if kind == "signed" and "authorization" not in request.headers:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        return Authorized(self.caller if kind == "signed" else None, "us-east-2", None)


def list_users(_services: Any, call: Call, params: Mapping[str, Any]) -> dict[str, object]:
    return {"Users": [{"Username": f"{call.region} {call.account_id} {params['UserPoolId']}"}]}


def sign_up(_services: Any, call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    return {"UserConfirmed": False, "UserSub": f"{call.caller} {call.source_ip} {call.user_agent}"}


def initiate_auth(_services: Any, _call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    raise UserNotFoundException("User does not exist.", cause="asked for alice")


def get_user(_services: Any, _call: Call, params: Mapping[str, Any]) -> dict[str, object]:
    raise ValueError(params["AccessToken"])


def delete_user(_services: Any, _call: Call, _params: Mapping[str, Any]) -> None:
    raise ExpiredCodeException("not declared by DeleteUser")


def confirm_device(_services: Any, _call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    return {"UserConfirmationNecessary": "yes", "Secret": "x"}


FUNCTIONS = {
    "ListUsers": list_users,
    "SignUp": sign_up,
    "InitiateAuth": initiate_auth,
    "GetUser": get_user,
    "DeleteUser": delete_user,
    "ConfirmDevice": confirm_device,
}


class Harness:
    """A door with the functions above behind it, and what it told about its requests."""

    def __init__(self, *, strict: bool = False, caller: Caller | None = ROOT) -> None:
        self.observed: list[tuple[Any, ...]] = []
        self.gatekeeper = Gatekeeper(caller)
        self.door = AwsDoor(
            Services(),
            self.gatekeeper,
            lambda *told: self.observed.append(told),
            find=lambda _service, name: FUNCTIONS.get(name),
            strict=strict,
        )

    def call(self, operation: str, body: object, **headers: str) -> Reply:
        given = {"x-amz-target": TARGET + operation, "content-type": "application/x-amz-json-1.1"} | headers
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.door.handle(Request("POST", "/", "", given, raw, "192.0.2.1"))


def code_of(reply: Reply) -> tuple[int, str]:
    return reply.status, json.loads(reply.body)["__type"]


SIGN_UP = {"ClientId": "abc", "Username": "alice"}


def test_a_signed_operation_runs_with_its_caller_region_and_account() -> None:
    harness = Harness()
    reply = harness.call("ListUsers", {"UserPoolId": "us-east-2_abc"}, authorization="signed")
    assert reply.status == 200
    assert json.loads(reply.body) == {"Users": [{"Username": "us-east-2 123456789012 us-east-2_abc"}]}
    assert harness.gatekeeper.seen == [("cognito-idp", "signed")]


def test_a_public_operation_needs_no_caller() -> None:
    harness = Harness()
    reply = harness.call("SignUp", SIGN_UP, **{"user-agent": "curl"})
    assert json.loads(reply.body) == {"UserConfirmed": False, "UserSub": "None 192.0.2.1 curl"}
    assert harness.gatekeeper.seen == [("cognito-idp", "public")]


def test_a_token_operation_is_asked_for_as_such() -> None:
    harness = Harness()
    harness.call("GetUser", {"AccessToken": "abc"})
    assert harness.gatekeeper.seen == [("cognito-idp", "token")]


@pytest.mark.parametrize("caller", [None, BOB])
def test_a_signed_operation_never_runs_for_someone_who_may_not(caller: Caller | None) -> None:
    reply = Harness(caller=caller).call("ListUsers", {"UserPoolId": "a_b"}, authorization="signed")
    expected = "AccessDeniedException" if caller else "MissingAuthenticationTokenException"
    assert code_of(reply) == (400, expected)


def test_a_broken_request_is_told_before_anyone_is_asked() -> None:
    harness = Harness()
    reply = harness.call("SignUp", {"Username": "alice"})
    assert code_of(reply) == (400, "InvalidParameterException")
    assert "Value null at 'clientId'" in json.loads(reply.body)["message"]
    assert harness.gatekeeper.seen == []


def test_a_fault_is_the_answer_and_its_cause_is_not() -> None:
    reply = Harness(strict=True).call("InitiateAuth", {"AuthFlow": "USER_AUTH", "ClientId": "abc"})
    assert json.loads(reply.body) == {"__type": "UserNotFoundException", "message": "User does not exist."}


def test_an_error_of_ours_says_nothing_about_itself(capsys: pytest.CaptureFixture[str]) -> None:
    reply = Harness().call("GetUser", {"AccessToken": "abc"})
    assert code_of(reply) == (500, "InternalErrorException")
    assert b"abc" not in reply.body
    assert "operation_failed" in capsys.readouterr().out


def test_an_undeclared_fault_is_answered_but_logged(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(Harness().call("DeleteUser", {"AccessToken": "abc"})) == (400, "ExpiredCodeException")
    assert "undeclared_fault" in capsys.readouterr().out


def test_an_undeclared_fault_is_a_failure_when_the_door_is_strict() -> None:
    reply = Harness(strict=True).call("DeleteUser", {"AccessToken": "abc"})
    assert code_of(reply) == (500, "InternalErrorException")


def test_members_that_the_model_does_not_declare_never_leave() -> None:
    params = {"AccessToken": "abc", "DeviceKey": "us-east-1_0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b"}
    assert json.loads(Harness().call("ConfirmDevice", params).body) == {"UserConfirmationNecessary": "yes"}


def test_an_operation_without_a_function_is_not_implemented() -> None:
    reply = Harness().call("AdminGetUser", {})
    assert code_of(reply) == (501, "NotImplementedException")
    assert json.loads(reply.body)["message"] == "Cenote does not implement AdminGetUser yet."


@pytest.mark.parametrize(
    ("method", "headers", "code"),
    [
        ("POST", {}, "MissingAuthenticationTokenException"),
        ("POST", {"x-amz-target": "DynamoDB_20120810.ListTables"}, "UnknownOperationException"),
        ("POST", {"x-amz-target": TARGET + "Nothing"}, "UnknownOperationException"),
        ("POST", {"x-amz-target": "SignUp"}, "UnknownOperationException"),
        ("GET", {"x-amz-target": TARGET + "SignUp"}, "UnknownOperationException"),
        ("POST", {"x-amz-target": TARGET + "SignUp", "content-type": "text/html"}, "SerializationException"),
        ("POST", {"x-amz-target": TARGET + "SignUp"}, "SerializationException"),
    ],
)
def test_what_is_no_call_is_refused_with_400(method: str, headers: dict[str, str], code: str) -> None:
    reply = Harness().door.handle(Request(method, "/", "", headers, b"{}", "192.0.2.1"))
    assert code_of(reply) == (400, code)


@pytest.mark.parametrize(
    "content_type",
    ["application/x-amz-json-1.0", "application/x-amz-json-1.1; charset=utf-8", "Application/JSON"],
)
def test_the_spellings_of_the_content_type_that_clients_use_are_taken(content_type: str) -> None:
    assert Harness().call("SignUp", SIGN_UP, **{"content-type": content_type}).status == 200


def test_malformed_json_is_a_serialization_fault() -> None:
    assert code_of(Harness().call("SignUp", b"{")) == (400, "SerializationException")


def test_a_browser_is_told_that_it_may_call_from_anywhere() -> None:
    headers = dict(Harness().door.handle(Request("OPTIONS", "/", "", {}, b"", "")).headers)
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"x-amz-target", "authorization", "x-amz-user-agent"} <= set(
        headers["Access-Control-Allow-Headers"].split(",")
    )


def test_every_request_is_observed_once_without_hostile_names() -> None:
    harness = Harness()
    ids = [
        dict(harness.call(operation, body).headers)["x-amzn-RequestId"]
        for operation, body in [("SignUp", SIGN_UP), ("SignUp", {}), ("x" * 100, {}), ("GetUser", {"AccessToken": "a"})]
    ]
    assert [(*told[:4], told[5]) for told in harness.observed] == [
        ("cognito-idp", "SignUp", 200, "", ids[0]),
        ("cognito-idp", "SignUp", 400, "InvalidParameterException", ids[1]),
        ("", "", 400, "UnknownOperationException", ids[2]),
        ("cognito-idp", "GetUser", 500, "InternalErrorException", ids[3]),
    ]
    assert len(set(ids)) == 4


def test_a_body_that_is_too_long_is_refused_over_wsgi() -> None:
    harness = Harness()
    begun: list[Any] = []
    environ = {"REQUEST_METHOD": "POST", "wsgi.input": None, "CONTENT_LENGTH": "1001"}
    body = b"".join(harness.door.wsgi(environ, lambda *given: begun.append(given)))
    assert begun[0][0] == "413 Request Entity Too Large"
    assert json.loads(body)["__type"] == "RequestEntityTooLargeException"
    assert harness.observed[0][:4] == ("", "", 413, "RequestEntityTooLargeException")
