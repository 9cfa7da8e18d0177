"""
ID tokens of other issuers: OpenID Connect providers of an account's IAM, Google, Apple, and user pools that are elsewhere.

The issuer's keys are asked for through the guarded fetcher and remembered for a while (issuer_keys). What a token claims of its issuer,
audience and time is looked at first, so that nobody is asked about one that would be refused anyway; it counts once the signature holds.

Source: OpenID Connect Core 1.0, section 3.1.3.7; IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cenote.base.invocations import FunctionUnreachableError
from cenote.federation.errors import SignInRefusedError
from cenote.federation.oidc import id_tokens, keys
from cenote.federation.oidc.dialects import is_usual_issuer
from cenote.federation.oidc.provider import Provider
from cenote.flows.identity import own_pools, unverified
from cenote.flows.identity.refusals import ProofRefusedError, Reason
from cenote.flows.identity.unverified import Said
from cenote.flows.services import Services

GOOGLE = "https://accounts.google.com"
APPLE = "https://appleid.apple.com"
_BUILT_IN = {GOOGLE: "Google", APPLE: "SignInWithApple"}


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer by its URL, the `iss` of its tokens, and who we may be to it; *client_ids* are None where that is looked at later."""

    url: str
    client_ids: Collection[str] | None

    @property
    def name(self) -> str:
        """What IAM and identity pools call it: its host and path."""
        return self.url.partition("://")[2]


def verify(services: Services, token: str, issuer: Issuer) -> Mapping[str, Any]:
    """
    The claims of an ID token that *issuer* issued to us. Not within a transaction.

    Raises:
        ProofRefusedError: it is not such a token, or past its time; or the issuer cannot be asked for its keys.
    """
    pool = own_pools.named(services, issuer.name)
    if pool is not None and services.settings.issuer_of(pool.region, pool.pool_id) == issuer.url:
        return own_pools.verify(services, pool, token, issuer.client_ids or ())
    if own_pools.is_own(services, issuer.name):
        raise ProofRefusedError(Reason.ISSUER, "its user pool is gone", issuer=issuer.url)
    return _verified(services, token, issuer)


def audience_of(claims: Mapping[str, Any]) -> str:
    """To whom a verified token was issued: its `azp`, else its `aud`."""
    party, audience = claims.get("azp"), claims["aud"]
    if isinstance(party, str) and party:
        return party
    return str(audience[0] if isinstance(audience, list) else audience)


def _verified(services: Services, token: str, issuer: Issuer) -> Mapping[str, Any]:
    said = unverified.said_by(token)
    provider = _provider_of(issuer)
    client_ids = _all_in(said) if issuer.client_ids is None else issuer.client_ids
    _verify_claims(services, said, provider, client_ids)
    published = _published(services, provider, issuer.url, said.kid)
    try:
        return id_tokens.verify_presented(
            token,
            provider,
            published,
            now_s=services.clock.now_ms() / 1000,
            client_ids=client_ids,
            for_any_party=_is_for_any_party(provider),
        )
    except SignInRefusedError as error:
        raise ProofRefusedError(Reason.SIGNATURE, str(error)) from None


def _provider_of(issuer: Issuer) -> Provider:
    kind = next((kind for kind in _BUILT_IN.values() if is_usual_issuer(kind, issuer.url)), "OIDC")
    return Provider(issuer.name, kind, {"oidc_issuer": issuer.url, "client_id": ""}, {})


def _is_for_any_party(provider: Provider) -> bool:
    # Google issues tokens for a project's server to the project's apps on phones.
    return provider.provider_type == "Google"


def _all_in(said: Said) -> Collection[str]:
    """Everybody whom a token names, where whoever asks looks at them later."""
    audience = said.claims.get("aud")
    named = [*(audience if isinstance(audience, list) else [audience]), said.claims.get("azp")]
    return {each for each in named if isinstance(each, str)}


def _verify_claims(services: Services, said: Said, provider: Provider, client_ids: Collection[str]) -> None:
    if said.issuer not in provider.issuers:
        raise ProofRefusedError(Reason.ISSUER, "it is of another issuer", issuer=said.issuer)
    if not id_tokens.is_for(said.claims, client_ids, for_any_party=_is_for_any_party(provider)):
        raise ProofRefusedError(Reason.AUDIENCE, "it is for another client")
    expiry = said.claims.get("exp")
    if isinstance(expiry, bool) or not isinstance(expiry, int | float):
        raise ProofRefusedError(Reason.MALFORMED, "it has no end")
    if expiry <= services.clock.now_ms() / 1000:
        raise ProofRefusedError(Reason.EXPIRED, expired_at_s=int(expiry))


def _published(services: Services, provider: Provider, issuer: str, kid: str) -> Sequence[Mapping[str, Any]]:
    services.database.refuse_inside_write()

    def fetch() -> Sequence[Mapping[str, Any]]:
        with services.functions.waits.waiting():
            return keys.fetch(services.fetcher, provider)

    try:
        return services.issuer_keys.of(issuer, kid, now_ms=services.clock.now_ms(), fetch=fetch)
    except (SignInRefusedError, FunctionUnreachableError) as error:
        raise ProofRefusedError(Reason.UNREACHABLE, str(error)) from None
