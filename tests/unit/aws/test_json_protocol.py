import json as stdlib_json

import pytest

from cenote.aws.protocols import json
from cenote.base.errors import (
    InternalErrorException,
    InvalidParameterException,
    SerializationException,
    UserNotFoundException,
)

ID = "0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b"
DATE = "Thu, 01 Jan 1970 00:00:00 GMT"


def reply(operation: str, result: dict[str, object] | None) -> json.Reply:
    return json.reply("cognito-idp", operation, result, request_id=ID, date=DATE)


def test_an_object_is_read_and_an_empty_body_is_an_empty_object() -> None:
    assert json.parse('{"a": [1, "é", {"b": null}]}'.encode()) == {"a": [1, "é", {"b": None}]}
    assert json.parse(rb'{"pair": "\ud83d\ude00"}') == {"pair": "😀"}
    assert json.parse(b"") == {}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        rb'{"a": "\ud800"}',
        rb'{"\uDFFF": 1}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": 1} x',
        b'{"a": ' + b"9" * 1_000_000 + b"}",
        b'{"a": ' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"a": ' + b"[" * 500_000,
    ],
)
def test_what_is_not_a_sound_object_is_refused(body: bytes) -> None:
    with pytest.raises(SerializationException):
        json.parse(body)


def test_many_objects_side_by_side_are_not_deep() -> None:
    assert len(json.parse(stdlib_json.dumps({str(number): {} for number in range(500)}).encode())) == 500


def test_a_result_carries_what_its_shape_declares_and_no_nulls() -> None:
    answer = reply(
        "AdminGetUser",
        {
            "Username": "zoë",
            "UserCreateDate": 1689721665.2391,
            "UserStatus": None,
            "UserAttributes": [{"Name": "sub", "Value": None, "secret": "x"}],
            "internal": "x",
        },
    )
    assert answer.status == 200
    assert (
        '{"Username":"zoë","UserCreateDate":1689721665.239,"UserAttributes":[{"Name":"sub"}]}'.encode() == answer.body
    )
    assert dict(answer.headers)["Content-Type"] == "application/x-amz-json-1.1"
    assert dict(answer.headers)["x-amzn-RequestId"] == ID


def test_an_operation_without_output_answers_an_empty_body_and_one_with_an_empty_output_an_object() -> None:
    assert reply("DeleteUser", None).body == b""
    assert reply("ConfirmForgotPassword", None).body == b"{}"


def test_empty_maps_and_documents_stay() -> None:
    assert reply("InitiateAuth", {"ChallengeParameters": {}}).body == b'{"ChallengeParameters":{}}'
    branding = {"ManagedLoginBranding": {"Settings": {"a": None}}}
    assert reply("DescribeManagedLoginBranding", branding).body == b'{"ManagedLoginBranding":{"Settings":{"a":null}}}'


def test_blobs_are_base64() -> None:
    answer = reply("DescribeManagedLoginBranding", {"ManagedLoginBranding": {"Assets": [{"Bytes": b"hi"}]}})
    assert stdlib_json.loads(answer.body) == {"ManagedLoginBranding": {"Assets": [{"Bytes": "aGk="}]}}


def test_a_fault_is_named_in_header_and_body() -> None:
    answer = json.refusal(UserNotFoundException("User does not exist.", cause="secret"), request_id=ID, date=DATE)
    headers = dict(answer.headers)
    assert answer.status == 400
    assert stdlib_json.loads(answer.body) == {"__type": "UserNotFoundException", "message": "User does not exist."}
    assert headers["x-amzn-ErrorType"] == "UserNotFoundException:"
    assert headers["x-amzn-ErrorMessage"] == "User does not exist."
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert json.refusal(InternalErrorException("x"), request_id=ID, date=DATE).status == 500


def test_a_reason_code_is_a_member_of_its_own() -> None:
    answer = json.refusal(InvalidParameterException("m", reason_code="R"), request_id=ID, date=DATE)
    assert stdlib_json.loads(answer.body) == {"__type": "InvalidParameterException", "message": "m", "reasonCode": "R"}


def test_a_message_cannot_break_out_of_its_header() -> None:
    answer = json.refusal(InvalidParameterException("a\r\nSet-Cookie: x\0é漢" + "y" * 5000), request_id=ID, date=DATE)
    text = dict(answer.headers)["x-amzn-ErrorMessage"]
    assert text.startswith("a Set-Cookie: x???yyy")
    assert len(text) <= json.MAX_HEADER_CHARS
