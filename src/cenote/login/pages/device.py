"""`/device`: somebody types the code that their device shows, signs in, and lets it in or not. Source: RFC 8628, section 3.3."""

from flask import Response

from cenote.base.errors import LimitExceededException
from cenote.flows.hosted import browser_sessions, device_authorization, device_requests
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.links import LOGIN
from cenote.login.known_as import known_as
from cenote.login.look.looks import look_of
from cenote.login.registry import page
from cenote.login.visit import Visit
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import AuthorizationRequest


@page("/device", "GET", "POST", needs_request=False)
def device(visit: Visit) -> Response:
    """Ask for the code; who is signed in is asked whether the device may come in, whoever is not signs in first."""
    typed = visit.form.get("user_code") or visit.query.get("user_code", "")
    if not typed:
        return visit.render("device.html", error="")
    user_code = device_requests.opened(visit.services, visit.pool, typed)
    try:
        if user_code is not None:
            found = device_requests.find(visit.services, visit.site, user_code)
        else:
            user_code = device_requests.normalised(typed)
            found = device_authorization.waiting(visit.services, visit.site, user_code, visit.origin)
    except LimitExceededException:
        return visit.render("device.html", error="limit")
    if found is None:
        return visit.render("device.html", error="unknown", user_code=user_code)
    client, request = found
    visit.look = look_of(visit.services, visit.site, client) or visit.look
    who = visit.signed_in()
    if who is None or not _may_answer(visit, client, request, who):
        visit.client, visit.request = client, request
        return visit.go(LOGIN)
    if "answer" in visit.form:
        is_allowed = visit.form["answer"] == "allow"
        is_settled = device_authorization.settle(visit.services, visit.site, user_code, who, is_allowed=is_allowed)
        outcome = ("allowed" if is_allowed else "denied") if is_settled else "unknown"
        return visit.render("device_done.html", outcome=outcome)
    return visit.render(
        "device_allow.html",
        user_code=user_code,
        ticket=request.parameters["user_code"],
        client=client,
        known_as=known_as(visit, who),
    )


def _may_answer(visit: Visit, client: Client, request: AuthorizationRequest, who: SignedIn) -> bool:
    """Whether *who* need not sign in anew: as for any app, or because they have just done so for this one."""
    if browser_sessions.satisfies(visit.services, visit.pool, client, request, who):
        return True
    age_ms = visit.services.clock.now_ms() - who.row.created_at_ms
    return who.row.client_id == client.client_id and age_ms < device_authorization.TTL_S * 1000
