"""
Tokens of sign-ins at the pages: as those of the API, with the scopes, nonce and audience that the app asked for.

What tokens need again at a refresh lies in the details of the sign-in's row: {"is_hosted", "resource", "level", "proofs", "session_id"}.

Source: developer guide, "Understanding the identity (ID) token", "Understanding the access token", "Resource binding".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cenote.crypto import codes
from cenote.flows import sessions, tokens
from cenote.flows.attempt import Origin
from cenote.flows.services import Services
from cenote.flows.tokens import Tokens
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.refresh_token import RefreshToken
from cenote.model.user import User
from cenote.storage.database import Tx
from cenote.triggers.token_generation import HOSTED


def session_row(
    services: Services,
    client: Client,
    user: User,
    *,
    scopes: Sequence[str],
    details: Mapping[str, Any],
    refresh_token: str | None = None,
    origin_jti: str | None = None,
    ttl_s: int | None = None,
) -> RefreshToken:
    """
    The row of a sign-in at the pages, not written yet; *details* has what flows.hosted.codes.session_details says, `nonce`, `resource`.

    Without a *refresh_token* nobody can refresh it.
    """
    kept = {name: value for name, value in details.items() if name != "auth_time_ms" and value is not None}
    return tokens.new_row(
        services,
        client,
        user,
        refresh_token or codes.new_refresh_token(),
        scope=" ".join(scopes),
        details={"is_hosted": True, **kept},
        auth_time_ms=details["auth_time_ms"],
        origin_jti=origin_jti,
        ttl_s=ttl_s,
    )


def open_and_mint(
    services: Services,
    pool: Pool,
    client: Client,
    user: User,
    row: RefreshToken,
    refresh_token: str | None,
    *,
    origin: Origin,
    before_writing: Callable[[Tx], None] = lambda _tx: None,
    dpop_jkt: str | None = None,
) -> Tokens:
    """
    Ask the pool's function (TokenGeneration_HostedAuth), write the sign-in *row*, sign its tokens.

    *before_writing* runs in the transaction that writes the row, and may raise what forbids it. The access token is bound to the
    key with the thumbprint *dpop_jkt*, if there is one.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the function failed; nothing is left.
    """
    overrides = tokens.customised(services, pool, client, user, row, source=HOSTED, origin=origin)
    allowed = sessions.allowed_of(services, pool)

    def write(tx: Tx) -> None:
        before_writing(tx)
        tokens.keep(tx, row)
        if allowed is not None:
            parent = (row.details or {}).get("session_id")
            sessions.open_session(services, tx, pool, client, user, origin, row, allowed=allowed, parent_id=parent)

    services.database.write("open hosted session", write)
    return tokens.mint(services, pool, client, user, row, refresh_token, overrides=overrides, dpop_jkt=dpop_jkt)
