"""
Identity providers of a pool: made, changed and deleted, with what the world must be asked about them.

    rules (model) ─► details ─► discovery or metadata, outside any transaction ─► one transaction: provider and identifiers

A client secret or private key, and the key that opens a SAML provider's encrypted assertions, lie sealed beside the document. An identifier
is a row of its own, so that of two providers that want it at once one gets it.

Source: API_CreateIdentityProvider, API_UpdateIdentityProvider, API_DeleteIdentityProvider.
"""

import base64
import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from cenote.base.errors import (
    ConcurrentModificationException,
    DuplicateProviderException,
    InvalidParameterException,
    ResourceNotFoundException,
    UnsupportedIdentityProviderException,
)
from cenote.base.quotas import verify_room
from cenote.crypto import certificates, jwt
from cenote.federation import discovery, saml_metadata
from cenote.federation.errors import FederationError
from cenote.flows.services import Services
from cenote.model.identity_provider import details as rules
from cenote.model.identity_provider.document import NATIVE, settings_of, verify_name
from cenote.model.identity_provider.urls import verify_endpoint, verify_page
from cenote.model.pool import Pool
from cenote.storage import pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

_CHANGED = "The identity provider was modified by another request. Please try again."
_ENDPOINT_OF = {
    "authorize_url": "authorization",
    "token_url": "token",
    "attributes_url": "userinfo",
    "jwks_uri": "jwks",
}
_ENCRYPTION_KEY = "encryption_key"
_METADATA_TYPES = "application/samlmetadata+xml, application/xml, text/xml"


def create(services: Services, pool: Pool, name: str, provider_type: str, request: Mapping[str, Any]) -> Resource:
    """
    Make a provider as a CreateIdentityProvider *request* asks for it.

    Raises:
        InvalidParameterException: what AWS refuses, or a document that cannot be had; an identifier that another provider has.
        DuplicateProviderException, LimitExceededException, ResourceNotFoundException: the name is taken, the pool is full, or gone.
    """
    verify_name(name, provider_type)
    most = services.settings.quotas.identifiers_per_provider
    document = settings_of(pool, provider_type, request, {}, most_identifiers=most)
    now_ms = services.clock.now_ms()
    bare = Resource(pool.pool_id, Kind.IDENTITY_PROVIDER, name, document, now_ms, now_ms)
    provider = _with_details(services, bare, provider_type, request["ProviderDetails"])

    def work(tx: Tx) -> None:
        pools.lock(tx, pool.pool_id)
        present = resources.count(tx, pool.pool_id, Kind.IDENTITY_PROVIDER)
        if resources.get(tx, pool.pool_id, Kind.IDENTITY_PROVIDER, name) is not None:
            raise DuplicateProviderException(f"{name} already exists for tenant {pool.pool_id}.")
        verify_room(present, services.settings.quotas.identity_providers_per_pool, "identity providers of a user pool")
        resources.insert(tx, provider)
        _claim(tx, provider, provider.document["IdpIdentifiers"])

    services.database.write("create identity provider", work)
    services.directory.forget()
    return provider


def update(services: Services, pool: Pool, name: str, request: Mapping[str, Any]) -> Resource:
    """
    Replace what an UpdateIdentityProvider *request* names; the rest stays.

    Raises:
        InvalidParameterException: as `create`.
        ResourceNotFoundException, UnsupportedIdentityProviderException: there is no such provider, or it is the pool itself.
        ConcurrentModificationException: somebody else was faster.
    """
    _refuse_native(name)
    with services.database.read() as tx:
        before = _require_to_update(tx, pool.pool_id, name)
    provider_type = before.document["ProviderType"]
    most = services.settings.quotas.identifiers_per_provider
    document = settings_of(pool, provider_type, request, before.document, most_identifiers=most)
    after = replace(before, document=document, modified_at_ms=services.clock.now_ms())
    if "ProviderDetails" in request:
        after = _with_details(services, after, provider_type, request["ProviderDetails"])

    def work(tx: Tx) -> None:
        pools.lock(tx, pool.pool_id)
        written = resources.update(
            tx,
            before,
            document=after.document,
            sealed_secrets=after.sealed_secrets,
            modified_at_ms=after.modified_at_ms,
        )
        if written is None:
            _require_to_update(tx, pool.pool_id, name)
            raise ConcurrentModificationException(_CHANGED)
        had, has = before.document["IdpIdentifiers"], after.document["IdpIdentifiers"]
        _release(tx, pool.pool_id, (identifier for identifier in had if identifier not in has))
        _claim(tx, after, (identifier for identifier in has if identifier not in had))

    services.database.write("update identity provider", work)
    services.directory.forget()
    return after


