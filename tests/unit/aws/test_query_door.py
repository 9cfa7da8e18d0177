"""STS and IAM as their clients meet them: boto3's own requests, handed to the door."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from cenote.aws.authorize import Authorizer
from cenote.aws.http import Reply, Request
from cenote.aws.operation import Call, Implementation
from cenote.aws.query_door import QueryDoor
from cenote.base.errors import ExpiredTokenException, UserNotFoundException
from cenote.base.secret import Secret
from cenote.model.access_key import AccessKey
from cenote.model.iam.principal import holder_of, root_of
from harness.principals import NoIam

NOW = datetime(2026, 11, 23, 0, 25, tzinfo=UTC)
ACCOUNT = "123456789012"
ROOT = AccessKey("AKIAROOT000000000000", Secret("root-secret"), root_of(ACCOUNT))
BOB = AccessKey(
    "AKIABOB0000000000000", Secret("bob-secret"), holder_of(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/bob", None)
)
FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
STS = "{https://sts.amazonaws.com/doc/2011-06-15/}"
UNKNOWN = "{http://webservices.amazon.com/AWSFault/2005-15-09}"
WEB_IDENTITY = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/app", "RoleSessionName": "me", "WebIdentityToken": "e.y.J"}


class FixedClock:
    def now_ms(self) -> int:
        return int(NOW.timestamp()) * 1000


class Settings:
    default_region = "eu-west-1"
    account_id = ACCOUNT


class Keys:
    def seal_bytes(self, _purpose: str, plaintext: bytes) -> bytes:
        return plaintext


class Services:
    clock = FixedClock()
    settings = Settings()
    keys = Keys()
    iam = NoIam()


def get_caller_identity(_services: Any, call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    caller = call.require_caller()
    return {"UserId": caller.account_id, "Account": caller.account_id, "Arn": caller.arn}


def create_role(_services: Any, call: Call, params: Mapping[str, Any]) -> dict[str, object]:
    role = {"RoleName": params["RoleName"], "Path": params.get("Path", "/"), "CreateDate": 1_800_000_000.25}
    return {"Role": {**role, "RoleId": call.region, "Arn": "arn:<&>", "Tags": params.get("Tags")}}


def get_account_summary(_services: Any, _call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    return {"SummaryMap": {"Users": 1, "Roles": 2}}


def delete_role(_services: Any, _call: Call, _params: Mapping[str, Any]) -> None:
    return None


def assume_with_web_identity(_services: Any, call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    assert call.caller is None
    raise ExpiredTokenException("Token expired")


def get_user(_services: Any, _call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    raise UserNotFoundException("no IAM model declares this")


def list_users(_services: Any, _call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    raise ValueError("secret detail")


FUNCTIONS: dict[tuple[str, str], Implementation] = {
    ("sts", "GetCallerIdentity"): get_caller_identity,
    ("sts", "AssumeRoleWithWebIdentity"): assume_with_web_identity,
    ("iam", "CreateRole"): create_role,
    ("iam", "DeleteRole"): delete_role,
    ("iam", "GetAccountSummary"): get_account_summary,
    ("iam", "GetUser"): get_user,
    ("iam", "ListUsers"): list_users,
}


class Harness:
    """The door, with boto3 clients whose requests it answers, and what it told about them."""

    def __init__(
        self, functions: Mapping[tuple[str, str], Implementation] = FUNCTIONS, *, strict: bool = False
    ) -> None:
        self.observed: list[tuple[Any, ...]] = []
        keys = {key.access_key_id: key for key in (ROOT, BOB)}
        authorizer = Authorizer(
            find_access_key=keys.get,
            open_session=lambda _id, _token: pytest.fail("nothing here has a session"),
            settle=NoIam().settled,
            note_use=lambda *_: None,
            verify_access_token=lambda _token: pytest.fail("nothing here takes a token"),
            clock=FixedClock(),
            default_region="eu-west-1",
        )
        self.door = QueryDoor(
            Services(),
            authorizer,
            lambda *told: self.observed.append(told),
            find=lambda service, name: functions.get((service, name)),
            strict=strict,
        )

    def client(self, service: str, key: AccessKey | None = ROOT, *, secret: str | None = None) -> Any:
        client = boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url="http://localhost:9329",
            aws_access_key_id=key.access_key_id if key else None,
            aws_secret_access_key=(secret or key.secret_access_key.reveal()) if key else None,
            config=Config(retries={"total_max_attempts": 1}, signature_version=None if key else UNSIGNED),
        )
        client.meta.events.register("before-send", self._send)
        return client

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        headers.setdefault("host", "localhost:9329")
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        parts = urlsplit(request.url)
        reply = self.door.handle(Request(request.method, parts.path, parts.query, headers, body, "192.0.2.1"))
        assert reply is not None
        return AWSResponse(request.url, reply.status, dict(reply.headers), _Raw(reply.body))

    def post(self, body: str, path: str = "/", **headers: str) -> Reply | None:
        return self.door.handle(Request("POST", path, "", FORM | headers, body.encode(), "192.0.2.1"))

    def get(self, query: str) -> Reply | None:
        return self.door.handle(Request("GET", "/", query, {"host": "localhost:9329"}, b"", "192.0.2.1"))


class _Raw:
    """A body as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> list[bytes]:
        return [self._body]


