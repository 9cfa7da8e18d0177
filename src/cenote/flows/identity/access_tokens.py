"""
Access tokens of Facebook and Amazon, which say nothing themselves: who has one, and of which app, the provider is asked.

That a token is of the right app is asked first: another app's token would otherwise sign its people in here.

Sources: Facebook, "Graph API: Application", "User"; Login with Amazon, "Verify an access token".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from cenote.base.invocations import FunctionUnreachableError
from cenote.federation.calls import Call
from cenote.federation.errors import FederationError
from cenote.federation.oidc.documents import object_of
from cenote.flows.identity.refusals import ProofRefusedError, Reason
from cenote.flows.services import Services

FACEBOOK = "graph.facebook.com"
AMAZON = "www.amazon.com"
# Whoever is asked about each token.
ASKED = frozenset({FACEBOOK, AMAZON})
_GRAPH = f"https://{FACEBOOK}"
_TOKEN_INFO = "https://api.amazon.com/auth/o2/tokeninfo"
_MAX_CHARS = 4096
_MAX_ID = 255
_OK = 200
_SERVER_ERROR = 500
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has an access token: *app_id* is whose app it was issued to."""

    user_id: str
    app_id: str
    claims: Mapping[str, Any] = field(repr=False)


def verify_facebook(services: Services, token: str, app_ids: Collection[str] | None) -> Holder:
    """
    Who has a Facebook access *token* that was issued to one of *app_ids*, or to any app where these are None. Not within a transaction.

    Raises:
        ProofRefusedError: Facebook does not know it, or it is of another app; or Facebook cannot be asked.
    """
    _verify_form(token)
    app_id = _id_in(_asked(services, Call(f"{_GRAPH}/app", query={"fields": "id"}, bearer=token)), "id")
    if app_ids is not None and app_id not in app_ids:
        raise ProofRefusedError(Reason.AUDIENCE, "it was issued to another app")
    user_id = _id_in(_asked(services, Call(f"{_GRAPH}/me", query={"fields": "id"}, bearer=token)), "id")
    return Holder(user_id, app_id, {"id": user_id, "app_id": app_id})


def verify_amazon(services: Services, token: str, app_ids: Collection[str] | None) -> Holder:
    """
    Who has a Login with Amazon access *token* that was issued to one of *app_ids*, or to any app where these are None.

    Not within a transaction.

    Raises:
        ProofRefusedError: Amazon does not know it, it is of another app or past its time; or Amazon cannot be asked.
    """
    _verify_form(token)
    found = _asked(services, Call(_TOKEN_INFO, query={"access_token": token}))
    client_id = _id_in(found, "aud")
    if app_ids is not None and client_id not in app_ids and str(found.get("app_id")) not in app_ids:
        raise ProofRefusedError(Reason.AUDIENCE, "it was issued to another app")
    left_s = found.get("exp")
    if isinstance(left_s, bool) or not isinstance(left_s, int) or left_s <= 0:
        raise ProofRefusedError(Reason.EXPIRED, expired_at_s=services.clock.now_ms() // 1000)
    user_id = _id_in(found, "user_id")
    return Holder(user_id, client_id, {"user_id": user_id, "app_id": client_id})


def _verify_form(token: str) -> None:
    # It goes into a header.
    if not 0 < len(token) <= _MAX_CHARS or not token.isascii() or not token.isprintable() or " " in token:
        raise ProofRefusedError(Reason.MALFORMED, "it is no access token")


def _asked(services: Services, call: Call) -> Mapping[str, Any]:
    services.database.refuse_inside_write()
    try:
        with services.functions.waits.waiting():
            answer = services.fetcher.call(call)
    except (FederationError, FunctionUnreachableError) as error:
        raise ProofRefusedError(Reason.UNREACHABLE, str(error)) from None
    if answer.status >= _SERVER_ERROR or answer.status == _TOO_MANY:
        raise ProofRefusedError(Reason.UNREACHABLE, f"it answers with status code {answer.status}")
    if answer.status != _OK:
        raise ProofRefusedError(Reason.SIGNATURE, f"the provider refuses it with status code {answer.status}")
    try:
        return object_of(answer.body)
    except ValueError as error:
        raise ProofRefusedError(Reason.UNREACHABLE, str(error)) from None


def _id_in(found: Mapping[str, Any], member: str) -> str:
    value = found.get(member)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_ID or not value.isprintable():
        raise ProofRefusedError(Reason.SIGNATURE, f"the provider names no {member}")
    return value
