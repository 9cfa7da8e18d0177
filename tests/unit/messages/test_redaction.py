"""Redaction: a message that is shown without its code does not hold it anywhere."""

import dataclasses

import pytest

from cenote.model.message import Channel, Purpose, Status, StoredMessage, redact, redacted

_STORED = StoredMessage(
    id="m1",
    pool_id="us-east-1_Ab12Cd34E",
    username="ana",
    channel=Channel.EMAIL,
    to="ana@example.com",
    subject="123456 is your code",
    body="Use 123456, or https://x.example/?confirmation_code=123456",
    code="123456",
    purpose=Purpose.SIGN_UP,
    created_at_ms=0,
    status=Status.SENT,
)


def test_the_code_is_blanked_in_subject_and_body_and_left_out() -> None:
    expected = dataclasses.replace(
        _STORED,
        subject="•••••• is your code",
        body="Use ••••••, or https://x.example/?confirmation_code=••••••",
        code=None,
    )

    assert expected == redacted(_STORED)


@pytest.mark.parametrize("form", ["P&s '1/", "P&amp;s &#x27;1/", "P%26s%20%271%2F", "P%26s+%271%2F"])
def test_a_temporary_password_is_blanked_in_every_form_it_is_written(form: str) -> None:
    assert "is ••••••." == redact(f"is {form}.", "P&s '1/")


def test_a_message_without_a_code_stays_as_it_is() -> None:
    stored = dataclasses.replace(_STORED, subject=None, body="plain", code=None)

    assert stored == redacted(stored)
    assert "plain" == redact("plain", "")


def test_a_stored_messages_repr_holds_no_code() -> None:
    assert "123456" not in repr(_STORED)
