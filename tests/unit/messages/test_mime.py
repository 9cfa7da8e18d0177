"""The e-mail itself: one message a row, however often it is tried."""

import email.headerregistry

import pytest

from cenote.messages.smtp import SmtpSender, mime_of
from cenote.messages.webhook import SmsWebhook, document_of, signature_of
from cenote.model.message import Channel, Message, Pending, Purpose

_FROM = email.headerregistry.Address("Cenote", "no-reply", "example.com")


def _pending(to: str = "ana@example.com", subject: str = "Häß", html: str | None = "<b>1</b>") -> Pending:
    message = Message(Channel.EMAIL, to, subject, "code ünï 123456", html, "123456", Purpose.SIGN_UP)
    return Pending("m-1", "pool", "ana", message, 1, 1_800_000_000_123)


def test_text_and_html_are_alternatives() -> None:
    content = mime_of(_pending(), _FROM)

    assert "multipart/alternative" == content.get_content_type()
    parts = [(part.get_content_type(), part.get_content().strip()) for part in content.iter_parts()]
    assert [("text/plain", "code ünï 123456"), ("text/html", "<b>1</b>")] == parts


def test_a_message_without_html_is_text_alone() -> None:
    assert "text/plain" == mime_of(_pending(html=None), _FROM).get_content_type()


def test_headers_come_from_the_row_so_that_attempts_are_alike() -> None:
    content = mime_of(_pending(), _FROM)

    assert "<m-1@example.com>" == content["Message-ID"]
    assert "m-1" == content["Cenote-Message-Id"]
    assert "Fri, 15 Jan 2027 08:00:00 +0000" == content["Date"]
    assert ("Häß", "Cenote <no-reply@example.com>") == (content["Subject"], content["From"])


def test_an_international_domain_is_written_as_dns_writes_it() -> None:
    assert "ana@xn--mnchen-3ya.example" == mime_of(_pending("ana@münchen.example"), _FROM)["To"]


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com?starttls=maybe",
        "smtp://mail.example.com?verify=off",
        "smtp://u:s3cret@mail.example.com?starttls=off",
        "smtp://u:s3cret/x@mail.example.com",
        "smtp://u:s3cret#x@mail.example.com",
        "smtp://[s3cret",
    ],
)
def test_a_mail_server_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="mail server") as refused:
        SmtpSender(url, "no-reply@example.com")

    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("mail_from", ["", "nobody", "a@", "@example.com", "a@b.c\r\nBcc: eve@example.com"])
def test_a_senders_address_that_is_none_is_refused(mail_from: str) -> None:
    with pytest.raises(ValueError, match="sender's address"):
        SmtpSender("smtp://localhost", mail_from)


@pytest.mark.parametrize("url", ["ftp://x.example", "https://u:p@x.example/", "https:///sms", "https://[x"])
def test_a_webhook_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMS webhook"):
        SmsWebhook(url, None)


def test_the_webhooks_document_has_six_members() -> None:
    expected = (
        '{"id":"m-1","to":"ana@example.com","body":"code ünï 123456","pool_id":"pool","username":"ana",'
        '"purpose":"SignUp"}'
    )

    assert expected == document_of(_pending()).decode()


def test_the_signature_covers_time_and_body() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac key
    expected = "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"

    assert expected == signature_of(b"key", 1_700_000_000, b"{}")
