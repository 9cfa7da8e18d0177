"""CreateSAMLProvider, GetSAMLProvider, UpdateSAMLProvider, DeleteSAMLProvider, ListSAMLProviders, and tags of SAML providers."""

import datetime as dt
import secrets
import string
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from cenote.aws.iam import named, tags
from cenote.aws.operation import Call, operation
from cenote.base.iam_errors import InvalidInputException, NoSuchEntityException
from cenote.federation import saml_metadata
from cenote.federation.errors import FederationError
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import new_entity_id
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import entities

_KIND: Final = EntityKind.SAML_PROVIDER
# Until when AWS takes metadata that does not say so itself.
_CENTURY_MS: Final = 100 * 365 * 24 * 60 * 60 * 1000
_ENCRYPTION: Final = ("AssertionEncryptionMode", "AddPrivateKey", "RemovePrivateKey")
_UUID_CHARS: Final = 24


@operation("CreateSAMLProvider", "iam")
def create_saml_provider(
    services: Services, call: Call, params: iam.CreateSAMLProviderRequest
) -> iam.CreateSAMLProviderResponse:
    """Trust an identity provider by its metadata."""
    name, now_ms = params["Name"], services.clock.now_ms()
    _verify_plain(params)
    document = {
        **_read(params["SAMLMetadataDocument"], now_ms),
        "SAMLProviderUUID": "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(_UUID_CHARS)),
        **tags.document_of(_KIND, params),
    }
    provider = Entity(call.account_id, _KIND, name, new_entity_id(_KIND), "/", document, now_ms, now_ms)

    def work(tx: Tx) -> None:
        named.insert(tx, provider)

    write(services, call.account_id, "create SAML provider", work)
    answer: iam.CreateSAMLProviderResponse = {"SAMLProviderArn": provider.arn}
    return {**answer, "Tags": tags.shown(provider)} if provider.tags else answer


@operation("GetSAMLProvider", "iam")
def get_saml_provider(
    services: Services, call: Call, params: iam.GetSAMLProviderRequest
) -> iam.GetSAMLProviderResponse:
    """A provider, with its metadata as they were given."""
    with services.database.read() as tx:
        provider = require(tx, call, params["SAMLProviderArn"])
    return {
        "SAMLProviderUUID": provider.document["SAMLProviderUUID"],
        "SAMLMetadataDocument": provider.document["SAMLMetadataDocument"],
        "CreateDate": provider.created_at_ms / 1000,
        "ValidUntil": provider.document["ValidUntil"] / 1000,
        "Tags": tags.shown(provider),
    }


@operation("UpdateSAMLProvider", "iam")
def update_saml_provider(
    services: Services, call: Call, params: iam.UpdateSAMLProviderRequest
) -> iam.UpdateSAMLProviderResponse:
    """Put other metadata in the place of a provider's."""
    _verify_plain(params)
    if "SAMLMetadataDocument" not in params:
        raise InvalidInputException(
            "Unable to update identity provider. No updates are defined for metadata or encryption assertion."
        )
    now_ms = services.clock.now_ms()
    found = _read(params["SAMLMetadataDocument"], now_ms)

    def work(tx: Tx) -> None:
        provider = require(tx, call, params["SAMLProviderArn"])
        entities.update(tx, replace(provider, document={**provider.document, **found}, modified_at_ms=now_ms))

    write(services, call.account_id, "update SAML provider", work)
    return {"SAMLProviderArn": params["SAMLProviderArn"]}


@operation("DeleteSAMLProvider", "iam")
def delete_saml_provider(services: Services, call: Call, params: iam.DeleteSAMLProviderRequest) -> None:
    """Trust a provider no longer."""

    def work(tx: Tx) -> None:
        entities.delete(tx, require(tx, call, params["SAMLProviderArn"]))

    write(services, call.account_id, "delete SAML provider", work)


@operation("ListSAMLProviders", "iam")
def list_saml_providers(
    services: Services, call: Call, _params: iam.ListSAMLProvidersRequest
) -> iam.ListSAMLProvidersResponse:
    """Every provider, without its metadata."""
    with services.database.read() as tx:
        found = entities.page(tx, call.account_id, _KIND, limit=quotas.PER_ACCOUNT[_KIND][1])
    return {
        "SAMLProviderList": [
            {
                "Arn": provider.arn,
                "ValidUntil": provider.document["ValidUntil"] / 1000,
                "CreateDate": provider.created_at_ms / 1000,
            }
            for provider in found
        ]
    }


@operation("TagSAMLProvider", "iam")
def tag_saml_provider(services: Services, call: Call, params: iam.TagSAMLProviderRequest) -> None:
    """Add tags to a provider."""
    tags.tag(services, call, lambda tx: require(tx, call, params["SAMLProviderArn"]), params["Tags"])


@operation("UntagSAMLProvider", "iam")
def untag_saml_provider(services: Services, call: Call, params: iam.UntagSAMLProviderRequest) -> None:
    """Take tags from a provider."""
    tags.untag(services, call, lambda tx: require(tx, call, params["SAMLProviderArn"]), params["TagKeys"])


@operation("ListSAMLProviderTags", "iam")
def list_saml_provider_tags(services: Services, call: Call, params: iam.ListSAMLProviderTagsRequest) -> tags.TagPage:
    """A page of a provider's tags."""
    return tags.listed(services, call, lambda tx: require(tx, call, params["SAMLProviderArn"]), params)


def require(tx: Tx, call: Call, arn: str) -> Entity:
    """The provider of that ARN; NoSuchEntityException when the account has none."""
    named.verify_arn(arn, _KIND)
    found = entities.get_by_arn(tx, call.account_id, _KIND, arn)
    if found is None:
        raise NoSuchEntityException(f"Manifest not found for arn {arn}")
    return found


def _read(metadata: str, now_ms: int) -> dict[str, Any]:
    """What a provider keeps of its metadata, once they are found to be such as assertions can be verified by."""
    try:
        parsed = saml_metadata.parse(saml_metadata.bytes_of(metadata), dt.datetime.fromtimestamp(now_ms / 1000, dt.UTC))
    except FederationError as error:
        raise InvalidInputException(f"Could not parse metadata: {error.public}", cause=error.private) from None
    until_ms = parsed.valid_until_ms if parsed.valid_until_ms is not None else now_ms + _CENTURY_MS
    return {"SAMLMetadataDocument": metadata, "ValidUntil": until_ms}


def _verify_plain(params: Mapping[str, Any]) -> None:
    if any(name in params for name in _ENCRYPTION):
        raise InvalidInputException("Cenote does not open assertions that are encrypted for a provider of IAM.")
