"""
What a client may do beyond Cognito, each off until somebody switches it on.

The document has PushedAuthorizationRequests and DPoP (OFF, ALLOWED, REQUIRED), DeviceAuthorization (a truth) and BackchannelLogoutURI.

Source: RFC 9126 (pushed requests), RFC 9449 (DPoP), RFC 8628 (devices), OpenID Connect Back-Channel Logout 1.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.identity_provider.urls import verify_page

OFF, ALLOWED, REQUIRED = "OFF", "ALLOWED", "REQUIRED"
_LEVELS = (OFF, ALLOWED, REQUIRED)
_PUSHED, _DPOP, _DEVICE, _LOGOUT = (
    "PushedAuthorizationRequests",
    "DPoP",
    "DeviceAuthorization",
    "BackchannelLogoutURI",
)


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """
    A client's options: *pushed_requests* and *dpop* are OFF, ALLOWED or REQUIRED.

    *backchannel_logout_uri* is told of the logouts of its users, None where it is not.
    """

    pushed_requests: str = OFF
    dpop: str = OFF
    device_authorization: bool = False
    backchannel_logout_uri: str | None = None


def options_of(document: Mapping[str, Any]) -> ClientOptions:
    """The options in a stored document; an empty one switches nothing on."""
    return ClientOptions(
        pushed_requests=document.get(_PUSHED, OFF),
        dpop=document.get(_DPOP, OFF),
        device_authorization=document.get(_DEVICE, False),
        backchannel_logout_uri=document.get(_LOGOUT),
    )


def document_of(options: ClientOptions) -> dict[str, Any]:
    """All of the options, as they are shown and stored."""
    document: dict[str, Any] = {
        _PUSHED: options.pushed_requests,
        _DPOP: options.dpop,
        _DEVICE: options.device_authorization,
    }
    return document | ({_LOGOUT: options.backchannel_logout_uri} if options.backchannel_logout_uri else {})


def accepted(document: object, *, is_development: bool) -> ClientOptions:
    """
    The options that somebody asks for; what is left out is off.

    Raises:
        InvalidParameterException: a member is unknown, or its value is none that it may have.
    """
    if not isinstance(document, dict):
        raise InvalidParameterException("The options are a JSON object.")
    unknown = sorted(document.keys() - {_PUSHED, _DPOP, _DEVICE, _LOGOUT})
    if unknown:
        raise InvalidParameterException(f"There is no option {unknown[0]}.")
    for name in (_PUSHED, _DPOP):
        if document.get(name, OFF) not in _LEVELS:
            raise InvalidParameterException(f"{name} is one of {', '.join(_LEVELS)}.")
    if not isinstance(document.get(_DEVICE, False), bool):
        raise InvalidParameterException(f"{_DEVICE} is true or false.")
    uri = document.get(_LOGOUT)
    if uri is not None:
        if not isinstance(uri, str):
            raise InvalidParameterException(f"{_LOGOUT} is a URL.")
        verify_page(_LOGOUT, uri, is_development=is_development)
    return options_of(document)
