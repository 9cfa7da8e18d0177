"""CreateUserPool, DescribeUserPool, UpdateUserPool, DeleteUserPool, ListUserPools, AddCustomAttributes."""

from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal
from user_pools import created, described

from harness.clock import START, FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, make_pool, sign_in, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

# boto3 would refuse what the service is to refuse.
UNCHECKED = Config(parameter_validation=False)
STANDARD_STRINGS = (
    *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"),
    *("website", "email", "gender", "zoneinfo", "locale", "phone_number", "address"),
)
ROLE = "arn:aws:iam::123456789012:role/sms"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd"

# Every setting that UpdateUserPool takes, none at its default.
SETTINGS: dict[str, Any] = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireUppercase": True,
            "RequireLowercase": False,
            "RequireNumbers": True,
            "RequireSymbols": False,
            "PasswordHistorySize": 3,
            "TemporaryPasswordValidityDays": 2,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
    },
    "DeletionProtection": "ACTIVE",
    "LambdaConfig": {"PreSignUp": FUNCTION, "PostConfirmation": FUNCTION, "KMSKeyID": KEY},
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "SmsVerificationMessage": "Code {####}",
    "EmailVerificationMessage": "Your code {####}",
    "EmailVerificationSubject": "A code",
    "VerificationMessageTemplate": {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "SmsMessage": "Code {####}",
        "EmailMessage": "Your code {####}",
        "EmailSubject": "A code",
        "EmailMessageByLink": "Press {##here##}",
        "EmailSubjectByLink": "A link",
    },
    "SmsAuthenticationMessage": "MFA {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "MfaConfiguration": "OPTIONAL",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
    "EmailConfiguration": {
        "SourceArn": IDENTITY,
        "ReplyToEmailAddress": "reply@example.com",
        "EmailSendingAccount": "DEVELOPER",
        "From": "Example <from@example.com>",
        "ConfigurationSet": "set",
    },
    "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "x", "SnsRegion": "us-east-1"},
    "UserPoolTags": {"team": "identity", "stage": ""},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "InviteMessageTemplate": {
            "SMSMessage": "{username} {####}",
            "EmailMessage": "Hello {username}: {####}",
            "EmailSubject": "Welcome",
        },
    },
    "UserPoolAddOns": {
        "AdvancedSecurityMode": "AUDIT",
        "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"},
    },
    "AccountRecoverySetting": {
        "RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_email"},
            {"Priority": 2, "Name": "verified_phone_number"},
        ]
    },
    "UserPoolTier": "PLUS",
}
# Chosen once and for all.
CHOICES: dict[str, Any] = {
    "AliasAttributes": ["email", "preferred_username"],
    "UsernameConfiguration": {"CaseSensitive": False},
}


def shown(settings: dict[str, Any]) -> dict[str, Any]:
    """What a pool with these settings shows for them."""
    config = {**settings["AdminCreateUserConfig"], "UnusedAccountValidityDays": 2}
    return {**settings, "AdminCreateUserConfig": config}


