"""
An identity pool's settings: from the request that sets them to the document that is kept.

What was not given is not kept, and not shown. Source: cognito-identity API reference, CreateIdentityPool, UpdateIdentityPool.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cenote.base.errors import InvalidParameterException
from cenote.model.identity_pool.open_id_claims import PRINCIPAL
from cenote.model.identity_pool.provider_names import PUBLIC_PROVIDERS, user_pool_id_of
from cenote.model.tags import identity_pool_tags_of

MAX_IDENTITY_POOLS: Final = 1000
_TAGS: Final = "IdentityPoolTags"
_DEVELOPER: Final = "DeveloperProviderName"
_MEMBERS: Final = (
    "AllowUnauthenticatedIdentities",
    "AllowClassicFlow",
    "SupportedLoginProviders",
    _DEVELOPER,
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
)
_OIDC_ARN: Final = re.compile(r"arn:aws[\w-]*:iam::[0-9]{12}:oidc-provider/[\w.:/~%-]{1,255}", re.ASCII)
_SAML_ARN: Final = re.compile(r"arn:aws[\w-]*:iam::[0-9]{12}:saml-provider/[\w._-]{1,128}", re.ASCII)
_MAX_ECHO: Final = 256


def new_document(request: Mapping[str, Any], *, tag_quota: int) -> dict[str, Any]:
    """
    The document of a new identity pool.

    Raises:
        InvalidParameterException: a setting means nothing, or contradicts another one.
    """
    document = {name: request[name] for name in _MEMBERS if _is_set(request.get(name))}
    _verify_public_providers(document.get("SupportedLoginProviders", {}))
    _verify_user_pools(document.get("CognitoIdentityProviders", ()))
    _verify_arns(document.get("OpenIdConnectProviderARNs", ()), _OIDC_ARN, "OpenID Connect")
    _verify_arns(document.get("SamlProviderARNs", ()), _SAML_ARN, "SAML")
    _verify_developer_name(document.get(_DEVELOPER), document.get("OpenIdConnectProviderARNs", ()))
    tags = identity_pool_tags_of(request, tag_quota)
    return {**document, _TAGS: tags} if tags else document


def replaced_document(before: Mapping[str, Any], request: Mapping[str, Any], *, tag_quota: int) -> dict[str, Any]:
    """
    The document of an identity pool whose settings *request* replaces.

    What it omits is unset, but tags (that have operations of their own) and the developer provider's name, which is for good.

    Raises:
        InvalidParameterException: as `new_document`, or there is another developer provider's name.
    """
    given = {name: value for name, value in request.items() if _is_set(value) or name == _TAGS}
    kept = {name: before[name] for name in (_TAGS, _DEVELOPER) if name in before}
    if _DEVELOPER in kept and given.get(_DEVELOPER, kept[_DEVELOPER]) != kept[_DEVELOPER]:
        raise InvalidParameterException("The developer provider name cannot be changed once it is set.")
    return new_document(kept | given, tag_quota=tag_quota)


def _is_set(value: object) -> bool:
    return value is not None and value not in ({}, [])


def _verify_public_providers(providers: Mapping[str, str]) -> None:
    unknown = sorted(set(providers) - PUBLIC_PROVIDERS)
    if unknown:
        raise InvalidParameterException(f"{unknown[0][:_MAX_ECHO]} is not a supported login provider.")


def _verify_user_pools(providers: Sequence[Mapping[str, Any]]) -> None:
    pairs = set()
    for provider in providers:
        name, client_id = provider.get("ProviderName"), provider.get("ClientId")
        if name is None or client_id is None:
            raise InvalidParameterException(
                "ProviderName and ClientId are required for each Cognito identity provider."
            )
        if user_pool_id_of(name) is None:
            raise InvalidParameterException(f"Invalid Cognito Identity Provider: {name}")
        if (name, client_id) in pairs:
            raise InvalidParameterException(f"Duplicate Cognito Identity Provider: {name} with client {client_id}")
        pairs.add((name, client_id))


def _verify_arns(arns: Sequence[str], form: re.Pattern[str], kind: str) -> None:
    for at, arn in enumerate(arns):
        if not form.fullmatch(arn):
            raise InvalidParameterException(f"{arn[:_MAX_ECHO]} is not a valid ARN of a provider of {kind}.")
        if arn in arns[:at]:
            raise InvalidParameterException(f"Duplicate provider ARN: {arn}")


def _verify_developer_name(name: str | None, oidc_arns: Sequence[str]) -> None:
    # Whoever is called the same at another provider of the pool would be taken for the developer's user.
    others = {*PUBLIC_PROVIDERS, PRINCIPAL, *(arn.partition("/")[2] for arn in oidc_arns)}
    if name is not None and name in others:
        raise InvalidParameterException(f"{name} cannot be the name of a developer provider.")
