"""Calls of a sign-in: with a form or a token, to where they may go, and no further."""

import ipaddress
import threading
from collections.abc import Iterator

import pytest

from cenote.base.settings import load
from cenote.federation import fetching
from cenote.federation.addresses import is_allowed
from cenote.federation.calls import Answer, Call
from cenote.federation.crowd import Crowd
from cenote.federation.errors import CrowdedError, FederationError, UnansweredError
from cenote.federation.fetching import MAX_ANSWER_BYTES, Fetcher, fetcher_of
from harness.oidc_provider import REDIRECT, OidcProvider, oidc_provider

DEVELOPMENT = Fetcher(is_development=True)
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


@pytest.fixture
def op() -> Iterator[OidcProvider]:
    with oidc_provider() as served:
        yield served


def refused(call: Call, fetcher: Fetcher = DEVELOPMENT) -> str:
    with pytest.raises(FederationError) as caught:
        fetcher.call(call)
    return caught.value.public


def test_a_form_is_posted(op: OidcProvider) -> None:
    op.forced["/x"] = (201, {}, b"made")
    assert Answer(201, b"made") == DEVELOPMENT.call(Call(f"{op.url}/x?a=b", form={"c": "d e&"}))
    asked = op.last("/x")
    assert ("POST", {"a": "b"}, {"c": "d e&"}) == (asked.method, asked.query, asked.form)
    names = ("Content-Type", "Accept", "Accept-Encoding", "User-Agent")
    expected = ("application/x-www-form-urlencoded", "application/json", "identity", "Amazon/Cognito")
    assert expected == tuple(asked.headers[name] for name in names)
    assert not {"Authorization", "Cookie"} & asked.headers.keys()


def test_a_token_is_shown_and_the_query_grows(op: OidcProvider) -> None:
    DEVELOPMENT.call(Call(f"{op.url}/x?a=b", bearer="t", query={"c": "d&e"}))
    asked = op.last("/x")
    assert ("GET", {"a": "b", "c": "d&e"}, "Bearer t") == (asked.method, asked.query, asked.headers["Authorization"])
    assert "'t'" not in repr(Call(op.url, bearer="t"))


def test_no_redirect_is_followed(op: OidcProvider) -> None:
    op.forced["/x"] = REDIRECT
    assert 302 == DEVELOPMENT.call(Call(f"{op.url}/x", form={})).status
    assert ["/x"] == op.paths()


def test_an_answer_is_bounded(op: OidcProvider) -> None:
    op.forced["/x"] = (500, {}, b"x" * (MAX_ANSWER_BYTES + 1))
    assert f"it has more than {MAX_ANSWER_BYTES} bytes" == refused(Call(f"{op.url}/x"))


def test_a_call_ends_when_its_time_is_over(op: OidcProvider) -> None:
    over = threading.Event()

    def drip(_asked: object) -> tuple[int, dict[str, str], bytes]:
        over.wait(30)
        return 200, {}, b""

    op.forced["/x"] = drip
    try:
        with pytest.raises(UnansweredError) as caught:
            Fetcher(is_development=True, call_s=0.3).call(Call(f"{op.url}/x"))
    finally:
        over.set()
    assert caught.value.is_timeout
    assert not UnansweredError("nobody answers", is_timeout=False).is_timeout


def test_a_call_goes_where_a_document_may_come_from(op: OidcProvider) -> None:
    production = Fetcher(is_development=False)
    assert "its address may not be called" == refused(Call(f"{op.url}/x"), production)
    assert "it is not a URL" == refused(Call("file:///etc/hostname"))
    assert "it names a user" == refused(Call("http://a:b@localhost/"))
    assert [] == op.paths()


def test_networks_of_the_operator_are_called_without_tls_and_at_any_port(op: OidcProvider) -> None:
    inside = Fetcher(is_development=False, inside=LOOPBACK)
    op.forced["/x"] = (200, {}, b"inside")
    assert Answer(200, b"inside") == inside.call(Call(f"{op.url}/x"))
    assert b"inside" == inside.get(f"{op.url}/x", "*/*")
    beside = Fetcher(is_development=False, inside=[ipaddress.ip_network("10.0.0.0/8")])
    assert "its address may not be called" == refused(Call(f"{op.url}/x"), beside)


def test_whoever_is_inside_does_not_open_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [ipaddress.ip_address("10.0.0.8"), ipaddress.ip_address("93.184.216.34")]
    monkeypatch.setattr(fetching, "resolved", lambda _host, _port: both)
    fetcher = Fetcher(is_development=False, inside=[ipaddress.ip_network("10.0.0.0/8")])
    assert "it must be https, at port 80 or 443" == refused(Call("http://half.example.com:8080/"), fetcher)


@pytest.mark.parametrize("text", ["169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254", "224.0.0.1"])
def test_no_network_of_the_operator_has_metadata_services(text: str) -> None:
    everything = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
    assert not is_allowed(ipaddress.ip_address(text), is_development=False, inside=everything)


@pytest.mark.parametrize("text", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::a01:203", "2002:a01:203::"])
def test_an_embedded_address_is_the_one_that_counts(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert is_allowed(address, is_development=False, inside=[ipaddress.ip_network("10.0.0.0/8")])
    assert not is_allowed(address, is_development=False, inside=[ipaddress.ip_network("10.2.0.0/16")])


def test_a_crowd_has_places_for_each_host() -> None:
    crowd = Crowd(2)
    with crowd.place("a"), crowd.place("a"), crowd.place("b"), pytest.raises(CrowdedError), crowd.place("a"):
        pytest.fail("there was no place")
    with crowd.place("a"), crowd.place("a"):
        assert {"a": 2} == crowd._taken
    assert {} == crowd._taken


def test_a_place_is_free_again_after_a_failure() -> None:
    crowd = Crowd(1)
    for _ in range(3):
        with pytest.raises(KeyError), crowd.place("a"):
            raise KeyError


def test_the_settings_say_what_may_be_called(op: OidcProvider) -> None:
    production = {"CENOTE_MODE": "production"}
    assert "its address may not be called" == refused(Call(f"{op.url}/x"), fetcher_of(load(production, None)))
    inside = production | {"CENOTE_FEDERATION_PRIVATE_NETWORKS": "127.0.0.0/8,::1"}
    assert 404 == fetcher_of(load(inside, None)).call(Call(f"{op.url}/x")).status
