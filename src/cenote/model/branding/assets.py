"""
The images of a managed login style: which are accepted, and how those of an update join those that are there.

An image stands for one category and colour mode. It has a ResourceId only if it came with one: Terraform would take an id that nobody gave
for a difference, and replace the style each time. One that comes with ResourceId alone is the one that the style has under that id.

Source: API_AssetType; developer guide "API and SDK operations for managed login branding".
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cenote.base.errors import InvalidParameterException
from cenote.model.branding.images import verify_image

MAX_ASSETS: Final = 40
# A browser asks for a favicon of each sort by its own link.
_ONLY: Final = {"FAVICON_ICO": ("ICO",), "FAVICON_SVG": ("SVG",)}

Key = tuple[str, str]


def key_of(asset: Mapping[str, Any]) -> Key:
    """What a style has one image for: a category in a colour mode."""
    return asset["Category"], asset["ColorMode"]


def accepted_assets(
    given: Iterable[Mapping[str, Any]], present: Mapping[Key, Mapping[str, Any]]
) -> dict[Key, dict[str, Any]]:
    """
    The images of a request, each with its Bytes, to be kept beside or in the place of those *present*.

    Raises:
        InvalidParameterException: one is twice there, empty, of another format than it says, unsafe, or one too many.
    """
    by_id = {asset["ResourceId"]: asset for asset in present.values() if "ResourceId" in asset}
    accepted: dict[Key, dict[str, Any]] = {}
    for asset in given:
        key = key_of(asset)
        if key in accepted:
            raise InvalidParameterException(f"Invalid Assets: there are two for {key[0]} in {key[1]}.")
        accepted[key] = _accepted(asset, by_id)
    if len(accepted.keys() | present.keys()) > MAX_ASSETS:
        raise InvalidParameterException(f"Invalid Assets: a style has at most {MAX_ASSETS}.")
    return accepted


def _accepted(asset: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    category, extension = asset["Category"], asset["Extension"]
    content: bytes = asset.get("Bytes", b"")
    resource_id = asset.get("ResourceId")
    if not content and resource_id is not None and resource_id in by_id:
        content = by_id[resource_id]["Bytes"]
    if not content:
        raise InvalidParameterException(
            f"Invalid Assets: the one for {category} has no Bytes, nor the id of one that is there."
        )
    if extension not in _ONLY.get(category, (extension,)):
        raise InvalidParameterException(f"Invalid Assets: {category} is to be {' or '.join(_ONLY[category])}.")
    verify_image(content, (extension,), f"the asset for {category}")
    accepted = {"Category": category, "ColorMode": asset["ColorMode"], "Extension": extension, "Bytes": content}
    return accepted if resource_id is None else {**accepted, "ResourceId": resource_id}
