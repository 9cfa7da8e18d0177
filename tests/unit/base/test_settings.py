import base64
from dataclasses import fields
from pathlib import Path

import pytest

from cenote.base.quotas import Quotas
from cenote.base.rates import Rates
from cenote.base.settings import SettingError, Settings, config_path, load

KEY = bytes(range(32))


def problem_of(environ: dict[str, str], toml: Path | None = None) -> str:
    with pytest.raises(SettingError) as caught:
        load(environ, toml)
    return str(caught.value)


def test_defaults_are_a_development_server_on_this_machine() -> None:
    settings = load({}, None)

    assert settings.is_development
    assert settings.database_url == "sqlite:///.cenote/cenote.db"
    assert settings.public_url == "http://localhost:9329"
    assert settings.master_key_file == Path(".cenote/master.key")
    assert settings.issuer_of("us-east-1", "us-east-1_Ab1") == "http://localhost:9329/us-east-1_Ab1"
    assert not settings.sends_messages


def test_the_environment_goes_before_the_file_and_the_file_before_the_defaults(tmp_path: Path) -> None:
    toml = tmp_path / "cenote.toml"
    toml.write_text('port = 1111\nthreads = 3\nmetrics_public = true\nbody_timeout_s = 2.5\nhost = "::1"\n')

    settings = load({"CENOTE_PORT": "2222", "CENOTE_THREADS": ""}, toml)

    assert (settings.port, settings.threads, settings.metrics_public, settings.body_timeout_s) == (2222, 3, True, 2.5)
    assert settings.is_loopback
    assert settings.public_url == "http://localhost:2222"


def test_paths_follow_the_data_folder() -> None:
    settings = load({"CENOTE_DATA": "/srv/cenote"}, None)

    assert settings.database_url == "sqlite:////srv/cenote/cenote.db"
    assert settings.master_key_file == Path("/srv/cenote/master.key")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, True),
        ({"CENOTE_HOST": "10.0.0.1"}, False),
        ({"CENOTE_DATABASE_URL": "postgresql://db/cenote"}, False),
        ({"CENOTE_MODE": "production"}, False),
        ({"CENOTE_HOST": "10.0.0.1", "CENOTE_MODE": "development"}, True),
    ],
)
def test_development_is_the_default_on_loopback_with_the_embedded_database_only(
    environ: dict[str, str], *, expected: bool
) -> None:
    assert expected == load(environ, None).is_development


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "'abc' is not a whole number"),
        ("PORT", "٣", "'٣' is not a whole number"),
        ("PORT", "0", "0 is not between 1 and 65535"),
        ("BODY_TIMEOUT_S", "0.01", "0.01 is not between 0.1 and 3600 seconds"),
        ("BODY_TIMEOUT_S", "nan", "'nan' is not a number of seconds"),
        ("HOST", "example.com", "'example.com' is neither an IP address nor localhost"),
        ("MODE", "dev", "'dev' is not one of auto, development, production"),
        ("METRICS_PUBLIC", "maybe", "'maybe' is neither true nor false"),
        ("DEFAULT_REGION", "Frankfurt", "'Frankfurt' does not look like a region such as us-east-1"),
        ("ACCOUNT_ID", "123", "'123' is not twelve digits"),
        ("PUBLIC_URL", "https://id.example.com/", "'https://id.example.com/' must not end in a slash"),
        ("PUBLIC_URL", "https://id.example.com?", "'https://id.example.com?' must have neither query nor fragment"),
        ("PUBLIC_URL", "ftp://id.example.com", "'ftp://id.example.com' is not an http:// or https:// URL"),
        ("PUBLIC_URL", "https://a:b@id.example.com", "it must not hold a user name or password"),
        ("DATABASE_URL", "mysql://db", "it starts with neither sqlite:/// nor postgresql://"),
        ("DATABASE_URL", "sqlite://", "a SQLite URL is sqlite:///relative/path or sqlite:////absolute/path"),
        ("ISSUER_TEMPLATE", "https://x.example.com", "it lacks {pool_id}: two pools would share an issuer"),
        ("ISSUER_TEMPLATE", "https://x/{pool}", "'{pool}' is not one of {public_url}, {region} and {pool_id}"),
        ("ISSUER_TEMPLATE", "https://x/{pool_id", "'https://x/{pool_id' has an unbalanced brace"),
        ("SMTP_URL", "smtp://u:hunter2@h/path", "it must have no path"),
        ("SMTP_URL", "smtps://u:hunter2@h?starttls=required", "smtps:// is TLS from the first byte; starttls belongs to smtp://"),
        ("MASTER_KEY", "hunter2", "it is not 32 bytes in hex or base64"),
        ("ROOT_SECRET_ACCESS_KEY", "hunter2", "it is shorter than 16 characters"),
    ],
)  # fmt: skip
def test_a_malformed_value_is_refused_by_name(name: str, value: str, sentence: str) -> None:
    assert f"CENOTE_{name}: {sentence}" == problem_of({f"CENOTE_{name}": value})


