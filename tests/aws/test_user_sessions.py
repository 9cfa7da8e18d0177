"""ListUserSessions, RevokeUserSession, their admin twins, and the rules of the session configuration."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal
from sqlalchemy import func, select

from cenote.flows import maintenance
from cenote.model.user_session import SessionKind, UserSession
from cenote.storage import sessions, tables
from cenote.threat.geo import Geography
from durability.races import race
from harness import mmdb
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess, beside
from harness.people import PASSWORD, Pool, make_pool, sign_in, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
}
NO_SESSION = ("ResourceNotFoundException", "Session does not exist.")
NOBODY = ("UserNotFoundException", "User does not exist.")
DEAD_TOKEN = ("NotAuthorizedException", "Access Token has been revoked")
DEAD_REFRESH = ("NotAuthorizedException", "Refresh Token has been revoked")


def tracking(endpoint: InProcess, most: int = 20, **pool: Any) -> Pool:
    made = make_pool(endpoint, **pool)
    track(made, most)
    return made


def track(pool: Pool, most: int = 20, tracked: str = "ENABLED") -> None:
    pool.endpoint.signed.set_user_pool_session_configuration(
        UserPoolId=pool.id, UserSessionTracking=tracked, TokenSession={"MaxPerUser": most}
    )


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool that tracks sessions, with a user."""
    pool = tracking(in_process)
    signed_up(pool)
    return pool


def own(pool: Pool, tokens: dict[str, Any]) -> list[dict[str, Any]]:
    answer = pool.endpoint.anonymous.list_user_sessions(AccessToken=tokens["AccessToken"])
    assert "NextToken" not in answer
    found: list[dict[str, Any]] = answer["Sessions"]
    return found


def listed(pool: Pool, username: str = "ada") -> list[dict[str, Any]]:
    answer = pool.endpoint.signed.admin_list_user_sessions(UserPoolId=pool.id, Username=username)
    found: list[dict[str, Any]] = answer["Sessions"]
    return found


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["SessionId"] for each in found]


def revoke(pool: Pool, session_id: str, username: str = "ada", **more: str) -> None:
    pool.endpoint.signed.admin_revoke_user_session(UserPoolId=pool.id, Username=username, SessionId=session_id, **more)


def revoke_own(pool: Pool, tokens: dict[str, Any], session_id: str, **more: str) -> None:
    pool.endpoint.anonymous.revoke_user_session(AccessToken=tokens["AccessToken"], SessionId=session_id, **more)


def refresh(pool: Pool, tokens: dict[str, Any]) -> dict[str, Any]:
    answer = pool.endpoint.anonymous.get_tokens_from_refresh_token(
        ClientId=pool.client_id, RefreshToken=tokens["RefreshToken"]
    )
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def assert_dead(pool: Pool, tokens: dict[str, Any]) -> None:
    with refusal() as seen:
        pool.endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])
    assert DEAD_TOKEN == seen.said
    with refusal() as seen:
        refresh(pool, tokens)
    assert DEAD_REFRESH == seen.said


def count(in_process: InProcess) -> int:
    with in_process.services.database.read() as tx:
        return tx.execute(select(func.count()).select_from(tables.sessions)).scalar_one()


def test_a_sign_in_is_a_session_that_its_user_sees(pool: Pool, clock: FakeClock) -> None:
    first = sign_in(pool)
    began = clock.now
    clock.advance(minutes=5)
    second = sign_in(pool)
    newest, oldest = own(pool, first)
    assert re.fullmatch(r"tkn[a-z0-9]{25}", oldest["SessionId"])
    expected = {
        "SessionId": oldest["SessionId"],
        "SessionType": "TOKEN",
        "ClientId": pool.client_id,
        "CreateDate": began,
        "LastActiveDate": began,
        "DeviceType": oldest["DeviceType"],
        "LastIPAddress": "127.0.0.1",
        "LastLocation": {"Country": "unknown"},
        "IsCurrentSession": True,
    }
    assert expected == oldest
    assert "Boto3" in oldest["DeviceType"]
    assert (clock.now, False) == (newest["CreateDate"], newest["IsCurrentSession"])
    assert [newest["SessionId"]] == [each["SessionId"] for each in own(pool, second) if each["IsCurrentSession"]]
    assert [{**each, "IsCurrentSession": False} for each in (newest, oldest)] == listed(pool)


def test_a_pool_that_does_not_track_has_none(in_process: InProcess, pool: Pool) -> None:
    bare = make_pool(in_process)
    signed_up(bare)
    assert [] == own(bare, sign_in(bare))
    track(pool, tracked="DISABLED")
    sign_in(pool)
    assert [] == listed(pool)


