"""`/changePassword`: somebody who signed in with a temporary password chooses their own, and tells what the pool requires of them."""

from dataclasses import dataclass

from flask import Response

from cenote.base.errors import Fault
from cenote.login import conduct, waiting
from cenote.login.password_rules import rules_of
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.login.waiting import Waiting
from cenote.login.words.attributes import Asked, asked_of
from cenote.login.words.faults import attributes_of
from cenote.model.sign_in.names import ChallengeName

_PASSWORD, _AGAIN = "new_password", "confirm_new_password"
_PREFIX = "userAttributes."


@dataclass(frozen=True, slots=True)
class _Field:
    """A field for an attribute that the pool requires, with what was typed and what is wrong with it."""

    name: str
    asked: Asked
    value: str
    error: str


@page("/changePassword", "GET", "POST")
def change_password(visit: Visit) -> Response:
    """Ask for a new password."""
    held = waiting.waiting_of(visit, ChallengeName.NEW_PASSWORD_REQUIRED)
    if held is None:
        return conduct.lost(visit)
    if not visit.form:
        return _shown(visit, held)
    password = visit.form.get(_PASSWORD, "")
    typed = {name: visit.form.get(name, "").strip() for name in held.options("requiredAttributes")}
    if not password or not all(typed.values()):
        return _shown(visit, held, error=visit.say("Please fill in all fields."))
    if password != visit.form.get(_AGAIN, ""):
        return _shown(visit, held, repetition=visit.say("The passwords do not match."))
    try:
        return conduct.follow(visit, held, conduct.answer(visit, held, {"NEW_PASSWORD": password, **typed}))
    except Fault as fault:
        return conduct.refused(visit, held.given, fault) or _wrong(visit, held, fault)


def _wrong(visit: Visit, held: Waiting, fault: Fault) -> Response:
    sentence = visit.sentence_of(fault)
    if fault.code in {"InvalidPasswordException", "PasswordHistoryPolicyViolationException"}:
        return _shown(visit, held, password=sentence)
    broken = attributes_of(fault, visit.translations)
    asked = {name.removeprefix(_PREFIX) for name in held.options("requiredAttributes")}
    if broken and broken.keys() <= asked:
        return _shown(visit, held, attributes=broken)
    return _shown(visit, held, error=sentence)


def _shown(
    visit: Visit,
    held: Waiting,
    *,
    error: str = "",
    password: str = "",
    repetition: str = "",
    attributes: dict[str, str] | None = None,
) -> Response:
    is_anew = bool(visit.form)
    fields = [
        _Field(
            name,
            asked_of(name.removeprefix(_PREFIX), visit.translations),
            visit.form.get(name, ""),
            (attributes or {}).get(name.removeprefix(_PREFIX), ""),
        )
        for name in held.options("requiredAttributes")
    ]
    return visit.render(
        "new_password.html",
        status=400 if is_anew else 200,
        error=error or (visit.say("Please check the fields below.") if is_anew else ""),
        held=held,
        fields=fields,
        rules=rules_of(visit, visit.form.get(_PASSWORD) if password else None),
        password_error=password,
        repetition_error=repetition,
    )
