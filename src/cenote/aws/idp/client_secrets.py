"""
AddUserPoolClientSecret, ListUserPoolClientSecrets, DeleteUserPoolClientSecret.

A confidential client has one secret or two, so that it can change from one to the other without a moment in which neither is known to
both sides. It never has none: it would be public then. Who changes its secrets holds the client's row, so that what is counted is true.

Source: API_AddUserPoolClientSecret, API_DeleteUserPoolClientSecret.
"""

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base import ids
from cenote.base.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from cenote.flows.pools import sealed_secret
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import (
    AddUserPoolClientSecretRequest,
    AddUserPoolClientSecretResponse,
    ClientSecretDescriptorType,
    DeleteUserPoolClientSecretRequest,
    DeleteUserPoolClientSecretResponse,
    ListUserPoolClientSecretsRequest,
    ListUserPoolClientSecretsResponse,
)
from cenote.storage import clients, pools
from cenote.storage.clients import SealedSecret, StoredClient
from cenote.storage.database import Tx

_MAX_SECRETS = 2


@operation("AddUserPoolClientSecret")
def add_user_pool_client_secret(
    services: Services, call: Call, params: AddUserPoolClientSecretRequest
) -> AddUserPoolClientSecretResponse:
    """Give a confidential client a second secret; it is shown only here, and only if it is drawn here."""
    secret = params.get("ClientSecret") or ids.new_client_secret()

    def work(tx: Tx) -> SealedSecret:
        client = _locked(tx, call, params["UserPoolId"], params["ClientId"])
        _verify_addable(client)
        added = sealed_secret(services, client.client_id, secret, services.clock.now_ms(), beside=client.secrets)
        clients.insert_secret(tx, added)
        return added

    added = services.database.write("add client secret", work)
    services.directory.forget()
    descriptor = _descriptor(added)
    if "ClientSecret" not in params:
        descriptor["ClientSecretValue"] = secret
    return {"ClientSecretDescriptor": descriptor}


@operation("ListUserPoolClientSecrets")
def list_user_pool_client_secrets(
    services: Services, call: Call, params: ListUserPoolClientSecretsRequest
) -> ListUserPoolClientSecretsResponse:
    """List a client's secrets, the oldest first, without their values; there is never a second page."""
    page_tokens.verify(services, call, {}, params.get("NextToken"))
    with services.database.read() as tx:
        pools.require(tx, params["UserPoolId"], call.account_id, call.region)
        client = clients.require(tx, params["UserPoolId"], params["ClientId"])
    return {"ClientSecrets": [_descriptor(secret) for secret in client.secrets]}


@operation("DeleteUserPoolClientSecret")
def delete_user_pool_client_secret(
    services: Services, call: Call, params: DeleteUserPoolClientSecretRequest
) -> DeleteUserPoolClientSecretResponse:
    """Take one of its two secrets from a client."""

    def work(tx: Tx) -> None:
        client = _locked(tx, call, params["UserPoolId"], params["ClientId"])
        if params["ClientSecretId"] not in {secret.secret_id for secret in client.secrets}:
            raise ResourceNotFoundException("Client secret does not exist.")
        if len(client.secrets) == 1:
            raise InvalidParameterException("The last secret of an app client cannot be deleted.")
        clients.delete_secret(tx, client.client_id, params["ClientSecretId"])

    services.database.write("delete client secret", work)
    services.directory.forget()
    return {}


def _locked(tx: Tx, call: Call, pool_id: str, client_id: str) -> StoredClient:
    """The client, which nobody else changes before the transaction ends."""
    pools.require_held(tx, pool_id, call.account_id, call.region)
    return clients.require_locked(tx, pool_id, client_id)


def _verify_addable(client: StoredClient) -> None:
    if client.document["ClientType"] == "DCR":
        raise InvalidParameterException("An app client that registered itself cannot have another secret.")
    if not client.secrets:
        raise InvalidParameterException("A public app client cannot have a secret.")
    if len(client.secrets) >= _MAX_SECRETS:
        raise LimitExceededException(f"An app client cannot have more than {_MAX_SECRETS} secrets.")


def _descriptor(secret: SealedSecret) -> ClientSecretDescriptorType:
    return {
        "ClientSecretId": secret.secret_id,
        "ClientSecretCreateDate": present.seconds(secret.created_at_ms),
    }
