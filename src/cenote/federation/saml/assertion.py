"""
What a verified assertion says, and whether it is meant for us, now, and as the answer to what we asked.

Source: SAML 2.0 Profiles (saml-profiles-2.0-os), section 4.1.4; developer guide, "SAML session initiation in Amazon Cognito user pools".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cenote.federation.errors import FederationError, PastTimeError
from cenote.federation.saml import structure
from cenote.federation.saml.names import BEARER, NAME_ATTRIBUTES, NAME_ID, SAML
from cenote.federation.saml.xml import Element, id_of, text_of, time_of

SKEW_MS = 3 * 60 * 1000
MAX_AGE_UNASKED_MS = 6 * 60 * 1000
MAX_ATTRIBUTES = 512
MAX_NAME_ID = 1024
_CONDITIONS = frozenset(f"{{{SAML}}}{name}" for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction"))


@dataclass(frozen=True, slots=True)
class Expected:
    """
    What an answer must fit: who we are, who the provider is, and what was asked.

    *certificates* are the provider's, DER in base64. *request_id* is None for a sign-in that the provider began. *encryption_key* (PKCS #8)
    opens encrypted assertions; without *encrypted* assertions are taken in the clear too. *must_be_young* is for answers that nobody of
    ours asked for, whatever request they name.
    """

    entity_id: str
    acs: str
    issuer: str
    certificates: tuple[str, ...]
    request_id: str | None
    now_ms: int
    encryption_key: bytes | None = field(default=None, repr=False)
    encrypted: bool = False
    must_be_young: bool = False


@dataclass(frozen=True, slots=True)
class Assertion:
    """
    An assertion that was verified. *until_ms* is when it is past its time, with the skew: until then its id is to be remembered.

    *single_logout* is what a LogoutRequest must name: {"name_id", "format", "name_qualifier", "sp_name_qualifier", "session_index"}, as far
    as given. *session_ends_at_ms* is when the provider's session ends that it is of, if that is said.
    """

    assertion_id: str
    issuer: str
    name_id: str
    single_logout: Mapping[str, str] = field(repr=False)
    attributes: Mapping[str, str | list[str]] = field(repr=False)
    until_ms: int
    session_ends_at_ms: int | None = None


def read(assertion: Element, expected: Expected) -> Assertion:
    """
    What *assertion*, which was verified, says.

    Raises:
        FederationError: it is not for us, not for now, or not the answer to what was asked.
    """
    structure.verify_assertion(assertion)
    structure.verify_issuer(assertion, expected.issuer)
    _verify_age(assertion, expected)
    _verify_conditions(_child(assertion, "Conditions"), expected)
    subject = _child(assertion, "Subject")
    single_logout = _name_of(subject)
    session_index, session_ends_at_ms = _session_of(assertion, expected)
    return Assertion(
        assertion_id=id_of(assertion),
        issuer=expected.issuer,
        name_id=single_logout["name_id"],
        single_logout=single_logout | ({} if session_index is None else {"session_index": session_index}),
        attributes=_attributes_of(assertion),
        until_ms=_confirmed_until(subject, expected),
        session_ends_at_ms=session_ends_at_ms,
    )


def _name_of(subject: Element) -> dict[str, str]:
    element = subject.find(NAME_ID)
    name = text_of(element, "NameID")
    if element is None or name != element.text or len(name) > MAX_NAME_ID:
        raise FederationError("its NameID has white space around it, or is too long")
    given = {key: element.get(attribute, "") for attribute, key in NAME_ATTRIBUTES.items()}
    return {"name_id": name, **{key: value for key, value in given.items() if value}}


def _verify_age(assertion: Element, expected: Expected) -> None:
    issued = time_of(assertion, "IssueInstant")
    if issued is None:
        raise FederationError("it has no IssueInstant")
    if issued > expected.now_ms + SKEW_MS:
        raise FederationError("it is of the future")
    is_unasked = expected.request_id is None or expected.must_be_young
    if is_unasked and issued < expected.now_ms - MAX_AGE_UNASKED_MS:
        raise PastTimeError("it was issued too long ago")


def _verify_conditions(conditions: Element, expected: Expected) -> None:
    _verify_window(conditions, expected)
    if any(condition.tag not in _CONDITIONS for condition in conditions):
        raise FederationError("it has a condition that is not understood")
    restrictions = conditions.findall(f"{{{SAML}}}AudienceRestriction")
    if not restrictions:
        raise FederationError("it has no audience")
    for restriction in restrictions:
        audiences = [text_of(each, "audience") for each in restriction.findall(f"{{{SAML}}}Audience")]
        if expected.entity_id not in audiences:
            raise FederationError("its audience is another")


def _confirmed_until(subject: Element, expected: Expected) -> int:
    """Accept a subject that one confirmation at least confirms to us; when the last of them ends, with the skew."""
    confirmations = subject.findall(f"{{{SAML}}}SubjectConfirmation")
    bearers = [_child(each, "SubjectConfirmationData") for each in confirmations if each.get("Method") == BEARER]
    if not bearers:
        raise FederationError("its subject is not confirmed for the bearer")
    refusals = [refusal for each in bearers if (refusal := _refusal_of(each, expected)) is not None]
    if len(refusals) == len(bearers):
        raise refusals[0]
    # One that is refused now may fit later: the assertion is to be remembered for as long as any may.
    return max(time_of(each, "NotOnOrAfter") or 0 for each in bearers) + SKEW_MS


def _refusal_of(bearer: Element, expected: Expected) -> FederationError | None:
    try:
        if bearer.get("Recipient") != expected.acs:
            return FederationError("its recipient is another")
        if bearer.get("InResponseTo") != expected.request_id:
            return FederationError("it is not the answer to our request")
        if time_of(bearer, "NotOnOrAfter") is None:
            return FederationError("its confirmation has no end")
        _verify_window(bearer, expected)
    except FederationError as error:
        return error
    return None


def _verify_window(element: Element, expected: Expected) -> None:
    begins, ends = time_of(element, "NotBefore"), time_of(element, "NotOnOrAfter")
    if begins is not None and begins > expected.now_ms + SKEW_MS:
        raise FederationError("it is not valid yet")
    if ends is not None and ends <= expected.now_ms - SKEW_MS:
        raise PastTimeError("it has expired")


def _session_of(assertion: Element, expected: Expected) -> tuple[str | None, int | None]:
    """The index of the first statement's session, and when the first of them ends; each must be of one that goes on."""
    statements = assertion.findall(f"{{{SAML}}}AuthnStatement")
    if not statements:
        raise FederationError("it has no AuthnStatement")
    every = [ends for statement in statements if (ends := time_of(statement, "SessionNotOnOrAfter")) is not None]
    for ends in every:
        if ends <= expected.now_ms - SKEW_MS:
            raise PastTimeError("its session has ended")
    return statements[0].get("SessionIndex"), min(every, default=None)


def _attributes_of(assertion: Element) -> dict[str, str | list[str]]:
    """The texts of each attribute by its name; a value that has elements in it is no text, and is left out."""
    found: dict[str, list[str]] = {}
    for attribute in assertion.iterfind(f"{{{SAML}}}AttributeStatement/{{{SAML}}}Attribute"):
        name = attribute.get("Name")
        if not name:
            raise FederationError("an attribute has no name")
        values = [value.text or "" for value in attribute.findall(f"{{{SAML}}}AttributeValue") if not len(value)]
        found.setdefault(name, []).extend(values)
    if len(found) > MAX_ATTRIBUTES:
        raise FederationError("it has too many attributes")
    return {name: values[0] if len(values) == 1 else values for name, values in found.items() if values}


def _child(element: Element, name: str) -> Element:
    found = element.find(f"{{{SAML}}}{name}")
    if found is None:
        raise FederationError(f"it has no {name}")
    return found