@pytest.fixture(autouse=True)
def _at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "botocore.auth.get_current_datetime",
        lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW,
    )


def refused(call: Any, **members: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**members)
    answer = refusal.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


def error_of(reply: Reply | None, namespace: str = STS) -> tuple[int, str, str]:
    assert reply is not None
    assert ("Content-Type", "text/xml") in reply.headers
    found = ET.fromstring(reply.body).find(f"{namespace}Error")  # noqa: S314 - our own answer
    assert found is not None, reply.body
    return reply.status, found.findtext(f"{namespace}Code", ""), found.findtext(f"{namespace}Message", "")


def test_an_action_without_a_function_answers_501_in_a_plain_sentence() -> None:
    harness = Harness({})
    answer = refused(harness.client("sts").get_caller_identity)
    assert answer == (501, "NotImplementedException", "Cenote does not implement GetCallerIdentity yet.")
    answer = refused(harness.client("iam").list_roles)
    assert answer == (501, "NotImplementedException", "Cenote does not implement ListRoles yet.")
    assert [told[:4] for told in harness.observed] == [
        ("sts", "GetCallerIdentity", 501, "NotImplementedException"),
        ("iam", "ListRoles", 501, "NotImplementedException"),
    ]


def test_a_public_action_without_a_function_answers_501_to_the_unsigned() -> None:
    client = Harness({}).client("sts", key=None)
    assert refused(client.assume_role_with_web_identity, **WEB_IDENTITY)[:2] == (501, "NotImplementedException")


def test_an_action_that_no_model_knows_is_invalid() -> None:
    harness = Harness()
    answer = error_of(harness.post("Action=Fly&Version=2011-06-15"), UNKNOWN)
    assert answer == (400, "InvalidAction", "Could not find operation Fly for version 2011-06-15")
    assert harness.observed[0][:4] == ("", "", 400, "InvalidAction")


@pytest.mark.parametrize(
    ("body", "version"),
    [
        ("Action=GetCallerIdentity", "NO_VERSION_SPECIFIED"),
        ("Action=GetCallerIdentity&Version=2010-05-08", "2010-05-08"),
        ("Action=ListRoles&Version=2011-06-15", "2011-06-15"),
    ],
)
def test_an_action_of_another_version_or_service_is_invalid(body: str, version: str) -> None:
    status, code, message = error_of(Harness().post(body), UNKNOWN)
    assert (status, code) == (400, "InvalidAction")
    assert message.endswith(f"for version {version}")


def test_the_scope_of_the_signature_says_which_service_is_meant() -> None:
    scope = "AWS4-HMAC-SHA256 Credential=AKIAROOT000000000000/20261123/us-east-1/iam/aws4_request"
    signed = f"{scope}, SignedHeaders=host, Signature=00"
    reply = Harness().post(
        "Action=GetCallerIdentity&Version=2011-06-15", authorization=signed, **{"x-amz-date": "20261123T002500Z"}
    )
    assert error_of(reply, UNKNOWN)[:2] == (400, "InvalidAction")


def test_an_unsigned_call_of_a_signed_action_is_forbidden_whether_it_is_done_or_not() -> None:
    expected = (403, "MissingAuthenticationToken", "Missing Authentication Token")
    assert refused(Harness().client("sts", key=None).get_caller_identity) == expected
    assert refused(Harness({}).client("iam", key=None).list_roles) == expected


@pytest.mark.parametrize("functions", [FUNCTIONS, {}])
def test_a_wrong_signature_is_forbidden(functions: dict[tuple[str, str], Implementation]) -> None:
    client = Harness(functions).client("sts", secret="another")
    assert refused(client.get_caller_identity)[:2] == (403, "SignatureDoesNotMatch")


def test_a_key_that_nobody_has_is_forbidden() -> None:
    stranger = AccessKey("AKIANOBODY0000000000", Secret("x"), root_of(ACCOUNT))
    assert refused(Harness().client("sts", stranger).get_caller_identity)[:2] == (403, "InvalidClientTokenId")


