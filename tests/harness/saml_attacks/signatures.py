"""Signatures that are missing, another's, of something else, or made in a way that is not taken."""

import base64
import copy
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from cenote.federation.saml.names import DS
from harness import saml_idp
from harness.saml_attacks.corpus import EVIL, PLAN, attack, changed, good, whole
from harness.saml_idp import Plan, Signing, keys, one, sign

HMAC_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"

# Signatures that are missing, another's, or of something else.


@attack("neither it nor its assertion is signed")
def nothing_is_signed() -> Any:
    return saml_idp.response(PLAN)


@attack("neither it nor its assertion is signed")
def the_signature_taken_away_and_the_name_changed() -> Any:
    def change(root: Any) -> None:
        one(root, "saml:NameID").text = EVIL
        one(root, "saml:Assertion").remove(one(root, "ds:Signature"))

    return changed(change)


@attack("its signature is invalid")
def the_name_changed_after_signing() -> Any:
    return changed(lambda root: setattr(one(root, "saml:NameID"), "text", EVIL))


@attack("its signature is invalid")
def the_name_changed_in_a_signed_response() -> Any:
    return changed(lambda root: setattr(one(root, "saml:NameID"), "text", EVIL), whole)


@attack("its signature is of another element")
def the_signature_of_the_response_in_the_assertion() -> Any:
    def change(root: Any) -> None:
        one(root, "saml:Assertion").insert(1, one(root, "ds:Signature"))
        one(root, "saml:NameID").text = EVIL

    return changed(change, whole)


@attack("its signature is invalid")
def the_signature_of_another_assertion() -> Any:
    root, other = good(), good(Plan(name_id="mallory@example.com"))
    mine = one(root, "saml:Assertion")
    mine.replace(one(mine, "ds:Signature"), one(other, "ds:Signature"))
    return root


@attack("its Assertion has unexpected parts")
def two_signatures_in_one_assertion() -> Any:
    return changed(lambda root: one(root, "saml:Assertion").append(copy.deepcopy(one(root, "ds:Signature"))))


@attack("its signature is invalid")
def a_certificate_that_the_document_brings() -> Any:
    root = saml_idp.response(Plan(name_id=EVIL))
    sign(one(root, "saml:Assertion"), Signing(who="mallory"))
    return root


@attack("its signature is invalid")
def the_key_of_another_provider() -> Any:
    root = saml_idp.response(PLAN)
    sign(one(root, "saml:Assertion"), Signing(who="another provider"))
    return root


@attack("its signature is invalid")
def a_signed_response_around_an_assertion_that_mallory_signed() -> Any:
    root = saml_idp.response(PLAN)
    sign(one(root, "saml:Assertion"), Signing(who="mallory"))
    return sign(root)


@attack("its signature is invalid")
def a_response_that_mallory_signed_around_a_good_assertion() -> Any:
    return sign(good(), Signing(who="mallory"))


@attack("its issuer is another identity provider")
def a_signed_response_of_ours_around_an_assertion_of_another_issuer() -> Any:
    def change(root: Any) -> None:
        one(root, "saml:Assertion")[0].text = "https://other.example.com"

    return whole(Plan(changes=change))


@attack("its signature is not base64")
def an_empty_signature() -> Any:
    return changed(lambda root: setattr(one(root, "ds:SignatureValue"), "text", ""))


@attack("its signature is invalid")
def a_signature_of_zeros() -> Any:
    zeros = base64.b64encode(bytes(256)).decode()
    return changed(lambda root: setattr(one(root, "ds:SignatureValue"), "text", zeros))


# Algorithms, transforms and references.


@attack("its signature algorithm is not accepted")
def sha_1_signs() -> Any:
    root = saml_idp.response(PLAN)
    sign(one(root, "saml:Assertion"), Signing(method=SignatureMethod.RSA_SHA1))
    return root


@attack("its digest algorithm is not accepted")
def sha_1_digests() -> Any:
    root = saml_idp.response(PLAN)
    sign(one(root, "saml:Assertion"), Signing(digest=DigestAlgorithm.SHA1))
    return root


