"""Single logout: the provider is told of ours, and we follow its own, when each is signed and meant for us."""

import base64
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

from cenote.flows.hosted import browser_sessions
from cenote.flows.hosted.sites import Site, site_of
from harness import saml_idp, saml_pool, saml_sessions
from harness.in_process import InProcess
from harness.saml_idp import Signing, one, sign
from harness.saml_pool import BASE, GOODBYE, SLO, Browser, SamlPool
from harness.saml_sessions import in_query, logout_request, logout_response, out_of_query

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
REFUSED = "Invalid samlResponse or relayState from identity provider"


@pytest.fixture
def corp(in_process: InProcess) -> SamlPool:
    return saml_pool.make(in_process, IDPSignout="true", IDPInit="true")


def signed_in(corp: SamlPool, **changes: Any) -> Browser:
    """A browser that the provider has signed in."""
    browser = corp.browser
    root = saml_idp.response(corp.plan.but(**changes))
    sign(one(root, "saml:Assertion"))
    relay_state = (
        f"redirect_uri={saml_pool.CALLBACK}&client_id={corp.client_id}&response_type=code"
        f"&identity_provider={saml_pool.PROVIDER}&scope=openid"
    )
    assert "code" in corp.posted(browser, root, relay_state).asked
    return browser


def site(corp: SamlPool) -> Site:
    found = site_of(corp.endpoint.services, "localhost:9329", f"{BASE}/logout", is_secure=False)
    assert found is not None
    return found[0]


def is_signed_in(corp: SamlPool, browser: Browser) -> bool:
    cookie = browser.cookies.get("cognito")
    return browser_sessions.find(corp.endpoint.services, site(corp), cookie) is not None


def test_the_provider_is_told_who_signs_out_by_a_signed_request(corp: SamlPool) -> None:
    location = corp.leaves(signed_in(corp))
    request = out_of_query(location)
    assert (f"{PROTOCOL}LogoutRequest", SLO) == (request.tag, request.get("Destination"))
    named = [request.findtext(f"{SAML}NameID"), request.findtext(f"{PROTOCOL}SessionIndex")]
    assert ["wanda@example.com", "_session"] == named
    query, _, _ = urlsplit(location).query.partition("&Signature=")
    shown = corp.endpoint.signed.get_signing_certificate(UserPoolId=corp.id)["Certificate"]
    public: Any = load_der_x509_certificate(base64.b64decode(shown)).public_key()
    signature = base64.b64decode(saml_pool.asked_of(location)["Signature"])
    assert public.verify(signature, query.encode(), PKCS1v15(), SHA256()) is None


def test_a_provider_that_is_not_to_be_told_is_not(corp: SamlPool) -> None:
    browser = signed_in(corp)
    corp.change(IDPSignout="false")
    assert [GOODBYE, GOODBYE] == [corp.leaves(browser), corp.leaves(corp.browser)]


def test_a_provider_without_a_logout_service_is_not_told(in_process: InProcess) -> None:
    given = {"MetadataFile": saml_pool.metadata(slo=None), "IDPSignout": "true", "IDPInit": "true"}
    corp = saml_pool.make(in_process, **given)
    assert GOODBYE == corp.leaves(signed_in(corp))


def test_a_provider_that_takes_forms_is_told_by_one(in_process: InProcess) -> None:
    given = {"MetadataFile": saml_pool.metadata(slo="POST"), "IDPSignout": "true", "IDPInit": "true"}
    corp = saml_pool.make(in_process, **given)
    browser = signed_in(corp)
    page = browser.get(corp.leaves(browser))
    assert f'action="{SLO}"'.encode() in page.body


@pytest.mark.parametrize("binding", ["form", "redirect"])
def test_the_providers_answer_sends_the_browser_on(corp: SamlPool, binding: str) -> None:
    browser = signed_in(corp)
    location = corp.leaves(browser)
    relay_state = saml_pool.asked_of(location)["RelayState"]
    root = logout_response(corp, out_of_query(location).get("ID"))
    if binding == "form":
        form = {"SAMLResponse": saml_idp.encoded(sign(root)), "RelayState": relay_state}
        answer = browser.post("/saml2/logout", form)
    else:
        answer = browser.get("/saml2/logout?" + in_query(root, "SAMLResponse", relay_state))
    assert GOODBYE == answer.location


def test_an_answer_that_does_not_fit_sends_nobody_on(corp: SamlPool) -> None:
    def refused(make: Any, who: str | None = "idp") -> str:
        browser = signed_in(corp, assertion_id=f"_{len(seen)}")
        location = corp.leaves(browser)
        relay_state = saml_pool.asked_of(location)["RelayState"]
        root = make(out_of_query(location).get("ID"))
        query = in_query(root, "SAMLResponse", relay_state, who=who)
        seen.append(browser.get(f"/saml2/logout?{query}").asked["error"])
        return seen[-1]

    seen: list[str] = []
    assert REFUSED == refused(lambda _id: logout_response(corp, "_another"))
    assert REFUSED == refused(lambda each: logout_response(corp, each), who="mallory")
    assert REFUSED == refused(lambda each: logout_response(corp, each), who=None)
    assert REFUSED == refused(lambda each: logout_response(corp, each, Destination="https://other.example.com"))
    assert REFUSED == refused(lambda each: logout_response(corp, each, IssueInstant="2020-01-01T00:00:00Z"))


