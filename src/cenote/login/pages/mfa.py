"""`/mfa`: a one-time code, sent or of an app, as a first factor or a second one. `/mfaOption`: which second factor it shall be."""

from dataclasses import replace

from flask import Response

from cenote.base.errors import Fault, InvalidParameterException
from cenote.flows.sign_in import instead
from cenote.login import conduct, notices, remembered, waiting
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.login.waiting import Waiting
from cenote.login.words import msgid
from cenote.model.sign_in.names import ChallengeName

_CODE, _AGAIN, _OTHER, _REMEMBER, _FACTOR = "code", "again", "other", "remember", "factor"
_ANSWERS = {
    ChallengeName.SMS_MFA: "SMS_MFA_CODE",
    ChallengeName.SMS_OTP: "SMS_OTP_CODE",
    ChallengeName.EMAIL_OTP: "EMAIL_OTP_CODE",
    ChallengeName.SOFTWARE_TOKEN_MFA: "SOFTWARE_TOKEN_MFA_CODE",
}
_GRAPHICS = {"EMAIL": "email", "SMS": "sms"}
_FACTORS = {
    "SMS_MFA": (msgid("Text message"), msgid("Get a code by text message."), "sms"),
    "EMAIL_OTP": (msgid("Email"), msgid("Get a code by email."), "email"),
    "SOFTWARE_TOKEN_MFA": (msgid("Authenticator app"), msgid("Enter a code that the app shows."), "app"),
}


@page("/mfa", "GET", "POST")
def mfa(visit: Visit) -> Response:
    """Ask for the code."""
    held = waiting.waiting_of(visit, *_ANSWERS)
    if held is None:
        return conduct.lost(visit)
    if not visit.form:
        return _shown(visit, held, "")
    try:
        return _answered(visit, held)
    except Fault as fault:
        return conduct.refused(visit, held.given, fault) or _shown(visit, held, visit.sentence_of(fault))


@page("/mfaOption", "GET", "POST")
def mfa_option(visit: Visit) -> Response:
    """Ask which second factor the person wants to be asked for."""
    held = waiting.waiting_of(visit, ChallengeName.SELECT_MFA_TYPE)
    if held is None:
        return conduct.lost(visit)
    choices = held.options("MFAS_CAN_CHOOSE")
    wanted = visit.form.get(_FACTOR)
    if wanted not in choices:
        return _options_shown(visit, held, choices, visit.say("Please choose one.") if visit.form else "")
    try:
        return conduct.follow(visit, held, conduct.answer(visit, held, {"ANSWER": wanted}))
    except Fault as fault:
        return conduct.refused(visit, held.given, fault) or _options_shown(
            visit, held, choices, visit.sentence_of(fault)
        )


def _answered(visit: Visit, held: Waiting) -> Response:
    if _OTHER in visit.form:
        return conduct.choose_again(visit, held)
    if _AGAIN in visit.form and held.session is not None:
        asked = instead.again(visit.services, visit.attempt(held.given, {}), held.session)
        anew = held.asked(asked)
        waiting.keep(visit, anew)
        return _shown(visit, anew, "", notice=visit.say(notices.NEW_CODE))
    code = "".join(each for each in visit.form.get(_CODE, "") if each.isalnum())
    if not code:
        raise InvalidParameterException(visit.say("Please enter the code."))
    held = replace(held, remembers=held.is_second and remembered.is_offered(visit) and _REMEMBER in visit.form)
    return conduct.follow(visit, held, conduct.answer(visit, held, {_ANSWERS[held.challenge]: code}))


def _shown(visit: Visit, held: Waiting, error: str, *, notice: str = "") -> Response:
    return visit.render(
        "mfa.html",
        status=400 if error else 200,
        error=error,
        notice=notice,
        held=held,
        medium=held.shown.get("CODE_DELIVERY_DELIVERY_MEDIUM", ""),
        destination=held.shown.get("CODE_DELIVERY_DESTINATION", ""),
        device_name=held.shown.get("FRIENDLY_DEVICE_NAME", ""),
        is_sent=held.challenge is not ChallengeName.SOFTWARE_TOKEN_MFA,
        glyph=_GRAPHICS.get(held.shown.get("CODE_DELIVERY_DELIVERY_MEDIUM", ""), "app"),
        has_others=len(held.ways) > 1,
        may_remember=held.is_second and remembered.is_offered(visit),
        is_ticked=_REMEMBER in visit.form,
    )


def _options_shown(visit: Visit, held: Waiting, choices: list[str], error: str) -> Response:
    options = [
        (each, visit.say(_FACTORS[each][0]), visit.say(_FACTORS[each][1]), _FACTORS[each][2]) for each in choices
    ]
    return visit.render(
        "mfa_option.html", status=400 if error else 200, error=error, held=held, name=_FACTOR, options=options
    )
