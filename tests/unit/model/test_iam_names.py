"""What IAM's resources are called."""

import pytest

from cenote.model.iam.entity import EntityKind
from cenote.model.iam.names import EntityRef, new_entity_id, parse_arn, policy_arn_ref

IAM = "arn:aws:iam::111111111111"


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (EntityKind.ROLE, "AROA"),
        (EntityKind.USER, "AIDA"),
        (EntityKind.GROUP, "AGPA"),
        (EntityKind.POLICY, "ANPA"),
        (EntityKind.INSTANCE_PROFILE, "AIPA"),
    ],
)
def test_an_id_says_what_it_is_of(kind: EntityKind, prefix: str) -> None:
    first, second = new_entity_id(kind), new_entity_id(kind)
    assert first != second
    assert (prefix, 21, True) == (first[:4], len(first), first.isalnum() and first.isupper())


@pytest.mark.parametrize(
    ("arn", "ref"),
    [
        (f"{IAM}:role/r", EntityRef("111111111111", EntityKind.ROLE, "/", "r")),
        (f"{IAM}:role/a/b/r", EntityRef("111111111111", EntityKind.ROLE, "/a/b/", "r")),
        (f"{IAM}:saml-provider/x", EntityRef("111111111111", EntityKind.SAML_PROVIDER, "/", "x")),
        (f"{IAM}:oidc-provider/a.example/b", EntityRef("111111111111", EntityKind.OIDC_PROVIDER, "/", "a.example/b")),
        ("arn:aws:iam::aws:policy/job/Read", EntityRef("aws", EntityKind.POLICY, "/job/", "Read")),
        (f"{IAM}:root", None),
        (f"{IAM}:role/", None),
        (f"{IAM}:role", None),
        (f"{IAM}:mfa/x", None),
        ("arn:aws:iam::12:role/r", None),
        ("arn:aws:iam:us-east-1:111111111111:role/r", None),
        ("arn:aws:s3::111111111111:role/r", None),
        ("", None),
    ],
)
def test_an_arn_is_read_as_what_it_names(arn: str, ref: EntityRef | None) -> None:
    assert ref == parse_arn(arn)


def test_only_a_policys_arn_is_one() -> None:
    assert EntityRef("aws", EntityKind.POLICY, "/", "Read") == policy_arn_ref("arn:aws:iam::aws:policy/Read")
    assert policy_arn_ref(f"{IAM}:role/Read") is None
