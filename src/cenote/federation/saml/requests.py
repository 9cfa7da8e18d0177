"""
The messages that we send: AuthnRequest, LogoutRequest and LogoutResponse.

Source: SAML 2.0 Core, sections 3.4.1 and 3.7; developer guide, "SAML session initiation" and "Signing out SAML users".
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from cenote.federation.saml import bindings, signatures
from cenote.federation.saml.bindings import Sending
from cenote.federation.saml.names import (
    ISSUER,
    LOGOUT_REQUEST,
    LOGOUT_RESPONSE,
    NAME_ATTRIBUTES,
    NAME_ID,
    POST,
    SAML,
    SAMLP,
    STATUS_ELEMENT,
    SUCCESS,
)
from cenote.federation.saml.xml import Element

_PREFIXES = {"saml2p": SAMLP, "saml2": SAML}
_LOGOUT_LIFETIME_MS = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Signer:
    """An RSA key (PKCS #8) and its certificate (DER)."""

    key: bytes = field(repr=False)
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a provider takes a kind of message: by redirect if it can, else by a form."""

    redirect: str | None
    post: str | None

    @property
    def url(self) -> str:
        """The address that is used."""
        return self.redirect or self.post or ""


def new_id() -> str:
    """An identifier of a message that nobody can guess: 160 bits."""
    return f"_{secrets.token_hex(20)}"


def authn_request(
    place: Place,
    *,
    request_id: str,
    entity_id: str,
    acs: str,
    relay_state: str,
    now_ms: int,
    force: bool,
    signer: Signer | None,
) -> Sending:
    """Ask the provider at *place* to sign somebody in and to answer to *acs*; *force*: whatever session it has."""
    root = _message(f"{{{SAMLP}}}AuthnRequest", request_id, entity_id, place.url, now_ms)
    root.set("ProtocolBinding", POST)
    root.set("AssertionConsumerServiceURL", acs)
    if force:
        root.set("ForceAuthn", "true")
    return _sent(place, bindings.REQUEST, root, relay_state, signer)


def logout_request(
    place: Place,
    *,
    request_id: str,
    entity_id: str,
    who: Mapping[str, str],
    relay_state: str,
    now_ms: int,
    signer: Signer,
) -> Sending:
    """Ask the provider at *place* to end the session of *who*, as an Assertion's `single_logout` has it."""
    root = _message(LOGOUT_REQUEST, request_id, entity_id, place.url, now_ms)
    root.set("NotOnOrAfter", _written(now_ms + _LOGOUT_LIFETIME_MS))
    name = etree.SubElement(root, NAME_ID)
    name.text = who["name_id"]
    for attribute, key in NAME_ATTRIBUTES.items():
        if key in who:
            name.set(attribute, who[key])
    if "session_index" in who:
        etree.SubElement(root, f"{{{SAMLP}}}SessionIndex").text = who["session_index"]
    return _sent(place, bindings.REQUEST, root, relay_state, signer)


def logout_response(
    place: Place, *, in_response_to: str, entity_id: str, relay_state: str | None, now_ms: int, signer: Signer
) -> Sending:
    """Tell the provider at *place* that its LogoutRequest was followed."""
    root = _message(LOGOUT_RESPONSE, new_id(), entity_id, place.url, now_ms)
    root.set("InResponseTo", in_response_to)
    status = etree.SubElement(root, STATUS_ELEMENT)
    etree.SubElement(status, f"{{{SAMLP}}}StatusCode").set("Value", SUCCESS)
    return _sent(place, bindings.RESPONSE, root, relay_state, signer)


def _message(tag: str, message_id: str, entity_id: str, destination: str, now_ms: int) -> Element:
    root = etree.Element(tag, nsmap=_PREFIXES)
    for name, value in (
        ("ID", message_id),
        ("Version", "2.0"),
        ("IssueInstant", _written(now_ms)),
        ("Destination", destination),
    ):
        root.set(name, value)
    etree.SubElement(root, ISSUER).text = entity_id
    return root


def _sent(place: Place, name: str, root: Element, relay_state: str | None, signer: Signer | None) -> Sending:
    if place.redirect is not None:
        return bindings.by_redirect(place.redirect, name, root, relay_state, None if signer is None else signer.key)
    if signer is not None:
        root = signatures.sign(root, signer.key, signer.certificate)
    return bindings.by_post(place.url, name, root, relay_state)


def _written(at_ms: int) -> str:
    return dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
