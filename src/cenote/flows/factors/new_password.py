"""
NEW_PASSWORD_REQUIRED: the answer of somebody who signed in with a temporary password.

The password and the attributes are judged before the challenge is used up, so that a weak password costs no new sign-in; the challenge is
used up in the transaction that writes the password, so of two answers one wins.

Source: API_RespondToAuthChallenge, "NEW_PASSWORD_REQUIRED".
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.flows import passwords, threat
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.flows.threat import Watched
from cenote.model.attributes import plan_change, readable_attributes, verify_writable
from cenote.model.client import Client
from cenote.model.mfa import Mfa
from cenote.model.pool import Pool
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.user import User, UserStatus

_ATTRIBUTE_PREFIX = "userAttributes."


def ask(_services: Services, sign_in: SignIn, _options: tuple[Mfa, ...]) -> Question:
    """NEW_PASSWORD_REQUIRED, with what the user has and what is missing."""
    user, pool = _user_of(sign_in), sign_in.attempt.pool
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": json.dumps([f"{_ATTRIBUTE_PREFIX}{name}" for name in _missing(pool, user.attributes)]),
        "userAttributes": json.dumps(readable_attributes(pool, sign_in.attempt.client, user.attributes)),
    }
    return Question(ChallengeName.NEW_PASSWORD_REQUIRED, parameters)


def check(services: Services, sign_in: SignIn, _state: Mapping[str, Any]) -> Verdict:
    """
    The change of password of the challenge's own user; `userAttributes.…` are set with it.

    Raises:
        InvalidPasswordException, PasswordHistoryPolicyViolationException, InvalidParameterException, NotAuthorizedException: the challenge
            stays open.
    """
    user, attempt = _user_of(sign_in), sign_in.attempt
    if user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        raise NotAuthorizedException("Invalid session for the user.", cause="no new password is asked for any more")
    password = attempt.required("NEW_PASSWORD")
    passwords.verify_new(services, attempt.pool, user, password)
    threat.verify_new_password(services, attempt, user, password, Watched.PASSWORD_CHANGE)
    complete = _with_attributes(attempt.pool, attempt.client, user, _attributes_in(attempt.parameters))
    sealed = passwords.sealed(services, attempt.pool, user.sub, user.username, password)
    after = passwords.changed(
        services,
        complete,
        sealed,
        history_size=attempt.pool.password_policy.history_size,
        status=UserStatus.CONFIRMED,
    )
    return Verdict(
        method="new_password",
        user=user,
        subject=sign_in.subject,
        proof=Proof.PASSWORD,
        is_right=True,
        changed=lambda _before: after,
    )


def _user_of(sign_in: SignIn) -> User:
    if sign_in.user is None:
        raise NotAuthorizedException("Invalid session for the user.", cause="the user is gone")
    return sign_in.user


def _attributes_in(responses: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(_ATTRIBUTE_PREFIX): value
        for name, value in responses.items()
        if name.startswith(_ATTRIBUTE_PREFIX)
    }


def _missing(pool: Pool, attributes: Mapping[str, str]) -> list[str]:
    return [
        name for name, rule in pool.schema.items() if rule.is_required and name != "sub" and not attributes.get(name)
    ]


def _with_attributes(pool: Pool, client: Client, user: User, attributes: Mapping[str, str]) -> User:
    verify_writable(pool, client, attributes)
    for name in attributes:
        rule = pool.schema.get(name)
        if rule is not None and rule.is_required and user.attributes.get(name):
            raise NotAuthorizedException(f"Cannot modify an already provided {name}")
    in_force = plan_change(pool, user, attributes).attributes if attributes else dict(user.attributes)
    missing = _missing(pool, in_force)
    if missing:
        raise InvalidParameterException(f"Invalid attributes given, {missing[0]} is missing")
    return replace(user, attributes=in_force)
