"""
Deriving a token from one that somebody holds: for another service, with fewer scopes, in the user's name or for the user (RFC 8693).

The derived token belongs to the sign-in of the subject token: it ends with that token at the latest, and is revoked with the sign-in.
Groups and attributes are read anew. An ID token of an OIDC provider of the pool stands behind no sign-in of the pool's, and has no scopes.

Source: API_GetDerivedToken; RFC 8693.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base import ids
from cenote.base.errors import NotAuthorizedException, ResourceNotFoundException, UserNotFoundException
from cenote.flows import presented_tokens
from cenote.flows.attempt import Origin
from cenote.flows.federation import presented
from cenote.flows.hooks import token_generation
from cenote.flows.presented_tokens import Presented
from cenote.flows.services import Services
from cenote.flows.users import NO_SUCH_USER
from cenote.model.attributes import readable_attributes
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.token_claims import API_SCOPE, Session, access_claims, bound_to, id_claims, thumbprint_in
from cenote.model.token_exchange import Exchange, act_claim, granted_scopes, verify_allowed
from cenote.model.token_overrides import overridden_access_claims, overridden_id_claims
from cenote.model.user import User
from cenote.storage import groups, resources
from cenote.storage.resources import Kind
from cenote.triggers.token_generation import AUTHENTICATION

_SUBJECT = "Subject Token"
_USES = {"ACCESS_TOKEN": "access", "ID_TOKEN": "id"}


@dataclass(frozen=True, slots=True)
class DerivedToken:
    """A token that was derived; *scopes* are an access token's."""

    token: str = field(repr=False)
    token_type: str
    expires_in_s: int
    scopes: tuple[str, ...]


def derive(
    services: Services,
    pool: Pool,
    client: Client,
    exchange: Exchange,
    *,
    origin: Origin,
    dpop_jkt: str | None = None,
) -> DerivedToken:
    """
    A token for *client*, which has proved itself, from the subject token of *exchange*.

    An access token is bound to the key with the thumbprint *dpop_jkt*, if there is one.

    Raises:
        NotAuthorizedException: the client may not, or a token is not good.
        UserNotFoundException: the subject is no user, or one who is gone.
        ResourceNotFoundException: there is no such resource server or identity provider.
        InvalidParameterException: too many have acted for one another.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the pool's function failed.
    """
    verify_allowed(client.flows, has_actor=exchange.actor_token is not None)
    _verify_resource(services, pool, exchange.resource)
    subject = _subject(services, pool, exchange)
    if subject.user is None:
        raise UserNotFoundException(NO_SUCH_USER, cause="the subject token is a machine's")
    if not client.has_secret and thumbprint_in(subject.claims) not in {None, dpop_jkt}:
        # A client that proves nothing of itself could be whoever stole the token.
        raise NotAuthorizedException("Invalid Subject Token", cause="it is bound to a key")
    actor = None
    if exchange.actor_token is not None and exchange.actor_type is not None:
        actor = _presented(services, pool, exchange.actor_token, exchange.actor_type, "Actor Token")
    act = act_claim(subject.claims, actor.claims if actor else None)
    # Whatever a client's settings are, the API gives this scope to whoever signs in through it.
    allowed = frozenset(client.document.get("AllowedOAuthScopes", ())) | {API_SCOPE}
    scopes = granted_scopes(exchange.scopes, subject.scopes, allowed)
    overrides = token_generation.customised(
        services, pool, client, subject.user, scopes, source=AUTHENTICATION, origin=origin
    )
    now_s = services.clock.now_ms() // 1000
    is_id = exchange.requested_type == "ID_TOKEN"
    ttl_s = min(client.id_ttl_s if is_id else client.access_ttl_s, subject.claims["exp"] - now_s)
    session = _session(services, pool, client, subject.user, subject.claims, scopes)
    audience = exchange.audience or exchange.resource
    signers = services.directory.signers(pool.pool_id)
    if is_id:
        attributes = readable_attributes(pool, client, subject.user.attributes)
        claims = id_claims(session, attributes, jti=ids.new_jti(), issued_s=now_s, ttl_s=ttl_s)
        claims = _bound(overridden_id_claims(claims, overrides), audience, act)
        return DerivedToken(signers.id.sign(claims), "N_A", ttl_s, ())
    claims = access_claims(session, jti=ids.new_jti(), issued_s=now_s, ttl_s=ttl_s)
    claims = _bound(overridden_access_claims(claims, overrides), audience, act)
    granted = tuple(str(claims.get("scope", "")).split())
    return DerivedToken(
        signers.access.sign(bound_to(claims, dpop_jkt)), "Bearer" if dpop_jkt is None else "DPoP", ttl_s, granted
    )


def _verify_resource(services: Services, pool: Pool, identifier: str | None) -> None:
    if identifier is None:
        return
    with services.database.glance() as tx:
        found = resources.get(tx, pool.pool_id, Kind.RESOURCE_SERVER, identifier)
    if found is None:
        raise ResourceNotFoundException(f"Resource server {identifier} does not exist.")


def _subject(services: Services, pool: Pool, exchange: Exchange) -> Presented:
    if exchange.subject_provider is not None:
        token, provider = exchange.subject_token, exchange.subject_provider
        return presented.verify_id_token(services, pool, provider, token, name=_SUBJECT)
    return _presented(services, pool, exchange.subject_token, exchange.subject_type, _SUBJECT)


def _presented(services: Services, pool: Pool, token: str, kind: str, name: str) -> Presented:
    return presented_tokens.verify(services, pool, token, use=_USES[kind], name=name)


def _session(
    services: Services,
    pool: Pool,
    client: Client,
    user: User,
    subject: Mapping[str, Any],
    scopes: tuple[str, ...],
) -> Session:
    with services.database.glance() as tx:
        members = groups.of_user(tx, pool.pool_id, user.sub)
    return Session(
        issuer=services.settings.issuer_of(pool.region, pool.pool_id),
        client_id=client.client_id,
        sub=user.sub,
        username=user.username,
        groups=members,
        scope=" ".join(scopes),
        auth_time_s=subject["auth_time"],
        origin_jti=subject.get("origin_jti"),
        event_id=ids.new_jti(),
        acr=subject.get("acr"),
        amr=tuple(subject.get("amr", ())),
    )


def _bound(claims: dict[str, Any], audience: str | None, act: dict[str, Any] | None) -> dict[str, Any]:
    """*claims* for an audience, with who acts; no function of a pool may write either."""
    bound = {name: value for name, value in claims.items() if name != "act"}
    if audience is not None:
        bound["aud"] = audience
    return bound | ({"act": act} if act is not None else {})
