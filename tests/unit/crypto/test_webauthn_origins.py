"""Which pages may use which relying party's credentials: Web Authentication Level 3, section 13.4.9."""

import pytest

from cenote.crypto.webauthn.origins import is_allowed

KEY_HASH = "A" * 43


@pytest.mark.parametrize(
    ("origin", "party"),
    [
        ("https://example.com", "example.com"),
        ("https://example.com:8443", "example.com"),
        ("https://login.example.com", "example.com"),
        ("https://a.b.example.com:1", "example.com"),
        ("http://localhost", "localhost"),
        ("http://localhost:3000", "localhost"),
        ("https://localhost:3000", "localhost"),
        ("http://app.localhost:3000", "localhost"),
        ("http://tests.auth.localhost:9329", "tests.auth.localhost"),
        (f"android:apk-key-hash:{KEY_HASH}", "example.com"),
    ],
)
def test_a_page_of_the_relying_partys_host_or_below_it_is_allowed(origin: str, party: str) -> None:
    """By https, and by http on the developer's own machine."""
    assert is_allowed(origin, party)


@pytest.mark.parametrize(
    ("origin", "party"),
    [
        ("http://example.com", "example.com"),
        ("https://example.org", "example.com"),
        ("https://notexample.com", "example.com"),
        ("https://example.com.evil.org", "example.com"),
        ("https://com", "example.com"),
        ("https://example.com", "login.example.com"),
        ("https://example.com/", "example.com"),
        ("https://example.com/path", "example.com"),
        ("https://user@example.com", "example.com"),
        ("https://evil.org#.example.com", "example.com"),
        ("https://evil.org?.example.com", "example.com"),
        ("https://evil.org\\.example.com", "example.com"),
        ("https://EXAMPLE.com", "example.com"),
        ("https://example.com:", "example.com"),
        ("https://example.com:port", "example.com"),
        ("https://example.com\n", "example.com"),
        ("https://ex\u0430mple.com", "example.com"),
        ("https://.example.com", "example.com"),
        ("ws://example.com", "example.com"),
        ("null", "example.com"),
        ("", "example.com"),
        ("http://127.0.0.1:3000", "localhost"),
        ("http://localhost.evil.org", "localhost"),
        ("http://notlocalhost", "localhost"),
        ("http://localhost:3000", "tests.auth.localhost"),
        (f"android:apk-key-hash:{KEY_HASH}A", "example.com"),
        ("android:apk-key-hash:", "example.com"),
        (f"ios:bundle-id:{KEY_HASH}", "example.com"),
    ],
)
def test_any_other_page_is_not(origin: str, party: str) -> None:
    """Look-alikes of a URL least of all."""
    assert not is_allowed(origin, party)
