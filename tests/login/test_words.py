"""The languages of the pages: which one a visit is in, that every sentence is there in all of them, and what faults are called."""

import gettext
import runpy
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string

from cenote.base import errors
from cenote.base.errors import Fault
from cenote.login import words
from cenote.login.words import LANGUAGES, negotiated, sentence_of, translations_of
from harness.hosted import make_app
from harness.in_process import InProcess
from harness.pages import managed
from harness.people import PASSWORD
from harness.visitor import Visitor

OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH = gettext.NullTranslations()


@pytest.fixture
def engine() -> str:
    """Pages hang on no engine."""
    return "sqlite"


@pytest.fixture(scope="module")
def messages() -> dict[str, Any]:
    """What spec/messages.py defines."""
    return runpy.run_path(str(Path(__file__).parents[2] / "spec" / "messages.py"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_the_pages_is_translated(messages: dict[str, Any], language: str) -> None:
    """`python spec/messages.py` adds what is missing; then translate it."""
    assert [] == messages["faults_of"](language)


def test_the_script_knows_the_languages_of_the_pages(messages: dict[str, Any]) -> None:
    assert OTHERS == list(messages["LANGUAGES"])


def test_sentences_are_found_in_templates_and_in_modules(messages: dict[str, Any]) -> None:
    said = messages["said"]()
    for each in ("Have an account already?", "Sign up", "First name", "Incorrect username or password."):
        assert each in said
    assert ("At least %(number)s character", "At least %(number)s characters") in said


@pytest.mark.parametrize(
    ("given", "remembered", "accepted", "expected"),
    [
        (None, None, None, "en"),
        ("de", "fr", "es", "de"),
        ("xx", "fr", "es", "fr"),
        (None, "xx", "es", "es"),
        ("pt", None, None, "pt-BR"),
        ("pt-PT", None, None, "pt-BR"),
        ("PT_br", None, None, "pt-BR"),
        ("zh", None, None, "zh-CN"),
        ("zh-Hans-SG", None, None, "zh-CN"),
        ("zh-Hant", None, None, "zh-TW"),
        ("zh-HK", None, None, "zh-TW"),
        ("zh-Hans-HK", None, None, "zh-CN"),
        ("de-AT", None, None, "de"),
        ("in", None, None, "id"),
        (None, None, "da, en-GB;q=0.8, nl;q=0.9", "nl"),
        (None, None, "fr;q=0, it;q=0.1", "it"),
        (None, None, "ja ; q=0.5, ko;q=0.5", "ja"),
        (None, None, "*", "en"),
        (None, None, "de;q=2, ,;;, fr;level=1", "en"),
        (None, None, "x" * 100_000 + ",de", "en"),
    ],
)
def test_the_language_is_the_one_that_is_asked_for(
    given: str | None, remembered: str | None, accepted: str | None, expected: str
) -> None:
    assert expected == negotiated(given, remembered, accepted)


@pytest.mark.parametrize("language", OTHERS)
def test_catalogues_are_compiled_once_and_have_plurals(language: str) -> None:
    found = translations_of(language)
    assert found is translations_of(language)
    for number in (1, 8):
        said = found.ngettext("At least %(number)s character", "At least %(number)s characters", number)
        assert str(number) in said % {"number": number}
        assert not said.startswith("At least")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (errors.NotAuthorizedException("Incorrect username or password."), "Benutzername oder Passwort ist falsch."),
        (errors.CodeMismatchException("whatever"), "Der Code ist nicht richtig. Bitte überprüfen Sie ihn und versuchen Sie es erneut."),
        (errors.ExpiredCodeException("whatever"), "Der Code ist nicht mehr gültig. Bitte fordern Sie einen neuen an."),
        (
            errors.InvalidPasswordException("Password did not conform with policy: Password not long enough"),
            "Das Passwort ist zu kurz.",
        ),
        (
            errors.InvalidParameterException(
                "Attributes did not conform to the schema: name: String attributes cannot have a length of more than 3\n"
            ),
            "name: Höchstens 3 Zeichen.",
        ),
        (
            errors.UserLambdaValidationException("PreSignUp failed with error 100% of them are full."),
            "PreSignUp failed with error 100% of them are full.",
        ),
        (errors.InvalidParameterException("Something: of its own."), "Something: of its own."),
        (errors.InvalidParameterException(""), "Etwas ist schiefgegangen. Bitte versuchen Sie es erneut."),
    ],
)  # fmt: skip
def test_a_fault_is_said_plainly_in_the_language_of_the_visit(fault: Fault, said: str) -> None:
    assert said == sentence_of(fault, translations_of("de"))


def test_what_several_attributes_lack_is_said_of_each() -> None:
    fault = errors.InvalidParameterException(
        "Attributes did not conform to the schema: name: The attribute is required\ncustom:x: Number attributes must be numbers.\n"
    )
    expected = {"name": "Please fill in this field.", "custom:x": "Please enter a number."}
    assert expected == words.faults.attributes_of(fault, ENGLISH)


def test_threads_speak_each_their_own_language() -> None:
    app = Flask(__name__)
    words.teach(app.jinja_env)
    everybody = threading.Barrier(4)
    said: dict[str, list[str]] = {}

    def visit(language: str) -> None:
        with app.test_request_context("/"):
            for _ in range(20):
                words.speak(translations_of(language))
                everybody.wait(timeout=30)
                text = render_template_string("{{ _('Sign in') }} {{ _('Continue as %(name)s', name='<b>') }}")
                said.setdefault(language, []).append(text)

    threads = [threading.Thread(target=visit, args=(language,)) for language in ("en", "de", "fr", "ja")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {
        "en": ["Sign in Continue as &lt;b&gt;"] * 20,
        "de": ["Anmelden Weiter als &lt;b&gt;"] * 20,
        "fr": ["Se connecter Continuer en tant que &lt;b&gt;"] * 20,
        "ja": ["サインイン &lt;b&gt; として続行"] * 20,
    } == said


def test_the_query_chooses_the_language_and_the_cookie_keeps_it(in_process: InProcess) -> None:
    visitor = Visitor(managed(make_app(in_process)), accept_language="es")
    visitor.open("/signup")
    assert ("Registrarse", "es", None) == (
        visitor.heading, visitor.document.get("lang"), visitor.cookies.get("lang")
    )  # fmt: skip
    visitor.open("/signup", lang="zh-HK")
    assert ("註冊", "zh-TW", "zh-TW") == (visitor.heading, visitor.document.get("lang"), visitor.cookies["lang"])
    visitor.open("/signup")
    assert "註冊" == visitor.heading
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD, confirmPassword=PASSWORD)
    assert "確認您的帳戶" == visitor.heading


def test_classic_pages_are_english(in_process: InProcess) -> None:
    visitor = Visitor(make_app(in_process), accept_language="de")
    visitor.open("/signup", lang="de")
    assert ("Sign up", "en", None) == (visitor.heading, visitor.document.get("lang"), visitor.cookies.get("lang"))


@pytest.mark.parametrize("language", OTHERS)
def test_the_form_speaks_every_language(in_process: InProcess, language: str) -> None:
    visitor = Visitor(managed(make_app(in_process)))
    visitor.open("/signup", lang=language)
    assert (200, language) == (visitor.status, visitor.document.get("lang"))
    assert "Sign up" != visitor.heading
    visitor.submit(username="ada", attribute__email="ada@example.com", password="x", confirmPassword="x")
    assert 400 == visitor.status
    assert translations_of(language).gettext("The password is too short.") == visitor.error_of("password")
