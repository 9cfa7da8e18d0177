"""
Logins: proofs that somebody has signed in at providers that an identity pool trusts.

Each is verified for real before any of it counts: tokens of this deployment's user pools with the pool's keys, those of other issuers with
the keys that these publish, access tokens by asking who issued them, SAML responses by their signature. A provider that the pool does not
name is none, however good the token. A developer's tokens, which are our own, are for `proofs` to verify.

Source: developer guide, "Identity pools third-party identity providers"; API_GetCredentialsForIdentity, "Logins".
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import Fault, InvalidParameterException, NotAuthorizedException
from cenote.base.iam_errors import InvalidIdentityTokenException
from cenote.base.identity_errors import ExternalServiceException
from cenote.flows.identity import access_tokens, issued, own_pools, providers, saml_proofs
from cenote.flows.identity.issued import Issuer
from cenote.flows.identity.refusals import ProofRefusedError, Reason
from cenote.flows.services import Services
from cenote.model.iam.entity import EntityKind
from cenote.model.iam.names import parse_arn
from cenote.model.identity_pool.login import Login, is_subject
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.pool import Pool

MOST = 10
UNSUPPORTED = "Token is not from a supported provider of this identity pool."
_ISSUERS = {"accounts.google.com": issued.GOOGLE, "appleid.apple.com": issued.APPLE}
_SENTENCES = {
    Reason.MALFORMED: "Invalid login token. Not a valid OpenId Connect identity token.",
    Reason.ISSUER: "Invalid login token. Issuer doesn't match providerName",
    Reason.AUDIENCE: "Invalid login token. Incorrect token audience.",
    Reason.SIGNATURE: "Invalid login token. Token signature invalid.",
    Reason.REVOKED: "Invalid login token. Token has been revoked.",
}


def verify_logins(services: Services, pool: IdentityPool, logins: Mapping[str, str]) -> tuple[Login, ...]:
    """
    Who somebody is who shows *logins*, tokens by the names of providers of *pool*. Not within a transaction.

    Raises:
        NotAuthorizedException: a provider is none of the pool's, or a token is not believed.
        ExternalServiceException: a provider that must be asked cannot be.
        InvalidParameterException: there are too many logins, or two of one provider.
    """
    services.database.refuse_inside_write()
    if len(logins) > MOST:
        raise InvalidParameterException(f"Logins cannot have more than {MOST} entries.")
    found = tuple(_login(services, pool, name, token) for name, token in logins.items())
    if len({login.provider for login in found}) != len(found):
        raise InvalidParameterException("Logins name a provider twice.")
    return found


def _login(services: Services, pool: IdentityPool, name: str, token: str) -> Login:
    try:
        found = _verified(services, pool, name, token)
    except ProofRefusedError as error:
        raise _fault_of(services, error) from None
    except InvalidIdentityTokenException as fault:
        raise NotAuthorizedException(f"Invalid login token. {fault.message}", cause=fault.cause) from None
    if found is None:
        raise NotAuthorizedException(UNSUPPORTED, cause=f"no provider {name[:128]}")
    if not is_subject(found.subject):
        raise NotAuthorizedException(_SENTENCES[Reason.MALFORMED], cause="its subject is too long, or has a NUL")
    return found


def _verified(services: Services, pool: IdentityPool, name: str, token: str) -> Login | None:
    """The login that *token* proves; None where *name* is no provider of the pool."""
    supported: Mapping[str, str] = pool.document.get("SupportedLoginProviders", {})
    if name in supported:
        return _of_public(services, name, supported[name], token)
    if name.startswith("arn:"):
        return _of_saml(services, pool, name, token)
    return _of_user_pool(services, pool, name, token) or _of_oidc(services, pool, name, token)


def _of_public(services: Services, name: str, app_id: str, token: str) -> Login | None:
    if name in _ISSUERS:
        claims = issued.verify(services, token, Issuer(_ISSUERS[name], {app_id}))
        return _of_claims(name, name, claims)
    if name == access_tokens.FACEBOOK:
        holder = access_tokens.verify_facebook(services, token, {app_id})
    elif name == access_tokens.AMAZON:
        holder = access_tokens.verify_amazon(services, token, {app_id})
    else:
        # Twitter's and Digits' tokens cannot be asked about any longer.
        return None
    return Login(name, holder.user_id, name, f"{name}:{holder.app_id}:{holder.user_id}", holder.claims)


def _of_saml(services: Services, pool: IdentityPool, arn: str, token: str) -> Login | None:
    if arn not in pool.document.get("SamlProviderARNs", ()):
        return None
    provider = providers.saml_provider(services, pool.account_id, arn)
    if provider is None:
        return None
    proof = saml_proofs.read(services, provider, token)
    claims = {**proof.attributes, "sub": proof.subject, "aud": proof.audience, "iss": proof.issuer}
    return Login(arn, proof.subject, arn, f"{arn}:SAML:{proof.subject}", claims)


def _of_user_pool(services: Services, pool: IdentityPool, name: str, token: str) -> Login | None:
    own = own_pools.named(services, name)
    provider = own_pools.aws_name_of(own.region, own.pool_id) if own is not None else name
    trusted = _trusted_clients(services, pool, own.pool_id if own is not None else None, name)
    if not trusted:
        return None
    try:
        claims = _claims_of(services, own, name, token, trusted)
    except ProofRefusedError as error:
        if error.reason is Reason.AUDIENCE:
            raise NotAuthorizedException(UNSUPPORTED, cause=error.private) from None
        raise
    client_id = str(claims["aud"])
    if own is not None and trusted[client_id]:
        own_pools.verify_unrevoked(services, own, claims)
    amr = f"{provider}:CognitoSignIn:{claims['sub']}"
    return Login(provider, str(claims["sub"]), f"{provider}:{client_id}", amr, claims)


def _trusted_clients(services: Services, pool: IdentityPool, own_id: str | None, name: str) -> dict[str, bool]:
    """The clients of a user pool that *pool* trusts, and whether their tokens are held against their sign-in, too."""
    found: dict[str, bool] = {}
    for each in pool.document.get("CognitoIdentityProviders", ()):
        written = each.get("ProviderName", "")
        other = own_pools.named(services, written) if own_id is not None and written != name else None
        if "ClientId" in each and (written == name or (other is not None and other.pool_id == own_id)):
            # By either name of the pool: whoever asked for the check meant it.
            found[each["ClientId"]] = found.get(each["ClientId"], False) or bool(each.get("ServerSideTokenCheck"))
    return found


def _claims_of(
    services: Services, own: Pool | None, name: str, token: str, trusted: Mapping[str, bool]
) -> Mapping[str, Any]:
    """The claims of an ID token of one of our user pools, or of one at AWS or another Cenote, whose keys are asked for."""
    if own is not None:
        return own_pools.verify(services, own, token, trusted)
    claims = issued.verify(services, token, Issuer(f"https://{name}", trusted.keys()))
    if claims.get("token_use") != "id" or not isinstance(claims["aud"], str):
        raise ProofRefusedError(Reason.MALFORMED, "it is no ID token of a user pool")
    return claims


def _of_oidc(services: Services, pool: IdentityPool, name: str, token: str) -> Login | None:
    for arn in pool.document.get("OpenIdConnectProviderARNs", ()):
        named = parse_arn(arn)
        if named is None or (named.kind, named.name) != (EntityKind.OIDC_PROVIDER, name):
            continue
        provider = providers.oidc_provider(services, pool.account_id, name)
        if provider is None or provider.arn != arn:
            return None
        return _of_claims(name, arn, issued.verify(services, token, providers.issuer_of(provider)))
    return None


def _of_claims(provider: str, mapping_key: str, claims: Mapping[str, Any]) -> Login:
    subject = str(claims["sub"])
    return Login(provider, subject, mapping_key, f"{provider}:{issued.audience_of(claims)}:{subject}", claims)


def _fault_of(services: Services, error: ProofRefusedError) -> Fault:
    if error.reason is Reason.UNREACHABLE:
        return ExternalServiceException("The identity provider cannot be reached.", cause=error.private)
    if error.reason is Reason.EXPIRED and error.expired_at_s:
        now_s = services.clock.now_ms() // 1000
        return NotAuthorizedException(f"Invalid login token. Token expired: {now_s} >= {error.expired_at_s}")
    if error.reason is Reason.EXPIRED:
        return NotAuthorizedException("Invalid login token. Token expired.", cause=error.private)
    return NotAuthorizedException(_SENTENCES[error.reason], cause=error.private)
