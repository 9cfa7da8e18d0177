"""Every signed operation answers only to who may sign; every token operation only to a user's own access token."""

import hashlib
import json
from typing import Any

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from raw import SPEC, headers_for, minimal, refused, send, signed_headers

from cenote.aws.operation import Authorization, authorization_of, implemented
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, sign_in, signed_up

DONE = sorted(implemented("cognito-idp"))
SIGNED = [name for name in DONE if authorization_of("cognito-idp", name) is Authorization.SIGNED]
TOKEN = [name for name in DONE if authorization_of("cognito-idp", name) is Authorization.TOKEN]
PUBLIC = [name for name in DONE if authorization_of("cognito-idp", name) is Authorization.PUBLIC]
EITHER = [name for name in DONE if authorization_of("cognito-idp", name) is Authorization.EITHER]

# What has no pool, or only asks whether there is one.
ABOUT_NO_POOL = {
    "CreateUserPool",
    "ListUserPools",
    "DescribeUserPoolDomain",
    "GetProvisionedLimit",
    "UpdateProvisionedLimit",
}


def body_of(operation: str) -> bytes:
    return json.dumps(minimal(operation)).encode()


def answer_to(endpoint: InProcess, operation: str, headers: dict[str, str]) -> tuple[int, str, str]:
    return refused(endpoint.request("POST", "/", headers=headers, body=body_of(operation)))


def test_the_model_decides_who_may_call() -> None:
    for name in DONE:
        unsigned = SPEC.operations[name].authtype == "none"
        assert unsigned == (name in (*TOKEN, *PUBLIC, *EITHER)), name
    assert {"CreateUserPool", "AdminGetUser", "ListUsers"} <= set(SIGNED)
    assert {"GetUser", "ChangePassword"} <= set(TOKEN)
    assert {"SignUp", "InitiateAuth"} <= set(PUBLIC)
    assert ["GetDerivedToken"] == EITHER


def test_no_signed_operation_answers_without_a_signature(in_process: InProcess) -> None:
    missing = (400, "MissingAuthenticationTokenException", "Missing Authentication Token")
    for name in SIGNED:
        assert missing == answer_to(in_process, name, headers_for(name)), name
        # Not even about what is wrong with its body.
        assert missing == refused(send(in_process, name, b"{")), name
        assert missing == refused(send(in_process, name, {"UserPoolId": []})), name


def test_no_signed_operation_answers_to_an_unknown_key(in_process: InProcess) -> None:
    for name in SIGNED:
        for key in ("AKIANOBODYKNOWSTHIS0", "AKIA\u00e9", "A" * 200):
            headers = signed_headers(in_process, name, body_of(name), key=key)
            status, code, _ = answer_to(in_process, name, headers)
            assert (400, "UnrecognizedClientException") == (status, code), (name, key)


def test_no_signed_operation_answers_to_another_secret(in_process: InProcess) -> None:
    for name in SIGNED:
        headers = signed_headers(in_process, name, body_of(name), secret="x" * 40)
        status, code, message = answer_to(in_process, name, headers)
        assert (400, "InvalidSignatureException") == (status, code), name
        assert "The request signature we calculated does not match the signature you provided." in message


def test_no_signed_operation_answers_to_the_signature_of_another_request(in_process: InProcess) -> None:
    for name in SIGNED:
        headers = signed_headers(in_process, name, b"{}")
        assert "InvalidSignatureException" == answer_to(in_process, name, headers)[1], name
        headers = signed_headers(in_process, "ListUserPools", body_of(name)) | {"X-Amz-Target": f"{prefix()}.{name}"}
        if name != "ListUserPools":
            assert "InvalidSignatureException" == answer_to(in_process, name, headers)[1], name
        headers = signed_headers(in_process, name, body_of(name), scope="cognito-identity")
        assert "InvalidSignatureException" == answer_to(in_process, name, headers)[1], name


def prefix() -> str:
    return str(SPEC.target_prefix)


def test_no_signed_operation_answers_to_a_signature_of_another_hour(in_process: InProcess, clock: FakeClock) -> None:
    for minutes, words in ((16, "Signature expired"), (-16, "Signature not yet current")):
        for name in SIGNED:
            headers = signed_headers(in_process, name, body_of(name))
            clock.advance(minutes=minutes)
            status, code, message = answer_to(in_process, name, headers)
            clock.advance(minutes=-minutes)
            assert (400, "InvalidSignatureException") == (status, code), name
            assert message.startswith(words)


