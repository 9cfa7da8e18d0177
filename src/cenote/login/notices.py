"""
What one page leaves for the next to say, such as "Your password has been changed." at the sign-in page.

It lies in `page-data`, so that no link can put words into the page's mouth: a page that keeps nothing else calls `leave`, and the one
that shows it calls `taken`.
"""

from cenote.login.visit import Visit
from cenote.login.words import msgid

CONFIRMED = "confirmed"
PASSWORD_CHANGED = "password_changed"
_TEXTS = {
    CONFIRMED: msgid("Your account is confirmed. You can sign in now."),
    PASSWORD_CHANGED: msgid("Your password has been changed. You can sign in now."),
}
_KEY = "notice"
NEW_CODE = msgid("A new code has been sent.")


def leave(visit: Visit, notice: str) -> None:
    """Let the next page say *notice*."""
    visit.keep({_KEY: notice})


def taken(visit: Visit) -> str:
    """What the page before left to be said, which is said once; nothing else is left of it."""
    text = _TEXTS.get(visit.kept.get(_KEY, "")) if isinstance(visit.kept, dict) else None
    if text is None:
        return ""
    visit.forget()
    return visit.say(text)
