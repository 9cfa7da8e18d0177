"""Users, roles and their sessions, made by rows: what they may do is given, and nothing else of IAM is asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cenote.base.secret import Secret
from cenote.flows import access_keys as flow
from cenote.flows.credentials import sessions
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import new_entity_id
from cenote.model.iam.principal import Principal, PrincipalType, Session, holder_of, root_of
from cenote.policy.evaluate import Held
from cenote.storage import access_keys
from cenote.storage.database import Tx
from cenote.storage.iam import entities, members, policies
from cenote.storage.iam.policies import Version

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Signing:
    """What somebody signs with."""

    access_key_id: str
    secret: Secret
    token: str | None = None

    @property
    def options(self) -> dict[str, Any]:
        """As boto3 takes it."""
        found = {"aws_access_key_id": self.access_key_id, "aws_secret_access_key": self.secret.reveal()}
        return found | ({"aws_session_token": self.token} if self.token else {})


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, on: str | Sequence[str] = "*", **more: Any) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: str | Sequence[str] = "*", **more: Any) -> dict[str, Any]:
    """A statement that denies."""
    return {"Effect": "Deny", "Action": list(actions), "Resource": on, **more}


def make(services: Services, kind: EntityKind, name: str, *, account_id: str | None = None, **options: Any) -> Entity:
    """An entity; *options* are `path`, `document` and `inline` (policies by name)."""
    inline: Mapping[str, str] = options.pop("inline", {})
    given = account_id or services.settings.account_id
    document = (_trusting(given) if kind is EntityKind.ROLE else {}) | options.pop("document", {})
    entity = Entity(given, kind, name, new_entity_id(kind), document=document, **options)

    def work(tx: Tx) -> None:
        assert entities.insert(tx, entity)
        for policy_name, text in inline.items():
            policies.put_inline(tx, entity, policy_name, text)

    write(services, work, account_id=given)
    return entity


def make_roles(services: Services, texts: Mapping[str, str]) -> dict[str, Entity]:
    """Roles by name, each with the one policy that is given; written at once."""
    account_id = services.settings.account_id
    document = _trusting(account_id)
    made = {
        name: Entity(account_id, EntityKind.ROLE, name, new_entity_id(EntityKind.ROLE), document=document)
        for name in texts
    }

    def work(tx: Tx) -> None:
        for name, role in made.items():
            assert entities.insert(tx, role)
            policies.put_inline(tx, role, "inline", texts[name])

    write(services, work)
    return made


def _trusting(account_id: str) -> dict[str, Any]:
    """A role leaves it to its account who may assume it."""
    return {
        "AssumeRolePolicyDocument": policy(
            {"Effect": "Allow", "Principal": {"AWS": account_id}, "Action": "sts:AssumeRole"}
        )
    }


def write(services: Services, work: Any, *, account_id: str | None = None) -> None:
    """Write IAM's rows as IAM's operations do."""

    def locked(tx: Tx) -> None:
        entities.lock(tx, account_id or services.settings.account_id)
        work(tx)

    services.database.write("tests", locked)
    services.iam.forget()


def put_inline(services: Services, owner: Entity, text: str, name: str = "inline") -> None:
    """Give *owner* an inline policy."""
    write(services, lambda tx: policies.put_inline(tx, owner, name, text), account_id=owner.account_id)


def make_policy(services: Services, name: str, text: str) -> Entity:
    """A managed policy whose one version is *text*."""
    entity = make(services, EntityKind.POLICY, name)
    write(services, lambda tx: policies.insert_version(tx, entity, Version(1, True, text, 0)))
    return entity


def attach(services: Services, owner: Entity, arn: str, usage: str = policies.POLICY) -> None:
    """Attach a managed policy, or bound *owner* by it."""
    write(services, lambda tx: policies.attach(tx, owner, arn, usage))


def join(services: Services, group: Entity, user: Entity) -> None:
    """Put a user into a group."""
    write(services, lambda tx: members.add(tx, group, user.name))


def key_of(services: Services, user: Entity, *, is_active: bool = True) -> Signing:
    """A new access key of a user."""
    return _key_of(services, holder_of(user.account_id, user.arn, user.entity_id), is_active=is_active)


def root_key_of(services: Services, account_id: str) -> Signing:
    """A new access key of an account's root."""
    return _key_of(services, root_of(account_id), is_active=True)


def _key_of(services: Services, holder: Principal, *, is_active: bool) -> Signing:
    key = replace(flow.new_key(holder), is_active=is_active)
    row = flow.row_of(services.keys, key, services.clock.now_ms())
    services.database.write("tests", lambda tx: access_keys.insert_row(tx, row))
    return Signing(key.access_key_id, key.secret_access_key)


def session_of(services: Services, role: Entity, *, name: str = "tests", **session: Any) -> Signing:
    """Credentials of a role's session; *session* are members of Session."""
    issued = sessions.issue(services, principal_of(services, role, name, **session))
    return Signing(issued.access_key_id, issued.secret_access_key, issued.session_token.reveal())


def principal_of(services: Services, role: Entity, name: str = "tests", **session: Any) -> Principal:
    """A role's session."""
    now_ms = services.clock.now_ms()
    times = {"issued_at_ms": now_ms, "expires_at_ms": now_ms + HOUR_MS}
    return Principal(
        type=PrincipalType.ASSUMED_ROLE,
        account_id=role.account_id,
        arn=f"arn:aws:sts::{role.account_id}:assumed-role/{role.name}/{name}",
        user_id=f"{role.entity_id}:{name}",
        name=role.name,
        entity_id=role.entity_id,
        session=Session(name=name, **(times | session)),
    )


class NoIam:
    """The IAM of an account in which nobody is; *held* is what everybody who signs all the same holds."""

    def __init__(self, held: Held | None = None) -> None:
        self._held = held or Held()

    def held_of(self, _principal: Principal) -> Held:
        """What everybody holds."""
        return self._held

    def entity(self, _entity_id: str) -> None:
        """Nobody."""

    def entity_named(self, _account_id: str, _kind: EntityKind, _name: str) -> None:
        """Nobody."""

    def settled(self, principal: Principal) -> Principal:
        """Whoever it is."""
        return principal
