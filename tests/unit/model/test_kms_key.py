"""What keys are called."""

import pytest

from cenote.model.kms_key import KeyReference, is_alias_name, is_reserved, reference_of

KEY_ID = "11111111-2222-4333-8444-555555555555"
PLACE = ("123456789012", "eu-west-1")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (KEY_ID, KeyReference(KEY_ID, None)),
        ("alias/a/b_c-1", KeyReference(None, "alias/a/b_c-1")),
        (f"arn:aws:kms:eu-west-1:123456789012:key/{KEY_ID}", KeyReference(KEY_ID, None, *PLACE)),
        ("arn:aws:kms:eu-west-1:123456789012:alias/codes", KeyReference(None, "alias/codes", *PLACE)),
    ],
)
def test_a_key_is_named_in_four_ways(given: str, expected: KeyReference) -> None:
    assert expected == reference_of(given)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "codes",
        "alias/",
        "alias/a b",
        f"key/{KEY_ID}",
        KEY_ID.upper().replace("1", "A"),
        f"{KEY_ID}\n",
        f"arn:aws:kms:eu-west-1:123456789012:{KEY_ID}",
        "arn:aws:kms:eu-west-1:123456789012:key/alias/codes",
        f"arn:aws:kms::123456789012:key/{KEY_ID}",
        f"arn:aws:iam:eu-west-1:123456789012:key/{KEY_ID}",
    ],
)
def test_anything_else_names_none(given: str) -> None:
    assert reference_of(given) is None


def test_some_aliases_are_awss_own() -> None:
    assert [True, True, False] == [is_alias_name(name) for name in ("alias/codes", "alias/aws/s3", "codes")]
    assert [False, True] == [is_reserved(name) for name in ("alias/codes", "alias/aws/s3")]
