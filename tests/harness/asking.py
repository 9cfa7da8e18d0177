"""
Authorization requests as browsers bring them, and where they are sent on to.

    answer = ask(app, cookie, prompt="none")
    assert "login_required" == answer["error"]
"""

import urllib.parse
from collections.abc import Mapping, Sequence

from harness.hosted import CALLBACK, App, Reply

Pairs = Sequence[tuple[str, str]]


def asked_of(app: App, **changes: str) -> Pairs:
    """The parameters of the app's request; one that is changed to nothing is left out."""
    given = {"client_id": app.pool.client_id, "response_type": "code", "redirect_uri": CALLBACK, **changes}
    return [(name, value) for name, value in given.items() if value]


def ask_with(app: App, pairs: Pairs, cookie: str | None = None) -> Reply:
    """GET /oauth2/authorize with whatever parameters."""
    headers = {"Cookie": f"cognito={cookie}"} if cookie else {}
    return app.send("GET", f"/oauth2/authorize?{urllib.parse.urlencode(pairs)}", headers)


def ask(app: App, cookie: str | None = None, **changes: str) -> Reply:
    """GET /oauth2/authorize with the app's request, by a browser that has *cookie*."""
    return ask_with(app, asked_of(app, **changes), cookie)


def to(reply: Reply) -> str:
    """Where a reply sends the browser, without parameters."""
    assert reply.status == 302, reply
    return reply.headers["location"].partition("?")[0].partition("#")[0]


def answer_of(reply: Reply) -> dict[str, str]:
    """The parameters with which a reply sends the browser on, of the query or the fragment."""
    parts = urllib.parse.urlsplit(reply.headers["location"])
    pairs = urllib.parse.parse_qsl(parts.fragment or parts.query, keep_blank_values=True, strict_parsing=True)
    found = dict(pairs)
    assert len(pairs) == len(found), pairs
    return found


def told(reply: Reply) -> tuple[str, Mapping[str, str]]:
    """Where to, and with what."""
    return to(reply), answer_of(reply)


def make_managed(app: App) -> App:
    """Let the app's domain have managed login, with a style for the client."""
    signed, pool = app.endpoint.signed, app.pool
    signed.update_user_pool_domain(UserPoolId=pool.id, Domain=app.domain, ManagedLoginVersion=2)
    signed.create_managed_login_branding(UserPoolId=pool.id, ClientId=pool.client_id, UseCognitoProvidedValues=True)
    return app