def test_a_place_is_told_where_it_is_known(in_process: InProcess, tmp_path: Path) -> None:
    database = mmdb.write(tmp_path / "x.mmdb", {"127.0.0.0/8": mmdb.city("DE", "Germany", "Berlin", 52.5, 13.4)})
    there = beside(in_process, geography=Geography(database))
    pool = tracking(there)
    signed_up(pool)
    sign_in(pool)
    assert {"City": "Berlin", "Country": "Germany"} == listed(pool)[0]["LastLocation"]
    there.close()


@pytest.mark.parametrize("client", [None, ROTATING])
def test_a_refresh_is_activity_from_where_it_comes(
    in_process: InProcess, clock: FakeClock, client: dict[str, Any] | None
) -> None:
    pool = tracking(in_process, client=client)
    signed_up(pool)
    tokens = sign_in(pool)
    began = clock.now
    clock.advance(hours=1)
    agent = pool.endpoint.boto3_client(config=Config(user_agent=AGENT))
    agent.get_tokens_from_refresh_token(ClientId=pool.client_id, RefreshToken=tokens["RefreshToken"])
    [session] = listed(pool)
    assert (began, clock.now) == (session["CreateDate"], session["LastActiveDate"])
    assert "Firefox 126, Linux" == session["DeviceType"]


def test_a_user_revokes_another_session_at_once_but_not_this_one(pool: Pool) -> None:
    first, second = sign_in(pool), sign_in(pool)
    [current] = [each["SessionId"] for each in own(pool, second) if each["IsCurrentSession"]]
    [other] = [each["SessionId"] for each in own(pool, second) if not each["IsCurrentSession"]]
    with refusal() as seen:
        revoke_own(pool, second, current)
    assert ("InvalidParameterException", "The current session cannot be revoked.") == seen.said
    revoke_own(pool, second, other)
    assert_dead(pool, first)
    assert [current] == ids(own(pool, second))
    with refusal() as seen:
        revoke_own(pool, second, other)
    assert NO_SESSION == seen.said


def test_an_administrator_revokes_any_session_of_its_user(pool: Pool) -> None:
    signed_up(pool, "bob")
    tokens = sign_in(pool)
    [session_id] = ids(listed(pool))
    with refusal() as seen:
        revoke(pool, session_id, "bob")
    assert NO_SESSION == seen.said
    refresh(pool, tokens)
    revoke(pool, session_id)
    assert_dead(pool, tokens)
    assert [] == listed(pool)


def test_nobody_has_no_sessions(pool: Pool) -> None:
    with refusal() as seen:
        listed(pool, "nobody")
    assert NOBODY == seen.said
    with refusal() as seen:
        revoke(pool, "tkn" + "a" * 25, "nobody")
    assert NOBODY == seen.said


def test_sessions_are_closed_to_outsiders(pool: Pool) -> None:
    sign_in(pool)
    of = {"UserPoolId": pool.id, "Username": "ada"}
    session = {**of, "SessionId": ids(listed(pool))[0]}
    assert_closed_to_outsiders(pool, {"admin_list_user_sessions": of, "admin_revoke_user_session": session})


def test_there_is_no_second_page(pool: Pool) -> None:
    tokens = sign_in(pool)
    expected = ("InvalidParameterException", "Invalid pagination token: more")
    with refusal() as seen:
        pool.endpoint.signed.admin_list_user_sessions(UserPoolId=pool.id, Username="ada", NextToken="more")
    assert expected == seen.said
    with refusal() as seen:
        pool.endpoint.anonymous.list_user_sessions(AccessToken=tokens["AccessToken"], NextToken="more")
    assert expected == seen.said


def test_one_sign_in_too_many_ends_the_one_that_was_not_used_for_longest(
    in_process: InProcess, clock: FakeClock
) -> None:
    pool = tracking(in_process, most=2)
    signed_up(pool)
    first = sign_in(pool)
    clock.advance(seconds=1)
    second = sign_in(pool)
    clock.advance(seconds=1)
    refresh(pool, first)
    clock.advance(seconds=1)
    third = sign_in(pool)
    assert_dead(pool, second)
    for tokens in (first, third):
        assert 2 == len(own(pool, tokens))
    track(pool, 1)
    clock.advance(seconds=1)
    fourth = sign_in(pool)
    assert_dead(pool, first)
    assert_dead(pool, third)
    assert 1 == len(own(pool, fourth))


def test_of_sign_ins_at_once_no_more_than_allowed_stay(in_process: InProcess) -> None:
    pool = tracking(in_process, most=2)
    signed_up(pool)
    outcomes = race([partial(sign_in, pool) for _ in range(6)])
    tokens = [outcome.answer for outcome in outcomes if outcome.answer is not None]
    assert tokens
    assert min(2, len(tokens)) == len(listed(pool))
    alive = [each for each in tokens if _is_alive(pool, each)]
    assert len(listed(pool)) == len(alive)


