"""Attributes beside the schema: what may be set, by whom, and what follows from a change."""

from collections.abc import Mapping
from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.model.attributes import (
    AttributeChange,
    is_email,
    is_phone_number,
    plan_change,
    readable_attributes,
    verify_new,
    verify_writable,
)
from cenote.model.pool import Pool
from cenote.model.schema import new_schema
from cenote.model.user import User, UserStatus
from harness import records

SCHEMA = new_schema(
    [
        {"Name": "given_name", "Required": True, "AttributeDataType": "String"},
        {
            "Name": "tier",
            "AttributeDataType": "String",
            "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"},
        },
        {"Name": "born", "AttributeDataType": "String", "Mutable": False},
        {
            "Name": "age",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
        },
        {"Name": "risk", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
)


def pool(**document: Any) -> Pool:
    return records.pool(**{"SchemaAttributes": SCHEMA, **document})


def user(attributes: Mapping[str, str], status: UserStatus = UserStatus.CONFIRMED) -> User:
    return User("us-east-1_Pool", "sub", "bob", status, True, attributes, None, None, None, 0, 1, 0, 0)


PLAIN = pool()
VERIFIES = pool(AutoVerifiedAttributes=["email"])
ASKS_FIRST = pool(
    AutoVerifiedAttributes=["email"],
    UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
)
BOB = {"given_name": "Bob", "email": "old@example.com", "email_verified": "true"}


def refusal(given: Mapping[str, str], of_pool: Pool = PLAIN) -> str:
    with pytest.raises(InvalidParameterException) as refused:
        verify_new(of_pool, {"given_name": "Bob", **given})
    return refused.value.message


def change_refusal(changes: Mapping[str, str], of_pool: Pool = PLAIN, of_user: User | None = None) -> str:
    with pytest.raises(InvalidParameterException) as refused:
        plan_change(of_pool, of_user or user(BOB), changes)
    return refused.value.message


def test_attributes_of_a_new_user_are_kept_without_blank_ones() -> None:
    given = {"given_name": "Bob", "name": "", "custom:tier": "gold", "custom:born": "x", "custom:age": "3"}
    assert {name: value for name, value in given.items() if value} == verify_new(PLAIN, given)


def test_every_unknown_attribute_has_its_line() -> None:
    message = (
        "Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n"
        "user.cognito:username: Attribute does not exist in the schema.\n"
    )
    assert message == refusal({"custom:foo": "x", "cognito:username": "x"})


def test_a_missing_required_attribute_is_named() -> None:
    with pytest.raises(InvalidParameterException) as refused:
        verify_new(PLAIN, {})
    assert refused.value.message == "Attributes did not conform to the schema: given_name: The attribute is required\n"


def test_nobody_sets_sub() -> None:
    assert refusal({"sub": "x"}) == "Invalid user attributes: user.sub: Attribute cannot be updated.\n"
    assert change_refusal({"sub": ""}) == "Invalid user attributes: user.sub: Attribute cannot be updated.\n"


@pytest.mark.parametrize(
    "value", ["bob", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "a,b@c", "<a@b>", "@b", "a@", f"{'a' * 320}@b", "a@b\0"]
)
def test_an_address_that_is_none_is_refused(value: str) -> None:
    assert not is_email(value)
    assert refusal({"email": value}) == "Invalid email address format."


@pytest.mark.parametrize("value", ["15550100", "+1 555", "+1555x", "+", "+1234567890123456", "+١٢٣"])
def test_a_number_that_is_not_e164_is_refused(value: str) -> None:
    assert not is_phone_number(value)
    assert refusal({"phone_number": value}) == "Invalid phone number format."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("custom:tier", "g", "String attributes cannot have a length of less than 2"),
        ("custom:tier", "gold!", "String attributes cannot have a length of more than 4"),
        ("birthdate", "2000-1-1", "String attributes cannot have a length of less than 10"),
        ("name", "n" * 2049, "String attributes cannot have a length of more than 2048"),
        ("custom:age", "0", "Number attributes cannot be less than 1"),
        ("custom:age", "10", "Number attributes cannot be more than 9"),
        ("custom:age", "NaN", "Number attributes must be numbers."),
        ("email_verified", "yes", "Boolean attributes must be true or false."),
        ("name", "a\0b", "Attribute value holds a character that is not allowed."),
        ("name", "\ud800", "Attribute value holds a character that is not allowed."),
    ],
)
def test_a_value_against_its_constraints_is_refused(name: str, value: str, sentence: str) -> None:
    assert f"Attributes did not conform to the schema: {name}: {sentence}\n" == refusal({name: value})


def test_a_boolean_is_kept_in_lower_case() -> None:
    given = {"given_name": "B", "email": "a@b.c", "email_verified": "True"}
    assert {**given, "email_verified": "true"} == verify_new(PLAIN, given)
    change = plan_change(VERIFIES, user(BOB), {"email": "new@b.c", "email_verified": "TRUE"})
    assert ("new@b.c", "true") == (change.attributes["email"], change.attributes["email_verified"])
    assert {} == change.to_prove


