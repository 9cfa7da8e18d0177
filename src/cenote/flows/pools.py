"""
Making pools and clients: by operations, and from a seed file.

A pool comes with its two signing keys, a client with its secret, in one transaction. Keys are generated before it begins.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.base.quotas import verify_room
from cenote.crypto import jwt
from cenote.flows.directory import opened_client
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool, pool_of
from cenote.storage import clients, pools, signing_keys
from cenote.storage.database import Tx

# Nine random characters: a second draw is already a rarity.
_DRAWS = 8


def create_pool(
    services: Services,
    *,
    account_id: str,
    region: str,
    document: Mapping[str, Any],
    name: str,
    pool_id: str | None = None,
) -> Pool:
    """
    Store a new pool with a signing key for ID tokens and one for access tokens.

    *pool_id* pins the id; whether that is allowed is for the caller to know.

    Raises:
        InvalidParameterException: the pinned id is taken.
        LimitExceededException: the account has its quota of pools in the Region.
    """
    keys = [(use, jwt.new_kid(), _generated(services)) for use in ("id", "access")]
    for _ in range(_DRAWS):
        now_ms = services.clock.now_ms()
        pool = pool_of(
            pool_id=pool_id or ids.new_pool_id(region),
            account_id=account_id,
            region=region,
            name=name,
            document=document,
            created_at_ms=now_ms,
            modified_at_ms=now_ms,
            version=1,
        )
        rows = [_sealed_key(services, pool, use, kid, der) for use, kid, der in keys]
        insert = partial(_insert_pool, pool=pool, keys=rows, quota=services.settings.quotas.user_pools)
        if services.database.write("create pool", insert):
            services.directory.forget()
            return pool
        if pool_id is not None:
            break
    raise InvalidParameterException(f"User pool {pool_id} already exists.")


def create_client(
    services: Services,
    pool: Pool,
    *,
    name: str,
    document: Mapping[str, Any],
    secret: str | None,
    client_id: str | None = None,
) -> Client:
    """
    Store a new client of *pool*, confidential when it has a *secret*.

    *client_id* pins the id; whether that is allowed is for the caller to know.

    Raises:
        InvalidParameterException: the pinned id is taken.
        ResourceNotFoundException: the pool is gone.
        LimitExceededException: it has its quota of clients.
    """
    now_ms = services.clock.now_ms()
    chosen = client_id or ids.new_client_id()
    stored = clients.StoredClient(
        client_id=chosen,
        pool_id=pool.pool_id,
        name=name,
        document=document,
        version=1,
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
        secrets=(sealed_secret(services, chosen, secret, now_ms),) if secret else (),
    )
    insert = partial(_insert_client, stored=stored, quota=services.settings.quotas.clients_per_pool)
    if not services.database.write("create client", insert):
        raise InvalidParameterException(f"User pool client {chosen} already exists.")
    services.directory.forget()
    return opened_client(services.keys, stored)


def sealed_secret(
    services: Services, client_id: str, secret: str, now_ms: int, *, beside: Sequence[clients.SealedSecret] = ()
) -> clients.SealedSecret:
    """
    A client's new secret, sealed, the newest *beside* those it has.

    The one that a client is made with has the client's own time of creation; every other one has a later one.
    Its id is `<client-id>--<epoch>`, in milliseconds: the id of a secret that is gone is not given to the next one.
    """
    created_at_ms = max([now_ms, *(other.created_at_ms + 1 for other in beside)])
    secret_id = f"{client_id}--{created_at_ms}"
    sealed = services.keys.seal(secret.encode(), f"client_secret:{client_id}:{secret_id}")
    return clients.SealedSecret(client_id, secret_id, sealed, created_at_ms)


def _generated(services: Services) -> bytes:
    with services.gate:
        return jwt.new_signing_key()


def _sealed_key(services: Services, pool: Pool, token_use: str, kid: str, der: bytes) -> signing_keys.SealedKey:
    return signing_keys.SealedKey(
        pool_id=pool.pool_id,
        kid=kid,
        token_use=token_use,
        sealed_private_key=services.keys.seal(der, f"signing_key:{pool.pool_id}:{kid}"),
        public_jwk=jwt.public_jwk(kid, der),
        created_at_ms=pool.created_at_ms,
    )


def _insert_pool(tx: Tx, pool: Pool, keys: list[signing_keys.SealedKey], quota: int) -> bool:
    # What is inserted bumps the change counter, whose row nobody else has until the end: what is counted then stays true.
    if not pools.insert(tx, pool):
        return False
    verify_room(pools.count(tx, pool.account_id, pool.region, at_most=quota + 1) - 1, quota, "user pools of an account")
    for key in keys:
        signing_keys.insert(tx, key)
    return True


def _insert_client(tx: Tx, stored: clients.StoredClient, quota: int) -> bool:
    pools.lock(tx, stored.pool_id)
    verify_room(clients.count(tx, stored.pool_id, at_most=quota), quota, "app clients of a user pool")
    return clients.insert(tx, stored)
