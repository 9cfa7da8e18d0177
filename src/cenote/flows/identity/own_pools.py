"""
ID tokens of this deployment's own user pools: verified with the pool's keys, where they lie, and without a call to anybody.

A user pool has two names in identity pools: that of AWS (`cognito-idp.<region>.amazonaws.com/<pool>`), which apps have built in, and its
issuer's host and path, which its discovery document publishes.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from cenote.base.errors import NotAuthorizedException, UserNotFoundException
from cenote.base.ids import MAX_POOL_ID_LENGTH, region_of_pool
from cenote.crypto import jwt
from cenote.crypto.errors import JwtError
from cenote.flows import presented_tokens
from cenote.flows.identity import unverified
from cenote.flows.identity.refusals import ProofRefusedError, Reason
from cenote.flows.services import Services
from cenote.model.pool import Pool

_POOL_ID = re.compile(r"[A-Za-z0-9-]+_[0-9a-zA-Z]+")
_MAX_NAME = 2048


def aws_name_of(region: str, pool_id: str) -> str:
    """What AWS calls a user pool as a provider."""
    return f"cognito-idp.{region}.amazonaws.com/{pool_id}"


def named(services: Services, name: str) -> Pool | None:
    """The user pool of this deployment that a provider's *name*, or an issuer without its scheme, is of."""
    for pool_id in _pool_ids_in(name):
        pool = services.directory.get_pool(pool_id)
        if pool is not None and name in {
            aws_name_of(pool.region, pool_id),
            _issuer_name(services, pool.region, pool_id),
        }:
            return pool
    return None


def is_own(services: Services, name: str) -> bool:
    """Whether only a user pool of this deployment could be the issuer of that *name*, whether it is there or not."""
    return any(name == _issuer_name(services, region_of_pool(each), each) for each in _pool_ids_in(name))


def verify(services: Services, pool: Pool, token: str, client_ids: Collection[str]) -> Mapping[str, Any]:
    """
    The claims of an ID token that *pool* issued to one of *client_ids* and that is not past its time.

    Raises:
        ProofRefusedError: it is another kind of token, or forged, expired or for another client.
    """
    # What it claims chooses the words of a refusal, and is looked at again once the signature holds.
    said = unverified.said_by(token)
    _verify_claims(services, pool, said.claims, client_ids)
    try:
        claims = jwt.verify(token, services.directory.verifiers(pool.pool_id))
    except JwtError as error:
        raise ProofRefusedError(Reason.SIGNATURE, str(error)) from None
    _verify_claims(services, pool, claims, client_ids)
    if claims["exp"] <= services.clock.now_ms() // 1000:
        raise ProofRefusedError(Reason.EXPIRED, expired_at_s=int(claims["exp"]))
    return claims


def verify_unrevoked(services: Services, pool: Pool, claims: Mapping[str, Any]) -> None:
    """
    Accept verified *claims* whose sign-in is not ended, and whose user and client are still there.

    Raises:
        ProofRefusedError: the user was deleted, disabled or signed out everywhere, the token revoked, or the client deleted.
    """
    client = services.directory.get_client(str(claims["aud"]))
    if client is None or client.pool_id != pool.pool_id:
        raise ProofRefusedError(Reason.REVOKED, "its client is gone")
    try:
        presented_tokens.require_user(services, pool, claims, "Token")
    except (NotAuthorizedException, UserNotFoundException) as fault:
        raise ProofRefusedError(Reason.REVOKED, fault.message) from None


def _verify_claims(services: Services, pool: Pool, claims: Mapping[str, Any], client_ids: Collection[str]) -> None:
    if claims.get("token_use") != "id":
        raise ProofRefusedError(Reason.MALFORMED, "it is no ID token")
    if claims.get("iss") != services.settings.issuer_of(pool.region, pool.pool_id):
        raise ProofRefusedError(Reason.ISSUER, "it is of another issuer", issuer=str(claims.get("iss")))
    audience = claims.get("aud")
    if not isinstance(audience, str) or audience not in client_ids:
        raise ProofRefusedError(Reason.AUDIENCE, "it is for another client")


def _issuer_name(services: Services, region: str, pool_id: str) -> str:
    return services.settings.issuer_of(region, pool_id).partition("://")[2]


def _pool_ids_in(name: str) -> list[str]:
    found = _POOL_ID.findall(name) if len(name) <= _MAX_NAME else []
    return [each for each in found if len(each) <= MAX_POOL_ID_LENGTH][-2:]
