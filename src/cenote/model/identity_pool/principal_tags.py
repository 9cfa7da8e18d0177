"""
Attributes for access control: claims of a provider's token that become tags of the session.

Source: developer guide, "Using attributes for access control" (default mappings by provider); IAM User Guide, "Pass session tags in AWS
STS".
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cenote.model.identity_pool.claim_values import text_of
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.provider_names import meant

MAX_TAGS: Final = 50
MAX_KEY_CHARS: Final = 128
MAX_VALUE_CHARS: Final = 256
MAX_TOTAL_BYTES: Final = 460

_SAML_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_OF_OIDC: Final = {"client": "aud", "username": "sub"}
_OF_SAML: Final = {"client": f"{_SAML_CLAIMS}nameidentifier", "username": f"{_SAML_CLAIMS}name"}
_DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "graph.facebook.com": {"client": "app_id", "username": "user_id"},
    "www.amazon.com": {"client": "aud", "username": "user_id"},
}


class TagsTooLargeError(Exception):
    """What a token says does not fit into a session's tags."""


def default_mapping(provider: str) -> Mapping[str, str]:
    """The claims that become tags where a pool takes the defaults for *provider*, by tag."""
    if ":saml-provider/" in provider:
        return _OF_SAML
    return _DEFAULTS.get(provider, _OF_OIDC)


def tags_of(pool: IdentityPool, logins: Sequence[Login]) -> dict[str, str]:
    """
    The tags of somebody who proved *logins*: of the first one whose provider has a mapping; a claim that is missing gives no tag.

    Raises:
        TagsTooLargeError: they exceed what a session takes.
    """
    for login in logins:
        for name in (login.provider, login.mapping_key):
            mapping = meant(name, pool.principal_tags)
            if mapping is not None:
                return bounded(_claimed(_tag_claims(mapping, login.mapping_key), login.claims))
    return {}


def bounded(tags: dict[str, str]) -> dict[str, str]:
    """
    *tags* as they are.

    Raises:
        TagsTooLargeError: they exceed what a session takes.
    """
    total = sum(len(key.encode()) + len(value.encode()) for key, value in tags.items())
    longest_key, longest_value = (max(map(len, texts), default=0) for texts in (tags.keys(), tags.values()))
    if len(tags) > MAX_TAGS or total > MAX_TOTAL_BYTES:
        raise TagsTooLargeError("there are too many tags, or they are too long together")
    if longest_key > MAX_KEY_CHARS or longest_value > MAX_VALUE_CHARS:
        raise TagsTooLargeError("a tag is too long")
    return tags


def _tag_claims(mapping: Mapping[str, Any], provider: str) -> Mapping[str, str]:
    own: Mapping[str, str] = mapping.get("PrincipalTags", {})
    return {**default_mapping(provider), **own} if mapping.get("UseDefaults") else own


def _claimed(tag_claims: Mapping[str, str], claims: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, claim in tag_claims.items():
        value = claims.get(claim)
        if isinstance(value, list | tuple) and len(value) == 1:
            value = value[0]
        if value is not None:
            found[tag] = text_of(value)
    return found
