"""
`/login`: the name, and the password on the same page, or on the next one where people may choose how to sign in.

The form's fields are Cognito's, so that scripts that fill it in work here: `_csrf`, `username`, `password`.
"""

from dataclasses import dataclass

from flask import Response

from cenote.base.errors import Fault
from cenote.base.oauth_errors import OAuthError
from cenote.flows.hosted import authorization, browser_sessions
from cenote.flows.hosted.links import LOGIN
from cenote.login import beginning, conduct, enrolment, notices
from cenote.login.providers import Providers, address_of, providers_of
from cenote.login.registry import page
from cenote.login.sign_in_name import FIELD, name_field_of
from cenote.login.visit import Visit
from cenote.login.waiting import Waiting
from cenote.model.sign_in.names import ChallengeName

_PASSWORD = "password"
# Where a page has a form for passwords and one for the addresses of providers.
_ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which form the page has: *steps*: the name first."""

    providers: Providers
    steps: bool


@page(LOGIN, "GET", "POST")
def sign_in(visit: Visit) -> Response:
    """Let in who is signed in already, or ask who it is."""
    shape = _shape_of(visit)
    if visit.form:
        return _typed(visit, shape)
    return _let_through(visit) or _shown(visit, shape, conduct.reason(visit), notice=notices.taken(visit))


def _shape_of(visit: Visit) -> _Shape:
    providers = providers_of(visit)
    return _Shape(providers, visit.site.is_managed and (beginning.is_choice(visit) or bool(providers.identifiers)))


def _let_through(visit: Visit) -> Response | None:
    """The answer to somebody who need not be asked, or must not be."""
    asked = beginning.asked_of(visit)
    who = visit.signed_in()
    if who is not None and browser_sessions.satisfies(visit.services, visit.pool, visit.known_client, asked, who):
        return visit.complete(who)
    if "none" in asked.prompts:
        authorization.refuse_request(OAuthError("login_required"), asked)
    if who is not None and "select_account" in asked.prompts and not beginning.wants_another(visit):
        return visit.go("/accounts")
    return None


def _typed(visit: Visit, shape: _Shape) -> Response:
    given, password = visit.form.get(FIELD, "").strip(), visit.form.get(_PASSWORD, "")
    address = visit.form.get(_ADDRESS, "").strip() or (given if not password else "")
    identifier = shape.providers.identifier_of(address)
    if identifier is not None:
        return visit.leave(address_of(visit, identifier, address))
    if _ADDRESS in visit.form:
        return _shown(visit, shape, visit.say("There is no provider for this email address."))
    if not shape.providers.native:
        return _shown(visit, shape, visit.say("This app does not let you sign in with a password."))
    if not given or not (password or shape.steps):
        return _shown(visit, shape, visit.say("Please fill in all fields."))
    held = Waiting(given, ChallengeName.PASSWORD, can_passkey=enrolment.CAN_PASSKEY in visit.form)
    try:
        return _begun(visit, held, password)
    except Fault as fault:
        return conduct.refused_at_start(visit, given, fault) or _shown(visit, shape, visit.sentence_of(fault))


def _begun(visit: Visit, held: Waiting, password: str) -> Response:
    if password:
        return conduct.follow(visit, held, beginning.by_password(visit, held.given, password))
    if beginning.is_choice(visit):
        return conduct.follow(visit, held, beginning.by_choice(visit, held.given))
    return conduct.show(visit, held)


def _shown(visit: Visit, shape: _Shape, error: str, *, notice: str = "") -> Response:
    providers = shape.providers
    return visit.render(
        "sign_in.html",
        status=400 if visit.form else 200,
        error=error,
        notice=notice,
        name=name_field_of(visit),
        name_value=visit.form.get(FIELD, visit.known_request.login_hint or ""),
        address_value=visit.form.get(_ADDRESS, ""),
        steps=shape.steps,
        providers=providers,
        asks_address=bool(providers.identifiers) and not shape.steps,
        may_sign_up=providers.native and not visit.pool.only_admins_create,
        can_passkey=enrolment.CAN_PASSKEY,
    )
