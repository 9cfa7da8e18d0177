"""Rendering: Cognito's placeholders and defaults, and nothing smuggled in by a value."""

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.messages.templates import Channel, Message, Purpose, Templates, render, templates_of, with_custom_message


def _email(templates: Templates, purpose: Purpose = Purpose.SIGN_UP, **values: str) -> Message:
    given = {"code": "123456", "username": "ana"} | values
    return render(templates, purpose, Channel.EMAIL, "ana@example.com", **given)


def _sms(templates: Templates, purpose: Purpose, code: str = "123456") -> Message:
    return render(templates, purpose, Channel.SMS, "+15555550100", code=code, username="ana")


@pytest.mark.parametrize(
    ("purpose", "subject", "body"),
    [
        (Purpose.SIGN_UP, "Your verification code", "Your confirmation code is 123456"),
        (Purpose.FORGOT_PASSWORD, "Your verification code", "Your confirmation code is 123456"),
        (Purpose.AUTHENTICATION, "Your authentication code", "Your authentication code is 123456"),
        (
            Purpose.ADMIN_CREATE_USER,
            "Your temporary password",
            "Your username is ana and temporary password is 123456.",
        ),
    ],
)
def test_a_pool_without_templates_mails_cognitos_own_words(purpose: Purpose, subject: str, body: str) -> None:
    message = _email(templates_of({}), purpose)

    assert (subject, body, body) == (message.subject, message.body, message.html)


def test_a_pool_without_templates_texts_cognitos_own_words() -> None:
    assert "Your verification code is 123456. " == _sms(Templates(), Purpose.SIGN_UP).body
    assert "Your authentication code is 123456. " == _sms(Templates(), Purpose.AUTHENTICATION).body
    assert "Your username is ana and temporary password is 123456." == _sms(Templates(), Purpose.ADMIN_CREATE_USER).body


def test_an_sms_has_neither_subject_nor_html() -> None:
    message = _sms(Templates(), Purpose.SIGN_UP)

    assert (None, None) == (message.subject, message.html)


def test_templates_are_read_from_the_pools_own_members() -> None:
    document = {
        "EmailVerificationSubject": "old subject",
        "EmailVerificationMessage": "old {####}",
        "SmsVerificationMessage": "sms {####}",
        "SmsAuthenticationMessage": "mfa {####}",
        "VerificationMessageTemplate": {
            "EmailMessage": "new {####}",
            "EmailSubjectByLink": "link subject",
            "EmailMessageByLink": "{##go##}",
            "DefaultEmailOption": "CONFIRM_WITH_LINK",
        },
        "AdminCreateUserConfig": {
            "InviteMessageTemplate": {
                "EmailSubject": "hello",
                "EmailMessage": "{username} {####}",
                "SMSMessage": "s {username} {####}",
            }
        },
        "EmailMfaConfiguration": {"Subject": "mfa subject", "Message": "mail {####}"},
    }

    expected = Templates(
        email_subject="old subject",
        email_body="new {####}",
        sms_body="sms {####}",
        link_subject="link subject",
        link_body="{##go##}",
        email_option="CONFIRM_WITH_LINK",
        invite_email_subject="hello",
        invite_email_body="{username} {####}",
        invite_sms_body="s {username} {####}",
        authentication_email_subject="mfa subject",
        authentication_email_body="mail {####}",
        authentication_sms_body="mfa {####}",
    )
    assert expected == templates_of(document)


def test_empty_and_misshapen_members_leave_the_defaults() -> None:
    document = {"EmailVerificationSubject": "", "VerificationMessageTemplate": None, "SmsVerificationMessage": 7}

    assert Templates() == templates_of(document)


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    message = _email(Templates(), Purpose.ADMIN_CREATE_USER, username="<b>ana</b>", code="a&b'\"<c>")

    assert "Your username is <b>ana</b> and temporary password is a&b'\"<c>." == message.body
    assert (
        "Your username is &lt;b&gt;ana&lt;/b&gt; and temporary password is a&amp;b&#x27;&quot;&lt;c&gt;."
        == message.html
    )


def test_a_value_is_never_expanded_again() -> None:
    message = _email(Templates(), Purpose.ADMIN_CREATE_USER, username="{####}{##x##}", code="{username}")

    assert "Your username is {####}{##x##} and temporary password is {username}." == message.body


def test_a_line_break_in_a_value_cannot_begin_a_header() -> None:
    templates = Templates(invite_email_subject="For {username}\r\nX-Own: 1")

    message = _email(templates, Purpose.ADMIN_CREATE_USER, username="ana\r\nBcc: eve@example.com\u2028x")

    assert "For ana  Bcc: eve@example.com x  X-Own: 1" == message.subject
    assert "\r" not in message.body
    assert "\n" not in message.body


@pytest.mark.parametrize(
    "to",
    ["", "ana", "ana@example.com\r\nBcc: eve@example.com", "a@b.c,eve@example.com", "Ana <a@b.c>", "a@b@c", "a@b.c\0"],
)
def test_a_recipient_that_is_not_one_address_is_refused(to: str) -> None:
    with pytest.raises(InvalidParameterException, match=r"Invalid email address format\."):
        render(Templates(), Purpose.SIGN_UP, Channel.EMAIL, to, code="1", username="ana")


@pytest.mark.parametrize("to", ["", "ana", "+1 555", "+1555\n", "+1555,+1556"])
def test_a_recipient_that_is_not_one_number_is_refused(to: str) -> None:
    with pytest.raises(InvalidParameterException, match=r"Invalid phone number format\."):
        render(Templates(), Purpose.SIGN_UP, Channel.SMS, to, code="1", username="ana")