def test_a_broken_authorization_header_is_told() -> None:
    reply = Harness().post("Action=GetCallerIdentity&Version=2011-06-15", authorization="AWS4-HMAC-SHA256 Credential=x")
    assert error_of(reply)[:2] == (403, "IncompleteSignature")


def test_who_may_not_is_denied() -> None:
    status, code, message = refused(Harness().client("iam", BOB).list_roles)
    assert (status, code) == (403, "AccessDenied")
    assert message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: iam:ListRoles on resource: "
        f"arn:aws:iam::{ACCOUNT}:role/ because no identity-based policy allows the iam:ListRoles action"
    )


def test_a_registered_function_answers() -> None:
    harness = Harness()
    answer = harness.client("sts").get_caller_identity()
    assert (answer["Account"], answer["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    assert answer["ResponseMetadata"]["RequestId"] == harness.observed[0][5]
    assert harness.observed[0][:4] == ("sts", "GetCallerIdentity", 200, "")


def test_lists_of_structures_and_times_go_both_ways() -> None:
    tags = [{"Key": f"k{number}", "Value": f"v{number}"} for number in range(11)]
    role = Harness().client("iam").create_role(RoleName="app", AssumeRolePolicyDocument="{}", Tags=tags)["Role"]
    assert role["Tags"] == tags
    assert role["Arn"] == "arn:<&>"
    assert role["CreateDate"] == datetime(2027, 1, 15, 8, 0, tzinfo=UTC)


def test_maps_are_written_as_entries() -> None:
    assert Harness().client("iam").get_account_summary()["SummaryMap"] == {"Users": 1, "Roles": 2}


def test_an_action_without_output_answers_with_its_request_id_alone() -> None:
    answer = Harness().client("iam").delete_role(RoleName="app")
    assert answer.keys() == {"ResponseMetadata"}
    assert len(answer["ResponseMetadata"]["RequestId"]) == 36


def test_members_are_judged_beside_their_shape() -> None:
    status, code, message = refused(Harness().client("iam").create_role, RoleName="a b", AssumeRolePolicyDocument="{}")
    assert (status, code) == (400, "ValidationError")
    assert message.startswith("The specified value for roleName is invalid.")


def test_a_declared_fault_has_the_code_and_status_that_the_model_says() -> None:
    client = Harness().client("sts", key=None)
    answer = refused(client.assume_role_with_web_identity, **WEB_IDENTITY)
    assert answer == (400, "ExpiredTokenException", "Token expired")


def test_an_undeclared_fault_fails_where_the_door_is_strict() -> None:
    assert refused(Harness().client("iam").get_user)[:2] == (400, "UserNotFoundException")
    assert refused(Harness(strict=True).client("iam").get_user)[:2] == (500, "InternalFailure")


def test_what_fails_inside_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    assert refused(Harness().client("iam").list_users) == (500, "InternalFailure", "Internal error")


def test_a_presigned_get_is_a_query_request() -> None:
    harness = Harness()
    url = harness.client("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    reply = harness.get(urlsplit(url).query)
    assert reply is not None
    assert reply.status == 200, reply.body
    assert f"<Account>{ACCOUNT}</Account>".encode() in reply.body


@pytest.mark.parametrize(
    "other",
    [
        Request("OPTIONS", "/", "", {}, b"", ""),
        Request("GET", "/", "", {}, b"", ""),
        Request("POST", "/", "", FORM, b"username=ada", ""),
        Request("POST", "/login", "", FORM, b"Action=GetCallerIdentity&Version=2011-06-15", ""),
        Request("POST", "/", "", {"content-type": "application/json"}, b'{"Action=": 1}', ""),
        Request("POST", "/", "", FORM | {"x-amz-target": "A.B"}, b"Action=GetCallerIdentity", ""),
    ],
)
def test_what_is_not_a_query_request_is_left_to_others(other: Request) -> None:
    harness = Harness()
    assert harness.door.handle(other) is None
    assert harness.observed == []


@pytest.mark.parametrize(
    "body", ["Action=A&Action=B", "Action=%ff", "&".join(["Action=A", *(f"x{n}=" for n in range(6000))])]
)
def test_a_malformed_form_is_told(body: str) -> None:
    assert error_of(Harness().post(body), UNKNOWN)[:2] == (400, "MalformedInput")


def test_an_echoed_action_is_escaped_cut_and_well_formed() -> None:
    reply = Harness().post("Action=%3Cscript%3E%00" + "A" * 5000)
    status, code, message = error_of(reply, UNKNOWN)
    assert (status, code) == (400, "InvalidAction")
    assert "<script>\ufffdAAA" in message
    assert len(message) < 300
