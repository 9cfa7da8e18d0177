"""How a setting's text becomes its value: one small parser a kind, each raising ValueError with a sentence for people."""

import base64
import binascii
import ipaddress
import re
import string
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from cenote.base.ids import is_region
from cenote.base.rates import MAX_RATE
from cenote.base.secret import Secret

Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
MASTER_KEY_BYTES = 32
ACCESS_KEY_CHARACTERS = re.compile(r"\w{16,128}", re.ASCII)
SECRET_KEY_MIN_LENGTH = 16
ISSUER_FIELDS = frozenset({"public_url", "region", "pool_id"})
LISTS = {
    "mode": ("auto", "development", "production"),
    "log_format": ("auto", "json", "console"),
    "log_level": ("debug", "info", "warning", "error"),
    "message_delivery": ("auto", "outbox", "send"),
    "function_isolation": ("auto", "bubblewrap", "user", "limits"),
}


def text(value: str) -> str:
    """The value as it is."""
    return value


def secret(value: str) -> Secret:
    """The value, wrapped so that nothing prints it."""
    return Secret(value)


def path(value: str) -> Path:
    """A path; `~` is the home folder."""
    return Path(value).expanduser()


def truth(value: str) -> bool:
    """A yes or a no."""
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if value.lower() not in words:
        raise ValueError(f"'{value}' is neither true nor false")
    return words[value.lower()]


def _whole_number(value: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,18}", value, re.ASCII):
        raise ValueError(f"'{value}' is not a whole number")
    if not low <= int(value) <= high:
        raise ValueError(f"{value} is not between {low} and {high}")
    return int(value)


def port(value: str) -> int:
    """A TCP port."""
    return _whole_number(value, 1, 65535)


def count(value: str) -> int:
    """A number of processes or threads."""
    return _whole_number(value, 1, 1024)


def quota(value: str) -> int:
    """How many of a thing there may be at most."""
    return _whole_number(value, 1, 1_000_000_000)


def rate(value: str) -> int:
    """How many requests a second."""
    return _whole_number(value, 1, MAX_RATE)


def memory(value: str) -> int:
    """Megabytes of memory for one process."""
    return _whole_number(value, 64, 1 << 20)


def body_size(value: str) -> int:
    """A number of bytes, 1 KiB to 1 GiB."""
    return _whole_number(value, 1024, 1 << 30)


def seconds(value: str) -> float:
    """A duration of a tenth of a second to an hour."""
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value, re.ASCII):
        raise ValueError(f"'{value}' is not a number of seconds")
    if not 0.1 <= float(value) <= 3600:  # noqa: PLR2004  the docstring and the sentence say what they are
        raise ValueError(f"{value} is not between 0.1 and 3600 seconds")
    return float(value)


def host(value: str) -> str:
    """An address to listen on, or `localhost`."""
    if value != "localhost":
        try:
            ipaddress.ip_address(value)
        except ValueError:
            raise ValueError(f"'{value}' is neither an IP address nor localhost") from None
    return value


def networks(value: str) -> Networks:
    """Networks in CIDR notation, separated by commas."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(","))
    except ValueError as fault:
        raise ValueError(f"it is not a list of networks such as 10.0.0.0/8,fd00::/8 ({fault})") from None


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach *address*."""
    return address == "localhost" or ipaddress.ip_address(address).is_loopback


def is_local_name(host: str) -> bool:
    """Whether a URL's *host* is always this machine itself (RFC 6761, section 6.3, for names)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def choice(name: str, value: str) -> str:
    """One of the words that setting *name* knows."""
    if value not in LISTS[name]:
        raise ValueError(f"'{value}' is not one of {', '.join(LISTS[name])}")
    return value


def mode(value: str) -> str:
    """auto, development or production."""
    return choice("mode", value)


def log_format(value: str) -> str:
    """auto, json or console."""
    return choice("log_format", value)


def log_level(value: str) -> str:
    """debug, info, warning or error; capitals are fine."""
    return choice("log_level", value.lower())


def message_delivery(value: str) -> str:
    """auto, outbox or send."""
    return choice("message_delivery", value)


def function_isolation(value: str) -> str:
    """How functions are shut in: auto, bubblewrap, user or limits."""
    return choice("function_isolation", value)


def region(value: str) -> str:
    """A region's name, e.g. eu-central-1."""
    if not is_region(value):
        raise ValueError(f"'{value}' does not look like a region such as us-east-1")
    return value


def account_id(value: str) -> str:
    """An account's twelve digits."""
    if not re.fullmatch(r"\d{12}", value, re.ASCII):
        raise ValueError(f"'{value}' is not twelve digits")
    return value


