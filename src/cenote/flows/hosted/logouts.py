"""
Signing a browser out, and where it goes then.

Source: developer guide, "Logout endpoint"; OpenID Connect RP-Initiated Logout 1.0.
"""

from collections.abc import Mapping

from cenote.base.oauth_errors import PageError
from cenote.crypto import jwt
from cenote.crypto.errors import JwtError
from cenote.flows.hosted import authorization
from cenote.flows.hosted.links import LOGIN
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import CARRIED
from cenote.model.oauth.redirects import with_answer

NOTHING_NAMED = "Required String parameter 'redirect_uri' is not present"
_MISMATCH = "redirect_mismatch"


def client_of(services: Services, site: Site, asked: Mapping[str, str]) -> Client:
    """
    The client that *asked* names by `client_id`, or by an ID token of its own as `id_token_hint`.

    Raises:
        PageError: there is none, or they name two.
    """
    client_id, hint = asked.get("client_id"), asked.get("id_token_hint")
    if hint is not None:
        audience = _audience_of(services, site, hint)
        if client_id not in {None, audience}:
            raise PageError("invalid_request", cause="id_token_hint is another client's")
        client_id = audience
    return authorization.client_of(services, site, client_id)


def target_of(site: Site, client: Client, asked: Mapping[str, str]) -> str:
    """
    Where a browser that signs out goes: to the `logout_uri`, or to the pages to sign in again.

    Raises:
        PageError: neither is asked for, or the client did not register it.
    """
    registered = client.document.get("LogoutURLs", ())
    if "logout_uri" in asked:
        return _registered(registered, asked["logout_uri"])
    if "post_logout_redirect_uri" in asked:
        target = _registered(registered, asked["post_logout_redirect_uri"])
        answer = {"state": asked["state"]} if "state" in asked else {}
        return with_answer(target, answer, in_fragment=False) if answer else target
    if "redirect_uri" not in asked:
        raise PageError(NOTHING_NAMED)
    if asked["redirect_uri"] not in client.document.get("CallbackURLs", ()):
        raise PageError(_MISMATCH, cause="redirect_uri")
    kept = {name: value for name, value in asked.items() if name in CARRIED}
    return with_answer(site.path(LOGIN), kept, in_fragment=False)


def _registered(registered: tuple[str, ...] | list[str], given: str) -> str:
    if given not in registered:
        raise PageError(_MISMATCH, cause="the URL is none that the client registered for logouts")
    return given


def _audience_of(services: Services, site: Site, hint: str) -> str | None:
    """The client of an ID token of ours, whose time may be over: it says who signs out, and opens nothing."""
    try:
        claims = jwt.verify(hint, services.directory.verifiers(site.pool.pool_id))
    except JwtError:
        return None
    audience = claims.get("aud")
    return audience if claims.get("token_use") == "id" and isinstance(audience, str) else None
