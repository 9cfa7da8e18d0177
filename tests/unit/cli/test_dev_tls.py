"""The files of `--dev-tls`: made once, renewed in time, told when they are damaged."""

import os
import re
import ssl
import threading
from pathlib import Path

import pytest

from cenote.base.settings import SettingError, Settings, load
from cenote.cli import dev_tls
from cenote.cli.failures import CommandError
from cenote.cli.server import require_certificate
from harness.clock import FakeClock
from harness.command_line import Typed

FILES = ("authority.key", "authority.pem", "server.key", "server.pem")


def chosen(folder: Path, **more: str) -> Settings:
    given = {"data": str(folder / "data"), "dev_tls": "1", **more}
    return load({f"CENOTE_{name.upper()}": value for name, value in given.items()}, None)


def contents(settings: Settings) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((settings.data / "tls").iterdir())}


def changed(settings: Settings, clock: FakeClock, **later: float) -> list[str]:
    """The files that a start then makes anew."""
    before = contents(settings)
    clock.advance(**later)
    dev_tls.prepare(settings, clock)
    after = contents(settings)
    assert tuple(after) == FILES
    return [name for name in FILES if before[name] != after[name]]


def test_the_setting_stands_for_certificate_key_and_url(tmp_path: Path) -> None:
    settings = chosen(tmp_path, port="8443")

    folder = tmp_path / "data" / "tls"
    assert (folder / "server.pem", folder / "server.key") == (settings.tls_certificate, settings.tls_key)
    assert settings.public_url == "https://localhost:8443"


def test_nothing_is_made_without_it(tmp_path: Path) -> None:
    settings = load({"CENOTE_DATA": str(tmp_path / "data"), "CENOTE_DEV_TLS": "0"}, None)

    assert dev_tls.prepare(settings) is None
    assert not settings.data.exists()


def test_the_files_are_the_owners_and_fit(tmp_path: Path, clock: FakeClock) -> None:
    settings = chosen(tmp_path)

    authority = dev_tls.prepare(settings, clock)

    folder = tmp_path / "data" / "tls"
    assert authority == folder / "authority.pem"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert tuple(contents(settings)) == FILES
    modes = {name: (folder / name).stat().st_mode & 0o777 for name in FILES}
    assert {"authority.key": 0o600, "authority.pem": 0o644, "server.key": 0o600, "server.pem": 0o644} == modes
    require_certificate(settings)
    assert ssl.create_default_context(cafile=authority).cert_store_stats()["x509_ca"] == 1


@pytest.mark.parametrize(
    ("later", "made_anew"),
    [
        (0, []),
        (366, []),
        (367, ["server.pem"]),
        (500, ["server.pem"]),
        (5 * 365 - 31, ["server.pem"]),
        (5 * 365 - 29, ["authority.pem", "server.pem"]),
        (5 * 365 + 400, ["authority.pem", "server.pem"]),
        (-30, ["authority.pem", "server.pem"]),
    ],
)
def test_a_certificate_is_renewed_in_time_and_no_key_ever(
    tmp_path: Path, clock: FakeClock, later: int, made_anew: list[str]
) -> None:
    settings = chosen(tmp_path)
    dev_tls.prepare(settings, clock)

    assert made_anew == changed(settings, clock, days=later)
    assert [] == changed(settings, clock)


def test_another_public_name_has_a_certificate_of_its_own(tmp_path: Path, clock: FakeClock) -> None:
    dev_tls.prepare(chosen(tmp_path), clock)
    settings = chosen(tmp_path, public_url="https://app.localhost:9329")

    assert (*dev_tls.NAMES, "app.localhost", "*.auth.app.localhost") == dev_tls.names_of(settings)
    with pytest.raises(CommandError, match="for other names; restart cenote serve"):
        dev_tls.verify(settings, clock)
    assert ["server.pem"] == changed(settings, clock)
    assert dev_tls.verify(settings, clock) > clock.now


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["", "nonsense", "other"])
def test_what_is_damaged_is_told_and_stays(tmp_path: Path, clock: FakeClock, name: str, damage: str) -> None:
    settings, stranger = chosen(tmp_path), chosen(tmp_path / "other")
    for each in (settings, stranger):
        dev_tls.prepare(each, clock)
    path = settings.data / "tls" / name
    path.write_bytes(contents(stranger)[name] if damage == "other" else damage.encode())
    before = contents(settings)

    with pytest.raises(CommandError, match=re.escape(f"Remove the folder {path.parent} and start cenote serve")):
        dev_tls.prepare(settings, clock)

    assert before == contents(settings)


