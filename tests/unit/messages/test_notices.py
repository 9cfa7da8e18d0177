"""Notices: placeholders of threat protection's e-mails."""

import pytest

from cenote.messages.notices import NoticeTemplate, render_notice
from cenote.model.message import Purpose

VALUES = {"username": "<b>ada</b>", "ip-address": "192.0.2.1", "event-id": "{username}", "city": "two\nlines"}


def test_values_are_text_in_html_and_one_line_everywhere() -> None:
    template = NoticeTemplate("{username} {city}", "<p>{username} {city}</p>", "{username} {city}")
    message = render_notice(template, "ada@example.com", VALUES)
    assert "<b>ada</b> two lines" == message.subject == message.body
    assert "<p>&lt;b&gt;ada&lt;/b&gt; two lines</p>" == message.html
    assert Purpose.ACCOUNT_TAKEOVER_NOTIFICATION is message.purpose


def test_nothing_inside_a_value_is_expanded_and_what_is_unknown_stays() -> None:
    message = render_notice(NoticeTemplate("s", "", "{event-id} {unknown} {####}"), "ada@example.com", VALUES)
    assert "{username} {unknown} {####}" == message.body


def test_a_text_alone_and_html_alone_each_make_the_other() -> None:
    of_text = render_notice(NoticeTemplate("s", "", "1 < 2\n{ip-address}"), "ada@example.com", VALUES)
    assert "1 &lt; 2<br>\n192.0.2.1" == of_text.html
    of_html = render_notice(NoticeTemplate("s", "<p>from {ip-address}</p>", ""), "ada@example.com", VALUES)
    assert "from 192.0.2.1" == of_html.body.strip()


def test_a_pool_without_words_has_words_of_ours() -> None:
    message = render_notice(NoticeTemplate(), "ada@example.com", VALUES)
    assert "New sign-in attempt" == message.subject
    assert "192.0.2.1" in message.body


def test_it_goes_to_one_address() -> None:
    with pytest.raises(ValueError, match="one recipient"):
        render_notice(NoticeTemplate(), "ada@example.com, eve@example.com", VALUES)
