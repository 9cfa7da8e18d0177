"""Forms beside their shapes."""

from urllib.parse import urlencode

import pytest

from cenote.aws.http import Request
from cenote.aws.protocols import query
from cenote.base.errors import SerializationException

FORM = {"content-type": query.CONTENT_TYPE}


def members(service: str, action: str, fields: dict[str, str]) -> dict[str, object]:
    body = urlencode({"Action": action, "Version": "v", **fields}).encode()
    form = query.parse(Request("POST", "/", "", FORM, body, ""))
    assert form is not None
    assert (form.action, form.version) == (action, "v")
    return query.members(service, action, form)


def test_scalars_are_read_as_their_types() -> None:
    given = {"RoleArn": "arn", "RoleSessionName": "me", "DurationSeconds": "900"}
    assert members("sts", "AssumeRole", given) == {"RoleArn": "arn", "RoleSessionName": "me", "DurationSeconds": 900}
    assert members("iam", "ListPolicies", {"OnlyAttached": "true"}) == {"OnlyAttached": True}


def test_a_list_is_in_the_order_of_its_numbers() -> None:
    given = {f"TagKeys.member.{number}": f"k{number}" for number in (10, 2, 1)}
    assert members("iam", "UntagRole", given) == {"TagKeys": ["k1", "k2", "k10"]}


def test_an_empty_list_is_its_name_alone() -> None:
    assert members("iam", "UntagRole", {"TagKeys": ""}) == {"TagKeys": []}


def test_structures_in_lists_are_read_whole() -> None:
    given = {"Tags.member.1.Key": "a", "Tags.member.1.Value": "b", "Tags.member.2.Key": "c"}
    assert members("iam", "TagRole", given) == {"Tags": [{"Key": "a", "Value": "b"}, {"Key": "c"}]}


def test_what_the_shape_does_not_know_is_left_out() -> None:
    assert members("sts", "GetCallerIdentity", {"Fly": "1", "X-Amz-Date": "x"}) == {}


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("CreateRole", {"MaxSessionDuration": "many"}),
        ("CreateRole", {"MaxSessionDuration.member.1": "1"}),
        ("CreateRole", {"MaxSessionDuration": "9" * 5000}),
        ("ListPolicies", {"OnlyAttached": "yes"}),
        ("UntagRole", {"TagKeys": "a"}),
        ("UntagRole", {"TagKeys.member": "a"}),
        ("UntagRole", {"TagKeys.member.x": "a"}),
        ("UntagRole", {"TagKeys.member.1": "a", "TagKeys": "b"}),
        ("UntagRole", {"TagKeys": "b", "TagKeys.member.1": "a"}),
        ("TagRole", {"Tags.member.1": "a"}),
        ("TagRole", {"Tags." + "a." * 500 + "b": "c"}),
    ],
)
def test_a_value_of_another_form_than_its_shape_is_malformed(action: str, fields: dict[str, str]) -> None:
    with pytest.raises(SerializationException):
        members("iam", action, fields)
