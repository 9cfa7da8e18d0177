"""TagResource, UntagResource, ListTags: of functions."""

from cenote.aws.lambda_ import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterValueException
from cenote.flows.functions import records
from cenote.flows.functions.records import Change
from cenote.flows.services import Services
from cenote.model.function import Function
from cenote.spec.generated.lambda_ import ListTagsRequest, ListTagsResponse, TagResourceRequest, UntagResourceRequest


@operation("TagResource", "lambda")
def tag_resource(services: Services, call: Call, params: TagResourceRequest) -> None:
    """Give a function tags, over those of the same keys."""
    most = services.settings.quotas.tags_per_resource

    def change(function: Function) -> Change:
        tags = {**function.document["Tags"], **params["Tags"]}
        if len(tags) > most:
            raise InvalidParameterValueException(f"A resource must not have more than {most} tags.")
        return Change(document={**function.document, "Tags": tags}, has_new_revision=False)

    records.change(services, present.key_of(call, params["Resource"]), change)


@operation("UntagResource", "lambda")
def untag_resource(services: Services, call: Call, params: UntagResourceRequest) -> None:
    """Take tags from a function."""

    def change(function: Function) -> Change:
        tags = {name: value for name, value in function.document["Tags"].items() if name not in params["TagKeys"]}
        return Change(document={**function.document, "Tags": tags}, has_new_revision=False)

    records.change(services, present.key_of(call, params["Resource"]), change)


@operation("ListTags", "lambda")
def list_tags(services: Services, call: Call, params: ListTagsRequest) -> ListTagsResponse:
    """A function's tags."""
    function = records.require(services, present.key_of(call, params["Resource"]))
    return {"Tags": dict(function.document["Tags"])}
