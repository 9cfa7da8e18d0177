"""Whether a document in a pool's file has what readers take for granted: members that are always there, and the types of those that are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cenote.model.auth_event import ChallengeKind, Decision
from cenote.model.pool_settings.document import new_document
from cenote.model.sign_in.names import Proof
from cenote.model.user_session import SESSION_FACTS
from cenote.storage.resources import Kind
from cenote.threat.score import Level
from cenote.threat.sighting import address_of

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
_SEEN: Shape = MappingProxyType(dict.fromkeys(("address", "device", "device_name", "timezone"), str))
_PLACE: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("city", "country", "country_code"), (str,)),
        **dict.fromkeys(("latitude", "longitude"), (float, int)),
    }
)
_FEEDBACK: Shape = MappingProxyType({"value": str, "provider": str, "at_ms": int})
_FEEDBACK_VALUES = frozenset({"Valid", "Invalid"})
# Up to the last moment of the year 9999.
_MOMENTS = range(253_402_300_800_000)


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


def is_session_document(document: object) -> bool:
    """Whether a tracked session can have it."""
    return isinstance(document, dict) and all(
        name in SESSION_FACTS and isinstance(value, str) for name, value in document.items()
    )


def is_event_document(document: Mapping[str, Any]) -> bool:
    """Whether an event of authentication can have it."""
    challenges = document["challenges"]
    return (
        isinstance(document.get("client_id", ""), str)
        and _is_risk(document["risk"])
        and _is_seen(document["seen"])
        and isinstance(challenges, list)
        and all(ChallengeKind(kind) and isinstance(is_right, bool) for kind, is_right in challenges)
        and ("feedback" not in document or _is_feedback(document["feedback"]))
    )


def is_token_document(document: object) -> bool:
    """Whether a refresh token can have it as its details; None is none."""
    if document is None:
        return True
    if not isinstance(document, dict):
        return False
    proofs = document.get("proofs", [])
    is_bound = isinstance(document.get("device_key"), str | None)
    return is_bound and isinstance(proofs, list) and all(Proof(each) for each in proofs)


def _is_risk(risk: Mapping[str, Any]) -> bool:
    level, reasons = risk.get("level"), risk.get("reasons", [])
    is_leveled = level is None or Level(level) in Level
    is_reasoned = isinstance(reasons, list) and all(isinstance(each, str) for each in reasons)
    return Decision(risk["decision"]) in Decision and is_leveled and is_reasoned and _is_of(risk, {"compromised": bool})


def _is_seen(seen: Mapping[str, Any]) -> bool:
    """Whether later attempts can be held against it: its network is computed of its address."""
    address, place = seen.get("address"), seen.get("place", {})
    is_placed = isinstance(place, dict) and all(type(value) in _PLACE[name] for name, value in place.items())
    is_addressed = address is None or address_of(address) == address
    return _is_of(seen, _SEEN) and "device_name" in seen and is_addressed and is_placed


def _is_feedback(feedback: Mapping[str, Any]) -> bool:
    is_whole = feedback.keys() >= _FEEDBACK.keys() and _is_of(feedback, _FEEDBACK)
    return is_whole and feedback["value"] in _FEEDBACK_VALUES and feedback["at_ms"] in _MOMENTS


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
