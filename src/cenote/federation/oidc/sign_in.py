"""A sign-in from what a browser brought back to the person that it is."""

from collections.abc import Mapping

from cenote.federation.errors import SignInRefusedError
from cenote.federation.fetching import Fetcher
from cenote.federation.oidc import callback, claims, id_tokens, keys, token_endpoint, user_info
from cenote.federation.oidc.provider import Provider
from cenote.model.identity_provider.profile import Profile


def complete(
    fetcher: Fetcher,
    provider: Provider,
    parameters: Mapping[str, str],
    *,
    redirect_uri: str,
    nonce: str | None,
    verifier: str | None,
    now_s: float,
) -> Profile:
    """
    Who came back from *provider* with *parameters*, whose state fits; *nonce* and *verifier* are those that the sign-in began with.

    Asks the provider up to three times, each within the fetcher's time for a call.

    Raises:
        SignInRefusedError: the provider refuses, cannot be reached, or says what must not be believed.
    """
    code = callback.code_of(provider, parameters)
    tokens = token_endpoint.exchange(
        fetcher, provider, code=code, redirect_uri=redirect_uri, verifier=verifier, now_s=int(now_s)
    )
    access_token = tokens.tokens["access_token"]
    id_claims = {}
    if provider.dialect.has_id_token:
        id_token = tokens.tokens.get("id_token")
        if id_token is None or not nonce:
            raise SignInRefusedError("invalid_request", "Bad token response", "there is no ID token")
        published = keys.fetch(fetcher, provider)
        id_claims = id_tokens.verify(id_token, provider, published, nonce=nonce, access_token=access_token, now_s=now_s)
    found = user_info.fetch(fetcher, provider, access_token=access_token, subject=id_claims.get("sub"))
    return claims.profile_of(provider, tokens, id_claims, found, callback.apple_names(provider, parameters))
