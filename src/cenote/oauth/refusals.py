"""
Faults of flows in the words of OAuth.

Source: RFC 6749, section 5.2; developer guide, "Token endpoint", "Managing quotas".
"""

from http import HTTPStatus
from typing import Final

from cenote.base.errors import (
    Fault,
    InvalidLambdaResponseException,
    InvalidParameterException,
    LimitExceededException,
    NotAuthorizedException,
    RefreshTokenReuseException,
    TooManyRequestsException,
    UnauthorizedException,
    UnexpectedLambdaException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
    UserLambdaValidationException,
    UserNotFoundException,
)
from cenote.base.oauth_errors import OAuthError

# Of these the app is told in the function's own words: whoever wrote it meant them to be read.
_OF_FUNCTIONS: Final = (UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException)
_TOO_SOON: Final = (TooManyRequestsException, LimitExceededException)
_ERRORS: Final[dict[type[Fault], str]] = {
    NotAuthorizedException: "invalid_grant",
    UserNotFoundException: "invalid_grant",
    RefreshTokenReuseException: "invalid_grant",
    UnsupportedTokenTypeException: "unsupported_token_type",
    UnsupportedOperationException: "invalid_request",
    InvalidParameterException: "invalid_request",
    UnauthorizedException: "invalid_client",
}


def refusal_of(fault: Fault) -> OAuthError:
    """What *fault* is called at an endpoint; of its words only a function's own are told."""
    told = f"{fault.code}: {fault.message}" + (f" ({fault.cause})" if fault.cause else "")
    if isinstance(fault, _OF_FUNCTIONS):
        return OAuthError("invalid_grant", fault.message, cause=told)
    if isinstance(fault, _TOO_SOON):
        return OAuthError("too_many_requests", status=HTTPStatus.TOO_MANY_REQUESTS, cause=told)
    error = _ERRORS.get(type(fault))
    if error is not None:
        return OAuthError(error, cause=told)
    if fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return OAuthError("server_error", status=fault.status, cause=told)
    return OAuthError("invalid_request", cause=told)
