"""
Signing in at an OpenID Connect or social provider: away to it, and back with somebody.

    begin ─► Begun: where to go, and what must be kept until somebody comes back ─► … ─► finish ─► Profile

The provider is asked in a place of `functions.waits`, and of each provider's host only so many answers are awaited at once: one that is
slow or dead costs those who sign in by it, and nobody else. No transaction is open meanwhile.

Source: developer guide, "Using OIDC identity providers with a user pool".
"""

from collections.abc import Iterable, Mapping

from cenote.base.invocations import FunctionUnreachableError
from cenote.federation.errors import SignInRefusedError
from cenote.federation.oidc import authorization, sign_in
from cenote.federation.oidc.authorization import Begun
from cenote.federation.oidc.dialects import is_spoken_by
from cenote.federation.oidc.provider import Provider
from cenote.flows import identity_providers
from cenote.flows.services import Services
from cenote.model.identity_provider.profile import Profile
from cenote.model.pool import Pool
from cenote.model.sign_in.levels import level_named
from cenote.storage.resources import Resource

CALLBACK = "/oauth2/idpresponse"


def begin(
    services: Services,
    pool: Pool,
    resource: Resource,
    *,
    state: str,
    redirect_uri: str,
    asked: Mapping[str, str],
) -> Begun:
    """
    Where the browser goes to sign in at a provider of *pool*.

    *asked* are the parameters of the app's request, of which `login_hint`, `prompt` and `acr_values` may be passed on. *redirect_uri* is
    CALLBACK at the pool's domain. What is Begun is to be kept, sealed, under *state*, and handed to `finish`.
    """
    levels = _levels(pool, asked.get("acr_values", "").split())
    provider = provider_of(services, resource)
    return authorization.begun(provider, state=state, redirect_uri=redirect_uri, asked=asked, levels=levels)


def finish(
    services: Services,
    resource: Resource,
    *,
    parameters: Mapping[str, str],
    redirect_uri: str,
    nonce: str | None,
    verifier: str | None,
) -> Profile:
    """
    Who comes back with *parameters*, a callback whose state has been taken; *nonce* and *verifier* as they were begun.

    Raises:
        SignInRefusedError: the provider refuses, cannot be reached, or says what must not be believed.
    """
    services.database.refuse_inside_write()
    if not is_spoken_by(resource.document["ProviderType"]):
        raise SignInRefusedError("invalid_request", "The identity provider is of another kind by now.")
    provider = provider_of(services, resource)
    try:
        with services.functions.waits.waiting():
            return sign_in.complete(
                services.fetcher,
                provider,
                parameters,
                redirect_uri=redirect_uri,
                nonce=nonce,
                verifier=verifier,
                now_s=services.clock.now_ms() / 1000,
            )
    except FunctionUnreachableError as error:
        raise SignInRefusedError("temporarily_unavailable", "Too many requests", str(error)) from None


def provider_of(services: Services, resource: Resource) -> Provider:
    """What is known of a provider, its secrets opened."""
    document = resource.document
    return Provider(
        name=resource.name,
        provider_type=document["ProviderType"],
        details=document["ProviderDetails"],
        mapping=document["AttributeMapping"],
        levels=document.get("AcrMapping", {}),
        secrets=identity_providers.secrets_of(services, resource),
    )


def _levels(pool: Pool, values: Iterable[str]) -> list[int]:
    """The levels that a request's `acr_values` name, the first choice first."""
    named = (level_named(pool, value) for value in values)
    return list(dict.fromkeys(level for level in named if level is not None))