def test_a_signature_within_a_quarter_of_an_hour_is_good(in_process: InProcess, clock: FakeClock) -> None:
    for minutes in (15, -15):
        body = b'{"MaxResults":1}'
        headers = signed_headers(in_process, "ListUserPools", body)
        clock.advance(minutes=minutes)
        assert 200 == in_process.request("POST", "/", headers=headers, body=body)[0]
        clock.advance(minutes=-minutes)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer x", "Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e", "\u00ff" * 9],
)
def test_no_signed_operation_answers_to_another_kind_of_authorization(
    in_process: InProcess, authorization: str
) -> None:
    for name in SIGNED:
        status, code, message = answer_to(in_process, name, headers_for(name, Authorization=authorization))
        assert (400, "IncompleteSignatureException") == (status, code), name
        assert "dXNlcjpwYXNz" not in message


def test_a_good_signature_never_meets_a_fault_of_ours(in_process: InProcess) -> None:
    """The smallest request that each operation takes, about a pool that is not there."""
    for name in SIGNED:
        body = body_of(name)
        status, _, answer = in_process.request("POST", "/", headers=signed_headers(in_process, name, body), body=body)
        if name in ABOUT_NO_POOL:
            assert 200 == status, (name, answer)
            continue
        assert 400 == status, (name, answer)
        assert "ResourceNotFoundException" == json.loads(answer)["__type"], (name, answer)


def test_a_presigned_request_is_as_good_as_a_signed_one_for_as_long_as_it_says(
    in_process: InProcess, clock: FakeClock
) -> None:
    body = b'{"MaxResults":1}'

    class Presigner(SigV4QueryAuth):
        """botocore's own moves a body into the query."""

        def payload(self, request: AWSRequest) -> str:  # noqa: ARG002 - as its base has it
            return hashlib.sha256(body).hexdigest()

    request = AWSRequest("POST", in_process.url + "/", headers=headers_for("ListUserPools"))
    credentials = Credentials(in_process.access_key_id, in_process.secret_access_key)
    Presigner(credentials, "cognito-idp", "us-east-1", expires=60).add_auth(request)
    path = request.url.removeprefix(in_process.url)
    headers = dict(request.headers)
    assert 200 == in_process.request("POST", path, headers=headers, body=body)[0]
    tampered = path.replace("X-Amz-Expires=60", "X-Amz-Expires=600")
    assert "InvalidSignatureException" == refused(in_process.request("POST", tampered, headers=headers, body=body))[1]
    clock.advance(seconds=61)
    assert "InvalidSignatureException" == refused(in_process.request("POST", path, headers=headers, body=body))[1]


def test_a_signature_does_not_stand_for_an_access_token_nor_a_token_for_a_signature(
    pool: Pool, in_process: InProcess
) -> None:
    signed_up(pool)
    token = sign_in(pool)["AccessToken"]
    for name in SIGNED:
        headers = headers_for(name, Authorization=f"Bearer {token}")
        assert "IncompleteSignatureException" == answer_to(in_process, name, headers)[1], name
    for name in TOKEN:
        members = {**minimal(name), "AccessToken": "eyJhbGciOiJub25lIn0.e30."}
        body = json.dumps(members).encode()
        answer = in_process.request("POST", "/", headers=signed_headers(in_process, name, body), body=body)
        assert (400, "NotAuthorizedException", "Invalid Access Token") == refused(answer), name


def test_public_operations_take_no_notice_of_a_signature(pool: Pool, in_process: InProcess) -> None:
    signed_up(pool)
    members: dict[str, Any] = {
        "ClientId": pool.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": "Correct-Horse-7"},
    }
    body = json.dumps(members).encode()
    for headers in (
        signed_headers(in_process, "InitiateAuth", body),
        signed_headers(in_process, "InitiateAuth", body, key="AKIANOBODYKNOWSTHIS0"),
        headers_for("InitiateAuth", Authorization="Bearer nonsense"),
        headers_for("InitiateAuth", Authorization="AWS4-HMAC-SHA256 garbage"),
    ):
        assert 200 == in_process.request("POST", "/", headers=headers, body=body)[0]
