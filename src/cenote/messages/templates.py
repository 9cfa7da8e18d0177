"""
Templates: from a pool's settings and a code to a Message.

Placeholders are Cognito's: `{####}` (the code or temporary password), `{username}` and `{##words##}` (the verification
link). They are replaced in one pass, so that nothing inside a value is ever expanded again.
Source: Cognito developer guide, "Customizing user pool messages" and "Custom message Lambda trigger".
"""

import dataclasses
import html
import re
from collections.abc import Mapping

from cenote.base.errors import InvalidParameterException
from cenote.messages.plain_text import is_html, text_of
from cenote.model.message import Channel, Message, Purpose, is_recipient, one_line

__all__ = ["Channel", "Message", "Purpose", "Templates", "render", "templates_of", "with_custom_message"]

CONFIRM_WITH_CODE = "CONFIRM_WITH_CODE"
CONFIRM_WITH_LINK = "CONFIRM_WITH_LINK"
# In characters, as the model of CreateUserPool bounds a pool's own texts.
MAX_SUBJECT_LENGTH = 140
MAX_EMAIL_LENGTH = 20_000
MAX_SMS_LENGTH = 140

_PLACEHOLDER = re.compile(r"\{####\}|\{username\}|\{##(?P<words>.{1,200}?)##\}", re.DOTALL)
_BY_LINK = frozenset(
    {Purpose.SIGN_UP, Purpose.RESEND_CODE, Purpose.UPDATE_USER_ATTRIBUTE, Purpose.VERIFY_USER_ATTRIBUTE}
)


@dataclasses.dataclass(frozen=True, slots=True)
class Templates:
    """What a pool's messages say; the defaults are Cognito's own texts."""

    email_subject: str = "Your verification code"
    email_body: str = "Your confirmation code is {####}"
    sms_body: str = "Your verification code is {####}. "
    link_subject: str = "Your verification link"
    link_body: str = "Please click the link below to verify your email address. {##Verify Email##} "
    email_option: str = CONFIRM_WITH_CODE
    invite_email_subject: str = "Your temporary password"
    invite_email_body: str = "Your username is {username} and temporary password is {####}."
    invite_sms_body: str = "Your username is {username} and temporary password is {####}."
    authentication_email_subject: str = "Your authentication code"
    authentication_email_body: str = "Your authentication code is {####}"
    authentication_sms_body: str = "Your authentication code is {####}. "

    def is_by_link(self, purpose: Purpose) -> bool:
        """Return whether e-mail for *purpose* carries a link in the place of a code."""
        return self.email_option == CONFIRM_WITH_LINK and purpose in _BY_LINK

    def sms_of(self, purpose: Purpose) -> str:
        """Return the SMS template for *purpose*."""
        if purpose is Purpose.ADMIN_CREATE_USER:
            return self.invite_sms_body
        return self.authentication_sms_body if purpose is Purpose.AUTHENTICATION else self.sms_body

    def email_of(self, purpose: Purpose, *, by_link: bool) -> tuple[str, str]:
        """Return the e-mail template for *purpose* as (subject, body)."""
        if purpose is Purpose.ADMIN_CREATE_USER:
            return self.invite_email_subject, self.invite_email_body
        if purpose is Purpose.AUTHENTICATION:
            return self.authentication_email_subject, self.authentication_email_body
        return (self.link_subject, self.link_body) if by_link else (self.email_subject, self.email_body)


def templates_of(pool_document: Mapping[str, object]) -> Templates:
    """
    Read the templates of a pool from its document, which keeps AWS's member names.

    VerificationMessageTemplate wins over the older members of the same meaning; an absent or empty member leaves
    Cognito's default.
    """
    verification = _section(pool_document, "VerificationMessageTemplate")
    invite = _section(_section(pool_document, "AdminCreateUserConfig"), "InviteMessageTemplate")
    email_mfa = _section(pool_document, "EmailMfaConfiguration")
    sms_mfa = _section(pool_document, "SmsMfaConfiguration")
    given = {
        "email_subject": verification.get("EmailSubject") or pool_document.get("EmailVerificationSubject"),
        "email_body": verification.get("EmailMessage") or pool_document.get("EmailVerificationMessage"),
        "sms_body": verification.get("SmsMessage") or pool_document.get("SmsVerificationMessage"),
        "link_subject": verification.get("EmailSubjectByLink"),
        "link_body": verification.get("EmailMessageByLink"),
        "email_option": verification.get("DefaultEmailOption"),
        "invite_email_subject": invite.get("EmailSubject"),
        "invite_email_body": invite.get("EmailMessage"),
        "invite_sms_body": invite.get("SMSMessage"),
        "authentication_email_subject": email_mfa.get("Subject"),
        "authentication_email_body": email_mfa.get("Message"),
        "authentication_sms_body": (
            sms_mfa.get("SmsAuthenticationMessage") or pool_document.get("SmsAuthenticationMessage")
        ),
    }
    return Templates(**{name: text for name, text in given.items() if isinstance(text, str) and text})


