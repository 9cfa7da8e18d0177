"""
A code, for the tokens that it was made for.

    find ─► is it this client's? ─► use it up, by one statement ─► redirect URI, PKCE, key, user ─► ask the pool's function ─► write, sign

A code of another client is left alone. Any other is used up before anything else is judged, so that nobody may guess twice. Whoever comes
with a used code ends all that came of it; where the first exchange is still under way, that is the one to fail.

Source: RFC 6749, sections 4.1.2 and 4.1.3; RFC 7636, section 4.6; RFC 9700, section 2.1.1; RFC 9449, section 10.
"""

import hmac
from dataclasses import dataclass, field

from cenote.base.oauth_errors import OAuthError
from cenote.crypto import codes as digests
from cenote.crypto import pkce
from cenote.flows import sessions
from cenote.flows.attempt import Origin
from cenote.flows.hosted import hosted_tokens
from cenote.flows.hosted.codes import TTL_MS
from cenote.flows.services import Services
from cenote.flows.tokens import Tokens
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import authorization_codes, users
from cenote.storage.authorization_codes import AuthorizationCode
from cenote.storage.database import Tx

_NOT_OF_THE_SIGN_IN = frozenset({"redirect_uri", "scopes", "code_challenge", "dpop_jkt"})


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a client comes with. *dpop_jkt* is the thumbprint of the key that it has proved to hold, if it did."""

    code: str = field(repr=False)
    redirect_uri: str
    code_verifier: str | None = field(repr=False, default=None)
    dpop_jkt: str | None = None


def exchange(services: Services, pool: Pool, client: Client, redemption: Redemption, *, origin: Origin) -> Tokens:
    """
    The tokens of whoever the code was made for, to *client*, which has proved itself.

    Raises:
        OAuthError: the code is unknown, another client's, used or too old; or what it is bound to is not there; or its user is gone.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: the pool's function failed. The code is
            used up.
    """
    code = _taken(services, pool, client, digests.token_digest(redemption.code))
    _verify_bound(code, redemption)
    user = _user_of(services, code)
    details = {name: value for name, value in code.document.items() if name not in _NOT_OF_THE_SIGN_IN}
    if not client.has_secret and redemption.dpop_jkt is not None:
        # A public client has nothing but the key to show that a refresh token is its own (RFC 9449, section 5).
        details["dpop_jkt"] = redemption.dpop_jkt
    refresh_token = digests.new_refresh_token()
    row = hosted_tokens.session_row(
        services,
        client,
        user,
        scopes=code.document["scopes"],
        details=details,
        refresh_token=refresh_token,
        origin_jti=code.origin_jti,
    )

    def hold(tx: Tx) -> None:
        if not authorization_codes.hold_unreplayed(tx, code.code_digest):
            raise _refused("somebody came with the code again")

    return hosted_tokens.open_and_mint(
        services,
        pool,
        client,
        user,
        row,
        refresh_token,
        origin=origin,
        before_writing=hold,
        dpop_jkt=redemption.dpop_jkt,
    )


def _refused(cause: str) -> OAuthError:
    return OAuthError("invalid_grant", cause=cause)


def _taken(services: Services, pool: Pool, client: Client, code_digest: bytes) -> AuthorizationCode:
    """The code as it was before it was used up, just now."""
    with services.database.read() as tx:
        code = authorization_codes.get(tx, code_digest)
    if code is None or (code.pool_id, code.client_id) != (pool.pool_id, client.client_id):
        raise _refused("no code of this client")
    origin_jti = code.origin_jti

    def use(tx: Tx) -> str | None:
        now_ms = services.clock.now_ms()
        if authorization_codes.use(tx, code_digest, now_ms):
            return None
        if authorization_codes.mark_replayed(tx, code_digest, now_ms):
            sessions.end_of_origin(tx, origin_jti, now_ms, linked=False)
            return "the code was used before: its sign-in is revoked"
        return "the code is too old"

    failure = services.database.write("use code", use)
    if failure is not None:
        raise _refused(failure)
    return code


def _verify_bound(code: AuthorizationCode, redemption: Redemption) -> None:
    bound = code.document
    if not _is_same(bound["redirect_uri"], redemption.redirect_uri):
        raise OAuthError("unauthorized_client", "invalid_redirect", cause="the code is bound to another redirect URI")
    challenge, verifier = bound.get("code_challenge"), redemption.code_verifier
    if (challenge is None) != (verifier is None):
        # A verifier that nothing asks for betrays a code that somebody else began (RFC 9700, section 4.8).
        raise _refused("a verifier without a challenge, or a challenge without a verifier")
    if challenge is not None and verifier is not None and not _is_same(challenge, pkce.challenge_of(verifier)):
        raise _refused("the verifier is not the challenge's")
    if bound.get("dpop_jkt", redemption.dpop_jkt) != redemption.dpop_jkt:
        raise _refused("the code is bound to another key")


def _user_of(services: Services, code: AuthorizationCode) -> User:
    with services.database.glance() as tx:
        user = users.get(tx, code.pool_id, code.sub)
    if user is None or not user.enabled:
        raise _refused("the user is gone or disabled")
    if code.expires_at_ms - TTL_MS <= user.tokens_valid_after_ms:
        raise _refused("the user has signed out everywhere since")
    return user


def _is_same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(errors="surrogatepass"), right.encode(errors="surrogatepass"))
