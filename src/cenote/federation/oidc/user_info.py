"""
What a provider says of somebody besides the ID token, asked with their access token.

Sources: OpenID Connect Core 1.0, section 5.3; Google, "people.get"; Facebook, "Graph API: User" and "Secure Graph API calls"
(appsecret_proof); Amazon, "Obtain customer profile information".
"""

import hashlib
import hmac
import re
from typing import Any

from cenote.federation.calls import Call
from cenote.federation.errors import SignInRefusedError
from cenote.federation.fetching import Fetcher
from cenote.federation.oidc import calling
from cenote.federation.oidc.people_api import PERSON_FIELDS
from cenote.federation.oidc.provider import Provider

_LATE = "Read timed out"
_FIELD = re.compile(r"[A-Za-z0-9_.]{1,64}")
# Ours, not Facebook's: its token endpoint gives them.
_TOKENS = frozenset({"access_token", "id_token", "refresh_token"})


def fetch(fetcher: Fetcher, provider: Provider, *, access_token: str, subject: str | None) -> dict[str, Any]:
    """
    What the provider says of who has *access_token*; {} where it need not be asked. *subject* is the ID token's, where there is one.

    Raises:
        SignInRefusedError: it cannot be had, or is of somebody else.
    """
    call = _call_of(provider, access_token)
    if call is None:
        return {}
    answer = calling.answered(fetcher, call, late=_LATE)
    if answer.status != calling.OK:
        raise SignInRefusedError("invalid_request", f"{provider.name} Error - {answer.status} error getting user info")
    found = calling.document_of(answer, "userInfo")
    # Without it one person's token could be answered with another one's claims (OpenID Connect Core 1.0, section 5.3.2).
    must_say = provider.provider_type == "OIDC" or (subject is not None and "sub" in found)
    if must_say and found.get("sub") != subject:
        raise SignInRefusedError("invalid_request", "Bad userInfo response", "its subject is not the ID token's")
    return found


def _call_of(provider: Provider, access_token: str) -> Call | None:
    details = provider.details
    url = details.get("attributes_url")
    if url is None:
        return None
    query: dict[str, str] = {}
    if details.get("attributes_url_add_attributes") == "true" and url.endswith("="):
        fields = _fields(provider)
        # Google refuses a call that names no field; the ID token has everything else.
        if not fields:
            return None
        url += ",".join(fields)
    if provider.provider_type == "Facebook":
        secret = provider.secrets.get("client_secret", "")
        query["appsecret_proof"] = hmac.digest(secret.encode(), access_token.encode(), hashlib.sha256).hex()
    form: dict[str, str] | None = {} if details.get("attributes_request_method") == "POST" else None
    return Call(url, bearer=access_token, query=query, form=form)


def _fields(provider: Provider) -> list[str]:
    """The fields to ask for: every claim that is mapped, and the one that names the person."""
    mapped = {claim for claim in provider.mapping.values() if _FIELD.fullmatch(claim)} - _TOKENS
    if provider.provider_type == "Google":
        return sorted(mapped & PERSON_FIELDS)
    return sorted(mapped | {provider.subject_claim})