def test_a_flag_needs_its_attribute() -> None:
    assert "email is required" in refusal({"email_verified": "true"})
    assert "phone_number is required" in change_refusal({"phone_number_verified": "true"})


def test_an_immutable_attribute_is_set_only_once() -> None:
    assert verify_new(PLAIN, {"given_name": "B", "custom:born": "x"})
    assert (
        change_refusal({"custom:born": "y"})
        == "Invalid user attributes: user.custom:born: Attribute cannot be updated.\n"
    )


def test_a_required_attribute_is_not_deleted() -> None:
    assert "given_name: The attribute is required" in change_refusal({"given_name": ""})


def test_the_attribute_that_signs_in_is_not_deleted() -> None:
    assert "cannot be deleted" in change_refusal({"email": ""}, pool(UsernameAttributes=["email"]))


def test_a_blank_value_deletes_and_takes_the_flag_along() -> None:
    assert AttributeChange({"given_name": "Bob"}, {}) == plan_change(PLAIN, user(BOB), {"email": ""})


def test_a_new_address_is_in_force_and_unverified() -> None:
    changed = plan_change(PLAIN, user(BOB), {"email": "new@example.com"})
    assert AttributeChange(BOB | {"email": "new@example.com", "email_verified": "false"}, {}) == changed


def test_a_pool_that_verifies_by_itself_sends_a_code() -> None:
    changed = plan_change(VERIFIES, user(BOB), {"email": "new@example.com"})
    after = BOB | {"email": "new@example.com", "email_verified": "false"}
    assert AttributeChange(after, {"email": "new@example.com"}) == changed


def test_a_pool_that_asks_first_keeps_the_former_address_in_force() -> None:
    changed = plan_change(ASKS_FIRST, user(BOB), {"email": "new@example.com", "name": "B"})
    assert AttributeChange(BOB | {"name": "B"}, {"email": "new@example.com"}) == changed


def test_a_waiting_change_does_not_touch_the_flag_of_the_former_address() -> None:
    changed = plan_change(ASKS_FIRST, user(BOB), {"email": "new@example.com", "email_verified": "false"})
    assert AttributeChange(BOB, {"email": "new@example.com"}) == changed


@pytest.mark.parametrize("of_pool", [PLAIN, VERIFIES, ASKS_FIRST])
def test_an_administrator_vouches_for_an_address(of_pool: Pool) -> None:
    changed = plan_change(of_pool, user(BOB), {"email": "new@example.com", "email_verified": "true"})
    assert AttributeChange(BOB | {"email": "new@example.com"}, {}) == changed


@pytest.mark.parametrize("of_pool", [PLAIN, VERIFIES, ASKS_FIRST])
def test_the_same_address_again_changes_nothing(of_pool: Pool) -> None:
    assert AttributeChange(BOB, {}) == plan_change(of_pool, user(BOB), {"email": "old@example.com"})


def test_an_unconfirmed_user_has_no_preferred_user_name_that_signs_in() -> None:
    of_pool = pool(AliasAttributes=["preferred_username"])
    unconfirmed = user(BOB, UserStatus.UNCONFIRMED)
    assert "unconfirmed account" in change_refusal({"preferred_username": "b"}, of_pool, unconfirmed)
    assert plan_change(of_pool, user(BOB), {"preferred_username": "b"}).attributes["preferred_username"] == "b"


@pytest.mark.parametrize(
    "name", ["sub", "identities", "email_verified", "phone_number_verified", "dev:custom:risk", "dev:custom:none"]
)
def test_no_client_writes_what_is_reserved(name: str) -> None:
    for of_client in (records.client(), records.client(WriteAttributes=[name, "name"])):
        with pytest.raises(NotAuthorizedException) as refused:
            verify_writable(PLAIN, of_client, ["name", name])
        assert refused.value.message == "A client attempted to write unauthorized attribute"


def test_a_client_writes_what_it_was_given() -> None:
    verify_writable(PLAIN, records.client(WriteAttributes=["name"]), ["name"])
    verify_writable(PLAIN, records.client(), ["name", "custom:tier"])
    with pytest.raises(NotAuthorizedException):
        verify_writable(PLAIN, records.client(WriteAttributes=["name"]), ["given_name"])


def test_a_client_reads_what_it_was_given_and_nothing_of_the_developers() -> None:
    attributes = BOB | {"custom:tier": "gold", "dev:custom:risk": "high"}
    assert readable_attributes(PLAIN, records.client(), attributes) == BOB | {"custom:tier": "gold"}
    of_client = records.client(ReadAttributes=["email", "dev:custom:risk"])
    assert readable_attributes(PLAIN, of_client, attributes) == {"email": "old@example.com"}