def delete(services: Services, pool: Pool, name: str) -> None:
    """
    Delete a provider and its identifiers. Its users, their links and the clients that name it stay as they are.

    Raises:
        ResourceNotFoundException, UnsupportedIdentityProviderException: there is no such provider, or it is the pool itself.
    """
    _refuse_native(name)

    def work(tx: Tx) -> None:
        pools.lock(tx, pool.pool_id)
        found = require(tx, pool.pool_id, name)
        resources.delete(tx, pool.pool_id, Kind.IDENTITY_PROVIDER, name)
        _release(tx, pool.pool_id, found.document["IdpIdentifiers"])

    services.database.write("delete identity provider", work)
    services.directory.forget()


def require(tx: Tx, pool_id: str, name: str) -> Resource:
    """
    The provider of that name.

    Raises:
        ResourceNotFoundException: the pool has none.
    """
    found = resources.get(tx, pool_id, Kind.IDENTITY_PROVIDER, name)
    if found is None:
        raise ResourceNotFoundException(f"Identity provider {name} for tenantId {pool_id} does not exist.")
    return found


def require_by_identifier(tx: Tx, pool_id: str, identifier: str) -> Resource:
    """
    The provider that has the identifier.

    Raises:
        ResourceNotFoundException: none has.
    """
    row = resources.get(tx, pool_id, Kind.PROVIDER_IDENTIFIER, identifier)
    if row is None:
        raise ResourceNotFoundException(f"Identity provider with identifier {identifier} does not exist.")
    return require(tx, pool_id, row.document["ProviderName"])


def secrets_of(services: Services, provider: Resource) -> dict[str, str]:
    """What is sealed beside the document: `client_secret`, `private_key`, and `encryption_key` (PKCS #8 in base64) of SAML providers."""
    if provider.sealed_secrets is None:
        return {}
    opened: dict[str, str] = json.loads(services.keys.open(provider.sealed_secrets, provider.secrets_context))
    return opened


def details_of(services: Services, provider: Resource) -> dict[str, str]:
    """A provider's details as they are shown: with the client secret, without a private key."""
    shown = {key: value for key, value in secrets_of(services, provider).items() if key in rules.SECRETS - rules.HIDDEN}
    return dict(sorted({**provider.document["ProviderDetails"], **shown}.items()))


def _with_details(services: Services, provider: Resource, provider_type: str, wanted: Mapping[str, str]) -> Resource:
    """*provider* with *wanted* in the place of its details; asks the world, and may generate a key."""
    services.database.refuse_inside_write()
    kept = secrets_of(services, provider)
    details = rules.accepted_details(provider_type, wanted, kept_secrets=kept, **_leniency(services))
    secrets = {key: details.pop(key) for key in rules.SECRETS & details.keys()}
    document = dict(provider.document)
    if provider_type == "OIDC":
        details |= _discovered(services, details)
    if provider_type == "SAML":
        metadata = fetched_metadata(services, details)
        document |= {"Metadata": asdict(metadata), "MetadataReadAtMs": services.clock.now_ms()}
        secrets[_ENCRYPTION_KEY] = kept.get(_ENCRYPTION_KEY) or _new_key(services)
        details["ActiveEncryptionCertificate"] = _certificate(services, provider, secrets[_ENCRYPTION_KEY])
        addresses = {"SSORedirectBindingURI": metadata.sso_redirect, "SLORedirectBindingURI": metadata.slo_redirect}
        details |= {key: address for key, address in addresses.items() if address is not None}
    document["ProviderDetails"] = details
    sealed = services.keys.seal(json.dumps(secrets).encode(), provider.secrets_context) if secrets else None
    return replace(provider, document=document, sealed_secrets=sealed)


