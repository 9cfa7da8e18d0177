"""`/signup`: where somebody makes an account of their own."""

from dataclasses import dataclass, field

from flask import Response

from cenote.base.errors import Fault
from cenote.flows import sign_up as flow
from cenote.flows.hosted.links import LOGIN
from cenote.flows.sign_up import SignedUp
from cenote.login import confirming, sign_up_form
from cenote.login.password_rules import rules_of
from cenote.login.providers import is_native
from cenote.login.registry import page
from cenote.login.sign_in_name import FIELD, new_name_field_of
from cenote.login.terms import terms_of
from cenote.login.visit import Visit
from cenote.login.words.faults import attributes_of
from cenote.model.names import is_user_name
from cenote.model.user import UserStatus


@dataclass(slots=True)
class _Wrong:
    """What is wrong with a form: a sentence for all of it, for the password, for its repetition, and for attributes."""

    text: str = ""
    password: str = ""
    repetition: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@page("/signup", "GET", "POST")
def sign_up(visit: Visit) -> Response:
    """Ask for a name, a password and what the pool requires, and make the account."""
    if visit.pool.only_admins_create or not is_native(visit.known_client):
        return _not_here(visit)
    if not visit.form:
        return _shown(visit, _Wrong())
    password = visit.form.get(sign_up_form.PASSWORD, "")
    if visit.site.is_managed and password != visit.form.get(sign_up_form.PASSWORD_AGAIN, ""):
        return _shown(visit, _Wrong(repetition=visit.say("The passwords do not match.")))
    if not password:
        return _shown(visit, _Wrong(password=visit.say("Please choose a password.")))
    name = sign_up_form.name_of(visit)
    if not is_user_name(name):
        text = visit.say("This name is too long, or has a character that is not allowed.") if name else ""
        return _shown(visit, _Wrong(text=text or visit.say("Please fill in all fields.")))
    try:
        made = flow.sign_up(
            visit.services,
            visit.pool,
            visit.known_client,
            username=name,
            password=password,
            attributes=sign_up_form.attributes_of(visit),
            origin=visit.origin,
            is_hosted=True,
        )
    except Fault as fault:
        return _shown(visit, _wrong_of(visit, fault))
    return _onwards(visit, name, made)


def _onwards(visit: Visit, name: str, made: SignedUp) -> Response:
    if made.user.status is not UserStatus.CONFIRMED:
        confirming.begin(visit, name, made.delivery, made.session)
        return visit.go("/confirm")
    return confirming.let_in(visit, name, made.session)


def _wrong_of(visit: Visit, fault: Fault) -> _Wrong:
    sentence = visit.sentence_of(fault)
    if fault.code == "InvalidPasswordException":
        return _Wrong(password=sentence)
    broken = attributes_of(fault, visit.translations)
    asked = {each.attribute for each in sign_up_form.fields_of(visit, {})}
    if broken and broken.keys() <= asked:
        return _Wrong(attributes=broken)
    return _Wrong(text=sentence)


def _shown(visit: Visit, wrong: _Wrong) -> Response:
    is_anew = bool(visit.form)
    text = wrong.text or (visit.say("Please check the fields below.") if is_anew else "")
    typed = visit.form.get(sign_up_form.PASSWORD) if wrong.password else None
    return visit.render(
        "sign_up.html",
        status=400 if is_anew else 200,
        error=text,
        name=new_name_field_of(visit),
        name_value=visit.form.get(FIELD, visit.known_request.login_hint or ""),
        fields=sign_up_form.fields_of(visit, wrong.attributes),
        password_error=wrong.password,
        repetition_error=wrong.repetition,
        is_repeated=visit.site.is_managed,
        rules=rules_of(visit, typed),
        terms=terms_of(visit),
    )


def _not_here(visit: Visit) -> Response:
    return visit.render(
        "error.html",
        status=403,
        heading=visit.say("Sign up"),
        text=visit.say("You cannot sign up here. Please contact an administrator."),
        action_label=visit.say("Back to sign in"),
        action_href=visit.here(LOGIN),
    )
