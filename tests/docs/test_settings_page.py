"""docs/settings.md beside base/settings.py, and every mention of a setting elsewhere beside it."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from cenote.base.secret import Secret
from cenote.base.setting_values import LISTS
from cenote.base.settings import CONFIG, PARSERS, PREFIX, load
from docs.pages import blocks_of, pages, rows_of, section_of, text_of

# Where a default depends on another setting the page writes that setting in braces.
DERIVED = {
    "database_url": "sqlite:///{data}/cenote.db",
    "master_key_file": "{data}/master.key",
    "public_url": "http://localhost:{port}",
}


def _page() -> dict[str, str]:
    rows = {cells[0].strip("`"): cells[1].strip("`") for cells in rows_of(text_of("docs/settings.md"))}
    return {name.removeprefix(PREFIX).lower(): default for name, default in rows.items() if name.startswith(PREFIX)}


def _shown(value: object) -> str:
    if value in (None, ()):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _values() -> dict[str, object]:
    """Every setting's default by its name, those of quotas and rates included."""
    defaults = load({}, None)
    nested = {"quota": defaults.quotas, "rate": defaults.rates, "function": defaults.functions}
    inner = {
        f"{kind}_{each.name}": getattr(record, each.name) for kind, record in nested.items() for each in fields(record)
    }
    return inner | {name: getattr(defaults, name) for name in PARSERS if name not in inner}


def test_the_page_names_every_setting_and_no_other() -> None:
    assert set(PARSERS) == set(_page())


def test_the_page_gives_every_default() -> None:
    defaults = _values()
    expected = {name: DERIVED.get(name) or _shown(defaults[name]) for name in PARSERS}
    assert expected == _page()


def test_a_derived_default_is_what_the_page_says() -> None:
    data, port = Path("state"), 4711
    chosen = load({"CENOTE_DATA": str(data), "CENOTE_PORT": str(port)}, None)
    for name, written in DERIVED.items():
        assert written.format(data=data, port=port) == str(getattr(chosen, name))


def test_the_page_names_every_choice_of_a_setting() -> None:
    meanings = {cells[0].strip("`"): cells[2] for cells in rows_of(text_of("docs/settings.md"))}
    for name in ("mode", "log_format", "log_level", "message_delivery"):
        assert set(LISTS[name]) == set(re.findall(r"`(\w+)`", meanings[PREFIX + name.upper()]))


def test_the_example_file_is_one_that_cenote_reads(tmp_path: Path) -> None:
    example = next(block for block in blocks_of(text_of("docs/settings.md")) if block.language == "toml")
    file = tmp_path / "cenote.toml"
    file.write_text(example.text, encoding="utf-8")
    settings = load({}, file)
    assert {name: getattr(settings, name) for name in tomllib.loads(example.text)} == tomllib.loads(example.text)


def test_every_variable_that_any_page_mentions_exists() -> None:
    known = {PREFIX + name.upper() for name in PARSERS} | {CONFIG}
    for page in pages():
        mentioned = set(re.findall(r"\bCENOTE_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
        assert mentioned <= known, page.name


def test_the_readmes_production_settings_are_ones_that_cenote_takes() -> None:
    block = next(each for each in blocks_of(section_of(text_of("README.md"), "In production")) if "export" in each.text)
    environ = dict(re.findall(r"^export (CENOTE_\w+)=(\S+)", block.text, re.MULTILINE))
    environ["CENOTE_MASTER_KEY"] = "5e" * 32
    settings = load({name: text.strip("'\"") for name, text in environ.items()}, None)
    assert not settings.is_development
    assert settings.sends_messages
    assert not settings.is_embedded
    assert isinstance(settings.smtp_url, Secret)
    assert settings.public_url == "https://auth.example.com"
