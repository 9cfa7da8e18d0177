"""PreAuthentication and PostAuthentication around a sign-in."""

from typing import Any

import pytest
from refusals import refusal
from srp_client import begun, claim_of, client_of, live_in, respond
from triggered import METADATA, TOLD, Triggered, triggered

from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, sign_in, signed_up

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

BEFORE, AFTER = "PreAuthentication_Authentication", "PostAuthentication_Authentication"
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
WAYS = ["fail", "hang", "answer wrongly"]
WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def begin(made: Triggered, username: str = "ada", password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = made.pool.endpoint.anonymous.initiate_auth(
        ClientId=made.pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
        **more,
    )
    return answer


def sessions_of(made: Triggered) -> int:
    """How many sign-ins of the pool are kept."""
    services = made.pool.endpoint.services  # type: ignore[attr-defined]
    with services.database.read() as tx:
        return int(tx.exec_driver_sql("SELECT count(*) FROM refresh_tokens").scalar_one())


def test_a_sign_in_is_announced_and_reported(in_process: InProcess) -> None:
    made = triggered(in_process, "PreAuthentication", "PostAuthentication")
    signed_up(made.pool)
    begin(made, **METADATA)
    told = made.attributes()
    announced = {"userAttributes": told, "validationData": {"tenant": "blue"}}
    reported = {"userAttributes": told, "newDeviceUsed": False}
    assert [
        {**made.header(BEFORE), "request": announced, "response": {}},
        {**made.header(AFTER), "request": reported, "response": {}},
    ] == made.functions.events


def test_nothing_given_is_null(in_process: InProcess) -> None:
    made = triggered(in_process, "PreAuthentication")
    signed_up(made.pool)
    begin(made)
    assert made.functions.event(BEFORE)["request"]["validationData"] is None


def test_srp_is_announced_at_its_begin_and_reported_at_its_end(
    in_process: InProcess, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = triggered(in_process, "PreAuthentication", "PostAuthentication")
    signed_up(made.pool)
    live_in(clock, monkeypatch)
    srp = client_of(made.pool)
    answer = begun(made.pool, srp)
    assert [BEFORE] == made.functions.sources
    respond(made.pool, claim_of(srp, answer))
    assert [BEFORE, AFTER] == made.functions.sources


def test_the_metadata_of_an_answer_is_reported(
    in_process: InProcess, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = triggered(in_process, "PostAuthentication")
    signed_up(made.pool)
    live_in(clock, monkeypatch)
    srp = client_of(made.pool)
    answer = begun(made.pool, srp)
    made.pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=made.pool.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=claim_of(srp, answer),
        **METADATA,
    )
    request = made.functions.event(AFTER)["request"]
    assert {"userAttributes": made.attributes(), "newDeviceUsed": False, **TOLD} == request


@pytest.mark.parametrize("how", WAYS)
def test_a_sign_in_that_is_refused_beforehand_proves_nothing(in_process: InProcess, how: str) -> None:
    made = triggered(in_process, "PreAuthentication", "PostAuthentication")
    signed_up(made.pool)
    expected = made.break_down(BEFORE, how)
    for password in (PASSWORD, "Wrong-Horse-7"):
        with refusal() as seen:
            begin(made, password=password)
        assert expected == seen.said
    assert AFTER not in made.functions.sources
    assert 0 == sessions_of(made)


@pytest.mark.parametrize("how", WAYS)
def test_a_sign_in_that_cannot_be_reported_leaves_no_session(in_process: InProcess, how: str) -> None:
    made = triggered(in_process, "PostAuthentication")
    signed_up(made.pool)
    expected = made.break_down(AFTER, how)
    with refusal() as seen:
        begin(made)
    assert expected == seen.said
    assert 0 == sessions_of(made)


def test_a_wrong_password_is_announced_and_not_reported(in_process: InProcess) -> None:
    made = triggered(in_process, "PreAuthentication", "PostAuthentication")
    signed_up(made.pool)
    with refusal() as seen:
        begin(made, password="Wrong-Horse-7")
    assert WRONG == seen.said
    assert [BEFORE] == made.functions.sources


def test_where_users_are_hidden_nobody_is_announced_as_such(in_process: InProcess) -> None:
    made = triggered(in_process, "PreAuthentication", client=HIDES)
    signed_up(made.pool)
    with refusal() as seen:
        begin(made, "nobody")
    assert WRONG == seen.said
    request = {"userAttributes": {}, "validationData": None, "userNotFound": True}
    assert [{**made.header(BEFORE, "nobody"), "request": request, "response": {}}] == made.functions.events
    made.functions.forget()
    begin(made)
    assert made.functions.event(BEFORE)["request"]["userNotFound"] is False


def test_nobody_is_not_announced_where_users_are_not_hidden(in_process: InProcess) -> None:
    made = triggered(in_process, "PreAuthentication")
    with refusal() as seen:
        begin(made, "nobody")
    assert ("UserNotFoundException", "User does not exist.") == seen.said
    assert [] == made.functions.events


def test_a_refresh_is_neither_announced_nor_reported(in_process: InProcess) -> None:
    made = triggered(in_process, "PreAuthentication", "PostAuthentication")
    signed_up(made.pool)
    tokens = sign_in(made.pool)
    made.functions.forget()
    made.pool.endpoint.anonymous.initiate_auth(
        ClientId=made.pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    assert [] == made.functions.events
