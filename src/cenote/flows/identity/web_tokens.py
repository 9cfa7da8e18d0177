"""
Tokens that somebody assumes a role with: verified, and turned into what trust policies are asked about.

    iss of Cognito's identity pools      one of ours (open_id_tokens)
    iss of an OIDC provider of the IAM   its keys, or the user pool's own
    iss of Google                        Google's keys; its audience is for the trust policy to look at
    ProviderId Facebook, Amazon          an access token, asked about where it comes from; likewise

Source: API_AssumeRoleWithWebIdentity; IAM User Guide, "Available keys for AWS OIDC federation"; "Pass session tags in AWS STS".
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import ExpiredTokenException, Fault
from cenote.base.iam_errors import IDPCommunicationErrorException, InvalidIdentityTokenException
from cenote.flows.identity import access_tokens, issued, open_id_tokens, providers, unverified, web_tags
from cenote.flows.identity.access_tokens import Holder
from cenote.flows.identity.issued import Issuer
from cenote.flows.identity.refusals import ProofRefusedError, Reason
from cenote.flows.services import Services
from cenote.model.iam.entity import Entity
from cenote.model.iam.web_identity import WebIdentity
from cenote.model.identity_pool.open_id_claims import ISSUER, tags_in, web_identity_of

_GOOGLE_NAME = "accounts.google.com"
_GOOGLE_ISSUERS = frozenset({issued.GOOGLE, _GOOGLE_NAME})
_MAX_ECHO = 255
_NOT_A_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
_NO_KEY = (
    "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity "
    "documentation for requirements"
)
_SENTENCES = {
    Reason.MALFORMED: _NOT_A_JWT,
    Reason.AUDIENCE: "Incorrect token audience",
    Reason.SIGNATURE: "The token's signature is of no key of your identity provider",
    Reason.REVOKED: "The token has been revoked",
}
_FOREIGN = {
    access_tokens.AMAZON: "Provided Token is not a Login With Amazon token",
    access_tokens.FACEBOOK: "Provided Token is not a Facebook token",
}
# Claims that are condition keys beside `aud`, `oaud` and `amr`; `email` is none while its issuer says that nobody has verified it.
_TEXTS = ("sub", "azp", "email")


def verify_web_identity(services: Services, account_id: str, token: str, provider_id: str | None = None) -> WebIdentity:
    """
    Who wants to assume a role of *account_id* with *token*; *provider_id* says of an access token where it comes from.

    Not within a transaction.

    Raises:
        ExpiredTokenException: the token is past its time.
        IDPCommunicationErrorException: who issued it cannot be asked.
        InvalidIdentityTokenException: anything else is wrong with it.
    """
    try:
        if provider_id is not None:
            return _of_access_token(services, token, provider_id)
        return _of_id_token(services, account_id, token)
    except ProofRefusedError as error:
        raise _fault_of(services, error, provider_id) from None


def _of_id_token(services: Services, account_id: str, token: str) -> WebIdentity:
    issuer = unverified.said_by(token).issuer
    if issuer == ISSUER:
        return _of_identity_pool(services, token)
    provider = _provider_of(services, account_id, issuer)
    if provider is not None:
        claims = issued.verify(services, token, providers.issuer_of(provider))
        return _identity(provider.name, provider.arn, claims)
    if issuer in _GOOGLE_ISSUERS:
        return _identity(_GOOGLE_NAME, _GOOGLE_NAME, issued.verify(services, token, Issuer(issued.GOOGLE, None)))
    raise ProofRefusedError(Reason.ISSUER, "it is of no provider of the account", issuer=issuer)


def _of_identity_pool(services: Services, token: str) -> WebIdentity:
    try:
        claims = open_id_tokens.verify(services, token)
    except open_id_tokens.TokenExpiredError as error:
        raise ProofRefusedError(Reason.EXPIRED, expired_at_s=error.expired_at) from None
    except open_id_tokens.TokenRefusedError as error:
        raise ProofRefusedError(Reason.SIGNATURE, str(error)) from None
    if services.directory.get_identity_pool(claims["aud"]) is None:
        # A developer's token lasts up to a day; who is of a pool that was deleted gets no credentials any more.
        raise ProofRefusedError(Reason.REVOKED, "its identity pool is gone")
    return web_identity_of(claims["sub"], claims["aud"], claims["amr"], tags_in(claims))


def _provider_of(services: Services, account_id: str, issuer: str) -> Entity | None:
    """The OIDC provider of the account whose URL is *issuer*, letter by letter."""
    name = issuer.partition("://")[2]
    provider = providers.oidc_provider(services, account_id, name) if name else None
    return provider if provider is not None and provider.document["Url"] == issuer else None


def _identity(name: str, principal: str, claims: Mapping[str, Any]) -> WebIdentity:
    """Somebody with the verified *claims*; *name* is what the provider's condition keys begin with."""
    key = name.lower()
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    named = tuple(each for each in audiences if isinstance(each, str))
    context = {f"{key}:aud": (issued.audience_of(claims),), f"{key}:oaud": named}
    is_unverified = str(claims.get("email_verified", True)).lower() != "true"
    for claim in _TEXTS:
        if isinstance(claims.get(claim), str) and not (claim == "email" and is_unverified):
            context[f"{key}:{claim}"] = (claims[claim],)
    methods = claims.get("amr")
    if isinstance(methods, list):
        context[f"{key}:amr"] = tuple(each for each in methods if isinstance(each, str))
    asked = web_tags.asked_in(claims)
    return WebIdentity(
        principal=principal,
        provider=principal,
        subject=claims["sub"],
        audience=issued.audience_of(claims),
        context=context,
        tags=asked.tags,
        transitive_tag_keys=asked.transitive_keys,
        source_identity=asked.source_identity,
    )


def _of_access_token(services: Services, token: str, provider_id: str) -> WebIdentity:
    if provider_id == access_tokens.AMAZON:
        return _holder(provider_id, access_tokens.verify_amazon(services, token, None), "user_id")
    if provider_id == access_tokens.FACEBOOK:
        return _holder(provider_id, access_tokens.verify_facebook(services, token, None), "id")
    raise InvalidIdentityTokenException(f"No provider of access tokens is called {provider_id[:_MAX_ECHO]}")


def _holder(provider_id: str, holder: Holder, subject_key: str) -> WebIdentity:
    context = {f"{provider_id}:app_id": (holder.app_id,), f"{provider_id}:{subject_key}": (holder.user_id,)}
    return WebIdentity(provider_id, provider_id, holder.user_id, holder.app_id, context)


def _fault_of(services: Services, error: ProofRefusedError, provider_id: str | None) -> Fault:
    now_s = services.clock.now_ms() // 1000
    if error.reason is Reason.UNREACHABLE:
        return IDPCommunicationErrorException(_NO_KEY, cause=error.private)
    if error.reason is Reason.EXPIRED:
        return ExpiredTokenException(
            f"Token expired: current date/time {now_s} must be before the expiration date/time {error.expired_at_s}"
        )
    if provider_id is not None:
        return InvalidIdentityTokenException(_FOREIGN[provider_id], cause=error.private)
    if error.reason is Reason.ISSUER:
        named = error.issuer[:_MAX_ECHO]
        return InvalidIdentityTokenException(f"No OpenIDConnect provider found in your account for {named}")
    return InvalidIdentityTokenException(_SENTENCES[error.reason], cause=error.private)
