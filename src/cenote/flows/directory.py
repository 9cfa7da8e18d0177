"""
The directory: pools, clients and signing keys, as this process knows them.

It keeps and forgets as `shelves` says: another process's write is seen within a second, one of our own at once (`forget`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from cenote.base.clock import Clock
from cenote.crypto.jwt import RS256, RS512, Signer, Verifier
from cenote.flows.keys import Keys
from cenote.flows.shelves import MAX_KEPT, Shelves
from cenote.model.client import Client, client_of
from cenote.model.domain import Domain
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.oauth.client_options import ClientOptions, options_of
from cenote.model.oauth.registration import own_scopes_of
from cenote.model.pool import Pool
from cenote.model.resource_server import scopes_of
from cenote.storage import (
    clients,
    deployment,
    domains,
    identity_pools,
    pools,
    provisioned_limits,
    resources,
    sessions,
    signing_keys,
)
from cenote.storage.database import Database, Tx
from cenote.storage.resources import Kind

_SRP_FLOWS = frozenset({"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"})

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Signers:
    """The two keys that sign a pool's tokens at present."""

    id: Signer
    access: Signer


@dataclass(frozen=True, slots=True)
class KeySet:
    """All keys of a pool: what signs, what verifies (by key id), and what is published."""

    signers: Signers
    verifiers: Mapping[str, Verifier]
    jwks: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class OpenIdKeys:
    """The keys of identity pools' OpenID tokens, as `KeySet` has those of a user pool."""

    signer: Signer
    verifiers: Mapping[str, Verifier]
    jwks: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known of one state of the configuration."""

    pools: dict[str, Pool] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    clients_of: dict[str, tuple[Client, ...]] = field(default_factory=dict)
    keys: dict[str, KeySet] = field(default_factory=dict)
    rates: dict[str, Mapping[str, int]] = field(default_factory=dict)
    sessions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    domains_of: dict[str, tuple[Domain, ...]] = field(default_factory=dict)
    of_clients: dict[tuple[Kind, str, str], Mapping[str, Any]] = field(default_factory=dict)
    custom_scopes: dict[str, frozenset[str]] = field(default_factory=dict)
    client_options: dict[str, tuple[ClientOptions, ...]] = field(default_factory=dict)
    identity_pools: dict[str, IdentityPool] = field(default_factory=dict)
    open_id_keys: dict[str, OpenIdKeys] = field(default_factory=dict)


class Directory:
    """Pools, clients and signing keys by id; safe to share between threads."""

    def __init__(self, database: Database, clock: Clock, keys: Keys) -> None:
        self._keys = keys
        self._shelves = Shelves(database, clock, deployment.CONFIGURATION, Shelf)
        # A key's row never changes and loading a key is slow: these outlive shelves.
        self._signers: dict[tuple[str, str], Signer] = {}

    def get_pool(self, pool_id: str) -> Pool | None:
        """The pool of that id."""
        return self._shelves.found(self._shelves.present().pools, pool_id, lambda tx: pools.get(tx, pool_id))

    def require_pool(self, pool_id: str, region: str | None = None, account_id: str | None = None) -> Pool:
        """The pool of that id, of *region* and *account_id* if given; ResourceNotFoundException otherwise."""
        pool = self.get_pool(pool_id)
        if pool is None or region not in {None, pool.region} or account_id not in {None, pool.account_id}:
            raise pools.no_such_pool(pool_id)
        return pool

    def get_client(self, client_id: str) -> Client | None:
        """The client of that id, of any pool."""
        return self._shelves.found(
            self._shelves.present().clients, client_id, lambda tx: self._read_client(tx, client_id)
        )

    def require_client(self, client_id: str) -> tuple[Pool, Client]:
        """The client of that id and its pool; ResourceNotFoundException when there is none."""
        client = self.get_client(client_id)
        pool = self.get_pool(client.pool_id) if client else None
        if client is None or pool is None:
            raise clients.no_such_client(client_id)
        return pool, client

    def require_client_of(self, pool_id: str, client_id: str) -> Client:
        """The client of that id in a pool; ResourceNotFoundException when the pool has none."""
        client = self.get_client(client_id)
        if client is None or client.pool_id != pool_id:
            raise clients.no_such_client(client_id)
        return client

    def clients_of(self, pool_id: str) -> tuple[Client, ...]:
        """Every client of a pool, by id."""
        return self._require(self._shelves.present().clients_of, pool_id, lambda tx: self._read_clients(tx, pool_id))

    def stores_verifiers(self, pool_id: str) -> bool:
        """Whether a pool keeps SRP verifiers: some client may use SRP, or it has no client that says otherwise."""
        found = self.clients_of(pool_id)
        return not found or any(client.flows & _SRP_FLOWS for client in found)

    def signers(self, pool_id: str) -> Signers:
        """The keys that sign a pool's tokens; ResourceNotFoundException for no pool."""
        return self._key_set(pool_id).signers

    def verifiers(self, pool_id: str) -> Mapping[str, Verifier]:
        """The keys that verify a pool's tokens, by key id; ResourceNotFoundException for no pool."""
        return self._key_set(pool_id).verifiers

    def jwks(self, pool_id: str) -> list[dict[str, str]]:
        """A pool's public keys as its jwks.json lists them; ResourceNotFoundException for no pool."""
        return [dict(jwk) for jwk in self._key_set(pool_id).jwks]

    def open_id_keys(self, owner: str) -> OpenIdKeys | None:
        """The keys by which identity pools sign, kept under the name *owner*; None before they first did."""
        return self._shelves.found(
            self._shelves.present().open_id_keys, owner, lambda tx: self._read_open_id_keys(tx, owner)
        )

    def provisioned_rates(self, account_id: str, region: str) -> Mapping[str, int]:
        """The request rates that an account asked for in a Region, by category."""
        key = f"{account_id} {region}"
        read = partial(provisioned_limits.of_account, account_id=account_id, region=region)
        return self._shelves.found(self._shelves.present().rates, key, read) or {}

    def session_configuration(self, pool_id: str) -> Mapping[str, Any]:
        """Whether and how a pool tracks sessions, as it was set; empty where it never was."""
        read = partial(sessions.configuration, pool_id=pool_id)
        return self._shelves.found(self._shelves.present().sessions, pool_id, lambda tx: read(tx) or {}) or {}

    def get_domain(self, name: str) -> Domain | None:
        """The domain of that name, of any pool."""
        return self._shelves.found(self._shelves.present().domains, name, lambda tx: domains.get(tx, name))

    def domains_of(self, pool_id: str) -> tuple[Domain, ...]:
        """The domains of a pool: its prefix first, then its custom one."""
        return (
            self._shelves.found(
                self._shelves.present().domains_of, pool_id, lambda tx: tuple(domains.of_pool(tx, pool_id))
            )
            or ()
        )

    def client_document(self, kind: Kind, client: Client) -> Mapping[str, Any]:
        """The document of that kind that goes with *client*; empty where there is none."""
        key = (kind, client.pool_id, client.client_id)

        def read(tx: Tx) -> Mapping[str, Any]:
            found = resources.get(tx, client.pool_id, kind, client.client_id)
            return found.document if found is not None else {}

        return self._shelves.found(self._shelves.present().of_clients, key, read) or {}

    def custom_scopes(self, pool_id: str) -> frozenset[str]:
        """The scopes of the resource servers of a pool, as tokens have them."""
        return (
            self._shelves.found(self._shelves.present().custom_scopes, pool_id, lambda tx: _custom_scopes(tx, pool_id))
            or frozenset()
        )

    def client_options(self, pool_id: str) -> tuple[ClientOptions, ...]:
        """What the clients of a pool have switched on beyond Cognito; those that never did are not among them."""
        return (
            self._shelves.found(
                self._shelves.present().client_options, pool_id, lambda tx: _client_options(tx, pool_id)
            )
            or ()
        )

    def get_identity_pool(self, identity_pool_id: str) -> IdentityPool | None:
        """The identity pool of that id."""
        kept = self._shelves.present().identity_pools
        return self._shelves.found(kept, identity_pool_id, lambda tx: identity_pools.get(tx, identity_pool_id))

    def require_identity_pool(
        self, identity_pool_id: str, region: str | None = None, account_id: str | None = None
    ) -> IdentityPool:
        """The identity pool of that id, of *region* and *account_id* if given; ResourceNotFoundException otherwise."""
        pool = self.get_identity_pool(identity_pool_id)
        if pool is None or region not in {None, pool.region} or account_id not in {None, pool.account_id}:
            raise identity_pools.no_such_identity_pool(identity_pool_id)
        return pool

    def forget(self) -> None:
        """Read everything anew from now on: to be called after this process has committed a change."""
        self._shelves.forget()

    def _key_set(self, pool_id: str) -> KeySet:
        return self._require(self._shelves.present().keys, pool_id, lambda tx: self._read_keys(tx, pool_id))

    def _require(self, kept: dict[str, Value], key: str, read: Callable[[Tx], Value | None]) -> Value:
        value = self._shelves.found(kept, key, read)
        if value is None:
            raise pools.no_such_pool(key)
        return value

    def _read_client(self, tx: Tx, client_id: str) -> Client | None:
        stored = clients.get(tx, client_id)
        return self._opened(stored) if stored else None

    def _read_clients(self, tx: Tx, pool_id: str) -> tuple[Client, ...]:
        return tuple(self._opened(stored) for stored in clients.of_pool(tx, pool_id))

    def _opened(self, stored: clients.StoredClient) -> Client:
        return opened_client(self._keys, stored)

    def _read_keys(self, tx: Tx, pool_id: str) -> KeySet | None:
        rows = signing_keys.of_pool(tx, pool_id)
        if not rows:
            return None
        # The newest of each use signs; the older ones still verify.
        newest = {row.token_use: row for row in rows}
        signers = Signers(id=self._signer(newest["id"]), access=self._signer(newest["access"]))
        jwks = tuple(dict(row.public_jwk) for row in rows)
        return KeySet(signers, {row.kid: Verifier(row.public_jwk) for row in rows}, jwks)

    def _read_open_id_keys(self, tx: Tx, owner: str) -> OpenIdKeys | None:
        rows = signing_keys.of_pool(tx, owner)
        if not rows:
            return None
        verifiers = {row.kid: Verifier(row.public_jwk, RS512) for row in rows}
        return OpenIdKeys(self._signer(rows[-1], RS512), verifiers, tuple(dict(row.public_jwk) for row in rows))

    def _signer(self, row: signing_keys.SealedKey, algorithm: str = RS256) -> Signer:
        name = (row.pool_id, row.kid)
        signer = self._signers.get(name)
        if signer is None:
            der = self._keys.open(row.sealed_private_key, f"signing_key:{row.pool_id}:{row.kid}")
            signer = Signer(row.kid, der, algorithm)
            if len(self._signers) >= MAX_KEPT:
                self._signers.clear()
            self._signers[name] = signer
        return signer


def _custom_scopes(tx: Tx, pool_id: str) -> frozenset[str]:
    servers = resources.of_kind(tx, pool_id, Kind.RESOURCE_SERVER)
    pool = pools.get(tx, pool_id)
    own = own_scopes_of(pool) if pool is not None else frozenset[str]()
    return own.union(*(scopes_of(server.name, server.document) for server in servers))


def _client_options(tx: Tx, pool_id: str) -> tuple[ClientOptions, ...]:
    return tuple(options_of(each.document) for each in resources.of_kind(tx, pool_id, Kind.CLIENT_OPTIONS))


def opened_client(keys: Keys, stored: clients.StoredClient) -> Client:
    """The record of a stored client, its secrets opened."""
    secrets = tuple(
        keys.open(secret.sealed_secret, f"client_secret:{secret.client_id}:{secret.secret_id}").decode()
        for secret in stored.secrets
    )
    return client_of(
        client_id=stored.client_id,
        pool_id=stored.pool_id,
        name=stored.name,
        document=stored.document,
        secrets=secrets,
        created_at_ms=stored.created_at_ms,
        modified_at_ms=stored.modified_at_ms,
        version=stored.version,
    )
