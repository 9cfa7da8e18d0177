"""Who may read codes: a development server's own machine, and no web page that merely reaches it."""

import re
from collections.abc import Mapping

from cenote.base.peer import is_own_machine

_LOOPBACK_HOST = re.compile(
    r"(?:(?:[a-z0-9_](?:[a-z0-9_-]*)\.)*localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?", re.ASCII
)
_OWN_SITES = frozenset({"same-origin", "same-site", "none"})


def is_open(headers: Mapping[str, str], source_ip: str, *, development: bool) -> bool:
    """
    Return whether a request may read messages and codes without a signature.

    *headers* have lower-case names; *source_ip* is the socket's peer. The Host header defends against DNS rebinding,
    Origin and Sec-Fetch-Site against other sites' pages, the forwarding headers against a proxy that makes the whole
    network look like loopback.
    """
    return (
        development
        and is_own_machine(source_ip, headers)
        and _LOOPBACK_HOST.fullmatch(headers.get("host", "").lower()) is not None
        and _is_own_origin(headers.get("origin"))
        and headers.get("sec-fetch-site", "none") in _OWN_SITES
    )


def _is_own_origin(origin: str | None) -> bool:
    if origin is None:
        return True
    scheme, separator, host = origin.lower().partition("://")
    return scheme in {"http", "https"} and bool(separator) and _LOOPBACK_HOST.fullmatch(host) is not None
