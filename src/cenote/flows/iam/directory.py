"""
The directory of IAM: roles, users and what they hold, as this process knows them.

It keeps and forgets as the directory of pools does (flows/shelves.py), by a counter of its own that every write of an account's IAM lets
grow: another process's write is seen within a second, one of our own at once (`forget`).

Who holds what: a role or user its inline and attached policies, a user those of its groups as well; a boundary and session policies bound
that. An account's root holds everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from cenote.base.clock import Clock
from cenote.flows import root_key
from cenote.flows.iam.compiled import compiled, everything, named
from cenote.flows.shelves import Shelves
from cenote.model.iam import managed_policies
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.principal import Principal, PrincipalType, Session
from cenote.policy.document import Kind, Policy
from cenote.policy.evaluate import Held, Named
from cenote.storage.database import Database, Tx
from cenote.storage.iam import entities, members, policies

# Principals that may be an account itself; any other one without a role or user holds nothing.
_OF_ACCOUNTS: Final = frozenset({PrincipalType.ROOT, PrincipalType.FEDERATED_USER})


@dataclass(frozen=True, slots=True)
class Role:
    """A role, and who may assume it."""

    entity: Entity
    trust: Policy


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known of one state of every account's IAM."""

    roles: dict[tuple[str, str], Role] = field(default_factory=dict)
    by_id: dict[str, Entity] = field(default_factory=dict)
    by_name: dict[tuple[str, EntityKind, str], Entity] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    documents: dict[tuple[str, str], str] = field(default_factory=dict)


class IamDirectory:
    """Roles, users and policies by name and id; safe to share between threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._shelves = Shelves(database, clock, entities.COUNTER, Shelf)

    def role(self, account_id: str, name: str) -> Role | None:
        """The role of that name, exactly as it is written."""
        return self._shelves.found(
            self._shelves.present().roles, (account_id, name), lambda tx: _read_role(tx, account_id, name)
        )

    def entity(self, entity_id: str) -> Entity | None:
        """The role, user or other entity of that unique id."""
        return self._shelves.found(
            self._shelves.present().by_id, entity_id, lambda tx: entities.get_by_id(tx, entity_id)
        )

    def entity_named(self, account_id: str, kind: EntityKind, name: str) -> Entity | None:
        """The entity of that name, exactly as it is written."""
        key = (account_id, kind, name)
        return self._shelves.found(
            self._shelves.present().by_name, key, lambda tx: entities.get(tx, account_id, kind, name)
        )

    def user_by_id(self, user_id: str) -> Entity | None:
        """The user of that unique id."""
        entity = self.entity(user_id)
        return entity if entity is not None and entity.kind is EntityKind.USER else None

    def settled(self, principal: Principal) -> Principal | None:
        """*principal* as its user or role is called by now; None when that is gone, or it is a session of a root that is switched off."""
        if principal.entity_id is None:
            return principal if principal.type in _OF_ACCOUNTS and self._may_root_act(principal) else None
        entity = self.entity(principal.entity_id)
        kind = EntityKind.ROLE if principal.type is PrincipalType.ASSUMED_ROLE else EntityKind.USER
        if entity is None or (entity.kind, entity.account_id) != (kind, principal.account_id):
            return None
        if principal.type is PrincipalType.USER:
            return replace(principal, arn=entity.arn, name=entity.name)
        return replace(principal, owner_arn=entity.arn)

    def held_of(self, principal: Principal) -> Held:
        """Every policy that bears on what *principal* may do; none at all where its role or user is gone."""
        held = self._held_of_entity(principal)
        session = principal.session
        if session is not None and session.has_policies:
            return replace(held, session=tuple(self._of_session(principal.account_id, session)))
        if principal.type is PrincipalType.FEDERATED_USER:
            # GetFederationToken: without policies such a session has no permissions of its own.
            return replace(held, session=())
        return held

    def held_by(self, entity: Entity) -> Held:
        """What a role or user holds: its policies, and what bounds them."""
        return (
            self._shelves.found(self._shelves.present().held, entity.entity_id, lambda tx: _read_held(tx, entity))
            or Held()
        )

    def policy_document(self, account_id: str, arn: str) -> str | None:
        """The default version of a managed policy, the account's own or a built-in one, as it was written."""
        if managed_policies.is_built_in(arn):
            return _built_in_document(arn)
        shelf = self._shelves.present()
        return self._shelves.found(shelf.documents, (account_id, arn), lambda tx: _read_document(tx, account_id, arn))

    def forget(self) -> None:
        """Read everything anew from now on: to be called after this process has committed a change."""
        self._shelves.forget()

    def _held_of_entity(self, principal: Principal) -> Held:
        if principal.entity_id is None:
            return Held(identity=(everything(),)) if principal.type in _OF_ACCOUNTS else Held()
        entity = self.entity(principal.entity_id)
        return self.held_by(entity) if entity is not None and entity.account_id == principal.account_id else Held()

    def _may_root_act(self, principal: Principal) -> bool:
        # Switching the root key off is a brake: AWS lets what the key has opened run on for up to an hour.
        if principal.session is None:
            return True
        with self._database.read() as tx:
            return not root_key.is_switched_off(tx, principal.account_id)

    def _of_session(self, account_id: str, session: Session) -> Iterable[Named]:
        if session.policy is not None:
            yield named("session policy", session.policy, Kind.SESSION)
        for arn in session.policy_arns:
            text = self.policy_document(account_id, arn)
            if text is not None:
                yield named(arn, text)


def _read_role(tx: Tx, account_id: str, name: str) -> Role | None:
    entity = entities.get(tx, account_id, EntityKind.ROLE, name)
    if entity is None:
        return None
    return Role(entity, compiled(entity.document["AssumeRolePolicyDocument"], Kind.TRUST))


def _read_held(tx: Tx, entity: Entity) -> Held:
    owners = [entity]
    if entity.kind is EntityKind.USER:
        owners += members.containers_of(tx, entity.account_id, EntityKind.GROUP, entity.name)
    identity = tuple(found for owner in owners for found in _policies_of(tx, owner))
    bounds = policies.attached_to(tx, entity, policies.BOUNDARY)
    if not bounds:
        return Held(identity=identity)
    # A boundary that is gone bounds everything.
    return Held(identity=identity, boundary=tuple(_managed(tx, entity.account_id, bounds)))


def _policies_of(tx: Tx, owner: Entity) -> Iterable[Named]:
    for name, text in policies.inline_of(tx, owner):
        yield named(name, text)
    yield from _managed(tx, owner.account_id, policies.attached_to(tx, owner))


def _managed(tx: Tx, account_id: str, arns: Iterable[str]) -> Iterable[Named]:
    for arn in arns:
        is_built_in = managed_policies.is_built_in(arn)
        text = _built_in_document(arn) if is_built_in else _read_document(tx, account_id, arn)
        if text is not None:
            yield named(arn, text)


def _built_in_document(arn: str) -> str | None:
    policy = managed_policies.get(arn)
    return None if policy is None else policy.document


def _read_document(tx: Tx, account_id: str, arn: str) -> str | None:
    """The default version of an account's own managed policy."""
    policy = entities.get_by_arn(tx, account_id, EntityKind.POLICY, arn)
    version = policies.get_version(tx, policy) if policy is not None else None
    return None if version is None else version.document
