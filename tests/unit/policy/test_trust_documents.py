"""Policies of roles and of resources: whom they may name, and what they are refused with."""

import json

import pytest

from cenote.policy.document import Kind, MalformedPolicyError, parse

ROOT = {"AWS": "arn:aws:iam::111122223333:root"}
GOOD = {"Effect": "Allow", "Principal": ROOT, "Action": "sts:AssumeRole"}
COGNITO = {"Federated": "cognito-identity.amazonaws.com"}
NO_AUDIENCE = "A condition block must be present for the Cognito provider"


def document(*statements: object, **elements: object) -> str:
    """A document of the current version."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements, **elements})


def changed(**elements: object) -> dict[str, object]:
    """A good statement with other elements; one that is None is left out."""
    return {name: value for name, value in (GOOD | elements).items() if value is not None}


def refusal(text: str, kind: Kind = Kind.TRUST) -> str:
    """What a document is refused with."""
    with pytest.raises(MalformedPolicyError) as refused:
        parse(text, kind)
    return refused.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{invalid", "This policy contains invalid Json"),
        ('{"Version":"1","Version":"2","Statement":[]}', "This policy contains invalid Json"),
        (document(GOOD, Version="2013-10-17"), "The policy must contain a valid version string"),
        (document(), "Could not parse the policy: Statement is empty!"),
        (document(changed(Effect=None)), "Missing required field Effect"),
        (document(changed(Effect="Perhaps")), "Invalid effect: Perhaps"),
        (document(changed(Effect="allow")), "Invalid effect: allow"),
        (document(changed(Principal=None)), "Missing required field Principal"),
        (document(changed(Principal={})), "Missing required field Principal cannot be empty!"),
        (document(changed(Principal={"AWS": []})), "Missing required field Principal cannot be empty!"),
        (document(changed(Principal=None, NotPrincipal=ROOT)), "Allow with NotPrincipal is not allowed."),
        (
            document(changed(Principal=None, NotPrincipal=ROOT, Effect="Deny")),
            "AssumeRole policy must not contain NotPrincipal field.",
        ),
        (document(changed(Action=None)), "Missing required field Action"),
        (document(changed(Action="*")), "AssumeRole policy may only specify STS AssumeRole actions."),
        (document(changed(Action="s3:GetObject")), "AssumeRole policy may only specify STS AssumeRole actions."),
        (document(changed(Action="sts:GetCallerId*")), "AssumeRole policy may only specify STS AssumeRole actions."),
        (document(changed(Resource="*")), "Has prohibited field Resource"),
        (document(changed(NotResource="*")), "AssumeRole policy must not contain resources."),
        (document(changed(Sid="a"), changed(Sid="a")), "The Statement Ids in the policy are not unique"),
        (document(changed(Principal=COGNITO, Action="sts:AssumeRoleWithWebIdentity")), NO_AUDIENCE),
        (document(changed(Condition={"StringLikes": {"a:b": "c"}})), "Invalid Condition type : StringLikes"),
        (document(changed(Extra=1)), "Syntax error in policy."),
    ],
)
def test_a_trust_policy_is_refused_in_words_of_its_own(text: str, message: str) -> None:
    assert message == refusal(text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("AWS", "somebody"),
        ("AWS", "arn:aws:iam::111122223333:role/*"),
        ("AWS", "arn:aws:iam::111122223333:group/developers"),
        ("AWS", "arn:aws:iam::1111:root"),
        ("AWS", "arn:aws:s3:::bucket"),
        ("AWS", "١١١١٢٢٢٢٣٣٣٣"),
        ("Service", "*"),
        ("Service", "lambda"),
        ("Federated", "*"),
        ("Federated", ""),
        ("CanonicalUser", "*"),
    ],
)
def test_who_cannot_be_is_no_principal(kind: str, value: str) -> None:
    statement = changed(Principal={kind: [value]})
    assert f'Invalid principal in policy: "{kind}":"{value}"' == refusal(document(statement))
    assert f'Invalid principal in policy: "{kind}":"{value}"' == refusal(
        document(statement | {"Resource": "*"}), Kind.RESOURCE
    )


def test_a_text_alone_names_everybody_or_nobody() -> None:
    parse(document(changed(Principal="*")), Kind.TRUST)
    assert 'Invalid principal in policy: "111122223333"' == refusal(document(changed(Principal="111122223333")))


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "*"},
        {"AWS": ["111122223333", "arn:aws:iam::444455556666:user/division/Jane@example.com"]},
        {"AWS": "arn:aws-cn:iam::111122223333:role/service-role/a_b"},
        {"AWS": "arn:aws:sts::111122223333:assumed-role/role/session@1"},
        {"AWS": "arn:aws:sts::111122223333:federated-user/bob"},
        {"AWS": "AROACKCEVSQ6C2EXAMPLE"},
        {"Service": ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com.cn"]},
        {"Federated": "arn:aws:iam::111122223333:oidc-provider/example.com/realms/a~b"},
        {"Federated": "accounts.google.com", "CanonicalUser": "79a59df900b949e55d96a1e698fbaced"},
    ],
)
def test_who_can_be_is_a_principal(principal: dict[str, object]) -> None:
    assert 1 == len(parse(document(changed(Principal=principal)), Kind.TRUST).statements)


def test_trust_in_identity_pools_is_bound_to_one_of_them() -> None:
    action = "sts:AssumeRoleWithWebIdentity"
    audience = {"StringEquals": {"Cognito-Identity.amazonaws.com:AUD": "us-east-1:x"}}
    kind = {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}
    parse(document(changed(Principal=COGNITO, Action=action, Condition=audience | kind)), Kind.TRUST)
    parse(document(changed(Principal=COGNITO, Action=action, Effect="Deny")), Kind.TRUST)
    assert NO_AUDIENCE == refusal(document(changed(Principal=COGNITO, Action=action, Condition=kind)))


def test_trust_policies_may_be_of_either_version_or_none() -> None:
    assert "2008-10-17" == parse(document(GOOD, Version="2008-10-17"), Kind.TRUST).version
    assert parse(json.dumps({"Statement": GOOD}), Kind.TRUST).version is None


def test_a_trust_policy_may_have_patterns_of_what_sts_does_and_ids_with_spaces() -> None:
    statement = changed(Action=["sts:AssumeRole*", "sts:TagSession", "STS:*"], Sid="with space")
    assert "with space" == parse(document(statement), Kind.TRUST).statements[0].sid


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (changed(Action="s3:GetObject"), "Policy statement must contain resources."),
        (changed(Action=None, Resource="*"), "Policy statement must contain actions."),
        (changed(Principal=None, Resource="*"), "Missing required field Principal"),
        (changed(Principal=None, NotPrincipal=ROOT, Resource="*"), "Allow with NotPrincipal is not allowed."),
        (changed(Effect="allow", Resource="*"), "The policy failed legacy parsing"),
    ],
)
def test_a_resource_policy_says_who_may_do_what_to_which(statement: dict[str, object], message: str) -> None:
    assert message == refusal(document(statement), Kind.RESOURCE)
