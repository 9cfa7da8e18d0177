"""
The kinds of triggers, and which function a pool has for each.

Source: API_LambdaConfigType.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# LambdaVersion of PreTokenGenerationConfig and the custom senders, as the event's `version` says it.
_EVENT_VERSIONS = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}
_PLAIN = "1"


class Kind(StrEnum):
    """A trigger, by its name in LambdaConfig, which AWS's sentences about it begin with."""

    PRE_SIGN_UP = "PreSignUp"
    POST_CONFIRMATION = "PostConfirmation"
    PRE_AUTHENTICATION = "PreAuthentication"
    POST_AUTHENTICATION = "PostAuthentication"
    DEFINE_AUTH_CHALLENGE = "DefineAuthChallenge"
    CREATE_AUTH_CHALLENGE = "CreateAuthChallenge"
    VERIFY_AUTH_CHALLENGE = "VerifyAuthChallengeResponse"
    USER_MIGRATION = "UserMigration"
    PRE_TOKEN_GENERATION = "PreTokenGeneration"
    CUSTOM_MESSAGE = "CustomMessage"
    CUSTOM_EMAIL_SENDER = "CustomEmailSender"
    CUSTOM_SMS_SENDER = "CustomSMSSender"
    INBOUND_FEDERATION = "InboundFederation"


@dataclass(frozen=True, slots=True)
class Trigger:
    """The function that a pool has for a kind of trigger; *version* is the event's ("1", "2", "3")."""

    kind: Kind
    arn: str
    version: str


def trigger_of(lambda_config: Mapping[str, Any], kind: Kind) -> Trigger | None:
    """The function that LambdaConfig names for *kind*, if it names one."""
    versioned = f"{kind.value}Config" if kind is Kind.PRE_TOKEN_GENERATION else kind.value
    named = lambda_config.get(versioned) or lambda_config.get(kind.value)
    if not named:
        return None
    if isinstance(named, str):
        return Trigger(kind, named, _PLAIN)
    arn = named.get("LambdaArn")
    return Trigger(kind, arn, _EVENT_VERSIONS.get(named.get("LambdaVersion", "V1_0"), _PLAIN)) if arn else None
