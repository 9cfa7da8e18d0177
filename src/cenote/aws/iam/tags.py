"""Tags of whatever of IAM's has tags: what Tag…, Untag… and List…Tags have in common."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NotRequired, TypedDict

from cenote.aws.iam import paging
from cenote.aws.operation import Call
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import tags
from cenote.model.iam.entity import Entity, EntityKind
from cenote.spec.generated.iam import Tag
from cenote.storage.database import Tx
from cenote.storage.iam import entities

# What finds the tagged entity in a transaction, or raises.
Find = Callable[[Tx], Entity]


class TagPage(TypedDict):
    """The answer of every List…Tags."""

    Tags: list[Tag]
    IsTruncated: NotRequired[bool]
    Marker: NotRequired[str]


def document_of(kind: EntityKind, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a new entity's document says of the tags in a request: `Tags`, or nothing. Raises as `tags.merged` does."""
    found = tags.merged(kind, {}, _pairs(params.get("Tags", ())))
    return {"Tags": found} if found else {}


def shown(entity: Entity) -> list[Tag]:
    """An entity's tags as answers have them."""
    return [{"Key": key, "Value": value} for key, value in entity.tags.items()]


def tag(services: Services, call: Call, find: Find, added: Iterable[Tag]) -> None:
    """Add tags to what *find* finds."""

    def work(tx: Tx) -> None:
        entity = find(tx)
        _keep(tx, entity, tags.merged(entity.kind, entity.tags, _pairs(added)))

    write(services, call.account_id, "tag", work)


def untag(services: Services, call: Call, find: Find, keys: Iterable[str]) -> None:
    """Take tags from what *find* finds."""

    def work(tx: Tx) -> None:
        entity = find(tx)
        _keep(tx, entity, tags.without(entity.kind, entity.tags, keys))

    write(services, call.account_id, "untag", work)


def listed(services: Services, call: Call, find: Find, params: Mapping[str, Any]) -> TagPage:
    """A page of the tags of what *find* finds: the answer of a List…Tags."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        found, ending = page.cut(shown(find(tx)))
    return {"Tags": found, **ending}


def _pairs(given: Iterable[Tag]) -> list[tuple[str, str]]:
    return [(each["Key"], each["Value"]) for each in given]


def _keep(tx: Tx, entity: Entity, found: dict[str, str]) -> None:
    entities.update(tx, replace(entity, document={**entity.document, "Tags": found}))
