"""
Where a pool's logs go: failed messages to CloudWatch Logs, what users do to one of three services.

Source: API_LogConfigurationType; developer guide, "Exporting user pool logs".
"""

from collections.abc import Iterable, Mapping, Sequence
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
    every = list(configurations)
    _verify_sources(every)
    for configuration in every:
        _verify(configuration, configuration["EventSource"])
    if any(configuration["EventSource"] == "userAuthEvents" for configuration in every):
        require_tier(document["UserPoolTier"], "PLUS", "User Activity Logs")


def _verify_sources(configurations: Sequence[Mapping[str, Any]]) -> None:
    sources = [configuration["EventSource"] for configuration in configurations]
    pairs = zip(sources, configurations, strict=True)
    lost = _listed(source for source, there in pairs if not _DESTINATIONS.keys() & there.keys())
    repeated = _listed(source for source in sources if sources.count(source) > 1)
    # The words, the misspelt one as well, are AWS's.
    clauses = [f" Following event sources in request have no destination: [{lost}]."] if lost else []
    if repeated:
        clauses.append(f" Following event sources appear more then once in a request: [{repeated}].")
    if clauses:
        raise InvalidParameterException("Request validation Failed." + "".join(clauses))


def _listed(sources: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(sources))


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
