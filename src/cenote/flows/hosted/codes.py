"""
Authorization codes: what a browser carries back to the app, and what the app gets for it.

A code is bound to its client, redirect URI, PKCE challenge and what else was asked; it is good once, for five minutes.

Source: RFC 6749, sections 4.1.2 and 4.1.3; RFC 7636; developer guide, "Token endpoint".
"""

from cenote.base import ids
from cenote.crypto import codes as digests
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.notices import SID
from cenote.flows.services import Services
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.storage import authorization_codes
from cenote.storage.authorization_codes import AuthorizationCode

TTL_MS = 5 * 60 * 1000


def issue(services: Services, request: AuthorizationRequest, who: SignedIn) -> str:
    """
    A code that lets the client of *request* have tokens of *who*.

    Its row's document has {"redirect_uri", "scopes", "nonce", "code_challenge", "resource", "dpop_jkt", "auth_time_ms", "proofs", "level",
    "session_id", "sid"}, each left out where there is none.
    """
    code = ids.new_authorization_code()
    bound = {
        "redirect_uri": request.redirect_uri,
        "scopes": list(request.scopes),
        "nonce": request.nonce,
        "code_challenge": request.code_challenge,
        "resource": request.resource,
        "dpop_jkt": request.dpop_jkt,
        **session_details(who),
    }
    row = AuthorizationCode(
        code_digest=digests.token_digest(code),
        pool_id=who.user.pool_id,
        client_id=request.client_id,
        sub=who.user.sub,
        origin_jti=ids.new_jti(),
        document={name: value for name, value in bound.items() if value is not None},
        used_at_ms=None,
        replayed_at_ms=None,
        expires_at_ms=services.clock.now_ms() + TTL_MS,
    )
    services.database.write("issue code", lambda tx: authorization_codes.put(tx, row))
    return code


def session_details(who: SignedIn) -> dict[str, object]:
    """What tokens say of the sign-in of *who*: {"auth_time_ms", "proofs"} and, where there are any, {"level", "session_id", "sid"}."""
    details = {
        "auth_time_ms": who.row.created_at_ms,
        "proofs": [proof.value for proof in who.proofs],
        "level": who.row.document.get("level"),
        "session_id": who.row.session_id,
        SID: who.row.document.get(SID),
    }
    return {name: value for name, value in details.items() if value is not None}
