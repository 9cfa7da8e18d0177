"""
How sign-ins begin at the pages: by name and password, or by choice where the client and the pool let people choose, or the app asks for a
level of assurance.

Source: developer guide, "Authentication with managed login", "Step-up authentication".
"""

from dataclasses import replace
from typing import Any

from cenote.base.errors import ResourceNotFoundException
from cenote.flows.sign_in import starting
from cenote.flows.sign_in.arrival import Arrival
from cenote.flows.sign_in.asked import Asked
from cenote.flows.tokens import Tokens
from cenote.login import remembered
from cenote.login.visit import Visit
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.sign_in.first_factors import first_factors_of
from cenote.model.sign_in.levels import level_named
from cenote.model.sign_in.names import ChallengeName, Flow

_PREFERRED, _TARGET = "PREFERRED_CHALLENGE", "TARGET_ACR_VALUES"
_ANOTHER = {"another": True}


def asked_of(visit: Visit) -> AuthorizationRequest:
    """The app's request, as far as the pages know it: the classic ones know no prompt."""
    request = visit.known_request
    return request if visit.site.is_managed else replace(request, prompts=frozenset())


def is_choice(visit: Visit) -> bool:
    """Whether people choose how to sign in."""
    allows = visit.site.is_managed and "ALLOW_USER_AUTH" in visit.known_client.flows
    return allows and first_factors_of(visit.pool) > {"PASSWORD"}


def by_password(visit: Visit, given: str, password: str) -> Asked | Tokens | Arrival:
    """Begin by name and password. Raises what flows.sign_in.starting does."""
    target = _target_of(visit)
    if not (target or is_choice(visit)):
        return _begun(visit, given, {"PASSWORD": password})
    return _begun(visit, given, {"PASSWORD": password, _PREFERRED: ChallengeName.PASSWORD.value, **target})


def by_choice(visit: Visit, given: str, preferred: ChallengeName | None = None) -> Asked | Tokens | Arrival:
    """Begin by the name alone, with the *preferred* factor if it is there. Raises what flows.sign_in.starting does."""
    wanted = {_PREFERRED: preferred.value} if preferred is not None else {}
    return _begun(visit, given, {**wanted, **_target_of(visit)}, by_choice=True)


def want_another(visit: Visit) -> None:
    """Let the sign-in page ask for another account than the one that is signed in."""
    visit.keep(_ANOTHER)


def wants_another(visit: Visit) -> bool:
    """Whether the person said that they would sign in with another account."""
    kept: Any = visit.kept
    return bool(kept == _ANOTHER)


def _begun(
    visit: Visit, given: str, parameters: dict[str, str], *, by_choice: bool = False
) -> Asked | Tokens | Arrival:
    named = remembered.key_for(visit, given)
    try:
        return _started(visit, given, {**parameters, **named}, by_choice=by_choice or _PREFERRED in parameters)
    except ResourceNotFoundException:
        if not named:
            raise
    # The device was forgotten this very moment.
    return _started(visit, given, parameters, by_choice=by_choice or _PREFERRED in parameters)


def _started(visit: Visit, given: str, parameters: dict[str, str], *, by_choice: bool) -> Asked | Tokens | Arrival:
    attempt = visit.attempt(given, {"USERNAME": given, **parameters})
    if by_choice:
        return starting.by_choice(visit.services, attempt)
    return starting.with_password(visit.services, attempt, Flow.USER_PASSWORD)


def _target_of(visit: Visit) -> dict[str, str]:
    """The level that the app asks for, where there are levels and it names one."""
    if not visit.site.is_managed or visit.pool.document.get("UserPoolTier") == "LITE":
        return {}
    named = [value for value in visit.known_request.acr_values if level_named(visit.pool, value) is not None]
    return {_TARGET: " ".join(named)} if named else {}
