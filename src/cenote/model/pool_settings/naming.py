"""
By what names users of a pool sign in: which settings exclude one another, at its creation and whenever it is altered.

Source: API_CreateUserPool (AliasAttributes, UsernameAttributes, Schema).
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException


def verify_naming(document: Mapping[str, Any]) -> None:
    """
    Accept the UsernameAttributes and AliasAttributes of a pool's *document* beside each other and its SchemaAttributes.

    Raises:
        InvalidParameterException: both are set, or a name that only some users have is required of all.
    """
    if document.get("UsernameAttributes") and document.get("AliasAttributes"):
        raise InvalidParameterException(
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool."
        )
    required = {attribute["Name"] for attribute in document["SchemaAttributes"] if attribute["Required"]}
    if "preferred_username" in document.get("AliasAttributes", ()) and "preferred_username" in required:
        raise InvalidParameterException("preferred_username cannot be both an alias and a required attribute.")
