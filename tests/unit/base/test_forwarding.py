"""Whose address counts when proxies pass requests on."""

import ipaddress

import pytest

from cenote.base.forwarding import client_address, forwarded

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "header", "expected"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.7, 10.0.0.8", "10.0.0.7"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "[2001:db8::5]:443", "2001:db8::5"),
        ("10.0.0.1", "198.51.100.1:51000", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, ", "10.0.0.1"),
        ("not an address", "198.51.100.1", "not an address"),
    ],
)
def test_the_last_address_that_no_proxy_has_is_the_clients(peer: str, header: str, expected: str) -> None:
    assert expected == client_address(peer, header, PROXIES)


def test_nobody_is_believed_unless_a_setting_says_so() -> None:
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert environ is forwarded(environ, ())
    assert "198.51.100.1" == forwarded(environ, PROXIES)["REMOTE_ADDR"]
    assert "10.0.0.1" == environ["REMOTE_ADDR"]
