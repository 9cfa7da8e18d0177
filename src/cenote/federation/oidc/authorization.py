"""
Where a browser is sent to sign in at a provider, and what is remembered until it comes back.

Sources: OpenID Connect Core 1.0, section 3.1.2.1; RFC 7636 (PKCE); RFC 6749, section 4.1.1.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cenote.crypto import pkce
from cenote.federation.calls import with_query
from cenote.federation.oidc.provider import Provider

_FORWARDED = ("login_hint", "prompt")
_NOT_FORWARDED = frozenset({"", "none"})
_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class Begun:
    """
    *url* is where the browser goes. *nonce* and *verifier* are to be given back when it returns; None where the provider takes none.

    *is_form_post*: the provider answers by a form that another site submits.
    """

    url: str
    nonce: str | None = field(repr=False)
    verifier: str | None = field(repr=False)
    is_form_post: bool = False


def begun(
    provider: Provider, *, state: str, redirect_uri: str, asked: Mapping[str, str], levels: Sequence[int] = ()
) -> Begun:
    """
    Begin a sign-in at *provider*.

    *asked* is the app's own request, of which `login_hint` and `prompt` (but not `none`) are passed on; *levels* of assurance that it asks
    for are passed on as what the provider calls them.
    """
    dialect = provider.dialect
    nonce = _random() if dialect.has_id_token else None
    verifier = _random() if dialect.has_pkce else None
    scopes = provider.scopes
    # Apple insists on it when anything is asked for.
    is_form_post = provider.provider_type == "SignInWithApple" and bool(scopes)
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "state": state,
    }
    if scopes:
        parameters["scope"] = dialect.separator.join(scopes)
    if nonce is not None:
        parameters["nonce"] = nonce
    if verifier is not None:
        parameters |= {"code_challenge": pkce.challenge_of(verifier), "code_challenge_method": "S256"}
    if is_form_post:
        parameters["response_mode"] = "form_post"
    if provider.provider_type in {"OIDC", "Google"}:
        parameters |= {name: asked[name] for name in _FORWARDED if asked.get(name, "") not in _NOT_FORWARDED}
    values = [provider.levels[f"Level{level}"] for level in levels if f"Level{level}" in provider.levels]
    if values:
        parameters["acr_values"] = " ".join(values)
    return Begun(with_query(provider.details["authorize_url"], parameters), nonce, verifier, is_form_post)


def _random() -> str:
    return secrets.token_urlsafe(_RANDOM_BYTES)
