"""
E-mail by SMTP (RFC 5321), over TLS.

    smtps://user:password@host:465            TLS from the first byte
    smtp://user:password@host:587             STARTTLS, and no mail without it
    smtp://host:25?starttls=opportunistic     STARTTLS where the server offers it; never a password without it
    smtp://localhost:1025                     on loopback STARTTLS is opportunistic unless said otherwise
    smtp://localhost:1025?starttls=off        no TLS; a password only on loopback

`ca=/path/to/ca.pem` trusts that authority alone, `helo=name` is how we introduce ourselves. Certificates are always
verified. One connection carries one message, so that SmtpSender may be called from any thread.
"""

import contextlib
import dataclasses
import email.headerregistry
import email.message
import email.policy
import email.utils
import smtplib
import ssl
import urllib.parse
from datetime import UTC, datetime

from cenote.messages.delivery import refusal_of
from cenote.model.message import Channel, Pending, is_recipient, one_line

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STARTTLS = frozenset({"required", "opportunistic", "off"})
_PERMANENT_FROM = 500
_NEEDS_SIGN_IN = 530


@dataclasses.dataclass(frozen=True, slots=True)
class _Server:
    host: str
    port: int
    implicit_tls: bool
    starttls: str
    user: str
    password: str = dataclasses.field(repr=False)
    ca: str | None
    helo: str | None


class SmtpSender:
    """Sends e-mail through one SMTP server. Raises ValueError when *url* or *mail_from* cannot be used."""

    def __init__(self, url: str, mail_from: str, timeout_s: float = 10.0) -> None:
        self._server = _server_of(url)
        self._from = _mailbox_of(mail_from)
        self._timeout_s = timeout_s
        self._tls = ssl.create_default_context(cafile=self._server.ca)

    def send(self, pending: Pending) -> None:
        """
        Hand one e-mail to the server.

        Raises DeliveryError: permanent when the server refuses this message (5xx to MAIL, RCPT or DATA), else worth
        another attempt. A refused sign-in or greeting is our configuration's fault, not the message's: it is retried.
        """
        try:
            content = mime_of(pending, self._from)
        except ValueError as error:
            raise refusal_of(pending, "the message cannot be written as an e-mail", permanent=True) from error
        try:
            connection = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            reason = f"no session with the mail server: {_reply_of(error)}"
            raise refusal_of(pending, reason, permanent=False) from error
        try:
            connection.send_message(content, self._from.addr_spec, [_ascii_domain(pending.message.to)])
        except (OSError, smtplib.SMTPException) as error:
            raise refusal_of(pending, _reply_of(error), permanent=_is_permanent(error)) from error
        finally:
            # The verdict stands already: a failing farewell must not send the message again.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        connection: smtplib.SMTP
        if server.implicit_tls:
            connection = smtplib.SMTP_SSL(
                server.host, server.port, server.helo, timeout=self._timeout_s, context=self._tls
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, server.helo, timeout=self._timeout_s)
        try:
            self._secure(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _secure(self, connection: smtplib.SMTP) -> None:
        server = self._server
        encrypted = server.implicit_tls
        connection.ehlo_or_helo_if_needed()
        if not encrypted and server.starttls != "off":
            if connection.has_extn("starttls"):
                connection.starttls(context=self._tls)
                encrypted = True
                connection.ehlo_or_helo_if_needed()
            elif server.starttls == "required":
                raise smtplib.SMTPNotSupportedError("the server offers no STARTTLS")
        if server.user:
            if not encrypted and server.host not in _LOOPBACK:
                raise smtplib.SMTPNotSupportedError("a password is not sent without TLS")
            connection.login(server.user, server.password)


def mime_of(pending: Pending, mail_from: email.headerregistry.Address) -> email.message.EmailMessage:
    """
    Return the e-mail for *pending*: text, and HTML beside it where there is some.

    Message-ID, Date and Cenote-Message-Id come from the row, so that a repeated attempt is the same e-mail.
    """
    message = pending.message
    content = email.message.EmailMessage(policy=email.policy.SMTP)
    content["From"] = mail_from
    local, _, domain = _ascii_domain(message.to).rpartition("@")
    content["To"] = email.headerregistry.Address(username=local, domain=domain)
    content["Subject"] = message.subject or ""
    created_at = datetime.fromtimestamp(pending.created_at_ms / 1000, tz=UTC)
    content["Date"] = email.utils.format_datetime(created_at)
    content["Message-ID"] = f"<{pending.id}@{mail_from.domain}>"
    content["Cenote-Message-Id"] = pending.id
    content["Auto-Submitted"] = "auto-generated"
    content.set_content(message.body)
    if message.html is not None:
        content.add_alternative(message.html, subtype="html")
    return content


def _server_of(url: str) -> _Server:
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        # The error quotes the URL, password and all; what needs escaping is most often a password.
        raise ValueError("the mail server's URL cannot be read; escape its user name and password") from None
    options = dict(urllib.parse.parse_qsl(parts.query))
    implicit_tls = parts.scheme == "smtps"
    # What stays on this machine has nobody to hide from, and the servers that catch mail in development speak no TLS.
    starttls = options.get("starttls", "opportunistic" if parts.hostname in _LOOPBACK else "required")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("the mail server is written smtp://host or smtps://host")
    if starttls not in _STARTTLS or options.keys() - {"starttls", "ca", "helo"}:
        raise ValueError("a mail server's options are starttls=required|opportunistic|off, ca=PATH and helo=NAME")
    user = urllib.parse.unquote(parts.username or "")
    if user and not implicit_tls and starttls == "off" and parts.hostname not in _LOOPBACK:
        raise ValueError("a mail server's password is not sent without TLS")
    return _Server(
        host=parts.hostname,
        port=port or (465 if implicit_tls else 587),
        implicit_tls=implicit_tls,
        starttls=starttls,
        user=user,
        password=urllib.parse.unquote(parts.password or ""),
        ca=options.get("ca"),
        helo=options.get("helo"),
    )


def _mailbox_of(mail_from: str) -> email.headerregistry.Address:
    name, address = email.utils.parseaddr(mail_from)
    if not is_recipient(Channel.EMAIL, address) or one_line(mail_from) != mail_from:
        raise ValueError("the sender's address is written `name@host` or `Words <name@host>`")
    local, _, domain = _ascii_domain(address).rpartition("@")
    return email.headerregistry.Address(name, local, domain)


def _ascii_domain(address: str) -> str:
    """Return *address* with its domain as DNS writes it, so that only a non-ASCII local part needs SMTPUTF8."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT_FROM for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= _PERMANENT_FROM and error.smtp_code != _NEEDS_SIGN_IN
    # What the server cannot carry (SMTPUTF8 for this address) it will not carry later either.
    return isinstance(error, smtplib.SMTPNotSupportedError)


def _reply_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"sign-in refused ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_words(text)}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _words(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
