"""Apps are told of logouts behind the browser's back. Source: OpenID Connect Back-Channel Logout 1.0."""

from collections.abc import Iterator

import pytest

from cenote.federation.fetching import Fetcher
from cenote.flows.hosted.telling import Teller, tell_next
from harness.asking import answer_of, ask
from harness.databases import EVERY_ENGINE
from harness.hosted import LOGGED_OUT, App, another_app, signed_in_browser, switch_on
from harness.in_process import beside
from harness.logout_receiver import Receiver, receiving
from harness.tokens import claims_of, header_of

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the application's own threads look once, at the start: what is due is sent by the test."""
    monkeypatch.setattr("cenote.flows.hosted.telling.POLL_S", 3600.0)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The address of the first app."""
    with receiving() as found:
        yield found


@pytest.fixture
def told_app(app: App, receiver: Receiver) -> App:
    """An app that is told of logouts, in development."""
    switch_on(app, BackchannelLogoutURI=receiver.url)
    return app.beside(beside(app.endpoint, fetcher=Fetcher(is_development=True)))


def sign_in_at(app: App, cookie: str) -> dict[str, str]:
    """The tokens of the browser that has *cookie*."""
    tokens: dict[str, str] = app.redeem(answer_of(ask(app, cookie))["code"]).json
    return tokens


def log_out(app: App, cookie: str) -> None:
    """Sign the browser out."""
    url = f"/logout?client_id={app.pool.client_id}&logout_uri={LOGGED_OUT}"
    assert LOGGED_OUT == app.send("GET", url, {"Cookie": f"cognito={cookie}"}).headers["location"]


def tell_all(app: App) -> int:
    """Send what is due; how many calls were made."""
    told = 0
    while tell_next(app.services):
        told += 1
    return told


def test_an_app_is_told_of_the_logout_of_a_browser(told_app: App, receiver: Receiver) -> None:
    who, cookie = signed_in_browser(told_app)
    tokens = sign_in_at(told_app, cookie)
    log_out(told_app, cookie)
    assert (1, 0) == (tell_all(told_app), tell_all(told_app))
    [token] = receiver.tokens()
    told, id_token = claims_of(token), claims_of(tokens["id_token"])
    assert {"iss", "aud", "iat", "exp", "jti", "events", "sub", "sid"} == told.keys()
    assert (id_token["iss"], told_app.pool.client_id, who.user.sub, id_token["sid"]) == (
        told["iss"],
        told["aud"],
        told["sub"],
        told["sid"],
    )
    assert ({EVENT: {}}, 120) == (told["events"], told["exp"] - told["iat"])
    assert {"typ": "logout+jwt", "alg": "RS256", "kid": header_of(tokens["id_token"])["kid"]} == header_of(token)


def test_a_logout_token_is_good_for_nothing_else(told_app: App, receiver: Receiver) -> None:
    cookie = signed_in_browser(told_app)[1]
    sign_in_at(told_app, cookie)
    log_out(told_app, cookie)
    tell_all(told_app)
    [token] = receiver.tokens()
    assert 401 == told_app.user_info(token).status
    hinted = told_app.send("GET", f"/logout?id_token_hint={token}&logout_uri={LOGGED_OUT}")
    assert hinted.headers["location"].startswith("/error?")


def test_each_browser_has_a_name_of_its_own(told_app: App, receiver: Receiver) -> None:
    first, second = (signed_in_browser(told_app)[1] for _ in range(2))
    sids = {claims_of(sign_in_at(told_app, cookie)["id_token"])["sid"] for cookie in (first, second, first)}
    assert 2 == len(sids)
    log_out(told_app, first)
    tell_all(told_app)
    assert [sid for token in receiver.tokens() if (sid := claims_of(token)["sid"]) not in sids] == []


def test_only_apps_that_got_tokens_through_the_browser_are_told(told_app: App, receiver: Receiver) -> None:
    silent = another_app(told_app)
    with receiving() as other:
        unused = another_app(told_app)
        switch_on(unused, BackchannelLogoutURI=other.url)
        cookie = signed_in_browser(told_app)[1]
        sign_in_at(silent, cookie)
        sign_in_at(unused, signed_in_browser(told_app)[1])
        sign_in_at(told_app, cookie)
        log_out(silent, cookie)
        assert 1 == tell_all(told_app)
        assert (1, 0) == (len(receiver.tokens()), len(other.tokens()))


def test_tokens_of_apps_that_are_not_told_say_nothing_of_browsers(app: App) -> None:
    assert "sid" not in claims_of(app.sign_in()["id_token"])


def test_a_refreshed_id_token_names_the_browser_too(told_app: App) -> None:
    tokens = sign_in_at(told_app, signed_in_browser(told_app)[1])
    again = told_app.refresh(tokens["refresh_token"]).json
    assert claims_of(tokens["id_token"])["sid"] == claims_of(again["id_token"])["sid"]


def test_signing_out_everywhere_is_told_without_a_browser(told_app: App, receiver: Receiver) -> None:
    sign_in_at(told_app, signed_in_browser(told_app)[1])
    told_app.endpoint.signed.admin_user_global_sign_out(UserPoolId=told_app.pool.id, Username="ada")
    tell_all(told_app)
    [token] = receiver.tokens()
    assert "sid" not in claims_of(token)
    assert "sub" in claims_of(token)


def test_a_revoked_session_of_a_browser_is_told(told_app: App, receiver: Receiver) -> None:
    signed = told_app.endpoint.signed
    named = {"UserPoolId": told_app.pool.id}
    signed.set_user_pool_session_configuration(**named, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5})
    tokens = sign_in_at(told_app, signed_in_browser(told_app)[1])
    sessions = signed.admin_list_user_sessions(**named, Username="ada")["Sessions"]
    [session_id] = [each["SessionId"] for each in sessions if each["SessionType"] == "SSO"]
    signed.admin_revoke_user_session(**named, Username="ada", SessionId=session_id, RevokeAssociatedSessions="LINKED")
    tell_all(told_app)
    [token] = receiver.tokens()
    assert claims_of(tokens["id_token"])["sid"] == claims_of(token)["sid"]
    assert 400 == told_app.refresh(tokens["refresh_token"]).status


def test_an_app_that_fails_is_told_again_three_times(told_app: App) -> None:
    with receiving(500, 503, 302, 500) as failing:
        switch_on(told_app, BackchannelLogoutURI=failing.url)
        cookie = signed_in_browser(told_app)[1]
        sign_in_at(told_app, cookie)
        log_out(told_app, cookie)
        for wait_s in (0, 5, 30, 180):
            if wait_s:
                told_app.endpoint.clock.advance(seconds=wait_s - 1)
                assert 0 == tell_all(told_app)
                told_app.endpoint.clock.advance(seconds=1)
            assert 1 == tell_all(told_app)
        told_app.endpoint.clock.advance(hours=1)
        assert 0 == tell_all(told_app)
        tokens = failing.tokens()
    assert (4, 4) == (len(tokens), len({claims_of(token)["jti"] for token in tokens}))


def test_an_app_that_cannot_sign_its_user_out_is_not_told_again(told_app: App) -> None:
    with receiving(400) as refusing:
        switch_on(told_app, BackchannelLogoutURI=refusing.url)
        cookie = signed_in_browser(told_app)[1]
        sign_in_at(told_app, cookie)
        log_out(told_app, cookie)
        assert 1 == tell_all(told_app)
        told_app.endpoint.clock.advance(minutes=1)
        assert 0 == tell_all(told_app)


def test_an_app_that_fails_keeps_no_other_waiting(told_app: App, receiver: Receiver) -> None:
    with receiving(500) as failing:
        other = another_app(told_app)
        switch_on(other, BackchannelLogoutURI=failing.url)
        cookies = [signed_in_browser(told_app)[1] for _ in range(3)]
        for cookie in cookies:
            sign_in_at(told_app, cookie)
            sign_in_at(other, cookie)
            log_out(told_app, cookie)
        assert 4 == tell_all(told_app)
        assert (3, 1) == (len(receiver.tokens()), len(failing.tokens()))
        told_app.endpoint.clock.advance(seconds=5)
        assert 3 == tell_all(told_app)


def test_a_notice_is_given_up_after_ten_minutes_or_with_its_address(told_app: App, receiver: Receiver) -> None:
    first, second = (signed_in_browser(told_app)[1] for _ in range(2))
    for cookie in (first, second):
        sign_in_at(told_app, cookie)
    log_out(told_app, first)
    told_app.endpoint.clock.advance(minutes=10)
    assert 0 == tell_all(told_app)
    log_out(told_app, second)
    switch_on(told_app)
    tell_all(told_app)
    assert [] == receiver.tokens()


def test_an_address_inside_is_not_called_in_production(told_app: App, receiver: Receiver) -> None:
    cookie = signed_in_browser(told_app)[1]
    sign_in_at(told_app, cookie)
    log_out(told_app, cookie)
    production = told_app.beside(beside(told_app.endpoint, fetcher=Fetcher(is_development=False)))
    assert 1 == tell_all(production)
    assert [] == receiver.tokens()


def test_a_thread_tells_beside_requests(told_app: App, receiver: Receiver) -> None:
    cookie = signed_in_browser(told_app)[1]
    sign_in_at(told_app, cookie)
    log_out(told_app, cookie)
    teller = Teller(told_app.services)
    teller.start()
    try:
        assert ["logout_token"] == list(receiver.forms.get(timeout=30))
    finally:
        teller.stop()


def test_the_issuer_says_that_apps_are_told_where_one_is(app: App, receiver: Receiver) -> None:
    path = f"/{app.pool.id}/.well-known/openid-configuration"
    assert "backchannel_logout_supported" not in app.endpoint.get_json(path)
    switch_on(app, BackchannelLogoutURI=receiver.url)
    found = app.endpoint.get_json(path)
    assert (True, True) == (found["backchannel_logout_supported"], found["backchannel_logout_session_supported"])