@pytest.mark.parametrize("name", ["authority.key", "server.key"])
def test_a_key_that_is_gone_or_open_to_others_is_told(tmp_path: Path, clock: FakeClock, name: str) -> None:
    settings = chosen(tmp_path)
    dev_tls.prepare(settings, clock)
    path = settings.data / "tls" / name

    path.chmod(0o640)
    with pytest.raises(CommandError, match=re.escape(f"{path} can be read by other users: chmod 600 {path}")):
        dev_tls.prepare(settings, clock)
    path.unlink()
    with pytest.raises(CommandError, match=re.escape(f"{path} is missing.")):
        dev_tls.prepare(settings, clock)

    assert not path.exists()


@pytest.mark.parametrize("gone", [("authority.pem",), ("server.pem",), ("server.key", "server.pem")])
def test_what_a_crash_left_undone_is_done(tmp_path: Path, clock: FakeClock, gone: tuple[str, ...]) -> None:
    settings = chosen(tmp_path)
    dev_tls.prepare(settings, clock)
    for name in gone:
        (settings.data / "tls" / name).unlink()

    dev_tls.prepare(settings, clock)

    require_certificate(settings)
    assert dev_tls.verify(settings, clock) > clock.now


def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = chosen(tmp_path)
    dev_tls.prepare(settings, clock)
    before = contents(settings)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    clock.advance(days=380)
    with pytest.raises(OSError, match="No space left"):
        dev_tls.prepare(settings, clock)

    assert before == contents(settings)


def test_many_starts_at_once_make_one_authority(tmp_path: Path, clock: FakeClock) -> None:
    settings = chosen(tmp_path)
    begin = threading.Barrier(8)
    seen: list[dict[str, bytes]] = []

    def start() -> None:
        begin.wait()
        dev_tls.prepare(settings, clock)
        seen.append(contents(settings))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [contents(settings)] * 8 == seen
    assert tuple(seen[0]) == FILES


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"host": "0.0.0.0"}, "CENOTE_DEV_TLS: its certificate is for this machine alone, and 0.0.0.0 is for others"),  # noqa: S104 - refused
        ({"mode": "production"}, "CENOTE_DEV_TLS: it is for development, and this is production mode"),
        ({"database_url": "postgresql://db/cenote"}, "CENOTE_DEV_TLS: it is for development, and this is production"),
        (
            {"tls_certificate": "a.pem", "tls_key": "b.pem"},
            "CENOTE_DEV_TLS: it makes a certificate, and CENOTE_TLS_CERT",
        ),
        ({"public_url": "http://localhost:9329"}, "CENOTE_PUBLIC_URL: with CENOTE_DEV_TLS it is https://localhost or"),
        ({"public_url": "https://login.example.com"}, "CENOTE_PUBLIC_URL: with CENOTE_DEV_TLS it is https://localhost"),
    ],
)
def test_where_it_would_not_be_for_this_machine_alone_it_is_refused(
    tmp_path: Path, more: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingError, match=re.escape(said)):
        chosen(tmp_path, **more)


def test_env_names_the_authority_and_doctor_looks_at_it(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENOTE_DEV_TLS", "on")
    authority = Path.cwd() / ".cenote" / "tls" / "authority.pem"

    code, out, err = typed("env")

    assert (0, "") == (code, err)
    assert "export AWS_ENDPOINT_URL=https://localhost:9329" in out.splitlines()
    assert f"export AWS_CA_BUNDLE={authority}" in out.splitlines()
    assert re.search(r"Local TLS +fine +until \d{4}-\d\d-\d\d", typed("doctor")[1])
    authority.write_text("nonsense")
    code, out, _ = typed("doctor")
    assert code == 1
    assert f"{authority.relative_to(Path.cwd())} is damaged" in flat(out)


def flat(text: str) -> str:
    return " ".join(text.split())
