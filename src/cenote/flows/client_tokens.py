"""
Access tokens of machines: a client that proves itself by its secret, and no user (client_credentials, RFC 6749 section 4.4).

Such a token has no user's claims and no sign-in that could be revoked; it ends by itself.

Source: API_GetClientToken; developer guide, "Scopes, M2M, and resource servers".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.flows.attempt import Origin
from cenote.flows.hooks import token_generation
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.token_claims import HOSTED_VERSION, bound_to
from cenote.model.token_overrides import NO_OVERRIDES, overridden_access_claims


@dataclass(frozen=True, slots=True)
class ClientToken:
    """A machine's access token."""

    access_token: str = field(repr=False)
    expires_in_s: int
    scopes: tuple[str, ...]


def issue(
    services: Services,
    pool: Pool,
    client: Client,
    scopes: Sequence[str] | None,
    *,
    origin: Origin,
    dpop_jkt: str | None = None,
) -> ClientToken:
    """
    An access token for *client* itself, which has proved its secret; *scopes* None means all that it may have.

    It is bound to the key with the thumbprint *dpop_jkt*, if there is one.

    Raises:
        InvalidParameterException: a scope is no resource server's, or not one that the client may have; or there is none at all.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the pool's function failed.
    """
    granted = _granted(services, pool, client, scopes)
    overrides = token_generation.customised_machine(services, pool, client, granted, origin=origin)
    issued_s = services.clock.now_ms() // 1000
    claims = {
        "sub": client.client_id,
        "token_use": "access",
        "scope": " ".join(granted),
        "auth_time": issued_s,
        "iss": services.settings.issuer_of(pool.region, pool.pool_id),
        "exp": issued_s + client.access_ttl_s,
        "iat": issued_s,
        "version": HOSTED_VERSION,
        "jti": ids.new_jti(),
        "client_id": client.client_id,
    }
    if overrides is not NO_OVERRIDES:
        claims = overridden_access_claims(claims, overrides)
    claims = bound_to(claims, dpop_jkt)
    token = services.directory.signers(pool.pool_id).access.sign(claims)
    return ClientToken(token, client.access_ttl_s, tuple(str(claims.get("scope", "")).split()))


def _granted(services: Services, pool: Pool, client: Client, wanted: Sequence[str] | None) -> list[str]:
    """What is asked for, or all that the client may have; a scope whose resource server lost it is nobody's any more."""
    allowed = client.document.get("AllowedOAuthScopes", ())
    existing = services.directory.custom_scopes(pool.pool_id)
    own = [scope for scope in allowed if scope in existing]
    if not wanted:
        if not own:
            raise InvalidParameterException("The client has no scopes of resource servers.")
        return own
    for scope in wanted:
        if scope not in own:
            raise InvalidParameterException(f"Invalid scope requested: {scope}")
    return list(dict.fromkeys(wanted))
