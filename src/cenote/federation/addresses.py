"""
Which addresses may be called for an administrator's URL.

Outside of development only addresses of the public Internet: the URL is a caller's, and a server that fetches it must not become a way
into the network that it stands in (its metadata service, its loopback, its neighbours). A SAML provider inside is told by its document
(MetadataFile), which is not fetched. One that must be called has its network named by who runs the server (`federation_private_networks`),
and there any port will do, and http. Development also goes to loopback and to private networks, where the provider is a container next
door. Nobody is sent to where clouds hand out credentials: link-local addresses, and a few others.
"""

import ipaddress
import socket
from collections.abc import Collection

from cenote.federation.errors import FederationError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# What some versions of Python take for public: IANA's special-purpose registries, and addresses that stand for one of IPv4.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "::/96",
            "::ffff:0:0:0/96",
            "64:ff9b:1::/48",
            "3fff::/20",
            "5f00::/16",
            "fec0::/10",
        ),
    )
)
# Where clouds hand out credentials besides link-local addresses: AWS by IPv6, Azure, Oracle.
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "168.63.129.16", "192.0.0.192")))


def resolved(host: str, port: int) -> list[Address]:
    """The addresses of *host*, in the resolver's order; raises FederationError when it has none."""
    # Names below localhost are this machine (RFC 6761, section 6.3), the domains of pools among them. Not every resolver knows.
    asked = "localhost" if host.lower().endswith(".localhost") else host
    try:
        found = socket.getaddrinfo(asked, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FederationError("the host is not known", f"{host} does not resolve: {error}") from None
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    return list(dict.fromkeys(addresses))


def is_allowed(address: Address, *, is_development: bool, inside: Collection[Network] = ()) -> bool:
    """Whether *address* may be called; *inside* are the networks that who runs the server calls his own."""
    # What is embedded in an IPv6 address is where the packet ends up.
    address = _inner(address) or address
    if address.is_link_local or address.is_multicast or address.is_unspecified or address in _METADATA:
        return False
    if is_inside(address, inside):
        return True
    if is_development and (address.is_loopback or address.is_private):
        return True
    return address.is_global and not any(address in network for network in _SPECIAL)


def is_inside(address: Address, networks: Collection[Network]) -> bool:
    """Whether one of *networks* has *address*."""
    address = _inner(address) or address
    return any(address in network for network in networks)


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo is not None else None
    return address.ipv4_mapped or address.sixtofour or teredo
