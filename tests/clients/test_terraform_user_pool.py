"""
`aws_cognito_user_pool` as Terraform's provider handles it: each configuration is made, read, planned again, changed, and deleted.

The calls, the states and what AWS is known to answer are those of the provider's resource and of its acceptance tests.
"""

from typing import Any

import pytest

from clients.terraform.plans import verify_applied, verify_destroyed
from clients.terraform.pool import UserPool
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ROLE = "arn:aws:iam::123456789012:role/sms"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:one"
OTHER_FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:two"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0c3a0c3a-0000-4000-8000-000000000000"
SENDER = "arn:aws:ses:us-east-1:123456789012:identity/sender@example.com"
TRIGGERS = (
    "create_auth_challenge",
    "custom_message",
    "define_auth_challenge",
    "post_authentication",
    "post_confirmation",
    "pre_authentication",
    "pre_sign_up",
    "pre_token_generation",
    "user_migration",
    "verify_auth_challenge_response",
)
BY_EMAIL = [{"recovery_mechanism": [{"name": "verified_email", "priority": 1}]}]
SMS = [{"external_id": "ours", "sns_caller_arn": ROLE}]


@pytest.fixture
def pool(in_process: InProcess) -> UserPool:
    return UserPool(in_process.signed)


def test_a_pool_of_nothing_but_a_name_has_the_defaults_that_aws_is_known_to_have(pool: UserPool) -> None:
    state = verify_applied(pool, {"name": "plain"})
    assert state["arn"].startswith("arn:aws:cognito-idp:us-east-1:")
    expected: dict[str, Any] = {
        "mfa_configuration": "OFF",
        "sms_configuration": None,
        "software_token_mfa_configuration": None,
        "web_authn_configuration": None,
        "admin_create_user_config": [{"allow_admin_create_user_only": False}],
        "email_configuration": [{"email_sending_account": "COGNITO_DEFAULT"}],
        "verification_message_template": [{"default_email_option": "CONFIRM_WITH_CODE"}],
        "lambda_config": None,
        "tags": {},
        "estimated_number_of_users": 0,
        "deletion_protection": "INACTIVE",
        "sign_in_policy": [{"allowed_first_auth_factors": ["PASSWORD"]}],
        "user_pool_tier": "ESSENTIALS",
        "schema": [],
    }
    assert expected == {name: state.get(name) for name in expected}
    policy = state["password_policy"][0]
    assert (8, 7) == (policy["minimum_length"], policy["temporary_password_validity_days"])
    assert all(policy[f"require_{rule}"] for rule in ("lowercase", "numbers", "symbols", "uppercase"))
    verify_destroyed(pool)


