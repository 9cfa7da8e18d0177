"""Devices without a browser: what they are told, and who lets them in. Source: RFC 8628."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cenote.flows.hosted.device_authorization import GRANT_TYPE, GUESSES_AN_HOUR
from harness.asking import make_managed
from harness.databases import EVERY_ENGINE
from harness.hosted import App, Reply, another_app, signed_in_browser, switch_on
from harness.people import PASSWORD
from harness.tokens import claims_of
from harness.visitor import Visitor

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


@pytest.fixture
def tv(app: App) -> App:
    """A client with devices."""
    switch_on(app, DeviceAuthorization=True)
    return app


def begin(tv: App, **asked: str) -> dict[str, Any]:
    """What a device is told."""
    status, told = tv.post("/oauth2/device_authorization", {"client_id": tv.pool.client_id, **asked}).said
    assert 200 == status, told
    return told


def poll(tv: App, told: dict[str, Any]) -> Reply:
    """The device asks for its tokens."""
    return tv.token(GRANT_TYPE, device_code=told["device_code"])


def visit(tv: App, user_code: str = "", *, cookie: str | None = None) -> Visitor:
    """Somebody at the page, with a code in its address."""
    visitor = Visitor(tv)
    if cookie is not None:
        visitor.cookies["cognito"] = cookie
    visitor.follow("GET", f"{tv.url}/device" + (f"?user_code={user_code}" if user_code else ""))
    return visitor


def allow(tv: App, told: dict[str, Any], answer: str = "Allow") -> Visitor:
    """Somebody who is signed in answers."""
    visitor = visit(tv, told["user_code"], cookie=signed_in_browser(tv)[1])
    visitor.submit(answer)
    return visitor


def test_a_device_is_told_two_codes_and_a_page(tv: App) -> None:
    told = begin(tv)
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", told["user_code"])
    assert (600, 5, f"{tv.url}/device") == (told["expires_in"], told["interval"], told["verification_uri"])
    assert f"{tv.url}/device?user_code={told['user_code']}" == told["verification_uri_complete"]


def test_a_device_waits_until_somebody_lets_it_in(tv: App) -> None:
    told = begin(tv, scope="openid")
    assert (400, {"error": "authorization_pending"}) == poll(tv, told).said
    assert "signed in" in allow(tv, told).alert
    tv.endpoint.clock.advance(seconds=5)
    status, tokens = poll(tv, told).said
    assert (200, "openid") == (status, claims_of(tokens["access_token"])["scope"])
    assert 200 == tv.refresh(tokens["refresh_token"]).status
    tv.endpoint.clock.advance(seconds=5)
    assert (400, {"error": "invalid_grant"}) == poll(tv, told).said


def test_a_device_that_asks_too_often_has_to_wait_longer(tv: App) -> None:
    told = begin(tv)
    assert "authorization_pending" == poll(tv, told).json["error"]
    tv.endpoint.clock.advance(seconds=4)
    assert "slow_down" == poll(tv, told).json["error"]
    tv.endpoint.clock.advance(seconds=9)
    assert "slow_down" == poll(tv, told).json["error"]
    tv.endpoint.clock.advance(seconds=15)
    assert "authorization_pending" == poll(tv, told).json["error"]


def test_a_device_may_be_denied_and_then_nobody_can_let_it_in(tv: App) -> None:
    told = begin(tv)
    assert "not let in" in allow(tv, told, "Deny").alert
    assert "access_denied" == poll(tv, told).json["error"]
    assert "No device is waiting" in visit(tv, told["user_code"], cookie=signed_in_browser(tv)[1]).alert


def test_codes_end_after_ten_minutes(tv: App) -> None:
    told, settled = begin(tv), begin(tv)
    visitor = visit(tv, told["user_code"], cookie=signed_in_browser(tv)[1])
    allow(tv, settled)
    tv.endpoint.clock.advance(minutes=10)
    visitor.submit("Allow")
    assert "waiting" in visitor.alert
    for each in (told, settled):
        assert "expired_token" == poll(tv, each).json["error"]


def test_somebody_types_the_code_and_signs_in_first(tv: App) -> None:
    told = begin(tv)
    visitor = visit(tv)
    visitor.submit(user_code=told["user_code"].lower().replace("-", " "))
    assert "/login" == visitor.path
    visitor.submit(username="ada", password=PASSWORD)
    assert "/device" == visitor.path
    assert told["user_code"] in visitor.text
    assert "ada" in visitor.text
    assert "authorization_pending" == poll(tv, told).json["error"], "nothing happens without an answer"
    visitor.submit("Allow")
    tv.endpoint.clock.advance(seconds=5)
    assert 200 == poll(tv, told).status


def test_who_has_just_signed_in_is_asked_even_where_nobody_is_let_in_silently(tv: App) -> None:
    signed, pool = tv.endpoint.signed, tv.pool
    signed.set_user_pool_session_configuration(
        UserPoolId=pool.id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5}
    )
    signed.set_user_pool_client_session_configuration(
        UserPoolId=pool.id, ClientId=pool.client_id, SSOSession={"MaxValidityMinutes": 0}
    )
    told = begin(tv)
    visitor = visit(tv, told["user_code"], cookie=signed_in_browser(another_app(tv))[1])
    assert "/login" == visitor.path
    visitor.submit(username="ada", password=PASSWORD)
    assert "/device" == visitor.path
    visitor.submit("Allow")
    assert 200 == poll(tv, told).status


def test_managed_pages_let_devices_in_too(tv: App) -> None:
    make_managed(tv)
    told = begin(tv)
    assert "signed in" in allow(tv, told).alert
    assert 200 == poll(tv, told).status


def test_the_name_of_the_client_is_shown_as_text(tv: App) -> None:
    signed = tv.endpoint.signed
    shown = signed.describe_user_pool_client(UserPoolId=tv.pool.id, ClientId=tv.pool.client_id)["UserPoolClient"]
    visitor = visit(tv, begin(tv)["user_code"], cookie=signed_in_browser(tv)[1])
    assert shown["ClientName"] in visitor.text
    assert "Only go on if the code is on a device in front of you." in visitor.text


def test_a_form_of_another_site_lets_nothing_in(tv: App) -> None:
    told = begin(tv)
    cookie = signed_in_browser(tv)[1]
    reply = tv.post("/device", {"user_code": told["user_code"], "answer": "allow"}, {"Cookie": f"cognito={cookie}"})
    assert (302, True) == (reply.status, reply.headers["location"].startswith("/error"))
    assert "authorization_pending" == poll(tv, told).json["error"]


def test_guesses_are_bounded_on_every_page(tv: App) -> None:
    told = begin(tv)
    wrong = "BBBB-BBBB"
    for _ in range(GUESSES_AN_HOUR):
        assert "No device is waiting" in visit(tv, wrong).alert
    assert "Too many attempts" in visit(tv, told["user_code"]).alert
    for path in ("/login", "/oauth2/authorize", "/signup"):
        for guess in (told["user_code"], wrong, told["user_code"] + "." + "0" * 64):
            reply = tv.send("GET", f"{path}?client_id={tv.pool.client_id}&user_code={guess}")
            assert "error=expired_token" in reply.headers["location"], (path, guess)
    tv.endpoint.clock.advance(hours=1)
    assert "/login" == visit(tv, begin(tv)["user_code"]).path


@pytest.mark.parametrize("user_code", ["a" * 5000, "<script>", "%C3%A4", "."])
def test_what_is_no_code_is_no_harm(tv: App, user_code: str) -> None:
    visitor = visit(tv, user_code)
    assert ("/device", 200) == (visitor.path, visitor.status)
    assert "<script>" not in visitor.html


def test_a_device_code_is_its_clients_alone(tv: App) -> None:
    told = begin(tv)
    allow(tv, told)
    other = another_app(tv)
    switch_on(other, DeviceAuthorization=True)
    assert (400, {"error": "invalid_grant"}) == poll(other, told).said
    assert (400, {"error": "invalid_grant"}) == poll(tv, {"device_code": "unknown"}).said
    assert (400, {"error": "invalid_request"}) == tv.token(GRANT_TYPE).said
    assert 200 == poll(tv, told).status


def test_a_client_without_devices_is_told_so(app: App) -> None:
    given = {"client_id": app.pool.client_id}
    assert (400, {"error": "unauthorized_client"}) == app.post("/oauth2/device_authorization", given).said
    switch_on(app, DeviceAuthorization=True)
    assert "invalid_scope" == app.post("/oauth2/device_authorization", {**given, "scope": "x"}).json["error"]
    assert 405 == app.send("GET", "/oauth2/device_authorization").status


def test_who_is_gone_or_signed_out_everywhere_since_lets_nothing_in(tv: App) -> None:
    signed, named = tv.endpoint.signed, {"UserPoolId": tv.pool.id, "Username": "ada"}
    first, second = begin(tv), begin(tv)
    allow(tv, first)
    tv.endpoint.clock.advance(seconds=1)
    signed.admin_user_global_sign_out(**named)
    assert "invalid_grant" == poll(tv, first).json["error"]
    tv.endpoint.clock.advance(seconds=1)
    allow(tv, second)
    signed.admin_disable_user(**named)
    assert "invalid_grant" == poll(tv, second).json["error"]


def test_of_devices_with_one_code_one_gets_the_tokens(tv: App) -> None:
    told = begin(tv)
    allow(tv, told)
    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(reply.status for reply in pool.map(lambda _: poll(tv, told), range(4)))
    assert [200, 400, 400, 400] == statuses


def test_of_two_answers_one_counts(tv: App) -> None:
    told = begin(tv)
    cookie = signed_in_browser(tv)[1]
    visitors = [visit(tv, told["user_code"], cookie=cookie) for _ in range(4)]
    answers = ["Allow", "Deny", "Allow", "Deny"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: pair[0].submit(pair[1]), zip(visitors, answers, strict=True)))
    settled = [visitor for visitor in visitors if "close this page" in visitor.alert]
    assert 1 == len(settled)
    expected = 200 if "signed in" in settled[0].alert else 400
    assert expected == poll(tv, told).status


def test_the_issuer_says_where_devices_begin_only_where_there_are_any(app: App) -> None:
    path = f"/{app.pool.id}/.well-known/openid-configuration"
    assert "device_authorization_endpoint" not in app.endpoint.get_json(path)
    switch_on(app, DeviceAuthorization=True)
    assert f"{app.url}/oauth2/device_authorization" == app.endpoint.get_json(path)["device_authorization_endpoint"]
