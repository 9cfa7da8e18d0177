"""
`/passkeys/add`: somebody who is signed in makes a passkey; offered after signing in, and by a link of the app's.

Source: developer guide, "Passkey sign-in", `/passkeys/add?client_id=…&redirect_uri=…`.
"""

import json

from flask import Response

from cenote.base.errors import Fault, InvalidParameterException
from cenote.base.oauth_errors import PageError
from cenote.flows import passkeys
from cenote.flows.hosted import authorization, browser_sessions
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.links import LOGIN, with_query
from cenote.flows.subject import Subject
from cenote.login import enrolment
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.model.oauth.redirects import registered

_CREDENTIAL, _LATER = "credential", "later"
_WHOLE = ("response_type", "request_uri")


@page(enrolment.PAGE, "GET", "POST", needs_request=False)
def add_passkey(visit: Visit) -> Response:
    """Let the browser make a passkey."""
    redirect_uri = _read(visit)
    who = visit.signed_in()
    if who is None:
        return _to_sign_in(visit, redirect_uri)
    if _LATER in visit.form:
        enrolment.postpone(visit)
        return _onwards(visit, who, redirect_uri)
    try:
        subject = Subject(visit.pool, visit.known_client, who.user, {})
        if not visit.form:
            return _shown(visit, subject, redirect_uri)
        passkeys.complete(visit.services, subject, _document(visit))
    except Fault as fault:
        # The next try has a challenge of its own.
        return _rendered(visit, redirect_uri, error=visit.sentence_of(fault))
    return _onwards(visit, who, redirect_uri)


def _read(visit: Visit) -> str:
    """The redirect URI, which is the client's own; the app's request is read where there is a whole one."""
    if any(name in visit.query for name in _WHOLE):
        visit.client, visit.request = authorization.read(visit.services, visit.site, visit.query.items())
        return visit.known_request.redirect_uri
    client = authorization.client_of(visit.services, visit.site, visit.query.get("client_id"))
    redirect_uri = registered(client.document, visit.query.get("redirect_uri"))
    if redirect_uri is None:
        raise PageError("redirect_mismatch", cause=f"client {client.client_id}")
    return redirect_uri


def _to_sign_in(visit: Visit, redirect_uri: str) -> Response:
    if visit.request is not None:
        return visit.go(LOGIN)
    query = {"client_id": visit.known_client.client_id, "redirect_uri": redirect_uri, "response_type": "code"}
    return visit.leave(with_query(visit.site.path(LOGIN), query))


def _document(visit: Visit) -> object:
    try:
        return json.loads(visit.form.get(_CREDENTIAL, ""))
    except (ValueError, RecursionError):
        raise InvalidParameterException(visit.say("Your browser has made no passkey. Please try again.")) from None


def _onwards(visit: Visit, who: SignedIn, redirect_uri: str) -> Response:
    if visit.request is None:
        return visit.render(
            "message.html",
            heading=visit.say("Passkey added"),
            text=visit.say("You can sign in with your passkey from now on."),
            kind="success",
            action_label=visit.say("Continue"),
            action_href=redirect_uri,
        )
    is_enough = browser_sessions.satisfies(visit.services, visit.pool, visit.known_client, visit.request, who)
    if not (is_enough or enrolment.has_just_arrived(visit, who)):
        return visit.go(LOGIN)
    visit.forget()
    return visit.complete(who)


def _shown(visit: Visit, subject: Subject, redirect_uri: str) -> Response:
    if not enrolment.fits(visit):
        return _rendered(visit, redirect_uri, error=visit.say("Passkeys cannot be made at this address."))
    options = json.dumps(passkeys.start(visit.services, subject), separators=(",", ":"))
    return _rendered(visit, redirect_uri, options=options)


def _rendered(visit: Visit, redirect_uri: str, *, options: str = "", error: str = "") -> Response:
    own = with_query(visit.site.path(enrolment.PAGE), visit.query)
    return visit.render(
        "passkeys_add.html",
        status=400 if error else 200,
        error=error,
        options=options,
        again=own if visit.form else None,
        # Browsers hold where a form leads against the page's policy, which names the app only where its request is known.
        back=redirect_uri if visit.request is None else None,
        later=_LATER,
    )
