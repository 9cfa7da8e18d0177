"""Signing in at a SAML provider and back, as a browser does it: from the app's request to the app's code."""

import base64
import zlib
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate
from lxml import etree

from harness import saml_idp, saml_pool
from harness.in_process import InProcess
from harness.saml_idp import Signing, encrypt, one, sign
from harness.saml_pool import CALLBACK, SSO, Browser, SamlPool

PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"


@pytest.fixture
def corp(in_process: InProcess) -> SamlPool:
    return saml_pool.make(in_process)


def request_of(location: str) -> Any:
    """The AuthnRequest in the address of a provider."""
    [packed] = parse_qs(urlsplit(location).query)["SAMLRequest"]
    return etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))


def begun(corp: SamlPool, browser: Browser, **asked: str) -> tuple[Any, str]:
    """The AuthnRequest and the RelayState of a sign-in that the app asked for."""
    answer = corp.authorize(browser, **asked)
    return request_of(answer.location), answer.asked["RelayState"]


def signed_response(corp: SamlPool, request_id: str | None, **changes: Any) -> Any:
    root = saml_idp.response(corp.plan.but(request_id=request_id, **changes))
    sign(one(root, "saml:Assertion"))
    return root


def test_somebody_signs_in_at_the_provider_and_the_app_gets_a_code(corp: SamlPool) -> None:
    browser = corp.browser
    request, relay_state = begun(corp, browser)
    answer = corp.posted(browser, signed_response(corp, request.get("ID")), relay_state)
    assert answer.location.startswith(CALLBACK)
    assert "of the app" == answer.asked["state"]
    user = corp.endpoint.signed.list_users(UserPoolId=corp.id)["Users"][0]
    shown = {each["Name"]: each["Value"] for each in user["Attributes"]}
    assert ("EXTERNAL_PROVIDER", "wanda@example.com") == (user["UserStatus"], shown["email"])


def test_the_request_says_who_asks_and_where_the_answer_goes(corp: SamlPool) -> None:
    request, _ = begun(corp, corp.browser)
    assert SSO == request.get("Destination")
    assert corp.plan.acs == request.get("AssertionConsumerServiceURL")
    assert corp.plan.entity_id == request.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
    assert (f"{PROTOCOL}AuthnRequest", None) == (request.tag, request.get("ForceAuthn"))


def test_requests_are_signed_by_the_key_of_the_pools_certificate_when_the_provider_wants_it(corp: SamlPool) -> None:
    corp.change(RequestSigningAlgorithm="rsa-sha256")
    query = urlsplit(corp.authorize(corp.browser).location).query
    signed, _, signature = query.partition("&Signature=")
    shown = corp.endpoint.signed.get_signing_certificate(UserPoolId=corp.id)["Certificate"]
    public: Any = load_der_x509_certificate(base64.b64decode(shown)).public_key()
    [given] = parse_qs(f"Signature={signature}")["Signature"]
    public.verify(base64.b64decode(given), signed.encode(), PKCS1v15(), SHA256())
    assert signed.endswith("&SigAlg=" + quote("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", safe=""))


def test_a_provider_that_takes_forms_alone_is_sent_one(in_process: InProcess) -> None:
    corp = saml_pool.make(in_process, MetadataFile=saml_pool.metadata(sso="POST"), RequestSigningAlgorithm="rsa-sha256")
    browser = corp.browser
    answer = corp.authorize(browser)
    assert "/leave?form=" in answer.location
    page = browser.get(answer.location)
    assert 200 == page.status
    assert f'action="{SSO}"'.encode() in page.body
    [field] = etree.HTML(page.body).xpath("//input[@name='SAMLRequest']")
    request = etree.fromstring(base64.b64decode(field.get("value")))
    assert [f"{PROTOCOL}AuthnRequest", "{http://www.w3.org/2000/09/xmldsig#}Signature"] == [request.tag, request[1].tag]


def test_an_encrypted_assertion_opens_with_the_key_that_the_pool_publishes(corp: SamlPool) -> None:
    corp.change(EncryptedResponses="true")
    shown = corp.described()["ProviderDetails"]["ActiveEncryptionCertificate"]
    browser = corp.browser
    request, relay_state = begun(corp, browser)
    root = signed_response(corp, request.get("ID"))
    encrypt(one(root, "saml:Assertion"), load_der_x509_certificate(base64.b64decode(shown)))
    assert "code" in corp.posted(browser, root, relay_state).asked
    other = corp.browser
    request, relay_state = begun(corp, other)
    clear = signed_response(corp, request.get("ID"), assertion_id="_second")
    refused = corp.posted(other, clear, relay_state).asked["error_description"]
    assert "Invalid SAML response received: its assertion is not encrypted" == refused


