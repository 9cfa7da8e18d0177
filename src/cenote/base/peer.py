"""Where a request comes from: this machine itself, or somewhere that only looks like it."""

import ipaddress
from collections.abc import Iterable

_FORWARDED = frozenset({"cf-connecting-ip", "forwarded", "true-client-ip", "via", "x-client-ip", "x-real-ip"})
_FORWARDED_FAMILY = "x-forwarded"


def is_own_machine(source_ip: str, header_names: Iterable[str]) -> bool:
    """
    Whether a request comes from this machine.

    *source_ip* is the socket's peer; *header_names* are in lower case. A proxy on this machine makes everyone's requests look local,
    so one with a forwarding header never is.
    """
    return is_loopback_address(source_ip) and not any(
        name in _FORWARDED or name.startswith(_FORWARDED_FAMILY) for name in header_names
    )


def is_loopback_address(address: str) -> bool:
    """Whether *address* is an IP address of the loopback interface, IPv4 within IPv6 included."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback
