"""The arguments of `aws_cognito_user_pool`, and its blocks that are more than a table of names."""

from collections.abc import Iterable, Mapping
from typing import Any

from clients.terraform.members import Table, expanded, flattened, one
from clients.terraform.plans import COMPUTED, OPTIONAL, SET, Argument

_FUNCTION = {"lambda_arn": "LambdaArn", "lambda_version": "LambdaVersion"}
_VERSIONED = {
    "custom_email_sender": "CustomEmailSender",
    "custom_sms_sender": "CustomSMSSender",
    "inbound_federation": "InboundFederation",
    "pre_token_generation_config": "PreTokenGenerationConfig",
}
_TRIGGERS = {
    "create_auth_challenge": "CreateAuthChallenge",
    "custom_message": "CustomMessage",
    "define_auth_challenge": "DefineAuthChallenge",
    "kms_key_id": "KMSKeyID",
    "post_authentication": "PostAuthentication",
    "post_confirmation": "PostConfirmation",
    "pre_authentication": "PreAuthentication",
    "pre_sign_up": "PreSignUp",
    "pre_token_generation": "PreTokenGeneration",
    "user_migration": "UserMigration",
    "verify_auth_challenge_response": "VerifyAuthChallengeResponse",
}
_CONSTRAINTS = {
    "string_attribute_constraints": (
        "StringAttributeConstraints",
        {"min_length": "MinLength", "max_length": "MaxLength"},
    ),
    "number_attribute_constraints": ("NumberAttributeConstraints", {"min_value": "MinValue", "max_value": "MaxValue"}),
}
# Blocks that are a table of names and nothing else: the API's member, and the table.
TABLES: dict[str, tuple[str, Table]] = {
    "admin_create_user_config": (
        "AdminCreateUserConfig",
        {"allow_admin_create_user_only": "AllowAdminCreateUserOnly"},
    ),
    "device_configuration": (
        "DeviceConfiguration",
        {
            "challenge_required_on_new_device": "ChallengeRequiredOnNewDevice",
            "device_only_remembered_on_user_prompt": "DeviceOnlyRememberedOnUserPrompt",
        },
    ),
    "email_configuration": (
        "EmailConfiguration",
        {
            "configuration_set": "ConfigurationSet",
            "email_sending_account": "EmailSendingAccount",
            "from_email_address": "From",
            "reply_to_email_address": "ReplyToEmailAddress",
            "source_arn": "SourceArn",
        },
    ),
    "sms_configuration": (
        "SmsConfiguration",
        {"external_id": "ExternalId", "sns_caller_arn": "SnsCallerArn", "sns_region": "SnsRegion"},
    ),
    "user_pool_add_ons": ("UserPoolAddOns", {"advanced_security_mode": "AdvancedSecurityMode"}),
    "username_configuration": ("UsernameConfiguration", {"case_sensitive": "CaseSensitive"}),
    "verification_message_template": (
        "VerificationMessageTemplate",
        {
            "default_email_option": "DefaultEmailOption",
            "email_message": "EmailMessage",
            "email_message_by_link": "EmailMessageByLink",
            "email_subject": "EmailSubject",
            "email_subject_by_link": "EmailSubjectByLink",
            "sms_message": "SmsMessage",
        },
    ),
}


def _block(*names: str, is_computed: bool = False, is_set: bool = False, **others: Argument) -> Argument:
    return Argument(is_computed=is_computed, is_set=is_set, block=dict.fromkeys(names, OPTIONAL) | others)


_VERSIONED_FUNCTION = _block(*_FUNCTION)
_ATTRIBUTE = _block(
    "attribute_data_type",
    "developer_only_attribute",
    "mutable",
    "name",
    "required",
    is_set=True,
    string_attribute_constraints=_block("min_length", "max_length"),
    number_attribute_constraints=_block("min_value", "max_value"),
)
ARGUMENTS: Mapping[str, Argument] = {
    # A configuration without one of these two blocks is no difference, whatever the state has.
    "account_recovery_setting": _block(
        is_computed=True, recovery_mechanism=_block("name", "priority", is_computed=True, is_set=True)
    ),
    "email_configuration": _block(
        "configuration_set",
        "from_email_address",
        "reply_to_email_address",
        "source_arn",
        is_computed=True,
        email_sending_account=Argument(default="COGNITO_DEFAULT"),
    ),
    "admin_create_user_config": _block(
        "allow_admin_create_user_only",
        is_computed=True,
        invite_message_template=_block("email_message", "email_subject", "sms_message"),
    ),
    "alias_attributes": SET,
    "auto_verified_attributes": SET,
    "deletion_protection": Argument(default="INACTIVE"),
    "device_configuration": _block(*TABLES["device_configuration"][1]),
    "email_mfa_configuration": _block("message", "subject"),
    "email_verification_message": COMPUTED,
    "email_verification_subject": COMPUTED,
    "lambda_config": _block(
        *(name for name in _TRIGGERS if name != "pre_token_generation"),
        pre_token_generation=COMPUTED,
        custom_email_sender=_VERSIONED_FUNCTION,
        custom_sms_sender=_VERSIONED_FUNCTION,
        inbound_federation=_VERSIONED_FUNCTION,
        pre_token_generation_config=_block(*_FUNCTION, is_computed=True),
    ),
    "mfa_configuration": Argument(default="OFF"),
    "name": OPTIONAL,
    "password_policy": _block(
        "minimum_length",
        "password_history_size",
        "require_lowercase",
        "require_numbers",
        "require_symbols",
        "require_uppercase",
        is_computed=True,
        temporary_password_validity_days=COMPUTED,
    ),
    "schema": _ATTRIBUTE,
    "sign_in_policy": _block(is_computed=True, allowed_first_auth_factors=SET),
    "sms_authentication_message": OPTIONAL,
    "sms_configuration": _block("external_id", "sns_caller_arn", is_computed=True, sns_region=COMPUTED),
    "sms_verification_message": COMPUTED,
    "software_token_mfa_configuration": _block("enabled"),
    "tags": OPTIONAL,
    "user_attribute_update_settings": _block(attributes_require_verification_before_update=SET),
    "user_pool_add_ons": _block(
        "advanced_security_mode", advanced_security_additional_flows=_block("custom_auth_mode")
    ),
    "user_pool_tier": COMPUTED,
    "username_attributes": SET,
    "username_configuration": _block("case_sensitive"),
    "verification_message_template": _block(
        is_computed=True,
        default_email_option=Argument(default="CONFIRM_WITH_CODE"),
        **dict.fromkeys(list(TABLES["verification_message_template"][1])[1:], COMPUTED),
    ),
    "web_authn_configuration": _block("relying_party_id", "user_verification"),
}