def with_custom_message(
    templates: Templates,
    purpose: Purpose,
    *,
    email_subject: str | None = None,
    email_message: str | None = None,
    sms_message: str | None = None,
) -> Templates:
    """
    Return *templates* with what a CustomMessage trigger answered for *purpose*.

    A message without its code (or link, where the pool confirms by link) is passed over, and so is an invitation without the user's name
    and whatever is longer than Cognito sends: the pool's own text is sent then. The subject needs neither.
    """
    prefix = {Purpose.ADMIN_CREATE_USER: "invite_", Purpose.AUTHENTICATION: "authentication_"}.get(purpose, "")
    by_link = templates.is_by_link(purpose)
    changes: dict[str, str] = {}
    if email_subject and len(email_subject) <= MAX_SUBJECT_LENGTH:
        changes[f"{prefix}email_subject"] = email_subject
        if by_link:
            changes["link_subject"] = email_subject
    if email_message and len(email_message) <= MAX_EMAIL_LENGTH:
        if _has_code(email_message, purpose):
            changes[f"{prefix}email_body"] = email_message
        if by_link and any(found[0] != "{username}" for found in _PLACEHOLDER.finditer(email_message)):
            changes["link_body"] = email_message
    if sms_message and len(sms_message) <= MAX_SMS_LENGTH and _has_code(sms_message, purpose):
        changes[f"{prefix}sms_body"] = sms_message
    return dataclasses.replace(templates, **changes)


def render(
    templates: Templates,
    purpose: Purpose,
    channel: Channel,
    to: str,
    *,
    code: str,
    username: str,
    link: str | None = None,
) -> Message:
    """
    Render the message for *purpose*; *link* is the verification link and is used where the pool confirms by link.

    Values are HTML-escaped in the HTML part and are single lines everywhere.
    Raises InvalidParameterException when *to* is not one address or one number.
    """
    if not is_recipient(channel, to):
        kind = "email address" if channel is Channel.EMAIL else "phone number"
        raise InvalidParameterException(f"Invalid {kind} format.")
    code, username = one_line(code), one_line(username)
    if channel is Channel.SMS:
        body = _filled(templates.sms_of(purpose), code, username, link)
        return Message(channel, to, None, body, None, code, purpose)
    by_link = link is not None and templates.is_by_link(purpose)
    subject, body = templates.email_of(purpose, by_link=by_link)
    return Message(
        channel=channel,
        to=to,
        subject=one_line(_filled(subject, code, username, None)),
        body=_filled(text_of(body), code, username, link),
        html=_filled_html(body, code, username, link),
        code=code,
        purpose=purpose,
    )


def _section(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = document.get(name)
    return section if isinstance(section, Mapping) else {}


def _has_code(text: str, purpose: Purpose) -> bool:
    return "{####}" in text and (purpose is not Purpose.ADMIN_CREATE_USER or "{username}" in text)


def _filled(template: str, code: str, username: str, link: str | None) -> str:
    def value_of(found: re.Match[str]) -> str:
        words = found["words"]
        if words is None:
            return code if found[0] == "{####}" else username
        return words if link is None else f"{words} ({link})"

    return _PLACEHOLDER.sub(value_of, template)


def _filled_html(template: str, code: str, username: str, link: str | None) -> str:
    def value_of(found: re.Match[str]) -> str:
        words = found["words"]
        if words is None:
            return html.escape(code if found[0] == "{####}" else username)
        return words if link is None else f'<a href="{html.escape(link)}">{words}</a>'

    # A template without tags was typed as text: its line breaks are meant to be seen.
    source = template if is_html(template) else template.replace("\n", "<br>\n")
    return _PLACEHOLDER.sub(value_of, source)
