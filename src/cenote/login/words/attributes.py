"""
How people are asked for their attributes: the label of each standard one, and of one that the pool's owner made.

Source: OpenID Connect Core 1.0, section 5.1; HTML, section 4.10.18.7 (autofill).
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cenote.login.words.catalogues import msgid


@dataclass(frozen=True, slots=True)
class Asked:
    """What a field is called, which control it is, what browsers may fill in, and how it is to be written."""

    label: str
    type: str = "text"
    autocomplete: str = ""
    hint: str = ""


ASKED: Mapping[str, Asked] = {
    "name": Asked(msgid("Name"), autocomplete="name"),
    "given_name": Asked(msgid("First name"), autocomplete="given-name"),
    "family_name": Asked(msgid("Last name"), autocomplete="family-name"),
    "middle_name": Asked(msgid("Middle name"), autocomplete="additional-name"),
    "nickname": Asked(msgid("Nickname"), autocomplete="nickname"),
    "preferred_username": Asked(msgid("Preferred username")),
    "email": Asked(msgid("Email address"), "email", "email"),
    "phone_number": Asked(
        msgid("Phone number"), "tel", "tel", msgid("With + and the country code, for example +12065550100.")
    ),
    "birthdate": Asked(msgid("Birthdate"), "date", "bday"),
    "gender": Asked(msgid("Gender"), autocomplete="sex"),
    "address": Asked(msgid("Address"), autocomplete="street-address"),
    "locale": Asked(msgid("Language"), autocomplete="language", hint=msgid("A language code, for example en-US.")),
    "zoneinfo": Asked(msgid("Time zone"), hint=msgid("For example Europe/Paris.")),
    "picture": Asked(msgid("Picture URL"), "url", "photo"),
    "profile": Asked(msgid("Profile URL"), "url"),
    "website": Asked(msgid("Website"), "url", "url"),
    "updated_at": Asked(msgid("Updated at"), "number", hint=msgid("In seconds since 1970.")),
}


def asked_of(name: str, translations: gettext.NullTranslations) -> Asked:
    """How the attribute *name* is asked for, in the language of *translations*; one of the owner's goes by its own name."""
    asked = ASKED.get(name)
    if asked is None:
        return Asked(name.removeprefix("custom:"))
    return replace(
        asked, label=translations.gettext(asked.label), hint=translations.gettext(asked.hint) if asked.hint else ""
    )