def _is_alive(pool: Pool, tokens: dict[str, Any]) -> bool:
    try:
        pool.endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])
    except pool.endpoint.anonymous.exceptions.NotAuthorizedException:
        return False
    return True


def test_whatever_revokes_a_sign_in_ends_its_session(in_process: InProcess, pool: Pool, clock: FakeClock) -> None:
    signed, anonymous = in_process.signed, in_process.anonymous
    of = {"UserPoolId": pool.id, "Username": "ada"}
    ends = [
        lambda tokens: anonymous.revoke_token(ClientId=pool.client_id, Token=tokens["RefreshToken"]),
        lambda tokens: anonymous.global_sign_out(AccessToken=tokens["AccessToken"]),
        lambda _tokens: signed.admin_user_global_sign_out(**of),
        lambda _tokens: signed.admin_disable_user(**of) and signed.admin_enable_user(**of),
    ]
    for end in ends:
        clock.advance(seconds=2)
        tokens = sign_in(pool)
        assert 1 == len(listed(pool))
        end(tokens)
        assert [] == listed(pool)


def test_a_session_ends_with_its_refresh_token_its_user_and_its_pool(
    in_process: InProcess, pool: Pool, clock: FakeClock
) -> None:
    signed_up(pool, "bob")
    sign_in(pool)
    clock.advance(days=30)
    assert [] == listed(pool)
    sign_in(pool)
    sign_in(pool, "bob")
    maintenance.sweep(in_process.services)
    assert 2 == count(in_process)
    in_process.signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    assert 1 == count(in_process)
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    assert 0 == count(in_process)


def through_a_browser(in_process: InProcess, pool: Pool, number: int) -> tuple[str, list[dict[str, Any]]]:
    """A browser's session and *number* sign-ins that came through it, as managed login will keep them."""
    tokens = [sign_in(pool) for _ in range(number)]
    parent = "sso" + "a" * 25

    def write(tx: Any) -> None:
        rows = tx.execute(select(tables.sessions)).mappings().all()
        for row in rows:
            session = UserSession(**{**row, "kind": SessionKind(row["kind"]), "parent_id": parent})
            sessions.delete_session(tx, session)
            sessions.put(tx, session)
        blank = {"origin_jti": None, "parent_id": None, "document": {}}
        sessions.put(tx, UserSession(**{**rows[0], "kind": SessionKind.SSO, "session_id": parent, **blank}))

    in_process.services.database.write("browser", write)
    return parent, tokens


def test_sessions_that_are_linked_end_together_where_that_is_asked_for(in_process: InProcess, pool: Pool) -> None:
    parent, tokens = through_a_browser(in_process, pool, 2)
    shown = {each["SessionId"]: each for each in listed(pool)}
    assert {"TOKEN": 2, "SSO": 1} == {
        kind: [each["SessionType"] for each in shown.values()].count(kind) for kind in ("TOKEN", "SSO")
    }
    children = [each for each in shown if each != parent]
    assert {parent} == {shown[each]["OriginSessionId"] for each in children}
    assert "OriginSessionId" not in shown[parent]
    revoke(pool, children[0], RevokeAssociatedSessions="LINKED")
    assert [children[1]] == ids(listed(pool))
    assert [True] == [_is_alive(pool, each) for each in tokens if _is_alive(pool, each)]


def test_a_browser_s_session_takes_its_sign_ins_along_only_where_that_is_asked_for(
    in_process: InProcess, pool: Pool
) -> None:
    parent, tokens = through_a_browser(in_process, pool, 2)
    revoke(pool, parent, RevokeAssociatedSessions="NONE")
    assert 2 == len(listed(pool))
    in_process.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
    assert not any(_is_alive(pool, each) for each in tokens)


def test_a_refresh_token_s_revocation_may_take_the_browser_s_session_along(in_process: InProcess, pool: Pool) -> None:
    parent, [first, second] = through_a_browser(in_process, pool, 2)
    end = partial(in_process.anonymous.revoke_token, ClientId=pool.client_id)
    end(Token=first["RefreshToken"])
    assert parent in ids(listed(pool))
    end(Token=second["RefreshToken"], RevokeAssociatedSessions="LINKED")
    assert [] == listed(pool)


def test_a_token_of_an_older_sign_in_than_the_tracking_is_of_no_session(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    signed_up(pool)
    tokens = sign_in(pool)
    track(pool)
    assert [] == own(pool, tokens)
    refresh(pool, tokens)
    assert [] == own(pool, tokens)
    with refusal() as seen:
        revoke_own(pool, tokens, "tkn" + "b" * 25)
    assert NO_SESSION == seen.said


def test_a_wrong_password_opens_none(pool: Pool) -> None:
    with refusal("NotAuthorizedException"):
        sign_in(pool, password=PASSWORD + "x")
    assert [] == listed(pool)
