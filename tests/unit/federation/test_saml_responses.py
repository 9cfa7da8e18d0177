"""Responses that a service provider must take: each place of a signature, algorithm and encryption that SAML has and we accept."""

from collections.abc import Callable
from typing import Any

import pytest
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from cenote.federation.errors import FederationError
from cenote.federation.saml import response as responses
from cenote.federation.saml.assertion import Assertion
from cenote.federation.saml.names import BEARER
from harness import saml_idp
from harness.saml_expected import expected, our_key
from harness.saml_idp import NOW_MS, Plan, Signing, add, encrypt, one, sign

PLAN = Plan()


def signed(plan: Plan = PLAN, signing: Signing | None = None) -> Any:
    root = saml_idp.response(plan)
    sign(one(root, "saml:Assertion"), signing)
    return root


def read(root: Any, **changes: Any) -> Assertion:
    return responses.verify(saml_idp.document(root), expected(**changes))


def test_a_signed_assertion_says_who_somebody_is() -> None:
    found = read(signed(Plan(attributes={"mail": ["wanda@example.com"], "groups": ["a", "b"]})))
    assert ("wanda@example.com", "_assertion", PLAN.issuer) == (found.name_id, found.assertion_id, found.issuer)
    assert {"mail": "wanda@example.com", "groups": ["a", "b"]} == found.attributes
    named = {"name_id": "wanda@example.com", "format": PLAN.name_format, "session_index": "_session"}
    assert named == found.single_logout
    assert NOW_MS + PLAN.lifetime_ms + 180_000 == found.until_ms


def test_a_signed_response_is_enough() -> None:
    assert "wanda@example.com" == read(sign(saml_idp.response(PLAN))).name_id


def test_both_may_be_signed() -> None:
    assert "wanda@example.com" == read(sign(signed())).name_id


@pytest.mark.parametrize(
    "method",
    [
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
    ],
)
def test_rsa_signs_with_each_hash_of_sha_2(method: SignatureMethod) -> None:
    assert "wanda@example.com" == read(signed(signing=Signing(method=method))).name_id


@pytest.mark.parametrize("method", [SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA512])
def test_ecdsa_signs_as_well(method: SignatureMethod) -> None:
    root = signed(signing=Signing(who="curve", kind="ec", method=method))
    assert "wanda@example.com" == read(root, certificates=("curve", "ec")).name_id


