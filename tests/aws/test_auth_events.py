"""AdminListUserAuthEvents, AdminUpdateAuthEventFeedback, UpdateAuthEventFeedback, and what events say."""

import re
from typing import Any

import pytest
from outsiders import assert_closed_to_outsiders
from refusals import refusal
from risky import AWAY, FIREFOX, HOME, actions, configure, events, known_user, protected, risk_of, sign_in_from
from sqlalchemy import func, select

from cenote.flows import maintenance
from cenote.storage import tables
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

NOBODY = ("UserNotFoundException", "User does not exist.")
NO_EVENT = ("InvalidParameterException", "Event does not exist.")
MAIL = {
    "Subject": "Sign-in of {username}",
    "HtmlBody": "<p>{ip-address} {device-name} <a href='{one-click-link-valid}'>me</a> {event-id} {feedback-token}</p>",
    "TextBody": "{ip-address} {city} {country} {login-time} {device-name} {event-id} token={feedback-token}; {nothing}",
}
NOTIFY = {
    "From": "security@example.com",
    "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
    "BlockEmail": MAIL | {"Subject": "Blocked"},
    "NoActionEmail": MAIL,
    "MfaEmail": MAIL | {"Subject": "Asked for more"},
}


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool with threat protection."""
    return protected(in_process)


def told(action: str) -> dict[str, Any]:
    level = {"Notify": True, "EventAction": action}
    actions_at = {"LowAction": level, "MediumAction": level, "HighAction": level}
    return {"AccountTakeoverRiskConfiguration": {"NotifyConfiguration": NOTIFY, "Actions": actions_at}}


def mails(pool: Pool) -> list[dict[str, Any]]:
    found = pool.endpoint.messages(username="ada", pool=pool.id)
    return [each for each in found if each["purpose"] == "AccountTakeOverNotification"]


def token_in(mail: dict[str, Any]) -> str:
    found = re.search(r"token=([^;]+);", mail["body"])
    assert found is not None
    return found[1]


def count(in_process: InProcess) -> int:
    with in_process.services.database.read() as tx:
        return tx.execute(select(func.count()).select_from(tables.auth_events)).scalar_one()


def judge(pool: Pool, event_id: str, value: str = "Invalid") -> None:
    pool.endpoint.signed.admin_update_auth_event_feedback(
        UserPoolId=pool.id, Username="ada", EventId=event_id, FeedbackValue=value
    )


def answer(pool: Pool, event_id: str, token: str, *, username: str = "ada", value: str = "Invalid") -> None:
    pool.endpoint.anonymous.update_auth_event_feedback(
        UserPoolId=pool.id, Username=username, EventId=event_id, FeedbackToken=token, FeedbackValue=value
    )


def test_events_come_newest_first_a_page_at_a_time(pool: Pool, clock: FakeClock) -> None:
    known_user(pool)
    for _ in range(4):
        clock.advance(seconds=1)
        sign_in_from(pool)
    every = [each["EventId"] for each in events(pool)]
    assert 6 == len(set(every))
    client = pool.endpoint.signed
    pages = client.get_paginator("admin_list_user_auth_events").paginate(
        UserPoolId=pool.id, Username="ada", PaginationConfig={"PageSize": 4}
    )
    assert [every[:4], every[4:]] == [[each["EventId"] for each in page["AuthEvents"]] for page in pages]
    first = client.admin_list_user_auth_events(UserPoolId=pool.id, Username="ada", MaxResults=4)
    assert f"{every[3]}#2026-07-01T12:00:01.000Z" == first["NextToken"]
    assert every == [each["EventId"] for each in events(pool, MaxResults=0)]


@pytest.mark.parametrize("token", ["x", "x#y", "0197c5a1-0000-7000-8000-000000000000#2026-07-01T12:00:01.000Z"])
def test_a_token_of_no_page_is_refused(pool: Pool, token: str) -> None:
    signed_up(pool)
    with refusal() as seen:
        events(pool, NextToken=token)
    assert ("InvalidParameterException", f"Invalid pagination token: {token}") == seen.said


def test_feedback_is_shown_and_replaced(pool: Pool, clock: FakeClock) -> None:
    known_user(pool)
    event_id = events(pool)[0]["EventId"]
    for value in ("Invalid", "Valid"):
        clock.advance(minutes=1)
        judge(pool, event_id, value)
        expected = {"FeedbackValue": value, "Provider": "Admin", "FeedbackDate": clock.now}
        assert expected == events(pool)[0]["EventFeedback"]


def test_what_was_said_to_be_invalid_is_known_no_longer_and_risky(pool: Pool) -> None:
    known_user(pool)
    sign_in_from(pool, AWAY, FIREFOX)
    judge(pool, events(pool)[0]["EventId"])
    sign_in_from(pool, AWAY, FIREFOX)
    assert ("AccountTakeover", "High") == risk_of(events(pool)[0])


def test_what_was_said_to_be_valid_is_known_though_it_was_refused(pool: Pool) -> None:
    configure(pool, **actions(low="BLOCK", medium="BLOCK"))
    known_user(pool)
    with refusal("NotAuthorizedException"):
        sign_in_from(pool, AWAY, FIREFOX)
    judge(pool, events(pool)[0]["EventId"], "Valid")
    assert "AuthenticationResult" in sign_in_from(pool, AWAY, FIREFOX)


@pytest.mark.parametrize("event_id", ["none", "0197c5a1-0000-7000-8000-000000000000"])
def test_there_is_no_feedback_for_no_event(pool: Pool, event_id: str) -> None:
    known_user(pool)
    with refusal() as seen:
        judge(pool, event_id)
    assert NO_EVENT == seen.said


def test_another_user_s_event_is_none_of_one_s_own(pool: Pool) -> None:
    known_user(pool)
    known_user(pool, "bob")
    with refusal() as seen:
        judge(pool, events(pool, "bob")[0]["EventId"])
    assert NO_EVENT == seen.said


def test_a_user_is_told_of_a_risk_and_answers_by_the_mail(pool: Pool, clock: FakeClock) -> None:
    configure(pool, **told("NO_ACTION"))
    known_user(pool)
    assert [] == mails(pool)
    sign_in_from(pool, AWAY, FIREFOX)
    [mail] = mails(pool)
    event_id = events(pool)[0]["EventId"]
    token = token_in(mail)
    assert ("ada@example.com", "Sign-in of ada") == (mail["to"], mail["subject"])
    expected = f"{AWAY} unknown unknown Wed, 01 Jul 2026 12:00:00 +0000 Firefox 126, Linux {event_id} token={token}; {{nothing}}"
    assert expected == mail["body"]
    clock.advance(days=6)
    answer(pool, event_id, token)
    assert {"FeedbackValue": "Invalid", "Provider": "User", "FeedbackDate": clock.now} == events(pool)[0][
        "EventFeedback"
    ]


@pytest.mark.parametrize(
    ("action", "subject", "refused"), [("BLOCK", "Blocked", True), ("MFA_IF_CONFIGURED", "Asked for more", False)]
)
def test_the_mail_is_worded_for_what_was_done(pool: Pool, action: str, subject: str, *, refused: bool) -> None:
    configure(pool, **told(action))
    known_user(pool)
    if refused:
        with refusal("NotAuthorizedException"):
            sign_in_from(pool, AWAY)
    else:
        sign_in_from(pool, AWAY)
    assert [subject] == [mail["subject"] for mail in mails(pool)]


def test_a_pool_that_audits_tells_nobody(in_process: InProcess) -> None:
    pool = protected(in_process, "AUDIT")
    configure(pool, **told("NO_ACTION"))
    known_user(pool)
    sign_in_from(pool, AWAY, FIREFOX)
    assert [] == mails(pool)


def test_a_token_is_good_for_its_event_its_user_its_pool_and_a_week(
    in_process: InProcess, pool: Pool, clock: FakeClock
) -> None:
    configure(pool, **told("NO_ACTION"))
    known_user(pool)
    known_user(pool, "bob")
    sign_in_from(pool, AWAY)
    token = token_in(mails(pool)[0])
    newest, first = events(pool)[:2]
    other = protected(in_process)
    known_user(other)
    invalid = ("NotAuthorizedException", "Invalid feedback token.")
    for where, username, event_id, given in (
        (pool, "ada", first["EventId"], token),
        (pool, "bob", newest["EventId"], token),
        (other, "ada", newest["EventId"], token),
        (pool, "ada", newest["EventId"], token[:-4] + "AAAA"),
        (pool, "ada", newest["EventId"], "nonsense"),
    ):
        with refusal() as seen:
            answer(where, event_id, given, username=username)
        assert invalid == seen.said
    clock.advance(days=7)
    with refusal() as seen:
        answer(pool, newest["EventId"], token)
    assert ("NotAuthorizedException", "Feedback token has expired.") == seen.said


def test_nobody_has_no_events(pool: Pool) -> None:
    known_user(pool)
    with refusal() as seen:
        events(pool, "nobody")
    assert NOBODY == seen.said


@pytest.mark.parametrize("username", ["ada", "nobody"])
def test_who_gives_feedback_learns_nothing_of_names(pool: Pool, username: str) -> None:
    known_user(pool)
    with refusal() as seen:
        answer(pool, events(pool)[0]["EventId"], "nonsense", username=username)
    assert ("NotAuthorizedException", "Invalid feedback token.") == seen.said


def test_events_are_closed_to_outsiders(pool: Pool) -> None:
    known_user(pool)
    of = {"UserPoolId": pool.id, "Username": "ada"}
    judged = {**of, "EventId": events(pool)[0]["EventId"], "FeedbackValue": "Valid"}
    assert_closed_to_outsiders(pool, {"admin_list_user_auth_events": of, "admin_update_auth_event_feedback": judged})


def test_where_protection_is_off_nobody_gives_feedback(in_process: InProcess, pool: Pool) -> None:
    known_user(pool)
    event_id = events(pool)[0]["EventId"]
    in_process.signed.update_user_pool(UserPoolId=pool.id, UserPoolTier="PLUS")
    code = "UserPoolAddOnNotEnabledException"
    with refusal(code):
        judge(pool, event_id)
    with refusal(code):
        answer(pool, event_id, "nonsense")


def test_events_end_with_their_user_their_pool_and_after_two_years(
    in_process: InProcess, pool: Pool, clock: FakeClock
) -> None:
    known_user(pool)
    known_user(pool, "bob")
    sign_in_from(pool, HOME, username="bob")
    in_process.signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    assert 3 == count(in_process) == len(events(pool, "bob"))
    clock.advance(days=730)
    maintenance.sweep(in_process.services)
    assert 3 == count(in_process)
    clock.advance(seconds=1)
    maintenance.sweep(in_process.services)
    assert 0 == count(in_process)
    sign_in_from(pool, username="bob")
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    assert 0 == count(in_process)
