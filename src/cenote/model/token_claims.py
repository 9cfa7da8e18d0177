"""
The claims of Cognito's ID and access tokens.

Source: developer guide "Understanding the identity (ID) token", "Understanding the access token".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cenote.model.group import Group
from cenote.model.identity_provider.link import IDENTITIES, identities_claim

# Every sign-in by the API has this scope and no other.
API_SCOPE = "aws.cognito.signin.user.admin"
_BOOLEANS = frozenset({"email_verified", "phone_number_verified"})


@dataclass(frozen=True, slots=True)
class Session:
    """
    What the tokens of one sign-in share.

    *origin_jti* is None where the client's tokens cannot be revoked, *device_key* where the pool tracks no devices.
    """

    issuer: str
    client_id: str
    sub: str
    username: str
    groups: Sequence[Group]
    scope: str
    auth_time_s: int
    origin_jti: str | None
    event_id: str
    device_key: str | None = None
    acr: str | None = None
    amr: tuple[str, ...] = ()


def id_claims(
    session: Session, attributes: Mapping[str, str], *, jti: str, issued_s: int, ttl_s: int
) -> dict[str, Any]:
    """The claims of an ID token; *attributes* are those that the client may read."""
    claims = {name: _claim_of(name, value) for name, value in attributes.items()}
    claims |= _common(session, "id", jti, issued_s, ttl_s)
    claims |= {"aud": session.client_id, "cognito:username": session.username}
    claims |= _role_claims(session.groups)
    return claims


def access_claims(session: Session, *, jti: str, issued_s: int, ttl_s: int) -> dict[str, Any]:
    """The claims of an access token."""
    claims = _common(session, "access", jti, issued_s, ttl_s)
    if session.device_key is not None:
        claims["device_key"] = session.device_key
    return claims | {"client_id": session.client_id, "scope": session.scope, "username": session.username}


def preferred_role_of(groups: Sequence[Group]) -> str | None:
    """The role of the strongest group; None where several equally strong ones name different roles."""
    ranked = [group for group in groups if group.role_arn and group.precedence is not None]
    if not ranked:
        return None
    strongest = min(group.precedence or 0 for group in ranked)
    roles = {group.role_arn for group in ranked if group.precedence == strongest}
    return roles.pop() if len(roles) == 1 else None


def _common(session: Session, token_use: str, jti: str, issued_s: int, ttl_s: int) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "sub": session.sub,
        "iss": session.issuer,
        "token_use": token_use,
        "auth_time": session.auth_time_s,
        "iat": issued_s,
        "exp": issued_s + ttl_s,
        "jti": jti,
        "event_id": session.event_id,
    }
    if session.origin_jti is not None:
        claims["origin_jti"] = session.origin_jti
    if session.acr is not None:
        claims |= {"acr": session.acr, "amr": list(session.amr)}
    if session.groups:
        claims["cognito:groups"] = [group.name for group in session.groups]
    return claims


def _role_claims(groups: Sequence[Group]) -> dict[str, Any]:
    roles = list(dict.fromkeys(group.role_arn for group in groups if group.role_arn))
    preferred = preferred_role_of(groups)
    return ({"cognito:roles": roles} if roles else {}) | ({"cognito:preferred_role": preferred} if preferred else {})


def _claim_of(name: str, value: str) -> Any:  # noqa: ANN401 - a claim is any JSON
    if name in _BOOLEANS:
        return value == "true"
    if name == IDENTITIES:
        return identities_claim(value)
    if name == "address":
        return {"formatted": value}
    if name == "updated_at" and value.isdecimal():
        return int(value)
    return value
