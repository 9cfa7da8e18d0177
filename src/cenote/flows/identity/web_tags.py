"""
What an ID token asks of STS beside saying who somebody is: session tags, which of them are transitive, and a source identity.

The tags stand in one claim that is an object, or flattened in claims whose names are the object's paths.

Source: IAM User Guide, "Pass session tags in AWS STS", "Passing session tags using AssumeRoleWithWebIdentity"; "Monitor and control actions
taken with assumed roles".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.iam_errors import InvalidIdentityTokenException
from cenote.model.iam import quotas
from cenote.model.iam.session_rules import is_session_tag, is_source_identity

_TAGS = "https://aws.amazon.com/tags"
_PRINCIPAL, _TRANSITIVE = "principal_tags", "transitive_tag_keys"
_SOURCE = "https://aws.amazon.com/source_identity"
_REFUSED = "The tags in the token are not as AWS takes them"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token asks of STS."""

    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_keys: tuple[str, ...] = ()
    source_identity: str | None = None


def asked_in(claims: Mapping[str, Any]) -> Asked:
    """
    What verified *claims* ask.

    Raises:
        InvalidIdentityTokenException: they ask in a way that AWS does not take.
    """
    nested = claims.get(_TAGS, {})
    if not isinstance(nested, dict):
        raise InvalidIdentityTokenException(_REFUSED)
    prefix = f"{_TAGS}/{_PRINCIPAL}/"
    flat = {name.removeprefix(prefix): value for name, value in claims.items() if name.startswith(prefix)}
    given = nested.get(_PRINCIPAL, {})
    keys = nested.get(_TRANSITIVE, claims.get(f"{_TAGS}/{_TRANSITIVE}", []))
    if not isinstance(given, dict) or not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise InvalidIdentityTokenException(_REFUSED)
    return Asked(_tags_of({**flat, **given}), tuple(dict.fromkeys(keys)), _source_identity_in(claims))


def _tags_of(given: Mapping[str, Any]) -> dict[str, str]:
    found = {key: _only(value) for key, value in given.items()}
    are_apart = len({key.lower() for key in found}) == len(found) <= quotas.TAGS
    if not are_apart or not all(is_session_tag(key, value) for key, value in found.items()):
        raise InvalidIdentityTokenException(_REFUSED)
    return found


def _only(value: object) -> str:
    """A tag's value: a text, or a list of just one."""
    if isinstance(value, list) and len(value) == 1:
        [value] = value
    if not isinstance(value, str):
        raise InvalidIdentityTokenException(_REFUSED)
    return value


def _source_identity_in(claims: Mapping[str, Any]) -> str | None:
    name = claims.get(_SOURCE)
    if name is None:
        return None
    if not isinstance(name, str) or not is_source_identity(name):
        raise InvalidIdentityTokenException(
            'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
        )
    return name
