"""
A writer of databases of addresses in MaxMind's format, as small as tests need.

A tree of bits of IPv6 addresses (IPv4 under ::/96) with 24-bit records, 16 zero bytes, the data, and the metadata behind its marker.
Source: the published specification "MaxMind DB File Format", version 2.0.
"""

import ipaddress
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_BITS = 128
_SEPARATOR = b"\x00" * 16
_UINT16, _UINT32, _UINT64 = 5, 6, 9


def city(country: str, name: str, town: str, latitude: float, longitude: float) -> dict[str, Any]:
    """What a city database says of an address."""
    return {
        "city": {"names": {"en": town}},
        "country": {"iso_code": country, "names": {"en": name}},
        "location": {"latitude": latitude, "longitude": longitude},
    }


def write(path: Path, networks: Mapping[str, dict[str, Any]]) -> Path:
    """Write a database that says of each network's addresses what is given for it; *path*."""
    data, offsets = bytearray(), []
    for found in networks.values():
        offsets.append(len(data))
        data += _encoded(found)
    nodes = _tree([_bits(network) for network in networks])
    count = len(nodes)
    records = [_record(child, count, offsets) for node in nodes for child in node]
    tree = b"".join(record.to_bytes(3) for record in records)
    path.write_bytes(tree + _SEPARATOR + bytes(data) + _MARKER + _metadata(count))
    return path


def _bits(text: str) -> str:
    network = ipaddress.ip_network(text)
    shift = _BITS - network.max_prefixlen
    return f"{int(network.network_address):0{_BITS}b}"[: network.prefixlen + shift]


def _tree(prefixes: list[str]) -> list[list[int | str]]:
    """Nodes of two children each: a node's number, "" for nothing known, or "#n" for the data of the n-th network."""
    nodes: list[list[int | str]] = [["", ""]]
    for number, prefix in enumerate(prefixes):
        at = 0
        for bit in prefix[:-1]:
            child = nodes[at][int(bit)]
            if not isinstance(child, int):
                nodes.append(["", ""])
                child = nodes[at][int(bit)] = len(nodes) - 1
            at = child
        nodes[at][int(prefix[-1])] = f"#{number}"
    return nodes


def _record(child: int | str, count: int, offsets: list[int]) -> int:
    if isinstance(child, int):
        return child
    return count + len(_SEPARATOR) + offsets[int(child[1:])] if child else count


def _metadata(count: int) -> bytes:
    numbers = {
        "node_count": _uint(_UINT32, count),
        "record_size": _uint(_UINT16, 24),
        "ip_version": _uint(_UINT16, 6),
        "binary_format_major_version": _uint(_UINT16, 2),
        "binary_format_minor_version": _uint(_UINT16, 0),
        "build_epoch": _uint(_UINT64, 1_780_000_000),
    }
    members = b"".join(_encoded(name) + value for name, value in numbers.items())
    kind = _encoded("database_type") + _encoded("Tests")
    # An array without languages: its type is written in a second byte.
    languages = _encoded("languages") + b"\x00\x04"
    return bytes([7 << 5 | len(numbers) + 3]) + members + kind + languages + _encoded("description") + _encoded({})


def _uint(kind: int, value: int) -> bytes:
    content = value.to_bytes((value.bit_length() + 7) // 8)
    extended = 7
    return bytes([kind << 5 | len(content)] if kind <= extended else [len(content), kind - extended]) + content


def _encoded(value: Any) -> bytes:
    if isinstance(value, dict):
        return bytes([7 << 5 | len(value)]) + b"".join(_encoded(each) for pair in value.items() for each in pair)
    if isinstance(value, float):
        return bytes([3 << 5 | 8]) + struct.pack(">d", value)
    content = value.encode()
    return bytes([2 << 5 | len(content)]) + content
