"""
An identity provider of another make, pysaml2: it reads and verifies what we send, and composes what we take.

It signs XML only through the program xmlsec1, which is not asked for here: what it composes is signed by `harness.saml_idp`. Redirects it
signs and verifies by itself. It goes by the machine's clock, and so does the pool.
"""

import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from cenote.flows.hosted import browser_sessions
from cenote.flows.hosted.sites import Site, site_of
from harness import saml_idp, saml_pool
from harness.in_process import InProcess
from harness.saml_idp import one, sign
from harness.saml_pool import BASE, GOODBYE, SLO, SSO, Browser, SamlPool

with warnings.catch_warnings():
    # It imports a mode of encryption that is on its way out, and uses it for nothing here.
    warnings.simplefilter("ignore")
    from saml2 import BINDING_HTTP_REDIRECT
    from saml2.config import IdPConfig
    from saml2.response import IncorrectlySigned
    from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, Issuer, NameID
    from saml2.server import Server

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"
WANDA = "wanda@example.com"
AUTHN = {"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": saml_pool.ENTITY}


@pytest.fixture
def corp(in_process: InProcess) -> SamlPool:
    corp = saml_pool.make(in_process, IDPSignout="true", RequestSigningAlgorithm="rsa-sha256")
    # From here on it must be the hour of the other side.
    in_process.clock.now = datetime.now(UTC)
    return corp


def service_provider(corp: SamlPool) -> str:
    """The pool's metadata."""
    signing = corp.endpoint.signed.get_signing_certificate(UserPoolId=corp.id)["Certificate"]
    acs = corp.plan.acs
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{corp.plan.entity_id}">'
        f'<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
        f"<X509Certificate>{signing}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        f'<SingleLogoutService Binding="{BINDING}Redirect" Location="{acs.replace("idpresponse", "logout")}"/>'
        f'<AssertionConsumerService Binding="{BINDING}POST" Location="{acs}" index="0"/>'
        f"</SPSSODescriptor></EntityDescriptor>"
    )


@pytest.fixture
def peer(corp: SamlPool, tmp_path: Path) -> Any:
    key, certificate = saml_idp.keys("idp")
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    endpoints = {
        "single_sign_on_service": [(SSO, BINDING_HTTP_REDIRECT)],
        "single_logout_service": [(SLO, BINDING_HTTP_REDIRECT)],
    }
    settings = {
        "entityid": saml_pool.ENTITY,
        "service": {"idp": {"endpoints": endpoints, "want_authn_requests_signed": True}},
        "key_file": str(tmp_path / "key.pem"),
        "cert_file": str(tmp_path / "cert.pem"),
        # It must exist, and is not called.
        "xmlsec_binary": sys.executable,
        "metadata": {"inline": [service_provider(corp)]},
    }
    return Server(config=IdPConfig().load(settings))


def received(location: str) -> dict[str, str]:
    """What pysaml2 wants of a redirect."""
    asked = saml_pool.asked_of(location)
    return {"relay_state": asked["RelayState"], "sigalg": asked["SigAlg"], "signature": asked["Signature"]}


def signed_in(corp: SamlPool, peer: Any) -> tuple[Browser, str]:
    """A browser that pysaml2's words signed in, and where it came to."""
    browser = corp.browser
    begun = corp.authorize(browser)
    asked = peer.parse_authn_request(begun.asked["SAMLRequest"], BINDING_HTTP_REDIRECT, **received(begun.location))
    assert corp.plan.entity_id == asked.message.issuer.text
    response = peer.create_authn_response(
        {"mail": [WANDA]},
        asked.message.id,
        asked.message.assertion_consumer_service_url,
        corp.plan.entity_id,
        name_id=NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=WANDA),
        authn=AUTHN,
        sign_response=False,
        sign_assertion=False,
    )
    root = etree.fromstring(str(response).encode())
    sign(one(root, "saml:Assertion"))
    return browser, corp.posted(browser, root, begun.asked["RelayState"]).location


def site(corp: SamlPool) -> Site:
    found = site_of(corp.endpoint.services, "localhost:9329", f"{BASE}/logout", is_secure=False)
    assert found is not None
    return found[0]


def test_pysaml2_verifies_our_request_and_composes_an_answer_that_we_take(corp: SamlPool, peer: Any) -> None:
    _, location = signed_in(corp, peer)
    assert "code" in saml_pool.asked_of(location)
    [user] = corp.endpoint.signed.list_users(UserPoolId=corp.id)["Users"]
    assert f"corp_{WANDA}" == user["Username"].lower()


def test_pysaml2_does_verify_what_it_reads(corp: SamlPool, peer: Any) -> None:
    begun = corp.authorize(corp.browser)
    given = received(begun.location) | {"relay_state": "another"}
    with pytest.raises(IncorrectlySigned):
        peer.parse_authn_request(begun.asked["SAMLRequest"], BINDING_HTTP_REDIRECT, **given)


def test_pysaml2_verifies_our_logout_request_and_signs_an_answer_that_we_take(corp: SamlPool, peer: Any) -> None:
    browser, _ = signed_in(corp, peer)
    location = corp.leaves(browser)
    asked = saml_pool.asked_of(location)
    request = peer.parse_logout_request(asked["SAMLRequest"], BINDING_HTTP_REDIRECT, **received(location))
    assert WANDA == request.message.name_id.text
    response = peer.create_logout_response(request.message, [BINDING_HTTP_REDIRECT])
    sent = redirected(peer, response, corp, asked["RelayState"], response=True)
    assert GOODBYE == browser.get(f"/saml2/logout?{urlsplit(sent).query}").location


def test_pysaml2_ends_a_session_by_a_signed_redirect(corp: SamlPool, peer: Any) -> None:
    browser, _ = signed_in(corp, peer)
    _, request = peer.create_logout_request(
        corp.plan.acs.replace("idpresponse", "logout"),
        saml_pool.ENTITY,
        name_id=NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=WANDA),
        sign=False,
    )
    request.issuer = Issuer(text=saml_pool.ENTITY)
    sent = redirected(peer, request, corp, "theirs", response=False)
    answer = browser.get(f"/saml2/logout?{urlsplit(sent).query}")
    assert (SLO, "theirs") == (answer.location.partition("?")[0], answer.asked["RelayState"])
    assert browser_sessions.find(corp.endpoint.services, site(corp), browser.cookies["cognito"]) is None


def redirected(peer: Any, message: Any, corp: SamlPool, relay_state: str, *, response: bool) -> str:
    """The address to which pysaml2 sends a browser with a message that it signed."""
    target = corp.plan.acs.replace("idpresponse", "logout")
    made = peer.apply_binding(
        BINDING_HTTP_REDIRECT, str(message), target, relay_state, response=response, sign=True, sigalg=RSA_SHA256
    )
    location: str = dict(made["headers"])["Location"]
    return location
