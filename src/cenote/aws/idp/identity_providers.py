"""
CreateIdentityProvider, DescribeIdentityProvider, UpdateIdentityProvider, DeleteIdentityProvider, ListIdentityProviders,
GetIdentityProviderByIdentifier.

Source: API_IdentityProviderType and the pages of these operations.
"""

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.flows import identity_providers
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import (
    CreateIdentityProviderRequest,
    CreateIdentityProviderResponse,
    DeleteIdentityProviderRequest,
    DescribeIdentityProviderRequest,
    DescribeIdentityProviderResponse,
    GetIdentityProviderByIdentifierRequest,
    GetIdentityProviderByIdentifierResponse,
    IdentityProviderType,
    ListIdentityProvidersRequest,
    ListIdentityProvidersResponse,
    ProviderDescription,
    UpdateIdentityProviderRequest,
    UpdateIdentityProviderResponse,
)
from cenote.storage import pools, resources
from cenote.storage.resources import Kind, Resource


@operation("CreateIdentityProvider")
def create_identity_provider(
    services: Services, call: Call, params: CreateIdentityProviderRequest
) -> CreateIdentityProviderResponse:
    """Make a provider; what its type needs of the world is fetched now."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    made = identity_providers.create(services, pool, params["ProviderName"], params["ProviderType"], params)
    return {"IdentityProvider": _echoed(services, made, params)}


@operation("DescribeIdentityProvider")
def describe_identity_provider(
    services: Services, call: Call, params: DescribeIdentityProviderRequest
) -> DescribeIdentityProviderResponse:
    """Show a provider, with its client secret."""
    with services.database.read() as tx:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        found = identity_providers.require(tx, pool.pool_id, params["ProviderName"])
    return {"IdentityProvider": _identity_provider(services, found)}


@operation("UpdateIdentityProvider")
def update_identity_provider(
    services: Services, call: Call, params: UpdateIdentityProviderRequest
) -> UpdateIdentityProviderResponse:
    """Replace the members that are given, each as a whole."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    written = identity_providers.update(services, pool, params["ProviderName"], params)
    return {"IdentityProvider": _echoed(services, written, params)}


@operation("DeleteIdentityProvider")
def delete_identity_provider(services: Services, call: Call, params: DeleteIdentityProviderRequest) -> None:
    """Delete a provider with its identifiers; users stay."""
    pool = call.require_stored_pool(services, params["UserPoolId"])
    identity_providers.delete(services, pool, params["ProviderName"])


@operation("ListIdentityProviders")
def list_identity_providers(
    services: Services, call: Call, params: ListIdentityProvidersRequest
) -> ListIdentityProvidersResponse:
    """List a pool's providers by name."""
    pool_id = params["UserPoolId"]
    limit = params.get("MaxResults", 0) or page_tokens.MAX_PAGE
    query = {"pool": pool_id}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        found = resources.page(tx, pool_id, Kind.IDENTITY_PROVIDER, after=after, limit=limit + 1)
    response: ListIdentityProvidersResponse = {"Providers": [_description(provider) for provider in found[:limit]]}
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, found[limit - 1].name)
    return response


@operation("GetIdentityProviderByIdentifier")
def get_identity_provider_by_identifier(
    services: Services, call: Call, params: GetIdentityProviderByIdentifierRequest
) -> GetIdentityProviderByIdentifierResponse:
    """Show the provider that has an identifier."""
    with services.database.read() as tx:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        found = identity_providers.require_by_identifier(tx, pool.pool_id, params["IdpIdentifier"])
    return {"IdentityProvider": _identity_provider(services, found)}


def _echoed(
    services: Services, provider: Resource, params: CreateIdentityProviderRequest | UpdateIdentityProviderRequest
) -> IdentityProviderType:
    """The provider as AWS answers a write: with its identifiers only if the request names them."""
    shown = _identity_provider(services, provider)
    if "IdpIdentifiers" not in params:
        del shown["IdpIdentifiers"]
    return shown


def _identity_provider(services: Services, provider: Resource) -> IdentityProviderType:
    shown: IdentityProviderType = {
        "UserPoolId": provider.pool_id,
        "ProviderName": provider.name,
        "ProviderType": provider.document["ProviderType"],
        "ProviderDetails": identity_providers.details_of(services, provider),
        "AttributeMapping": provider.document["AttributeMapping"],
        "IdpIdentifiers": provider.document["IdpIdentifiers"],
        "LastModifiedDate": present.seconds(provider.modified_at_ms),
        "CreationDate": present.seconds(provider.created_at_ms),
    }
    if provider.document.get("AcrMapping"):
        shown["AcrMapping"] = provider.document["AcrMapping"]
    return shown


def _description(provider: Resource) -> ProviderDescription:
    return {
        "ProviderName": provider.name,
        "ProviderType": provider.document["ProviderType"],
        "LastModifiedDate": present.seconds(provider.modified_at_ms),
        "CreationDate": present.seconds(provider.created_at_ms),
    }
