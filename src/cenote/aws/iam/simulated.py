"""
What a simulation is given: policies by their texts, those of somebody of the account, the caller, the resources' owner, and context keys.

Whatever follows from who calls (aws:PrincipalArn, aws:username, its tags) need not be given.

Source: IAM API Reference, SimulateCustomPolicy and SimulatePrincipalPolicy.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cenote.aws.iam import named as found_by_name
from cenote.base.iam_errors import InvalidInputException, NoSuchEntityException
from cenote.flows.iam.compiled import IDENTITY_SOURCE, RESOURCE_SOURCE, named
from cenote.flows.services import Services
from cenote.model.iam import managed_policies
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import parse_arn
from cenote.model.iam.principal import PrincipalType, root_arn
from cenote.policy import values
from cenote.policy.document import Kind, MalformedPolicyError, parse
from cenote.policy.evaluate import Named
from cenote.policy.principals import Asker
from cenote.spec.generated.iam import ContextEntry
from cenote.storage.database import Tx
from cenote.storage.iam import entities, members, policies

RESOURCE_POLICY: Final = "ResourcePolicy"
_CALLERS: Final = {
    EntityKind.USER: PrincipalType.USER,
    EntityKind.ROLE: PrincipalType.ASSUMED_ROLE,
    EntityKind.GROUP: "",
}
_OWNER: Final = re.compile(r"(?:arn:aws:iam::)?(\d{12})(?::root)?", re.ASCII)
_LIST: Final = "List"
# How the values of each type of context entry are read; texts are as they are.
_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "numeric": values.number_of,
    "boolean": values.truth_of,
    "ip": values.network_of,
    "binary": values.bytes_of,
    "date": values.moment_of,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """The simulated caller, and the context keys, in lower case, that follow from who it is."""

    asker: Asker
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A policy that somebody has: on *owner*, under *name* (an ARN when it is managed)."""

    owner: Entity
    named: Named
    is_inline: bool


def given_policies(texts: Iterable[str], member: str, kind: Kind = Kind.IDENTITY) -> tuple[Named, ...]:
    """
    The policies of a request's member, under the names that results call them by (`PolicyInputList.1`).

    Raises:
        InvalidInputException: one of them is no policy.
    """
    source = RESOURCE_SOURCE if kind is Kind.RESOURCE else IDENTITY_SOURCE
    found = []
    for number, text in enumerate(texts, 1):
        name = RESOURCE_POLICY if kind is Kind.RESOURCE else f"{member}.{number}"
        try:
            found.append(Named(name, parse(text, kind), source))
        except MalformedPolicyError as error:
            raise InvalidInputException(f"{name}: {error.message}") from None
    return tuple(found)


def require_source(tx: Tx, account_id: str, arn: str) -> Entity:
    """
    The user, group or role that an ARN names.

    Raises:
        InvalidInputException: it can name none.
        NoSuchEntityException: the account has none of that name and path.
    """
    ref = parse_arn(arn)
    if ref is None or ref.kind not in _CALLERS:
        raise InvalidInputException(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    entity = found_by_name.require(tx, account_id, ref.kind, ref.name)
    if entity.arn != arn:
        raise NoSuchEntityException(f"The {ref.kind.value} with name {ref.name} cannot be found.")
    return entity


def held_by(services: Services, tx: Tx, entity: Entity) -> Iterator[Held]:
    """The policies of a user, group or role, and those of a user's groups."""
    owners = [entity]
    if entity.kind is EntityKind.USER:
        owners += members.containers_of(tx, entity.account_id, EntityKind.GROUP, entity.name)
    for owner in owners:
        for name, text in policies.inline_of(tx, owner):
            yield Held(owner, named(name, text), is_inline=True)
        for arn in policies.attached_to(tx, owner):
            managed = services.iam.policy_document(owner.account_id, arn)
            if managed is not None:
                yield Held(owner, named(arn, managed), is_inline=False)


def boundary_of(services: Services, tx: Tx, entity: Entity) -> tuple[Named, ...] | None:
    """What bounds a user or role; None where nothing does."""
    bounds = policies.attached_to(tx, entity, policies.BOUNDARY)
    texts = [(arn, services.iam.policy_document(entity.account_id, arn)) for arn in bounds]
    return tuple(named(arn, text) for arn, text in texts if text is not None) if bounds else None


def caller_of(tx: Tx, account_id: str, arn: str | None) -> Caller:
    """
    The caller of that ARN, who need not be there; one of the account of whom nothing is known when there is no ARN.

    Raises:
        InvalidInputException: the ARN is not that of a user, group or role.
    """
    if arn is None:
        return Caller(Asker(account_id=account_id, arns=(root_arn(account_id),)))
    if arn == root_arn(account_id):
        return Caller(
            Asker(account_id, (arn,), PrincipalType.ROOT, account_id), _principal_keys(account_id, arn, "Account")
        )
    ref = parse_arn(arn)
    if ref is None or ref.kind not in _CALLERS:
        raise InvalidInputException(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    entity = entities.get(tx, ref.account_id, ref.kind, ref.name) if ref.account_id == account_id else None
    kind = _CALLERS[ref.kind]
    user_id = entity.entity_id if entity is not None and entity.arn == arn else ""
    context = _principal_keys(ref.account_id, arn, kind)
    if ref.kind is EntityKind.USER:
        context["aws:username"] = (ref.name,)
    if user_id and ref.kind is EntityKind.USER:
        context["aws:userid"] = (user_id,)
    tags = entity.tags if entity is not None and user_id else {}
    context |= {f"aws:principaltag/{key.lower()}": (value,) for key, value in tags.items()}
    return Caller(Asker(ref.account_id, (arn,), kind, user_id), context)


def _principal_keys(account_id: str, arn: str, kind: str) -> dict[str, tuple[str, ...]]:
    keys: dict[str, tuple[str, ...]] = {"aws:principalarn": (arn,), "aws:principalaccount": (account_id,)}
    if kind:
        keys["aws:principaltype"] = (kind,)
    return keys


def context_of(entries: Iterable[ContextEntry]) -> dict[str, tuple[str, ...]]:
    """
    Context entries as conditions are asked about them.

    Raises:
        InvalidInputException: an entry has no name, is there twice, or has values that are not of its type.
    """
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        name, kind = entry.get("ContextKeyName", ""), entry.get("ContextKeyType", "stringList")
        given = tuple(entry.get("ContextKeyValues", ()))
        read = _READERS.get(kind.removesuffix(_LIST))
        if not name or name.lower() in found:
            raise InvalidInputException(f"Invalid Context Entry: {name}")
        if (len(given) > 1 and not kind.endswith(_LIST)) or (read and any(read(value) is None for value in given)):
            raise InvalidInputException(f"Invalid Context Entry: the values of {name} are not of type {kind}.")
        found[name.lower()] = given
    return found


def account_of_owner(owner: str | None) -> str | None:
    """
    The account that ResourceOwner names, by its root's ARN or its number.

    Raises:
        InvalidInputException: it names none.
    """
    if owner is None:
        return None
    match = _OWNER.fullmatch(owner)
    if match is None or owner.startswith("arn") != owner.endswith(":root"):
        raise InvalidInputException(f"Invalid Resource Owner: {owner}")
    return match[1]


def name_of(policy_name: str) -> str:
    """What results call a policy by: the name alone of a managed one."""
    return policy_name.rpartition("/")[2] if policy_name.startswith("arn:") else policy_name


def is_built_in(policy: Held) -> bool:
    """Whether a policy is one of AWS's own."""
    return not policy.is_inline and managed_policies.is_built_in(policy.named.name)
