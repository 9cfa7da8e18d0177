"""
An authorization request: what a client wants of somebody, read from the parameters that their browser brings.

The parameters are read strictly: nothing may be given twice, and what is malformed is refused rather than ignored. Whether the client may
have it is for flows.hosted to say.

Source: RFC 6749, section 4.1.1; RFC 7636; RFC 8707; OpenID Connect Core 1.0, section 3.1.2.1; developer guide, "Authorize endpoint".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cenote.base.oauth_errors import OAuthError
from cenote.model.identity_provider.urls import is_loopback_host

# What pages pass on to one another; whatever else was in a query is left behind.
CARRIED = (
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "identity_provider",
    "idp_identifier",
    "lang",
    "login_hint",
    "prompt",
    "resource",
    "acr_values",
    "max_age",
    "request_uri",
    "dpop_jkt",
    "user_code",
)
CODE, TOKEN = "code", "token"
# Of requests that no app sent: a device waits, and is told by another way than a redirect.
DEVICE = "device"
PROMPTS = frozenset({"none", "login", "select_account", "consent"})
MAX_CHARS = 8192
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_THUMBPRINT = _CHALLENGE
_MAX_AGE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """
    A request of a client that may make it, to be answered at *redirect_uri*.

    *scopes* are those that are granted. *parameters* are what pages carry along, by the names of the wire: reading them again gives this
    request again. *resource* becomes the access token's audience. *dpop_jkt* is the thumbprint of the key that the code is bound to.
    """

    client_id: str
    response_type: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    nonce: str | None
    code_challenge: str | None
    identity_provider: str | None
    idp_identifier: str | None
    login_hint: str | None
    prompts: frozenset[str]
    resource: str | None
    acr_values: tuple[str, ...]
    max_age_s: int | None
    dpop_jkt: str | None
    parameters: Mapping[str, str] = field(repr=False)

    @property
    def is_implicit(self) -> bool:
        """Whether tokens are answered at once, in the fragment."""
        return self.response_type == TOKEN


def only_ones(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    The parameters of *pairs*, by name; those without a value count as absent (RFC 6749, section 3.1).

    Raises:
        OAuthError: one is there twice or is no text, or what is there is too long to be meant.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise OAuthError("invalid_request", f"{name} is given more than once")
        found[name] = value
    if any("\0" in value for value in found.values()):
        raise OAuthError("invalid_request", "a parameter is no text")
    if sum(map(len, found.values())) > MAX_CHARS:
        raise OAuthError("invalid_request", "the request is too long")
    return {name: value for name, value in found.items() if value}


def code_challenge_of(parameters: Mapping[str, str]) -> str | None:
    """
    The PKCE challenge, if there is one.

    Raises:
        OAuthError: only half of it is there, or it is none that S256 makes.
    """
    challenge, method = parameters.get("code_challenge"), parameters.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    if challenge is None:
        raise OAuthError("invalid_request", "code_challenge is required with code_challenge_method")
    if method != "S256":
        raise OAuthError("invalid_request", "code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(challenge):
        raise OAuthError("invalid_request", "code_challenge is not valid")
    return challenge


def prompts_of(parameters: Mapping[str, str]) -> frozenset[str]:
    """
    How the person is to be asked; OAuthError for a word that nobody knows, or `none` beside another.
    """
    prompts = frozenset(parameters.get("prompt", "").split())
    if not prompts <= PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise OAuthError("invalid_request", "prompt is not valid")
    return prompts


def max_age_of(parameters: Mapping[str, str]) -> int | None:
    """How many seconds ago the person may have signed in at most; OAuthError when it is no number."""
    written = parameters.get("max_age")
    if written is None:
        return None
    if not _MAX_AGE.fullmatch(written):
        raise OAuthError("invalid_request", "max_age is not valid")
    return int(written)


def resource_of(parameters: Mapping[str, str]) -> str | None:
    """The resource indicator; OAuthError unless it is an absolute https URI, a loopback one, or of a scheme of the app's own."""
    resource = parameters.get("resource")
    if resource is None:
        return None
    try:
        parts = urlsplit(resource)
        is_secure = parts.scheme != "http" or is_loopback_host(parts.hostname or "")
        is_whole = bool(parts.scheme) and bool(parts.netloc or parts.path) and "#" not in resource
        is_whole = is_whole and (parts.scheme not in {"http", "https"} or bool(parts.hostname))
    except ValueError:
        is_whole = is_secure = False
    if not (is_whole and is_secure and resource.isprintable() and " " not in resource):
        raise OAuthError("invalid_request", "resource is not valid")
    return resource


def dpop_thumbprint_of(parameters: Mapping[str, str]) -> str | None:
    """The key that the code is to be bound to (RFC 9449, section 10); OAuthError when it is no thumbprint."""
    thumbprint = parameters.get("dpop_jkt")
    if thumbprint is not None and not _THUMBPRINT.fullmatch(thumbprint):
        raise OAuthError("invalid_request", "dpop_jkt is not valid")
    return thumbprint
