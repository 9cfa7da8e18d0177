"""
What an identity pool's OpenID token says, and what trust policies are asked about whom it is of.

Source: developer guide, "Identity pools authentication flow" (the token's claims); IAM User Guide, "Available keys for AWS OIDC
federation" and "Pass session tags in AWS STS" (the claim of the tags).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cenote.model.iam.web_identity import WebIdentity
from cenote.model.identity_pool.login import Login

ISSUER: Final = "https://cognito-identity.amazonaws.com"
# Also the Federated principal, the key of Logins for such a token, and the beginning of the condition keys.
PRINCIPAL: Final = "cognito-identity.amazonaws.com"
AUTHENTICATED: Final = "authenticated"
GUEST: Final = "unauthenticated"
_TAGS: Final = "https://aws.amazon.com/tags"


def amr_of(logins: Sequence[Login]) -> tuple[str, ...]:
    """How somebody signed in: `authenticated`, then each provider's name and who they are there; `unauthenticated` of a guest."""
    if not logins:
        return (GUEST,)
    return (AUTHENTICATED, *(entry for login in logins for entry in (login.provider, login.amr)))


def claims_of(
    identity_id: str, identity_pool_id: str, amr: Sequence[str], tags: Mapping[str, str], *, issued_at: int, ttl_s: int
) -> dict[str, Any]:
    """The claims of a token; *issued_at* in seconds."""
    claims: dict[str, Any] = {
        "sub": identity_id,
        "aud": identity_pool_id,
        "amr": list(amr),
        "iss": ISSUER,
        "exp": issued_at + ttl_s,
        "iat": issued_at,
    }
    if tags:
        claims[_TAGS] = {"principal_tags": {key: [value] for key, value in tags.items()}}
    return claims


def tags_in(claims: Mapping[str, Any]) -> dict[str, str]:
    """The session tags that a token of ours asks for."""
    given: Mapping[str, list[str]] = claims.get(_TAGS, {}).get("principal_tags", {})
    return {key: values[0] for key, values in given.items()}


def web_identity_of(
    identity_id: str, identity_pool_id: str, amr: Sequence[str], tags: Mapping[str, str]
) -> WebIdentity:
    """Somebody of an identity pool who wants to assume a role."""
    return WebIdentity(
        principal=PRINCIPAL,
        provider=PRINCIPAL,
        subject=identity_id,
        audience=identity_pool_id,
        context={
            f"{PRINCIPAL}:aud": (identity_pool_id,),
            f"{PRINCIPAL}:sub": (identity_id,),
            f"{PRINCIPAL}:amr": tuple(amr),
        },
        tags=tags,
    )
