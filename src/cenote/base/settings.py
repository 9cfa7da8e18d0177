"""
Settings: what the one who runs Cenote may choose, read once at the start.

The environment (`CENOTE_PORT`) goes before the TOML file (`port = 9329`), the file before the defaults. A name that does
not exist or a value that is malformed stops the start, so that a misspelt setting is never silently a default.
"""

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cenote.base import setting_values as values
from cenote.base.function_bounds import FunctionBounds
from cenote.base.quotas import Quotas
from cenote.base.rates import Rates
from cenote.base.secret import Secret

PREFIX = "CENOTE_"
CONFIG = "CENOTE_CONFIG"
DEFAULT_CONFIG = Path("cenote.toml")
DATABASE_FILE = "cenote.db"
MASTER_KEY_FILE = "master.key"
TLS_FOLDER = "tls"


class SettingError(Exception):
    """A setting that cannot be used: *key* as it was written, and what is wrong with it."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


def _by(parse: Callable[[str], object]) -> dict[str, Callable[[str], object]]:
    return {"parse": parse}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    Everything that may be chosen, complete and checked; made by `load`.

    Secrets are wrapped or left out of the repr, so that a Settings may be logged.
    """

    # Where the state is. The defaults of database_url and master_key_file lie in `data`.
    data: Path = field(default=Path(".cenote"), metadata=_by(values.path))
    database_url: str = field(default="", repr=False, metadata=_by(values.database_url))

    # How the program listens.
    host: str = field(default="127.0.0.1", metadata=_by(values.host))
    port: int = field(default=9329, metadata=_by(values.port))
    workers: int = field(default=1, metadata=_by(values.count))
    threads: int = field(default=8, metadata=_by(values.count))
    tls_certificate: Path | None = field(default=None, metadata=_by(values.path))
    tls_key: Path | None = field(default=None, metadata=_by(values.path))
    dev_tls: bool = field(default=False, metadata=_by(values.truth))
    max_body_bytes: int = field(default=1024 * 1024, metadata=_by(values.body_size))
    header_timeout_s: float = field(default=10.0, metadata=_by(values.seconds))
    body_timeout_s: float = field(default=20.0, metadata=_by(values.seconds))
    graceful_timeout_s: float = field(default=30.0, metadata=_by(values.seconds))

    # Who it is to its clients.
    mode: str = field(default="auto", metadata=_by(values.mode))
    public_url: str = field(default="", metadata=_by(values.public_url))
    issuer_template: str = field(default="{public_url}/{pool_id}", metadata=_by(values.issuer_template))
    default_region: str = field(default="us-east-1", metadata=_by(values.region))
    account_id: str = field(default="000000000000", metadata=_by(values.account_id))
    root_access_key_id: str | None = field(default=None, metadata=_by(values.access_key_id))
    root_secret_access_key: Secret | None = field(default=None, metadata=_by(values.secret_access_key))

    # What seals the secrets in the database.
    master_key: Secret | None = field(default=None, metadata=_by(values.master_key))
    master_key_file: Path = field(default=Path(), metadata=_by(values.path))

    # What it tells the one who runs it.
    log_format: str = field(default="auto", metadata=_by(values.log_format))
    log_level: str = field(default="info", metadata=_by(values.log_level))
    metrics_public: bool = field(default=False, metadata=_by(values.truth))

    # How messages leave.
    message_delivery: str = field(default="auto", metadata=_by(values.message_delivery))
    smtp_url: Secret | None = field(default=None, metadata=_by(values.smtp_url))
    mail_from: str = field(default="no-reply@localhost", metadata=_by(values.text))
    sms_webhook_url: str | None = field(default=None, metadata=_by(values.web_url))
    sms_webhook_secret: Secret | None = field(default=None, metadata=_by(values.secret))

    # What local functions may cost, and how they are shut in: `function_` and a field of FunctionBounds.
    functions: FunctionBounds = field(default=FunctionBounds())

    # Where functions are that are not this deployment's own: the URL of a Lambda endpoint, or `aws`.
    lambda_endpoint_url: str | None = field(default=None, metadata=_by(values.lambda_endpoint))

    # Where the keys are that are not this deployment's own: the URL of a KMS endpoint, or `aws`.
    kms_endpoint_url: str | None = field(default=None, metadata=_by(values.kms_endpoint))

    # What threat protection asks: a database of addresses (MMDB), a sorted file of hashes of passwords, a service for them.
    geoip_database: Path | None = field(default=None, metadata=_by(values.path))
    compromised_passwords: Path | None = field(default=None, metadata=_by(values.path))
    compromised_passwords_url: str | None = field(default=None, metadata=_by(values.web_url))

    # Networks, beside the public Internet, in which identity providers may be called, at any port and without TLS.
    federation_private_networks: values.Networks = field(default=(), metadata=_by(values.networks))

    # Proxies whose X-Forwarded-For is believed.
    trusted_proxies: values.Networks = field(default=(), metadata=_by(values.networks))

    # How many of each thing there may be: `quota_` and a field of Quotas.
    quotas: Quotas = field(default=Quotas())

    # How often what may be called, if that is bounded at all: `rate_` and a field of Rates.
    rate_limits: bool = field(default=False, metadata=_by(values.truth))
    rates: Rates = field(default=Rates())

    # What is made at every start, in development.
    seed: Path | None = field(default=None, metadata=_by(values.path))

    @property
    def is_embedded(self) -> bool:
        """Whether the database is SQLite, in this machine's files."""
        return self.database_url.startswith("sqlite:")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach us."""
        return values.is_loopback(self.host)

    @property
    def is_development(self) -> bool:
        """
        Whether delivery is relaxed: chosen, or by default when on loopback with the embedded database.

        A public URL elsewhere means that a proxy on this machine brings strangers: to them nothing is relaxed unless it is chosen.
        """
        if self.mode == "auto":
            is_public = not values.is_local_name(urlsplit(self.public_url).hostname or "")
            return self.is_loopback and self.is_embedded and not is_public
        return self.mode == "development"

    @property
    def sends_messages(self) -> bool:
        """Whether mail and SMS leave the outbox for the world."""
        if self.message_delivery == "auto":
            return not self.is_development and (self.smtp_url is not None or self.sms_webhook_url is not None)
        return self.message_delivery == "send"

    @property
    def database_label(self) -> str:
        """The database's URL without user, password and options, for people to read."""
        parts = urlsplit(self.database_url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}"

    def issuer_of(self, region: str, pool_id: str) -> str:
        """A pool's `iss`."""
        return self.issuer_template.format(public_url=self.public_url, region=region, pool_id=pool_id)

    def master_keys(self) -> tuple[bytes, ...]:
        """The keys of `master_key`, 32 bytes each, the current one first; none when they are in a file."""
        if self.master_key is None:
            return ()
        return tuple(values.master_key_bytes(part) for part in self.master_key.reveal().split(","))


