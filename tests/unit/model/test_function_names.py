"""Names, partial ARNs and ARNs of functions and webhooks."""

import pytest

from cenote.model.function_names import (
    Reference,
    arn_of,
    is_name,
    reference_of,
    webhook_arn_of,
    webhook_reference_of,
)

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:a-b_C"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a-b_C", Reference("a-b_C")),
        ("a:$LATEST", Reference("a", qualifier="$LATEST")),
        ("a:7", Reference("a", qualifier="7")),
        ("function:a", Reference("a")),
        ("123456789012:function:a", Reference("a", None, "123456789012")),
        ("123456789012:function:a:live", Reference("a", None, "123456789012", "live")),
        (ARN, Reference("a-b_C", "eu-west-1", "123456789012")),
        (f"{ARN}:$LATEST", Reference("a-b_C", "eu-west-1", "123456789012", "$LATEST")),
        ("arn:aws-cn:lambda:cn-north-1:123456789012:function:a", Reference("a", "cn-north-1", "123456789012")),
    ],
)
def test_a_reference_says_what_it_names(text: str, expected: Reference) -> None:
    assert expected == reference_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "a/b",
        "../a",
        "a\n",
        "x" * 65,
        "a:$OTHER",
        "arn:aws:lambda:eu-west-1:function:a",
        "arn:aws:lambda:eu-west-1:123456789012:layer:a",
        "arn:aws:s3:::a",
        "arn:aws:lambda:eu-west-1:a",
        "ä",
    ],
)
def test_anything_else_names_nothing(text: str) -> None:
    assert reference_of(text) is None


def test_arns_are_written_and_read() -> None:
    assert ARN == arn_of("eu-west-1", "123456789012", "a-b_C")
    webhook = webhook_arn_of("eu-west-1", "123456789012", "hook")
    assert "arn:cenote:webhook:eu-west-1:123456789012:hook" == webhook
    assert ("eu-west-1", "123456789012", "hook") == webhook_reference_of(webhook)
    assert webhook_reference_of(ARN) is None
    assert reference_of(webhook) is None
    assert [True, False, False] == [is_name(each) for each in ("a-b", "a.b", "")]
