"""
Ids that the one who makes a pool chooses.

In development mode a tag pins a new pool's id: `_custom_id_`, `ms-custom-id` or `floci:override-id`, as other tools have it.
Elsewhere these are tags like any other.
"""

from collections.abc import Mapping

from cenote.base.settings import Settings

_PINNING_TAGS = ("_custom_id_", "ms-custom-id", "floci:override-id")


def wanted_id(settings: Settings, tags: Mapping[str, str]) -> str | None:
    """The id that *tags* ask for, of whatever form; None where they ask for none or may not."""
    if not settings.is_development:
        return None
    return next((tags[tag] for tag in _PINNING_TAGS if tags.get(tag)), None)
