"""E-mail through a real SMTP server: TLS, sign-in, and which refusals are worth another attempt."""

import email
import email.policy
import socket
from collections.abc import Callable
from typing import Any

import pytest

from cenote.messages.delivery import DeliveryError
from cenote.messages.smtp import SmtpSender
from cenote.messages.templates import Channel, Purpose, Templates, render
from cenote.model.message import Pending

_FROM = "Cenote <no-reply@example.com>"


def _pending(to: str = "ana@example.com") -> Pending:
    message = render(Templates(), Purpose.SIGN_UP, Channel.EMAIL, to, code="123456", username="ana")
    return Pending("m-1", "pool", "ana", message, 1, 1_800_000_000_000)


def _refusal(url: str, pending: Pending | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as refused:
        SmtpSender(url, _FROM, 5).send(pending or _pending())
    return refused.value


def test_a_mail_arrives_as_it_was_written(start_mail: Callable[..., Any]) -> None:
    server = start_mail()

    SmtpSender(f"smtp://127.0.0.1:{server.port}?starttls=off", _FROM, 5).send(_pending())

    [envelope] = server.envelopes
    content = email.message_from_bytes(envelope.content, policy=email.policy.default)
    text = content.get_body(("plain",))
    assert text is not None
    assert ("no-reply@example.com", ["ana@example.com"]) == (envelope.mail_from, envelope.rcpt_tos)
    assert ("Your verification code", "<m-1@example.com>") == (content["Subject"], content["Message-ID"])
    assert "Your confirmation code is 123456" == text.get_content().strip()


def test_starttls_encrypts_before_the_password_and_the_mail(start_mail: Callable[..., Any], authority: Any) -> None:
    server = start_mail(tls_context=authority.server_context(), require_starttls=True, sign_in=True)

    url = f"smtp://mailer:p%40ss%2Fword@127.0.0.1:{server.port}?ca={authority.ca}"
    SmtpSender(url, _FROM, 5).send(_pending())

    assert ([True], [True]) == (server.encrypted, server.signed_in)


def test_tls_from_the_first_byte_works_too(start_mail: Callable[..., Any], authority: Any) -> None:
    server = start_mail(implicit=authority.server_context(), sign_in=True)

    url = f"smtps://mailer:p%40ss%2Fword@127.0.0.1:{server.port}?ca={authority.ca}"
    SmtpSender(url, _FROM, 5).send(_pending())

    assert [True] == server.signed_in


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_of_nobody_we_trust_ends_the_session(
    scheme: str, start_mail: Callable[..., Any], authority: Any
) -> None:
    context = authority.server_context()
    server = start_mail(implicit=context) if scheme == "smtps" else start_mail(tls_context=context)

    refused = _refusal(f"{scheme}://127.0.0.1:{server.port}")

    assert (False, []) == (refused.permanent, server.envelopes)
    assert "CERTIFICATE_VERIFY_FAILED" in refused.reason


def test_no_mail_goes_in_clear_where_starttls_is_required(start_mail: Callable[..., Any]) -> None:
    server = start_mail()

    refused = _refusal(f"smtp://127.0.0.1:{server.port}?starttls=required")

    assert (False, []) == (refused.permanent, server.envelopes)
    assert "STARTTLS" in refused.reason


def test_a_server_on_loopback_needs_no_starttls_unless_it_is_asked_for(start_mail: Callable[..., Any]) -> None:
    server = start_mail()

    SmtpSender(f"smtp://127.0.0.1:{server.port}", _FROM, 5).send(_pending())

    assert [False] == server.encrypted


def test_opportunistic_starttls_sends_in_clear_where_none_is_offered(start_mail: Callable[..., Any]) -> None:
    server = start_mail()

    SmtpSender(f"smtp://127.0.0.1:{server.port}?starttls=opportunistic", _FROM, 5).send(_pending())

    assert [False] == server.encrypted


def test_opportunistic_starttls_encrypts_where_it_is_offered(start_mail: Callable[..., Any], authority: Any) -> None:
    server = start_mail(tls_context=authority.server_context())

    SmtpSender(f"smtp://127.0.0.1:{server.port}?starttls=opportunistic&ca={authority.ca}", _FROM, 5).send(_pending())

    assert [True] == server.encrypted


def test_a_wrong_password_is_our_fault_and_not_the_messages(start_mail: Callable[..., Any], authority: Any) -> None:
    server = start_mail(tls_context=authority.server_context(), sign_in=True)

    refused = _refusal(f"smtp://mailer:s3cret@127.0.0.1:{server.port}?ca={authority.ca}")

    expected = "no session with the mail server: sign-in refused (535)"
    assert (False, expected) == (refused.permanent, refused.reason)


@pytest.mark.parametrize(
    ("stage", "answer", "permanent"),
    [
        ("rcpt_answer", "550 5.1.1 no such user", True),
        ("rcpt_answer", "450 4.2.1 try later", False),
        ("data_answer", "554 5.7.1 looks like spam", True),
        ("data_answer", "452 4.3.1 disk full", False),
    ],
)
def test_the_servers_answer_decides_whether_to_try_again(
    stage: str, answer: str, permanent: bool, start_mail: Callable[..., Any]
) -> None:
    server = start_mail()
    setattr(server, stage, answer)

    refused = _refusal(f"smtp://127.0.0.1:{server.port}?starttls=off")

    assert (permanent, answer) == (refused.permanent, refused.reason)


def test_an_answer_that_quotes_the_code_is_kept_without_it(start_mail: Callable[..., Any]) -> None:
    server = start_mail()
    server.data_answer = "554 refused: code is 123456"

    assert "554 refused: code is ••••••" == _refusal(f"smtp://127.0.0.1:{server.port}?starttls=off").reason


def test_a_server_that_is_down_is_worth_another_attempt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert not _refusal(f"smtp://127.0.0.1:{port}?starttls=off").permanent


def test_a_server_that_says_nothing_is_left_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DeliveryError) as refused:
        SmtpSender(f"smtp://127.0.0.1:{silent.getsockname()[1]}?starttls=off", _FROM, 0.2).send(_pending())

    assert not refused.value.permanent


def test_a_mailbox_outside_ascii_is_refused_for_good_where_the_server_knows_no_smtputf8(
    start_mail: Callable[..., Any],
) -> None:
    server = start_mail(enable_SMTPUTF8=False)

    refused = _refusal(f"smtp://127.0.0.1:{server.port}?starttls=off", _pending("änä@example.com"))

    assert refused.permanent


def test_a_mailbox_outside_ascii_arrives_where_the_server_knows_smtputf8(start_mail: Callable[..., Any]) -> None:
    server = start_mail(enable_SMTPUTF8=True)

    SmtpSender(f"smtp://127.0.0.1:{server.port}?starttls=off", _FROM, 5).send(_pending("änä@münchen.example"))

    assert ["änä@xn--mnchen-3ya.example"] == server.envelopes[0].rcpt_tos
