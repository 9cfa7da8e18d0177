"""
What a session may be given of its own: tags, and how much of everything.

How AWS packs policies and tags is not published: here they are deflated, and fill a room of PACKED_BYTES.

Source: IAM User Guide, "Pass session tags in AWS STS", "IAM and AWS STS quotas" (STS character limits); AWS STS API reference, AssumeRole.
"""

import re
import zlib
from collections.abc import Mapping
from typing import Final

from cenote.model.iam.principal import Session
from cenote.model.iam.quotas import TAG_KEY_CHARS, TAG_VALUE_CHARS, TAGS

MAX_POLICIES: Final = 10
MAX_POLICY_CHARS: Final = 2048
PACKED_BYTES: Final = 2048
_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_RESERVED: Final = "aws:"
_SEPARATOR: Final = "\x00"


class SessionTagsError(ValueError):
    """Tags that no session may have; the text is public."""


def is_session_name(text: str) -> bool:
    """Whether *text* may be a RoleSessionName."""
    return _NAME.fullmatch(text) is not None


def is_source_identity(text: str) -> bool:
    """Whether *text* may be a SourceIdentity."""
    return is_session_name(text) and not text.lower().startswith(_RESERVED)


def is_session_tag(key: str, value: str) -> bool:
    """Whether a session may have such a tag."""
    return _has_room(key, value) and not key.lower().startswith(_RESERVED)


def merged_tags(
    tags: Mapping[str, str], transitive_tag_keys: tuple[str, ...], inherited: Mapping[str, str]
) -> Mapping[str, str]:
    """
    The tags of a new session: those it is given, and the transitive ones of the session that asks for it.

    Raises:
        SessionTagsError: there are too many, one is too long or reserved, two are called the same, or an inherited one would be changed.
    """
    names = [key.lower() for key in tags]
    if len(set(names)) != len(names):
        raise SessionTagsError("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if len(tags) + len(inherited) > TAGS:
        raise SessionTagsError(f"A session can have at most {TAGS} tags.")
    for key, value in tags.items():
        _verify_tag(key, value)
    if not {key.lower() for key in transitive_tag_keys} <= set(names):
        raise SessionTagsError("The specified transitive tag key must be included in the requested tags.")
    if set(names) & {key.lower() for key in inherited}:
        raise SessionTagsError(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the "
            "calling session."
        )
    return {**inherited, **tags}


def inherited_tags(session: Session | None) -> Mapping[str, str]:
    """The tags that a session hands on to those that it opens."""
    if session is None:
        return {}
    handed_on = {key.lower() for key in session.transitive_tag_keys}
    return {key: value for key, value in session.tags.items() if key.lower() in handed_on}


def packed_percent(session: Session) -> int | None:
    """How much of their room a session's policies and tags fill, in percent; None when it has none. More than 100 is too much."""
    if not session.has_policies and not session.tags:
        return None
    texts = [session.policy or "", *session.policy_arns, *(text for pair in session.tags.items() for text in pair)]
    size = len(zlib.compress(_SEPARATOR.join(texts).encode("utf-8", "replace")))
    return -(-size * 100 // PACKED_BYTES)


def _verify_tag(key: str, value: str) -> None:
    if not _has_room(key, value):
        raise SessionTagsError(
            f"Session tag keys can have {TAG_KEY_CHARS} characters and their values {TAG_VALUE_CHARS} at most."
        )
    if key.lower().startswith(_RESERVED):
        raise SessionTagsError("Session tag keys cannot begin with aws:, which is reserved.")


def _has_room(key: str, value: str) -> bool:
    return 0 < len(key) <= TAG_KEY_CHARS and len(value) <= TAG_VALUE_CHARS
