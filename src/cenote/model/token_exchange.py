"""
Token exchange: what is asked for, what of it may be had, and who acts for whom. Pure.

Source: API_GetDerivedToken; RFC 8693, sections 2.1, 4.1.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from cenote.base.errors import InvalidParameterException, NotAuthorizedException

IMPERSONATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"
DELEGATION = "ALLOW_TOKEN_EXCHANGE_DELEGATION"
# Those who act for one another: every exchange adds one, and a token is no place for a long story.
MOST_ACTORS = 8


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    A request for a derived token.

    Types are "ACCESS_TOKEN" and "ID_TOKEN". *subject_provider* is the identity provider that issued the subject token, None for the pool
    itself. *scopes* is None for those of the subject. *audience* is any name, *resource* the identifier of
    a resource server; one of them at most.
    """

    subject_token: str = field(repr=False)
    subject_type: str
    actor_token: str | None = field(repr=False, default=None)
    actor_type: str | None = None
    scopes: tuple[str, ...] | None = None
    audience: str | None = None
    resource: str | None = None
    requested_type: str = "ACCESS_TOKEN"
    subject_provider: str | None = None


def verify_allowed(flows: AbstractSet[str], *, has_actor: bool) -> None:
    """
    Accept an exchange that the client's *flows* allow: with an actor a delegation, without one an impersonation.

    Raises:
        NotAuthorizedException: they do not.
    """
    kind, flow = ("delegation", DELEGATION) if has_actor else ("impersonation", IMPERSONATION)
    if flow not in flows:
        raise NotAuthorizedException(f"Token exchange {kind} is not enabled for the client.")


def granted_scopes(
    requested: Sequence[str] | None, subject: Sequence[str], allowed: AbstractSet[str]
) -> tuple[str, ...]:
    """What of the *requested* scopes, or of all of the *subject*'s, the client may have too."""
    wanted = subject if requested is None else [scope for scope in requested if scope in subject]
    return tuple(dict.fromkeys(scope for scope in wanted if scope in allowed))


def act_claim(subject: Mapping[str, Any], actor: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """
    Who acts: the actor, before those who did so until now. None for nobody but the user.

    Raises:
        InvalidParameterException: there are too many of them.
    """
    former = subject.get("act")
    if actor is None:
        return dict(former) if isinstance(former, Mapping) else None
    claim: dict[str, Any] = {"sub": actor["sub"]}
    client_id = actor.get("client_id") or actor.get("aud")
    if client_id is not None:
        claim["client_id"] = client_id
    if isinstance(former, Mapping):
        claim["act"] = dict(former)
    if _depth_of(claim) > MOST_ACTORS:
        raise InvalidParameterException("The subject token was exchanged too often.")
    return claim


def _depth_of(claim: object) -> int:
    depth = 0
    while isinstance(claim, Mapping):
        depth, claim = depth + 1, claim.get("act")
    return depth
