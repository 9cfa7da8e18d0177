"""
What a session token says, as bytes: a temporary key's id and secret, its principal, and the session with all that bounds it.

A token is a JSON list of a fixed order behind a version, deflated, sealed and written in base64. Nothing is read before the seal has
opened; then every member must be of its type, so that a token of another version of ours is refused and never half understood.
"""

import base64
import binascii
import json
import os
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cenote.base.secret import Secret
from cenote.flows.keys import TokenBrokenError
from cenote.model.iam.principal import Principal, PrincipalType, Session

if TYPE_CHECKING:
    from cenote.flows.keys import Keys

PURPOSE: Final = "session credentials"
MAX_TOKEN_CHARS: Final = 12_000
MAX_PLAIN_BYTES: Final = 65_536
_VERSION: Final = 1
_MEMBERS: Final = 20


class TooLargeError(Exception):
    """A session that has no room in a token."""


@dataclass(frozen=True, slots=True)
class SealedSession:
    """What a token holds; *principal* has a session."""

    access_key_id: str
    secret_access_key: Secret = field(repr=False)
    principal: Principal
    session: Session


def seal(keys: "Keys", sealed: SealedSession, minimum_chars: int = 0) -> str:
    """The token that says *sealed*, and nothing more until it has *minimum_chars*; TooLargeError when it would become too long."""
    token, padding = _sealed(keys, [*_members_of(sealed), ""]), ""
    while len(token) < minimum_chars:
        # Random base64 deflates to what it holds, so that a character of it is a character of the token.
        padding += base64.b64encode(os.urandom((minimum_chars - len(token)) * 3 // 4 + 3)).decode()
        token = _sealed(keys, [*_members_of(sealed), padding])
    return token


def open_token(keys: "Keys", token: str) -> SealedSession:
    """
    What a token of this deployment says.

    Raises:
        TokenBrokenError: it is not ours, was changed by a single character, or is of a version that is not known here.
    """
    if len(token) > MAX_TOKEN_CHARS:
        raise TokenBrokenError("too long")
    try:
        raw = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        raise TokenBrokenError("not base64") from None
    # Base64 has several texts for the same bytes; a token has one.
    if base64.b64encode(raw).decode() != token:
        raise TokenBrokenError("not the base64 of its bytes")
    try:
        return _sealed_of(json.loads(_inflated(keys.open_bytes(PURPOSE, raw))))
    except (zlib.error, ValueError, TypeError) as error:
        raise TokenBrokenError(type(error).__name__) from None


def _sealed(keys: "Keys", members: list[Any]) -> str:
    plain = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    token = base64.b64encode(keys.seal_bytes(PURPOSE, zlib.compress(plain))).decode()
    if len(plain) > MAX_PLAIN_BYTES or len(token) > MAX_TOKEN_CHARS:
        raise TooLargeError
    return token


def _inflated(packed: bytes) -> bytes:
    inflate = zlib.decompressobj()
    plain = inflate.decompress(packed, MAX_PLAIN_BYTES)
    if not inflate.eof or inflate.unused_data:
        raise TypeError("not one deflated text of the permitted length")
    return plain


def _members_of(sealed: SealedSession) -> list[Any]:
    principal, session = sealed.principal, sealed.session
    return [
        _VERSION,
        sealed.access_key_id,
        sealed.secret_access_key.reveal(),
        principal.type.value,
        principal.account_id,
        principal.arn,
        principal.user_id,
        principal.name,
        principal.entity_id,
        session.name,
        session.issued_at_ms,
        session.expires_at_ms,
        session.policy,
        session.policy_arns,
        dict(session.tags),
        session.transitive_tag_keys,
        session.source_identity,
        session.provider,
        {key: list(values) for key, values in session.context.items()},
    ]


def _sealed_of(members: object) -> SealedSession:
    if not isinstance(members, list) or len(members) != _MEMBERS or _number(members[0]) != _VERSION:
        raise TypeError("not a list of this version")
    key_id, secret, kind, account_id, arn, user_id, name, entity_id, session_name = members[1:10]
    issued_at_ms, expires_at_ms, policy, policy_arns, tags, transitive, source, provider, context, padding = members[
        10:
    ]
    _text(padding)
    session = Session(
        name=_text(session_name),
        issued_at_ms=_number(issued_at_ms),
        expires_at_ms=_number(expires_at_ms),
        policy=_text_or_none(policy),
        policy_arns=_texts(policy_arns),
        tags={key: _text(value) for key, value in _object(tags).items()},
        transitive_tag_keys=_texts(transitive),
        source_identity=_text_or_none(source),
        provider=_text_or_none(provider),
        context={key: _texts(values) for key, values in _object(context).items()},
    )
    principal = Principal(
        type=PrincipalType(kind),
        account_id=_text(account_id),
        arn=_text(arn),
        user_id=_text(user_id),
        name=_text(name),
        entity_id=_text_or_none(entity_id),
        session=session,
    )
    return SealedSession(_text(key_id), Secret(_text(secret)), principal, session)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a number")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("not a list of texts")
    return tuple(value)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value
