"""
Signing in at a SAML 2.0 provider: away to it with an AuthnRequest, and back with a Response; or back without having been asked.

    begin ─► Departure ─► the browser, at the provider ─► finish: verified (federation.saml) ─► its id is spent ─► Profile

An assertion signs in once: its id is remembered, before anything is made of it, for as long as it could be used again.

Source: developer guide, "SAML session initiation in Amazon Cognito user pools", "Using SAML identity providers with a user pool".
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from cenote.base.oauth_errors import OAuthError, PageError
from cenote.federation.errors import FederationError, SignInRefusedError
from cenote.federation.saml import bindings, requests, response
from cenote.federation.saml.assertion import Assertion, Expected
from cenote.federation.saml.requests import Place, Signer
from cenote.federation.saml.signatures import SignatureRefusedError
from cenote.flows import signing_certificates
from cenote.flows.federation import metadata
from cenote.flows.federation.journeys import Journey
from cenote.flows.hosted import authorization
from cenote.flows.hosted.sites import Site
from cenote.flows.identity_providers import secrets_of
from cenote.flows.services import Services
from cenote.model.identity_provider.profile import Profile
from cenote.model.oauth.authorization_request import only_ones
from cenote.storage import challenges, resources
from cenote.storage.resources import Kind, Resource

ACS: Final = "/saml2/idpresponse"
INVALID_SIGNATURE = "SAML Response signature is invalid"
INVALID_RELAY_STATE = "Invalid relayState from identity provider"
INVALID_ANSWER = "Invalid samlResponse or relayState from identity provider"
_MAX_RELAY_STATE = 4096
_MAX_FIELDS = 50
_TRUE = "true"


@dataclass(frozen=True, slots=True)
class Departure:
    """
    Where the browser goes: by a redirect to *url*, or where there are *fields*, by a form that posts them there.

    *request_id* is what the answer must be the answer to.
    """

    request_id: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


def begin(services: Services, site: Site, provider: Resource, *, relay_state: str, force: bool) -> Departure:
    """
    Where the browser goes to sign in at *provider*; *force*: anew, whatever session it has there. Not within a transaction.

    Raises:
        SignInRefusedError: the provider's metadata has ended, and cannot be had anew.
    """
    provider, known = metadata.current(services, provider)
    is_signed = provider.document["ProviderDetails"].get("RequestSigningAlgorithm") is not None
    request_id = requests.new_id()
    sending = requests.authn_request(
        Place(known.sso_redirect, known.sso_post),
        request_id=request_id,
        entity_id=entity_id_of(site),
        acs=site.url(ACS),
        relay_state=relay_state,
        now_ms=services.clock.now_ms(),
        force=force,
        signer=signer_of(services, site) if is_signed else None,
    )
    return Departure(request_id, sending.url, sending.fields)


def finish(
    services: Services, site: Site, provider: Resource, saml_response: str, *, request_id: str | None
) -> Profile:
    """
    Who comes back from *provider* with *saml_response*, the field of a form, as the answer to *request_id*, or to nothing.

    Not within a transaction. What is accepted is spent.

    Raises:
        SignInRefusedError: the provider refuses, or what it says must not be believed, or was believed before.
    """
    if provider.document["ProviderType"] != "SAML":
        raise SignInRefusedError("invalid_request", INVALID_ANSWER, "the journey leads to another kind of provider")
    provider, known = metadata.current(services, provider)
    details = provider.document["ProviderDetails"]
    key = secrets_of(services, provider).get("encryption_key")
    expected = Expected(
        entity_id=entity_id_of(site),
        acs=site.url(ACS),
        issuer=known.entity_id,
        certificates=known.certificates,
        request_id=request_id,
        now_ms=services.clock.now_ms(),
        encryption_key=None if key is None else base64.b64decode(key),
        encrypted=details.get("EncryptedResponses") == _TRUE,
    )
    found = _verified(services, saml_response, expected)
    _spend(services, provider, found)
    return Profile(
        provider=provider.name,
        provider_type="SAML",
        subject=found.name_id,
        issuer=found.issuer,
        claims=found.attributes,
        shown={"samlResponse": dict(found.attributes)},
        single_logout=found.single_logout,
    )


def unasked(services: Services, site: Site, relay_state: str) -> Journey:
    """
    The journey of somebody whom a provider sends without having been asked, by the RelayState that it was given for an app.

    Raises:
        PageError: the RelayState names no app, or one that is not open to that; or not a provider that may begin by itself.
    """
    if not 0 < len(relay_state) <= _MAX_RELAY_STATE:
        raise PageError(INVALID_ANSWER, cause="no journey waits under this RelayState")
    try:
        asked = only_ones(parse_qsl(relay_state, strict_parsing=True, max_num_fields=_MAX_FIELDS))
    except (ValueError, OAuthError) as error:
        raise PageError(INVALID_RELAY_STATE, cause=str(error)) from None
    client = authorization.client_of(services, site, asked.get("client_id"))
    allowed = client.providers
    name = asked.get("identity_provider", "")
    if name not in allowed:
        raise PageError(INVALID_RELAY_STATE, cause="it names no provider of the client")
    with services.database.read() as tx:
        found = [resources.get(tx, site.pool.pool_id, Kind.IDENTITY_PROVIDER, each) for each in dict.fromkeys(allowed)]
    if not all(_may_begin(each) for each in found):
        raise PageError(INVALID_RELAY_STATE, cause="the client has providers that may not begin a sign-in")
    return Journey(name, asked, {})


def entity_id_of(site: Site) -> str:
    """By what name providers know the pool."""
    return f"urn:amazon:cognito:sp:{site.pool.pool_id}"


def signer_of(services: Services, site: Site) -> Signer:
    """What signs the pool's requests."""
    return Signer(*signing_certificates.key_of(services, site.pool.pool_id))


def spend(services: Services, provider: Resource, kind: str, issuer: str, identifier: str, until_ms: int) -> bool:
    """
    Mark a message of *provider* as used, until *until_ms*; False when it was used before.

    It is *issuer*'s, whom a pool may have under several names: used at one, it is used at all of them.
    """
    named = json.dumps([provider.pool_id, kind, issuer, identifier])
    digest = hashlib.sha256(named.encode()).digest()
    return services.database.write("spend saml message", lambda tx: challenges.spend(tx, digest, until_ms))


def _verified(services: Services, saml_response: str, expected: Expected) -> Assertion:
    services.database.refuse_inside_write()
    try:
        return response.verify(bindings.from_post(saml_response), expected)
    except SignatureRefusedError as error:
        raise SignInRefusedError("invalid_request", INVALID_SIGNATURE, str(error)) from None
    except FederationError as error:
        raise SignInRefusedError(
            "invalid_request", f"Invalid SAML response received: {error.public}", str(error)
        ) from None


def _spend(services: Services, provider: Resource, found: Assertion) -> None:
    if not spend(services, provider, "assertion", found.issuer, found.assertion_id, found.until_ms):
        raise SignInRefusedError("invalid_request", "Invalid SAML response received: it was used before")


def _may_begin(provider: Resource | None) -> bool:
    if provider is None or provider.document["ProviderType"] != "SAML":
        return False
    return bool(provider.document["ProviderDetails"].get("IDPInit") == _TRUE)
