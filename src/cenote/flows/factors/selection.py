"""
Choices: SELECT_CHALLENGE and SELECT_MFA_TYPE, and the plain PASSWORD that a choice-based sign-in may ask for.

A choice proves nothing; it says which question is put next.

Source: API_RespondToAuthChallenge; developer guide, "Choice-based authentication".
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.flows.factors.verdict import Question, SignIn
from cenote.flows.services import Services
from cenote.model.mfa import Mfa
from cenote.model.sign_in.names import ChallengeName

# The model's prose has a name of its own for codes by e-mail.
_SYNONYMS = {"EMAIL_MFA": Mfa.EMAIL.value}


def ask_challenge(available: Sequence[ChallengeName]) -> Question:
    """SELECT_CHALLENGE among *available*."""
    state = {"available": [each.value for each in available]}
    return Question(ChallengeName.SELECT_CHALLENGE, {}, state, available=tuple(available))


def ask_mfa(_services: Services, sign_in: SignIn, options: tuple[Mfa, ...]) -> Question:
    """SELECT_MFA_TYPE among *options*."""
    names = [each.value for each in options]
    parameters = {"MFAS_CAN_CHOOSE": json.dumps(names, separators=(",", ":"))}
    if sign_in.user is not None:
        parameters["USER_ID_FOR_SRP"] = sign_in.user.username
    return Question(ChallengeName.SELECT_MFA_TYPE, parameters, {"options": names})


def ask_password(_services: Services, _sign_in: SignIn, _options: tuple[Mfa, ...]) -> Question:
    """PASSWORD: the plain password, as the answer."""
    return Question(ChallengeName.PASSWORD, {})


def chosen_challenge(answer: str, state: Mapping[str, Any]) -> ChallengeName:
    """The first factor that was chosen; InvalidParameterException for one that was not offered."""
    if answer not in state["available"]:
        raise InvalidParameterException(f"Invalid challenge selection: {answer} is not available.")
    return ChallengeName(answer)


def chosen_mfa(answer: str, state: Mapping[str, Any]) -> Mfa:
    """The second factor that was chosen; InvalidParameterException for one that was not offered."""
    name = _SYNONYMS.get(answer, answer)
    if name not in state["options"]:
        raise InvalidParameterException(f"Invalid MFA selection: {answer} is not available.")
    return Mfa(name)
