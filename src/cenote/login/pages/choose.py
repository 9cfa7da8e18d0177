"""`/choose`: with what to sign in."""

from flask import Response

from cenote.base.errors import Fault
from cenote.login import conduct, waiting
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.login.waiting import Waiting
from cenote.login.words import msgid
from cenote.model.sign_in.names import ChallengeName

_WAY = "challenge"
# (what it is called, what it is like, its glyph)
_WAYS = {
    "PASSWORD": (msgid("Password"), msgid("Enter your password."), "password"),
    "EMAIL_OTP": (msgid("Email"), msgid("Get a code by email."), "email"),
    "SMS_OTP": (msgid("Text message"), msgid("Get a code by text message."), "sms"),
    "WEB_AUTHN": (msgid("Passkey"), msgid("Use your face, fingerprint, screen lock or security key."), "passkey"),
}


@page("/choose", "GET", "POST")
def choose(visit: Visit) -> Response:
    """Ask which first factor it shall be."""
    held = waiting.waiting_of(visit, ChallengeName.SELECT_CHALLENGE)
    if held is None:
        return conduct.lost(visit)
    wanted = visit.form.get(_WAY)
    if wanted not in held.ways:
        return _shown(visit, held, visit.say("Please choose how to sign in.") if visit.form else "")
    try:
        return conduct.take_way(visit, held, wanted)
    except Fault as fault:
        return conduct.refused(visit, held.given, fault) or _shown(visit, held, visit.sentence_of(fault))


def _shown(visit: Visit, held: Waiting, error: str) -> Response:
    options = [
        (way, visit.say(_WAYS[way][0]), visit.say(_WAYS[way][1]), _WAYS[way][2]) for way in _WAYS if way in held.ways
    ]
    return visit.render(
        "choose.html", status=400 if visit.form else 200, error=error, held=held, name=_WAY, options=options
    )