def test_a_pool_that_asks_for_nothing_shows_cognitos_defaults_and_no_more(in_process: InProcess) -> None:
    pool = created(in_process)
    assert pool == described(in_process, pool["Id"])
    region, _, suffix = pool["Id"].partition("_")
    assert ("us-east-1", 9, True) == (region, len(suffix), suffix.isalnum())
    account = pool["Arn"].split(":")[4]
    assert f"arn:aws:cognito-idp:us-east-1:{account}:userpool/{pool['Id']}" == pool["Arn"]
    schema = {attribute["Name"]: attribute for attribute in pool.pop("SchemaAttributes")}
    levels = {f"Level{level}": {"AcrValue": f"urn:cognito:loa:{level}"} for level in range(1, 5)}
    assert levels == pool.pop("AcrConfiguration")
    assert pool == {
        "Id": pool["Id"],
        "Arn": pool["Arn"],
        "Name": "p",
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
        "LastModifiedDate": START,
        "CreationDate": START,
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
        "MfaConfiguration": "OFF",
        "EstimatedNumberOfUsers": 0,
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "UserPoolTags": {},
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
        "UserPoolTier": "ESSENTIALS",
    }
    plain = {"DeveloperOnlyAttribute": False, "Mutable": True, "Required": False}
    text = {**plain, "AttributeDataType": "String"}
    flag = {**plain, "AttributeDataType": "Boolean"}
    lengths = {"MinLength": "0", "MaxLength": "2048"}
    expected = {name: {**text, "StringAttributeConstraints": lengths} for name in STANDARD_STRINGS}
    expected["sub"] = {
        **text, "Mutable": False, "Required": True,
        "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"},
    }  # fmt: skip
    expected["birthdate"] = {**text, "StringAttributeConstraints": {"MinLength": "10", "MaxLength": "10"}}
    expected["email_verified"] = expected["phone_number_verified"] = flag
    expected["updated_at"] = {
        **plain, "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "0"},
    }  # fmt: skip
    assert expected == {name: {k: v for k, v in each.items() if k != "Name"} for name, each in schema.items()}


def test_every_setting_is_shown_after_creation_and_after_an_update(in_process: InProcess, clock: FakeClock) -> None:
    made = created(in_process, **SETTINGS, **CHOICES)
    expected = {**shown(SETTINGS), **CHOICES}
    assert expected == {name: made.get(name) for name in expected}
    bare = created(in_process, **CHOICES)
    clock.advance(hours=1)
    in_process.signed.update_user_pool(UserPoolId=bare["Id"], PoolName="renamed", **SETTINGS)
    updated = described(in_process, bare["Id"])
    assert expected == {name: updated.get(name) for name in expected}
    assert ("renamed", START, clock.now) == (updated["Name"], updated["CreationDate"], updated["LastModifiedDate"])
    assert {**made, "Id": 0, "Arn": 0} == {
        **updated, "Id": 0, "Arn": 0, "Name": "p", "LastModifiedDate": START,
    }  # fmt: skip


def test_an_update_returns_what_it_omits_to_its_default_and_leaves_what_cannot_change(in_process: InProcess) -> None:
    schema = [{"Name": "tier", "AttributeDataType": "String"}, {"Name": "name", "Required": True}]
    made = created(in_process, **SETTINGS, **CHOICES, Schema=schema)
    in_process.signed.update_user_pool(UserPoolId=made["Id"])
    bare = created(in_process, **CHOICES, Schema=schema, UserPoolTags=SETTINGS["UserPoolTags"])
    updated = described(in_process, made["Id"])
    assert {**bare, "Id": made["Id"], "Arn": made["Arn"]} == updated


def test_sending_back_what_was_shown_changes_nothing(in_process: InProcess) -> None:
    """What Terraform, CDK and `update-user-pool --cli-input-json` do."""
    takes = in_process.signed.meta.service_model.operation_model("UpdateUserPool").input_shape.members
    for settings in ({}, {**SETTINGS, **CHOICES}):
        pool = created(in_process, **settings)
        again = {name: value for name, value in pool.items() if name in takes}
        in_process.signed.update_user_pool(UserPoolId=pool["Id"], **again)
        assert pool == described(in_process, pool["Id"])


