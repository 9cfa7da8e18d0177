"""
`/accounts`: whether to go on as who is signed in, or as somebody else (`prompt=select_account`).

Source: OpenID Connect Core 1.0, section 3.1.2.1.
"""

from dataclasses import replace

from flask import Response

from cenote.flows.hosted import browser_sessions
from cenote.flows.hosted.links import LOGIN
from cenote.login import beginning
from cenote.login.known_as import known_as
from cenote.login.registry import page
from cenote.login.visit import Visit

_ACCOUNT, _THIS = "account", "this"


@page("/accounts", "GET", "POST")
def accounts(visit: Visit) -> Response:
    """Ask which account it shall be."""
    who = visit.signed_in()
    if who is None:
        return visit.go(LOGIN)
    if not visit.form:
        return visit.render("accounts.html", name=_ACCOUNT, this=_THIS, known_as=known_as(visit, who))
    asked = beginning.asked_of(visit)
    chosen = replace(asked, prompts=asked.prompts - {"select_account"})
    is_enough = browser_sessions.satisfies(visit.services, visit.pool, visit.known_client, chosen, who)
    if visit.form.get(_ACCOUNT) == _THIS and is_enough:
        return visit.complete(who)
    beginning.want_another(visit)
    return visit.go(LOGIN)
