"""A pool's schema: the standard attributes, custom ones, and how it grows."""

from decimal import Decimal
from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.schema import SchemaAttribute, grown_schema, new_schema, schema_of

STRING = {"AttributeDataType": "String"}


def find(schema: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(attribute for attribute in schema if attribute["Name"] == name)


def refusal(*attributes: dict[str, Any]) -> str:
    with pytest.raises(InvalidParameterException) as refused:
        new_schema(attributes)
    return refused.value.message


def test_a_new_schema_has_the_twenty_standard_attributes() -> None:
    schema = new_schema(())
    assert 20 == len(schema)
    assert {
        "Name": "sub",
        "AttributeDataType": "String",
        "DeveloperOnlyAttribute": False,
        "Mutable": False,
        "Required": True,
        "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "2048"},
    } == find(schema, "sub")
    assert {"MinLength": "10", "MaxLength": "10"} == find(schema, "birthdate")["StringAttributeConstraints"]
    assert {"MinLength": "0", "MaxLength": "2048"} == find(schema, "email")["StringAttributeConstraints"]
    assert {"MinValue": "0"} == find(schema, "updated_at")["NumberAttributeConstraints"]
    assert "StringAttributeConstraints" not in find(schema, "email_verified")


def test_a_standard_attribute_keeps_what_the_request_leaves_out() -> None:
    wanted = {"Name": "email", "Required": True, "StringAttributeConstraints": {"MaxLength": "99"}}
    email = find(new_schema([wanted]), "email")
    assert email["Required"]
    assert email["Mutable"]
    assert {"MinLength": "0", "MaxLength": "99"} == email["StringAttributeConstraints"]


def test_changing_one_schema_leaves_the_next_one_alone() -> None:
    new_schema([{"Name": "email", "Required": True}])
    assert not find(new_schema(()), "email")["Required"]


@pytest.mark.parametrize("change", [{"AttributeDataType": "Number"}, {"DeveloperOnlyAttribute": True}])
def test_a_standard_attribute_is_neither_retyped_nor_made_developer_only(change: dict[str, Any]) -> None:
    expected = "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"
    assert expected == refusal({"Name": "email", **change})


def test_sub_stays_required_and_immutable_whatever_is_asked_for() -> None:
    sub = find(new_schema([{"Name": "sub", "Mutable": True, "Required": False}]), "sub")
    assert (False, True) == (sub["Mutable"], sub["Required"])


def test_custom_attributes_come_last_with_their_prefixes() -> None:
    schema = new_schema([{"Name": "tier", **STRING}, {"Name": "rank", "DeveloperOnlyAttribute": True, **STRING}])
    assert ["custom:tier", "dev:custom:rank"] == [attribute["Name"] for attribute in schema[20:]]
    assert {} == schema[20]["StringAttributeConstraints"]
    assert schema[20]["Mutable"]


def test_a_prefix_that_is_already_there_is_not_doubled() -> None:
    assert "custom:tier" == new_schema([{"Name": "custom:tier", **STRING}])[-1]["Name"]


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        (
            {"Name": "tier"},
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            {"Name": "tier", "Required": True, **STRING},
            "Required custom attributes are not supported currently.",
        ),
        (
            {"Name": "tier", "StringAttributeConstraints": {"MaxLength": "2049"}, **STRING},
            "user.custom:tier: String attributes cannot have a length of more than 2048",
        ),
        (
            {"Name": "tier", "StringAttributeConstraints": {"MinLength": "5", "MaxLength": "4"}, **STRING},
            "user.custom:tier: Max length cannot be less than min length.",
        ),
        (
            {
                "Name": "n",
                "AttributeDataType": "Number",
                "NumberAttributeConstraints": {"MinValue": "2", "MaxValue": "1"},
            },
            "user.custom:n: Max value cannot be less than min value.",
        ),
    ],
)
def test_what_a_custom_attribute_must_not_be(attribute: dict[str, Any], message: str) -> None:
    assert message == refusal(attribute)


@pytest.mark.parametrize("text", ["ten", "1e9", "NaN", "Infinity", "9" * 401, " 1", "1_0", ""])
def test_a_bound_that_is_no_plain_number_is_refused(text: str) -> None:
    bounds = {"NumberAttributeConstraints": {"MaxValue": text}}
    expected = "Invalid NumberAttributeConstraints for schema attribute custom:n"
    assert expected == refusal({"Name": "n", "AttributeDataType": "Number", **bounds})


@pytest.mark.parametrize("text", ["-1", "1.5", "2.0"])
def test_a_length_is_a_whole_number(text: str) -> None:
    bounds = {"StringAttributeConstraints": {"MinLength": text}}
    assert "zero or more" in refusal({"Name": "tier", **STRING, **bounds})


def test_two_attributes_of_one_name_are_refused() -> None:
    twice = {"Name": "tier", **STRING}
    expected = "Duplicate custom attribute names custom:tier are not allowed in a user pool schema."
    assert expected == refusal(twice, twice)
    assert "email" in refusal({"Name": "email"}, {"Name": "email"})


def test_a_schema_grows_at_its_end_and_leaves_the_former_one_alone() -> None:
    before = new_schema(())
    after = grown_schema(before, [{"Name": "email", **STRING}])
    assert "custom:email" == after[-1]["Name"]
    assert 20 == len(before)


def test_a_taken_name_is_not_added_again() -> None:
    before = new_schema([{"Name": "tier", **STRING}])
    with pytest.raises(InvalidParameterException) as refused:
        grown_schema(before, [{"Name": "tier", **STRING}])
    assert "custom:tier: Existing attribute already has name custom:tier." == refused.value.message


def test_a_taken_developer_name_is_told_by_both_names() -> None:
    developers = {"Name": "risk", "DeveloperOnlyAttribute": True, **STRING}
    with pytest.raises(InvalidParameterException) as refused:
        grown_schema(new_schema([developers]), [developers])
    assert "custom:risk: Existing attribute already has name dev:custom:risk." == refused.value.message


def test_a_schema_has_fifty_custom_attributes_at_most() -> None:
    full = new_schema([{"Name": f"a{index}", **STRING} for index in range(50)])
    with pytest.raises(InvalidParameterException):
        grown_schema(full, [{"Name": "one_more", **STRING}])


def test_records_are_read_from_what_is_shown() -> None:
    number = {
        "Name": "age",
        "AttributeDataType": "Number",
        "Mutable": False,
        "NumberAttributeConstraints": {"MinValue": "0.5", "MaxValue": "120"},
    }
    record = schema_of(new_schema([number]))["custom:age"]
    expected = SchemaAttribute(
        "custom:age",
        "Number",
        is_mutable=False,
        is_required=False,
        is_developer_only=False,
        min_value=Decimal("0.5"),
        max_value=Decimal(120),
    )
    assert expected == record
    assert record.is_custom