def test_an_answer_that_nobody_waits_for_sends_nobody_on(corp: SamlPool) -> None:
    query = in_query(logout_response(corp, "_x"), "SAMLResponse", "nobody")
    answer = corp.browser.get(f"/saml2/logout?{query}")
    assert (f"{BASE}/error", REFUSED) == (urlsplit(answer.location).path, answer.asked["error"])


@pytest.mark.parametrize("binding", ["form", "redirect"])
def test_the_providers_request_ends_the_sessions_and_is_answered(corp: SamlPool, binding: str) -> None:
    browser = signed_in(corp)
    assert is_signed_in(corp, browser)
    root = logout_request(corp)
    if binding == "form":
        form = {"SAMLRequest": saml_idp.encoded(sign(root)), "RelayState": "theirs"}
        answer = corp.browser.post("/saml2/logout", form)
    else:
        answer = corp.browser.get("/saml2/logout?" + in_query(root, "SAMLRequest", "theirs"))
    assert not is_signed_in(corp, browser)
    assert (SLO, "theirs") == (answer.location.partition("?")[0], answer.asked["RelayState"])
    assert ("_end", f"{PROTOCOL}LogoutResponse") == (
        out_of_query(answer.location).get("InResponseTo"),
        out_of_query(answer.location).tag,
    )


def test_sessions_that_the_request_does_not_name_go_on(corp: SamlPool) -> None:
    one_, other = signed_in(corp), signed_in(corp, assertion_id="_b", session_index="_elsewhere")
    corp.browser.get("/saml2/logout?" + in_query(logout_request(corp), "SAMLRequest"))
    assert (False, True) == (is_signed_in(corp, one_), is_signed_in(corp, other))
    every = logout_request(corp, sessions=(), message_id="_all")
    corp.browser.get("/saml2/logout?" + in_query(every, "SAMLRequest"))
    assert not is_signed_in(corp, other)


@pytest.mark.parametrize("who", [None, "mallory"])
def test_nobody_else_ends_a_session(corp: SamlPool, who: str | None) -> None:
    browser = signed_in(corp)
    by_query = corp.browser.get("/saml2/logout?" + in_query(logout_request(corp), "SAMLRequest", who=who))
    root = logout_request(corp) if who is None else sign(logout_request(corp), Signing(who=who))
    by_form = corp.browser.post("/saml2/logout", {"SAMLRequest": saml_idp.encoded(root)})
    assert [REFUSED, REFUSED] == [by_query.asked["error"], by_form.asked["error"]]
    assert is_signed_in(corp, browser)


def test_a_request_that_was_changed_after_signing_ends_nothing(corp: SamlPool) -> None:
    browser = signed_in(corp)
    query = in_query(logout_request(corp), "SAMLRequest", "theirs")
    for changed in (query.replace("theirs", "ours"), query + "&SAMLRequest=x", query.replace("rsa-sha256", "rsa-sha1")):
        assert corp.browser.get(f"/saml2/logout?{changed}").asked["error"]
    assert is_signed_in(corp, browser)


def test_a_request_is_followed_once(corp: SamlPool) -> None:
    signed_in(corp)
    query = in_query(logout_request(corp), "SAMLRequest")
    corp.browser.get(f"/saml2/logout?{query}")
    again = signed_in(corp, assertion_id="_later")
    assert REFUSED == corp.browser.get(f"/saml2/logout?{query}").asked["error"]
    assert is_signed_in(corp, again)


@pytest.mark.parametrize(
    "changes",
    [
        {"Destination": "https://other.example.com"},
        {"IssueInstant": "2020-01-01T00:00:00Z"},
        {"NotOnOrAfter": "2020-01-01T00:00:00Z"},
        {"Version": "1.1"},
    ],
)
def test_a_request_that_is_not_for_us_or_not_for_now_ends_nothing(corp: SamlPool, changes: dict[str, str]) -> None:
    browser = signed_in(corp)
    query = in_query(logout_request(corp, **changes), "SAMLRequest")
    assert REFUSED == corp.browser.get(f"/saml2/logout?{query}").asked["error"]
    assert is_signed_in(corp, browser)


def test_a_bomb_in_a_query_is_not_inflated(corp: SamlPool) -> None:
    root = saml_sessions.message(corp, "LogoutRequest", message_id="_bomb", Consent="x" * 5_000_000)
    query = in_query(root, "SAMLRequest")
    assert len(query) < 50_000
    assert REFUSED == corp.browser.get(f"/saml2/logout?{query}").asked["error"]


def test_nothing_at_all_is_refused(corp: SamlPool) -> None:
    for answer in (corp.browser.get("/saml2/logout"), corp.browser.post("/saml2/logout", {})):
        assert REFUSED == answer.asked["error"]
