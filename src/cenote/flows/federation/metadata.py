"""
A SAML provider's metadata, kept fresh: what a URL says is read again every six hours, or when it has ended.

One request at a time, over all nodes, takes the trouble: it marks the provider before it asks. Whoever comes meanwhile, or after the
provider's site has failed, goes on with what was there before, as long as that is valid. A document of another entity takes nobody's place.

Source: developer guide, "Adding SAML identity providers to a user pool".
"""

from dataclasses import asdict
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.base.invocations import FunctionUnreachableError
from cenote.federation.errors import SignInRefusedError
from cenote.federation.saml_metadata import SamlMetadata
from cenote.flows.identity_providers import fetched_metadata
from cenote.flows.services import Services
from cenote.storage import resources
from cenote.storage.resources import Kind, Resource

FRESH_MS = 6 * 60 * 60 * 1000
RETRIED_AFTER_MS = 10 * 60 * 1000
_READ, _TRIED = "MetadataReadAtMs", "MetadataTriedAtMs"


def current(services: Services, provider: Resource) -> tuple[Resource, SamlMetadata]:
    """
    *provider* with metadata that may be used now; not within a transaction.

    Raises:
        SignInRefusedError: what there is has ended, and nothing newer is to be had.
    """
    now_ms = services.clock.now_ms()
    if _is_due(provider, now_ms):
        provider = _refreshed(services, provider, now_ms)
    metadata = _metadata_of(provider)
    if _has_ended(metadata, now_ms):
        raise SignInRefusedError("server_error", "The SAML metadata of the identity provider has expired")
    return provider, metadata


def _metadata_of(provider: Resource) -> SamlMetadata:
    kept: dict[str, Any] = provider.document["Metadata"]
    return SamlMetadata(**{**kept, "certificates": tuple(kept["certificates"])})


def _is_due(provider: Resource, now_ms: int) -> bool:
    document = provider.document
    if "MetadataURL" not in document["ProviderDetails"]:
        return False
    is_old = now_ms - document.get(_READ, provider.created_at_ms) >= FRESH_MS
    was_tried = now_ms - document.get(_TRIED, 0) < RETRIED_AFTER_MS
    return (is_old or _has_ended(_metadata_of(provider), now_ms)) and not was_tried


def _has_ended(metadata: SamlMetadata, now_ms: int) -> bool:
    return metadata.valid_until_ms is not None and metadata.valid_until_ms <= now_ms


def _refreshed(services: Services, provider: Resource, now_ms: int) -> Resource:
    claimed = _written(services, provider, {**provider.document, _TRIED: now_ms})
    if claimed is None:
        # Somebody else asks just now, or an administrator has changed the provider.
        return _present(services, provider)
    try:
        with services.functions.waits.waiting():
            found = fetched_metadata(services, claimed.document["ProviderDetails"])
    except (InvalidParameterException, FunctionUnreachableError):
        return claimed
    if found.entity_id != claimed.document["Metadata"]["entity_id"]:
        return claimed
    details = dict(claimed.document["ProviderDetails"])
    for key, address in (("SSORedirectBindingURI", found.sso_redirect), ("SLORedirectBindingURI", found.slo_redirect)):
        details.pop(key, None)
        if address is not None:
            details[key] = address
    # As the database gives it back: a list in the place of the tuple.
    kept = {**asdict(found), "certificates": list(found.certificates)}
    document = {**claimed.document, "ProviderDetails": details, "Metadata": kept, _READ: now_ms}
    return _written(services, claimed, document) or _present(services, provider)


def _written(services: Services, before: Resource, document: dict[str, Any]) -> Resource | None:
    after = services.database.write("refresh metadata", lambda tx: resources.update(tx, before, document=document))
    if after is not None:
        services.directory.forget()
    return after


def _present(services: Services, provider: Resource) -> Resource:
    with services.database.read() as tx:
        return resources.get(tx, provider.pool_id, Kind.IDENTITY_PROVIDER, provider.name) or provider
