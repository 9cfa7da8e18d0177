"""DescribeRiskConfiguration, SetRiskConfiguration."""

from functools import partial
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from cenote.storage import resources
from cenote.storage.resources import Kind
from durability.races import race
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import Pool, make_pool

PROTECTED: dict[str, Any] = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}
MAIL = {"Subject": "A sign-in", "HtmlBody": "<p>{username}</p>", "TextBody": "{username}"}
COMPROMISED = {
    "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_UP"], "Actions": {"EventAction": "BLOCK"}}
}
SETTINGS: dict[str, Any] = {
    **COMPROMISED,
    "AccountTakeoverRiskConfiguration": {
        "NotifyConfiguration": {
            "From": "security@example.com",
            "ReplyTo": "Ada <ada@example.com>",
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
            "BlockEmail": MAIL,
            "NoActionEmail": MAIL,
            "MfaEmail": MAIL,
        },
        "Actions": {
            "LowAction": {"Notify": False, "EventAction": "NO_ACTION"},
            "MediumAction": {"Notify": True, "EventAction": "MFA_IF_CONFIGURED"},
            "HighAction": {"Notify": True, "EventAction": "BLOCK"},
        },
    },
    "RiskExceptionConfiguration": {
        "BlockedIPRangeList": ["192.0.2.0/24", "2001:db8::/32"],
        "SkippedIPRangeList": ["198.51.100.7/32"],
    },
}


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool with threat protection."""
    return make_pool(in_process, **PROTECTED)


def put(pool: Pool, client_id: str | None = None, **members: Any) -> dict[str, Any]:
    of = {"ClientId": client_id} if client_id else {}
    answer = pool.endpoint.signed.set_risk_configuration(UserPoolId=pool.id, **of, **members)
    found: dict[str, Any] = answer["RiskConfiguration"]
    return found


def shown(pool: Pool, client_id: str | None = None) -> dict[str, Any]:
    of = {"ClientId": client_id} if client_id else {}
    answer = pool.endpoint.signed.describe_risk_configuration(UserPoolId=pool.id, **of)
    found: dict[str, Any] = answer["RiskConfiguration"]
    return found


def stored(in_process: InProcess, pool: Pool) -> list[str]:
    with in_process.services.database.read() as tx:
        return [each.name for each in resources.of_kind(tx, pool.id, Kind.RISK_CONFIGURATION)]


def test_every_setting_of_a_pool_is_shown_and_replaced_as_a_whole(pool: Pool, clock: FakeClock) -> None:
    assert {"UserPoolId": pool.id} == shown(pool)
    expected = {"UserPoolId": pool.id, **SETTINGS, "LastModifiedDate": clock.now}
    assert expected == put(pool, **SETTINGS) == shown(pool)
    clock.advance(hours=1)
    expected = {"UserPoolId": pool.id, **COMPROMISED, "LastModifiedDate": clock.now}
    assert expected == put(pool, **COMPROMISED) == shown(pool)
    assert {"UserPoolId": pool.id} == put(pool) == shown(pool)


def test_a_filter_that_is_not_given_is_all_events(pool: Pool) -> None:
    every = ["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"]
    for given in ({}, {"EventFilter": []}, {"EventFilter": [*every, "SIGN_IN"]}):
        found = put(pool, CompromisedCredentialsRiskConfiguration={**given, "Actions": {"EventAction": "NO_ACTION"}})
        assert every == found["CompromisedCredentialsRiskConfiguration"]["EventFilter"]


def test_a_client_has_the_pools_until_it_has_its_own_and_again_afterwards(pool: Pool, clock: FakeClock) -> None:
    of_pool = put(pool, **SETTINGS)
    assert of_pool == shown(pool, pool.client_id)
    own = {"RiskExceptionConfiguration": {"BlockedIPRangeList": []}}
    expected = {"UserPoolId": pool.id, "ClientId": pool.client_id, **own, "LastModifiedDate": clock.now}
    assert expected == put(pool, pool.client_id, **own) == shown(pool, pool.client_id)
    assert of_pool == shown(pool)
    put(pool)
    assert expected == shown(pool, pool.client_id)
    assert {"UserPoolId": pool.id} == put(pool, pool.client_id) == shown(pool, pool.client_id)


def test_without_threat_protection_there_is_nothing_to_configure(in_process: InProcess) -> None:
    off = {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}
    for settings in ({}, off):
        pool = make_pool(in_process, **settings)
        for act in (partial(put, pool, **SETTINGS), partial(put, pool, pool.client_id, **SETTINGS)):
            with refusal("UserPoolAddOnNotEnabledException"):
                act()
        # What may have been set before is still seen, and taken back.
        assert {"UserPoolId": pool.id} == shown(pool) == put(pool)
    in_process.signed.update_user_pool(UserPoolId=pool.id, **PROTECTED)
    assert {"UserPoolId": pool.id} == shown(pool)


def test_ranges_are_in_cidr_notation(pool: Pool) -> None:
    for text in ("192.0.2.1", "192.0.2.0/33", "2001:db8::/129", "fe80::1%eth0/64", "all", "", "/24"):
        for member in ("BlockedIPRangeList", "SkippedIPRangeList"):
            with refusal("InvalidParameterException"):
                put(pool, RiskExceptionConfiguration={member: ["192.0.2.0/24", text]})
    assert {"UserPoolId": pool.id} == shown(pool)


MALFORMED: list[dict[str, Any]] = [
    {"RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/24"] * 201}},
    {"CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN"]}},
    {"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "MFA_REQUIRED"}}},
    {"AccountTakeoverRiskConfiguration": {}},
    {"AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": {"EventAction": "BLOCK"}}}},
    {"AccountTakeoverRiskConfiguration": {"Actions": {}, "NotifyConfiguration": {"From": "x"}}},
]


def test_members_have_their_forms(pool: Pool) -> None:
    unchecked = pool.endpoint.boto3_client(config=Config(parameter_validation=False))
    for members in MALFORMED:
        with refusal("InvalidParameterException"):
            unchecked.set_risk_configuration(UserPoolId=pool.id, **members)
    assert {"UserPoolId": pool.id} == shown(pool)


def test_a_configuration_goes_with_its_client_and_with_its_pool(in_process: InProcess, pool: Pool) -> None:
    put(pool, **SETTINGS)
    put(pool, pool.client_id, **COMPROMISED)
    assert ["", pool.client_id] == sorted(stored(in_process, pool))
    in_process.signed.delete_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id)
    assert [""] == stored(in_process, pool)
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    assert [] == stored(in_process, pool)


def test_a_configuration_never_outlives_a_client_or_pool_that_is_deleted_meanwhile(in_process: InProcess) -> None:
    signed = in_process.signed
    for _ in range(3):
        pool = make_pool(in_process, **PROTECTED)
        gone = partial(signed.delete_user_pool_client, UserPoolId=pool.id, ClientId=pool.client_id)
        race([partial(put, pool, pool.client_id, **COMPROMISED), gone])
        assert [] == stored(in_process, pool)
        race([partial(put, pool, **COMPROMISED), partial(signed.delete_user_pool, UserPoolId=pool.id)])
        assert [] == stored(in_process, pool)


def test_strangers_see_nothing(in_process: InProcess, pool: Pool) -> None:
    other = make_pool(in_process, **PROTECTED)
    for act in (partial(shown, other, pool.client_id), partial(put, other, pool.client_id, **COMPROMISED)):
        with refusal() as seen:
            act()
        assert ("ResourceNotFoundException", f"User pool client {pool.client_id} does not exist.") == seen.said
    of_pool = {"UserPoolId": pool.id}
    assert_closed_to_outsiders(
        pool, {"describe_risk_configuration": of_pool, "set_risk_configuration": {**of_pool, **COMPROMISED}}
    )
