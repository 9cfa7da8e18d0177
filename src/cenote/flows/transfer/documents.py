"""Whether a document in a pool's file has what readers take for granted: members that are always there, and the types of those that are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cenote.model.pool_settings.document import new_document
from cenote.storage.resources import Kind

Shape = Mapping[str, type]
# A pool's settings, each of the type that it has in a new pool; a file of an earlier release may lack some.
_NEW_POOL = new_document({"PoolName": "new"}, region="us-east-1")
_ALWAYS_IN_POOL = frozenset({"LambdaConfig", "SchemaAttributes", "UserPoolTags", "UserPoolTier"})
_LISTS_IN_POOL = ("AliasAttributes", "AutoVerifiedAttributes", "UsernameAttributes")
_CLIENT: Shape = MappingProxyType(
    {
        **dict.fromkeys(("AccessTokenValidity", "AuthSessionValidity", "IdTokenValidity", "RefreshTokenValidity"), int),
        **dict.fromkeys(("AllowedOAuthFlowsUserPoolClient", "EnableTokenRevocation"), bool),
        **dict.fromkeys(("ClientType", "DefaultRedirectURI", "PreventUserExistenceErrors"), str),
        **dict.fromkeys(("AnalyticsConfiguration", "RefreshTokenRotation", "TokenValidityUnits"), dict),
    }
)
_LISTS_IN_CLIENT = (
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "CallbackURLs",
    "ExplicitAuthFlows",
    "LogoutURLs",
    "ReadAttributes",
    "SupportedIdentityProviders",
    "WriteAttributes",
)
_ALWAYS_IN_RESOURCE: Mapping[Kind, Shape] = MappingProxyType(
    {
        Kind.RESOURCE_SERVER: {"Scopes": list},
        Kind.IDENTITY_PROVIDER: {
            "ProviderType": str,
            "ProviderDetails": dict,
            "AttributeMapping": dict,
            "IdpIdentifiers": list,
        },
        Kind.PROVIDER_IDENTIFIER: {"ProviderName": str},
        Kind.SIGNING_CERTIFICATE: {"Certificates": list},
        Kind.TERMS: {"TermsName": str, "TermsSource": str, "Enforcement": str, "Links": dict},
        Kind.LOG_DELIVERY: {"LogConfigurations": list},
        Kind.REPLICA: {"Status": str},
    }
)


def is_pool_document(document: Mapping[str, Any]) -> bool:
    """Whether a pool can have it."""
    tags = document["UserPoolTags"]
    return (
        document.keys() >= _ALWAYS_IN_POOL
        and _is_like(document, _NEW_POOL)
        and _are_texts(document, _LISTS_IN_POOL)
        and all(isinstance(value, str) for value in tags.values())
    )


def is_client_document(document: Mapping[str, Any]) -> bool:
    """Whether an app client can have it."""
    return "ClientType" in document and _is_of(document, _CLIENT) and _are_texts(document, _LISTS_IN_CLIENT)


def is_resource_document(kind: Kind, document: object) -> bool:
    """Whether a resource of that kind can have it."""
    always = _ALWAYS_IN_RESOURCE.get(kind, {})
    return isinstance(document, dict) and document.keys() >= always.keys() and _is_of(document, always)


def _is_of(document: Mapping[str, Any], shape: Shape) -> bool:
    # By the very type: a bool is an int to isinstance.
    return all(type(document[name]) is kind for name, kind in shape.items() if name in document)


def _are_texts(document: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    lists = [document[name] for name in names if name in document]
    return all(isinstance(each, list) and all(isinstance(item, str) for item in each) for each in lists)


def _is_like(given: Any, example: Any) -> bool:  # noqa: ANN401 - values of JSON
    """Whether what both have is of the same types."""
    if type(given) is not type(example):
        return False
    if isinstance(given, dict):
        return all(_is_like(value, example[name]) for name, value in given.items() if name in example)
    return True
