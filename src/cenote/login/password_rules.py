"""
What a new password has to have, as a list that people see and scripts tick off while they type.

The patterns are tried here and by form.js: they mean the same to Python and to JavaScript.
"""

import re

from cenote.login.visit import Visit
from cenote.login.words import msgid

# (text, whether it is met or None while nothing was typed, pattern)
Rule = tuple[str, bool | None, str]

_NO_SPACE = (msgid("No space at the beginning or the end"), r"^[^\s](?:[\s\S]*[^\s])?$")
_LOWERCASE = (msgid("A lowercase letter"), r"[a-z]")
_UPPERCASE = (msgid("An uppercase letter"), r"[A-Z]")
_NUMBER = (msgid("A number"), r"[0-9]")
# The symbols of model.password_policy.
_SYMBOL = (msgid("A special character or a space"), r"""[\^$*.\[\]{}()?\-"!@#%&\/\\,><':;|_~`+= ]""")


def rules_of(visit: Visit, typed: str | None) -> list[Rule]:
    """The rules of the pool's policy, and which of them *typed* meets; None where nothing was typed yet."""
    policy = visit.pool.password_policy
    wanted = (
        (policy.requires_lowercase, _LOWERCASE),
        (policy.requires_uppercase, _UPPERCASE),
        (policy.requires_numbers, _NUMBER),
        (policy.requires_symbols, _SYMBOL),
        (True, _NO_SPACE),
    )
    length = policy.minimum_length
    said = visit.translations.ngettext("At least %(number)s character", "At least %(number)s characters", length)
    rules = [(said % {"number": length}, rf"^[\s\S]{{{length},}}$")]
    rules += [(visit.say(text), pattern) for is_wanted, (text, pattern) in wanted if is_wanted]
    return [(text, _is_met(pattern, typed), pattern) for text, pattern in rules]


def _is_met(pattern: str, typed: str | None) -> bool | None:
    return None if typed is None else re.search(pattern, typed) is not None
