"""How a confidential client proves in the API that it is itself. Source: developer guide, "Computing secret hash values"."""

import hmac

from cenote.base.errors import NotAuthorizedException
from cenote.crypto import secret_hash
from cenote.crypto.errors import SecretHashError
from cenote.model.client import Client

MISSING_HASH = "Client {client_id} is configured with secret but SECRET_HASH was not received"
MISSING_SECRET = "Client {client_id} is configured for secret but secret was not received"
_NOT_EXPECTED = "Client {client_id} is not configured for secret but secret was received"
_WRONG = "Unable to verify secret hash for client {client_id}"


def verify_secret_hash(client: Client, username: str, given: str | None, *, missing: str = MISSING_HASH) -> None:
    """
    Check the secret hash that came with *username*, the name as the caller sent it; any active secret will do.

    *missing* is what a confidential client is told that sent none: operations of AWS differ in it.

    Raises:
        NotAuthorizedException: it is missing, wrong, or sent by a client without a secret.
    """
    if not client.has_secret:
        if given is not None:
            raise NotAuthorizedException(_NOT_EXPECTED.format(client_id=client.client_id))
        return
    if given is None:
        raise NotAuthorizedException(missing.format(client_id=client.client_id))
    try:
        secret_hash.verify_secret_hash(given, client.secrets, username, client.client_id)
    except SecretHashError as error:
        raise NotAuthorizedException(_WRONG.format(client_id=client.client_id), cause=str(error)) from None


def verify_secret(client: Client, given: str | None) -> None:
    """
    Accept one of the client's secrets, or none of a client that has none.

    Raises:
        NotAuthorizedException: it is another one, or missing.
    """
    matches = [hmac.compare_digest((given or "").encode(), secret.encode()) for secret in client.secrets]
    if not (any(matches) if client.has_secret else given is None):
        raise NotAuthorizedException(f"Unable to verify secret for client {client.client_id}")
