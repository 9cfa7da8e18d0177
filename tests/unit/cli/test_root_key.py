"""`cenote root-key`: rotated, switched off and on again, and what every command says of it meanwhile."""

import io
import shlex
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from cenote.app import Application
from cenote.base.settings import Settings, load
from cenote.cli.banner import show
from cenote.cli.effective import effective_settings
from cenote.flows import deployment
from cenote.flows.services import Services
from cenote.model.iam.entity import EntityKind
from harness import principals
from harness.clock import FakeClock
from harness.command_line import Typed
from harness.in_process import InProcess

ROOT = "arn:aws:iam::000000000000:root"
NOTICE = "The root key is switched off: sign with keys of IAM users, or run cenote root-key on."
NAMED = ("AKIAINTHESETTINGS000", "the/secret/in/the/settings")


@pytest.fixture
def running(services: Services) -> Iterator[InProcess]:
    """A server of the deployment that the commands work on, started before them."""
    # Its lines are not the commands'.
    quiet = replace(services, settings=replace(services.settings, log_level="error"))
    endpoint = InProcess(Application(quiet, strict=True), quiet, FakeClock())
    yield endpoint
    endpoint.close()


@pytest.fixture
def named(_empty_folder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that name a root key."""
    name_key(monkeypatch, *NAMED)


def name_key(monkeypatch: pytest.MonkeyPatch, key_id: str, secret: str) -> None:
    monkeypatch.setenv("CENOTE_ROOT_ACCESS_KEY_ID", key_id)
    monkeypatch.setenv("CENOTE_ROOT_SECRET_ACCESS_KEY", secret)


def key_in(said: str) -> tuple[str, str]:
    """The key in `export` lines."""
    pairs = [word.partition("=") for word in shlex.split(said) if word != "export"]
    values = {name: value for name, _, value in pairs}
    return values.get("AWS_ACCESS_KEY_ID", ""), values.get("AWS_SECRET_ACCESS_KEY", "")


def signs(running: InProcess, key: tuple[str, str]) -> bool:
    """Whether the running server takes a signature by *key* for the root's."""
    key_id, secret = key
    client = running.boto3_client("sts", aws_access_key_id=key_id, aws_secret_access_key=secret)
    try:
        return bool(ROOT == client.get_caller_identity()["Arn"])
    except client.exceptions.ClientError:
        return False


def banner(settings: Settings) -> str:
    """What a start says."""
    told = io.StringIO()
    show(settings, deployment.prepare(settings), Console(file=told, width=200))
    return told.getvalue()


def make_user_with_key(services: Services) -> None:
    principals.key_of(services, principals.make(services, EntityKind.USER, "ada"))


def test_a_rotated_key_signs_no_longer_and_the_new_one_is_what_env_prints(typed: Typed, running: InProcess) -> None:
    old = key_in(typed("env")[1])
    code, out, err = typed("root-key", "rotate")
    new = key_in(out)
    assert (0, "") == (code, err)
    assert 2 == len(out.splitlines())
    assert [False, True] == [signs(running, old), signs(running, new)]
    assert new == key_in(typed("env")[1])
    found = running.boto3_client("iam", aws_access_key_id=new[0], aws_secret_access_key=new[1]).list_access_keys()
    assert {old[0]: "Inactive", new[0]: "Active"} == {
        each["AccessKeyId"]: each["Status"] for each in found["AccessKeyMetadata"]
    }


def test_an_old_key_is_deleted_when_that_is_asked_for_and_there_are_never_more_than_two(
    typed: Typed, services: Services
) -> None:
    typed("root-key", "rotate")
    typed("root-key", "rotate")
    with services.database.read() as tx:
        assert 2 == tx.exec_driver_sql("SELECT count(*) FROM access_keys").scalar_one()
    typed("root-key", "rotate", "--delete-old")
    with services.database.read() as tx:
        assert 1 == tx.exec_driver_sql("SELECT count(*) FROM access_keys").scalar_one()


def test_a_key_is_switched_off_and_on_while_a_server_runs(typed: Typed, running: InProcess) -> None:
    key = key_in(typed("env")[1])
    assert (0, "The root key is switched off.\n", "") == typed("root-key", "off", "--yes")
    assert not signs(running, key)
    assert (0, "The root key was switched off already.\n", "") == typed("root-key", "off", "--yes")
    assert (0, f"The root key {key[0]} is switched on.\n", "") == typed("root-key", "on")
    assert signs(running, key)
    assert key == key_in(typed("env")[1])


def test_nobody_is_locked_out_by_mistake(typed: Typed, running: InProcess) -> None:
    key = key_in(typed("env")[1])
    code, out, err = typed("root-key", "off")
    assert (1, "") == (code, out)
    assert "no IAM user has an access key that signs" in err
    assert signs(running, key)
    make_user_with_key(running.services)
    assert 0 == typed("root-key", "off")[0]
    assert not signs(running, key)


def test_whoever_starts_while_it_is_off_finds_it_off_and_is_told(typed: Typed, services: Services) -> None:
    typed("root-key", "off", "--yes")
    for _start in range(2):
        code, out, err = typed("env")
        assert (0, ("", ""), f"cenote: {NOTICE}\n") == (code, key_in(out), err)
        assert "export AWS_ENDPOINT_URL=" in out
    assert NOTICE in banner(effective_settings())
    assert (1, "cenote: the root key is switched off: switch it on first, by cenote root-key on\n") == (
        typed("root-key", "rotate")[0],
        typed("root-key", "rotate")[2],
    )
    code, out, _ = typed("doctor")
    assert (0, True) == (code, "no IAM user has a key that signs" in " ".join(out.split()))
    make_user_with_key(services)
    assert "IAM users have keys that sign" in " ".join(typed("doctor")[1].split())
    typed("root-key", "on")
    assert "Root key     fine     signs" in typed("doctor")[1]


def test_a_key_that_the_root_switched_off_or_deleted_is_not_made_again(typed: Typed, running: InProcess) -> None:
    key_id, secret = key_in(typed("env")[1])
    root = running.boto3_client("iam", aws_access_key_id=key_id, aws_secret_access_key=secret)
    root.update_access_key(AccessKeyId=key_id, Status="Inactive")
    assert ("", "") == key_in(typed("env")[1])
    typed("root-key", "on")
    root.delete_access_key(AccessKeyId=key_id)
    assert ("", "") == key_in(typed("env")[1])
    typed("root-key", "on")
    new = key_in(typed("env")[1])
    assert (True, True) == (new[0] != key_id, signs(running, new))


@pytest.mark.usefixtures("named")
def test_a_key_in_the_settings_that_was_switched_off_stays_off_with_a_notice(typed: Typed) -> None:
    assert NAMED == key_in(typed("env")[1])
    typed("root-key", "off", "--yes")
    code, out, err = typed("env")
    assert (0, ("", "")) == (code, key_in(out))
    assert "switched off (the one that CENOTE_ROOT_ACCESS_KEY_ID names, too)" in err
    typed("root-key", "on")
    assert NAMED == key_in(typed("env")[1])


@pytest.mark.usefixtures("named")
def test_a_key_in_the_settings_that_was_rotated_does_not_come_back(typed: Typed) -> None:
    typed("env")
    new = key_in(typed("root-key", "rotate")[1])
    for _start in range(2):
        code, out, err = typed("env")
        assert (0, new) == (code, key_in(out))
        assert f"signs no longer: the root key is {new[0]}." in err
    typed("root-key", "off", "--yes")
    assert (0, f"The root key {new[0]} is switched on.\n", "") == typed("root-key", "on")


def test_another_key_in_the_settings_takes_the_place_of_all_before_it(
    typed: Typed, monkeypatch: pytest.MonkeyPatch, running: InProcess
) -> None:
    made = key_in(typed("env")[1])
    name_key(monkeypatch, *NAMED)
    assert NAMED == key_in(typed("env")[1])
    other = (NAMED[0], "another/secret/in/the/settings")
    name_key(monkeypatch, *other)
    assert other == key_in(typed("env")[1])
    assert [False, True] == [signs(running, made), signs(running, other)]


def test_a_reset_deletes_users_and_their_keys_and_leaves_the_roots(typed: Typed, running: InProcess) -> None:
    key = key_in(typed("env")[1])
    services = running.services
    signing = principals.key_of(services, principals.make(services, EntityKind.USER, "ada"))
    assert 0 == typed("reset", "--yes")[0]
    assert [True, False] == [signs(running, key), signs(running, (signing.access_key_id, signing.secret.reveal()))]
    with services.database.read() as tx:
        assert [(key[0],)] == [tuple(row) for row in tx.exec_driver_sql("SELECT access_key_id FROM access_keys")]


def test_another_accounts_root_key_is_its_own(typed: Typed) -> None:
    typed("env")
    typed("root-key", "off", "--yes")
    settings = replace(load({}, None), account_id="999999999999")
    prepared = deployment.prepare(settings)
    assert prepared.root_key.key is not None
    assert "arn:aws:iam::999999999999:root" == prepared.root_key.key.principal_arn
    assert deployment.prepare(load({}, None)).root_key.key is None
