"""
CreateUserPoolClient, DescribeUserPoolClient, UpdateUserPoolClient, DeleteUserPoolClient, ListUserPoolClients.

In development mode a name pins a new client's id: `_custom_id_:my-id`, as other tools have it, or `_custom_id_=my-id`, which AWS's
pattern of names lets pass. Elsewhere this is a name like any other.
"""

import re
from collections.abc import Sequence
from typing import cast

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.flows.client_referents import referents_of
from cenote.flows.directory import opened_client
from cenote.flows.pools import create_client
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.client_settings.document import client_document
from cenote.model.client_settings.quotas import verify_quotas
from cenote.model.oauth.registration import DCR, SCOPE
from cenote.spec.generated.cognito_idp import (
    CreateUserPoolClientRequest,
    CreateUserPoolClientResponse,
    DeleteUserPoolClientRequest,
    DescribeUserPoolClientRequest,
    DescribeUserPoolClientResponse,
    ListUserPoolClientsRequest,
    ListUserPoolClientsResponse,
    UpdateUserPoolClientRequest,
    UpdateUserPoolClientResponse,
    UserPoolClientDescription,
    UserPoolClientType,
)
from cenote.storage import clients, pools
from cenote.storage.database import Tx

_PINNING = re.compile(r"_custom_id_[:=](.*)", re.DOTALL)


@operation("CreateUserPoolClient")
def create_user_pool_client(
    services: Services, call: Call, params: CreateUserPoolClientRequest
) -> CreateUserPoolClientResponse:
    """Make a client, with a secret if it is asked for."""
    verify_quotas(params, services.settings.quotas)
    with services.database.read() as tx:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        known = referents_of(tx, pool.pool_id)
    secret = _secret(params)
    client = create_client(
        services,
        pool,
        name=params["ClientName"],
        document=client_document(pool, params, has_secret=secret is not None, act="creating", **known),
        secret=secret,
        client_id=_pinned_id(services, params["ClientName"]),
    )
    return {"UserPoolClient": _user_pool_client(client, client.secrets)}


@operation("DescribeUserPoolClient")
def describe_user_pool_client(
    services: Services, call: Call, params: DescribeUserPoolClientRequest
) -> DescribeUserPoolClientResponse:
    """Show a client as it is stored, with the secret that it was made with, whatever this process remembers of it."""
    with services.database.read() as tx:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        stored = clients.require(tx, params["UserPoolId"], params["ClientId"])
    return {"UserPoolClient": _stored_client(services, stored)}


@operation("UpdateUserPoolClient")
def update_user_pool_client(
    services: Services, call: Call, params: UpdateUserPoolClientRequest
) -> UpdateUserPoolClientResponse:
    """Replace a client's settings: what is omitted returns to its default. The secret stays."""
    verify_quotas(params, services.settings.quotas)

    def work(tx: Tx) -> clients.StoredClient:
        pool = pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        before = clients.require(tx, pool.pool_id, params["ClientId"])
        known = referents_of(tx, pool.pool_id)
        if before.document["ClientType"] == DCR:
            known["custom_scopes"] -= {SCOPE}
        document = client_document(pool, params, has_secret=bool(before.secrets), act="updating", **known)
        document["ClientType"] = before.document["ClientType"]
        name = params.get("ClientName", before.name)
        clients.update(tx, before, name=name, document=document, now_ms=services.clock.now_ms())
        return clients.require(tx, pool.pool_id, before.client_id)

    stored = services.database.write("update client", work)
    services.directory.forget()
    return {"UserPoolClient": _stored_client(services, stored)}


@operation("DeleteUserPoolClient")
def delete_user_pool_client(services: Services, call: Call, params: DeleteUserPoolClientRequest) -> None:
    """Delete a client; its tokens end with it, because nobody finds their client any more."""

    def work(tx: Tx) -> None:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        if not clients.delete(tx, params["UserPoolId"], params["ClientId"]):
            raise clients.no_such_client(params["ClientId"])

    services.database.write("delete client", work)
    services.directory.forget()


@operation("ListUserPoolClients")
def list_user_pool_clients(
    services: Services, call: Call, params: ListUserPoolClientsRequest
) -> ListUserPoolClientsResponse:
    """List a pool's clients; a page filtered by ClientType may be short or empty while there is a next one."""
    pool_id = params["UserPoolId"]
    limit = params.get("MaxResults", page_tokens.MAX_PAGE)
    kind = params.get("ClientType")
    query = {"pool": pool_id, "type": kind or ""}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    with services.database.read() as tx:
        pools.require(tx, pool_id, call.account_id, call.region)
        found = clients.page(tx, pool_id, after=after, limit=limit + 1)
    shown = [client for client in found[:limit] if kind in {None, client.document["ClientType"]}]
    response: ListUserPoolClientsResponse = {"UserPoolClients": [_description(client) for client in shown]}
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, found[limit - 1].client_id)
    return response


def _secret(params: CreateUserPoolClientRequest) -> str | None:
    if not params.get("GenerateSecret"):
        return params.get("ClientSecret")
    if "ClientSecret" in params:
        raise InvalidParameterException(
            "You cannot specify both GenerateSecret as true and provide a ClientSecret value."
        )
    return ids.new_client_secret()


def _pinned_id(services: Services, name: str) -> str | None:
    pinning = _PINNING.fullmatch(name)
    if pinning is None or not services.settings.is_development:
        return None
    client_id = pinning[1].strip()
    if not re.fullmatch(r"[\w+]{1,128}", client_id, re.ASCII):
        raise InvalidParameterException(
            f"The client id {client_id} has other characters than letters, digits, _ and +."
        )
    return client_id


def _stored_client(services: Services, stored: clients.StoredClient) -> UserPoolClientType:
    """A client with its secret as long as that is the one it was made with: one that was added is shown by nothing again."""
    client = opened_client(services.keys, stored)
    is_first = bool(stored.secrets) and stored.secrets[0].created_at_ms == stored.created_at_ms
    return _user_pool_client(client, client.secrets if is_first else ())


def _user_pool_client(client: Client, secrets: Sequence[str]) -> UserPoolClientType:
    shown = {
        "UserPoolId": client.pool_id,
        "ClientName": client.name,
        "ClientId": client.client_id,
        "LastModifiedDate": present.seconds(client.modified_at_ms),
        "CreationDate": present.seconds(client.created_at_ms),
        **client.document,
    }
    if secrets:
        shown["ClientSecret"] = secrets[0]
    return cast("UserPoolClientType", shown)


def _description(client: clients.StoredClient) -> UserPoolClientDescription:
    return {"ClientId": client.client_id, "UserPoolId": client.pool_id, "ClientName": client.name}
