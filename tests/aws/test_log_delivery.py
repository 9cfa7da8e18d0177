"""GetLogDeliveryConfiguration, SetLogDeliveryConfiguration."""

from functools import partial
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from cenote.storage import resources
from cenote.storage.resources import Kind
from durability.races import race
from harness.in_process import InProcess
from harness.people import Pool, make_pool

GROUP = {"CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/cognito"}}
BUCKET = {"S3Configuration": {"BucketArn": "arn:aws:s3:::cognito-logs"}}
STREAM = {"FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/cognito"}}
NOTIFICATIONS: dict[str, Any] = {"LogLevel": "ERROR", "EventSource": "userNotification"}
EVENTS: dict[str, Any] = {"LogLevel": "INFO", "EventSource": "userAuthEvents"}


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool of the highest plan."""
    return make_pool(in_process, UserPoolTier="PLUS")


def put(pool: Pool, *configurations: dict[str, Any]) -> dict[str, Any]:
    answer = pool.endpoint.signed.set_log_delivery_configuration(
        UserPoolId=pool.id, LogConfigurations=list(configurations)
    )
    found: dict[str, Any] = answer["LogDeliveryConfiguration"]
    return found


def shown(pool: Pool) -> dict[str, Any]:
    answer = pool.endpoint.signed.get_log_delivery_configuration(UserPoolId=pool.id)
    found: dict[str, Any] = answer["LogDeliveryConfiguration"]
    return found


def stored(in_process: InProcess, pool: Pool) -> int:
    with in_process.services.database.read() as tx:
        return resources.count(tx, pool.id, Kind.LOG_DELIVERY)


def test_logs_go_where_they_were_last_sent(pool: Pool) -> None:
    nowhere = {"UserPoolId": pool.id, "LogConfigurations": []}
    assert nowhere == shown(pool)
    for destination in (GROUP, BUCKET, STREAM):
        both = [{**NOTIFICATIONS, **GROUP}, {**EVENTS, **destination}]
        assert {"UserPoolId": pool.id, "LogConfigurations": both} == put(pool, *both) == shown(pool)
    one = {**NOTIFICATIONS, **GROUP}
    assert {"UserPoolId": pool.id, "LogConfigurations": [one]} == put(pool, one) == shown(pool)
    assert nowhere == put(pool) == shown(pool)


WRONG: list[tuple[list[dict[str, Any]], str]] = [
    ([{**NOTIFICATIONS, **GROUP, "LogLevel": "INFO"}], "The log level for userNotification must be ERROR."),
    ([{**EVENTS, **GROUP, "LogLevel": "ERROR"}], "The log level for userAuthEvents must be INFO."),
    *(
        ([{**NOTIFICATIONS, **there}], "The destination for userNotification must be CloudWatchLogsConfiguration.")
        for there in (BUCKET, STREAM, {**GROUP, **BUCKET})
    ),
    *(
        ([{**EVENTS, **there}], "There must be exactly one destination for userAuthEvents.")
        for there in ({**GROUP, **BUCKET}, {**GROUP, **BUCKET, **STREAM})
    ),
    (
        [NOTIFICATIONS, EVENTS],
        (
            "Request validation Failed. Following event sources in request have no destination: "
            "[userNotification, userAuthEvents]."
        ),
    ),
    (
        [{**EVENTS, **GROUP}, {**EVENTS, **BUCKET}],
        "Request validation Failed. Following event sources appear more then once in a request: [userAuthEvents].",
    ),
    (
        [NOTIFICATIONS, NOTIFICATIONS],
        (
            "Request validation Failed. Following event sources in request have no destination: [userNotification]. "
            "Following event sources appear more then once in a request: [userNotification]."
        ),
    ),
    (
        [{**NOTIFICATIONS, "CloudWatchLogsConfiguration": {}}],
        "LogGroupArn must be the ARN of a destination in logs.",
    ),
    (
        [{**EVENTS, "FirehoseConfiguration": {"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/x"}}],
        "StreamArn must be the ARN of a destination in firehose.",
    ),
]


def test_sources_levels_and_destinations_must_match(pool: Pool) -> None:
    before = put(pool, {**NOTIFICATIONS, **GROUP})
    for configurations, message in WRONG:
        with refusal() as seen:
            put(pool, *configurations)
        assert ("InvalidParameterException", message) == seen.said
    assert before == shown(pool)


MALFORMED: list[list[dict[str, Any]]] = [
    [{"LogLevel": "ERROR"}],
    [{**NOTIFICATIONS, "LogLevel": "DEBUG"}],
    [{**NOTIFICATIONS, "EventSource": "everything"}],
    [{**NOTIFICATIONS, **GROUP}] * 3,
    [{**EVENTS, "S3Configuration": {"BucketArn": "my-bucket"}}],
]


def test_members_have_their_forms(pool: Pool) -> None:
    unchecked = pool.endpoint.boto3_client(config=Config(parameter_validation=False))
    for configurations in MALFORMED:
        with refusal("InvalidParameterException"):
            unchecked.set_log_delivery_configuration(UserPoolId=pool.id, LogConfigurations=configurations)
    with refusal("InvalidParameterException"):
        unchecked.set_log_delivery_configuration(UserPoolId=pool.id)
    assert [] == shown(pool)["LogConfigurations"]


def test_only_the_highest_plan_logs_what_users_do(in_process: InProcess) -> None:
    for tier in ("LITE", "ESSENTIALS"):
        pool = make_pool(in_process, UserPoolTier=tier)
        with refusal() as seen:
            put(pool, {**EVENTS, **GROUP})
        message = (
            f"The following features need to be disabled for the {tier} pricing tier configured: User Activity Logs"
        )
        assert ("FeatureUnavailableInTierException", message) == seen.said
        assert 1 == len(put(pool, {**NOTIFICATIONS, **GROUP})["LogConfigurations"])


def test_nothing_outlives_a_pool_that_is_deleted_meanwhile(in_process: InProcess) -> None:
    for _ in range(3):
        pool = make_pool(in_process, UserPoolTier="PLUS")
        put(pool, {**EVENTS, **BUCKET})
        gone = partial(in_process.signed.delete_user_pool, UserPoolId=pool.id)
        race([partial(put, pool, {**NOTIFICATIONS, **GROUP}), gone])
        assert 0 == stored(in_process, pool)


def test_strangers_see_nothing(pool: Pool) -> None:
    of_pool = {"UserPoolId": pool.id}
    assert_closed_to_outsiders(
        pool,
        {
            "get_log_delivery_configuration": of_pool,
            "set_log_delivery_configuration": {**of_pool, "LogConfigurations": []},
        },
    )
