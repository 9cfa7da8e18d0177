"""Each trigger's answer is read as the types that its members have, and refused otherwise."""

from collections.abc import Callable
from typing import Any

import pytest

from cenote.base.errors import InvalidLambdaResponseException
from cenote.model.token_overrides import NO_OVERRIDES, ClaimChanges, GroupChange, Overrides
from cenote.model.user import UserStatus
from cenote.triggers import (
    create_auth_challenge,
    define_auth_challenge,
    inbound_federation,
    pre_sign_up,
    token_generation,
    user_migration,
    verify_auth_challenge,
)
from cenote.triggers.pre_sign_up import Decision
from cenote.triggers.user_migration import Migrant


def v1(response: Any) -> Overrides:
    return token_generation.overrides_in(response, "1")


def v2(response: Any) -> Overrides:
    return token_generation.overrides_in(response, "2")


def full(**details: Any) -> dict[str, Any]:
    return {"claimsAndScopeOverrideDetails": details}


def test_a_sign_up_is_decided_by_three_flags() -> None:
    assert Decision() == pre_sign_up.decision_in({})
    assert Decision() == pre_sign_up.decision_in(dict.fromkeys(pre_sign_up.RESPONSE))
    answered = {"autoConfirmUser": True, "autoVerifyEmail": True, "autoVerifyPhone": True}
    assert Decision(confirms=True, verifies_email=True, verifies_phone=True) == pre_sign_up.decision_in(answered)


def test_a_challenge_is_defined_by_a_name_or_an_end() -> None:
    define = define_auth_challenge.definition_in
    assert ("CUSTOM_CHALLENGE", False, False) == define(
        {"challengeName": "CUSTOM_CHALLENGE", "issueTokens": False, "failAuthentication": False}
    )
    assert (None, True, False) == define({"challengeName": None, "issueTokens": True})
    assert (None, False, True) == define({"challengeName": "", "failAuthentication": True})


def test_a_challenge_has_parameters_of_text() -> None:
    create = create_auth_challenge.creation_in
    answered = {
        "publicChallengeParameters": {"hint": "a bird", "length": 5, "old": None, "open": True},
        "privateChallengeParameters": {"answer": "raven"},
        "challengeMetadata": "RIDDLE",
    }
    assert ({"hint": "a bird", "length": "5", "open": "true"}, {"answer": "raven"}, "RIDDLE") == create(answered)
    assert ({}, {}, None) == create(create_auth_challenge.RESPONSE)


def test_an_answer_is_right_when_the_function_says_so() -> None:
    assert verify_auth_challenge.is_right({"answerCorrect": True})
    assert not verify_auth_challenge.is_right({"answerCorrect": False})
    assert not verify_auth_challenge.is_right({"answerCorrect": None})
    assert not verify_auth_challenge.is_right({})


def test_a_migrant_has_attributes_and_a_status() -> None:
    answered = user_migration.RESPONSE | {
        "userAttributes": {"username": "ada", "sub": "made up", "email": "ada@example.com", "email_verified": "true"},
        "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS",
        "desiredDeliveryMediums": ["EMAIL"],
        "forceAliasCreation": True,
        "enableSMSMFA": True,
    }
    attributes = {"email": "ada@example.com", "email_verified": "true"}
    assert Migrant("ada", attributes, UserStatus.CONFIRMED, True, True) == user_migration.migrant_in(answered)


def test_a_migrant_has_to_choose_a_new_password_unless_the_function_says_otherwise() -> None:
    migrant = user_migration.migrant_in({"userAttributes": {"email": "ada@example.com"}})
    assert Migrant(None, {"email": "ada@example.com"}, UserStatus.RESET_REQUIRED, False, False) == migrant


def test_nobody_is_migrated_without_attributes() -> None:
    assert user_migration.migrant_in(user_migration.RESPONSE) is None
    assert user_migration.migrant_in({"userAttributes": {}}) is None


def test_an_inbound_user_is_left_alone_by_an_empty_answer() -> None:
    assert inbound_federation.attributes_in({"userAttributesToMap": {}}) is None
    assert inbound_federation.attributes_in({}) is None
    answered = {"userAttributesToMap": {"email": "ada@example.com"}}
    assert {"email": "ada@example.com"} == inbound_federation.attributes_in(answered)


def test_an_inbound_user_is_told_with_what_the_provider_said() -> None:
    said = {"tokenResponse": {"expires_in": 7}, "idToken": {"sub": "7"}, "userInfo": {}}
    assert {
        "providerName": "Birds",
        "providerType": "OIDC",
        "attributes": {"tokenResponse": {"expires_in": 7}, "idToken": {"sub": "7"}, "userInfo": {}},
    } == inbound_federation.request_of("Birds", "OIDC", said)


def test_tokens_stay_as_they_are_where_nothing_is_answered() -> None:
    assert NO_OVERRIDES == v1({"claimsOverrideDetails": None})
    assert NO_OVERRIDES == v1({"claimsOverrideDetails": {}})
    assert NO_OVERRIDES == v2({"claimsAndScopeOverrideDetails": None})
    assert NO_OVERRIDES == v2(full(idTokenGeneration=None, accessTokenGeneration={}))


