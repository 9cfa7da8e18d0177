"""
What a browser brings back from a provider: a code, or the provider's refusal.

Sources: RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207 (iss); Apple, "Request an authorization to the Sign in with Apple server" (user).
"""

import re
from collections.abc import Mapping
from typing import Any

from cenote.federation.errors import SignInRefusedError
from cenote.federation.oidc.documents import object_of
from cenote.federation.oidc.provider import Provider

# What of it is looked at, beside the state.
PARAMETERS = frozenset({"code", "state", "error", "error_description", "iss", "user"})
_MAX_CODE = 4096
_MAX_DESCRIPTION = 512
_MAX_USER = 4096
_MAX_NAME = 256
_ERROR = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,64}")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


def code_of(provider: Provider, parameters: Mapping[str, str]) -> str:
    """
    The authorization code.

    Raises:
        SignInRefusedError: the provider refuses, in its own words; or it is another provider that answers.
    """
    issuer = parameters.get("iss")
    if issuer is not None and provider.issuers and issuer not in provider.issuers:
        raise SignInRefusedError(
            "invalid_request", "The response comes from another issuer.", issuer[:_MAX_DESCRIPTION]
        )
    if "error" in parameters:
        raise refusal(parameters.get("error"), parameters.get("error_description"))
    code = parameters.get("code", "")
    if not 0 < len(code) <= _MAX_CODE:
        raise SignInRefusedError("invalid_request", "The response has no authorization code.")
    return code


def refusal(error: object, description: object, prefix: str = "") -> SignInRefusedError:
    """A provider's refusal, relayed; what is no error code becomes invalid_request."""
    named = error if isinstance(error, str) and _ERROR.fullmatch(error) else "invalid_request"
    said = _UNPRINTABLE.sub(" ", description[:_MAX_DESCRIPTION]) if isinstance(description, str) else ""
    return SignInRefusedError(named, " ".join(filter(None, (prefix, prefix and named, said))) or named)


def apple_names(provider: Provider, parameters: Mapping[str, str]) -> dict[str, Any]:
    """
    The claims `firstName`, `lastName` and `name` that Apple's form brings with a person's first sign-in; {} when it brings none.

    They are not signed: a person chooses them, as in any form.
    """
    user = parameters.get("user", "")
    if provider.provider_type != "SignInWithApple" or not 0 < len(user) <= _MAX_USER:
        return {}
    try:
        names = object_of(user.encode()).get("name")
    except ValueError:
        return {}
    if not isinstance(names, dict):
        return {}
    parts = {key: names.get(key) for key in ("firstName", "lastName")}
    found = {key: part for key, part in parts.items() if isinstance(part, str) and 0 < len(part) <= _MAX_NAME}
    return {**found, "name": " ".join(found.values())} if found else {}
