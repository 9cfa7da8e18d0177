"""What a pool's file keeps of the past: sessions that go on, and the events that attempts are held against."""

from pathlib import Path
from typing import Any

import pytest
from risky import AWAY, FIREFOX, actions, configure, events, known_user, protected, risk_of, sign_in_from

from cenote.flows.threat.configuration import RiskSettings
from flows.transfer_cases import WAYS, exported, restored, two_sides
from harness.clock import FakeClock
from harness.databases import Engines
from harness.people import Pool


@pytest.mark.parametrize(("one", "other"), WAYS)
def test_sessions_and_events_are_restored_with_their_user(
    engines: Engines, tmp_path: Path, clock: FakeClock, one: str, other: str
) -> None:
    with two_sides(engines, tmp_path, clock, one, other) as (source, target):
        pool = protected(source.endpoint)
        source.endpoint.signed.set_user_pool_session_configuration(
            UserPoolId=pool.id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5}
        )
        configure(pool, **actions(high="BLOCK"), RiskExceptionConfiguration={"SkippedIPRangeList": ["203.0.113.0/24"]})
        known_user(pool)
        of = {"UserPoolId": pool.id, "Username": "ada"}
        before = source.endpoint.signed.admin_list_user_sessions(**of)["Sessions"]
        exported(source, pool.id, tmp_path / "pool")
        restored(target, tmp_path / "pool")

        there = Pool(target.endpoint, pool.id, pool.client_id)
        assert events(pool) == events(there)
        assert before == target.endpoint.signed.admin_list_user_sessions(**of)["Sessions"]
        sign_in_from(there)
        assert ("NoRisk", None) == risk_of(events(there)[0])
        sign_in_from(there, AWAY, FIREFOX)
        assert ("AccountTakeover", "Medium") == risk_of(events(there)[0])


@pytest.mark.parametrize(
    "document",
    [
        {"AccountTakeoverRiskConfiguration": []},
        {"AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": {"EventAction": "PRAY"}}}},
        {"AccountTakeoverRiskConfiguration": {"NotifyConfiguration": {"BlockEmail": {"Subject": 7}}}},
        {"CompromisedCredentialsRiskConfiguration": {"EventFilter": [7]}},
        {"CompromisedCredentialsRiskConfiguration": {"Actions": 7}},
        {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["nowhere"]}},
        {"RiskExceptionConfiguration": {"SkippedIPRangeList": 7}},
    ],
)
def test_a_risk_configuration_that_no_sign_in_can_go_by_is_none(document: dict[str, Any]) -> None:
    try:
        is_sound = RiskSettings(document).is_sound
    except (AttributeError, TypeError, ValueError):
        is_sound = False
    assert not is_sound
