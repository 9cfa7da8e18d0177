"""
Where a pool's logs go: failed messages to CloudWatch Logs, what users do to one of three services.

Source: API_LogConfigurationType; developer guide, "Exporting user pool logs".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.model.pool_settings.tiers import require_tier

_LEVELS = {"userNotification": "ERROR", "userAuthEvents": "INFO"}
# The member that names a destination: what it is called in it, and the service of its ARN.
_DESTINATIONS = {
    "CloudWatchLogsConfiguration": ("LogGroupArn", "logs"),
    "S3Configuration": ("BucketArn", "s3"),
    "FirehoseConfiguration": ("StreamArn", "firehose"),
}


def verify_log_delivery(document: Mapping[str, Any], configurations: Iterable[Mapping[str, Any]]) -> None:
    """
    Accept the log *configurations* of a pool with *document*.

    Raises:
        InvalidParameterException: a source comes twice, at the wrong level, or with the wrong destinations.
        FeatureUnavailableInTierException: the pool's plan does not log what users do.
    """
    seen = set()
    for configuration in configurations:
        source = configuration["EventSource"]
        if source in seen:
            raise InvalidParameterException(f"There can be only one log configuration for {source}.")
        seen.add(source)
        _verify(configuration, source)
    if "userAuthEvents" in seen:
        require_tier(document, "PLUS", "User Activity Logs")


def _verify(configuration: Mapping[str, Any], source: str) -> None:
    if configuration["LogLevel"] != _LEVELS[source]:
        raise InvalidParameterException(f"The log level for {source} must be {_LEVELS[source]}.")
    chosen = [name for name in _DESTINATIONS if name in configuration]
    if source == "userNotification" and chosen != ["CloudWatchLogsConfiguration"]:
        raise InvalidParameterException("The destination for userNotification must be CloudWatchLogsConfiguration.")
    if len(chosen) != 1:
        raise InvalidParameterException(f"There must be exactly one destination for {source}.")
    member, service = _DESTINATIONS[chosen[0]]
    parts = configuration[chosen[0]].get(member, "").split(":")
    if parts[2:3] != [service]:
        raise InvalidParameterException(f"{member} must be the ARN of a destination in {service}.")
