"""
The languages of the pages: which one a visit is in, and what its sentences are.

English sentences stand in the templates (`_('Sign in')`) and, in Python, in `msgid("…")` or `visit.say("…")`; the other languages are
gettext catalogues beside this file (`<language>.po`), compiled in memory when a language is first asked for. `languages` chooses one,
`catalogues` reads it and lets templates speak it, `faults` puts what a flow refuses into a plain sentence, `attributes` names what people
tell of themselves. `python spec/messages.py` adds the sentences that a catalogue lacks; a test fails until they are translated.

Nothing here decides anything but words.
"""

from cenote.login.words.catalogues import msgid, speak, teach, translations_of
from cenote.login.words.faults import sentence_of
from cenote.login.words.languages import ENGLISH, LANGUAGES, known, negotiated

__all__ = ["ENGLISH", "LANGUAGES", "known", "msgid", "negotiated", "sentence_of", "speak", "teach", "translations_of"]
