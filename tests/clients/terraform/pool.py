"""`aws_cognito_user_pool` and its data source: which calls the provider makes, and what it reads out of the answers."""

from typing import Any

from clients.terraform.members import expanded, flattened, one
from clients.terraform.plans import State, changed
from clients.terraform.pool_blocks import (
    ARGUMENTS,
    TABLES,
    attributes_of,
    flattened_attributes,
    lambda_config_of,
    lambda_config_shown,
)

_MFA = (
    "mfa_configuration",
    "sms_authentication_message",
    "sms_configuration",
    "software_token_mfa_configuration",
    "email_mfa_configuration",
    "web_authn_configuration",
)
# Changes of these alone do not make the provider call UpdateUserPool.
_ELSEWHERE = {"mfa_configuration", "software_token_mfa_configuration", "email_mfa_configuration"} | {
    "web_authn_configuration",
    "schema",
    "tags",
}
_PLAIN = {
    "deletion_protection": "DeletionProtection",
    "user_pool_tier": "UserPoolTier",
    "email_verification_subject": "EmailVerificationSubject",
    "email_verification_message": "EmailVerificationMessage",
    "sms_authentication_message": "SmsAuthenticationMessage",
    "sms_verification_message": "SmsVerificationMessage",
    "auto_verified_attributes": "AutoVerifiedAttributes",
}
_CREATION = {"alias_attributes": "AliasAttributes", "username_attributes": "UsernameAttributes"}
_MIRRORS = {
    "email_verification_message": "email_message",
    "email_verification_subject": "email_subject",
    "sms_verification_message": "sms_message",
}


