"""
The URLs of identity providers.

Source: developer guide, "Using OIDC identity providers with a user pool" (https, ports 80 and 443).
"""

from urllib.parse import SplitResult, urlsplit

from cenote.base.errors import InvalidParameterException
from cenote.base.peer import is_loopback_address

PORTS = frozenset({80, 443})
MAX_URL_LENGTH = 2048


def verify_endpoint(name: str, url: str, *, is_development: bool, has_inside: bool = False) -> None:
    """
    Accept *url*, the detail *name*, as an address that we call: https at port 80 or 443, or in development any on this machine.

    *has_inside*: there are networks in which anything may be called. Which host is in them is known when it is called, and judged then.

    Raises:
        InvalidParameterException: it is another.
    """
    parts = _parts_of(name, url)
    if has_inside or (is_development and is_loopback_host(parts.hostname or "")):
        return
    if parts.scheme != "https":
        raise InvalidParameterException("OIDC endpoint must start with https://")
    if (parts.port or 443) not in PORTS:
        raise InvalidParameterException(f"The port of {name} must be 80 or 443.")


def verify_page(name: str, url: str, *, is_development: bool, has_inside: bool = False) -> None:
    """
    Accept *url* as an address that a browser is sent to: https at any port, or in development http on this machine.

    *has_inside* as of `verify_endpoint`: then http, too.

    Raises:
        InvalidParameterException: it is another.
    """
    parts = _parts_of(name, url)
    if parts.scheme != "https" and not has_inside and not (is_development and is_loopback_host(parts.hostname or "")):
        raise InvalidParameterException(f"{name} must start with https://")


def is_loopback_host(host: str) -> bool:
    """Whether *host* names this machine by what it is called, whatever it may resolve to."""
    return host == "localhost" or host.endswith(".localhost") or is_loopback_address(host)


def _parts_of(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    is_plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not is_whole or not is_plain or len(url) > MAX_URL_LENGTH or parts.scheme not in {"http", "https"}:
        raise InvalidParameterException(f"{name} is not a valid URL.")
    if "@" in parts.netloc or "#" in url:
        raise InvalidParameterException(f"{name} must have neither user nor fragment.")
    return parts