@attack("its signature algorithm is not accepted")
def the_public_key_as_the_secret_of_an_hmac() -> Any:
    public = keys("idp")[1].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    root = saml_idp.response(Plan(name_id=EVIL))
    sign(one(root, "saml:Assertion"), Signing(method=SignatureMethod.HMAC_SHA256, key=public))
    return root


@attack("its signature algorithm is not accepted")
def an_hmac_of_the_certificate_put_in_by_hand() -> Any:
    def change(root: Any) -> None:
        one(root, "ds:SignatureMethod").set("Algorithm", HMAC_SHA256)
        mac = HMAC(keys("idp")[1].public_bytes(Encoding.DER), SHA256())
        mac.update(etree.tostring(one(root, "ds:SignedInfo"), method="c14n", exclusive=True))
        one(root, "ds:SignatureValue").text = base64.b64encode(mac.finalize()).decode()

    return changed(change)


def _algorithm(uri: str, element: str = "ds:SignatureMethod") -> Any:
    return changed(lambda root: one(root, element).set("Algorithm", uri))


@attack("its signature algorithm is not accepted")
def rsa_with_md5() -> Any:
    return _algorithm("http://www.w3.org/2001/04/xmldsig-more#rsa-md5")


@attack("its signature algorithm is not accepted")
def no_algorithm() -> Any:
    return _algorithm("none")


@attack("its signature is invalid")
def ecdsa_is_said_and_rsa_was_used() -> Any:
    return _algorithm(SignatureMethod.ECDSA_SHA256.value)


@attack("its digest algorithm is not accepted")
def a_digest_that_nobody_knows() -> Any:
    return _algorithm("http://www.w3.org/2001/04/xmldsig-more#md5", "ds:DigestMethod")


def _transform(algorithm: str, inner: str = "") -> Callable[[Any], None]:
    def change(root: Any) -> None:
        transform = one(root, "ds:Transforms")[1]
        transform.set("Algorithm", algorithm)
        if inner:
            transform.append(etree.fromstring(inner))

    return change


@attack("its signature has unexpected transforms")
def a_stylesheet_as_a_transform() -> Any:
    style = '<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform" version="1.0"/>'
    return changed(_transform("http://www.w3.org/TR/1999/REC-xslt-19991116", style))


@attack("its signature has unexpected transforms")
def an_xpath_as_a_transform() -> Any:
    path = f'<ds:XPath xmlns:ds="{DS}">not(ancestor-or-self::NameID)</ds:XPath>'
    return changed(_transform("http://www.w3.org/TR/1999/REC-xpath-19991116", path))


@attack("its signature has unexpected transforms")
def an_xpath_filter_as_a_transform() -> Any:
    return changed(_transform("http://www.w3.org/2002/06/xmldsig-filter2"))


@attack("its signature has unexpected transforms")
def base64_as_a_transform() -> Any:
    return changed(_transform(f"{DS}base64"))


@attack("its signature has unexpected transforms")
def many_transforms() -> Any:
    def change(root: Any) -> None:
        transforms = one(root, "ds:Transforms")
        for _ in range(50):
            transforms.append(copy.deepcopy(transforms[1]))

    return changed(change)


@attack("its signature has unexpected transforms")
def a_long_list_of_prefixes() -> Any:
    def change(root: Any) -> None:
        method = one(root, "ds:CanonicalizationMethod")
        listed = etree.SubElement(method, "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces")
        listed.set("PrefixList", "p " * 5000)

    return changed(change)


@attack("its signature is of another element")
def a_reference_to_the_whole_document() -> Any:
    return changed(lambda root: one(root, "ds:Reference").set("URI", ""))


@attack("its signature is of another element")
def a_reference_to_a_file() -> Any:
    return changed(lambda root: one(root, "ds:Reference").set("URI", "file:///etc/hostname"))


@attack("its signature is of another element")
def a_reference_by_xpointer() -> Any:
    return changed(lambda root: one(root, "ds:Reference").set("URI", "#xpointer(id('_assertion'))"))


@attack("its signature has not exactly one reference")
def two_references() -> Any:
    return changed(lambda root: one(root, "ds:SignedInfo").append(copy.deepcopy(one(root, "ds:Reference"))))
