"""
What is kept of an identity provider, under AWS's names: its type, details without secrets, attribute mapping, identifiers and ACR mapping.

An update replaces each member that it names as a whole and leaves the others as they are.

Source: API_CreateIdentityProvider, API_UpdateIdentityProvider, API_IdentityProviderType.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.identity_provider.details import SOCIAL
from cenote.model.pool import Pool

NATIVE = "cognito"
# The claim that names a person at the provider, which Cognito maps by itself. A SAML subject is the NameID, which is no attribute.
_SUBJECT_CLAIMS = {
    "OIDC": "sub",
    "Google": "sub",
    "SignInWithApple": "sub",
    "Facebook": "id",
    "LoginWithAmazon": "user_id",
}
_UNMAPPABLE = frozenset({"sub", "identities"})


def verify_name(name: str, provider_type: str) -> None:
    """
    Accept the name of a new provider: a social one is named as its type, and no other one may be.

    Raises:
        InvalidParameterException: it is not, or the name is the pool's own.
    """
    is_misnamed = name != provider_type and (provider_type in SOCIAL or name in SOCIAL)
    if is_misnamed or name.lower() == NATIVE:
        raise InvalidParameterException(f"Provider {name} cannot be of type {provider_type}.")


def settings_of(
    pool: Pool, provider_type: str, request: Mapping[str, Any], before: Mapping[str, Any], *, most_identifiers: int
) -> dict[str, Any]:
    """
    The document that a request asks for, apart from the details: over *before*, which is empty for a new provider.

    Raises:
        InvalidParameterException: what AWS refuses.
    """
    document = {"ProviderType": provider_type, "AttributeMapping": {}, "IdpIdentifiers": [], **before}
    if "AttributeMapping" in request or not before:
        document["AttributeMapping"] = _mapping(pool, provider_type, request.get("AttributeMapping"))
    if "IdpIdentifiers" in request:
        document["IdpIdentifiers"] = _identifiers(request["IdpIdentifiers"], most_identifiers)
    if "AcrMapping" in request:
        document["AcrMapping"] = _acr_mapping(provider_type, request["AcrMapping"])
    return document


def _mapping(pool: Pool, provider_type: str, wanted: Mapping[str, str] | None) -> dict[str, str]:
    mapping = dict(wanted or {})
    for attribute, claim in mapping.items():
        if not claim:
            raise InvalidParameterException(f"The attribute mapping of {attribute} names no claim.")
        if attribute == "username":
            continue
        rule = pool.schema.get(attribute)
        if rule is None or attribute in _UNMAPPABLE:
            raise InvalidParameterException(f"AttributeMapping contains invalid mapping: [{attribute}]")
        if not rule.is_mutable:
            raise InvalidParameterException(f"Invalid attribute mapping: {attribute} is not mutable.")
    # Who asks for an empty mapping gets it, without the claim that Cognito maps by itself.
    if provider_type in _SUBJECT_CLAIMS and wanted != {}:
        mapping.setdefault("username", _SUBJECT_CLAIMS[provider_type])
    return mapping


def _identifiers(wanted: Sequence[str], most: int) -> list[str]:
    identifiers = list(dict.fromkeys(wanted))
    if len(identifiers) > most:
        raise InvalidParameterException(f"An identity provider cannot have more than {most} identifiers.")
    return identifiers


def _acr_mapping(provider_type: str, wanted: Mapping[str, str]) -> dict[str, str]:
    if wanted and provider_type != "OIDC":
        raise InvalidParameterException("AcrMapping is supported for OIDC identity providers only.")
    return dict(wanted)