def access_key_id(value: str) -> str:
    """An access key id, within IAM's own bounds (16 to 128 word characters)."""
    if not ACCESS_KEY_CHARACTERS.fullmatch(value):
        raise ValueError(f"'{value}' is not 16 to 128 letters, digits and underscores")
    return value


def secret_access_key(value: str) -> Secret:
    """A secret access key, long enough not to be guessed."""
    if len(value) < SECRET_KEY_MIN_LENGTH:
        raise ValueError(f"it is shorter than {SECRET_KEY_MIN_LENGTH} characters")
    return Secret(value)


def split_url(value: str) -> SplitResult:
    """The parts of a URL, its port checked; the sentence of an error never repeats *value*, which may hold a password."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError as fault:
        raise ValueError("it is not a URL") from fault
    return parts


def database_url(value: str) -> str:
    """The URL of a SQLite file or of a PostgreSQL or CockroachDB server; `postgres://` is a common spelling."""
    parts = split_url(value)
    if parts.scheme not in {"sqlite", "postgresql", "postgres", "cockroachdb"}:
        raise ValueError("it starts with neither sqlite:/// nor postgresql://")
    if parts.scheme == "sqlite" and (parts.netloc or not parts.path.strip("/")):
        raise ValueError("a SQLite URL is sqlite:///relative/path or sqlite:////absolute/path")
    return value


def web_url(value: str) -> str:
    """An http or https URL."""
    parts = split_url(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"'{value}' is not an http:// or https:// URL")
    return value


def lambda_endpoint(value: str) -> str:
    """The URL of a Lambda endpoint, or `aws` for AWS itself."""
    return value if value == "aws" else web_url(value)


def kms_endpoint(value: str) -> str:
    """The URL of a KMS endpoint, or `aws` for AWS itself."""
    return value if value == "aws" else web_url(value)


def public_url(value: str) -> str:
    """Scheme, host and port: what every issuer and link starts with, compared by clients to the letter."""
    parts = split_url(web_url(value))
    if parts.username is not None:
        raise ValueError("it must not hold a user name or password")
    if parts.query or parts.fragment or "?" in value or "#" in value:
        raise ValueError(f"'{value}' must have neither query nor fragment")
    if value.endswith("/"):
        raise ValueError(f"'{value}' must not end in a slash")
    if parts.path:
        raise ValueError(f"'{value}' must not have a path: signatures cover the path that the client sees")
    return value


def issuer_template(value: str) -> str:
    """A token's `iss` with {public_url}, {region} and {pool_id} to be filled in."""
    try:
        fields = list(string.Formatter().parse(value))
    except ValueError as fault:
        raise ValueError(f"'{value}' has an unbalanced brace") from fault
    for _, name, form, conversion in fields:
        if name is not None and (name not in ISSUER_FIELDS or form or conversion):
            raise ValueError(f"'{{{name}}}' is not one of {{public_url}}, {{region}} and {{pool_id}}")
    if "{pool_id}" not in value:
        raise ValueError("it lacks {pool_id}: two pools would share an issuer")
    web_url(value.format(public_url="http://localhost", region="us-east-1", pool_id="us-east-1_x"))
    return value


def master_key(value: str) -> Secret:
    """One or more keys of 32 bytes in hex or base64, parted by commas, the current one first."""
    for part in value.split(","):
        master_key_bytes(part)
    return Secret(value)


def master_key_bytes(value: str) -> bytes:
    """The 32 bytes of one key in hex or base64 (URL-safe or not, padded or not)."""
    value = value.strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", value):
        return bytes.fromhex(value)
    plain = value.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        raise ValueError(f"it is not {MASTER_KEY_BYTES} bytes in hex or base64")
    return key


def smtp_url(value: str) -> Secret:
    """`smtp://user:password@host:587?starttls=required` or `smtps://…`."""
    parts = split_url(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("it is not an smtp:// or smtps:// URL with a host")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError("it must have no path")
    query = parse_qs(parts.query, keep_blank_values=True)
    unknown = sorted(query.keys() - {"starttls", "ca", "helo"})
    if unknown or any(len(given) != 1 for given in query.values()):
        raise ValueError("its options are starttls, ca and helo, each once")
    if query.get("starttls", ["required"])[0] not in {"required", "opportunistic", "off"}:
        raise ValueError("starttls is required, opportunistic or off")
    if "starttls" in query and parts.scheme == "smtps":
        raise ValueError("smtps:// is TLS from the first byte; starttls belongs to smtp://")
    return Secret(value)