@pytest.mark.parametrize(
    "c14n",
    [
        CanonicalizationMethod.CANONICAL_XML_1_0,
        CanonicalizationMethod.CANONICAL_XML_1_1,
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS,
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_each_canonical_form_is_known(c14n: CanonicalizationMethod, whole: bool) -> None:
    signing = Signing(c14n=c14n, digest=DigestAlgorithm.SHA512)
    root = sign(saml_idp.response(PLAN), signing) if whole else signed(signing=signing)
    assert "wanda@example.com" == read(root).name_id


def test_any_of_the_certificates_in_the_metadata_may_have_signed() -> None:
    found = responses.verify(saml_idp.document(signed()), expected(also="next"))
    assert "wanda@example.com" == found.name_id


@pytest.mark.parametrize("mode", ["aes128-cbc", "aes256-cbc", "aes128-gcm", "aes256-gcm"])
@pytest.mark.parametrize("transport", ["oaep", "oaep-sha256"])
@pytest.mark.parametrize("place", ["assertion", "response"])
def test_an_encrypted_assertion_is_read_when_somebody_vouches_for_it(mode: str, transport: str, place: str) -> None:
    root = saml_idp.response(PLAN)
    assertion = one(root, "saml:Assertion")
    if place == "assertion":
        assertion = sign(assertion)
    encrypt(assertion, saml_idp.keys("us")[1], mode=mode, transport=transport)
    if place == "response":
        root = sign(root)
    assert "wanda@example.com" == read(root, encryption_key=our_key(), encrypted=True).name_id


def test_a_key_beside_the_encrypted_data_is_found() -> None:
    root = signed()
    encrypt(one(root, "saml:Assertion"), saml_idp.keys("us")[1])
    one(root, "saml:EncryptedAssertion").append(one(root, "xenc:EncryptedKey"))
    assert "wanda@example.com" == read(root, encryption_key=our_key()).name_id


def test_a_sign_in_that_the_provider_began_answers_no_request() -> None:
    assert "wanda@example.com" == read(signed(Plan(request_id=None)), request_id=None).name_id


def test_clocks_may_be_three_minutes_apart() -> None:
    assert "wanda@example.com" == read(signed(), now_ms=NOW_MS - 180_000).name_id
    late = NOW_MS + PLAN.lifetime_ms + 179_999
    assert "wanda@example.com" == read(signed(), now_ms=late).name_id


def extra_confirmation(root: Any) -> None:
    subject = one(root, "saml:Subject")
    other = add(subject, "saml:SubjectConfirmation", Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")
    add(other, "saml:SubjectConfirmationData")


def typed_values(root: Any) -> None:
    one(root, "saml:AttributeValue").set("{http://www.w3.org/2001/XMLSchema-instance}type", "xs:string")


def several_audiences(root: Any) -> None:
    add(one(root, "saml:AudienceRestriction"), "saml:Audience", "urn:another")


def one_time_use(root: Any) -> None:
    add(one(root, "saml:Conditions"), "saml:OneTimeUse")


def white_space(root: Any) -> None:
    for element in root.iter():
        element.tail = "\n  "
        if len(element) and not (element.text or "").strip():
            element.text = "\n  "


def nested_value(root: Any) -> None:
    attribute = add(one(root, "saml:AttributeStatement"), "saml:Attribute", Name="targeted")
    add(add(attribute, "saml:AttributeValue"), "saml:NameID", "opaque")


@pytest.mark.parametrize(
    "change", [extra_confirmation, typed_values, several_audiences, one_time_use, white_space, nested_value]
)
def test_what_providers_add_does_no_harm(change: Callable[[Any], None]) -> None:
    found = read(signed(Plan(changes=change)))
    assert ("wanda@example.com", {"mail": "wanda@example.com"}) == (found.name_id, found.attributes)


def test_the_destination_and_the_issuer_of_the_message_itself_may_be_left_out() -> None:
    def bare(root: Any) -> None:
        root.remove(root[0])
        del root.attrib["Destination"]

    root = saml_idp.response(Plan(changes=bare))
    sign(one(root, "saml:Assertion"))
    assert "wanda@example.com" == read(root).name_id


def test_a_refusal_says_what_the_provider_says() -> None:
    def words(root: Any) -> None:
        status = one(root, "samlp:Status")
        add(status[0], "samlp:StatusCode", Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
        add(status, "samlp:StatusMessage", "the account\nis locked")
        root.remove(one(root, "saml:Assertion"))

    plan = Plan(status="urn:oasis:names:tc:SAML:2.0:status:Responder", changes=words)
    with pytest.raises(FederationError) as caught:
        read(saml_idp.response(plan))
    assert "the identity provider refused: AuthnFailed the account is locked" == caught.value.public


def test_an_assertion_is_remembered_until_its_last_confirmation_ends() -> None:
    def second(root: Any) -> None:
        other = add(one(root, "saml:Subject"), "saml:SubjectConfirmation", Method=BEARER)
        ends = saml_idp.written(NOW_MS + 3_600_000)
        add(other, "saml:SubjectConfirmationData", NotOnOrAfter=ends, Recipient="https://other.example.com")

    assert NOW_MS + 3_600_000 + 180_000 == read(signed(Plan(changes=second))).until_ms


def test_a_certificate_whose_time_is_over_still_carries_the_key_that_metadata_vouches_for() -> None:
    after = saml_idp.keys("idp")[1].not_valid_after_utc.timestamp() * 1000 + 1
    plan = Plan(now_ms=int(after))
    assert "wanda@example.com" == read(signed(plan), now_ms=plan.now_ms).name_id
