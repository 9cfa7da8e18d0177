"""What waits for a browser on its way to a provider or back: none of it is taken for another, and none of it twice."""

from collections.abc import Iterator
from typing import Any

import pytest

from cenote.federation.errors import SignInRefusedError
from cenote.flows.federation import saml
from cenote.flows.hosted.sites import site_of
from cenote.storage import resources
from cenote.storage.resources import Kind
from harness import saml_idp, saml_pool
from harness.in_process import InProcess
from harness.oidc_pool import corp
from harness.oidc_provider import OidcProvider, oidc_provider
from harness.saml_idp import encoded, one, sign
from harness.saml_pool import BASE, PROVIDER


@pytest.fixture
def op() -> Iterator[OidcProvider]:
    with oidc_provider() as served:
        yield served


def test_a_providers_answer_is_no_form_for_a_provider(in_process: InProcess, op: OidcProvider) -> None:
    at = corp(in_process, op)
    state = at.depart().query["state"]
    parked = at.post_from_elsewhere("/oauth2/idpresponse", code="code-1", state=state)
    left = at.get("/leave", form=parked.query["answer"])
    assert (302, "Invalid state") == (left.status, left.query["error"])


def test_a_form_for_a_provider_is_no_answer_of_one(in_process: InProcess) -> None:
    pool = saml_pool.make(in_process, MetadataFile=saml_pool.metadata(sso="POST"))
    browser = pool.browser
    form = pool.authorize(browser).asked["form"]
    answer = browser.get(f"/saml2/idpresponse?answer={form}")
    assert 303 == answer.status
    assert answer.location.startswith(saml_pool.CALLBACK + "?error=invalid_request")


def test_an_assertion_is_spent_at_every_provider_of_its_issuer(in_process: InProcess) -> None:
    pool, services = saml_pool.make(in_process, IDPInit="true"), in_process.services
    in_process.signed.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName="Again",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": saml_pool.metadata(), "IDPInit": "true"},
        AttributeMapping={},
    )
    found = site_of(services, "localhost:9329", f"{BASE}/login", is_secure=False)
    assert found is not None
    with services.database.read() as tx:
        first, second = (resources.get(tx, pool.id, Kind.IDENTITY_PROVIDER, name) for name in (PROVIDER, "Again"))
    assert first is not None
    assert second is not None
    root: Any = saml_idp.response(pool.plan)
    sign(one(root, "saml:Assertion"))
    saml.finish(services, found[0], first, encoded(root), request_id=None)
    with pytest.raises(SignInRefusedError, match="it was used before"):
        saml.finish(services, found[0], second, encoded(root), request_id=None)


def test_nobody_stays_signed_in_by_a_provider_that_is_gone(in_process: InProcess, op: OidcProvider) -> None:
    at, signed = corp(in_process, op), in_process.signed
    at.signed_in()
    assert "code" in at.depart().query
    shown = signed.describe_identity_provider(UserPoolId=at.pool.id, ProviderName="Corp")["IdentityProvider"]
    in_process.clock.advance(seconds=1)
    signed.delete_identity_provider(UserPoolId=at.pool.id, ProviderName="Corp")
    assert {"error", "error_description", "state"} == at.depart().query.keys()
    members = ("ProviderName", "ProviderType", "ProviderDetails", "AttributeMapping")
    signed.create_identity_provider(UserPoolId=at.pool.id, **{name: shown[name] for name in members})
    assert "code" not in at.depart().query
