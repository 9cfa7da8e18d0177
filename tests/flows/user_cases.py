"""Pools, users and codes, made by the flows, for the tests of users and profiles."""

from collections.abc import Callable, Mapping

import pytest

from cenote.base.errors import (
    Fault,
)
from cenote.flows import users
from cenote.flows.deliveries import page
from cenote.flows.services import Services
from cenote.flows.subject import Subject
from cenote.model.client import Client
from cenote.model.message import MessageFilter
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.storage import pools
from cenote.storage.database import Tx
from harness.records import client, pool

ASK_FIRST = {"AttributesRequireVerificationBeforeUpdate": ["email"]}


PLAIN = pool()
ALIASES = pool(AliasAttributes=["email", "preferred_username"], AutoVerifiedAttributes=["email"])
BY_EMAIL = pool(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])


def insert(
    services: Services,
    of_pool: Pool,
    username: str,
    attributes: Mapping[str, str] | None = None,
    *,
    force: bool = False,
) -> User:
    user = users.new_user(services, of_pool, username, attributes or {}, UserStatus.CONFIRMED)

    def work(tx: Tx) -> None:
        pools.insert(tx, of_pool)
        users.insert(services, tx, of_pool, user, force_alias=force)

    services.database.write("insert", work)
    return user


def put(services: Services, of_pool: Pool) -> None:
    """Keep the pool, so that users can be written into it."""
    services.database.write("keep pool", lambda tx: pools.insert(tx, of_pool))


def find(services: Services, of_pool: Pool, given: str) -> User | None:
    with services.database.read() as tx:
        return users.find(services, tx, of_pool, given)


def found(services: Services, of_pool: Pool, given: str) -> User:
    user = find(services, of_pool, given)
    assert user is not None
    return user


def last_code(services: Services, to: str) -> str:
    return page(services, MessageFilter(to=to))[0].code or ""


def refusal(kind: type[Fault], act: Callable[[], object]) -> str:
    with pytest.raises(kind) as refused:
        act()
    return refused.value.message


def subject(services: Services, of_pool: Pool, user: User, of_client: Client | None = None) -> Subject:
    return Subject(of_pool, of_client or client(), found(services, of_pool, user.sub), {})


def verified(address: str) -> dict[str, str]:
    return {"email": address, "email_verified": "true"}
