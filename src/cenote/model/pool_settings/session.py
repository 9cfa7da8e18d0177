"""
Whether a pool tracks sessions, how many a user may have, and how long a client reuses a browser's.

Source: API_SetUserPoolSessionConfiguration, API_SetUserPoolClientSessionConfiguration.
"""

from collections.abc import Mapping
from typing import Any, Final

from cenote.base.errors import InvalidParameterException
from cenote.model.pool_settings.tiers import require_tier

POOL_DEFAULT: Final = {"UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}}
CLIENT_DEFAULT: Final = {"SSOSession": {"MaxValidityMinutes": 60}}


def verify_session_tier(document: Mapping[str, Any]) -> None:
    """
    Accept a pool whose plan has session tracking.

    Raises:
        FeatureUnavailableInTierException: it has not.
    """
    require_tier(document["UserPoolTier"], "ESSENTIALS", "Session Tracking")


def verify_tracking(configuration: Mapping[str, Any]) -> None:
    """
    Accept a pool's session *configuration* under which its clients can have their own.

    Raises:
        InvalidParameterException: the pool does not track sessions.
    """
    if configuration["UserSessionTracking"] != "ENABLED":
        raise InvalidParameterException("User session tracking must be enabled for the user pool.")
