"""
What a feature plan (tier) lacks.

Source: developer guide "User pool feature plans"; API_CreateUserPool.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import (
    FeatureUnavailableInTierException,
    OperationNotEnabledException,
    TierChangeNotAllowedException,
)
from cenote.model.pool_settings.acr import DEFAULT_ACR

DEFAULT_TIER = "ESSENTIALS"
_MESSAGE = "The following features need to be disabled for the {tier} pricing tier configured: {features}"
_RANK = {"LITE": 0, "ESSENTIALS": 1, "PLUS": 2}


def verify_tier(document: Mapping[str, Any], *, before: Mapping[str, Any] | None = None) -> None:
    """
    Accept a document whose plan has every feature that it uses.

    Raises:
        TierChangeNotAllowedException: *before* had a higher plan.
        FeatureUnavailableInTierException: otherwise.
    """
    tier = document["UserPoolTier"]
    missing = [feature for feature, needed in _features(document) if _RANK[needed] > _RANK[tier]]
    if not missing:
        return
    message = _MESSAGE.format(tier=tier, features=", ".join(missing))
    if before is not None and _RANK[before["UserPoolTier"]] > _RANK[tier]:
        raise TierChangeNotAllowedException(message)
    raise FeatureUnavailableInTierException(message)


def require_tier(tier: str, needed: str, feature: str) -> None:
    """
    Accept *tier* as a pool's plan if it is *needed* or a higher one; what needs it is the *feature*.

    Raises:
        FeatureUnavailableInTierException: it is a lower one.
    """
    if _RANK[needed] > _RANK[tier]:
        raise FeatureUnavailableInTierException(_MESSAGE.format(tier=tier, features=feature))


def require_login_pages(tier: str, what: str) -> None:
    """
    Accept *tier* as the plan of a pool whose login pages may be changed; *what* of them needs it, with its verb: "Managed login is".

    Raises:
        OperationNotEnabledException: it is none. These operations do not declare FeatureUnavailableInTierException.
    """
    if _RANK[tier] < _RANK["ESSENTIALS"]:
        raise OperationNotEnabledException(f"{what} not available in the {tier} pricing tier.")


def _features(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The features in use that not every plan has, each with the least plan that does."""
    features = []
    policies = document["Policies"]
    if policies["SignInPolicy"]["AllowedFirstAuthFactors"] != ["PASSWORD"]:
        features.append(("Passwordless Sign-In", "ESSENTIALS"))
    if policies["PasswordPolicy"].get("PasswordHistorySize"):
        features.append(("Password History", "ESSENTIALS"))
    version = document["LambdaConfig"].get("PreTokenGenerationConfig", {}).get("LambdaVersion", "V1_0")
    if version != "V1_0":
        features.append((f"Token Customization with Pre-Token Generation Lambda {version}", "ESSENTIALS"))
    if document["AcrConfiguration"] != DEFAULT_ACR:
        features.append(("ACR Configuration", "ESSENTIALS"))
    if document.get("DcrConfiguration", {}).get("EnableStatus") == "Enabled":
        features.append(("Dynamic Client Registration", "ESSENTIALS"))
    if "EmailMfaConfiguration" in document:
        features.append(("Email MFA", "ESSENTIALS"))
    if document.get("WebAuthnConfiguration", {}).get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION":
        features.append(("Passkey MFA", "ESSENTIALS"))
    if document.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") != "OFF":
        features.append(("Threat Protection", "PLUS"))
    return features
