"""A SAML provider's metadata is kept fresh: read again every six hours, and never given up for something worse."""

from collections.abc import Iterator
from typing import Any

import pytest
from provider_site import Site
from provider_site import site as web_site

from cenote.flows.federation import metadata
from cenote.storage import resources
from cenote.storage.resources import Kind, Resource
from harness import saml_idp, saml_pool
from harness.in_process import InProcess
from harness.saml_idp import Signing, one, sign
from harness.saml_pool import PROVIDER, SamlPool

HOUR_MS = 60 * 60 * 1000


@pytest.fixture
def web() -> Iterator[Site]:
    with web_site() as site:
        yield site


@pytest.fixture
def corp(in_process: InProcess, web: Site) -> SamlPool:
    url = web.serve("/metadata.xml", saml_pool.metadata().encode())
    return saml_pool.make(in_process, MetadataURL=url, IDPInit="true")


def stored(corp: SamlPool) -> Resource:
    with corp.endpoint.services.database.read() as tx:
        found = resources.get(tx, corp.id, Kind.IDENTITY_PROVIDER, PROVIDER)
    assert found is not None
    return found


def outcome(corp: SamlPool, *, key: str, name: str) -> str:
    """What the app is told when somebody comes whose assertion *key* signed."""
    root: Any = saml_idp.response(corp.plan.but(assertion_id=f"_{name}"))
    sign(one(root, "saml:Assertion"), Signing(who=key))
    relay_state = (
        f"redirect_uri={saml_pool.CALLBACK}&client_id={corp.client_id}&response_type=code"
        f"&identity_provider={PROVIDER}&scope=openid"
    )
    asked = corp.posted(corp.browser, root, relay_state).asked
    return "in" if "code" in asked else asked["error_description"]


def test_a_new_key_counts_after_six_hours(corp: SamlPool, web: Site) -> None:
    web.serve("/metadata.xml", saml_pool.metadata(key="next").encode())
    assert "SAML Response signature is invalid" == outcome(corp, key="next", name="early")
    corp.endpoint.clock.advance(hours=6)
    assert "in" == outcome(corp, key="next", name="late")
    assert "SAML Response signature is invalid" == outcome(corp, key="idp", name="old")
    assert 2 == len(web.asked)


def test_addresses_that_moved_are_shown(corp: SamlPool, web: Site) -> None:
    web.serve("/metadata.xml", saml_pool.metadata().replace("/sso", "/moved").encode())
    corp.endpoint.clock.advance(hours=6)
    assert corp.authorize(corp.browser).location.startswith("https://idp.example.com/moved?")
    assert "https://idp.example.com/moved" == corp.described()["ProviderDetails"]["SSORedirectBindingURI"]


@pytest.mark.parametrize(
    "document",
    [b"no xml", b"<x/>", saml_pool.metadata(key="mallory", entity="https://mallory.example.com").encode()],
    ids=["no xml", "no metadata", "another entity"],
)
def test_what_cannot_be_used_takes_nobodys_place(corp: SamlPool, web: Site, document: bytes) -> None:
    web.serve("/metadata.xml", document)
    corp.endpoint.clock.advance(hours=6)
    assert "in" == outcome(corp, key="idp", name="a")
    assert "SAML Response signature is invalid" == outcome(corp, key="mallory", name="b")
    # Whoever comes within ten minutes does not wait for it again.
    assert 2 == len(web.asked)
    corp.endpoint.clock.advance(minutes=10)
    assert "in" == outcome(corp, key="idp", name="c")
    assert 3 == len(web.asked)


def test_metadata_that_has_ended_is_not_used(corp: SamlPool, web: Site) -> None:
    until = saml_idp.written(corp.endpoint.clock.now_ms() + HOUR_MS)
    web.serve("/metadata.xml", saml_pool.metadata(validUntil=until).encode())
    corp.endpoint.clock.advance(hours=6)
    assert "in" == outcome(corp, key="idp", name="a")
    fresh = saml_idp.written(corp.endpoint.clock.now_ms() + HOUR_MS)
    web.serve("/metadata.xml", saml_pool.metadata(validUntil=fresh).encode())
    corp.endpoint.clock.advance(minutes=10)
    assert "in" == outcome(corp, key="idp", name="b")
    # It ends before its six hours are over, and nothing newer is to be had.
    corp.endpoint.clock.advance(hours=1)
    web.serve("/metadata.xml", b"gone", status=404)
    assert "The SAML metadata of the identity provider has expired" == outcome(corp, key="idp", name="c")
    web.serve("/metadata.xml", saml_pool.metadata().encode())
    corp.endpoint.clock.advance(minutes=10)
    assert "in" == outcome(corp, key="idp", name="d")


def test_a_document_that_was_given_is_never_asked_for(in_process: InProcess) -> None:
    corp = saml_pool.make(in_process, IDPInit="true")
    before = stored(corp)
    corp.endpoint.clock.advance(hours=7)
    assert "in" == outcome(corp, key="idp", name="a")
    assert before == stored(corp)


def test_one_request_refreshes_and_the_others_go_on(corp: SamlPool, web: Site) -> None:
    stale = stored(corp)
    corp.endpoint.clock.advance(hours=6)
    first, _ = metadata.current(corp.endpoint.services, stale)
    second, _ = metadata.current(corp.endpoint.services, stale)
    assert (2, first.document) == (len(web.asked), second.document)
