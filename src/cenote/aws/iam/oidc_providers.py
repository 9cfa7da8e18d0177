"""CreateOpenIDConnectProvider and what is done to a provider afterwards: client ids, thumbprints, tags."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from cenote.aws.iam import named, oidc_urls, tags
from cenote.aws.operation import Call, operation
from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import InvalidInputException, NoSuchEntityException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import new_entity_id
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import entities

_KIND: Final = EntityKind.OIDC_PROVIDER
_CLIENT_IDS: Final = 100
_THUMBPRINTS: Final = 5
_HEX: Final = frozenset("0123456789abcdefABCDEF")


@operation("CreateOpenIDConnectProvider", "iam")
def create_open_id_connect_provider(
    services: Services, call: Call, params: iam.CreateOpenIDConnectProviderRequest
) -> iam.CreateOpenIDConnectProviderResponse:
    """Trust an issuer of ID tokens; whether it answers is found out when its first token comes."""
    name, now_ms = oidc_urls.name_of(services.settings, params["Url"]), services.clock.now_ms()
    document: dict[str, Any] = {
        "Url": params["Url"],
        "ClientIDList": _client_ids(params.get("ClientIDList", ())),
        "ThumbprintList": _thumbprints(params.get("ThumbprintList", ())),
        **tags.document_of(_KIND, params),
    }
    provider = Entity(call.account_id, _KIND, name, new_entity_id(_KIND), "/", document, now_ms, now_ms)

    def work(tx: Tx) -> None:
        named.insert(tx, provider, called=params["Url"])

    write(services, call.account_id, "create OIDC provider", work)
    answer: iam.CreateOpenIDConnectProviderResponse = {"OpenIDConnectProviderArn": provider.arn}
    return {**answer, "Tags": tags.shown(provider)} if provider.tags else answer


@operation("GetOpenIDConnectProvider", "iam")
def get_open_id_connect_provider(
    services: Services, call: Call, params: iam.GetOpenIDConnectProviderRequest
) -> iam.GetOpenIDConnectProviderResponse:
    """A provider."""
    with services.database.read() as tx:
        provider = require(tx, call, params["OpenIDConnectProviderArn"])
    return {
        "Url": oidc_urls.shown(provider.document["Url"]),
        "ClientIDList": provider.document["ClientIDList"],
        "ThumbprintList": provider.document["ThumbprintList"],
        "CreateDate": provider.created_at_ms / 1000,
        "Tags": tags.shown(provider),
    }


@operation("DeleteOpenIDConnectProvider", "iam")
def delete_open_id_connect_provider(
    services: Services, call: Call, params: iam.DeleteOpenIDConnectProviderRequest
) -> None:
    """Trust an issuer no longer."""
    arn = params["OpenIDConnectProviderArn"]

    def work(tx: Tx) -> None:
        provider = _find(tx, call, arn)
        if provider is None:
            raise NoSuchEntityException(f"OpenId connect Provider {arn} cannot be found.")
        entities.delete(tx, provider)

    write(services, call.account_id, "delete OIDC provider", work)


@operation("ListOpenIDConnectProviders", "iam")
def list_open_id_connect_providers(
    services: Services, call: Call, _params: iam.ListOpenIDConnectProvidersRequest
) -> iam.ListOpenIDConnectProvidersResponse:
    """The ARNs of every provider."""
    with services.database.read() as tx:
        found = entities.page(tx, call.account_id, _KIND, limit=quotas.PER_ACCOUNT[_KIND][1])
    return {"OpenIDConnectProviderList": [{"Arn": provider.arn} for provider in found]}


@operation("AddClientIDToOpenIDConnectProvider", "iam")
def add_client_id(services: Services, call: Call, params: iam.AddClientIDToOpenIDConnectProviderRequest) -> None:
    """Let the provider's tokens for one more client be taken; one that is there already is no fault."""

    def work(tx: Tx) -> None:
        provider = require(tx, call, params["OpenIDConnectProviderArn"])
        client_ids = _client_ids([*provider.document["ClientIDList"], params["ClientID"]])
        _keep(services, tx, provider, ClientIDList=client_ids)

    write(services, call.account_id, "add client id", work)


