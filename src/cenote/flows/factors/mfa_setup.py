"""
MFA_SETUP: a pool that requires a second factor, and a user who has none.

The user verifies an authenticator app under the challenge's session (AssociateSoftwareToken, VerifySoftwareToken), or names an e-mail
address, to which a code is sent then.

Source: API_RespondToAuthChallenge, "MFA_SETUP".
"""

import json
from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.model.mfa import Mfa, preference_of
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.user import User
from cenote.storage import software_tokens

# What VerifySoftwareToken leaves in the round's state.
VERIFIED = "is_verified"


def ask(_services: Services, sign_in: SignIn, options: tuple[Mfa, ...]) -> Question:
    """MFA_SETUP with what can be set up."""
    names = [each.value for each in options]
    parameters = {"MFAS_CAN_SETUP": json.dumps(names, separators=(",", ":"))}
    if sign_in.user is not None:
        parameters["USER_ID_FOR_SRP"] = sign_in.user.username
    return Question(ChallengeName.MFA_SETUP, parameters, {"options": names})


def address_of(sign_in: SignIn, state: Mapping[str, Any]) -> str | None:
    """The e-mail address that the answer sets up; None when it is about an app."""
    address = sign_in.attempt.parameters.get("EMAIL")
    return address if address and Mfa.EMAIL.value in state["options"] else None


def check(services: Services, sign_in: SignIn, state: Mapping[str, Any]) -> Verdict:
    """
    The app that was verified under this session, and is in force still.

    Raises:
        InvalidParameterException: none was; the challenge stays open.
    """
    if not (state.get(VERIFIED) and _has_app(services, sign_in.user)):
        raise InvalidParameterException("User has not verified software token mfa")
    return Verdict(
        method="software_token",
        user=sign_in.user,
        subject=sign_in.subject,
        proof=Proof.SOFTWARE_TOKEN,
        is_right=True,
    )


def _has_app(services: Services, user: User | None) -> bool:
    if user is None or Mfa.SOFTWARE_TOKEN not in preference_of(user).enabled:
        return False
    with services.database.glance() as tx:
        return software_tokens.is_in_force(tx, user.pool_id, user.sub)
