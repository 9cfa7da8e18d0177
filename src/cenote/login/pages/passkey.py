"""`/passkey`: signing in with a passkey, which the browser is asked for by a script."""

from dataclasses import replace

from flask import Response

from cenote.base.errors import Fault, NotAuthorizedException
from cenote.login import beginning, conduct, waiting
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.login.waiting import Waiting
from cenote.model.sign_in.machine import WRONG_PASSWORD
from cenote.model.sign_in.names import ChallengeName

_CREDENTIAL, _AGAIN, _OTHER = "credential", "again", "other"


@page("/passkey", "GET", "POST")
def passkey(visit: Visit) -> Response:
    """Ask the browser for a passkey of the person's, and take what it signed."""
    held = waiting.waiting_of(visit, ChallengeName.WEB_AUTHN)
    if held is None:
        return conduct.lost(visit)
    if not visit.form:
        return _shown(visit, held, "")
    try:
        if _OTHER in visit.form:
            return conduct.choose_again(visit, held)
        if _AGAIN in visit.form or held.session is None:
            outcome = beginning.by_choice(visit, held.given, ChallengeName.WEB_AUTHN)
        else:
            outcome = conduct.answer(visit, held, {"CREDENTIAL": visit.form.get(_CREDENTIAL, "")})
        return conduct.follow(visit, held, outcome)
    except Fault as fault:
        return _refused(visit, held, fault)


def _refused(visit: Visit, held: Waiting, fault: Fault) -> Response:
    if not (isinstance(fault, NotAuthorizedException) and fault.message == WRONG_PASSWORD):
        return conduct.refused(visit, held.given, fault) or _shown(visit, held, visit.sentence_of(fault))
    # What was asked is over; the next try begins anew.
    over = replace(held, session=None)
    waiting.keep(visit, over)
    return _shown(visit, over, visit.say("This passkey was not accepted. Please try again, or sign in another way."))


def _shown(visit: Visit, held: Waiting, error: str) -> Response:
    options = held.shown.get("CREDENTIAL_REQUEST_OPTIONS", "") if held.session is not None else ""
    return visit.render(
        "passkey.html",
        status=400 if visit.form else 200,
        error=error,
        held=held,
        options=options,
        has_others=len(held.ways) > 1,
    )
