"""An identity pool of the tests, as flows are given it, and what proofs are shown to it."""

from dataclasses import replace
from typing import Any

from cenote.flows.identity import logins
from cenote.flows.services import Services
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.pool import IdentityPool

ACCOUNT = "000000000000"
POOL_ID = "us-east-1:8f1f0f9e-6a0f-4a8e-9f43-0c7c5fd4a001"


def identity_pool(**document: Any) -> IdentityPool:
    """An identity pool with members of CreateIdentityPool."""
    return IdentityPool(POOL_ID, ACCOUNT, "us-east-1", "tests", {"AllowUnauthenticatedIdentities": False, **document})


def trusting(*clients: tuple[str, str], checks: bool = False) -> IdentityPool:
    """An identity pool that trusts user pools: pairs of a provider's name and a client id."""
    each = [{"ProviderName": name, "ClientId": client, "ServerSideTokenCheck": checks} for name, client in clients]
    return identity_pool(CognitoIdentityProviders=each)


def supporting(**apps: str) -> IdentityPool:
    """An identity pool that trusts public providers; a double underscore stands for a dot of the name."""
    return identity_pool(SupportedLoginProviders={name.replace("__", "."): app for name, app in apps.items()})


def proved(services: Services, pool: IdentityPool, name: str, token: str) -> Login:
    """What one token proves."""
    [found] = logins.verify_logins(services, pool, {name: token})
    return found


def without_network(services: Services, fetcher: Any) -> Services:
    """*services* with another fetcher, and nothing remembered of anybody's keys."""
    return replace(services, fetcher=fetcher, issuer_keys=type(services.issuer_keys)())
