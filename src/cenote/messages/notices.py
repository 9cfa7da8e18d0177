"""
Notices of threat protection: e-mails that tell of an event and bring no code.

The placeholders are Cognito's, `{ip-address}` and the like, replaced in one pass, so that nothing inside a value is ever expanded again.
What a value says is text: it is escaped in the HTML part and one line everywhere.

Source: API_NotifyEmailType; developer guide, "Adaptive authentication".
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cenote.messages.plain_text import text_of
from cenote.model.message import Channel, Message, Purpose, one_line

_PLACEHOLDER = re.compile(r"\{([a-z][a-z-]{0,40})\}")
_SUBJECT = "New sign-in attempt"
_BODY = (
    "We noticed an unrecognized sign-in to your account with this information:\n"
    "Time: {login-time}\nDevice: {device-name}\nLocation: {city}, {country} ({ip-address})\n"
    "If this was not you, change your password."
)


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """What a pool says; "" for what it leaves to us."""

    subject: str = ""
    html_body: str = ""
    text_body: str = ""


def render_notice(template: NoticeTemplate, to: str, values: Mapping[str, str]) -> Message:
    """The e-mail to *to*; *values* by the names of their placeholders. Raises ValueError when *to* is not one address."""
    text = template.text_body or (text_of(template.html_body) if template.html_body else _BODY)
    source = template.html_body or html.escape(text, quote=False).replace("\n", "<br>\n")
    plain = {name: one_line(value) for name, value in values.items()}
    escaped = {name: html.escape(value) for name, value in plain.items()}
    return Message(
        channel=Channel.EMAIL,
        to=to,
        subject=one_line(_filled(template.subject or _SUBJECT, plain)),
        body=_filled(text, plain),
        html=_filled(source, escaped),
        code="",
        purpose=Purpose.ACCOUNT_TAKEOVER_NOTIFICATION,
    )


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)
