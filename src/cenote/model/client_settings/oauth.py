"""
What a client may do at the pool's OAuth endpoints, and where these may send people.

Source: API_CreateUserPoolClient; RFC 6749, sections 3.1.2 and 4.4; RFC 8252, section 7.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import urlsplit

from cenote.base.errors import InvalidOAuthFlowException, InvalidParameterException, ScopeDoesNotExistException
from cenote.model.identity_provider.urls import is_loopback_host

OIDC_SCOPES = frozenset({"openid", "email", "phone", "profile"})
API_SCOPE = "aws.cognito.signin.user.admin"
STANDARD_SCOPES = OIDC_SCOPES | {API_SCOPE}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
# A browser runs or shows what follows these instead of going anywhere.
_REFUSED_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "blob", "about"})
_LISTS = ("AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs", "LogoutURLs")


def oauth_of(request: Mapping[str, Any], *, has_secret: bool, custom_scopes: AbstractSet[str]) -> dict[str, Any]:
    """
    The OAuth settings of a request; empty lists are left out.

    Raises:
        InvalidParameterException: a URL or a combination that AWS refuses.
        InvalidOAuthFlowException: flows that exclude one another, or lack what they need.
        ScopeDoesNotExistException: a scope that is neither standard nor one of *custom_scopes*.
    """
    is_allowed = request.get("AllowedOAuthFlowsUserPoolClient", False)
    flows, scopes, callbacks, logouts = (list(dict.fromkeys(request.get(name, ()))) for name in _LISTS)
    _verify_scopes(scopes, custom_scopes)
    if is_allowed and not (flows and scopes):
        raise InvalidParameterException(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
        )
    _verify_machine_flow(flows, scopes, has_secret=has_secret)
    for url in (*callbacks, *logouts):
        _verify_url(url)
    if is_allowed and {"code", "implicit"} & set(flows) and not callbacks:
        raise InvalidOAuthFlowException("CallbackUrls can not be empty when code flow or implicit flow is selected")
    found: dict[str, Any] = {"AllowedOAuthFlowsUserPoolClient": is_allowed}
    if "DefaultRedirectURI" in request:
        found["DefaultRedirectURI"] = _default_redirect(request["DefaultRedirectURI"], callbacks)
    lists = zip(_LISTS, (flows, scopes, callbacks, logouts), strict=True)
    return found | {name: values for name, values in lists if values}


def _verify_scopes(scopes: Sequence[str], custom_scopes: AbstractSet[str]) -> None:
    for scope in scopes:
        if scope not in STANDARD_SCOPES and scope not in custom_scopes:
            raise ScopeDoesNotExistException(f"Invalid scope requested: {scope}")
    if OIDC_SCOPES & set(scopes) and "openid" not in scopes:
        raise InvalidParameterException("openid scope is required when phone, email or profile scope is selected.")


def _verify_machine_flow(flows: Sequence[str], scopes: Sequence[str], *, has_secret: bool) -> None:
    if "client_credentials" not in flows:
        return
    if len(flows) > 1:
        raise InvalidOAuthFlowException(
            "client_credentials flow can not be selected along with code flow or implicit flow."
        )
    if not has_secret:
        raise InvalidOAuthFlowException(
            "client_credentials flow can not be selected if client does not have a client secret."
        )
    for scope in scopes:
        if scope in STANDARD_SCOPES:
            raise InvalidOAuthFlowException(f"{scope} is not supported with client_credentials flow")


def _verify_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise InvalidParameterException(f"{url} is not a valid URI") from None
    if not _SCHEME.match(url) or parts.scheme in _REFUSED_SCHEMES or (parts.scheme in {"http", "https"} and not host):
        raise InvalidParameterException(f"{url} is not a valid absolute URI")
    if "#" in url:
        raise InvalidParameterException(f"{url} cannot use fragment")
    if parts.scheme == "http" and not is_loopback_host(host or ""):
        raise InvalidParameterException(f"{url} cannot use the HTTP protocol.")


def _default_redirect(url: str, callbacks: Sequence[str]) -> str:
    if url not in callbacks:
        raise InvalidParameterException(f"The default redirect URI {url} is not in the callback URIs list.")
    return url
