"""PreventUserExistenceErrors: where a client hides users, a name of nobody is answered like a name of somebody."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import FLOWS, PASSWORD, Pool, attributes, make_pool, sign_up, signed_up

FRESH = "Fresh-Horse-8"
SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}


def hiding(endpoint: InProcess, **settings: Any) -> Pool:
    return make_pool(
        endpoint,
        flows=(*FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH"),
        client={"PreventUserExistenceErrors": "ENABLED"},
        **settings,
    )


def answer_of(act: Callable[..., dict[str, Any]], **members: Any) -> dict[str, Any]:
    """Everything that a caller sees of an answer, but for the request's own id."""
    try:
        answer = act(**members)
    except ClientError as error:
        answer = dict(error.response)
    metadata = answer.pop("ResponseMetadata")
    headers = {name: value for name, value in metadata["HTTPHeaders"].items() if name != "x-amzn-requestid"}
    return {**answer, "status": metadata["HTTPStatusCode"], "headers": headers}


def shape_of(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the one thing that differs from name to name: the masked destination, which keeps its form."""
    details = answer.get("CodeDeliveryDetails")
    if details is None:
        return answer
    letters = "".join("a" if letter.isalpha() else letter for letter in details["Destination"])
    headers = {name: value for name, value in answer["headers"].items() if name != "content-length"}
    return {**answer, "headers": headers, "CodeDeliveryDetails": {**details, "Destination": letters}}


def calls_of(pool: Pool, username: str) -> dict[str, Callable[[], dict[str, Any]]]:
    """Every public operation that takes a name, with a guess in it."""
    anonymous, signed = pool.endpoint.anonymous, pool.endpoint.signed
    key = {"ClientId": pool.client_id, "Username": username}
    wrong = {"AuthParameters": {"USERNAME": username, "PASSWORD": "Wrong-Horse-7"}}
    by_admin = {"UserPoolId": pool.id, "ClientId": pool.client_id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
    in_app = {"ClientId": pool.client_id, "AuthFlow": "USER_PASSWORD_AUTH"}
    code = {"ConfirmationCode": "no code at all"}
    return {
        "sign in": lambda: answer_of(anonymous.initiate_auth, **in_app, **wrong),
        "sign in as administrator": lambda: answer_of(signed.admin_initiate_auth, **by_admin, **wrong),
        "forget": lambda: answer_of(anonymous.forgot_password, **key),
        "recover": lambda: answer_of(anonymous.confirm_forgot_password, **key, **code, Password=FRESH),
        "recover weakly": lambda: answer_of(anonymous.confirm_forgot_password, **key, **code, Password="weak"),
        "confirm": lambda: answer_of(anonymous.confirm_sign_up, **key, **code),
        "resend": lambda: answer_of(anonymous.resend_confirmation_code, **key),
    }


def repeated(pool: Pool, username: str, names: tuple[str, ...], times: int) -> list[dict[str, Any]]:
    calls = calls_of(pool, username)
    return [shape_of(calls[name]()) for _ in range(times) for name in names]


@pytest.mark.parametrize(
    ("names", "times"),
    [
        (("sign in",), 7),
        (("sign in as administrator",), 7),
        (("forget",), 7),
        (("recover",), 17),
        (("forget", "recover", "recover", "recover", "recover", "recover", "recover"), 3),
        (("recover weakly", "forget", "recover weakly", "recover"), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_somebody_confirmed_and_nobody_are_answered_alike(
    in_process: InProcess, names: tuple[str, ...], times: int
) -> None:
    pool = hiding(in_process)
    signed_up(pool)
    assert repeated(pool, "ada", names, times) == repeated(pool, "nobody", names, times)


@pytest.mark.parametrize(
    ("names", "times"),
    [(("confirm",), 17), (("resend",), 7), (("resend", "confirm", "confirm"), 7)],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_somebody_who_just_signed_up_and_nobody_are_answered_alike(
    in_process: InProcess, names: tuple[str, ...], times: int
) -> None:
    pool = hiding(in_process)
    sign_up(pool)
    assert repeated(pool, "ada", names, times) == repeated(pool, "nobody", names, times)


def test_the_hour_ends_for_nobody_as_for_somebody(in_process: InProcess, clock: FakeClock) -> None:
    pool = hiding(in_process)
    signed_up(pool)
    seen = {}
    for username in ("ada", "nobody"):
        before = repeated(pool, username, ("forget",), 6)
        clock.advance(hours=1)
        seen[username] = [*before, *repeated(pool, username, ("forget",), 1)]
        for answer in seen[username]:
            answer["headers"].pop("date")
    assert seen["ada"] == seen["nobody"]
    assert [200] * 5 + [400, 200] == [answer["status"] for answer in seen["nobody"]]


def test_where_addresses_are_names_the_masked_one_is_the_very_same(in_process: InProcess) -> None:
    pool = hiding(in_process, UsernameAttributes=["email"])
    in_process.signed.admin_create_user(
        UserPoolId=pool.id,
        Username="ada@example.com",
        MessageAction="SUPPRESS",
        UserAttributes=attributes(email_verified="true"),
    )
    in_process.signed.admin_set_user_password(
        UserPoolId=pool.id, Username="ada@example.com", Password=PASSWORD, Permanent=True
    )
    known, unknown = (calls_of(pool, f"{name}@example.com")["forget"]() for name in ("ada", "abe"))
    assert known == unknown
    assert "a***@e***" == known["CodeDeliveryDetails"]["Destination"]


def test_a_feigned_delivery_stays_the_same_and_sends_nothing(in_process: InProcess) -> None:
    pool = hiding(in_process, SmsConfiguration=SMS, AutoVerifiedAttributes=["phone_number"])
    for name in ("forget", "resend"):
        first, second = (calls_of(pool, "nobody")[name]() for _ in range(2))
        assert first == second
        assert "SMS" == first["CodeDeliveryDetails"]["DeliveryMedium"]
    assert [] == in_process.messages()


def test_who_cannot_be_reached_looks_like_nobody(in_process: InProcess) -> None:
    pool = hiding(in_process)
    signed = in_process.signed
    for username, values in (("bare", {}), ("unverified", {"email": "u@example.com"})):
        key = {"UserPoolId": pool.id, "Username": username}
        signed.admin_create_user(**key, MessageAction="SUPPRESS", UserAttributes=attributes(**values))
        signed.admin_set_user_password(**key, Password=PASSWORD, Permanent=True)
    signed.admin_create_user(UserPoolId=pool.id, Username="invited", MessageAction="SUPPRESS")
    expected = repeated(pool, "nobody", ("forget", "recover"), 3)
    for username in ("bare", "unverified", "invited"):
        assert expected == repeated(pool, username, ("forget", "recover"), 3), username
    assert [] == in_process.messages()


def test_a_taken_name_is_never_hidden_from_who_signs_up_nor_users_from_administrators(in_process: InProcess) -> None:
    pool = hiding(in_process)
    sign_up(pool)
    key = {"ClientId": pool.client_id, "Username": "ada", "Password": PASSWORD}
    taken = answer_of(in_process.anonymous.sign_up, **key)["Error"]
    assert {"Code": "UsernameExistsException", "Message": "User already exists"} == taken
    for act in ("admin_get_user", "admin_delete_user", "admin_reset_user_password", "admin_user_global_sign_out"):
        found = answer_of(getattr(in_process.signed, act), UserPoolId=pool.id, Username="nobody")["Error"]
        assert {"Code": "UserNotFoundException", "Message": "User does not exist."} == found, act
