"""
Issuing tokens and knowing them again.

A sign-in keeps one row, the digest of its refresh token; ID and access tokens are signed after that row is committed. Access tokens carry
`origin_jti`, by which a revoked sign-in is found in the same read that finds the user.

Source: developer guide "Using tokens with user pools"; API_RevokeToken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cenote.base import ids
from cenote.base.errors import NotAuthorizedException
from cenote.crypto import codes, jwt
from cenote.crypto.errors import JwtError
from cenote.flows import presented_tokens
from cenote.flows.attempt import UNKNOWN, Origin
from cenote.flows.hooks import token_generation
from cenote.flows.hosted import client_options
from cenote.flows.services import Services
from cenote.flows.subject import Subject
from cenote.model.attributes import readable_attributes
from cenote.model.client import Client
from cenote.model.group import Group
from cenote.model.oauth.scopes import OPENID, shown_attributes
from cenote.model.pool import Pool
from cenote.model.refresh_token import RefreshToken
from cenote.model.sign_in.levels import assurance_of, value_of
from cenote.model.sign_in.names import Proof
from cenote.model.token_claims import API_SCOPE, Session, access_claims, bound_to, id_claims, thumbprint_in
from cenote.model.token_overrides import (
    NO_OVERRIDES,
    Overrides,
    overridden_access_claims,
    overridden_id_claims,
)
from cenote.model.user import User
from cenote.storage import groups, refresh_tokens
from cenote.storage.database import Tx
from cenote.triggers.token_generation import AUTHENTICATION

_INVALID = "Invalid Access Token"
# API_InitiateAuth, "ClientId". Nothing else may reach the database: what a forged token claims is any text.
_CLIENT_ID = re.compile(r"[\w+]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tokens:
    """
    What a client gets; *refresh_token* is None where it keeps the one it has.

    *new_device* is the key and the group key of the device that it may confirm. *id_token* is None where `openid` was not asked for at the
    pages.
    """

    access_token: str = field(repr=False)
    id_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in_s: int
    new_device: tuple[str, str] | None = None


def open_session(
    services: Services, client: Client, user: User, *, proofs: Sequence[Proof] = (), device_key: str | None = None
) -> tuple[str, RefreshToken]:
    """A new sign-in's refresh token and its row, not written yet: what was proved, and the device that it was made from."""
    token = codes.new_refresh_token()
    details = {"proofs": [proof.value for proof in proofs]} | ({"device_key": device_key} if device_key else {})
    return token, new_row(services, client, user, token, scope=API_SCOPE, details=details)


def new_row(
    services: Services,
    client: Client,
    user: User,
    refresh_token: str,
    *,
    scope: str,
    details: Mapping[str, Any],
    auth_time_ms: int | None = None,
    origin_jti: str | None = None,
    ttl_s: int | None = None,
) -> RefreshToken:
    """
    The row of a sign-in that *refresh_token* continues, not written yet.

    It is of this moment unless *auth_time_ms* says when the person proved themselves, and lasts as the client's do unless *ttl_s* says
    how long. *origin_jti* is given where it is known before.
    """
    now_ms = services.clock.now_ms()
    return RefreshToken(
        token_digest=codes.token_digest(refresh_token),
        origin_jti=origin_jti or ids.new_jti(),
        pool_id=user.pool_id,
        client_id=client.client_id,
        sub=user.sub,
        scope=scope,
        auth_time_ms=now_ms if auth_time_ms is None else auth_time_ms,
        expires_at_ms=now_ms + (ttl_s or client.refresh_ttl_s) * 1000,
        superseded_at_ms=None,
        revoked_at_ms=None,
        details=details,
    )


def keep(tx: Tx, row: RefreshToken) -> None:
    """Write a sign-in's row; nothing may be minted for it before this is committed."""
    refresh_tokens.insert_token(tx, row)


def has_customisation(pool: Pool) -> bool:
    """Whether a function of the pool's own is asked before tokens are signed."""
    return token_generation.is_set(pool)


def customised(
    services: Services,
    pool: Pool,
    client: Client,
    user: User,
    row: RefreshToken,
    *,
    source: str = AUTHENTICATION,
    origin: Origin = UNKNOWN,
) -> Overrides:
    """
    What the pool's function changes in the tokens of the sign-in *row*, which need not be written yet; nothing without one.

    *source* is one of triggers.token_generation.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: see triggers.caller.
    """
    if not has_customisation(pool):
        return NO_OVERRIDES
    return token_generation.customised(services, pool, client, user, row.scope.split(), source=source, origin=origin)


def mint(
    services: Services,
    pool: Pool,
    client: Client,
    user: User,
    row: RefreshToken,
    refresh_token: str | None,
    *,
    overrides: Overrides = NO_OVERRIDES,
    new_device: tuple[str, str] | None = None,
    dpop_jkt: str | None = None,
) -> Tokens:
    """
    Sign the ID and access token of the sign-in *row*; *overrides* are what `customised` gave.

    The access token is bound to the key with the thumbprint *dpop_jkt*, if there is one.
    """
    with services.database.glance() as tx:
        members = groups.of_user(tx, pool.pool_id, user.sub)
    minted = _signed(services, pool, client, user, members, row, refresh_token, overrides, dpop_jkt)
    return replace(minted, new_device=new_device) if new_device else minted


