"""
ProviderDetails: which keys each type of provider needs and takes, and what Cognito adds to them.

A key that Cognito computes may be sent back as it was shown: infrastructure tools do. Of a SAML provider such a value is ignored, since it
follows from the metadata; the endpoints of the others may be chosen. Blank values count as absent.

Source: API_CreateIdentityProvider, ProviderDetails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cenote.base.errors import InvalidParameterException
from cenote.model.identity_provider.presets import preset_of
from cenote.model.identity_provider.urls import verify_endpoint, verify_page

SOCIAL = frozenset({"Facebook", "Google", "LoginWithAmazon", "SignInWithApple"})
# Sealed apart from the document. Cognito shows a client secret again, and never the private key of Sign in with Apple.
SECRETS = frozenset({"client_secret", "private_key"})
HIDDEN = frozenset({"private_key"})
OIDC_ENDPOINTS = ("authorize_url", "token_url", "attributes_url", "jwks_uri")
SAML_COMPUTED = frozenset({"SSORedirectBindingURI", "SLORedirectBindingURI", "ActiveEncryptionCertificate"})
_SAML_FLAGS = ("IDPSignout", "IDPInit", "EncryptedResponses")
_ENDPOINTS = (*OIDC_ENDPOINTS, "oidc_issuer")
_MAX_ECHO = 64


@dataclass(frozen=True, slots=True)
class _Rules:
    """*required* keys, what else is taken, and Cognito's sentence when one is missing."""

    required: frozenset[str]
    optional: frozenset[str]
    missing: str


_SOCIAL_ENDPOINTS = frozenset(
    {
        "attributes_url",
        "attributes_url_add_attributes",
        "authorize_url",
        "oidc_issuer",
        "token_request_method",
        "token_url",
    }
)
_ORDINARY = _Rules(
    required=frozenset({"client_id", "client_secret", "authorize_scopes"}),
    optional=_SOCIAL_ENDPOINTS,
    missing="clientId, clientSecret and authorizeScopes are all required idp details.",
)
_RULES = {
    "Google": _ORDINARY,
    "LoginWithAmazon": _ORDINARY,
    "Facebook": _Rules(_ORDINARY.required, _SOCIAL_ENDPOINTS | {"api_version"}, _ORDINARY.missing),
    "SignInWithApple": _Rules(
        required=frozenset({"client_id", "team_id", "key_id", "private_key"}),
        optional=_SOCIAL_ENDPOINTS | {"authorize_scopes"},
        missing="clientId, privateKey, teamId, and keyId are all required idp details.",
    ),
    "OIDC": _Rules(
        required=frozenset({"client_id", "authorize_scopes", "oidc_issuer", "attributes_request_method"}),
        optional=frozenset({"client_secret", "attributes_url_add_attributes", *OIDC_ENDPOINTS}),
        missing="clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.",
    ),
    "SAML": _Rules(
        required=frozenset(),
        optional=frozenset({"MetadataURL", "MetadataFile", "RequestSigningAlgorithm", *_SAML_FLAGS}) | SAML_COMPUTED,
        missing="",
    ),
}


def accepted_details(
    provider_type: str,
    wanted: Mapping[str, str],
    *,
    kept_secrets: Mapping[str, str],
    is_development: bool,
    has_inside: bool = False,
) -> dict[str, str]:
    """
    The details of a provider with what its type adds; of OIDC and SAML, what the world must be asked is still missing.

    *kept_secrets* are those of the provider that is updated: a private key that nobody can read back stays when it is left out.
    *has_inside* as of `verify_endpoint`.

    Raises:
        InvalidParameterException: a key is missing or unknown, or has a value that AWS refuses.
    """
    rules = _RULES[provider_type]
    given = {key: value for key, value in kept_secrets.items() if key in HIDDEN & rules.required}
    given |= {key: value for key, value in wanted.items() if value}
    unknown = sorted(given.keys() - rules.required - rules.optional)
    if unknown:
        raise InvalidParameterException(
            f"{unknown[0][:_MAX_ECHO]} is not a provider detail of identity providers of type {provider_type}."
        )
    if provider_type == "SAML":
        return _saml(given, is_development=is_development, has_inside=has_inside)
    if not rules.required <= given.keys():
        raise InvalidParameterException(rules.missing)
    details = {**preset_of(provider_type, given), **given}
    _verify_choices(details)
    for key in _ENDPOINTS:
        if key in details:
            verify_endpoint(key, details[key], is_development=is_development, has_inside=has_inside)
    return details


def missing_endpoints(details: Mapping[str, str]) -> tuple[str, ...]:
    """Which endpoints of an OIDC provider are to be discovered."""
    return tuple(key for key in OIDC_ENDPOINTS if key not in details)


def _saml(given: Mapping[str, str], *, is_development: bool, has_inside: bool) -> dict[str, str]:
    sources = given.keys() & {"MetadataURL", "MetadataFile"}
    if not sources:
        raise InvalidParameterException("At least one of the MetadataURL or MetadataFile should be provided.")
    if len(sources) > 1:
        raise InvalidParameterException("Only one of the MetadataURL or MetadataFile should be provided.")
    if "MetadataURL" in given:
        verify_page("MetadataURL", given["MetadataURL"], is_development=is_development, has_inside=has_inside)
    details = {key: value for key, value in given.items() if key not in SAML_COMPUTED}
    for flag in _SAML_FLAGS:
        if flag in details:
            details[flag] = _flag(flag, details[flag])
    if details.get("RequestSigningAlgorithm", "rsa-sha256") != "rsa-sha256":
        raise InvalidParameterException("RequestSigningAlgorithm must be rsa-sha256.")
    return details


def _flag(name: str, value: str) -> str:
    if value.lower() not in {"true", "false"}:
        raise InvalidParameterException(f"{name} must be true or false.")
    return value.lower()


def _verify_choices(details: Mapping[str, str]) -> None:
    for key in ("attributes_request_method", "token_request_method"):
        if details.get(key, "GET") not in {"GET", "POST"}:
            raise InvalidParameterException(
                f"1 validation error detected: Value '{details[key][:_MAX_ECHO]}' at '{key}' failed to satisfy constraint: "
                "Member must satisfy enum value set: [POST, GET]"
            )
    _flag("attributes_url_add_attributes", details["attributes_url_add_attributes"])