def test_the_first_version_changes_the_id_token_by_texts() -> None:
    details = {"claimsToAddOrOverride": {"tier": "gold", "age": 7, "email_verified": "true", "gone": None},
               "claimsToSuppress": ["phone_number"]}  # fmt: skip
    changes = ClaimChanges({"tier": "gold", "age": "7", "email_verified": True}, frozenset({"phone_number"}))
    assert Overrides(id_token=changes) == v1({"claimsOverrideDetails": details})


def test_the_second_version_changes_both_tokens_by_any_json() -> None:
    answered = full(
        idTokenGeneration={"claimsToAddOrOverride": {"roles": ["a", {"b": 1}]}, "claimsToSuppress": ["email"]},
        accessTokenGeneration={
            "claimsToAddOrOverride": {"tenant": {"id": 7}},
            "claimsToSuppress": ["username"],
            "scopesToAdd": ["api/read"],
            "scopesToSuppress": ["aws.cognito.signin.user.admin"],
        },
        groupOverrideDetails={"groupsToOverride": ["a"], "iamRolesToOverride": ["arn:r"], "preferredRole": "arn:r"},
    )
    assert Overrides(
        id_token=ClaimChanges({"roles": ["a", {"b": 1}]}, frozenset({"email"})),
        access_token=ClaimChanges({"tenant": {"id": 7}}, frozenset({"username"})),
        scopes_to_add=("api/read",),
        scopes_to_suppress=frozenset({"aws.cognito.signin.user.admin"}),
        groups=GroupChange(("a",), ("arn:r",), "arn:r"),
    ) == v2(answered)


@pytest.mark.parametrize("said", [None, {}])
def test_groups_go_where_nothing_is_said_in_their_place(said: object) -> None:
    assert GroupChange() == v1({"claimsOverrideDetails": {"groupOverrideDetails": said}}).groups


def test_five_thousand_changes_are_the_most() -> None:
    def many(count: int) -> dict[str, Any]:
        return full(
            idTokenGeneration={"claimsToSuppress": [f"a{n}" for n in range(2000)]},
            accessTokenGeneration={"claimsToAddOrOverride": {f"b{n}": n for n in range(count)}, "scopesToAdd": ["c"]},
        )

    assert 2999 == len(v2(many(2999)).access_token.add)
    with pytest.raises(InvalidLambdaResponseException):
        v2(many(3000))


_READERS: list[tuple[Callable[[Any], Any], dict[str, Any]]] = [
    (pre_sign_up.decision_in, {"autoConfirmUser": "yes"}),
    (pre_sign_up.decision_in, {"autoVerifyEmail": 1}),
    (pre_sign_up.decision_in, {"autoVerifyPhone": []}),
    (define_auth_challenge.definition_in, {}),
    (define_auth_challenge.definition_in, {"challengeName": None, "issueTokens": False, "failAuthentication": False}),
    (define_auth_challenge.definition_in, {"challengeName": ["CUSTOM_CHALLENGE"]}),
    (define_auth_challenge.definition_in, {"issueTokens": "true"}),
    (create_auth_challenge.creation_in, {"publicChallengeParameters": "hint"}),
    (create_auth_challenge.creation_in, {"privateChallengeParameters": {"a": {"b": "c"}}}),
    (create_auth_challenge.creation_in, {"challengeMetadata": {}}),
    (verify_auth_challenge.is_right, {"answerCorrect": "true"}),
    (verify_auth_challenge.is_right, {"answerCorrect": 1}),
    (user_migration.migrant_in, {"userAttributes": ["email"]}),
    (user_migration.migrant_in, {"userAttributes": {"email": ["a"]}}),
    (user_migration.migrant_in, {"finalUserStatus": "UNCONFIRMED"}),
    (user_migration.migrant_in, {"messageAction": "SHOUT"}),
    (user_migration.migrant_in, {"desiredDeliveryMediums": ["PIGEON"]}),
    (user_migration.migrant_in, {"desiredDeliveryMediums": "EMAIL"}),
    (user_migration.migrant_in, {"forceAliasCreation": "no"}),
    (inbound_federation.attributes_in, {"userAttributesToMap": {"email": {}}}),
    (v1, {"claimsOverrideDetails": []}),
    (v1, {"claimsOverrideDetails": {"claimsToAddOrOverride": {"tenants": ["a"]}}}),
    (v1, {"claimsOverrideDetails": {"claimsToSuppress": "email"}}),
    (v1, {"claimsOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": "a"}}}),
    (v2, full(idTokenGeneration=[])),
    (v2, full(idTokenGeneration={"claimsToAddOrOverride": {"email_verified": {}}})),
    (v2, full(accessTokenGeneration={"scopesToAdd": ["a b"]})),
    (v2, full(accessTokenGeneration={"scopesToAdd": ["a\n"]})),
    (v2, full(accessTokenGeneration={"scopesToSuppress": [""]})),
    (v2, full(accessTokenGeneration={"claimsToSuppress": [7]})),
]


@pytest.mark.parametrize(("read", "answered"), _READERS)
def test_an_answer_of_other_types_is_not_recognised(read: Callable[[Any], Any], answered: dict[str, Any]) -> None:
    with pytest.raises(InvalidLambdaResponseException, match="Unrecognizable lambda output"):
        read(answered)
