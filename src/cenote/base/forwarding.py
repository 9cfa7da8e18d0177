"""
Whose request it is that a trusted proxy passes on.

`X-Forwarded-For` is a list that each proxy adds its own peer to. Read from its end, the first address that no trusted proxy has is the
client's; what stands before it anybody may have written.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any

from cenote.base.setting_values import Networks

_MOST_HOPS = 20


def client_address(peer: str, forwarded_for: str, proxies: Networks) -> str:
    """The address of the client whose request came from *peer* with that `X-Forwarded-For`; *peer* itself unless it is in *proxies*."""
    address = peer
    for named in reversed(forwarded_for.split(",")[-_MOST_HOPS:]):
        if not _is_in(address, proxies):
            return address
        written = _address_of(named.strip())
        if written is None:
            return address
        address = written
    return address


def forwarded(environ: Mapping[str, Any], proxies: Networks) -> Mapping[str, Any]:
    """The WSGI *environ* of a request, its REMOTE_ADDR that of the client where *proxies* passed it on."""
    header = environ.get("HTTP_X_FORWARDED_FOR")
    if not proxies or header is None:
        return environ
    peer: str = environ.get("REMOTE_ADDR", "")
    address = client_address(peer, header, proxies)
    return environ if address == peer else {**environ, "REMOTE_ADDR": address}


def _is_in(address: str, proxies: Networks) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return any((mapped or parsed) in network for network in proxies)


def _address_of(named: str) -> str | None:
    """An address as proxies write it: bare, or with a port, IPv6 then in brackets."""
    bare = named.partition("]")[0].removeprefix("[") if named.startswith("[") else named
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return None
