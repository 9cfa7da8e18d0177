"""
The form of a Response, judged before anything in it is believed.

Signature wrapping needs a second assertion, a second element of the same ID, or a place where the signed one can be hidden. A Response here
has exactly one assertion, right below its root, signatures in two places at most, and no child that SAML's schema does not have.

Source: SAML 2.0 Core, sections 2.3.3, 3.2.2 and 5.4.
"""

import re
from collections.abc import Mapping

from cenote.federation.errors import FederationError
from cenote.federation.saml import signatures
from cenote.federation.saml.names import (
    ASSERTION,
    ENCRYPTED_ASSERTION,
    ISSUER,
    RESPONSE,
    SAML,
    SAMLP,
    SIGNATURE,
    STATUS,
    STATUS_ELEMENT,
    SUCCESS,
    XSI_TYPE,
)
from cenote.federation.saml.xml import Element, id_of, text_of, verify_unique_ids

_MAX_STATUS = 200
_UNPRINTABLE = re.compile(r"[^ -~]+")
# The children of each element, and how many of each there may be.
_OF_RESPONSE = {
    ISSUER: 1,
    SIGNATURE: 1,
    f"{{{SAMLP}}}Extensions": 1,
    STATUS_ELEMENT: 1,
    ASSERTION: 1,
    ENCRYPTED_ASSERTION: 1,
}
_OF_ASSERTION = {
    ISSUER: 1,
    SIGNATURE: 1,
    f"{{{SAML}}}Subject": 1,
    f"{{{SAML}}}Conditions": 1,
    f"{{{SAML}}}Advice": 1,
    f"{{{SAML}}}AuthnStatement": 64,
    f"{{{SAML}}}AttributeStatement": 64,
    f"{{{SAML}}}AuthzDecisionStatement": 64,
}
_ATTRIBUTE_VALUE = f"{{{SAML}}}AttributeValue"


def verify_response(response: Element) -> None:
    """
    Accept an element as a Response by its form, whatever it holds.

    Raises:
        FederationError: it is none.
    """
    _verify_message(response, RESPONSE, "Response", _OF_RESPONSE)
    _verify_types(response)
    verify_unique_ids(response)


def assertion_of(response: Element) -> Element:
    """
    The one assertion of *response*, or the element that has it encrypted.

    Raises:
        FederationError: the response has no, or another, or a second one; or is not of the form above.
    """
    verify_response(response)
    every = list(response.iter(ASSERTION, ENCRYPTED_ASSERTION))
    if not every:
        raise FederationError("it has no assertion")
    if len(every) > 1:
        raise FederationError("it has several assertions")
    assertion = every[0]
    if assertion.getparent() is not response:
        raise FederationError("its assertion is out of place")
    if assertion.tag == ASSERTION:
        verify_assertion(assertion)
    _verify_signatures(response, (response, assertion))
    return assertion


def verify_assertion(assertion: Element) -> None:
    """
    Accept an element as an assertion by its form.

    Raises:
        FederationError: it is none, or has parts that no assertion has.
    """
    _verify_message(assertion, ASSERTION, "Assertion", _OF_ASSERTION)


def verify_decrypted(assertion: Element) -> None:
    """
    Accept the root of what was decrypted as a whole assertion, as strictly as `assertion_of`.

    Raises:
        FederationError: it is none.
    """
    verify_assertion(assertion)
    _verify_types(assertion)
    verify_unique_ids(assertion)
    if len(list(assertion.iter(ASSERTION, ENCRYPTED_ASSERTION))) > 1:
        raise FederationError("it has several assertions")
    _verify_signatures(assertion, (assertion,))


def verify_plain(message: Element, tag: str, name: str) -> None:
    """
    Accept a message that carries no assertion: a LogoutRequest or LogoutResponse.

    Raises:
        FederationError: it is another message, or has signatures or identifiers where none may be.
    """
    _verify_version(message, tag, name)
    _verify_types(message)
    verify_unique_ids(message)
    _verify_signatures(message, (message,))


def verify_status(message: Element) -> None:
    """
    Accept a message whose status is success.

    Raises:
        FederationError: it is another, with what the provider says about it.
    """
    status = message.find(STATUS_ELEMENT)
    code = None if status is None else status.find(f"{{{SAMLP}}}StatusCode")
    if status is None or code is None:
        raise FederationError("it has no status")
    if code.get("Value") == SUCCESS:
        return
    inner = code.find(f"{{{SAMLP}}}StatusCode")
    name = (code if inner is None else inner).get("Value", "").removeprefix(STATUS)
    said = status.find(f"{{{SAMLP}}}StatusMessage")
    words = (said.text or "") if said is not None else ""
    told = _UNPRINTABLE.sub(" ", f"{name} {words}").strip()[:_MAX_STATUS]
    raise FederationError(f"the identity provider refused: {told or 'without a reason'}")


def verify_issuer(message: Element, entity_id: str, *, is_required: bool = True) -> None:
    """
    Accept a message or an assertion that is *entity_id*'s.

    Raises:
        FederationError: it is another's, or nobody's although *is_required*.
    """
    issuer = message.find(ISSUER)
    if issuer is None and not is_required:
        return
    if text_of(issuer, "Issuer") != entity_id:
        raise FederationError("its issuer is another identity provider")


def verify_destination(message: Element, destination: str) -> None:
    """
    Accept a message that was sent to *destination*, or does not say where.

    Raises:
        FederationError: it was meant for somewhere else.
    """
    if message.get("Destination", destination) != destination:
        raise FederationError("its destination is another")


def _verify_message(element: Element, tag: str, name: str, children: Mapping[str, int]) -> None:
    _verify_version(element, tag, name)
    counts: dict[str, int] = {}
    for child in element:
        kind = str(child.tag)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] > children.get(kind, 0):
            raise FederationError(f"its {name} has unexpected parts", f"{name} has {kind[:128]}")


def _verify_version(element: Element, tag: str, name: str) -> None:
    if element.tag != tag:
        raise FederationError(f"it is not a {name}")
    if element.get("Version") != "2.0":
        raise FederationError("it is not of SAML 2.0")
    id_of(element)


def _verify_types(root: Element) -> None:
    """Refuse an element that claims to be of another type than its name says: the values of attributes alone may."""
    for element in root.iter():
        if XSI_TYPE in element.attrib and element.tag != _ATTRIBUTE_VALUE:
            raise FederationError("it has an unexpected xsi:type")


def _verify_signatures(root: Element, signed: tuple[Element, ...]) -> None:
    """Refuse a signature that is not the child of one of the elements that SAML signs."""
    known = [signature for element in signed if (signature := signatures.signature_of(element)) is not None]
    if len(list(root.iter(SIGNATURE))) != len(known):
        raise FederationError("it has a signature out of place")
