"""
Messages to people: what was rendered, what waits to be sent, what the outbox shows.

A `Message` is rendered (messages/templates), becomes a row, is leased as a `Pending` to a sender, and is read back as a
`StoredMessage`. Bodies and codes stay out of `repr`, because records end up in logs.
"""

import dataclasses
import enum
import html
import re
import urllib.parse

BLANK = "••••••"
_ADDRESS = re.compile(r"""[^\s<>(),;:\\"\[\]@]+@[^\s<>(),;:\\"\[\]@]+""")
_NUMBER = re.compile(r"\+?[0-9]{1,20}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Purpose(enum.StrEnum):
    """Why a message is sent; the values are the suffixes of trigger sources (`CustomMessage_SignUp`, `CustomEmailSender_SignUp`)."""

    SIGN_UP = "SignUp"
    RESEND_CODE = "ResendCode"
    FORGOT_PASSWORD = "ForgotPassword"
    UPDATE_USER_ATTRIBUTE = "UpdateUserAttribute"
    VERIFY_USER_ATTRIBUTE = "VerifyUserAttribute"
    ADMIN_CREATE_USER = "AdminCreateUser"
    AUTHENTICATION = "Authentication"
    ACCOUNT_TAKEOVER_NOTIFICATION = "AccountTakeOverNotification"


class Channel(enum.StrEnum):
    """How a message travels; the values are AWS's DeliveryMedium."""

    EMAIL = "EMAIL"
    SMS = "SMS"


class Status(enum.StrEnum):
    """
    Where a message stands.

    HELD: kept for reading, nobody sends it (development mode). PENDING: waits for a sender or for its next attempt.
    FAILED: given up.
    """

    HELD = "HELD"
    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """
    One rendered message.

    `subject` is None for an SMS; `html` is None where there is only text; `code` is empty where none was sent.
    Raises ValueError when `to` is not one recipient or `subject` not one line, so that no record can inject a header.
    """

    channel: Channel
    to: str
    subject: str | None = dataclasses.field(repr=False)
    body: str = dataclasses.field(repr=False)
    html: str | None = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)
    purpose: Purpose

    def __post_init__(self) -> None:
        """Refuse what would say more than one header may."""
        if not is_recipient(self.channel, self.to) or _CONTROL.search(self.subject or ""):
            raise ValueError("a message has one recipient and a subject of one line")


@dataclasses.dataclass(frozen=True, slots=True)
class Pending:
    """A message leased to one sender. `attempt` counts from 1 and includes the attempt about to be made."""

    id: str
    pool_id: str
    username: str
    message: Message
    attempt: int
    created_at_ms: int


@dataclasses.dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as the outbox shows it. `code` is None only where subject and body no longer hold it either."""

    id: str
    pool_id: str
    username: str
    channel: Channel
    to: str
    subject: str | None = dataclasses.field(repr=False)
    body: str = dataclasses.field(repr=False)
    code: str | None = dataclasses.field(repr=False)
    purpose: Purpose
    created_at_ms: int
    status: Status


@dataclasses.dataclass(frozen=True, slots=True)
class MessageFilter:
    """
    Which messages to show, newest first; None matches everything.

    *to* is compared without regard to case. *username* is the stored user name or the address that was written to.
    """

    to: str | None = None
    pool_id: str | None = None
    username: str | None = None
    limit: int = 100


def is_recipient(channel: Channel, to: str) -> bool:
    """Return whether *to* is exactly one e-mail address (without words or quotes) or one phone number."""
    form = _ADDRESS if channel is Channel.EMAIL else _NUMBER
    return form.fullmatch(to) is not None and _CONTROL.search(to) is None


def one_line(text: str) -> str:
    """Return *text* with every control character and line separator replaced by a space."""
    return _CONTROL.sub(" ", text)


def redact(text: str, code: str) -> str:
    """Return *text* with each occurrence of *code* blanked: as it is, as HTML writes it, as a URL writes it."""
    if not code:
        return text
    forms = {code, html.escape(code), urllib.parse.quote(code, safe=""), urllib.parse.quote_plus(code)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, BLANK)
    return text


def redacted(message: StoredMessage) -> StoredMessage:
    """Return *message* without its code: null in `code`, blanked wherever subject and body hold it."""
    code = message.code or ""
    subject = None if message.subject is None else redact(message.subject, code)
    return dataclasses.replace(message, subject=subject, body=redact(message.body, code), code=None)
