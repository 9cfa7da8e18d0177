"""
What an app may ask to be registered as, and what is made of it.

Source: RFC 7591, section 2; API_DcrConfigurationType.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from cenote.base.oauth_errors import OAuthError
from cenote.model.client_settings.oauth import API_SCOPE, OIDC_SCOPES
from cenote.model.pool import Pool

SERVER: Final = "aws.cognito/dcr"
SCOPE: Final = f"{SERVER}/register"
DCR: Final = "DCR"
_METHODS: Final = ("client_secret_basic", "client_secret_post", "none")
_GRANTS: Final = {"authorization_code": "code", "client_credentials": "client_credentials"}
# A refresh token comes with the code; implicit is accepted and left out, as in Cognito.
_PASSED_OVER: Final = frozenset({"refresh_token", "implicit"})
_MAX_URIS: Final = 100
_NAME = re.compile(r"[\w +=,.@-]{1,128}")
# API_CreateUserPoolClient, "CallbackURLs", without what a browser would read as something else.
_ADDRESS: Final = re.compile(r"[!-\[\]-~]{1,1024}")
_NAMELESS: Final = "Registered client"


@dataclass(frozen=True, slots=True)
class Registration:
    """A client that an app asks for: *flow* is code or client_credentials, *method* how it will prove itself."""

    name: str
    flow: str
    method: str
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def has_secret(self) -> bool:
        """Whether it gets a secret."""
        return self.method != "none"

    def request(self) -> dict[str, Any]:
        """It as CreateUserPoolClient would be asked for it; it may do nothing at the API but refresh."""
        found: dict[str, Any] = {
            "ClientName": self.name,
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": [self.flow],
            "AllowedOAuthScopes": list(self.scopes),
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
            "PreventUserExistenceErrors": "ENABLED",
        }
        if self.flow == "code":
            found |= {"CallbackURLs": list(self.redirect_uris), "LogoutURLs": list(self.logout_uris)}
        return found

    def described(self) -> dict[str, Any]:
        """It as its app is told of it."""
        is_code = self.flow == "code"
        return {
            "client_name": self.name,
            "grant_types": ["authorization_code", "refresh_token"] if is_code else ["client_credentials"],
            "response_types": ["code"] if is_code else [],
            "redirect_uris": list(self.redirect_uris),
            "token_endpoint_auth_method": self.method,
            "scope": " ".join(self.scopes),
        } | ({"post_logout_redirect_uris": list(self.logout_uris)} if self.logout_uris else {})


def configuration_of(pool: Pool) -> Mapping[str, Any] | None:
    """How apps may register at *pool*; None where they may not."""
    found: Mapping[str, Any] = pool.document.get("DcrConfiguration", {})
    return found if found.get("EnableStatus") == "Enabled" else None


def own_scopes_of(pool: Pool) -> frozenset[str]:
    """The scopes of the resource server that *pool* keeps itself: that of registering, where apps may."""
    return frozenset({SCOPE}) if configuration_of(pool) is not None else frozenset()


def registration_of(
    asked: object, configuration: Mapping[str, Any], *, is_authenticated: bool, custom_scopes: AbstractSet[str]
) -> Registration:
    """
    The client that *asked*, a request's document, is to become; *is_authenticated*: its app showed a token for it.

    Raises:
        OAuthError: it may not become that (RFC 7591, section 3.2.2).
    """
    if not isinstance(asked, dict):
        raise _refused("the metadata are a JSON object")
    flow = _flow(
        _texts(asked, "grant_types", ("authorization_code",)), configuration, is_authenticated=is_authenticated
    )
    method = asked.get("token_endpoint_auth_method", _METHODS[0])
    if method not in _METHODS or (flow == "client_credentials" and method == "none"):
        raise _refused("token_endpoint_auth_method is none that the client may have")
    redirect_uris = _addresses(asked, "redirect_uris")
    if (flow == "code") != bool(redirect_uris):
        raise OAuthError("invalid_redirect_uri", "redirect_uris do not fit the grant type")
    name, known = asked.get("client_name", _NAMELESS), custom_scopes | {API_SCOPE}
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _refused("client_name has characters that it must not have")
    return Registration(
        name=name,
        flow=flow,
        method=method,
        redirect_uris=redirect_uris,
        logout_uris=_addresses(asked, "post_logout_redirect_uris"),
        scopes=_scopes(asked.get("scope"), flow, frozenset(configuration.get("AllowedScopes", ())) & known),
    )


def _flow(grants: Sequence[str], configuration: Mapping[str, Any], *, is_authenticated: bool) -> str:
    if is_authenticated:
        allowed = configuration.get("AuthenticatedGrantTypes", ("code", "client_credentials"))
    else:
        allowed = configuration.get("OpenDcrGrantTypes", ("code",))
    wanted = [grant for grant in dict.fromkeys(grants) if grant not in _PASSED_OVER]
    flows = [_GRANTS.get(grant) for grant in wanted]
    if len(flows) != 1 or flows[0] is None or flows[0] not in allowed:
        raise _refused("grant_types are none that may be registered")
    return flows[0]


def _scopes(written: object, flow: str, allowed: AbstractSet[str]) -> tuple[str, ...]:
    possible = (allowed | OIDC_SCOPES if flow == "code" else allowed - {API_SCOPE}) - {SCOPE}
    if written is None:
        return tuple(sorted(possible))
    if not isinstance(written, str) or not written.split() or not frozenset(written.split()) <= possible:
        raise _refused("scope has one that may not be registered")
    return tuple(dict.fromkeys(written.split()))


def _addresses(asked: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = _texts(asked, name, ())
    for address in found:
        authority = address.partition("://")[2].partition("/")[0].partition("?")[0]
        if not _ADDRESS.fullmatch(address) or "@" in authority:
            raise OAuthError("invalid_redirect_uri", f"{name} has one that is no plain address")
    return found


def _texts(asked: Mapping[str, Any], name: str, absent: tuple[str, ...]) -> tuple[str, ...]:
    found = asked.get(name, absent)
    if (
        not isinstance(found, list | tuple)
        or len(found) > _MAX_URIS
        or not all(isinstance(text, str) for text in found)
    ):
        raise _refused(f"{name} is a list of texts")
    return tuple(found)


def _refused(description: str) -> OAuthError:
    return OAuthError("invalid_client_metadata", description)
