"""openid-client with what goes beyond Cognito, once `cenote client set` has switched it on: PAR, DPoP and devices."""

import json
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clients.apps import USER, OidcApp, make_oidc_app
from clients.plain_browser import PlainBrowser
from harness import node
from harness.command_line import command_line
from harness.people import PASSWORD
from harness.server import Server
from harness.tokens import claims_of
from serving.running import wait_until

SCRIPT = Path(__file__).with_name("node") / "oidc_clients.mjs"
Switch = Callable[..., None]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def program() -> Iterator[node.Program]:
    with node.running(SCRIPT) as running:
        yield running


@pytest.fixture
def browser(server: Server) -> Iterator[PlainBrowser]:
    opened = PlainBrowser(server.url)
    yield opened
    opened.close()


@pytest.fixture
def switch(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Switch:
    """Types `cenote client set` with options, and waits until the server's discovery document has the *member*."""
    for name, value in server.environ.items():
        if name.startswith("CENOTE_"):
            monkeypatch.setenv(name, value)
    typed = command_line(monkeypatch, capsys)

    def set_options(app: OidcApp, member: str, *options: str) -> None:
        status, _, said = typed("client", "set", app.pool_id, app.client_id, *options)
        assert (0, "") == (status, said)
        wait_until(lambda: member in server.get_json(f"/{app.pool_id}/.well-known/openid-configuration"))

    return set_options


def test_a_request_is_pushed_and_tokens_are_bound_to_a_key(
    server: Server, program: node.Program, browser: PlainBrowser, switch: Switch
) -> None:
    app = make_oidc_app(server)
    switch(app, "dpop_signing_alg_values_supported", "--par", "REQUIRED", "--dpop", "REQUIRED")
    known = {**app.known, "library": "openid-client", "auth": "none", "par": True, "dpop": True}
    address = program.tell({"begin": known})
    assert {"client_id", "request_uri"} == dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query)).keys()
    tokens = program.tell({"finish": browser.sign_in(address, USER, PASSWORD)})
    assert "dpop" == tokens["token_type"], tokens
    assert claims_of(tokens["access_token"])["cnf"].keys() == {"jkt"}
    assert app.sub == program.tell({"user_info": True})["sub"]
    assert "dpop" == program.tell({"refresh": True})["token_type"]
    path = urllib.parse.urlsplit(app.domain_url).path + "/oauth2/userInfo"
    status, _, body = server.request("GET", path, headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert (401, "invalid_token") == (status, json.loads(body)["error"])


def test_what_was_not_pushed_is_refused_where_it_has_to_be(
    server: Server, program: node.Program, browser: PlainBrowser, switch: Switch
) -> None:
    app = make_oidc_app(server)
    switch(app, "pushed_authorization_request_endpoint", "--par", "REQUIRED")
    address = program.tell({"begin": {**app.known, "library": "openid-client", "auth": "none"}})
    assert "invalid_request" == program.tell({"finish": browser.open(address)})["error"]


def test_a_device_gets_tokens_once_its_owner_has_agreed(
    server: Server, program: node.Program, browser: PlainBrowser, switch: Switch
) -> None:
    app = make_oidc_app(server)
    switch(app, "device_authorization_endpoint", "--device")
    shown = program.tell({"begin_device": {**app.known, "library": "openid-client", "auth": "none"}})
    browser.open(shown["verification_uri"])
    browser.submit(user_code=shown["user_code"].lower())
    browser.submit(username=USER, password=PASSWORD)
    assert shown["user_code"] in browser.text
    browser.submit(answer="allow")
    tokens = program.tell({"finish_device": True})
    assert app.sub == tokens["claims"]["sub"], tokens
    assert app.sub == program.tell({"user_info": True})["sub"]
