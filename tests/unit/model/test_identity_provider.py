"""URLs of identity providers, and the two forms in which identities are shown."""

import json

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.identity_provider.link import Link, identities_attribute, identities_claim
from cenote.model.identity_provider.urls import is_loopback_host, verify_endpoint, verify_page


def a_link(provider: str, subject: str, at_ms: int, *, is_primary: bool = False, issuer: str | None = None) -> Link:
    return Link("pool", provider, "Cognito_Subject", subject, "sub", provider, issuer, is_primary, at_ms)


def test_the_attribute_has_a_boolean_and_a_number_and_the_claim_texts() -> None:
    younger = a_link("SAML", "ä", 1700000000001, issuer="urn:idp")
    older = a_link("Google", "1", 1700000000000, is_primary=True)
    text = identities_attribute([younger, older])
    assert (
        '[{"userId":"1","providerName":"Google","providerType":"Google","issuer":null,"primary":true,'
        '"dateCreated":1700000000000},'
        '{"userId":"ä","providerName":"SAML","providerType":"SAML","issuer":"urn:idp","primary":false,'
        '"dateCreated":1700000000001}]'
    ) == text
    first, second = json.loads(text)
    assert [
        {**first, "primary": "true", "dateCreated": "1700000000000"},
        {**second, "primary": "false", "dateCreated": "1700000000001"},
    ] == identities_claim(text)


def test_without_links_there_is_no_attribute() -> None:
    assert "" == identities_attribute([])


@pytest.mark.parametrize("host", ["localhost", "idp.localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_is_known_by_name_and_address(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["localhost.example.com", "10.0.0.1", "example.com", ""])
def test_other_machines_are_not_this_one(host: str) -> None:
    assert not is_loopback_host(host)


@pytest.mark.parametrize(
    "url", ["https://op.example.com", "https://op.example.com:443/a?b=c", "https://op.example.com:80/"]
)
def test_endpoints_are_https_at_the_usual_ports(url: str) -> None:
    verify_endpoint("token_url", url, is_development=False)


@pytest.mark.parametrize("url", ["http://localhost:8080/token", "https://127.0.0.1:8443/token"])
def test_development_calls_this_machine_anyhow(url: str) -> None:
    verify_endpoint("token_url", url, is_development=True)
    verify_page("MetadataURL", url, is_development=True)
    with pytest.raises(InvalidParameterException):
        verify_endpoint("token_url", url, is_development=False)


@pytest.mark.parametrize(
    "url",
    ["", "op.example.com", "//op.example.com", "https://", "https://a b", "https://[::1", "https://a:99999", "https://a:0",
     "https://a\\b", "https://ä.example.com", "https://a/#b", "https://u@a", "https://u:p@a", "javascript:alert(1)",
     "ftp://a/", "http://a/", "https://a/" + "x" * 2048, "https://a/\n"],
)  # fmt: skip
def test_what_is_no_address_to_call_is_refused(url: str) -> None:
    for is_development in (False, True):
        with pytest.raises(InvalidParameterException):
            verify_endpoint("token_url", url, is_development=is_development)
        with pytest.raises(InvalidParameterException):
            verify_page("MetadataURL", url, is_development=is_development)


def test_a_page_may_be_at_any_port() -> None:
    verify_page("MetadataURL", "https://idp.example.com:8443/metadata", is_development=False)
