"""Which factor puts which challenge, and which takes the answer to it."""

from collections.abc import Callable, Mapping
from typing import Any

from cenote.flows.factors import (
    device,
    mfa_setup,
    new_password,
    one_time_code,
    passkey,
    selection,
    software_token,
)
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.model.mfa import Mfa
from cenote.model.sign_in.machine import Ask
from cenote.model.sign_in.names import ChallengeName

_Ask = Callable[[Services, SignIn, tuple[Mfa, ...]], Question]
_Check = Callable[[Services, SignIn, Mapping[str, Any]], Verdict]

_ASKS: Mapping[ChallengeName, _Ask] = {
    ChallengeName.DEVICE_SRP_AUTH: device.ask,
    ChallengeName.EMAIL_OTP: one_time_code.ask_by_email,
    ChallengeName.MFA_SETUP: mfa_setup.ask,
    ChallengeName.NEW_PASSWORD_REQUIRED: new_password.ask,
    ChallengeName.PASSWORD: selection.ask_password,
    ChallengeName.SELECT_MFA_TYPE: selection.ask_mfa,
    ChallengeName.SMS_MFA: one_time_code.ask_by_sms,
    ChallengeName.SMS_OTP: one_time_code.ask_by_sms,
    ChallengeName.SOFTWARE_TOKEN_MFA: software_token.ask,
    ChallengeName.WEB_AUTHN: passkey.ask,
}
CHECKS: Mapping[ChallengeName, _Check] = {
    ChallengeName.DEVICE_PASSWORD_VERIFIER: device.check,
    ChallengeName.EMAIL_OTP: one_time_code.check,
    ChallengeName.MFA_SETUP: mfa_setup.check,
    ChallengeName.NEW_PASSWORD_REQUIRED: new_password.check,
    ChallengeName.SMS_MFA: one_time_code.check,
    ChallengeName.SMS_OTP: one_time_code.check,
    ChallengeName.SOFTWARE_TOKEN_MFA: software_token.check,
    ChallengeName.WEB_AUTHN: passkey.check,
}


def question_of(services: Services, sign_in: SignIn, step: Ask) -> Question:
    """The question that *step* says follows."""
    return _ASKS[step.challenge](services, sign_in, step.options)