class UserPool:
    """A user pool of the configuration."""

    arguments = ARGUMENTS
    is_strict = False

    def __init__(self, client: Any) -> None:
        self.client = client
        self.id = ""
        self._configured: list[dict[str, Any]] = []

    def create(self, wanted: State) -> None:
        self._configured = wanted.get("schema", [])
        request = self._settings(wanted) | {"PoolName": wanted["name"], **expanded(_CREATION, wanted)}
        if wanted.get("schema"):
            request["Schema"] = [attributes_of(each) for each in wanted["schema"]]
        if "username_configuration" in wanted:
            request["UsernameConfiguration"] = {
                "CaseSensitive": one(wanted["username_configuration"])["case_sensitive"]
            }
        if wanted.get("tags"):
            request["UserPoolTags"] = wanted["tags"]
        self.id = self.client.create_user_pool(**request)["UserPool"]["Id"]
        mode = wanted.get("mfa_configuration", "OFF")
        passkeys = wanted.get("web_authn_configuration")
        if mode != "OFF" or passkeys:
            request = {"MfaConfiguration": mode} if mode != "OFF" else {}
            self._set_mfa(request, wanted, has_sms=bool(wanted.get("sms_configuration")))

    def update(self, wanted: State, before: State) -> None:
        self._configured = wanted.get("schema", [])
        news = changed(ARGUMENTS, wanted, before)
        self._tag(wanted.get("tags") or {}, before)
        if news & set(_MFA):
            mode = wanted["mfa_configuration"]
            has_sms = bool(wanted.get("sms_configuration")) and mode != "OFF"
            self._set_mfa({"MfaConfiguration": mode}, wanted, has_sms=has_sms)
        if news - _ELSEWHERE:
            self.client.update_user_pool(UserPoolId=self.id, **self._changes(wanted, before, news))
        if "schema" in news:
            known = [each["name"] for each in before["schema"]]
            new = [attributes_of(each) for each in wanted["schema"] if each["name"] not in known]
            self.client.add_custom_attributes(UserPoolId=self.id, CustomAttributes=new)

    def read(self) -> State | None:
        if not self.id:
            return None
        try:
            pool = self.client.describe_user_pool(UserPoolId=self.id)["UserPool"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        state: State = {"name": pool["Name"], "arn": pool["Arn"], "tags": pool["UserPoolTags"]}
        state |= flattened({**_PLAIN, **_CREATION}, pool)
        for name, (member, table) in TABLES.items():
            if member in pool:
                state[name] = [flattened(table, pool[member])]
        state |= _shown_blocks(pool)
        state["schema"] = flattened_attributes(pool["SchemaAttributes"], self._configured)
        state |= {
            name: pool.get(member)
            for name, member in (("domain", "Domain"), ("custom_domain", "CustomDomain"))
            if member in pool
        }
        state["estimated_number_of_users"] = pool["EstimatedNumberOfUsers"]
        return state | _shown_mfa(self.client.get_user_pool_mfa_config(UserPoolId=self.id))

    def delete(self) -> None:
        try:
            self.client.delete_user_pool(UserPoolId=self.id)
        except self.client.exceptions.ResourceNotFoundException:
            return

    def _settings(self, wanted: State) -> dict[str, Any]:
        """The members that creation and update have in common."""
        request = expanded(_PLAIN, wanted)
        for name, (member, table) in TABLES.items():
            if one(wanted.get(name)) and name != "username_configuration":
                request[member] = expanded(table, one(wanted[name]))
        if wanted.get("account_recovery_setting"):
            ways = one(wanted["account_recovery_setting"])["recovery_mechanism"]
            request["AccountRecoverySetting"] = {
                "RecoveryMechanisms": [{"Name": way["name"], "Priority": way["priority"]} for way in ways]
            }
        if invitation := one(one(wanted.get("admin_create_user_config")).get("invite_message_template")):
            names = {"email_message": "EmailMessage", "email_subject": "EmailSubject", "sms_message": "SMSMessage"}
            request["AdminCreateUserConfig"]["InviteMessageTemplate"] = expanded(names, invitation)
        if wanted.get("lambda_config"):
            request["LambdaConfig"] = lambda_config_of(one(wanted["lambda_config"]))
        if policies := _policies(wanted):
            request["Policies"] = policies
        if update_settings := one(wanted.get("user_attribute_update_settings")):
            first = update_settings["attributes_require_verification_before_update"]
            request["UserAttributeUpdateSettings"] = {"AttributesRequireVerificationBeforeUpdate": first}
        if flows := one(one(wanted.get("user_pool_add_ons")).get("advanced_security_additional_flows")):
            request["UserPoolAddOns"]["AdvancedSecurityAdditionalFlows"] = {"CustomAuthMode": flows["custom_auth_mode"]}
        return request

    def _changes(self, wanted: State, before: State, news: set[str]) -> dict[str, Any]:
        template = dict(one(wanted.get("verification_message_template")))
        for old, new in _MIRRORS.items():
            if old in news:
                template[new] = wanted.get(old)
        request = self._settings({**wanted, "verification_message_template": [template]})
        request["MfaConfiguration"] = wanted["mfa_configuration"]
        if "name" in news:
            request["PoolName"] = wanted["name"]
        if "user_attribute_update_settings" in news and not wanted.get("user_attribute_update_settings"):
            request["UserAttributeUpdateSettings"] = {"AttributesRequireVerificationBeforeUpdate": []}
        if "lambda_config" in news and wanted.get("lambda_config"):
            request["LambdaConfig"] = lambda_config_of(one(wanted["lambda_config"]), one(before.get("lambda_config")))
        return request

    def _set_mfa(self, request: dict[str, Any], wanted: State, *, has_sms: bool) -> None:
        if has_sms:
            _, table = TABLES["sms_configuration"]
            sms = {"SmsConfiguration": expanded(table, one(wanted["sms_configuration"]))}
            request["SmsMfaConfiguration"] = sms | expanded(
                {"sms_authentication_message": "SmsAuthenticationMessage"}, wanted
            )
        if "software_token_mfa_configuration" in wanted:
            request["SoftwareTokenMfaConfiguration"] = expanded(
                {"enabled": "Enabled"}, one(wanted["software_token_mfa_configuration"])
            )
        if "email_mfa_configuration" in wanted:
            request["EmailMfaConfiguration"] = expanded(
                {"message": "Message", "subject": "Subject"}, one(wanted["email_mfa_configuration"])
            )
        if "web_authn_configuration" in wanted:
            request["WebAuthnConfiguration"] = expanded(
                {"relying_party_id": "RelyingPartyId", "user_verification": "UserVerification"},
                one(wanted["web_authn_configuration"]),
            )
        self.client.set_user_pool_mfa_config(UserPoolId=self.id, **request)

    def _tag(self, wanted: dict[str, str], before: State) -> None:
        if gone := [key for key in before["tags"] if key not in wanted]:
            self.client.untag_resource(ResourceArn=before["arn"], TagKeys=gone)
        if new := {key: value for key, value in wanted.items() if before["tags"].get(key) != value}:
            self.client.tag_resource(ResourceArn=before["arn"], Tags=new)


def _policies(wanted: State) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if policy := one(wanted.get("password_policy")):
        table = {name: member for name, member in _PASSWORD.items() if name not in _ALWAYS}
        found["PasswordPolicy"] = expanded(table, policy) | {_PASSWORD[name]: policy.get(name, 0) for name in _ALWAYS}
    if policy := one(wanted.get("sign_in_policy")):
        found["SignInPolicy"] = {"AllowedFirstAuthFactors": policy["allowed_first_auth_factors"]}
    return found


_PASSWORD = {
    "minimum_length": "MinimumLength",
    "password_history_size": "PasswordHistorySize",
    "require_lowercase": "RequireLowercase",
    "require_numbers": "RequireNumbers",
    "require_symbols": "RequireSymbols",
    "require_uppercase": "RequireUppercase",
    "temporary_password_validity_days": "TemporaryPasswordValidityDays",
}
_ALWAYS = ("minimum_length", "password_history_size")


def _shown_blocks(pool: dict[str, Any]) -> State:
    policies = pool["Policies"]
    found: State = {"password_policy": [flattened(_PASSWORD, policies["PasswordPolicy"])]}
    if "SignInPolicy" in policies:
        factors = policies["SignInPolicy"]["AllowedFirstAuthFactors"]
        found["sign_in_policy"] = [{"allowed_first_auth_factors": factors}]
    if ways := pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms"):
        mechanisms = [{"name": way["Name"], "priority": way["Priority"]} for way in ways]
        found["account_recovery_setting"] = [{"recovery_mechanism": mechanisms}]
    created: State = {"allow_admin_create_user_only": pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]}
    if invitation := pool["AdminCreateUserConfig"].get("InviteMessageTemplate"):
        names = {"email_message": "EmailMessage", "email_subject": "EmailSubject", "sms_message": "SMSMessage"}
        created["invite_message_template"] = [flattened(names, invitation)]
    found["admin_create_user_config"] = [created]
    if config := lambda_config_shown(pool.get("LambdaConfig", {})):
        found["lambda_config"] = [config]
    if first := pool.get("UserAttributeUpdateSettings", {}).get("AttributesRequireVerificationBeforeUpdate"):
        found["user_attribute_update_settings"] = [{"attributes_require_verification_before_update": first}]
    if "UserPoolAddOns" in pool:
        add_ons: State = {"advanced_security_mode": pool["UserPoolAddOns"]["AdvancedSecurityMode"]}
        if flows := pool["UserPoolAddOns"].get("AdvancedSecurityAdditionalFlows"):
            add_ons["advanced_security_additional_flows"] = [{"custom_auth_mode": flows["CustomAuthMode"]}]
        found["user_pool_add_ons"] = [add_ons]
    return found


def _shown_mfa(shown: dict[str, Any]) -> State:
    found: State = {"mfa_configuration": shown["MfaConfiguration"]}
    for name, member, table in (
        ("software_token_mfa_configuration", "SoftwareTokenMfaConfiguration", {"enabled": "Enabled"}),
        ("email_mfa_configuration", "EmailMfaConfiguration", {"message": "Message", "subject": "Subject"}),
        (
            "web_authn_configuration",
            "WebAuthnConfiguration",
            {"relying_party_id": "RelyingPartyId", "user_verification": "UserVerification"},
        ),
    ):
        if member in shown:
            found[name] = [flattened(table, shown[member])]
    return found
