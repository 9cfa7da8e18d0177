"""The ways from a pool to its functions, and to the keys that encrypt codes for them, by a deployment's settings."""

from cenote.base.clock import Clock
from cenote.base.settings import PREFIX, SettingError, Settings
from cenote.flows.functions.calls import LocalFunctions
from cenote.flows.functions.waits import BoundedReach
from cenote.flows.functions.webhooks import Webhooks
from cenote.triggers.caller import TriggerCaller
from cenote.triggers.reach.by_arn import ReachByArn
from cenote.triggers.reach.remote import RemoteReach, RemoteReachError
from cenote.triggers.reach.webhook import WebhookReach
from cenote.triggers.remote_kms import RemoteKms, RemoteKmsError


def trigger_caller(settings: Settings, clock: Clock, functions: LocalFunctions, webhooks: Webhooks) -> TriggerCaller:
    """
    What calls the functions of pools: this deployment's own, webhooks, and those at a Lambda endpoint where one is set.

    Raises:
        SettingError: one is set, and boto3 is not installed.
    """
    webhook = WebhookReach(webhooks.webhook_of, clock, is_development=settings.is_development)
    remote = _remote(settings.lambda_endpoint_url) if settings.lambda_endpoint_url is not None else None
    return TriggerCaller(
        ReachByArn(
            local=functions,
            # Whoever waits elsewhere holds a thread, too, which a function that calls back may need.
            webhook=BoundedReach(webhook, functions.waits),
            remote=BoundedReach(remote, functions.waits) if remote is not None else None,
        )
    )


def remote_kms(settings: Settings) -> RemoteKms | None:
    """
    What asks a KMS elsewhere for data keys; None where no setting names one.

    Raises:
        SettingError: one is set, and boto3 is not installed.
    """
    if settings.kms_endpoint_url is None:
        return None
    try:
        return RemoteKms(settings.kms_endpoint_url)
    except RemoteKmsError as error:
        raise SettingError(f"{PREFIX}KMS_ENDPOINT_URL", str(error)) from None


def _remote(endpoint_url: str) -> RemoteReach:
    try:
        return RemoteReach(endpoint_url)
    except RemoteReachError as error:
        raise SettingError(f"{PREFIX}LAMBDA_ENDPOINT_URL", str(error)) from None