def _discovered(services: Services, details: Mapping[str, str]) -> dict[str, str]:
    missing = rules.missing_endpoints(details)
    if not missing:
        return {}
    issuer = details["oidc_issuer"]
    try:
        found = asdict(discovery.discover(services.fetcher, issuer))
    except FederationError as error:
        raise InvalidParameterException(
            f"Unable to contact well-known endpoint {issuer.rstrip('/')}{discovery.PATH}: {error.public}.",
            cause=error.private,
        ) from None
    discovered = {key: found[_ENDPOINT_OF[key]] for key in missing}
    for key, url in discovered.items():
        if url is None:
            raise InvalidParameterException(f"The issuer's well-known endpoint does not name {key}: it is required.")
        verify_endpoint(key, url, **_leniency(services))
    return discovered


def fetched_metadata(services: Services, details: Mapping[str, str]) -> saml_metadata.SamlMetadata:
    """
    The SAML metadata that a provider's *details* name or contain, as it is now; not within a transaction.

    Raises:
        InvalidParameterException: it cannot be had, or cannot be used.
    """
    services.database.refuse_inside_write()
    now = dt.datetime.fromtimestamp(services.clock.now_ms() / 1000, dt.UTC)
    try:
        document = _metadata_bytes(services, details)
        found = saml_metadata.parse(document, now)
    except FederationError as error:
        raise InvalidParameterException(f"Invalid SAML metadata: {error.public}.", cause=error.private) from None
    for name in ("sso_redirect", "sso_post", "slo_redirect", "slo_post"):
        address = getattr(found, name)
        if address is not None:
            verify_page("A location in the SAML metadata", address, **_leniency(services))
    return found


def _metadata_bytes(services: Services, details: Mapping[str, str]) -> bytes:
    if "MetadataFile" in details:
        return saml_metadata.bytes_of(details["MetadataFile"])
    url = details["MetadataURL"]
    try:
        return services.fetcher.get(url, _METADATA_TYPES)
    except FederationError as error:
        raise FederationError(f"from the remote metadata source {url}: {error.public}", error.private) from None


def _leniency(services: Services) -> dict[str, bool]:
    """Which URLs are accepted besides those of the public Internet."""
    settings = services.settings
    return {"is_development": settings.is_development, "has_inside": bool(settings.federation_private_networks)}


def _new_key(services: Services) -> str:
    with services.gate:
        return base64.b64encode(jwt.new_signing_key()).decode()


def _certificate(services: Services, provider: Resource, key: str) -> str:
    """The certificate of the provider's encryption key: the present one while the provider has one."""
    present: str | None = provider.document.get("ProviderDetails", {}).get("ActiveEncryptionCertificate")
    if present is not None:
        return present
    der = certificates.self_signed(base64.b64decode(key), provider.pool_id, services.clock.now_ms())
    return base64.b64encode(der).decode()


def _claim(tx: Tx, provider: Resource, identifiers: Iterable[str]) -> None:
    at_ms = provider.modified_at_ms
    for identifier in identifiers:
        document = {"ProviderName": provider.name}
        row = Resource(provider.pool_id, Kind.PROVIDER_IDENTIFIER, identifier, document, at_ms, at_ms)
        if not resources.insert(tx, row):
            raise InvalidParameterException(f"The identifier {identifier} is already used by an identity provider.")


def _release(tx: Tx, pool_id: str, identifiers: Iterable[str]) -> None:
    for identifier in identifiers:
        resources.delete(tx, pool_id, Kind.PROVIDER_IDENTIFIER, identifier)


def _require_to_update(tx: Tx, pool_id: str, name: str) -> Resource:
    found = resources.get(tx, pool_id, Kind.IDENTITY_PROVIDER, name)
    if found is None:
        # UpdateIdentityProvider has words of its own for it.
        raise ResourceNotFoundException(f"Identity provider {name} in User Pool {pool_id} does not exist.")
    return found


def _refuse_native(name: str) -> None:
    if name.lower() == NATIVE:
        raise UnsupportedIdentityProviderException(f"The identity provider {name} is the user pool itself.")
