"""`/confirm`: the code of the sign-up. `/resendcode`: another one."""

from flask import Response

from cenote.base.errors import Fault, NotAuthorizedException
from cenote.flows import sign_up
from cenote.flows.sign_in import rounds
from cenote.login import confirming, notices
from cenote.login.confirming import Confirming
from cenote.login.registry import page
from cenote.login.sign_in_name import FIELD, name_field_of
from cenote.login.visit import Visit
from cenote.messages.templates import Channel, Purpose, templates_of

_CODE = "code"
_LOST_SESSION = frozenset({rounds.INVALID, rounds.EXPIRED, rounds.USED})


@page("/confirm", "GET", "POST")
def confirm(visit: Visit) -> Response:
    """Ask for the code that was sent, and let in whoever has just signed up in this browser."""
    waiting = confirming.waiting(visit)
    if not visit.form:
        return _shown(visit, waiting, "")
    name = waiting.name or visit.form.get(FIELD, "").strip()
    code = "".join(visit.form.get(_CODE, "").split())
    if not name or not code:
        return _shown(visit, waiting, visit.say("Please fill in all fields."))
    try:
        session = _confirmed(visit, name, code, waiting.session)
    except Fault as fault:
        return _shown(visit, waiting, visit.sentence_of(fault))
    return confirming.let_in(visit, name, session)


@page("/resendcode", "POST")
def resend_code(visit: Visit) -> Response:
    """Send another code, to where the first one went."""
    waiting = confirming.waiting(visit)
    name = waiting.name or visit.form.get(FIELD, "").strip()
    if not name:
        return _shown(visit, waiting, visit.say("Please fill in all fields."))
    try:
        delivery = sign_up.resend_code(visit.services, visit.pool, visit.known_client, name, origin=visit.origin)
    except Fault as fault:
        return _shown(visit, waiting, visit.sentence_of(fault))
    confirming.begin(visit, name, delivery, waiting.session)
    sent = Confirming(name, delivery.medium.value, delivery.destination, waiting.session)
    # Where the message has a link, the page says again that it was sent.
    return _shown(visit, sent, "", notice="" if _is_by_link(visit, sent) else visit.say(notices.NEW_CODE))


def _confirmed(visit: Visit, name: str, code: str, session: str | None) -> str | None:
    """The session with which the person signs in; None where the sign-up was elsewhere, or too long ago."""
    try:
        return sign_up.confirm(
            visit.services,
            visit.pool,
            visit.known_client,
            given=name,
            code=code,
            force_alias=False,
            session=session,
            origin=visit.origin,
        )
    except NotAuthorizedException as fault:
        if session is None or fault.message not in _LOST_SESSION:
            raise
    return _confirmed(visit, name, code, None)


def _is_by_link(visit: Visit, waiting: Confirming) -> bool:
    """Whether what was sent has a link and no code."""
    is_by_email = bool(waiting.destination) and waiting.medium == Channel.EMAIL.value
    return is_by_email and templates_of(visit.pool.document).is_by_link(Purpose.SIGN_UP)


def _shown(visit: Visit, waiting: Confirming, error: str, *, notice: str = "") -> Response:
    return visit.render(
        "confirm.html",
        status=400 if error else 200,
        error=error,
        notice=notice,
        waiting=waiting,
        is_by_link=_is_by_link(visit, waiting),
        name=name_field_of(visit),
        name_value=visit.form.get(FIELD, ""),
        resend=visit.here("/resendcode"),
        target=visit.here("/confirm"),
    )
