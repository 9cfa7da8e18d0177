"""
A pool's whole document.

What DescribeUserPool always shows: Policies, DeletionProtection, LambdaConfig, SchemaAttributes, VerificationMessageTemplate,
UserAttributeUpdateSettings, MfaConfiguration, EmailConfiguration, UserPoolTags, AdminCreateUserConfig, UserPoolTier and the effective
AcrConfiguration. It shows only when set (a member of nothing would be a difference to infrastructure tools): AutoVerifiedAttributes,
AliasAttributes, UsernameAttributes, UsernameConfiguration, SmsConfiguration, DeviceConfiguration, UserPoolAddOns, DcrConfiguration,
AccountRecoverySetting, KeyConfiguration, IssuerConfiguration and the message texts.

Source: API_CreateUserPool, API_UpdateUserPool, API_UserPoolType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.base.quotas import Quotas
from cenote.model.pool_settings.acr import acr_configuration
from cenote.model.pool_settings.delivery import delivery_of
from cenote.model.pool_settings.mfa import FACTORS, has_factor, verify_first_factors
from cenote.model.pool_settings.naming import verify_naming
from cenote.model.pool_settings.policies import policies_of, temporary_days_of
from cenote.model.pool_settings.recovery import recovery_of
from cenote.model.pool_settings.templates import admin_create_user_of, texts_of
from cenote.model.pool_settings.tiers import DEFAULT_TIER, verify_tier
from cenote.model.pool_settings.triggers import lambda_config_of
from cenote.model.schema import new_schema
from cenote.model.search_index import MEMBER as SEARCH_INDEX
from cenote.model.tags import pool_tags_of

_AWS_QUOTAS = Quotas()
# UpdateUserPool cannot touch these: they are chosen at creation.
IMMUTABLE = ("UsernameAttributes", "AliasAttributes", "UsernameConfiguration", "SchemaAttributes")


def new_document(request: Mapping[str, Any], *, region: str, quotas: Quotas = _AWS_QUOTAS) -> dict[str, Any]:
    """
    The document of a pool that CreateUserPool asks for.

    Raises:
        InvalidParameterException, UserPoolTaggingException, FeatureUnavailableInTierException: what AWS refuses.
    """
    schema = new_schema(request.get("Schema", ()), max_custom=quotas.custom_attributes_per_pool)
    document = _settings(request, {}, region) | _names(request) | {"SchemaAttributes": schema}
    verify_naming(document)
    document |= {"UserPoolTags": pool_tags_of(request, quotas.tags_per_resource)}
    verify_tier(document)
    verify_first_factors(document)
    return document


def replaced_document(
    before: Mapping[str, Any], request: Mapping[str, Any], *, region: str, quotas: Quotas = _AWS_QUOTAS
) -> dict[str, Any]:
    """
    The document after UpdateUserPool: what *request* omits returns to its default, except what cannot be changed.

    DcrConfiguration and the tags stay as they were when omitted: Terraform tags a pool by TagResource and updates it without its tags.

    Raises:
        TierChangeNotAllowedException: the pool moves to a plan that lacks a feature it has.
        InvalidParameterException, UserPoolTaggingException, FeatureUnavailableInTierException: what AWS refuses.
    """
    kept = {name: before[name] for name in (*IMMUTABLE, *FACTORS, SEARCH_INDEX) if name in before}
    tags = pool_tags_of(request, quotas.tags_per_resource) if "UserPoolTags" in request else before["UserPoolTags"]
    if "DcrConfiguration" not in request and "DcrConfiguration" in before:
        request = {**request, "DcrConfiguration": before["DcrConfiguration"]}
    document = _settings(request, kept, region) | kept | {"UserPoolTags": tags}
    verify_tier(document, before=before)
    verify_first_factors(document)
    return document


def _settings(request: Mapping[str, Any], kept: Mapping[str, Any], region: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "Policies": policies_of(request),
        "DeletionProtection": request.get("DeletionProtection", "INACTIVE"),
        "LambdaConfig": lambda_config_of(request.get("LambdaConfig", {})),
        "UserPoolTier": request.get("UserPoolTier", DEFAULT_TIER),
        "AcrConfiguration": acr_configuration(request.get("AcrConfiguration", {})),
    }
    document |= texts_of(request)
    document |= delivery_of(request, has_other_factors=has_factor(kept), region=region)
    document["AdminCreateUserConfig"] = admin_create_user_of(
        request.get("AdminCreateUserConfig", {}),
        days=temporary_days_of(request),
        needs_password=document["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] == ["PASSWORD"],
    )
    document |= recovery_of(request, document)
    return document | _optional(request)


def _optional(request: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: request[name] for name in ("UserPoolAddOns", "IssuerConfiguration") if name in request
    }
    if "DeviceConfiguration" in request:
        # Any member, or none, turns device tracking on.
        off = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
        found["DeviceConfiguration"] = off | request["DeviceConfiguration"]
    if "DcrConfiguration" in request:
        found["DcrConfiguration"] = {"EnableStatus": "Enabled", "OpenDcrEnabled": False} | request["DcrConfiguration"]
    if "KeyConfiguration" in request:
        key = request["KeyConfiguration"]
        if key.get("KeyType") == "CUSTOMER_MANAGED_KEY" and "KmsKeyArn" not in key:
            raise InvalidParameterException("KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.")
        found["KeyConfiguration"] = key
    return found


def _names(request: Mapping[str, Any]) -> dict[str, Any]:
    names: dict[str, Any] = {
        name: list(dict.fromkeys(request[name]))
        for name in ("UsernameAttributes", "AliasAttributes")
        if request.get(name)
    }
    if "UsernameConfiguration" in request:
        names["UsernameConfiguration"] = request["UsernameConfiguration"]
    return names
