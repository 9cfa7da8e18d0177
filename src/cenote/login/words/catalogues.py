"""
The catalogues: gettext's files, compiled in memory, and how the templates of one application speak the language of each visit.

Source: GNU gettext manual, "The Format of PO Files"; Jinja documentation, "i18n Extension".
"""

import gettext
import io
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g
from jinja2 import Environment

from cenote.login.words.languages import ENGLISH, LANGUAGES

_ROOT = files("cenote.login.words")


def msgid(text: str) -> str:
    """*text* itself: it marks a sentence that is translated where it is said."""
    return text


@lru_cache(maxsize=len(LANGUAGES))
def translations_of(language: str) -> gettext.NullTranslations:
    """The sentences of *language*, one of LANGUAGES; English ones stand for themselves."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    with (_ROOT / f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=Locale.parse(language, sep="-"))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def teach(environment: Environment) -> None:
    """Let the templates of *environment* say `_` and `ngettext` in the language of the request at hand, on every thread in its own."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]


def speak(translations: gettext.NullTranslations) -> None:
    """Let the templates of this request speak by *translations*."""
    g.translations = translations


def _gettext(text: str) -> str:
    spoken: gettext.NullTranslations = g.translations
    return spoken.gettext(text)


def _ngettext(singular: str, plural: str, number: int) -> str:
    spoken: gettext.NullTranslations = g.translations
    return spoken.ngettext(singular, plural, number)