_QUOTAS = {f"quota_{each.name}": each.name for each in fields(Quotas)}
_RATES = {f"rate_{each.name}": each.name for each in fields(Rates)}
_FUNCTIONS = {f"function_{each.name}": each.name for each in fields(FunctionBounds)}
PARSERS: dict[str, Callable[[str], Any]] = {
    each.name: each.metadata["parse"] for each in fields(Settings) if "parse" in each.metadata
}
PARSERS |= dict.fromkeys(_QUOTAS, values.quota) | dict.fromkeys(_RATES, values.rate)
PARSERS |= {f"function_{each.name}": each.metadata["parse"] for each in fields(FunctionBounds)}


def config_path(environ: Mapping[str, str]) -> Path | None:
    """The TOML file that `CENOTE_CONFIG` names, else `./cenote.toml` if it is there."""
    if environ.get(CONFIG):
        return Path(environ[CONFIG]).expanduser()
    return DEFAULT_CONFIG if DEFAULT_CONFIG.is_file() else None


def load(environ: Mapping[str, str], toml_path: Path | None) -> Settings:
    """
    The settings of *environ* over those of the file over the defaults.

    An empty variable counts as absent. Raises SettingError, whose text never repeats a secret.
    """
    written = _from_toml(toml_path) if toml_path is not None else {}
    written |= _from_environment(environ)
    chosen: dict[str, Any] = {}
    for name, (key, text) in written.items():
        try:
            chosen[name] = PARSERS[name](text)
        except ValueError as fault:
            raise SettingError(key, str(fault)) from None
    complete = Settings(**_with_defaults(chosen))
    _check(complete, chosen)
    return complete


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    written = {}
    for key, text in environ.items():
        if key.startswith(PREFIX) and key != CONFIG:
            name = key.removeprefix(PREFIX).lower()
            if name not in PARSERS or key != key.upper():
                raise SettingError(key, _no_such_setting(name, lambda known: PREFIX + known.upper()))
            if text.strip():
                written[name] = (key, text.strip())
    return written


