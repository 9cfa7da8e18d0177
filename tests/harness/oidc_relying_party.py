"""Us, at an OpenID Connect provider that a test plays: a sign-in from its beginning to its end."""

import pytest

from cenote.federation.errors import SignInRefusedError
from cenote.federation.fetching import Fetcher
from cenote.federation.oidc.authorization import begun
from cenote.federation.oidc.provider import Provider
from cenote.federation.oidc.sign_in import complete
from cenote.model.identity_provider.profile import Profile
from harness.clock import START
from harness.oidc_provider import (
    CLIENT_SECRET,
    OidcProvider,
)

HERE = "https://pool.example.com/oauth2/idpresponse"
NOW_S = START.timestamp()
FETCHER = Fetcher(is_development=True)


def known(op: OidcProvider, **details: str) -> Provider:
    return Provider(
        "Corp", "OIDC", {**op.details, **details}, {"username": "sub"}, secrets={"client_secret": CLIENT_SECRET}
    )


def signed_in(
    op: OidcProvider, provider: Provider | None = None, fetcher: Fetcher = FETCHER, **parameters: str
) -> Profile:
    provider = provider or known(op)
    start = begun(provider, state="s", redirect_uri=HERE, asked={})
    op.nonce = start.nonce
    return complete(
        fetcher,
        provider,
        {"code": "code-1", "state": "s", **parameters},
        redirect_uri=HERE,
        nonce=start.nonce,
        verifier=start.verifier,
        now_s=NOW_S,
    )


def refused(
    op: OidcProvider, provider: Provider | None = None, fetcher: Fetcher = FETCHER, **parameters: str
) -> tuple[str, str, str]:
    with pytest.raises(SignInRefusedError) as caught:
        signed_in(op, provider, fetcher, **parameters)
    return caught.value.error, caught.value.description, caught.value.private


def why(op: OidcProvider, provider: Provider | None = None) -> str:
    """Why its ID token is not believed."""
    error, description, private = refused(op, provider)
    assert ("invalid_request", "Bad id_token") == (error, description)
    return private