def test_an_update_that_is_refused_changes_nothing(in_process: InProcess, clock: FakeClock) -> None:
    pool = created(in_process, UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
    clock.advance(hours=1)
    for members, code in (
        ({"MfaConfiguration": "ON"}, "InvalidParameterException"),
        ({"UserPoolTags": {"aws:x": "y"}}, "UserPoolTaggingException"),
        (
            {"UserPoolTier": "LITE", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}},
            "TierChangeNotAllowedException",
        ),
    ):
        with refusal(code):
            in_process.signed.update_user_pool(UserPoolId=pool["Id"], PoolName="other", **members)
        assert pool == described(in_process, pool["Id"])


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"MfaConfiguration": "ON"}, "SMS configuration"),
    ({"MfaConfiguration": "OPTIONAL"}, "SMS configuration"),
    ({"AutoVerifiedAttributes": ["phone_number"]}, "SMS configuration is required"),
    ({"UsernameAttributes": ["email"], "AliasAttributes": ["email"]}, "Only one of the aliasAttributes"),
    ({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}, "Source ARN is required"),
    (
        {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}},
        "AutoVerifiedAttributes",
    ),
    (
        {"AccountRecoverySetting": {"RecoveryMechanisms": [
            {"Priority": 1, "Name": "admin_only"}, {"Priority": 2, "Name": "verified_email"}]}},
        "admin_only",
    ),
    (
        {"AccountRecoverySetting": {"RecoveryMechanisms": [
            {"Priority": 1, "Name": "verified_phone_number"}, {"Priority": 1, "Name": "verified_email"}]}},
        "duplicate priorities",
    ),
    (
        {"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
         "AdminCreateUserConfig": {"UnusedAccountValidityDays": 8}},
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
    ),
    ({"Policies": {"PasswordPolicy": {"MinimumLength": 5}}}, "at 'policies.passwordPolicy.minimumLength' failed"),
    ({"PoolName": "a/b"}, r"Member must satisfy regular expression pattern: [\w\s+=,.@-]+"),
    ({"PoolName": "a\0b"}, "1 validation error detected"),
    ({"SmsVerificationMessage": "no code here"}, "at 'smsVerificationMessage' failed to satisfy constraint"),
    ({"MfaConfiguration": "SOMETIMES"}, "Member must satisfy enum value set: ["),
    ({"UserPoolTags": {"k": "v" * 257}}, "length less than or equal to 256"),
]  # fmt: skip


def test_what_excludes_or_needs_something_else_is_refused_in_cognitos_words(in_process: InProcess) -> None:
    client = in_process.boto3_client(config=UNCHECKED)
    for members, words in REFUSED:
        with refusal("InvalidParameterException") as seen:
            client.create_user_pool(**{"PoolName": "p", **members})
        assert words in seen.message, (members, seen.message)
    assert [] == in_process.signed.list_user_pools(MaxResults=60)["UserPools"]


def test_tags_have_their_own_fault(in_process: InProcess) -> None:
    for tags in ({f"k{number}": "v" for number in range(51)}, {"aws:mine": "x"}):
        with refusal("UserPoolTaggingException"):
            created(in_process, UserPoolTags=tags)
    fifty = {f"k{number}": "v" for number in range(50)}
    pool = created(in_process, UserPoolTags=fifty)
    assert fifty == pool["UserPoolTags"]
    in_process.signed.update_user_pool(UserPoolId=pool["Id"], UserPoolTags={"only": "this"})
    assert {"only": "this"} == described(in_process, pool["Id"])["UserPoolTags"]


def test_a_plan_without_a_feature_refuses_it(in_process: InProcess) -> None:
    for members in (
        {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}},
        {"UserPoolTier": "LITE", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}}},
        {"UserPoolTier": "LITE", "Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}},
    ):
        with refusal("FeatureUnavailableInTierException"):
            created(in_process, **members)
    assert "LITE" == created(in_process, UserPoolTier="LITE")["UserPoolTier"]


def test_a_protected_pool_stays_and_a_deleted_one_is_gone_with_all_that_was_in_it(in_process: InProcess) -> None:
    pool = make_pool(in_process, DeletionProtection="ACTIVE")
    signed, anonymous = in_process.signed, in_process.anonymous
    signed_up(pool)
    tokens = sign_in(pool)
    with refusal() as seen:
        signed.delete_user_pool(UserPoolId=pool.id)
    assert "InvalidParameterException" == seen.code
    assert seen.message.startswith("The user pool cannot be deleted because deletion protection is activated.")
    signed.update_user_pool(UserPoolId=pool.id, DeletionProtection="INACTIVE")
    assert 1 == described(in_process, pool.id)["EstimatedNumberOfUsers"]
    answer = signed.delete_user_pool(UserPoolId=pool.id)
    assert {"ResponseMetadata"} == answer.keys()
    gone = ("ResourceNotFoundException", f"User pool {pool.id} does not exist.")
    acts = ("describe_user_pool", "update_user_pool", "delete_user_pool", "list_users", "list_user_pool_clients")
    for act in acts:
        with refusal() as seen:
            getattr(signed, act)(UserPoolId=pool.id)
        assert gone == seen.said, act
    with refusal() as seen:
        anonymous.initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )
    assert ("ResourceNotFoundException", f"User pool client {pool.client_id} does not exist.") == seen.said
    with refusal() as seen:
        anonymous.get_user(AccessToken=tokens["AccessToken"])
    assert ("NotAuthorizedException", "Invalid Access Token") == seen.said


