"""
From the bytes of a SAMLResponse to an assertion that may be believed.

The element that is read is the one that was digested: the assertion in a signed Response, or a signed assertion. Every signature that is
there must hold. What was decrypted must be signed itself or lie in a signed Response.
"""

from collections.abc import Callable

from cenote.federation.errors import FederationError
from cenote.federation.saml import assertion, decryption, signatures, structure
from cenote.federation.saml.assertion import Assertion, Expected
from cenote.federation.saml.names import ENCRYPTED_ASSERTION
from cenote.federation.saml.xml import Element, parse_message

MAX_BYTES = 100_000


def verify(document: bytes, expected: Expected) -> Assertion:
    """
    What the one assertion of a response says.

    Raises:
        SignatureRefusedError: a signature is missing, unacceptable or does not hold.
        FederationError: anything else is wrong with it.
    """
    response = parse_message(document, max_bytes=MAX_BYTES)
    # A refusal has no assertion, and most providers do not sign it: it is told before more is asked.
    structure.verify_response(response)
    structure.verify_status(response)
    found = structure.assertion_of(response)
    is_encrypted = found.tag == ENCRYPTED_ASSERTION
    if expected.encrypted and not is_encrypted:
        raise FederationError("its assertion is not encrypted")
    signed_response = _verified_if_signed(response, expected)
    whole = response if signed_response is None else signed_response
    believed = _believed(whole, found, expected, is_signed=signed_response is not None)
    _verify_response(whole, expected)
    return assertion.read(believed, expected)


def _verified_if_signed(element: Element, expected: Expected) -> Element | None:
    if signatures.signature_of(element) is None:
        return None
    return signatures.verify(element, expected.certificates)


def _believed(whole: Element, found: Element, expected: Expected, *, is_signed: bool) -> Element:
    """The assertion as it was signed. *found* is that of the document as it came, in which its own signature was made."""
    if found.tag == ENCRYPTED_ASSERTION:
        return _from_encrypted(structure.assertion_of(whole), expected, is_signed=is_signed)
    own = _verified_if_signed(found, expected)
    if is_signed:
        return structure.assertion_of(whole)
    if own is None:
        raise signatures.SignatureRefusedError("neither it nor its assertion is signed")
    return own


def _from_encrypted(encrypted: Element, expected: Expected, *, is_signed: bool) -> Element:
    if is_signed:
        return _opened(encrypted, expected, is_signed=True)
    # Nobody vouches for what is encrypted here until it has been opened: one refusal for all that may be wrong, see `decryption`.
    return _in_one_word(lambda: _opened(encrypted, expected, is_signed=False))


def _opened(encrypted: Element, expected: Expected, *, is_signed: bool) -> Element:
    if expected.encryption_key is None:
        raise FederationError(decryption.UNREADABLE)
    opened = parse_message(decryption.decrypt(encrypted, expected.encryption_key), max_bytes=MAX_BYTES)
    structure.verify_decrypted(opened)
    own = _verified_if_signed(opened, expected)
    if own is not None:
        return own
    if not is_signed:
        raise signatures.SignatureRefusedError("neither it nor its assertion is signed")
    return opened


def _in_one_word(work: Callable[[], Element]) -> Element:
    try:
        return work()
    except FederationError as error:
        raise FederationError(decryption.UNREADABLE, str(error)) from None


def _verify_response(response: Element, expected: Expected) -> None:
    structure.verify_issuer(response, expected.issuer, is_required=False)
    structure.verify_destination(response, expected.acs)
    if response.get("InResponseTo") != expected.request_id:
        raise FederationError("it is not the answer to our request")
