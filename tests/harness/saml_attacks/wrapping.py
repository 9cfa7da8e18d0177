"""Signature wrapping in its eight known variants and some more, and what canonical XML forgets."""

import copy
from collections.abc import Callable
from typing import Any

from lxml import etree

from cenote.federation.saml.names import SAML
from harness.saml_attacks.corpus import attack, changed, evil_of, good, planned, whole
from harness.saml_idp import add, document, one, tag

# Signature wrapping: the eight known variants, and where else a signed element could be put.


@attack("its signature has unexpected parts")
def wrapping_1_the_signed_response_inside_of_the_signature_of_another() -> Any:
    root = whole()
    evil = evil_of(root)
    signature = copy.deepcopy(one(root, "ds:Signature"))
    root.remove(one(root, "ds:Signature"))
    signature.append(root)
    one(evil, "saml:Assertion").set("ID", "_evil_assertion")
    evil.insert(1, signature)
    return _only_assertion_hidden(evil, signature)


def _only_assertion_hidden(evil: Any, signature: Any) -> Any:
    """Hide the second assertion's name, so that the form of the signature is what refuses."""
    for assertion in list(signature.iter(tag("saml:Assertion"))):
        assertion.tag = "hidden"
    return evil


@attack("its Response has unexpected parts")
def wrapping_2_the_signed_response_beside_the_signature() -> Any:
    root = whole()
    evil = evil_of(root)
    signature = one(root, "ds:Signature")
    root.remove(signature)
    evil.insert(1, signature)
    evil.insert(2, root)
    return evil


@attack("its Response has unexpected parts")
def wrapping_3_another_assertion_before_the_signed_one() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    assertion.addprevious(evil_of(assertion))
    return root


@attack("its Response has unexpected parts")
def wrapping_3_another_assertion_after_the_signed_one() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    assertion.addnext(evil_of(assertion))
    return root


@attack("it has several assertions")
def wrapping_4_the_signed_assertion_inside_of_another() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    evil = evil_of(assertion)
    root.replace(assertion, evil)
    evil.append(add(evil, "saml:Advice"))
    one(evil, "saml:Advice").append(assertion)
    return root


@attack("its Response has unexpected parts")
def wrapping_5_the_signature_in_another_assertion_and_the_signed_one_at_the_end() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    evil = evil_of(assertion)
    evil.insert(1, one(assertion, "ds:Signature"))
    assertion.addprevious(evil)
    return root


@attack("it has several assertions")
def wrapping_6_the_signed_assertion_inside_of_the_signature_of_another() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    evil = evil_of(assertion)
    signature = one(assertion, "ds:Signature")
    evil.insert(1, signature)
    root.replace(assertion, evil)
    signature.append(assertion)
    return root


@attack("an ID occurs twice")
def wrapping_7_the_other_assertion_in_extensions_under_the_same_identifier() -> Any:
    root = good()
    extensions = add(root, "samlp:Extensions")
    root.insert(1, extensions)
    extensions.append(evil_of(one(root, "saml:Assertion"), None))
    return root


@attack("it has several assertions")
def wrapping_7_the_other_assertion_in_extensions() -> Any:
    root = good()
    extensions = add(root, "samlp:Extensions")
    root.insert(1, extensions)
    extensions.append(evil_of(one(root, "saml:Assertion")))
    return root


@attack("its assertion is out of place")
def wrapping_7_the_only_assertion_in_extensions() -> Any:
    root = good()
    extensions = add(root, "samlp:Extensions")
    root.insert(1, extensions)
    extensions.append(one(root, "saml:Assertion"))
    return root


@attack("it has several assertions")
def wrapping_8_the_signed_assertion_in_an_object_of_the_signature() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    evil = evil_of(assertion)
    signature = one(assertion, "ds:Signature")
    evil.insert(1, signature)
    root.replace(assertion, evil)
    add(signature, "ds:Object").append(assertion)
    return root


@attack("it has a signature out of place")
def wrapping_a_signed_thing_of_another_name() -> Any:
    root = good()
    assertion = one(root, "saml:Assertion")
    evil = evil_of(assertion)
    root.replace(assertion, evil)
    kept = add(add(evil, "saml:AttributeStatement"), "saml:Attribute", Name="x")
    add(kept, "saml:AttributeValue").append(assertion)
    assertion.tag = f"{{{SAML}}}Condition"
    return root


@attack("an ID occurs twice")
def two_elements_with_the_identifier_that_was_signed() -> Any:
    root = good()
    extensions = add(root, "samlp:Extensions")
    root.insert(1, extensions)
    add(extensions, "saml:Audience", ID="_assertion")
    return root


@attack("an ID occurs twice")
def the_identifier_by_another_name_of_the_attribute() -> Any:
    root = good()
    extensions = add(root, "samlp:Extensions")
    root.insert(1, extensions)
    add(extensions, "saml:Audience", Id="_assertion")
    return root


@attack("it has several assertions")
def a_signed_assertion_with_another_one_as_its_advice() -> Any:
    def advise(root: Any) -> None:
        assertion = one(root, "saml:Assertion")
        advice = add(assertion, "saml:Advice")
        assertion.insert(3, advice)
        advice.append(evil_of(assertion))

    return planned(advise)


# Comments and processing instructions: canonical XML forgets comments, so that they can be put in after signing.


def _split(name: str, inserted: Any) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        element = next(each for each in root.iter(tag(name)) if each.getparent().tag != tag("samlp:Response"))
        text = element.text
        element.text = text[:5]
        inserted.tail = text[5:]
        element.append(inserted)

    return change


@attack("it has comments or processing instructions")
def a_comment_in_the_name() -> Any:
    return changed(_split("saml:NameID", etree.Comment("x")))


@attack("it has comments or processing instructions")
def a_comment_in_the_issuer() -> Any:
    return changed(_split("saml:Issuer", etree.Comment("x")))


@attack("it has comments or processing instructions")
def a_comment_in_the_audience() -> Any:
    return changed(_split("saml:Audience", etree.Comment("x")))


@attack("it has comments or processing instructions")
def a_comment_in_an_attribute() -> Any:
    return changed(_split("saml:AttributeValue", etree.Comment("x")))


@attack("it has comments or processing instructions")
def a_processing_instruction_in_the_name() -> Any:
    return changed(_split("saml:NameID", etree.ProcessingInstruction("x", "y")))


@attack("it has comments or processing instructions")
def a_comment_before_the_root() -> bytes:
    return b"<!-- x -->" + document(good())