def test_a_misspelt_name_is_refused_with_a_hint(tmp_path: Path) -> None:
    toml = tmp_path / "cenote.toml"
    toml.write_text("thread = 3\n")

    assert problem_of({"CENOTE_PROT": "1"}) == "CENOTE_PROT: there is no such setting; did you mean CENOTE_PORT?"
    assert problem_of({"CENOTE_XYZZY": "1"}) == "CENOTE_XYZZY: there is no such setting"
    assert f"{toml}: thread: there is no such setting; did you mean threads?" == problem_of({}, toml)


def test_a_file_that_is_missing_or_not_toml_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("port = \n")

    assert "it cannot be read" in problem_of({}, tmp_path / "absent.toml")
    assert "it is not TOML" in problem_of({}, broken)


@pytest.mark.parametrize("value", ['"abc"', "true", "[1]", "1979-05-27"])
def test_a_value_of_the_wrong_toml_type_is_refused(tmp_path: Path, value: str) -> None:
    toml = tmp_path / "cenote.toml"
    toml.write_text(f"port = {value}\n")

    assert problem_of({}, toml).startswith(f"{toml}: port: ")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("TLS_CERTIFICATE", "TLS_KEY"),
        ("TLS_KEY", "TLS_CERTIFICATE"),
        ("ROOT_ACCESS_KEY_ID", "ROOT_SECRET_ACCESS_KEY"),
        ("ROOT_SECRET_ACCESS_KEY", "ROOT_ACCESS_KEY_ID"),
    ],
)
def test_settings_that_belong_together_come_together(given: str, missing: str) -> None:
    environ = {f"CENOTE_{given}": "long_enough_to_be_a_key"}

    assert f"CENOTE_{missing}: it is needed beside CENOTE_{given}" == problem_of(environ)


def test_sending_needs_a_way_and_a_sender() -> None:
    assert "needs CENOTE_SMTP_URL" in problem_of({"CENOTE_MESSAGE_DELIVERY": "send"})
    assert problem_of({"CENOTE_SMTP_URL": "smtp://mail"}) == "CENOTE_MAIL_FROM: it is needed beside CENOTE_SMTP_URL"


@pytest.mark.parametrize(
    ("mode", "delivery", "expected"),
    [
        ("production", "auto", True),
        ("production", "outbox", False),
        ("development", "auto", False),
        ("development", "send", True),
    ],
)
def test_messages_leave_in_production_or_when_told_to(mode: str, delivery: str, *, expected: bool) -> None:
    environ = {
        "CENOTE_MODE": mode,
        "CENOTE_MESSAGE_DELIVERY": delivery,
        "CENOTE_SMS_WEBHOOK_URL": "https://sms.example",
    }

    assert expected == load(environ, None).sends_messages


def test_no_secret_is_in_the_repr() -> None:
    environ = {
        "CENOTE_DATABASE_URL": "postgresql://cenote:hunter2@db:5432/cenote?password=hunter2",
        "CENOTE_SMTP_URL": "smtp://user:hunter2@mail:587?starttls=required",
        "CENOTE_MAIL_FROM": "no-reply@example.com",
        "CENOTE_SMS_WEBHOOK_SECRET": "hunter2",
        "CENOTE_ROOT_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "CENOTE_ROOT_SECRET_ACCESS_KEY": "hunter2hunter2hunter2",
        "CENOTE_MASTER_KEY": KEY.hex(),
    }
    settings = load(environ, None)

    assert "hunter2" not in repr(settings)
    assert KEY.hex() not in repr(settings)
    assert settings.database_label == "postgresql://db:5432/cenote"


