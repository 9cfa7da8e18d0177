"""Parameters that nobody would send who means well: each is refused in the words of OAuth, and none is a failure of ours."""

import pytest

from harness.databases import EVERY_ENGINE
from harness.hosted import App, make_machine, switch_on

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
FORMS = {
    "authorization_code": {"code": "c", "redirect_uri": "https://x", "code_verifier": "v"},
    "refresh_token": {"refresh_token": "t", "scope": "openid"},
    "client_credentials": {"scope": "nobody/s", "aws_client_metadata": "{}"},
    EXCHANGE: {"subject_token": "t", "subject_token_type": ACCESS, "scope": "openid", "resource": "r"},
}
HOSTILE = [
    "\0",
    "ä\u202e",
    "x" * 20_000,
    "%00",
    "' or 1=1 --",
    "[" * 5000,
    "\r\nSet-Cookie: a=b",
    "a.b.c",
    "1e999",
    "{}",
]


@pytest.mark.parametrize("grant", FORMS)
def test_no_parameter_of_a_grant_makes_it_fail(app: App, grant: str) -> None:
    machine = make_machine(app)
    for value in HOSTILE:
        for name in ("grant_type", "client_id", "client_secret", *FORMS[grant]):
            form = {"grant_type": grant, **FORMS[grant], name: value}
            reply = machine.post("/oauth2/token", form, machine.basic)
            assert 400 == reply.status, (name, value)
            assert {"error"} == reply.json.keys()


@pytest.mark.parametrize("name", ["Authorization", "DPoP", "Content-Type"])
def test_no_header_makes_an_endpoint_fail(app: App, name: str) -> None:
    switch_on(app, DPoP="ALLOWED")
    for value in ("\xe4", "Basic \xe4", "Bearer \xe4.b.c", "DPoP " + "x" * 20_000, "Basic " + "A" * 4000, ",", "a.b.c"):
        for path in ("/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo"):
            form = {"grant_type": "refresh_token", "token": "t", "refresh_token": "t", "client_id": app.pool.client_id}
            reply = app.post(path, form, {name: value})
            assert reply.status in {200, 400, 401}, (path, value)
            assert reply.status == 200 or "error" in reply.json