def test_an_assertion_signs_in_once(corp: SamlPool) -> None:
    corp.change(IDPInit="true")
    root = signed_response(corp, None)
    assert "code" in corp.posted(corp.browser, root, unasked(corp)).asked
    again = corp.posted(corp.browser, root, unasked(corp))
    assert "Invalid SAML response received: it was used before" == again.asked["error_description"]


def test_a_response_is_the_answer_to_one_request_alone(corp: SamlPool) -> None:
    browser = corp.browser
    first, relay_state = begun(corp, browser)
    root = signed_response(corp, first.get("ID"))
    other = corp.browser
    _, others = begun(corp, other)
    answer = corp.posted(other, root, others)
    assert ("invalid_request", "Invalid SAML response received: it is not the answer to our request") == (
        answer.asked["error"],
        answer.asked["error_description"],
    )
    assert "code" in corp.posted(browser, root, relay_state).asked


def test_a_journey_belongs_to_the_browser_that_began_it(corp: SamlPool) -> None:
    request, relay_state = begun(corp, corp.browser)
    answer = corp.posted(corp.browser, signed_response(corp, request.get("ID")), relay_state)
    assert f"{saml_pool.BASE}/error" == urlsplit(answer.location).path


def test_a_signature_of_somebody_else_is_told_to_the_app(corp: SamlPool) -> None:
    browser = corp.browser
    request, relay_state = begun(corp, browser)
    root = saml_idp.response(corp.plan.but(request_id=request.get("ID")))
    sign(one(root, "saml:Assertion"), Signing(who="mallory"))
    answer = corp.posted(browser, root, relay_state)
    assert answer.location.startswith(CALLBACK)
    assert "SAML Response signature is invalid" == answer.asked["error_description"]


def test_a_response_for_another_pool_is_refused(corp: SamlPool) -> None:
    browser = corp.browser
    request, relay_state = begun(corp, browser)
    root = signed_response(corp, request.get("ID"), entity_id="urn:amazon:cognito:sp:us-east-1_Other0000")
    answer = corp.posted(browser, root, relay_state)
    assert "Invalid SAML response received: its audience is another" == answer.asked["error_description"]


def unasked(corp: SamlPool, **changes: str) -> str:
    asked = {
        "redirect_uri": CALLBACK,
        "client_id": corp.client_id,
        "response_type": "code",
        "identity_provider": "Corp",
        "scope": "openid",
        **changes,
    }
    return "&".join(f"{name}={value}" for name, value in asked.items())


def test_a_provider_may_begin_where_it_is_allowed_to(corp: SamlPool) -> None:
    corp.change(IDPInit="true")
    browser = corp.browser
    answer = corp.posted(browser, signed_response(corp, None), unasked(corp))
    assert answer.location.startswith(CALLBACK)
    assert {"code"} == answer.asked.keys()
    assert "cognito" in browser.cookies


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("relay_state", "why"),
    [
        ("", "Invalid samlResponse or relayState from identity provider"),
        ("no query", "Invalid relayState from identity provider"),
        ("client_id=a&client_id=b", "Invalid relayState from identity provider"),
        ("redirect_uri=x&response_type=code", "Client does not exist."),
    ],
)
def test_a_relay_state_that_names_no_app_is_refused_on_our_own_page(corp: SamlPool, relay_state: str, why: str) -> None:
    answer = corp.posted(corp.browser, signed_response(corp, None), relay_state)
    assert (f"{saml_pool.BASE}/error", why) == (urlsplit(answer.location).path, answer.asked["error"])


def test_a_provider_may_not_begin_where_it_is_not_allowed_to(corp: SamlPool) -> None:
    answer = corp.posted(corp.browser, signed_response(corp, None), unasked(corp))
    assert "Invalid relayState from identity provider" == answer.asked["error"]


def test_a_provider_may_not_begin_for_an_app_that_has_others(corp: SamlPool) -> None:
    corp.change(IDPInit="true")
    corp.endpoint.signed.update_user_pool_client(
        UserPoolId=corp.id,
        ClientId=corp.client_id,
        SupportedIdentityProviders=["COGNITO", "Corp"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
    )
    answer = corp.posted(corp.browser, signed_response(corp, None), unasked(corp))
    assert "Invalid relayState from identity provider" == answer.asked["error"]


def test_a_provider_sends_nobody_to_an_address_that_the_app_does_not_have(corp: SamlPool) -> None:
    corp.change(IDPInit="true")
    stray = unasked(corp, redirect_uri="https://evil.example.com/")
    answer = corp.posted(corp.browser, signed_response(corp, None), stray)
    assert (f"{saml_pool.BASE}/error", "redirect_mismatch") == (urlsplit(answer.location).path, answer.asked["error"])


def test_a_response_that_is_too_long_is_refused(corp: SamlPool) -> None:
    answer = corp.browser.post("/saml2/idpresponse", {"SAMLResponse": "A" * 100_001, "RelayState": unasked(corp)})
    assert "Invalid samlResponse or relayState from identity provider" == answer.asked["error"]
