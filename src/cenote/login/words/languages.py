"""
Which of the languages a visit is in.

Source: developer guide, "Managed login localization"; RFC 9110, section 12.5.4; RFC 4647, section 3.4.
"""

import re

ENGLISH = "en"
# Each by its own name, and as the links of terms documents call it (API_TermsType).
LANGUAGES = {
    ENGLISH: "english",
    "de": "german",
    "es": "spanish",
    "fr": "french",
    "id": "bahasa-indonesia",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "nl": "dutch",
    "pt-BR": "portuguese-brazil",
    "zh-CN": "chinese-simplified",
    "zh-TW": "chinese-traditional",
}
_BY_TAG = {language.lower(): language for language in LANGUAGES}
# Indonesian was called otherwise once, and there is one Portuguese for everybody who reads it.
_BY_PRIMARY = _BY_TAG | {"in": "id", "pt": "pt-BR", "zh": "zh-CN"}
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
# No browser sends more; what lies beyond is not read.
_MAX_CHARS, _MAX_RANGES = 1000, 30
_WEIGHT = re.compile(r"q=(?P<q>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def negotiated(given: str | None, remembered: str | None, accepted: str | None) -> str:
    """The language of a visit: as *given* in the query, else as *remembered* by the cookie, else as the browser accepts it."""
    return known(given) or known(remembered) or _first_known(accepted or "") or ENGLISH


def known(tag: str | None) -> str | None:
    """The language for a tag such as `pt`, `de-AT` or `zh-Hant-HK`; None where there is none for it."""
    parts = (tag or "")[:_MAX_CHARS].strip().replace("_", "-").lower().split("-")
    exact = _BY_TAG.get("-".join(parts))
    if exact is not None:
        return exact
    if parts[0] == "zh" and _TRADITIONAL & set(parts) and "hans" not in parts:
        return "zh-TW"
    return _BY_PRIMARY.get(parts[0])


def _first_known(accepted: str) -> str | None:
    """The language that an Accept-Language header weighs the most, the first of equals."""
    best: str | None = None
    highest = 0.0
    for written in accepted[:_MAX_CHARS].split(",")[:_MAX_RANGES]:
        tag, *parameters = (part.strip() for part in written.split(";"))
        weight = _weight_of(parameters)
        language = known(tag)
        if language is not None and weight > highest:
            best, highest = language, weight
    return best


def _weight_of(parameters: list[str]) -> float:
    if not parameters:
        return 1.0
    found = _WEIGHT.fullmatch(parameters[0])
    return float(found["q"]) if found is not None else 0.0
