"""How IAM says what is broken in a request."""

from typing import Any

import pytest

from cenote.aws.validate import validate
from cenote.base.errors import ValidationError

TRUST = {"AssumeRolePolicyDocument": "{}"}
NAMES = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
PATHS = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
PREFIXES = "It must begin with the / character and contain only alphanumeric characters and/or / characters."
LONG = "Member must have length less than or equal to"
KEYS = (
    f"Member must satisfy constraint: [{LONG} 128, Member must have length greater than or equal to 1, Member must satisfy regular "
    r"expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]"
)


def message_of(operation: str, **params: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        validate("iam", operation, params)
    return caught.value.message


@pytest.mark.parametrize(
    ("operation", "params", "said"),
    [
        ("CreateRole", {**TRUST, "RoleName": "r" * 65}, f"'roleName' failed to satisfy constraint: {LONG} 64"),
        ("CreateRole", TRUST, "'roleName' failed to satisfy constraint: Member must not be null"),
        (
            "TagRole",
            {"RoleName": "r", "Tags": [{"Key": "k" * 129, "Value": ""}]},
            f"'tags.1.member.key' failed to satisfy constraint: {LONG} 128",
        ),
        ("UntagRole", {"RoleName": "r", "TagKeys": ["!"]}, f"'tagKeys' failed to satisfy constraint: {KEYS}"),
        (
            "UntagRole",
            {"RoleName": "r", "TagKeys": ["k"] * 51},
            f"'tagKeys' failed to satisfy constraint: {LONG} 50",
        ),
    ],
)
def test_no_value_is_repeated(operation: str, params: dict[str, Any], said: str) -> None:
    assert f"1 validation error detected: Value at {said}" == message_of(operation, **params)


@pytest.mark.parametrize(
    ("operation", "params", "said"),
    [
        ("CreateRole", {**TRUST, "RoleName": "a b"}, f"The specified value for roleName is invalid. {NAMES}"),
        ("GetUser", {"UserName": "a/b"}, f"The specified value for userName is invalid. {NAMES}"),
        ("CreateUser", {"UserName": "ada", "Path": "x"}, f"The specified value for path is invalid. {PATHS}"),
        ("ListRoles", {"PathPrefix": "x"}, f"The specified value for pathPrefix is invalid. {PREFIXES}"),
    ],
)
def test_of_a_name_or_a_path_is_told_in_a_sentence_of_its_own(
    operation: str, params: dict[str, Any], said: str
) -> None:
    assert said == message_of(operation, **params)


def test_a_name_that_is_not_of_its_form_is_not_told_of_beside_something_else() -> None:
    said = message_of("CreateUser", UserName="a b", Tags=[{"Key": "k" * 129, "Value": ""}])
    assert said.startswith("1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: ")


def test_what_is_broken_is_told_of_in_the_order_of_its_names() -> None:
    long = {"Url": "u" * 256, "ThumbprintList": ["t" * 41], "ClientIDList": ["c" * 256]}
    said = message_of("CreateOpenIDConnectProvider", **long)
    assert said.startswith("3 validation errors detected: ")
    places = [said.index(f"Value at '{name}'") for name in ("clientIDList", "thumbprintList", "url")]
    assert sorted(places) == places
