"""
Condition keys that follow from what a call says and what it is about: tags that it gives, and tags and boundary of its resource.

Source: IAM User Guide, "AWS global condition context keys" (aws:RequestTag, aws:TagKeys, aws:ResourceTag); Service Authorization Reference,
"Condition keys for AWS Identity and Access Management".
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from cenote.flows.functions import resource_policies as functions
from cenote.flows.iam.context import Context, resource_tags
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.names import parse_arn

if TYPE_CHECKING:
    from cenote.aws.operation import Call
    from cenote.flows.services import Services

_TAGS: Final = ("Tags", "UserPoolTags", "IdentityPoolTags")
_TAG_KEYS: Final = ("Key", "TagKey")
_TAG_VALUES: Final = ("Value", "TagValue")
# No operation takes texts that are longer; whoever calls could let patterns of policies be held against them all the same.
_MAX_CHARS: Final = 2048
_BOUND: Final = frozenset({EntityKind.ROLE, EntityKind.USER})


def asked_context(service: str, members: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The keys that *members* alone give. Members may be of any shape."""
    tags = dict(_tags_in(members))
    found: dict[str, tuple[str, ...]] = {
        f"aws:requesttag/{key.lower()}": (value[:_MAX_CHARS],) for key, value in tags.items()
    }
    removed = members.get("TagKeys")
    keys = [*tags, *(key for key in removed if isinstance(key, str))] if isinstance(removed, list) else list(tags)
    if keys:
        found["aws:tagkeys"] = tuple(key[:_MAX_CHARS] for key in keys)
    if service == "iam":
        named = {
            "iam:policyarn": members.get("PolicyArn"),
            "iam:permissionsboundary": members.get("PermissionsBoundary"),
        }
        found |= {key: (value[:_MAX_CHARS],) for key, value in named.items() if isinstance(value, str)}
    return found


def resource_context(services: "Services", call: "Call", resource: str) -> Context:
    """The keys that only a look at what the call is about gives."""
    if call.service == "iam":
        entity = _entity_of(services, call.account_id, resource)
        return {} if entity is None else _of_entity(services, entity)
    return resource_tags(_tags_of(services, call, resource), "aws")


def _entity_of(services: "Services", account_id: str, arn: str) -> Entity | None:
    """What is called so, whether the call has its name, its ARN, or neither and means its caller."""
    meant = parse_arn(arn)
    if meant is None or meant.account_id != account_id:
        return None
    found = services.iam.entity_named(account_id, meant.kind, meant.name)
    return found if found is not None and found.arn == arn else None


def _of_entity(services: "Services", entity: Entity) -> Context:
    found = resource_tags(entity.tags, "aws", "iam")
    bounds = services.iam.held_by(entity).boundary if entity.kind in _BOUND else None
    return found | ({"iam:permissionsboundary": tuple(bound.name for bound in bounds)} if bounds else {})


def _tags_of(services: "Services", call: "Call", resource: str) -> Mapping[str, str]:
    """The tags of a function, a user pool or an identity pool, the pools of the call's account and Region."""
    if call.service == "lambda":
        return functions.tags_of(services, resource)
    kind, _, pool_id = resource.partition(f":{call.account_id}:")[2].partition("/")
    if kind == "userpool":
        pool = services.directory.get_pool(pool_id)
        is_ours = pool is not None and (pool.account_id, pool.region) == (call.account_id, call.region)
        return pool.document.get("UserPoolTags", {}) if pool is not None and is_ours else {}
    if kind == "identitypool":
        found = services.directory.get_identity_pool(pool_id)
        is_ours = found is not None and (found.account_id, found.region) == (call.account_id, call.region)
        return found.document.get("IdentityPoolTags", {}) if found is not None and is_ours else {}
    return {}


def _tags_in(members: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in _TAGS:
        given = members.get(name)
        pairs = given.items() if isinstance(given, Mapping) else _pairs(given) if isinstance(given, list) else ()
        yield from ((key, value) for key, value in pairs if isinstance(key, str) and isinstance(value, str))


def _pairs(given: list[object]) -> Iterator[tuple[object, object]]:
    for item in given:
        if isinstance(item, Mapping):
            key = next((item[name] for name in _TAG_KEYS if name in item), None)
            yield key, next((item[name] for name in _TAG_VALUES if name in item), "")
