"""
Bring the catalogues of the login pages up to date with the sentences in their templates and modules.

    python spec/messages.py            add what a catalogue lacks, untranslated, and take out what no page says any more
    python spec/messages.py --check    only say what is missing, left over, untranslated or has other placeholders; fails if anything is

A sentence that is added has to be translated by hand in each `src/cenote/login/words/<language>.po`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

LOGIN = Path(__file__).parent.parent / "src" / "cenote" / "login"
WORDS = LOGIN / "words"
LANGUAGES = ("de", "es", "fr", "id", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW")
KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "msgid": None, "say": None}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
_STRAY = re.compile(r"%(?!\(\w+\)s)")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_HEADER = """\
# The login pages in {name}: see words/__init__.py.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
_WIDTH = 120

# What a catalogue is asked for: a sentence, or its singular and plural.
MessageId = str | tuple[str, ...]


def said() -> dict[MessageId, None]:
    """Every sentence of the pages, in the order of their files."""
    found: dict[MessageId, None] = {}
    for path in sorted(LOGIN.rglob("*")):
        method = METHODS.get(path.suffix)
        if method is None:
            continue
        with path.open("rb") as source:
            found |= dict.fromkeys(_said_in(source, method))
    return found


def _said_in(source: IO[bytes], method: str) -> Iterator[MessageId]:
    options = {"encoding": "utf-8", "newstyle_gettext": "true"}
    for _line, words, _comments, _context in extract(method, source, keywords=KEYWORDS, options=options):
        yield tuple(word for word in words if word) if isinstance(words, tuple) else words


def catalogue(language: str) -> Catalog:
    """The catalogue of *language* as it stands; an empty one where there is none."""
    locale, path = Locale.parse(language, sep="-"), WORDS / f"{language}.po"
    if not path.exists():
        return Catalog(locale)
    with path.open("rb") as source:
        return read_po(source, locale=locale)


def faults_of(language: str) -> list[str]:
    """What is wrong with the catalogue of *language*, a sentence for each fault."""
    present, wanted = catalogue(language), said()
    known = {message.id: message for message in present if message.id}
    faults = [f"{language}: lacks {each!r}" for each in wanted if each not in known]
    for name, message in known.items():
        if name not in wanted:
            faults.append(f"{language}: nobody says {name!r}")
        faults += [f"{language}: {fault}: {name!r}" for fault in _faults_in(message, present.num_plurals)]
    return faults


def _faults_in(message: Message, plurals: int) -> Iterator[str]:
    told = message.string if isinstance(message.string, tuple) else (message.string,)
    asked = message.id if isinstance(message.id, tuple) else (message.id,)
    if message.fuzzy:
        yield "is fuzzy"
    if len(told) != (plurals if len(asked) > 1 else 1) or not all(told):
        yield "is not translated"
    elif any(_placeholders(each) != _placeholders(asked[-1]) for each in told):
        yield "has other placeholders"
    elif any(_STRAY.search(each) for each in told):
        yield "has a per cent sign that breaks it when it is filled"


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def bring_up_to_date(language: str) -> None:
    """Write the catalogue of *language* anew, with every sentence that is said and no other."""
    present, locale = catalogue(language), Locale.parse(language, sep="-")
    written = Catalog(locale, fuzzy=False)
    for name in said():
        known = present.get(name[0] if isinstance(name, tuple) else name)
        written.add(name, known.string if known is not None and known.id == name else None)
    # Babel's own header has the hour in it, and blanks for names that nobody fills in.
    header = _HEADER.format(name=locale.get_display_name("en"), language=language, plural_forms=written.plural_forms)
    with (WORDS / f"{language}.po").open("wb") as target:
        target.write(header.encode())
        write_po(target, written, width=_WIDTH, omit_header=True, no_location=True)


def main() -> int:
    """Bring up to date, or check."""
    if "--check" not in sys.argv[1:]:
        for language in LANGUAGES:
            bring_up_to_date(language)
    faults = [fault for language in LANGUAGES for fault in faults_of(language)]
    print("\n".join(faults) or "The login pages are translated.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
