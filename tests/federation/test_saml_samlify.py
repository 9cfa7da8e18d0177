"""An identity provider of another make, samlify: each side reads what the other writes, with keys that were just made."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cenote.flows.hosted import browser_sessions
from cenote.flows.hosted.sites import site_of
from harness import node, saml_idp, saml_pool
from harness.in_process import InProcess
from harness.saml_pool import BASE, CALLBACK, GOODBYE, SLO, SSO, SamlPool

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
SCRIPT = Path(__file__).parent.parent / "clients" / "node" / "saml_idp.js"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"
WANDA = "wanda@example.com"


class Peer:
    """samlify, which knows the pool as a service provider."""

    def __init__(self, program: node.Program, corp: SamlPool) -> None:
        self.program, self.corp = program, corp

    def make(self, idp: dict[str, Any] | None = None, sp: dict[str, Any] | None = None) -> None:
        """Set the two parties up, with more settings of samlify's."""
        key, certificate = saml_idp.keys("idp")
        plan, shown = self.corp.plan, self.corp.described()["ProviderDetails"]
        signing = self.corp.endpoint.signed.get_signing_certificate(UserPoolId=self.corp.id)["Certificate"]
        ours = {
            "entityID": saml_pool.ENTITY,
            "privateKey": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "signingCert": saml_idp.der_of(certificate),
            "singleSignOnService": [{"Binding": f"{BINDING}Redirect", "Location": SSO}],
            "singleLogoutService": [{"Binding": f"{BINDING}Redirect", "Location": SLO}],
            "requestSignatureAlgorithm": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            "wantLogoutRequestSigned": True,
            "wantLogoutResponseSigned": True,
            **(idp or {}),
        }
        theirs = {
            "entityID": plan.entity_id,
            "assertionConsumerService": [{"Binding": f"{BINDING}POST", "Location": plan.acs}],
            "singleLogoutService": [
                {"Binding": f"{BINDING}Redirect", "Location": plan.acs.replace("idpresponse", "logout")}
            ],
            "signingCert": signing,
            "encryptCert": shown["ActiveEncryptionCertificate"],
            "wantLogoutRequestSigned": True,
            "wantLogoutResponseSigned": True,
            **(sp or {}),
        }
        self.tell(make={"idp": ours, "sp": theirs}, now=self.corp.endpoint.clock.now_ms())

    def tell(self, **command: Any) -> Any:
        """What samlify answers."""
        answer = self.program.tell(command)
        assert "failed" not in answer, answer["failed"]
        return answer["done"]

    def read(self, what: str, location: str) -> Any:
        """What samlify makes of the message in an address."""
        query = urlsplit(location).query
        request = {
            "query": {name: values[0] for name, values in parse_qs(query).items()},
            "octetString": query.partition("&Signature=")[0],
        }
        return self.tell(read=what, request=request)


@pytest.fixture
def corp(in_process: InProcess) -> SamlPool:
    return saml_pool.make(in_process, IDPSignout="true", IDPInit="true", RequestSigningAlgorithm="rsa-sha256")


@pytest.fixture
def peer(corp: SamlPool) -> Iterator[Peer]:
    with node.running(SCRIPT) as program:
        yield Peer(program, corp)


SIGNED_REQUESTS = {"wantAuthnRequestsSigned": True}
ASSERTIONS = {"authnRequestsSigned": True, "wantAssertionsSigned": True}
MESSAGES = {"authnRequestsSigned": True, "wantMessageSigned": True}
ENCRYPTED = {
    "isAssertionEncrypted": True,
    "dataEncryptionAlgorithm": "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "keyEncryptionAlgorithm": "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
}
CBC = ENCRYPTED | {"dataEncryptionAlgorithm": "http://www.w3.org/2001/04/xmlenc#aes128-cbc"}


@pytest.mark.parametrize(
    ("idp", "sp", "options"),
    [
        ({}, ASSERTIONS, {}),
        ({}, MESSAGES, {}),
        ({}, ASSERTIONS | MESSAGES, {}),
        (ENCRYPTED, ASSERTIONS, {}),
        (CBC, ASSERTIONS, {}),
        (ENCRYPTED, MESSAGES, {"encryptThenSign": True}),
    ],
    ids=["assertion", "message", "both", "encrypted", "cbc", "encrypted message"],
)
def test_samlify_reads_our_request_and_we_take_its_answer(
    corp: SamlPool, peer: Peer, idp: dict[str, Any], sp: dict[str, Any], options: dict[str, Any]
) -> None:
    peer.make(idp | SIGNED_REQUESTS, sp)
    browser = corp.browser
    begun = corp.authorize(browser)
    read = peer.read("LoginRequest", begun.location)
    assert (corp.plan.entity_id, corp.plan.acs) == (read["issuer"], read["request"]["assertionConsumerServiceUrl"])
    response = peer.tell(respond={"name": WANDA, "options": options})
    form = {"SAMLResponse": response, "RelayState": begun.asked["RelayState"]}
    answer = browser.get(browser.post("/saml2/idpresponse", form).location)
    assert (CALLBACK, "of the app") == (answer.location.partition("?")[0], answer.asked["state"])
    assert "code" in answer.asked


def signed_in(corp: SamlPool, peer: Peer) -> saml_pool.Browser:
    """A browser that samlify signed in."""
    browser = corp.browser
    begun = corp.authorize(browser)
    peer.read("LoginRequest", begun.location)
    form = {"SAMLResponse": peer.tell(respond={"name": WANDA}), "RelayState": begun.asked["RelayState"]}
    browser.get(browser.post("/saml2/idpresponse", form).location)
    assert "cognito" in browser.cookies
    return browser


def test_samlify_is_told_of_a_logout_and_its_answer_is_taken(corp: SamlPool, peer: Peer) -> None:
    peer.make(SIGNED_REQUESTS, ASSERTIONS)
    browser = signed_in(corp, peer)
    location = corp.leaves(browser)
    read = peer.read("LogoutRequest", location)
    assert (WANDA, "_samlify") == (read["nameID"], read["sessionIndex"])
    answer = peer.tell(answerLogout=saml_pool.asked_of(location)["RelayState"])
    assert GOODBYE == browser.get("/saml2/logout?" + urlsplit(answer).query).location


def test_samlify_ends_a_session_and_reads_our_answer(corp: SamlPool, peer: Peer) -> None:
    peer.make(SIGNED_REQUESTS, ASSERTIONS)
    browser, services = signed_in(corp, peer), corp.endpoint.services
    location = peer.tell(logOut={"name": WANDA})
    answer = corp.browser.get("/saml2/logout?" + urlsplit(location).query)
    read = peer.read("LogoutResponse", answer.location)
    assert corp.plan.entity_id == read["issuer"]
    found = site_of(services, "localhost:9329", f"{BASE}/logout", is_secure=False)
    assert found is not None
    assert browser_sessions.find(services, found[0], browser.cookies["cognito"]) is None
