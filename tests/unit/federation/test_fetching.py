"""Documents are fetched from where they may come, within bounds, and from nowhere else."""

import ipaddress
import ssl
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from provider_site import Site, site

from cenote.federation import addresses, fetching
from cenote.federation.addresses import is_allowed
from cenote.federation.discovery import Endpoints, discover
from cenote.federation.errors import FederationError
from cenote.federation.fetching import MAX_BYTES, MAX_REDIRECTS, Fetcher

DEVELOPMENT = Fetcher(is_development=True)
PRODUCTION = Fetcher(is_development=False)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as served:
        yield served


def refused(url: str, fetcher: Fetcher = DEVELOPMENT) -> str:
    with pytest.raises(FederationError) as caught:
        fetcher.get(url, "*/*")
    return caught.value.public


@pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_the_public_internet_is_allowed(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert is_allowed(address, is_development=False)
    assert is_allowed(address, is_development=True)


@pytest.mark.parametrize("text", ["127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "172.18.0.5", "192.168.1.1", "fd00::1",
                                  "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"])  # fmt: skip
def test_loopback_and_private_networks_are_for_development(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert not is_allowed(address, is_development=False)
    assert is_allowed(address, is_development=True)


@pytest.mark.parametrize("text", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
                                  "::", "224.0.0.1", "ff02::1", "100.100.100.200"])  # fmt: skip
def test_metadata_services_and_addresses_of_no_host_are_never_allowed(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert not is_allowed(address, is_development=False)
    assert not is_allowed(address, is_development=True)


def test_development_speaks_http_to_this_machine(web: Site) -> None:
    assert b"hello" == DEVELOPMENT.get(web.serve("/a?b=c", b"hello"), "text/plain")
    [(path, headers)] = web.asked
    assert "/a?b=c" == path
    assert ("text/plain", "identity", "Cenote") == tuple(
        headers[name] for name in ("Accept", "Accept-Encoding", "User-Agent")
    )
    assert urllib.parse.urlsplit(web.url).netloc == headers["Host"]
    assert not {"Authorization", "Cookie"} & headers.keys()


def test_production_calls_nobody_on_this_machine(web: Site) -> None:
    assert "its address may not be called" == refused(web.serve("/", b"hello"), PRODUCTION)
    assert [] == web.asked


def test_a_name_that_leads_to_a_private_address_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    for found in ("169.254.169.254", "10.0.0.8"):
        monkeypatch.setattr(fetching, "resolved", lambda _host, _port, to=found: [ipaddress.ip_address(to)])
        assert "its address may not be called" == refused("https://innocent.example.com/", PRODUCTION)


def test_one_forbidden_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("10.0.0.8")]
    monkeypatch.setattr(fetching, "resolved", lambda _host, _port: both)
    assert "its address may not be called" == refused("https://innocent.example.com/", PRODUCTION)


@pytest.mark.parametrize("url", ["http://idp.example.com/", "https://idp.example.com:8443/"])
def test_elsewhere_it_is_https_at_the_usual_ports(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "resolved", lambda _host, _port: [ipaddress.ip_address("93.184.216.34")])
    for fetcher in (DEVELOPMENT, PRODUCTION):
        assert "it must be https, at port 80 or 443" == refused(url, fetcher)


@pytest.mark.parametrize(
    "url", ["ftp://localhost/", "localhost/x", "http://", "http://a b/", "http://[::1/", "http://x:0/"]
)
def test_what_is_no_url_is_not_called(url: str) -> None:
    assert "it is not a URL" == refused(url)


def test_credentials_in_a_url_are_refused(web: Site) -> None:
    assert "it names a user" == refused(web.url.replace("http://", "http://user:password@"))


def test_redirects_are_followed_a_few_times_and_judged_anew(web: Site) -> None:
    web.serve("/0", b"end")
    for number in range(1, MAX_REDIRECTS + 2):
        web.serve(f"/{number}", b"", 302, Location=f"/{number - 1}")
    assert b"end" == DEVELOPMENT.get(f"{web.url}/{MAX_REDIRECTS}", "*/*")
    assert "it redirects too often" == refused(f"{web.url}/{MAX_REDIRECTS + 1}")
    inward = web.serve("/inward", b"", 307, Location="http://169.254.169.254/latest/meta-data/")
    assert "its address may not be called" == refused(inward)
    assert "it redirects to nowhere" == refused(web.serve("/nowhere", b"", 301))
    assert "it is not a URL" == refused(web.serve("/file", b"", 302, Location="file:///etc/hostname"))


def test_an_answer_that_is_no_document_is_refused(web: Site) -> None:
    assert "it answers with status code 404" == refused(f"{web.url}/none")
    assert "it answers with status code 500" == refused(web.serve("/broken", b"", 500))
    assert f"it has more than {MAX_BYTES} bytes" == refused(web.serve("/big", b"x" * (MAX_BYTES + 1)))
    zipped = web.serve("/zipped", b"x", Content_Encoding="gzip")
    assert "its answer is compressed, which was not asked for" == refused(zipped)


def test_a_fetch_ends_when_its_time_is_over(web: Site) -> None:
    assert "it takes too long" == refused(web.serve("/", b"hello"), Fetcher(is_development=True, total_s=0))


def test_another_address_of_the_host_is_called_when_the_first_does_not_answer(
    web: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [ipaddress.ip_address("127.0.0.2"), ipaddress.ip_address("127.0.0.1")]
    monkeypatch.setattr(fetching, "resolved", lambda _host, _port: both)
    assert b"hello" == DEVELOPMENT.get(web.serve("/", b"hello"), "*/*")


def test_nobody_who_answers_is_a_refusal() -> None:
    with site() as gone:
        url = gone.url
    assert "nobody answers" == refused(url)
    assert "the host is not known" == refused("https://no-such-host.invalid/")


def test_tls_asks_for_the_name_though_the_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    class Watched(fetching.TlsConnectionPool):
        def __init__(self, host: str, port: int, **options: Any) -> None:
            seen.update(options, host=host, port=port)
            super().__init__(host, port, **options)

        def urlopen(self, *_: Any, **__: Any) -> Any:
            raise fetching.urllib3.exceptions.ProtocolError("not in a test")

    monkeypatch.setattr(fetching, "TlsConnectionPool", Watched)
    monkeypatch.setattr(fetching, "resolved", lambda _host, _port: [ipaddress.ip_address("93.184.216.34")])
    assert "nobody answers" == refused("https://idp.example.com/x", PRODUCTION)
    assert ("93.184.216.34", 443) == (seen["host"], seen["port"])
    assert ("idp.example.com", "idp.example.com") == (seen["server_hostname"], seen["assert_hostname"])
    assert ssl.CERT_REQUIRED == seen["ssl_context"].verify_mode


def test_names_below_localhost_are_this_machine_whatever_the_resolver_knows() -> None:
    assert addresses.resolved("localhost", 80) == addresses.resolved("Shop.auth.localhost", 80)


def test_a_resolver_gives_every_address_once() -> None:
    found = addresses.resolved("localhost", 80)
    assert all(address.is_loopback for address in found)
    assert len(found) == len(set(found))


def test_discovery_finds_the_endpoints_of_an_issuer(web: Site) -> None:
    web.discovery()
    expected = Endpoints(*(f"{web.url}/{name}" for name in ("authorize", "token", "userinfo", "jwks.json")))
    assert expected == discover(DEVELOPMENT, web.url)
    web.discovery(userinfo_endpoint=None, jwks_uri=7)
    assert (None, None) == (discover(DEVELOPMENT, web.url).userinfo, discover(DEVELOPMENT, web.url).jwks)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"no json", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"\xff\xfe", "it is not JSON"),
        (b"[]", "it is not a JSON object"),
        (b'{"issuer": "https://another.example.com"}', "it is of another issuer"),
        (b"{}", "it is of another issuer"),
    ],
)
def test_what_is_no_discovery_document_of_the_issuer_is_refused(web: Site, body: bytes, why: str) -> None:
    web.serve("/.well-known/openid-configuration", body)
    with pytest.raises(FederationError) as caught:
        discover(DEVELOPMENT, web.url)
    assert why == caught.value.public