def lambda_config_of(block: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """LambdaConfig; the two ways to name the function of token generation follow the one that has changed since *before*."""
    block = dict(block)
    plain, versioned = block.get("pre_token_generation"), one(block.get("pre_token_generation_config"))
    if before is not None and plain != before.get("pre_token_generation"):
        block["pre_token_generation_config"] = [{"lambda_version": "V1_0", **versioned, "lambda_arn": plain}]
    elif before is not None and versioned != one(before.get("pre_token_generation_config")):
        block["pre_token_generation"] = versioned.get("lambda_arn")
    config = expanded(_TRIGGERS, block)
    for name, member in _VERSIONED.items():
        if function := one(block.get(name)):
            config[member] = expanded(_FUNCTION, function)
    return config


def lambda_config_shown(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The block of a LambdaConfig; empty when the pool calls nothing, which is no block."""
    block = flattened(_TRIGGERS, shown)
    return block | {
        name: [flattened(_FUNCTION, shown[member])] for name, member in _VERSIONED.items() if member in shown
    }


def attributes_of(block: Mapping[str, Any]) -> dict[str, Any]:
    """A SchemaAttributeType; an empty block of a string's constraints is sent as none, of a number's as an empty one."""
    request = {
        "AttributeDataType": block["attribute_data_type"],
        "DeveloperOnlyAttribute": block.get("developer_only_attribute", False),
        "Mutable": block.get("mutable", False),
        "Name": block["name"],
        "Required": block.get("required", False),
    }
    for name, (member, table) in _CONSTRAINTS.items():
        constraints = expanded(table, one(block.get(name)))
        if constraints or (name.startswith("number") and block.get(name)):
            request[member] = constraints
    return request


def flattened_attributes(
    shown: Iterable[Mapping[str, Any]], configured: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The attributes of a pool that are not the standard ones as they always are, nor what a provider brings."""
    requested = {each["name"]: attributes_of(each) for each in configured}
    found = []
    for attribute in shown:
        if attribute != requested.get(attribute["Name"]) and attribute in (*STANDARD, IDENTITIES):
            continue
        block = {
            "attribute_data_type": attribute["AttributeDataType"],
            "developer_only_attribute": attribute["DeveloperOnlyAttribute"],
            "mutable": attribute["Mutable"],
            "name": attribute["Name"].removeprefix("dev:").removeprefix("custom:"),
            "required": attribute["Required"],
        }
        for name, (member, table) in _CONSTRAINTS.items():
            is_ours = member in requested.get(attribute["Name"], {member}) or member.startswith("Number")
            if member in attribute and is_ours:
                block[name] = [flattened(table, attribute[member])]
        found.append(block)
    return found


IDENTITIES = {
    "Name": "identities",
    "AttributeDataType": "String",
    "DeveloperOnlyAttribute": False,
    "Mutable": True,
    "Required": False,
    "StringAttributeConstraints": {},
}
_TEXTS = (
    "address",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "website",
    "zoneinfo",
)


def _standard(name: str, kind: str = "String", **changed: Any) -> dict[str, Any]:
    flags = {"DeveloperOnlyAttribute": False, "Mutable": True, "Required": False}
    return {"Name": name, "AttributeDataType": kind, **flags, **changed}


STANDARD = [
    *(_standard(name, StringAttributeConstraints={"MinLength": "0", "MaxLength": "2048"}) for name in _TEXTS),
    _standard("birthdate", StringAttributeConstraints={"MinLength": "10", "MaxLength": "10"}),
    _standard("sub", Mutable=False, Required=True, StringAttributeConstraints={"MinLength": "1", "MaxLength": "2048"}),
    _standard("email_verified", "Boolean"),
    _standard("phone_number_verified", "Boolean"),
    _standard("updated_at", "Number", NumberAttributeConstraints={"MinValue": "0"}),
]
