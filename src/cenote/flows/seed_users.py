"""The users of a seed file: made or changed until they are what the file says, without a message to anyone."""

from dataclasses import replace
from typing import Literal

from cenote.flows import passwords, users
from cenote.flows.services import Services
from cenote.model.attributes import plan_change
from cenote.model.pool import Pool
from cenote.model.seed_file import SeedUser
from cenote.model.seed_values import SeedError
from cenote.model.user import User, UserStatus
from cenote.storage import groups, refresh_tokens
from cenote.storage.database import Tx

Done = Literal["created", "updated", "unchanged"]


def seed_user(services: Services, pool: Pool, wanted: SeedUser) -> Done:
    """
    Let a user be as the file says: password, attributes that are named, state, and at least the groups that are named.

    Raises:
        SeedError, Fault: what of it cannot be.
    """
    with services.database.read() as tx:
        before = users.find(services, tx, pool, wanted.username)
        missing = [name for name in wanted.groups if groups.get(tx, pool.pool_id, name) is None]
        present = {group.name for group in groups.of_user(tx, pool.pool_id, before.sub)} if before else set()
    if missing:
        raise SeedError(f"{wanted.place}.Groups", f"the pool has no group {missing[0]}")
    joins = [name for name in wanted.groups if name not in present]
    if before is None:
        _insert(services, pool, wanted)
        return "created"
    is_right = passwords.is_right(services, pool, before, wanted.password)
    sealed = None if is_right else _sealed(services, pool, before, wanted)
    if sealed is None and not joins and _changed(services, pool, before, wanted, None) == before:
        return "unchanged"

    def after(tx: Tx, written: User) -> None:
        _join(services, tx, written, joins)
        if not written.enabled:
            refresh_tokens.revoke_user(tx, pool.pool_id, written.sub, services.clock.now_ms())

    users.update(services, pool, before.sub, lambda user: _changed(services, pool, user, wanted, sealed), after=after)
    return "updated"


def _insert(services: Services, pool: Pool, wanted: SeedUser) -> None:
    user = users.new_user(services, pool, wanted.username, wanted.attributes, wanted.status)
    user = replace(
        user,
        enabled=wanted.is_enabled,
        sealed_password=_sealed(services, pool, user, wanted),
        temporary_until_ms=_temporary_until_ms(services, pool, wanted),
    )

    def work(tx: Tx) -> None:
        users.insert(services, tx, pool, user)
        _join(services, tx, user, wanted.groups)

    with users.place(services, pool):
        users.write(services, "seed user", work)


def _sealed(services: Services, pool: Pool, user: User, wanted: SeedUser) -> bytes:
    passwords.verify_new(services, pool, None, wanted.password)
    return passwords.sealed(services, pool, user.sub, user.username, wanted.password)


def _changed(services: Services, pool: Pool, user: User, wanted: SeedUser, sealed: bytes | None) -> User:
    """*user* as the file has it; *sealed* is the record of a new password."""
    named = wanted.attributes
    differing = {name for name, value in named.items() if value != user.attributes.get(name, "")}
    # A new address is unverified unless its flag comes along, even where the flag of the old one was the same.
    flags = {flag for name in differing if (flag := f"{name}_verified") in named}
    news = {name: named[name] for name in named if name in differing | flags}
    if news:
        plan = plan_change(pool, user, news)
        # Nobody is asked to prove what the file says; unless it says so too, the value is unverified.
        unproved = {f"{name}_verified": "false" for name in plan.to_prove}
        user = replace(user, attributes={**plan.attributes, **plan.to_prove, **unproved})
    if sealed is not None:
        size = pool.password_policy.history_size
        user = passwords.changed(services, user, sealed, history_size=size, status=wanted.status)
    if sealed is not None or user.status is not wanted.status:
        user = replace(user, status=wanted.status, temporary_until_ms=_temporary_until_ms(services, pool, wanted))
    if user.enabled and not wanted.is_enabled:
        user = replace(user, tokens_valid_after_ms=services.clock.now_ms())
    return replace(user, enabled=wanted.is_enabled)


def _temporary_until_ms(services: Services, pool: Pool, wanted: SeedUser) -> int | None:
    if wanted.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        return None
    return passwords.temporary_until_ms(services, pool)


def _join(services: Services, tx: Tx, user: User, names: tuple[str, ...] | list[str]) -> None:
    for name in names:
        groups.add_member(tx, user.pool_id, user.sub, name, services.clock.now_ms())
