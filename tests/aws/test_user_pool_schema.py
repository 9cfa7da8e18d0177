"""The schema of a pool: CreateUserPool's Schema and AddCustomAttributes."""

from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal
from user_pools import created, described

from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import make_pool, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

# boto3 would refuse what the service is to refuse.
UNCHECKED = Config(parameter_validation=False)


def custom_of(pool: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["Name"]: each for each in pool["SchemaAttributes"] if ":" in each["Name"]}


def test_a_schema_is_refused_in_cognitos_words(in_process: InProcess) -> None:
    client = in_process.boto3_client(config=UNCHECKED)
    long = {"AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "2049"}}
    crossed = {"AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "8"}}
    standard = "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email"
    enum = (
        "1 validation error detected: Value 'Text' at 'schema.1.member.attributeDataType' failed to satisfy "
        "constraint: Member must satisfy enum value set: [String, Number, DateTime, Boolean]"
    )
    missing = "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
    for attribute, message in (
        ({"Name": "x", "AttributeDataType": "String", "Required": True},
         "Required custom attributes are not supported currently."),
        ({"Name": "x"}, missing),
        ({"Name": "x", "AttributeDataType": "Text"}, enum),
        ({"Name": "email", "AttributeDataType": "Number"}, standard),
        ({"Name": "email", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "few"}},
         "Invalid StringAttributeConstraints for schema attribute email"),
        ({"Name": "updated_at", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "late"}},
         "Invalid NumberAttributeConstraints for schema attribute updated_at"),
        ({"Name": "email", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}, standard),
        ({"Name": "x", **long}, "user.custom:x: String attributes cannot have a length of more than 2048"),
        ({"Name": "x", **crossed}, "user.custom:x: Max length cannot be less than min length."),
        ({"Name": "email", **long}, "user.email: String attributes cannot have a length of more than 2048"),
    ):  # fmt: skip
        with refusal() as seen:
            client.create_user_pool(PoolName="p", Schema=[attribute])
        assert ("InvalidParameterException", message) == seen.said
    for name in ("a" * 21, ""):
        with refusal("InvalidParameterException"):
            client.create_user_pool(PoolName="p", Schema=[{"Name": name, "AttributeDataType": "String"}])


def test_custom_attributes_get_their_prefix_and_keep_what_they_were_given(in_process: InProcess) -> None:
    pool = created(
        in_process,
        Schema=[
            {"Name": "text", "AttributeDataType": "String"},
            {"Name": "number", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "9"}},
            {"Name": "when", "AttributeDataType": "DateTime", "Mutable": False},
            {"Name": "rank", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": True},
            {"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": False},
        ],
    )
    plain = {"DeveloperOnlyAttribute": False, "Mutable": True, "Required": False}
    assert custom_of(pool) == {
        "custom:text": {
            **plain, "Name": "custom:text", "AttributeDataType": "String", "StringAttributeConstraints": {},
        },
        "custom:number": {
            **plain, "Name": "custom:number", "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MaxValue": "9"},
        },
        "custom:when": {**plain, "Name": "custom:when", "AttributeDataType": "DateTime", "Mutable": False},
        "dev:custom:rank": {
            **plain, "Name": "dev:custom:rank", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": True,
        },
    }  # fmt: skip
    email = next(each for each in pool["SchemaAttributes"] if each["Name"] == "email")
    assert (True, False) == (email["Required"], email["Mutable"])


def test_custom_attributes_are_added_and_usable_at_once(in_process: InProcess) -> None:
    pool = make_pool(in_process, Schema=[{"Name": "first", "AttributeDataType": "String"}])
    add = in_process.signed.add_custom_attributes
    signed_up(pool)
    set_to = {"UserPoolId": pool.id, "Username": "ada", "UserAttributes": [{"Name": "custom:second", "Value": "7"}]}
    with refusal() as seen:
        in_process.signed.admin_update_user_attributes(**set_to)
    unknown = "Invalid user attributes: user.custom:second: Attribute does not exist in the schema.\n"
    assert ("InvalidParameterException", unknown) == seen.said
    add(UserPoolId=pool.id, CustomAttributes=[{"Name": "second", "AttributeDataType": "Number"}])
    in_process.signed.admin_update_user_attributes(**set_to)
    assert {"custom:first", "custom:second"} == custom_of(described(in_process, pool.id)).keys()
    for attribute, message in (
        ({"Name": "first", "AttributeDataType": "String"}, "custom:first: Existing attribute already has name custom:first."),
        ({"Name": "x"}, "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."),
        ({"Name": "x", "AttributeDataType": "String", "Required": True}, "Required custom attributes are not supported currently."),
    ):  # fmt: skip
        with refusal() as seen:
            add(UserPoolId=pool.id, CustomAttributes=[{"Name": "new", "AttributeDataType": "String"}, attribute])
        assert ("InvalidParameterException", message) == seen.said
    assert "custom:new" not in custom_of(described(in_process, pool.id))
    hidden = {"Name": "risk", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}
    with refusal() as seen:
        add(UserPoolId=pool.id, CustomAttributes=[hidden, hidden])
    assert seen.message == "custom:risk: Existing attribute already has name dev:custom:risk."
    many = [{"Name": f"a{number}", "AttributeDataType": "String"} for number in range(26)]
    with refusal("InvalidParameterException"):
        add(UserPoolId=pool.id, CustomAttributes=many)
    add(UserPoolId=pool.id, CustomAttributes=many[:25])
    more = [{"Name": f"b{number}", "AttributeDataType": "String"} for number in range(24)]
    with refusal("InvalidParameterException"):
        add(UserPoolId=pool.id, CustomAttributes=more)
    add(UserPoolId=pool.id, CustomAttributes=more[:23])
    assert 50 == len(custom_of(described(in_process, pool.id)))
