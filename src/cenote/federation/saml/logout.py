"""
What a provider says about the end of a session: its answer to our LogoutRequest, or a request of its own.

Each must be signed: in its XML where it was posted, over the query where it came by a redirect.

Source: SAML 2.0 Profiles, section 4.4; SAML 2.0 Core, section 3.7.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cenote.federation.errors import FederationError
from cenote.federation.saml import bindings, signatures, structure
from cenote.federation.saml.assertion import MAX_AGE_UNASKED_MS, SKEW_MS
from cenote.federation.saml.bindings import Redirected
from cenote.federation.saml.names import ISSUER, LOGOUT_REQUEST, LOGOUT_RESPONSE, NAME_ID, SAMLP, STATUS_ELEMENT
from cenote.federation.saml.xml import Element, id_of, parse_message, text_of, time_of

_MAX_SESSIONS = 64


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of logout as it came: posted, or *by_redirect*."""

    document: bytes
    by_redirect: Redirected | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Whose message it must be, where it must be for, and when it is now."""

    issuer: str
    certificates: tuple[str, ...]
    destination: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """Whose sessions the provider ends: all of them where it names none. *until_ms*: until then its id is to be remembered."""

    request_id: str
    name_id: str
    session_indexes: frozenset[str]
    until_ms: int


def posted(text: str) -> Spoken:
    """A message out of a form's field; raises FederationError when it is not base64."""
    return Spoken(bindings.from_post(text))


def redirected(query: str, name: str) -> Spoken:
    """A message out of a raw query; raises FederationError when there is none."""
    found = bindings.from_redirect(query, name)
    return Spoken(found.document, found)


def issuer_of(spoken: Spoken) -> str:
    """Who says to have sent it, which nobody has verified yet; raises FederationError when it does not say."""
    root = parse_message(spoken.document, max_bytes=bindings.MAX_CHARS)
    return text_of(root.find(ISSUER), "Issuer")


def verify_response(spoken: Spoken, party: Party, request_id: str) -> None:
    """
    Accept the provider's answer to our LogoutRequest *request_id*, whether or not it ended every session that it had.

    Raises:
        FederationError: it is none.
    """
    root = _verified(spoken, party, LOGOUT_RESPONSE, "LogoutResponse")
    if root.get("InResponseTo") != request_id:
        raise FederationError("it is not the answer to our request")
    if root.find(f"{STATUS_ELEMENT}/{{{SAMLP}}}StatusCode") is None:
        raise FederationError("it has no status")


def verify_request(spoken: Spoken, party: Party) -> LogoutRequest:
    """
    What the provider asks to end.

    Raises:
        FederationError: it is not the provider's, not for us or not for now, or it names nobody.
    """
    root = _verified(spoken, party, LOGOUT_REQUEST, "LogoutRequest")
    ends = time_of(root, "NotOnOrAfter")
    if ends is not None and ends <= party.now_ms - SKEW_MS:
        raise FederationError("it has expired")
    name_id = root.find(NAME_ID)
    sessions = root.findall(f"{{{SAMLP}}}SessionIndex")
    if len(sessions) > _MAX_SESSIONS:
        raise FederationError("it names too many sessions")
    return LogoutRequest(
        request_id=id_of(root),
        name_id=text_of(name_id, "NameID"),
        session_indexes=frozenset(text_of(each, "SessionIndex") for each in sessions),
        until_ms=party.now_ms + MAX_AGE_UNASKED_MS + 2 * SKEW_MS,
    )


def _verified(spoken: Spoken, party: Party, tag: str, name: str) -> Element:
    root = parse_message(spoken.document, max_bytes=bindings.MAX_CHARS)
    structure.verify_plain(root, tag, name)
    root = _signed(root, spoken, party.certificates)
    structure.verify_issuer(root, party.issuer)
    structure.verify_destination(root, party.destination)
    issued = time_of(root, "IssueInstant")
    if issued is None or not party.now_ms - MAX_AGE_UNASKED_MS <= issued <= party.now_ms + SKEW_MS:
        raise FederationError("it was not issued just now")
    return root


def _signed(root: Element, spoken: Spoken, certificates: Iterable[str]) -> Element:
    if spoken.by_redirect is None:
        return signatures.verify(root, certificates)
    bindings.verify_query(spoken.by_redirect, certificates)
    return root