@operation("RemoveClientIDFromOpenIDConnectProvider", "iam")
def remove_client_id(
    services: Services, call: Call, params: iam.RemoveClientIDFromOpenIDConnectProviderRequest
) -> None:
    """Take the provider's tokens for a client no longer; one that is not there is no fault."""

    def work(tx: Tx) -> None:
        provider = require(tx, call, params["OpenIDConnectProviderArn"])
        left = [each for each in provider.document["ClientIDList"] if each != params["ClientID"]]
        _keep(services, tx, provider, ClientIDList=left)

    write(services, call.account_id, "remove client id", work)


@operation("UpdateOpenIDConnectProviderThumbprint", "iam")
def update_thumbprint(services: Services, call: Call, params: iam.UpdateOpenIDConnectProviderThumbprintRequest) -> None:
    """Put other thumbprints in the place of those that are there."""
    given = _thumbprints(params["ThumbprintList"])

    def work(tx: Tx) -> None:
        _keep(services, tx, require(tx, call, params["OpenIDConnectProviderArn"]), ThumbprintList=given)

    write(services, call.account_id, "update thumbprints", work)


@operation("TagOpenIDConnectProvider", "iam")
def tag_open_id_connect_provider(services: Services, call: Call, params: iam.TagOpenIDConnectProviderRequest) -> None:
    """Add tags to a provider."""
    tags.tag(services, call, lambda tx: require(tx, call, params["OpenIDConnectProviderArn"]), params["Tags"])


@operation("UntagOpenIDConnectProvider", "iam")
def untag_open_id_connect_provider(
    services: Services, call: Call, params: iam.UntagOpenIDConnectProviderRequest
) -> None:
    """Take tags from a provider."""
    tags.untag(services, call, lambda tx: require(tx, call, params["OpenIDConnectProviderArn"]), params["TagKeys"])


@operation("ListOpenIDConnectProviderTags", "iam")
def list_open_id_connect_provider_tags(
    services: Services, call: Call, params: iam.ListOpenIDConnectProviderTagsRequest
) -> tags.TagPage:
    """A page of a provider's tags."""
    return tags.listed(services, call, lambda tx: require(tx, call, params["OpenIDConnectProviderArn"]), params)


def require(tx: Tx, call: Call, arn: str) -> Entity:
    """The provider of that ARN; NoSuchEntityException when the account has none."""
    provider = _find(tx, call, arn)
    if provider is None:
        raise NoSuchEntityException(f"OpenIDConnect Provider not found for arn {arn}")
    return provider


def _find(tx: Tx, call: Call, arn: str) -> Entity | None:
    named.verify_arn(arn, _KIND)
    return entities.get_by_arn(tx, call.account_id, _KIND, arn)


def _keep(services: Services, tx: Tx, provider: Entity, **changes: list[str]) -> None:
    document = {**provider.document, **changes}
    entities.update(tx, replace(provider, document=document, modified_at_ms=services.clock.now_ms()))


def _client_ids(given: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(given))
    if len(found) > _CLIENT_IDS:
        raise LimitExceededException(quotas.exceeded("ClientIdsPerOpenIdConnectProvider", _CLIENT_IDS))
    return found


def _thumbprints(given: Sequence[str]) -> list[str]:
    if len(given) > _THUMBPRINTS:
        raise InvalidInputException(f"Thumbprint list must contain fewer than {_THUMBPRINTS} entries.")
    if not all(_HEX.issuperset(thumbprint) for thumbprint in given):
        raise InvalidInputException("A thumbprint must be 40 hexadecimal digits.")
    return list(dict.fromkeys(given))