def test_pages_hold_every_pool_once_and_show_only_the_summary(in_process: InProcess) -> None:
    made = {created(in_process, PoolName=f"p{number}")["Id"] for number in range(5)}
    client = in_process.signed
    pages = list(client.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 2}))
    found = [pool for page in pages for pool in page["UserPools"]]
    assert [2, 2, 1] == [len(page["UserPools"]) for page in pages]
    assert made == {pool["Id"] for pool in found}
    assert all({"Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate"} == pool.keys() for pool in found)
    assert "NextToken" not in client.list_user_pools(MaxResults=5)
    for wrong in ({"MaxResults": 0}, {"MaxResults": 61}, {}):
        with refusal("InvalidParameterException"):
            in_process.boto3_client(config=UNCHECKED).list_user_pools(**wrong)
    token = client.list_user_pools(MaxResults=1)["NextToken"]
    for broken in ("garbage", token[:-1] + ("A" if token[-1] != "A" else "B"), token + "AAAA"):
        with refusal("InvalidParameterException") as seen:
            client.list_user_pools(MaxResults=1, NextToken=broken)
        assert seen.message.startswith("Invalid pagination token")


def test_a_region_knows_its_own_pools_only(in_process: InProcess) -> None:
    there = in_process.boto3_client(region_name="eu-west-1")
    theirs = there.create_user_pool(PoolName="p")["UserPool"]
    ours = created(in_process)
    assert theirs["Id"].startswith("eu-west-1_")
    assert ":eu-west-1:" in theirs["Arn"]
    assert [ours["Id"]] == [each["Id"] for each in in_process.signed.list_user_pools(MaxResults=60)["UserPools"]]
    assert [theirs["Id"]] == [each["Id"] for each in there.list_user_pools(MaxResults=60)["UserPools"]]
    for client, pool_id in ((in_process.signed, theirs["Id"]), (there, ours["Id"])):
        gone = ("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
        for act, members in (
            ("describe_user_pool", {}),
            ("update_user_pool", {}),
            ("delete_user_pool", {}),
            ("add_custom_attributes", {"CustomAttributes": [{"Name": "x", "AttributeDataType": "String"}]}),
            ("create_user_pool_client", {"ClientName": "c"}),
            ("list_user_pool_clients", {}),
            ("list_users", {}),
            ("admin_get_user", {"Username": "ada"}),
            ("admin_create_user", {"Username": "ada"}),
        ):
            with refusal() as seen:
                getattr(client, act)(UserPoolId=pool_id, **members)
            assert gone == seen.said, act
    token = there.list_user_pools(MaxResults=1).get("NextToken")
    assert token is None


@pytest.mark.parametrize("tag", ["_custom_id_", "ms-custom-id", "floci:override-id"])
def test_a_tag_pins_the_id_of_a_pool_in_development(in_process: InProcess, tag: str) -> None:
    assert "us-east-1_Pinned" == created(in_process, UserPoolTags={tag: "us-east-1_Pinned"})["Id"]
    with refusal("InvalidParameterException"):
        created(in_process, UserPoolTags={tag: "us-east-1_Pinned"})
    with refusal("InvalidParameterException"):
        created(in_process, UserPoolTags={tag: "no way"})
