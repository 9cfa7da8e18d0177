"""
A token that somebody holds, for one that is derived from it: what GetDerivedToken does, in the words of RFC 8693.

Cognito takes one audience or one resource, the identifier of a resource server, and tokens of the pool itself alone.

Source: RFC 8693, sections 2.1 and 2.2; API_GetDerivedToken.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cenote.base.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from cenote.base.oauth_errors import OAuthError
from cenote.flows import derived_tokens
from cenote.flows.services import Services
from cenote.model.token_exchange import DELEGATION, IMPERSONATION, Exchange
from cenote.oauth.grants.request import Document, TokenRequest

_URN: Final = "urn:ietf:params:oauth:token-type:"
_ACCESS: Final = "ACCESS_TOKEN"
_TYPES: Final[Mapping[str, str]] = MappingProxyType({f"{_URN}access_token": _ACCESS, f"{_URN}id_token": "ID_TOKEN"})
_URNS: Final = MappingProxyType({kind: urn for urn, kind in _TYPES.items()})


def token_for_token(services: Services, request: TokenRequest) -> Document:
    """One derived token, called an access token whatever it is (section 2.2.1)."""
    exchange = _exchange_of(request)
    needed = DELEGATION if exchange.actor_token is not None else IMPERSONATION
    if needed not in request.client.flows:
        raise OAuthError("unauthorized_client")
    try:
        derived = derived_tokens.derive(
            services, request.pool, request.client, exchange, origin=request.origin, dpop_jkt=request.dpop_jkt
        )
    except ResourceNotFoundException as fault:
        raise OAuthError("invalid_target", cause=fault.message) from None
    except (NotAuthorizedException, UserNotFoundException, InvalidParameterException) as fault:
        # Section 2.2.2: a token that is no good makes the request a bad one.
        raise OAuthError("invalid_request", cause=f"{fault.message} {fault.cause}") from None
    answer: Document = {
        "access_token": derived.token,
        "issued_token_type": _URNS[exchange.requested_type],
        "token_type": derived.token_type,
        "expires_in": derived.expires_in_s,
    }
    return answer | ({"scope": " ".join(derived.scopes)} if exchange.requested_type == _ACCESS else {})


def _exchange_of(request: TokenRequest) -> Exchange:
    given = request.given
    actor, actor_type = given.get("actor_token"), given.get("actor_token_type")
    if (actor is None) != (actor_type is None):
        raise OAuthError("invalid_request", cause="actor_token and actor_token_type belong together")
    if "audience" in given and "resource" in given:
        raise OAuthError("invalid_request", cause="there is an audience and a resource")
    scopes = given.get("scope", "").split()
    return Exchange(
        subject_token=request.required("subject_token"),
        subject_type=_type_of(request.required("subject_token_type")),
        actor_token=actor,
        actor_type=_type_of(actor_type) if actor_type is not None else None,
        scopes=tuple(scopes) or None,
        audience=given.get("audience"),
        resource=given.get("resource"),
        requested_type=_type_of(given.get("requested_token_type", f"{_URN}access_token")),
    )


def _type_of(urn: str) -> str:
    if urn not in _TYPES:
        raise OAuthError("invalid_request", cause=f"tokens of the type {urn[:128]!r} are not exchanged")
    return _TYPES[urn]
