"""`/password`: the password of a name that was given on the page before."""

from dataclasses import replace

from flask import Response

from cenote.base.errors import Fault
from cenote.login import beginning, conduct, waiting
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.login.waiting import Waiting
from cenote.model.sign_in.names import ChallengeName

_PASSWORD = "password"
_OTHER = "other"


@page("/password", "GET", "POST")
def password(visit: Visit) -> Response:
    """Ask for the password."""
    held = waiting.waiting_of(visit, ChallengeName.PASSWORD)
    if held is None:
        return conduct.lost(visit)
    if not visit.form:
        return _shown(visit, held, "")
    typed = visit.form.get(_PASSWORD, "")
    try:
        if _OTHER in visit.form:
            return conduct.choose_again(visit, held)
        if not typed:
            return _shown(visit, held, visit.say("Please fill in all fields."))
        return conduct.follow(visit, held, _answered(visit, held, typed))
    except Fault as fault:
        return conduct.refused_at_start(visit, held.given, fault) or _again(visit, held, fault)


def _answered(visit: Visit, held: Waiting, typed: str) -> waiting.Outcome:
    if held.session is None:
        return beginning.by_password(visit, held.given, typed)
    return conduct.answer(visit, held, {"PASSWORD": typed})


def _again(visit: Visit, held: Waiting, fault: Fault) -> Response:
    """Ask once more: the sign-in that was open is over with a wrong password, and the next one begins with the next password."""
    anew = replace(held, session=None)
    waiting.keep(visit, anew)
    return _shown(visit, anew, visit.sentence_of(fault))


def _shown(visit: Visit, held: Waiting, error: str) -> Response:
    return visit.render(
        "password.html",
        status=400 if visit.form else 200,
        error=error,
        held=held,
        has_others=len(held.ways) > 1,
    )
