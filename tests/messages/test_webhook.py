"""SMS through a real HTTP receiver: the document, the signature, and what each answer means."""

import hashlib
import hmac
import json
import socket
from typing import Any

import pytest

from cenote.messages.delivery import DeliveryError
from cenote.messages.templates import Channel, Purpose, Templates, render
from cenote.messages.webhook import SmsWebhook
from cenote.model.message import Pending

_SECRET = b"shared with the receiver"


class _Clock:
    def now_ms(self) -> int:
        return 1_800_000_000_999


def _pending() -> Pending:
    message = render(Templates(), Purpose.SIGN_UP, Channel.SMS, "+15555550100", code="123456", username="änä")
    return Pending("m-1", "us-east-1_Ab12Cd34E", "änä", message, 1, 1_800_000_000_000)


def _verified(body: bytes, header: str, secret: bytes, now_s: int) -> bool:
    """The receiver's check as docs/messages.md shows it."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret, f"{parts['t']}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"]) and abs(now_s - int(parts["t"])) <= 300


def test_an_sms_arrives_as_a_signed_document(receiver: Any) -> None:
    SmsWebhook(receiver.url, _SECRET, 5, clock=_Clock()).send(_pending())

    [(path, headers, body)] = receiver.requests
    expected = {
        "id": "m-1",
        "to": "+15555550100",
        "body": "Your verification code is 123456. ",
        "pool_id": "us-east-1_Ab12Cd34E",
        "username": "änä",
        "purpose": "SignUp",
    }
    assert ("/sms?key=t0ken", expected) == (path, json.loads(body))
    assert ("application/json", "m-1") == (headers["content-type"], headers["idempotency-key"])
    assert headers["cenote-signature"].startswith("t=1800000000,v1=")
    assert _verified(body, headers["cenote-signature"], _SECRET, 1_800_000_000)
    assert not _verified(body + b" ", headers["cenote-signature"], _SECRET, 1_800_000_000)


def test_without_a_secret_nothing_is_signed(receiver: Any) -> None:
    SmsWebhook(receiver.url, None, 5).send(_pending())

    assert "cenote-signature" not in receiver.requests[0][1]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(408, False), (425, False), (429, False), (500, False), (503, False), (400, True), (401, True), (404, True)],
)
def test_the_answer_decides_whether_to_try_again(status: int, permanent: bool, receiver: Any) -> None:
    receiver.status = status

    with pytest.raises(DeliveryError) as refused:
        SmsWebhook(receiver.url, _SECRET, 5).send(_pending())

    assert (permanent, f"the SMS webhook answered {status}") == (refused.value.permanent, refused.value.reason)
    assert 1 == len(receiver.requests)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int, receiver: Any) -> None:
    receiver.status = status

    with pytest.raises(DeliveryError) as refused:
        SmsWebhook(receiver.url, _SECRET, 5).send(_pending())

    assert (True, 1) == (refused.value.permanent, len(receiver.requests))


def test_a_receiver_that_is_down_is_worth_another_attempt_and_its_address_stays_private() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(DeliveryError) as refused:
        SmsWebhook(f"http://127.0.0.1:{port}/sms?key=t0ken", _SECRET, 5).send(_pending())

    assert not refused.value.permanent
    assert "t0ken" not in refused.value.reason


def test_a_receiver_that_says_nothing_is_left_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DeliveryError) as refused:
        SmsWebhook(f"http://127.0.0.1:{silent.getsockname()[1]}/", None, 0.2).send(_pending())

    assert not refused.value.permanent
