"""From CreateUserPool and UpdateUserPool to the document that is stored."""

from typing import Any

import pytest

from cenote.base.errors import (
    Fault,
    FeatureUnavailableInTierException,
    InvalidParameterException,
    TierChangeNotAllowedException,
    UserPoolTaggingException,
)
from cenote.model.pool_settings.document import new_document, replaced_document

REGION = "eu-central-1"
ROLE = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:a"
OTHER_FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:b"


def new(**request: Any) -> dict[str, Any]:
    return new_document(request, region=REGION)


def replaced(before: dict[str, Any], **request: Any) -> dict[str, Any]:
    return replaced_document(before, request, region=REGION)


def recovering(*names: str) -> dict[str, Any]:
    ways = [{"Priority": priority, "Name": name} for priority, name in enumerate(names, 1)]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": ways}}


def without_schema(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in {"SchemaAttributes", "AcrConfiguration"}}


def test_a_pool_that_asks_for_nothing_has_the_defaults_and_nothing_else() -> None:
    assert {
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 8,
                "RequireUppercase": True,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "TemporaryPasswordValidityDays": 7,
            },
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
        },
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "UserPoolTags": {},
        "UserPoolTier": "ESSENTIALS",
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "MfaConfiguration": "OFF",
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
    } == without_schema(new(PoolName="p"))


def test_a_password_policy_requires_only_what_it_says() -> None:
    policy = new(Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True}})["Policies"][
        "PasswordPolicy"
    ]
    assert {
        "MinimumLength": 12,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": True,
        "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 7,
    } == policy


@pytest.mark.parametrize(
    "request_",
    [
        {"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 30}}},
        {"AdminCreateUserConfig": {"UnusedAccountValidityDays": 30}},
    ],
)
def test_both_names_of_the_days_of_a_temporary_password_show_the_same(request_: dict[str, Any]) -> None:
    document = new(**request_)
    assert 30 == document["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"]
    assert 30 == document["AdminCreateUserConfig"]["UnusedAccountValidityDays"]


def test_zero_days_of_a_temporary_password_are_the_default() -> None:
    document = new(Policies={"PasswordPolicy": {"TemporaryPasswordValidityDays": 0}})
    assert 7 == document["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 8},
            },
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
        (
            {"UsernameAttributes": ["email"], "AliasAttributes": ["phone_number"]},
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        ),
        (
            {"MfaConfiguration": "OPTIONAL"},
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            {"AutoVerifiedAttributes": ["phone_number"]},
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}},
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ),
        (
            {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (
            recovering("admin_only", "verified_email"),
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            recovering("verified_email", "verified_email"),
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            {"MfaConfiguration": "ON", **ROLE, **recovering("verified_phone_number")},
            (
                "Invalid account recovery setting parameter. Account Recovery Setting cannot use verified_phone_number as a "
                "recovery mechanism when SMS MFA is configured."
            ),
        ),
        (
            {
                "LambdaConfig": {
                    "PreTokenGeneration": FUNCTION,
                    "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": OTHER_FUNCTION},
                }
            },
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        ),
        (
            {"LambdaConfig": {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION}}},
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}},
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            {"AdminCreateUserConfig": {"InviteMessageTemplate": {"SMSMessage": "Your password is {####}"}}},
            "Invalid SMS message for Admin create user flow parameter",
        ),
        (
            {"AcrConfiguration": {"Level1": {"AcrValue": "urn:cognito:loa:2"}}},
            "Each ACR value must be unique across all levels, default values included.",
        ),
    ],
)
def test_what_excludes_or_needs_something_else_is_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        new(**request_)
    assert message == refused.value.message


def test_a_preferred_user_name_is_an_alias_or_required_but_not_both() -> None:
    with pytest.raises(InvalidParameterException):
        new(AliasAttributes=["preferred_username"], Schema=[{"Name": "preferred_username", "Required": True}])


@pytest.mark.parametrize(
    "sms",
    [
        {"ExternalId": "x"},
        {**ROLE["SmsConfiguration"], "EumsSms": {"CallerArn": "a"}},
        {"EumsSms": {"Region": "us-east-1"}},
    ],
)
def test_text_messages_have_one_way_out_and_it_is_in_the_pools_region(sms: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameterException):
        new(SmsConfiguration=sms)


def test_texts_given_in_the_old_way_are_shown_in_both_places() -> None:
    document = new(EmailVerificationMessage="{####} is it", SmsVerificationMessage="{####} by SMS")
    template = {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "EmailMessage": "{####} is it",
        "SmsMessage": "{####} by SMS",
    }
    assert template == document["VerificationMessageTemplate"]