def test_a_message_record_refuses_a_second_line_in_its_headers() -> None:
    with pytest.raises(ValueError, match="one recipient"):
        Message(Channel.EMAIL, "a@b.c", "s\nBcc: eve@example.com", "b", None, "1", Purpose.SIGN_UP)
    with pytest.raises(ValueError, match="one recipient"):
        Message(Channel.EMAIL, "a@b.c, eve@example.com", "s", "b", None, "1", Purpose.SIGN_UP)


def test_a_pool_that_confirms_by_link_mails_a_link() -> None:
    templates = Templates(email_option="CONFIRM_WITH_LINK")

    message = _email(templates, link="https://auth.example.com/confirmUser?a=1&confirmation_code=123456")

    link = "https://auth.example.com/confirmUser?a=1&confirmation_code=123456"
    assert "Your verification link" == message.subject
    assert f"Please click the link below to verify your email address. Verify Email ({link}) " == message.body
    escaped = link.replace("&", "&amp;")
    expected = f'Please click the link below to verify your email address. <a href="{escaped}">Verify Email</a> '
    assert expected == message.html


@pytest.mark.parametrize("purpose", [Purpose.FORGOT_PASSWORD, Purpose.AUTHENTICATION, Purpose.ADMIN_CREATE_USER])
def test_only_verification_goes_by_link(purpose: Purpose) -> None:
    message = _email(Templates(email_option="CONFIRM_WITH_LINK"), purpose, link="https://x.example/")

    assert "123456" in message.body
    assert "https://x.example/" not in message.body


def test_a_pool_that_confirms_by_code_ignores_a_link() -> None:
    assert "Your confirmation code is 123456" == _email(Templates(), link="https://x.example/").body


def test_an_html_template_gets_a_text_part_of_its_words() -> None:
    template = (
        "<style>p{}</style><h1>Hi  {username}</h1><p>Code &amp; more:\n<b>{####}</b></p>"
        '<a href="https://x.example/?c={####}">Open</a><br>Bye'
    )

    message = _email(Templates(email_body=template), username="a<b")

    assert "Hi a<b\n\nCode & more: 123456\nOpen (https://x.example/?c=123456)\nBye" == message.body
    assert message.html is not None
    assert "<h1>Hi  a&lt;b</h1>" in message.html


def test_a_tag_that_never_ends_is_shown_as_words() -> None:
    assert "Code 123456 <a href=" == _email(Templates(email_body="<p>Code</p> {####} <a href=")).body.replace("\n", " ")


def test_a_template_without_tags_keeps_its_line_breaks() -> None:
    message = _email(Templates(email_body="Hello,\n{####}"))

    assert "Hello,\n123456" == message.body
    assert "Hello,<br>\n123456" == message.html


def test_a_custom_message_takes_the_place_of_the_pools_text_for_its_purpose_alone() -> None:
    changed = with_custom_message(
        Templates(), Purpose.AUTHENTICATION, email_subject="S", email_message="E {####}", sms_message="T {####}"
    )

    message = _email(changed, Purpose.AUTHENTICATION)
    assert ("S", "E 123456") == (message.subject, message.body)
    assert "T 123456" == _sms(changed, Purpose.AUTHENTICATION).body
    assert "Your confirmation code is 123456" == _email(changed).body


@pytest.mark.parametrize(
    ("purpose", "text"),
    [
        (Purpose.SIGN_UP, "no code at all"),
        (Purpose.SIGN_UP, "only {username}"),
        (Purpose.ADMIN_CREATE_USER, "only {####}"),
        (Purpose.ADMIN_CREATE_USER, "only {username}"),
    ],
)
def test_a_custom_message_without_its_placeholders_is_passed_over(purpose: Purpose, text: str) -> None:
    assert Templates() == with_custom_message(Templates(), purpose, email_message=text, sms_message=text)


def test_a_custom_message_longer_than_cognito_sends_is_passed_over() -> None:
    texts = {"email_subject": "s" * 141, "email_message": "{####}".ljust(20_001), "sms_message": "{####}".ljust(141)}
    assert Templates() == with_custom_message(Templates(), Purpose.SIGN_UP, **texts)
    fitting = {name: text[:-1] for name, text in texts.items()}
    changed = with_custom_message(Templates(), Purpose.SIGN_UP, **fitting)
    assert list(fitting.values()) == [changed.email_subject, changed.email_body, changed.sms_body]


def test_a_custom_message_with_a_link_alone_is_none_where_there_are_codes() -> None:
    assert Templates() == with_custom_message(Templates(), Purpose.SIGN_UP, email_message="{##Click Here##}")
    by_link = Templates(email_option="CONFIRM_WITH_LINK")
    changed = with_custom_message(by_link, Purpose.SIGN_UP, email_message="{##Click Here##}")
    assert (by_link.email_body, "{##Click Here##}") == (changed.email_body, changed.link_body)


def test_a_custom_message_replaces_the_link_mail_of_a_pool_that_confirms_by_link() -> None:
    templates = Templates(email_option="CONFIRM_WITH_LINK")

    changed = with_custom_message(templates, Purpose.SIGN_UP, email_subject="S", email_message="{##Click Here##}")

    message = _email(changed, link="https://x.example/")
    assert ("S", "Click Here (https://x.example/)") == (message.subject, message.body)


def test_a_messages_repr_holds_neither_code_nor_body() -> None:
    assert "123456" not in repr(_email(Templates(email_subject="{####}")))
