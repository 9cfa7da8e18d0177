"""Get and SetUserPoolSessionConfiguration, Get and SetUserPoolClientSessionConfiguration."""

from functools import partial
from typing import Any

from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from cenote.storage import resources
from cenote.storage.resources import Kind
from durability.races import race
from harness.in_process import InProcess
from harness.people import Pool, make_pool

DEFAULT = {"UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}
ENABLED = {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 100}}
HOUR = {"SSOSession": {"MaxValidityMinutes": 60}}
UNCHECKED = Config(parameter_validation=False)


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def put(pool: Pool, **members: Any) -> dict[str, Any]:
    return plain(pool.endpoint.signed.set_user_pool_session_configuration(UserPoolId=pool.id, **members))


def shown(pool: Pool) -> dict[str, Any]:
    return plain(pool.endpoint.signed.get_user_pool_session_configuration(UserPoolId=pool.id))


def put_client(pool: Pool, minutes: int) -> dict[str, Any]:
    session = {"MaxValidityMinutes": minutes}
    client = pool.endpoint.signed
    return plain(client.set_user_pool_client_session_configuration(**of(pool), SSOSession=session))


def shown_client(pool: Pool) -> dict[str, Any]:
    return plain(pool.endpoint.signed.get_user_pool_client_session_configuration(**of(pool)))


def of(pool: Pool) -> dict[str, str]:
    return {"UserPoolId": pool.id, "ClientId": pool.client_id}


def stored(in_process: InProcess, pool: Pool) -> list[str]:
    with in_process.services.database.read() as tx:
        return [each.name for each in resources.of_kind(tx, pool.id, Kind.SESSION_CONFIGURATION)]


def test_a_pool_shows_the_defaults_until_it_is_told(pool: Pool) -> None:
    assert {"UserPoolId": pool.id, **DEFAULT} == shown(pool)
    assert {"UserPoolId": pool.id, **ENABLED} == put(pool, **ENABLED) == shown(pool)
    assert {"UserPoolId": pool.id, **DEFAULT} == put(pool, **DEFAULT) == shown(pool)


def test_a_client_has_its_own_while_the_pool_tracks_and_keeps_it_meanwhile(pool: Pool) -> None:
    assert {**of(pool), **HOUR} == shown_client(pool)
    with refusal() as seen:
        put_client(pool, 0)
    message = "User session tracking must be enabled for the user pool."
    assert ("InvalidParameterException", message) == seen.said
    put(pool, **ENABLED)
    for minutes in (0, 129_600):
        session = {"SSOSession": {"MaxValidityMinutes": minutes}}
        assert {**of(pool), **session} == put_client(pool, minutes) == shown_client(pool)
    put(pool, **DEFAULT)
    assert {"MaxValidityMinutes": 129_600} == shown_client(pool)["SSOSession"]


MALFORMED: list[dict[str, Any]] = [
    {"UserSessionTracking": "ENABLED"},
    {"TokenSession": {"MaxPerUser": 1}},
    {"UserSessionTracking": "ENABLED", "TokenSession": {}},
    {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 0}},
    {"UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 101}},
    {"UserSessionTracking": "SOMETIMES", "TokenSession": {"MaxPerUser": 1}},
]


def test_everything_is_required_and_has_its_range(pool: Pool) -> None:
    unchecked = pool.endpoint.boto3_client(config=UNCHECKED)
    for members in MALFORMED:
        with refusal("InvalidParameterException") as seen:
            unchecked.set_user_pool_session_configuration(UserPoolId=pool.id, **members)
        assert "1 validation error detected" in seen.message
    assert {"UserPoolId": pool.id, **DEFAULT} == shown(pool)


def test_a_clients_validity_is_required_and_has_its_range(pool: Pool) -> None:
    put(pool, **ENABLED)
    unchecked = pool.endpoint.boto3_client(config=UNCHECKED)
    for session in ({}, {"MaxValidityMinutes": -1}, {"MaxValidityMinutes": 129_601}):
        with refusal("InvalidParameterException"):
            unchecked.set_user_pool_client_session_configuration(**of(pool), SSOSession=session)
    assert {**of(pool), **HOUR} == shown_client(pool)


def test_the_lite_plan_tracks_no_sessions(in_process: InProcess) -> None:
    pool = make_pool(in_process, UserPoolTier="LITE")
    for act in (partial(put, pool, **DEFAULT), partial(put_client, pool, 1)):
        with refusal() as seen:
            act()
        message = "The following features need to be disabled for the LITE pricing tier configured: Session Tracking"
        assert ("FeatureUnavailableInTierException", message) == seen.said
    assert {"UserPoolId": pool.id, **DEFAULT} == shown(pool)


def test_a_configuration_goes_with_its_client_and_with_its_pool(in_process: InProcess, pool: Pool) -> None:
    put(pool, **ENABLED)
    put_client(pool, 5)
    assert ["", pool.client_id] == sorted(stored(in_process, pool))
    in_process.signed.delete_user_pool_client(**of(pool))
    assert [""] == stored(in_process, pool)
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    assert [] == stored(in_process, pool)


def test_a_configuration_never_outlives_a_client_that_is_deleted_meanwhile(in_process: InProcess, pool: Pool) -> None:
    put(pool, **ENABLED)
    for _ in range(3):
        made = in_process.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="c")["UserPoolClient"]
        brief = Pool(in_process, pool.id, made["ClientId"])
        race([partial(put_client, brief, 5), partial(in_process.signed.delete_user_pool_client, **of(brief))])
        assert [""] == stored(in_process, pool)


def test_strangers_see_nothing(in_process: InProcess, pool: Pool) -> None:
    other = make_pool(in_process)
    for act, members in (("get", {}), ("set", HOUR)):
        with refusal() as seen:
            getattr(in_process.signed, f"{act}_user_pool_client_session_configuration")(
                UserPoolId=other.id, ClientId=pool.client_id, **members
            )
        assert ("ResourceNotFoundException", f"User pool client {pool.client_id} does not exist.") == seen.said
    assert_closed_to_outsiders(
        pool,
        {
            "get_user_pool_session_configuration": {"UserPoolId": pool.id},
            "set_user_pool_session_configuration": {"UserPoolId": pool.id, **ENABLED},
            "get_user_pool_client_session_configuration": of(pool),
            "set_user_pool_client_session_configuration": {**of(pool), **HOUR},
        },
    )
