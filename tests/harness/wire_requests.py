"""Requests as they come from the wire, without a server."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class WireRequest:
    """What a signature is made over."""

    method: str = "POST"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    source_ip: str = "192.0.2.1"
    is_secure: bool = False
