"""
A sighting: what was seen of one attempt, in the form in which it is held against others and kept with its event.

The device is what a context library calls it, else browser and system without versions. Addresses count by their network too (/24, /48),
since people keep a network longer than an address.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.threat.fingerprint import Fingerprint
from cenote.threat.geo import Geography, Place
from cenote.threat.user_agent import UNKNOWN, device_family, device_name

_V4_PREFIX = 24
_V6_PREFIX = 48
_PLACE = ("country_code", "country", "city", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One attempt; None for what is not known of it. *device_name* is for people, *timezone* as "-07:00"."""

    at_ms: int
    address: str | None = None
    device: str | None = None
    device_name: str = f"{UNKNOWN}, {UNKNOWN}"
    timezone: str = ""
    place: Place | None = None
    has_context: bool = False

    @property
    def network(self) -> str | None:
        """The network of the address."""
        return network_of(self.address) if self.address else None

    @property
    def document(self) -> dict[str, Any]:
        """What is kept of it; the time is the event's."""
        document: dict[str, Any] = {"device_name": self.device_name, "has_context": self.has_context}
        document |= {name: getattr(self, name) for name in ("address", "device", "timezone") if getattr(self, name)}
        if self.place is not None:
            document["place"] = {name: value for name in _PLACE if (value := getattr(self.place, name)) is not None}
        return document


def sighting(
    *, at_ms: int, address: str, user_agent: str, fingerprint: Fingerprint, has_context: bool, geography: Geography
) -> Sighting:
    """What is seen of an attempt that comes from *address* with *user_agent*."""
    agent = fingerprint.user_agent or user_agent
    known = address_of(address)
    return Sighting(
        at_ms=at_ms,
        address=known,
        device=f"id:{fingerprint.device_id}" if fingerprint.device_id else device_family(agent),
        device_name=device_name(agent),
        timezone=fingerprint.timezone,
        place=geography.locate(known) if known else None,
        has_context=has_context,
    )


def sighting_of(at_ms: int, document: Mapping[str, Any]) -> Sighting:
    """The sighting that was kept as *document*."""
    place = document.get("place")
    return Sighting(
        at_ms=at_ms,
        address=document.get("address"),
        device=document.get("device"),
        device_name=document.get("device_name", f"{UNKNOWN}, {UNKNOWN}"),
        timezone=document.get("timezone", ""),
        place=Place(**place) if place else None,
        has_context=bool(document.get("has_context")),
    )


def address_of(text: str) -> str | None:
    """*text* as an address is written, an IPv4 address in IPv6's clothes as itself; None when it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def network_of(address: str) -> str:
    """The network that *address* is in, as wide as one customer of a provider has it."""
    prefix = _V6_PREFIX if ":" in address else _V4_PREFIX
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def is_within(address: str | None, ranges: tuple[str, ...]) -> bool:
    """Whether *address* is in one of *ranges*, in CIDR notation."""
    if address is None:
        return False
    found = ipaddress.ip_address(address)
    networks = (ipaddress.ip_network(each, strict=False) for each in ranges)
    return any(found.version == network.version and found in network for network in networks)
