"""What users and files are called cannot steer the terminal of who lists them."""

import json
from pathlib import Path

from cenote.cli.failures import CommandError, line_of
from cenote.cli.terminal import REPLACEMENT, escaped, printable
from cenote.flows.services import Services
from flows import crowds
from harness.command_line import Typed

# Clears the screen, by C0 and by C1; sets the title; goes back to the line's beginning; DEL; turns the direction of writing.
STEERING = "\x1b[2J\x9b2J\x1b]0;x\x07\r\n\x7f\u202e"
NAME = f"e{STEERING}ve"


def is_harmless(said: str) -> bool:
    return all(each.isprintable() for line in said.split("\n") for each in line.split("\t"))


def test_what_is_not_printable_is_replaced_and_the_rest_stays() -> None:
    assert printable("Ünïcode 日本 🦊") == "Ünïcode 日本 🦊"
    assert printable("a\x1bb\x9bc\nd\ud800") == f"a{REPLACEMENT}b{REPLACEMENT}c{REPLACEMENT}d{REPLACEMENT}"


def test_escaped_json_says_the_same() -> None:
    document = {"name": f"{STEERING}Ü🦊\U000e0001\u2028"}
    said = escaped(json.dumps(document, ensure_ascii=False))
    assert said.isprintable()
    assert "Ü🦊" in said
    assert document == json.loads(said)


def test_a_failure_s_line_cannot_steer_either() -> None:
    assert line_of(CommandError(f"no {NAME}")).isprintable()


def test_names_and_values_of_users_are_shown_without_what_steers(services: Services, typed: Typed) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [(NAME, {"name": STEERING})])
    code, out, _ = typed("users", pool.pool_id)
    assert (0, True, 1) == (code, is_harmless(out), out.count("\n"))
    code, out, _ = typed("users", pool.pool_id, "--json")
    assert (0, True, 1) == (code, is_harmless(out), out.count("\n"))
    shown = json.loads(out)
    assert NAME == shown["Username"]
    assert {"Name": "name", "Value": STEERING} in shown["Attributes"]


def test_examples_of_what_would_break_are_shown_without_what_steers(services: Services, typed: Typed) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [(NAME, {})])
    code, out, _ = typed("alter", pool.pool_id, "--require", "name")
    assert code == 0
    assert f"    {printable(NAME)}\n" in out
    assert is_harmless(out)


def test_the_columns_of_a_file_are_told_without_what_steers(services: Services, typed: Typed, tmp_path: Path) -> None:
    pool = crowds.new_pool(services, AutoVerifiedAttributes=["email"])
    (tmp_path / "users.csv").write_text("\x1b[2Jusername\x9b,x\n")
    code, out, _ = typed("import-users", pool.pool_id, "users.csv")
    assert code == 1
    assert "username" in out
    assert is_harmless(out)


def test_what_an_import_of_a_pool_refuses_is_told_without_what_steers(
    services: Services, typed: Typed, tmp_path: Path
) -> None:
    header = {"pool_id": "x", "account_id": "", "region": "", "exported_at_ms": 1, "made_by": "", "rows": {}}
    lines = [{"cenote-pool": {"version": 1, **header}}, {NAME: {}}]
    (tmp_path / "pool").write_text("".join(json.dumps(line) + "\n" for line in lines))
    code, out, said = typed("import", "pool")
    assert (1, "") == (code, out)
    assert f"e{REPLACEMENT}[2J" in said
    assert is_harmless(said)
    assert services.settings.is_embedded
