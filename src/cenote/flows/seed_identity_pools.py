"""
The identity pools of a seed file, and the roles that are made for them, until they are what the file says.

A role that is made is called `<pool name>-authenticated` or `…-unauthenticated`; it trusts that pool's people of that kind, and has one
policy.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.flows.credentials.assume import DEFAULT_DURATION_S
from cenote.flows.iam import writing
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import new_entity_id
from cenote.model.identity_pool.document import new_document, replaced_document
from cenote.model.identity_pool.open_id_claims import PRINCIPAL
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.role_settings import new_roles
from cenote.model.seed_identity_pool import SeedIdentityPool, SeedRole
from cenote.model.seed_values import SeedError, faults_at
from cenote.policy.document import Kind, MalformedPolicyError, parse
from cenote.storage import identity_pools
from cenote.storage.database import Tx
from cenote.storage.iam import entities, policies

Done = Literal["created", "updated", "unchanged"]

_PAGE: Final = 100
_POLICY: Final = "seed"
_NO_NAME: Final = re.compile(r"[^\w+=,.@-]", re.ASCII)
_MAX_NAME: Final = 64


def verify_policies(wanted: Sequence[SeedIdentityPool]) -> None:
    """
    Accept identity pools whose roles' policies are ones.

    Raises:
        SeedError: one is none.
    """
    for role in (role for pool in wanted for role in pool.roles if role.policy is not None):
        try:
            parse(role.policy or "", Kind.IDENTITY)
        except MalformedPolicyError as error:
            raise SeedError(role.place, f"these are no statements of a policy: {error}") from None


def seed_identity_pool(
    services: Services,
    wanted: SeedIdentityPool,
    clients: Sequence[tuple[str, str]],
    *,
    region: str,
    account_id: str,
) -> list[tuple[str, Done]]:
    """
    Let an identity pool and its roles be as the file says; what was done to each. *clients* are ids of user pools and of their clients.

    Without an id the pool is the one of that name in *region*, if there is one.

    Raises:
        SeedError, Fault: what of it cannot be.
    """
    settings = _settings(wanted, clients)
    quota = services.settings.quotas.tags_per_resource
    before = _existing(services, wanted, region, account_id)
    if before is None:
        stored = after = _inserted(services, wanted, new_document(settings, tag_quota=quota), region, account_id)
    else:
        document = replaced_document(before.document, {"IdentityPoolTags": {}, **settings}, tag_quota=quota)
        stored, after = before, replace(before, name=wanted.name, document=document)
    done = [_role(services, after, role) for role in wanted.roles if role.policy is not None]
    if wanted.roles:
        arns = {role.kind: role.arn or _entity(after, role.kind).arn for role in wanted.roles}
        with faults_at(f"{wanted.place}.roles"):
            after = replace(after, roles=new_roles(after, {**after.roles, "Roles": arns}))
    if after != stored:
        _update(services, after)
    outcome: Done = "created" if before is None else "unchanged" if after == before else "updated"
    return [(f"identity pool {after.identity_pool_id}", outcome), *done]


def _update(services: Services, pool: IdentityPool) -> None:
    now_ms = services.clock.now_ms()
    services.database.write("seed identity pool", lambda tx: identity_pools.update(tx, pool, now_ms=now_ms))
    services.directory.forget()


def _settings(wanted: SeedIdentityPool, clients: Sequence[tuple[str, str]]) -> dict[str, Any]:
    if not clients:
        return dict(wanted.settings)
    providers = [
        {"ProviderName": f"cognito-idp.{ids.region_of_pool(pool_id)}.amazonaws.com/{pool_id}", "ClientId": client_id}
        for pool_id, client_id in clients
    ]
    return {**wanted.settings, "CognitoIdentityProviders": providers}


def _existing(services: Services, wanted: SeedIdentityPool, region: str, account_id: str) -> IdentityPool | None:
    with services.database.read() as tx:
        if wanted.identity_pool_id is not None:
            found = identity_pools.get(tx, wanted.identity_pool_id)
            if found is not None and (found.account_id, found.region) != (account_id, _region_of(wanted, region)):
                raise SeedError(f"{wanted.place}.Id", f"{found.identity_pool_id} is in another account or region")
            return found
        named, after = [], ""
        while page := identity_pools.page(tx, account_id, region, after=after, limit=_PAGE):
            named += [pool for pool in page if pool.name == wanted.name]
            after = page[-1].identity_pool_id
    if len(named) > 1:
        place = f"{wanted.place}.IdentityPoolName"
        raise SeedError(place, f"several identity pools are called {wanted.name}: give the Id")
    return named[0] if named else None


def _inserted(
    services: Services, wanted: SeedIdentityPool, document: dict[str, Any], region: str, account_id: str
) -> IdentityPool:
    now_ms, own_region = services.clock.now_ms(), _region_of(wanted, region)
    pool = IdentityPool(
        identity_pool_id=wanted.identity_pool_id or ids.new_identity_id(own_region),
        account_id=account_id,
        region=own_region,
        name=wanted.name,
        document=document,
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
    if not services.database.write("seed identity pool", lambda tx: identity_pools.insert(tx, pool)):
        raise InvalidParameterException(f"The pool {pool.identity_pool_id} was made by another process just now.")
    services.directory.forget()
    return pool


def _region_of(wanted: SeedIdentityPool, default: str) -> str:
    prefix = (wanted.identity_pool_id or default).partition(":")[0]
    return prefix if ids.is_region(prefix) else default


def _entity(pool: IdentityPool, kind: str) -> Entity:
    """The role of those who are of that kind, as it is made; without an id."""
    name = f"{_NO_NAME.sub('-', pool.name)[: _MAX_NAME - len(kind) - 1]}-{kind}"
    document = {
        "AssumeRolePolicyDocument": _trust(pool.identity_pool_id, kind),
        "MaxSessionDuration": DEFAULT_DURATION_S,
    }
    return Entity(pool.account_id, EntityKind.ROLE, name, "", document=document)


def _role(services: Services, pool: IdentityPool, wanted: SeedRole) -> tuple[str, Done]:
    role, policy, now_ms = _entity(pool, wanted.kind), wanted.policy or "", services.clock.now_ms()

    def work(tx: Tx) -> Done:
        before = entities.get(tx, role.account_id, role.kind, role.name)
        if before is None:
            made = replace(role, entity_id=new_entity_id(role.kind), created_at_ms=now_ms, modified_at_ms=now_ms)
            if not entities.insert(tx, made):
                raise SeedError(wanted.place, f"a role is called {role.name} in other letters")
            policies.put_inline(tx, made, _POLICY, policy)
            return "created"
        after = replace(before, document={**before.document, **role.document})
        if after == before and policies.get_inline(tx, before, _POLICY) == policy:
            return "unchanged"
        entities.update(tx, replace(after, modified_at_ms=now_ms))
        policies.put_inline(tx, after, _POLICY, policy)
        return "updated"

    return f"role {role.name}", writing.write(services, role.account_id, "seed role", work)


def _trust(identity_pool_id: str, kind: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PRINCIPAL},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {
            "StringEquals": {f"{PRINCIPAL}:aud": identity_pool_id},
            "ForAnyValue:StringLike": {f"{PRINCIPAL}:amr": kind},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