def test_the_template_goes_before_a_text_given_in_the_old_way() -> None:
    document = new(EmailVerificationSubject="old", VerificationMessageTemplate={"EmailSubject": "new"})
    assert "new" == document["VerificationMessageTemplate"]["EmailSubject"]
    assert "new" == document["EmailVerificationSubject"]


def test_an_invitation_without_passwords_needs_no_placeholder_for_one() -> None:
    invitation = {"EmailMessage": "Welcome, {username}"}
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    document = new(Policies=policies, AdminCreateUserConfig={"InviteMessageTemplate": invitation})
    assert invitation == document["AdminCreateUserConfig"]["InviteMessageTemplate"]


def test_the_two_names_of_the_pre_token_trigger_always_agree() -> None:
    versioned = {"LambdaVersion": "V1_0", "LambdaArn": FUNCTION}
    both = {"PreTokenGeneration": FUNCTION, "PreTokenGenerationConfig": versioned}
    assert both == new(LambdaConfig={"PreTokenGeneration": FUNCTION})["LambdaConfig"]
    assert both == new(LambdaConfig={"PreTokenGenerationConfig": versioned})["LambdaConfig"]


def test_any_member_of_the_device_configuration_turns_it_on() -> None:
    expected = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    assert expected == new(DeviceConfiguration={})["DeviceConfiguration"]


def test_the_names_of_unchanged_acr_levels_are_shown_too() -> None:
    shown = new(AcrConfiguration={"Level2": {"AcrValue": "urn:mine"}})["AcrConfiguration"]
    assert ["urn:cognito:loa:1", "urn:mine"] == [shown["Level1"]["AcrValue"], shown["Level2"]["AcrValue"]]


@pytest.mark.parametrize("tags", [{f"t{index}": "" for index in range(51)}, {"aws:mine": "x"}])
def test_too_many_tags_and_reserved_ones_are_refused(tags: dict[str, str]) -> None:
    with pytest.raises(UserPoolTaggingException):
        new(UserPoolTags=tags)


@pytest.mark.parametrize(
    ("tier", "request_", "feature"),
    [
        ("ESSENTIALS", {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, "Threat Protection"),
        (
            "LITE",
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}},
            "Passwordless Sign-In",
        ),
        (
            "LITE",
            {"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": FUNCTION}}},
            "Token Customization with Pre-Token Generation Lambda V2_0",
        ),
        ("LITE", {"DcrConfiguration": {}}, "Dynamic Client Registration"),
    ],
)
def test_a_plan_lacks_what_a_higher_one_has(tier: str, request_: dict[str, Any], feature: str) -> None:
    message = f"The following features need to be disabled for the {tier} pricing tier configured: {feature}"
    with pytest.raises(FeatureUnavailableInTierException) as refused:
        new(UserPoolTier=tier, **request_)
    assert message == refused.value.message
    assert request_.keys() <= new(UserPoolTier="PLUS", **request_).keys()


def test_an_update_returns_what_it_omits_to_its_default() -> None:
    before = new(
        AutoVerifiedAttributes=["email"],
        DeletionProtection="ACTIVE",
        LambdaConfig={"PreSignUp": FUNCTION},
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
    )
    assert new() == replaced(before)


def test_an_update_keeps_what_cannot_be_changed() -> None:
    before = new(
        UsernameAttributes=["email"],
        UsernameConfiguration={"CaseSensitive": False},
        Schema=[{"Name": "email", "Required": True}],
    )
    assert before == replaced(before)


def test_an_update_keeps_other_factors_and_may_ask_for_them() -> None:
    before = new() | {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    after = replaced(before, MfaConfiguration="ON")
    assert {"Enabled": True} == after["SoftwareTokenMfaConfiguration"]
    assert "ON" == after["MfaConfiguration"]


def test_client_registration_and_tags_outlive_an_update_that_omits_them() -> None:
    before = new(DcrConfiguration={"OpenDcrEnabled": True}, UserPoolTags={"a": "b"})
    assert before == replaced(before)
    assert {"EnableStatus": "Enabled", "OpenDcrEnabled": True} == before["DcrConfiguration"]
    assert {} == replaced(before, UserPoolTags={})["UserPoolTags"]


@pytest.mark.parametrize(
    ("former", "fault"), [("PLUS", TierChangeNotAllowedException), ("ESSENTIALS", FeatureUnavailableInTierException)]
)
def test_leaving_a_plan_with_its_features_on_is_another_fault_than_asking_for_them(
    former: str, fault: type[Fault]
) -> None:
    before = new(UserPoolTier=former)
    with pytest.raises(fault):
        replaced(before, UserPoolTier="ESSENTIALS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
