"""`cenote client` as one types it: options are shown, and changed one by one."""

import pytest

from cenote.flows.pools import create_client
from cenote.flows.services import Services
from cenote.model.client_settings.document import client_document
from flows import crowds
from harness.command_line import Typed

NAMES = ("PushedAuthorizationRequests", "DPoP", "DeviceAuthorization")


@pytest.fixture
def named(services: Services) -> tuple[str, str]:
    """A pool and a client of it."""
    pool = crowds.new_pool(services)
    known: dict[str, frozenset[str]] = {"custom_scopes": frozenset(), "providers": frozenset()}
    document = client_document(pool, {}, has_secret=False, act="creating", **known)
    client = create_client(services, pool, name="app", document=document, secret=None)
    return pool.pool_id, client.client_id


def _shown(*values: object) -> str:
    return "".join(f"{name}\t{value}\n" for name, value in zip(NAMES, values, strict=True))


def test_what_is_not_named_stays(named: tuple[str, str], typed: Typed) -> None:
    assert (0, _shown("OFF", "OFF", False), "") == typed("client", "show", *named)
    assert (0, _shown("OFF", "ALLOWED", False), "") == typed("client", "set", *named, "--dpop", "ALLOWED")
    assert (0, _shown("REQUIRED", "ALLOWED", True), "") == typed(
        "client", "set", *named, "--par", "REQUIRED", "--device"
    )
    assert (0, _shown("REQUIRED", "ALLOWED", False), "") == typed("client", "set", *named, "--no-device")
    assert (0, _shown("REQUIRED", "ALLOWED", False), "") == typed("client", "show", *named)


def test_an_address_for_logouts_comes_and_goes(named: tuple[str, str], typed: Typed) -> None:
    uri = "https://app.example.com/logged-out"
    everything = _shown("OFF", "OFF", False) + f"BackchannelLogoutURI\t{uri}\n"
    assert (0, everything, "") == typed("client", "set", *named, "--logout-uri", uri)
    assert (0, everything, "") == typed("client", "set", *named)
    assert (0, _shown("OFF", "OFF", False), "") == typed("client", "set", *named, "--logout-uri", "")


def test_what_cannot_be_is_one_line(named: tuple[str, str], typed: Typed) -> None:
    code, out, err = typed("client", "set", *named, "--dpop", "on")
    assert (1, "", 1) == (code, out, err.count("\n"))
    assert "DPoP is one of OFF, ALLOWED, REQUIRED." in err
    code, _, err = typed("client", "show", named[0], "unknown")
    assert (1, True) == (code, "does not exist" in err)
