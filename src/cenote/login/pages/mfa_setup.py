"""
`/mfaSetup`: somebody who needs a second factor and has none sets one up on the way in. `/mfaSetup/app`: an authenticator app, by a QR code.
`/mfaSetup/email`: an address to send codes to.

Source: developer guide, "TOTP software token MFA"; Google Authenticator, "Key URI Format".
"""

from dataclasses import replace
from urllib.parse import quote, urlencode

import segno
from flask import Response

from cenote.base.errors import Fault
from cenote.flows import software_tokens
from cenote.login import conduct, waiting
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.login.waiting import Waiting
from cenote.login.words import msgid
from cenote.model.sign_in.names import ChallengeName

_APP, _EMAIL = "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"
_FACTOR, _CODE, _NAME, _ADDRESS = "factor", "code", "device_name", "email"
_FACTORS = {
    _APP: (msgid("Authenticator app"), msgid("Enter a code that the app shows."), "app", "/mfaSetup/app"),
    _EMAIL: (msgid("Email"), msgid("Get a code by email."), "email", "/mfaSetup/email"),
}
_MAX_NAME_CHARS = 131


@page("/mfaSetup", "GET", "POST")
def mfa_setup(visit: Visit) -> Response:
    """Ask what shall be set up."""
    held = waiting.waiting_of(visit, ChallengeName.MFA_SETUP)
    if held is None:
        return conduct.lost(visit)
    choices = [each for each in _FACTORS if each in held.options("MFAS_CAN_SETUP")]
    if len(choices) == 1:
        return visit.go(_FACTORS[choices[0]][3])
    wanted = visit.form.get(_FACTOR)
    if wanted in choices:
        return visit.go(_FACTORS[wanted][3])
    options = [(each, *(visit.say(text) for text in _FACTORS[each][:2]), _FACTORS[each][2]) for each in choices]
    error = visit.say("Please choose one.") if visit.form else ""
    return visit.render(
        "mfa_option.html",
        status=400 if error else 200,
        error=error,
        held=held,
        name=_FACTOR,
        options=options,
        is_setup=True,
    )


@page("/mfaSetup/app", "GET", "POST")
def mfa_setup_app(visit: Visit) -> Response:
    """Show the key of an app, and take its first code."""
    held = _held_for(visit, _APP)
    if held is None:
        return conduct.lost(visit)
    try:
        if held.secret is None:
            held = _with_secret(visit, held)
        if visit.form:
            return _verified(visit, held)
    except Fault as fault:
        return conduct.refused(visit, held.given, fault) or _app_shown(visit, held, visit.sentence_of(fault))
    return _app_shown(visit, held, "")


@page("/mfaSetup/email", "GET", "POST")
def mfa_setup_email(visit: Visit) -> Response:
    """Take an address, and send a code to it."""
    held = _held_for(visit, _EMAIL)
    if held is None:
        return conduct.lost(visit)
    address = visit.form.get(_ADDRESS, "").strip()
    if not address:
        return _email_shown(visit, held, visit.say("Please enter an email address.") if visit.form else "")
    try:
        chosen = replace(held, ways=tuple(held.options("MFAS_CAN_SETUP")))
        return conduct.follow(visit, chosen, conduct.answer(visit, held, {"EMAIL": address}))
    except Fault as fault:
        return conduct.refused(visit, held.given, fault) or _email_shown(visit, held, visit.sentence_of(fault))


def _held_for(visit: Visit, factor: str) -> Waiting | None:
    held = waiting.waiting_of(visit, ChallengeName.MFA_SETUP)
    return held if held is not None and factor in held.options("MFAS_CAN_SETUP") else None


def _with_secret(visit: Visit, held: Waiting) -> Waiting:
    """The sign-in with a key for the app, the same until one is proved or the sign-in ends."""
    secret, session = software_tokens.associate_in_session(visit.services, held.session or "")
    anew = replace(held, secret=secret, session=session)
    waiting.keep(visit, anew)
    return anew


def _verified(visit: Visit, held: Waiting) -> Response:
    code = "".join(each for each in visit.form.get(_CODE, "") if each.isalnum())
    if not code:
        return _app_shown(visit, held, visit.say("Please enter the code."))
    name = visit.form.get(_NAME, "").strip()[:_MAX_NAME_CHARS] or None
    session = software_tokens.verify_in_session(visit.services, held.session or "", code, name)
    proved = replace(held, session=session, secret=None)
    return conduct.follow(visit, proved, conduct.answer(visit, proved, {}))


def _app_shown(visit: Visit, held: Waiting, error: str) -> Response:
    secret = held.secret or ""
    issuer = visit.pool.name
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    uri = f"otpauth://totp/{quote(issuer, safe='')}:{quote(held.given, safe='')}?{query}"
    return visit.render(
        "mfa_app.html",
        status=400 if error else 200,
        error=error,
        held=held,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        qr=segno.make(uri, error="m", micro=False).svg_data_uri(scale=4, dark="#000", light="#fff"),
        device_name=visit.form.get(_NAME, ""),
        has_others=len(held.options("MFAS_CAN_SETUP")) > 1,
    )


def _email_shown(visit: Visit, held: Waiting, error: str) -> Response:
    return visit.render(
        "mfa_email.html",
        status=400 if error else 200,
        error=error,
        held=held,
        address=visit.form.get(_ADDRESS, ""),
        has_others=len(held.options("MFAS_CAN_SETUP")) > 1,
    )