STEPS: dict[str, list[dict[str, Any]]] = {
    "deletion protection": [{"deletion_protection": "ACTIVE"}, {"deletion_protection": "INACTIVE"}],
    "account recovery": [
        {"account_recovery_setting": BY_EMAIL},
        {
            "account_recovery_setting": [
                {
                    "recovery_mechanism": [
                        {"name": "verified_email", "priority": 1},
                        {"name": "verified_phone_number", "priority": 2},
                    ]
                }
            ]
        },
        {"account_recovery_setting": [{"recovery_mechanism": [{"name": "verified_phone_number", "priority": 1}]}]},
        {},
    ],
    "users made by administrators": [
        {
            "admin_create_user_config": [
                {
                    "allow_admin_create_user_only": True,
                    "invite_message_template": [
                        {
                            "email_message": "You are {username}, for now with {####}. ",
                            "email_subject": "Come {####}",
                            "sms_message": "You are {username}, for now with {####}.",
                        }
                    ],
                }
            ]
        },
        {
            "admin_create_user_config": [
                {
                    "allow_admin_create_user_only": False,
                    "invite_message_template": [
                        {
                            "email_message": "{username} and {####}",
                            "email_subject": "Come{####}in",
                            "sms_message": "{username}/{####}",
                        }
                    ],
                }
            ]
        },
        {},
    ],
    "administrators and passwords": [
        {
            "admin_create_user_config": [{"allow_admin_create_user_only": True}],
            "password_policy": [
                {
                    "minimum_length": 7,
                    "require_lowercase": True,
                    "require_numbers": False,
                    "require_symbols": True,
                    "require_uppercase": False,
                    "temporary_password_validity_days": 7,
                }
            ],
        },
        {
            "admin_create_user_config": [{"allow_admin_create_user_only": True}],
            "password_policy": [{"minimum_length": 9, "require_numbers": True, "temporary_password_validity_days": 14}],
        },
    ],
    "a history of passwords": [
        {"password_policy": [{"minimum_length": 6, "password_history_size": 24}]},
        {"password_policy": [{"minimum_length": 6, "password_history_size": 0}]},
    ],
    "threat protection": [
        {"user_pool_tier": "PLUS", "user_pool_add_ons": [{"advanced_security_mode": "OFF"}]},
        {"user_pool_tier": "PLUS", "user_pool_add_ons": [{"advanced_security_mode": "ENFORCED"}]},
        {
            "user_pool_tier": "PLUS",
            "user_pool_add_ons": [
                {
                    "advanced_security_mode": "AUDIT",
                    "advanced_security_additional_flows": [{"custom_auth_mode": "AUDIT"}],
                }
            ],
        },
        {},
    ],
    "devices": [
        {"device_configuration": [{"challenge_required_on_new_device": True}]},
        {"device_configuration": [{"device_only_remembered_on_user_prompt": True}]},
        {},
    ],
    "texts of verification, the old way": [
        {
            "email_verification_subject": "First",
            "email_verification_message": "First {####}",
            "verification_message_template": [{"default_email_option": "CONFIRM_WITH_CODE"}],
        },
        {
            "email_verification_subject": "Second",
            "email_verification_message": "Second {####}",
            "verification_message_template": [{"default_email_option": "CONFIRM_WITH_CODE"}],
        },
    ],
    "texts of text messages": [
        {"sms_authentication_message": "in {####}", "sms_verification_message": "is it you? {####}"},
        {"sms_authentication_message": "now in {####}", "sms_verification_message": "is it you? {####}"},
        {"sms_verification_message": "it is you {####}"},
    ],
    "what is verified before it changes": [
        {
            "auto_verified_attributes": ["email"],
            "user_attribute_update_settings": [{"attributes_require_verification_before_update": ["email"]}],
        },
        {},
    ],
    "the choice of factors": [
        {"sign_in_policy": [{"allowed_first_auth_factors": ["PASSWORD"]}]},
        {"sign_in_policy": [{"allowed_first_auth_factors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}]},
    ],
    "the sender of text messages": [
        {"sms_configuration": SMS},
        {},
        {"sms_configuration": [{**SMS[0], "external_id": "yours"}]},
        {"sms_configuration": [{**SMS[0], "sns_caller_arn": f"{ROLE}-2", "sns_region": "us-east-1"}]},
    ],
    "the sender of e-mail": [
        {"email_configuration": [{"email_sending_account": "COGNITO_DEFAULT"}]},
        {
            "email_configuration": [
                {
                    "email_sending_account": "DEVELOPER",
                    "source_arn": SENDER,
                    "from_email_address": "sender@example.com",
                    "reply_to_email_address": "answers@example.com",
                    "configuration_set": "ours",
                }
            ]
        },
        {},
    ],
    "tiers": [{"user_pool_tier": "PLUS"}, {"user_pool_tier": "LITE"}, {}],
    "names": [{"name": "first"}, {"name": "second"}],
    "tags": [{"tags": {"one": "1"}}, {"tags": {"one": "changed", "two": "2"}}, {"tags": {"two": "2"}}, {}],
    "tags and a setting": [
        {"tags": {"one": "1"}},
        {"tags": {"one": "changed", "two": "2"}, "auto_verified_attributes": ["email"]},
        {"tags": {"two": "2"}},
    ],
    "every trigger": [
        {"lambda_config": [dict.fromkeys(TRIGGERS, FUNCTION)]},
        {"lambda_config": [dict.fromkeys(TRIGGERS, OTHER_FUNCTION)]},
        {},
        {"lambda_config": [dict.fromkeys(TRIGGERS, FUNCTION)]},
    ],
    "the trigger of token generation": [
        {"lambda_config": [{"pre_token_generation_config": [{"lambda_arn": FUNCTION, "lambda_version": "V2_0"}]}]},
        {
            "lambda_config": [
                {"pre_token_generation_config": [{"lambda_arn": OTHER_FUNCTION, "lambda_version": "V2_0"}]}
            ]
        },
        {},
    ],
    "senders of one's own": [
        {
            "lambda_config": [
                {"kms_key_id": KEY, "custom_email_sender": [{"lambda_arn": FUNCTION, "lambda_version": "V1_0"}]}
            ]
        },
        {
            "lambda_config": [
                {"kms_key_id": KEY, "custom_sms_sender": [{"lambda_arn": FUNCTION, "lambda_version": "V1_0"}]}
            ]
        },
        {"lambda_config": [{"kms_key_id": KEY}]},
    ],
    "the trigger of inbound federation": [
        {"lambda_config": [{"inbound_federation": [{"lambda_arn": FUNCTION, "lambda_version": "V1_0"}]}]},
        {"lambda_config": [{"inbound_federation": [{"lambda_arn": OTHER_FUNCTION, "lambda_version": "V1_0"}]}]},
        {},
    ],
    "aliases": [{"alias_attributes": ["email", "preferred_username"], "auto_verified_attributes": ["email"]}],
    "usernames that are addresses": [
        {"username_attributes": ["phone_number", "email"], "auto_verified_attributes": ["email"]}
    ],
    "usernames by case": [{"username_configuration": [{"case_sensitive": True}]}],
    "usernames whatever their case": [{"username_configuration": [{"case_sensitive": False}]}],
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_each_setting_is_made_and_changed_without_a_difference_that_stays(
    pool: UserPool, steps: list[dict[str, Any]]
) -> None:
    for step in steps:
        verify_applied(pool, {"name": "tests", **step})
    verify_destroyed(pool)


def test_a_setting_that_is_taken_out_of_the_configuration_is_gone(pool: UserPool) -> None:
    verify_applied(
        pool,
        {
            "name": "tests",
            "user_pool_tier": "PLUS",
            "user_pool_add_ons": [{"advanced_security_mode": "ENFORCED"}],
            "auto_verified_attributes": ["email"],
            "lambda_config": [{"pre_sign_up": FUNCTION}],
            "sms_configuration": SMS,
        },
    )
    state = verify_applied(pool, {"name": "tests"})
    gone = ("user_pool_add_ons", "auto_verified_attributes", "lambda_config")
    assert (None, None, None) == tuple(state.get(name) for name in gone)
    # What the provider may choose stays as it was.
    assert ("PLUS", SMS) == (state["user_pool_tier"], state["sms_configuration"])


def test_the_texts_of_a_template_and_the_old_ones_are_the_same(pool: UserPool) -> None:
    texts = {"email_message": "あ {####} bar", "email_subject": "う" * 140, "sms_message": "{####}" + "お" * 134}
    links = {"email_message_by_link": "{##link##}" + "い" * 900, "email_subject_by_link": "え" * 140}
    template = {"default_email_option": "CONFIRM_WITH_LINK", **texts, **links}
    state = verify_applied(pool, {"name": "tests", "verification_message_template": [template]})
    old = {
        "email_verification_message": texts["email_message"],
        "email_verification_subject": texts["email_subject"],
        "sms_verification_message": texts["sms_message"],
    }
    assert old == {name: state[name] for name in old}
    by_code = [{"default_email_option": "CONFIRM_WITH_CODE"}]
    state = verify_applied(pool, {"name": "tests", **old, "verification_message_template": by_code})
    assert texts == {name: state["verification_message_template"][0][name] for name in texts}


def test_a_protected_pool_is_not_destroyed(pool: UserPool) -> None:
    verify_applied(pool, {"name": "tests", "deletion_protection": "ACTIVE"})
    with pytest.raises(pool.client.exceptions.InvalidParameterException):
        pool.delete()
    verify_applied(pool, {"name": "tests"})
    verify_destroyed(pool)


def test_an_imported_pool_shows_no_difference(pool: UserPool, in_process: InProcess) -> None:
    config = {
        "name": "tests",
        "auto_verified_attributes": ["email"],
        "sms_configuration": SMS,
        "mfa_configuration": "OPTIONAL",
        "tags": {"one": "1"},
        "lambda_config": [{"post_confirmation": FUNCTION}],
    }
    verify_applied(pool, config)
    imported = UserPool(in_process.signed)
    imported.id = pool.id
    assert verify_applied(imported, config) == pool.read()


def test_the_data_source_finds_every_pool_of_a_name(pool: UserPool) -> None:
    verify_applied(pool, {"name": "tests"})
    others = [pool.client.create_user_pool(PoolName=name)["UserPool"]["Id"] for name in ("tests", "another")]
    pages = pool.client.get_paginator("list_user_pools").paginate(MaxResults=2)
    found = {each["Id"] for page in pages for each in page["UserPools"] if each["Name"] == "tests"}
    assert {pool.id, others[0]} == found