def _signed(
    services: Services,
    pool: Pool,
    client: Client,
    user: User,
    members: list[Group],
    row: RefreshToken,
    refresh_token: str | None,
    overrides: Overrides,
    dpop_jkt: str | None,
) -> Tokens:
    services.database.refuse_inside_write()
    details = row.details or {}
    session = Session(
        issuer=services.settings.issuer_of(pool.region, pool.pool_id),
        client_id=client.client_id,
        sub=user.sub,
        username=user.username,
        groups=members,
        scope=row.scope,
        auth_time_s=row.auth_time_ms // 1000,
        origin_jti=row.origin_jti if client.is_revocable else None,
        event_id=ids.new_jti(),
        device_key=details.get("device_key"),
        is_hosted=details.get("is_hosted", False),
        resource=details.get("resource"),
        nonce=details.get("nonce"),
        sid=_sid_of(services, client, details),
        **_assurance_of(pool, row),
    )
    issued_s = services.clock.now_ms() // 1000
    signers = services.directory.signers(pool.pool_id)
    of_access = access_claims(session, jti=ids.new_jti(), issued_s=issued_s, ttl_s=client.access_ttl_s)
    if overrides is not NO_OVERRIDES:
        of_access = overridden_access_claims(of_access, overrides)
    access_token = signers.access.sign(bound_to(of_access, dpop_jkt))
    minted = Tokens(access_token, None, refresh_token, client.access_ttl_s)
    if session.is_hosted and OPENID not in session.scope.split():
        return minted
    attributes = readable_attributes(pool, client, user.attributes)
    if session.is_hosted:
        attributes = shown_attributes(session.scope.split(), attributes)
    of_id = id_claims(session, attributes, jti=ids.new_jti(), issued_s=issued_s, ttl_s=client.id_ttl_s)
    if session.is_hosted:
        of_id["at_hash"] = jwt.at_hash(access_token)
    if overrides is not NO_OVERRIDES:
        of_id = overridden_id_claims(of_id, overrides)
    return replace(minted, id_token=signers.id.sign(of_id))


def _sid_of(services: Services, client: Client, details: Mapping[str, Any]) -> str | None:
    """The browser that the sign-in with *details* came through, for a client that is told of its logout."""
    sid: str | None = details.get("sid")
    if sid is None or client_options.of_client(services, client).backchannel_logout_uri is None:
        return None
    return sid


def _assurance_of(pool: Pool, row: RefreshToken) -> dict[str, Any]:
    """`acr` and `amr` of the sign-in *row*; none where the plan has no levels, or for a sign-in that is older than they are."""
    names = (row.details or {}).get("proofs")
    if not names or pool.document.get("UserPoolTier") == "LITE":
        return {}
    level, methods = assurance_of(tuple(names))
    # What another provider vouched for has the level that its own word was mapped to.
    level = (row.details or {}).get("level") or level
    return {"acr": value_of(pool, level), "amr": methods}


def verify_access_token(services: Services, token: str) -> Subject:
    """
    Whom *token* speaks for.

    Raises:
        NotAuthorizedException: it is no access token of ours, past its time, revoked, or without the API's scope.
        UserNotFoundException: its user is gone.
    """
    pool, client, claims = read_access_token(services, token)
    if API_SCOPE not in str(claims.get("scope", "")).split():
        raise NotAuthorizedException("Access Token does not have required scopes")
    if claims.get("aud", client.client_id) != client.client_id:
        # It was made for another service, which must not be able to act at ours with it.
        raise NotAuthorizedException(_INVALID, cause="it is for another audience")
    if thumbprint_in(claims) is not None:
        # There is no place for a proof of its key here: whoever stole it would need none.
        raise NotAuthorizedException(_INVALID, cause="it is bound to a key")
    user = presented_tokens.require_user(services, pool, claims, "Access Token")
    return Subject(pool, client, user, claims)


def read_access_token(services: Services, token: str) -> tuple[Pool, Client, Mapping[str, Any]]:
    """
    The claims of *token*, its pool and its client; whether its sign-in was revoked is not looked at.

    Raises:
        NotAuthorizedException: it is no access token of ours, or past its time.
    """
    pool, client, claims = _genuine(services, token)
    if claims["exp"] <= services.clock.now_ms() // 1000:
        raise NotAuthorizedException("Access Token has expired")
    return pool, client, claims


def _genuine(services: Services, token: str) -> tuple[Pool, Client, Mapping[str, Any]]:
    """The claims of an access token that one of our pools signed, and that pool and client."""
    known = services.verified_tokens.get(token)
    if known is not None:
        pool, client = _named_by(services, known.claims)
        if known.kid in services.directory.verifiers(pool.pool_id):
            return pool, client, known.claims
    try:
        parsed = jwt.split(token)
        pool, client = _named_by(services, parsed.claims)
        claims = jwt.verify_parsed(parsed, services.directory.verifiers(pool.pool_id))
    except JwtError as error:
        raise NotAuthorizedException(_INVALID, cause=str(error)) from None
    if claims.get("token_use") != "access" or claims.get("iss") != services.settings.issuer_of(
        pool.region, pool.pool_id
    ):
        raise NotAuthorizedException(_INVALID, cause="no access token of this pool")
    return pool, client, services.verified_tokens.put(token, parsed.header["kid"], claims).claims


def _named_by(services: Services, unverified: Mapping[str, Any]) -> tuple[Pool, Client]:
    """The client that a token names, and its pool, whose keys and issuer the token is to be held against."""
    client_id = unverified.get("client_id")
    if not (isinstance(client_id, str) and _CLIENT_ID.fullmatch(client_id)):
        raise NotAuthorizedException(_INVALID, cause="it names no client")
    client = services.directory.get_client(client_id)
    pool = services.directory.get_pool(client.pool_id) if client is not None else None
    if client is None or pool is None:
        raise NotAuthorizedException(_INVALID, cause="its client is gone")
    return pool, client
