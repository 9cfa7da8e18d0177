"""
A code exchanged for a provider's tokens.

Sources: RFC 6749, sections 4.1.3 and 5; RFC 7636, section 4.5; Facebook, "Exchanging code for an access token" (GET).
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.federation.calls import Call
from cenote.federation.errors import SignInRefusedError
from cenote.federation.fetching import Fetcher
from cenote.federation.oidc.callback import refusal
from cenote.federation.oidc.calling import OK, answered, document_of
from cenote.federation.oidc.client_secrets import client_secret_of
from cenote.federation.oidc.documents import object_of
from cenote.federation.oidc.provider import Provider

_LATE = "Timeout occurred in calling IdP token endpoint"
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_KEPT = ("access_token", "id_token", "refresh_token")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave: `access_token`, and `id_token` and `refresh_token` where there are such."""

    tokens: Mapping[str, str] = field(repr=False)
    response: Mapping[str, Any] = field(repr=False)


def exchange(
    fetcher: Fetcher, provider: Provider, *, code: str, redirect_uri: str, verifier: str | None, now_s: int
) -> Tokens:
    """
    Exchange *code*.

    Raises:
        SignInRefusedError: the provider refuses, in its own words after its name and the status, or gives no token.
    """
    form = {
        "grant_type": "authorization_code",
        "client_id": provider.client_id,
        "code": code,
        "redirect_uri": redirect_uri,
    }
    secret = client_secret_of(provider, now_s)
    if secret is not None:
        form["client_secret"] = secret
    if verifier is not None:
        form["code_verifier"] = verifier
    url = provider.details["token_url"]
    by_get = provider.details.get("token_request_method") == "GET"
    call = Call(url, query=form) if by_get else Call(url, form=form)
    answer = answered(fetcher, call, late=_LATE)
    if answer.status != OK:
        raise _refusal(provider, answer.status, answer.body)
    return _tokens_of(document_of(answer, "token"))


def _tokens_of(response: dict[str, Any]) -> Tokens:
    token_type = response.get("token_type", "bearer")
    if not isinstance(token_type, str) or token_type.lower() != "bearer":
        raise SignInRefusedError("server_error", "Bad token response", "the token type is not Bearer")
    tokens = {name: response[name] for name in _KEPT if response.get(name) is not None}
    if "access_token" not in tokens:
        raise SignInRefusedError("server_error", "Bad token response", "there is no access token")
    for name, token in tokens.items():
        if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
            raise SignInRefusedError("server_error", "Bad token response", f"the {name} is none")
    return Tokens(tokens, response)


def _refusal(provider: Provider, status: int, body: bytes) -> SignInRefusedError:
    prefix = f"{provider.name} Error - {status}"
    said: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        said = object_of(body)
    error: Any = said.get("error")
    description = said.get("error_description")
    # Facebook's own form: {"error": {"message", "type", "code"}}.
    if isinstance(error, dict):
        error, description = "invalid_request", error.get("message")
    if not isinstance(error, str):
        return SignInRefusedError("invalid_request", f"{prefix} error getting token")
    return refusal(error, description, prefix)
