"""
CreateResourceServer, DescribeResourceServer, UpdateResourceServer, DeleteResourceServer, ListResourceServers.

A client's list of scopes is not touched when a scope goes: such a scope means nothing until there is one of its name again. `ManagedBy` is
of the server that a pool keeps itself where apps may register: it is shown, has no row, and cannot be changed.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from cenote.aws import page_tokens
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException, LimitExceededException, ResourceNotFoundException
from cenote.base.quotas import Quotas, verify_room
from cenote.flows.services import Services
from cenote.model.oauth.registration import SCOPE, SERVER, own_scopes_of
from cenote.model.pool import Pool
from cenote.model.resource_server import server_document
from cenote.spec.generated.cognito_idp import (
    CreateResourceServerRequest,
    CreateResourceServerResponse,
    DeleteResourceServerRequest,
    DescribeResourceServerRequest,
    DescribeResourceServerResponse,
    ListResourceServersRequest,
    ListResourceServersResponse,
    ResourceServerType,
    UpdateResourceServerRequest,
    UpdateResourceServerResponse,
)
from cenote.storage import pools, resources
from cenote.storage.database import Tx
from cenote.storage.resources import Kind, Resource

# Of this list alone; of others see page_tokens.
_MAX_PAGE = 50


@operation("CreateResourceServer")
def create_resource_server(
    services: Services, call: Call, params: CreateResourceServerRequest
) -> CreateResourceServerResponse:
    """Make a resource server with its scopes."""
    pool_id, identifier = params["UserPoolId"], params["Identifier"]
    _refuse_own(identifier)
    document, quotas = server_document(params), services.settings.quotas
    _verify_few_scopes(quotas, document)
    now_ms = services.clock.now_ms()
    server = Resource(pool_id, Kind.RESOURCE_SERVER, identifier, document, now_ms, now_ms)

    def work(tx: Tx) -> None:
        pools.require_locked(tx, pool_id, call.account_id, call.region)
        if resources.get(tx, pool_id, Kind.RESOURCE_SERVER, identifier) is not None:
            raise InvalidParameterException(f"{identifier} already exists in user pool {pool_id}.")
        present_count = resources.count(tx, pool_id, Kind.RESOURCE_SERVER)
        verify_room(present_count, quotas.resource_servers_per_pool, "resource servers of a user pool")
        resources.insert(tx, server)

    services.database.write("create resource server", work)
    services.directory.forget()
    return {"ResourceServer": _resource_server(server)}


@operation("DescribeResourceServer")
def describe_resource_server(
    services: Services, call: Call, params: DescribeResourceServerRequest
) -> DescribeResourceServerResponse:
    """Show a resource server."""
    with services.database.read() as tx:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        if params["Identifier"] == SERVER and own_scopes_of(pool):
            return {"ResourceServer": _own(pool)}
        server = _require(tx, params["UserPoolId"], params["Identifier"])
    return {"ResourceServer": _resource_server(server)}


@operation("UpdateResourceServer")
def update_resource_server(
    services: Services, call: Call, params: UpdateResourceServerRequest
) -> UpdateResourceServerResponse:
    """Replace a resource server's name and scopes: scopes that are not named again are gone."""
    _refuse_own(params["Identifier"])
    document = server_document(params)
    try:
        _verify_few_scopes(services.settings.quotas, document)
    except LimitExceededException as full:
        # UpdateResourceServer declares no LimitExceededException.
        raise InvalidParameterException(full.message) from None

    def work(tx: Tx) -> Resource:
        pools.require_locked(tx, params["UserPoolId"], call.account_id, call.region)
        before = _require(tx, params["UserPoolId"], params["Identifier"])
        after = resources.update(tx, before, document=document, modified_at_ms=services.clock.now_ms())
        if after is None:
            raise _no_such_server(params["Identifier"])
        return after

    server = services.database.write("update resource server", work)
    services.directory.forget()
    return {"ResourceServer": _resource_server(server)}


@operation("DeleteResourceServer")
def delete_resource_server(services: Services, call: Call, params: DeleteResourceServerRequest) -> None:
    """Delete a resource server with its scopes."""
    _refuse_own(params["Identifier"])

    def work(tx: Tx) -> None:
        pools.require_locked(tx, params["UserPoolId"], call.account_id, call.region)
        if not resources.delete(tx, params["UserPoolId"], Kind.RESOURCE_SERVER, params["Identifier"]):
            raise _no_such_server(params["Identifier"])

    services.database.write("delete resource server", work)
    services.directory.forget()


@operation("ListResourceServers")
def list_resource_servers(
    services: Services, call: Call, params: ListResourceServersRequest
) -> ListResourceServersResponse:
    """List a pool's resource servers by identifier."""
    pool_id = params["UserPoolId"]
    limit = params.get("MaxResults", _MAX_PAGE)
    query = {"pool": pool_id}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    with services.database.read() as tx:
        pool = pools.require(tx, pool_id, call.account_id, call.region)
        found = resources.page(tx, pool_id, Kind.RESOURCE_SERVER, after=after, limit=limit + 1)
    shown = [_resource_server(server) for server in found]
    if own_scopes_of(pool) and (after or "") < SERVER:
        shown = sorted([*shown, _own(pool)], key=itemgetter("Identifier"))
    response: ListResourceServersResponse = {"ResourceServers": shown[:limit]}
    if len(shown) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, shown[limit - 1]["Identifier"])
    return response


def _refuse_own(identifier: str) -> None:
    if identifier == SERVER:
        raise InvalidParameterException(f"Resource server {identifier} is managed by Amazon Cognito.")


def _own(pool: Pool) -> ResourceServerType:
    return {
        "UserPoolId": pool.pool_id,
        "Identifier": SERVER,
        "Name": "Dynamic client registration",
        "Scopes": [{"ScopeName": SCOPE.rpartition("/")[2], "ScopeDescription": "Register app clients"}],
        "ManagedBy": "COGNITO",
    }


def _require(tx: Tx, pool_id: str, identifier: str) -> Resource:
    server = resources.get(tx, pool_id, Kind.RESOURCE_SERVER, identifier)
    if server is None:
        raise _no_such_server(identifier)
    return server


def _no_such_server(identifier: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Resource server {identifier} does not exist.")


def _verify_few_scopes(quotas: Quotas, document: Mapping[str, Any]) -> None:
    # There is room for the last one beside the others.
    verify_room(len(document["Scopes"]) - 1, quotas.scopes_per_resource_server, "scopes of a resource server")


def _resource_server(server: Resource) -> ResourceServerType:
    return {
        "UserPoolId": server.pool_id,
        "Identifier": server.name,
        "Name": server.document["Name"],
        "Scopes": server.document["Scopes"],
    }
