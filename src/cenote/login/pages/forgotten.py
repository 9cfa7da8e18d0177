"""`/forgotPassword`: a code for somebody who has forgotten their password. `/confirmForgotPassword`, `/resetPassword`: the new one."""

from dataclasses import dataclass

from flask import Response

from cenote.base.errors import Fault
from cenote.flows import recovery
from cenote.flows.deliveries import Delivery
from cenote.flows.hosted.links import LOGIN
from cenote.login import notices
from cenote.login.password_rules import rules_of
from cenote.login.registry import page
from cenote.login.sign_in_name import FIELD, name_field_of
from cenote.login.visit import Visit

_CODE, _PASSWORD, _PASSWORD_AGAIN = "code", "password", "confirmPassword"
_KIND = "recovery"
_WHAT = "page"
_PASSWORD_FAULTS = frozenset({"InvalidPasswordException", "PasswordHistoryPolicyViolationException"})


@dataclass(frozen=True, slots=True)
class _Recovering:
    """Who sets a new password, as `page-data` has it; *destination* is masked."""

    name: str = ""
    medium: str = ""
    destination: str = ""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with the form: a sentence for all of it, for the password, and for its repetition."""

    text: str = ""
    password: str = ""
    repetition: str = ""


@page("/forgotPassword", "GET", "POST")
def forgot_password(visit: Visit) -> Response:
    """Ask whose password it is, and send a code; whether there is such a person is not told where the client hides it."""
    if not visit.form:
        return _asked_who(visit, "")
    name = visit.form.get(FIELD, "").strip() or _recovering(visit).name
    if not name:
        return _asked_who(visit, visit.say("Please fill in all fields."))
    try:
        delivery = recovery.forgot_password(visit.services, visit.pool, visit.known_client, name, origin=visit.origin)
    except Fault as fault:
        return _asked_who(visit, visit.sentence_of(fault))
    _keep(visit, name, delivery)
    return visit.go("/confirmForgotPassword")


@page("/confirmForgotPassword", "GET", "POST")
def confirm_forgot_password(visit: Visit) -> Response:
    """Ask for the code and a new password, and set it."""
    return _reset(visit, visit.say("Reset your password"))


@page("/resetPassword", "GET", "POST")
def reset_password(visit: Visit) -> Response:
    """The same for somebody whose password an administrator has reset, who was sent a code already."""
    return _reset(visit, visit.say("Choose a new password"))


def _reset(visit: Visit, heading: str) -> Response:
    recovering = _recovering(visit)
    if not visit.form:
        return _asked_password(visit, heading, recovering, _Wrong())
    name = recovering.name or visit.form.get(FIELD, "").strip()
    code = "".join(visit.form.get(_CODE, "").split())
    password = visit.form.get(_PASSWORD, "")
    if not name or not code or not password:
        return _asked_password(visit, heading, recovering, _Wrong(visit.say("Please fill in all fields.")))
    if password != visit.form.get(_PASSWORD_AGAIN, ""):
        wrong = _Wrong(repetition=visit.say("The passwords do not match."))
        return _asked_password(visit, heading, recovering, wrong)
    try:
        recovery.confirm_forgot_password(
            visit.services,
            visit.pool,
            visit.known_client,
            name,
            code=code,
            password=password,
            origin=visit.origin,
        )
    except Fault as fault:
        sentence = visit.sentence_of(fault)
        wrong = _Wrong(password=sentence) if fault.code in _PASSWORD_FAULTS else _Wrong(sentence)
        return _asked_password(visit, heading, recovering, wrong)
    notices.leave(visit, notices.PASSWORD_CHANGED)
    return visit.go(LOGIN)


def _keep(visit: Visit, name: str, delivery: Delivery) -> None:
    sent = {"medium": delivery.medium.value, "destination": delivery.destination}
    visit.keep({_WHAT: _KIND, "name": name, **sent})


def _recovering(visit: Visit) -> _Recovering:
    kept = visit.kept if isinstance(visit.kept, dict) else {}
    if kept.get(_WHAT) != _KIND:
        # The sign-in page, when it is told that a password has to be reset, leaves the name.
        return _Recovering(kept.get("username", ""))
    return _Recovering(kept["name"], kept["medium"], kept["destination"])


def _asked_who(visit: Visit, error: str) -> Response:
    return visit.render(
        "forgot_password.html",
        status=400 if error else 200,
        error=error,
        name=name_field_of(visit),
        name_value=visit.form.get(FIELD) or _recovering(visit).name or visit.known_request.login_hint or "",
        target=visit.here("/forgotPassword"),
    )


def _asked_password(visit: Visit, heading: str, recovering: _Recovering, wrong: _Wrong) -> Response:
    is_anew = bool(visit.form)
    text = wrong.text or (visit.say("Please check the fields below.") if is_anew else "")
    return visit.render(
        "reset_password.html",
        status=400 if is_anew else 200,
        heading=heading,
        error=text,
        password_error=wrong.password,
        repetition_error=wrong.repetition,
        rules=rules_of(visit, visit.form.get(_PASSWORD) if wrong.password else None),
        recovering=recovering,
        name=name_field_of(visit),
        name_value=visit.form.get(FIELD, ""),
        code_value=visit.form.get(_CODE, ""),
        resend=visit.here("/forgotPassword"),
    )
