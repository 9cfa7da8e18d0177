"""What a device is called and known by: User-Agent and EncodedData."""

import base64
import json

import pytest

from cenote.threat.fingerprint import Fingerprint, fingerprint_of
from cenote.threat.geo import Geography
from cenote.threat.sighting import Sighting, address_of, sighting, sighting_of
from cenote.threat.user_agent import device_family, device_name

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Mobile/15E148 Safari/604.1"
)


def encoded(context: object) -> str:
    payload = json.dumps({"contextData": context, "username": "ada"})
    return base64.b64encode(json.dumps({"payload": payload, "signature": "x", "version": "1"}).encode()).decode()


@pytest.mark.parametrize(
    ("user_agent", "name", "family"),
    [
        (CHROME, "Chrome 125, Windows 10", "Chrome/Windows"),
        (IPHONE, "Mobile Safari 17, iOS 17", "Mobile Safari/iOS"),
        ("nobody knows", "Other, Other", None),
        ("", "Other, Other", None),
    ],
)
def test_a_device_is_called_by_browser_and_system(user_agent: str, name: str, family: str | None) -> None:
    assert name == device_name(user_agent)
    assert family == device_family(user_agent)


def test_an_update_of_the_browser_is_no_new_device() -> None:
    assert device_family(CHROME) == device_family(CHROME.replace("125", "126"))


def test_a_context_library_says_the_device_its_browser_and_time_zone() -> None:
    context = {"DeviceId": "d-1", "UserAgent": CHROME, "ClientTimezone": "-07:00"}
    assert Fingerprint("d-1", CHROME, "-07:00") == fingerprint_of(encoded(context))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "e30=",
        base64.b64encode(b"[1]").decode(),
        base64.b64encode(b'{"payload": "[]"}').decode(),
        base64.b64encode(b'{"payload": 7}').decode(),
        base64.b64encode(b"[" * 9000).decode(),
        "é",
        "A" * 70_000,
        encoded([]),
        encoded({"DeviceId": 7, "UserAgent": None, "ClientTimezone": "noon"}),
        encoded({"DeviceId": "a\nb"}),
    ],
)
def test_what_is_not_of_the_form_says_nothing(text: str) -> None:
    assert Fingerprint() == fingerprint_of(text)


def test_a_sighting_is_kept_and_read_back_as_it_was() -> None:
    fingerprint = Fingerprint("d-1", "", "+01:00")
    seen = sighting(
        at_ms=7,
        address="::ffff:192.0.2.1",
        user_agent=CHROME,
        fingerprint=fingerprint,
        has_context=True,
        geography=Geography(),
    )
    expected = Sighting(7, "192.0.2.1", "id:d-1", "Chrome 125, Windows 10", "+01:00", None, has_context=True)
    assert expected == seen == sighting_of(7, json.loads(json.dumps(seen.document)))


@pytest.mark.parametrize(
    ("text", "address"),
    [("192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::1"), ("unknown", None), ("", None), ("1.2.3", None)],
)
def test_an_address_is_one_or_none(text: str, address: str | None) -> None:
    assert address == address_of(text)