def _from_toml(path: Path) -> dict[str, tuple[str, str]]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SettingError(str(path), f"it cannot be read ({fault.strerror})") from fault
    except ValueError as fault:
        # tomllib's own sentence tells line and column and quotes at most one character of the file.
        raise SettingError(str(path), f"it is not TOML ({fault})") from None
    written = {}
    for name, value in table.items():
        key = f"{path}: {name}"
        if name not in PARSERS:
            raise SettingError(key, _no_such_setting(name, str))
        if not isinstance(value, str | int | float):
            raise SettingError(key, "it is neither a text, a number nor true or false")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if text.strip():
            written[name] = (key, text.strip())
    return written


def _no_such_setting(name: str, spell: Callable[[str], str]) -> str:
    close = difflib.get_close_matches(name.lower(), PARSERS, n=1)
    hint = f"; did you mean {spell(close[0])}?" if close else ""
    return f"there is no such setting{hint}"


def _with_defaults(chosen: Mapping[str, Any]) -> dict[str, Any]:
    data: Path = chosen.get("data", Settings.data)
    dev_tls: bool = chosen.get("dev_tls", False)
    scheme = "https" if dev_tls or "tls_certificate" in chosen else "http"
    derived: dict[str, Any] = {
        "database_url": f"sqlite:///{data / DATABASE_FILE}",
        "master_key_file": data / MASTER_KEY_FILE,
        "public_url": f"{scheme}://localhost:{chosen.get('port', Settings.port)}",
    }
    if dev_tls:
        derived |= {"tls_certificate": data / TLS_FOLDER / "server.pem", "tls_key": data / TLS_FOLDER / "server.key"}
    quotas = {_QUOTAS[name]: value for name, value in chosen.items() if name in _QUOTAS}
    rates = {_RATES[name]: value for name, value in chosen.items() if name in _RATES}
    bounds = {_FUNCTIONS[name]: value for name, value in chosen.items() if name in _FUNCTIONS}
    apart = _QUOTAS.keys() | _RATES.keys() | _FUNCTIONS.keys()
    others = {name: value for name, value in chosen.items() if name not in apart}
    records = {"quotas": Quotas(**quotas), "rates": Rates(**rates), "functions": FunctionBounds(**bounds)}
    return derived | others | records


def _check(settings: Settings, chosen: Mapping[str, Any]) -> None:
    for one, other in (("tls_certificate", "tls_key"), ("root_access_key_id", "root_secret_access_key")):
        for given, missing in ((one, other), (other, one)):
            if given in chosen and missing not in chosen:
                raise SettingError(_variable(missing), f"it is needed beside {_variable(given)}")
    if settings.dev_tls:
        _check_dev_tls(settings, chosen)
    if settings.message_delivery == "send" and settings.smtp_url is None and settings.sms_webhook_url is None:
        raise SettingError(
            _variable("message_delivery"),
            f"'send' needs {_variable('smtp_url')} or {_variable('sms_webhook_url')}",
        )
    if settings.smtp_url is not None and "mail_from" not in chosen:
        raise SettingError(_variable("mail_from"), f"it is needed beside {_variable('smtp_url')}")


def _check_dev_tls(settings: Settings, chosen: Mapping[str, Any]) -> None:
    key, public = _variable("dev_tls"), urlsplit(settings.public_url)
    if "tls_certificate" in chosen:
        raise SettingError(key, f"it makes a certificate, and {_variable('tls_certificate')} names another: choose one")
    if not settings.is_loopback:
        raise SettingError(key, f"its certificate is for this machine alone, and {settings.host} is for others as well")
    if public.scheme != "https" or not values.is_local_name(public.hostname or ""):
        raise SettingError(_variable("public_url"), f"with {key} it is https://localhost or a name below localhost")
    if not settings.is_development:
        raise SettingError(key, "it is for development, and this is production mode")


def _variable(name: str) -> str:
    return PREFIX + name.upper()