def test_master_keys_are_hex_or_base64_the_current_one_first() -> None:
    other = bytes(32)
    url_safe = base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")
    environ = {"CENOTE_MASTER_KEY": f"{KEY.hex()}, {base64.b64encode(other).decode()},{url_safe}"}

    assert (KEY, other, b"\xff" * 32) == load(environ, None).master_keys()


def test_an_issuer_may_be_amazons_own() -> None:
    environ = {"CENOTE_ISSUER_TEMPLATE": "https://cognito-idp.{region}.amazonaws.com/{pool_id}"}

    issuer = load(environ, None).issuer_of("eu-west-1", "eu-west-1_X")

    assert issuer == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_X"


def test_the_file_is_the_one_named_or_the_one_in_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = config_path({})
    Path("cenote.toml").touch()

    assert before is None
    assert Path("cenote.toml") == config_path({})
    assert Path("/etc/cenote.toml") == config_path({"CENOTE_CONFIG": "/etc/cenote.toml"})
    assert load({"CENOTE_CONFIG": "/etc/cenote.toml"}, None).port == 9329


def test_there_are_at_most_45_settings_and_groups_of_them() -> None:
    # Each is one more thing to know before Cenote may run. It was 40 until HTTPS in development and providers in private networks, which
    # nobody can choose for the one who runs it; another three or so have room, and then some have to become a group.
    assert len(fields(Settings)) <= 45


def test_quotas_and_rates_are_settings_of_their_own(tmp_path: Path) -> None:
    toml = tmp_path / "cenote.toml"
    toml.write_text("quota_user_pools = 7\nrate_limits = true\nrate_user_read = 3\n")

    settings = load({"CENOTE_QUOTA_CLIENTS_PER_POOL": "2", "CENOTE_RATE_USER_READ": "4"}, toml)

    assert Quotas(user_pools=7, clients_per_pool=2) == settings.quotas
    assert Rates(user_read=4) == settings.rates
    assert settings.rate_limits
    assert (Quotas(), Rates(), False) == (load({}, None).quotas, load({}, None).rates, load({}, None).rate_limits)


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"CENOTE_QUOTA_USER_POOLS": "0"}, "CENOTE_QUOTA_USER_POOLS: 0 is not between 1 and 1000000000"),
        ({"CENOTE_RATE_USER_READ": "0"}, "CENOTE_RATE_USER_READ: 0 is not between 1 and 100000"),
        ({"CENOTE_RATE_USER_READ": "fast"}, "CENOTE_RATE_USER_READ: 'fast' is not a whole number"),
        ({"CENOTE_RATE_LIMIT": "true"}, "there is no such setting; did you mean CENOTE_RATE_LIMITS?"),
        ({"CENOTE_QUOTAS": "1"}, "CENOTE_QUOTAS: there is no such setting"),
        ({"CENOTE_RATES": "1"}, "CENOTE_RATES: there is no such setting"),
    ],
)
def test_a_quota_and_a_rate_are_at_least_one_and_spelt_right(environ: dict[str, str], problem: str) -> None:
    assert problem in problem_of(environ)


def test_private_networks_are_a_list_in_cidr_notation() -> None:
    load_with = {"CENOTE_FEDERATION_PRIVATE_NETWORKS": "10.0.0.0/8, fd00::/8,192.0.2.7"}
    found = load(load_with, None).federation_private_networks
    assert ("10.0.0.0/8", "fd00::/8", "192.0.2.7/32") == tuple(map(str, found))
    assert () == load({}, None).federation_private_networks
    for text in ("10.0.0.1/8", "inside", "10.0.0.0/8,", "10.0.0.0/33"):
        with pytest.raises(SettingError, match="a list of networks"):
            load({"CENOTE_FEDERATION_PRIVATE_NETWORKS": text}, None)
