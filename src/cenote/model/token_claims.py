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
# The `version` of access tokens that OAuth endpoints issue.
HOSTED_VERSION = 2
_BOOLEANS = frozenset({"email_verified", "phone_number_verified"})


@dataclass(frozen=True, slots=True)
class Session:
    """
    What the tokens of one sign-in share.

    *origin_jti* is None where the client's tokens cannot be revoked, *device_key* where the pool tracks no devices.
    *is_hosted*: it began at the pages, where an app may ask for a *nonce* in the ID token and a *resource* as the access token's audience.
    *sid* names its browser, for clients that are told of logouts (OpenID Connect Back-Channel Logout 1.0, section 2.1).
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
    is_hosted: bool = False
    resource: str | None = None
    nonce: str | None = None
    sid: str | None = None


def id_claims(
    session: Session, attributes: Mapping[str, str], *, jti: str, issued_s: int, ttl_s: int
) -> dict[str, Any]:
    """The claims of an ID token; *attributes* are those that the client may read."""
    claims = {name: _claim_of(name, value) for name, value in attributes.items()}
    claims |= _common(session, "id", jti, issued_s, ttl_s)
    claims |= {"aud": session.client_id, "cognito:username": session.username}
    claims |= _role_claims(session.groups)
    if session.nonce is not None:
        claims["nonce"] = session.nonce
    if session.sid is not None:
        claims["sid"] = session.sid
    return claims


def access_claims(session: Session, *, jti: str, issued_s: int, ttl_s: int) -> dict[str, Any]:
    """The claims of an access token."""
    claims = _common(session, "access", jti, issued_s, ttl_s)
    if session.device_key is not None:
        claims["device_key"] = session.device_key
    if session.is_hosted:
        claims["version"] = HOSTED_VERSION
    if session.resource is not None:
        claims["aud"] = session.resource
    return claims | {"client_id": session.client_id, "scope": session.scope, "username": session.username}


def bound_to(claims: Mapping[str, Any], dpop_jkt: str | None) -> dict[str, Any]:
    """*claims* of an access token that is good only beside a proof of the key with that thumbprint (RFC 9449, section 6.1)."""
    return dict(claims) if dpop_jkt is None else {**claims, "cnf": {"jkt": dpop_jkt}}


def thumbprint_in(claims: Mapping[str, Any]) -> str | None:
    """The thumbprint of the key that an access token with *claims* is bound to."""
    confirmation = claims.get("cnf")
    thumbprint = confirmation.get("jkt") if isinstance(confirmation, Mapping) else None
    return str(thumbprint) if thumbprint is not None else None


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
