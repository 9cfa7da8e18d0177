"""
Policies of users, groups, roles and sessions: what is taken, and what is refused in which words.

The refusals are those that IAM has been seen to answer (CreatePolicy, PutUserPolicy), and so is the order in which they are told.
"""

import json

import pytest

from cenote.policy.document import Kind, MalformedPolicyError, parse
from cenote.policy.request import Position

SYNTAX = "Syntax errors in policy."
VERSION = "Policy document must be version 2012-10-17 or greater."
LEGACY = "The policy failed legacy parsing"
NO_ACTIONS = "Policy statement must contain actions."
NO_RESOURCES = "Policy statement must contain resources."
NO_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
TWICE = "Statement IDs (SID) in a single policy must be unique."
BUCKET = "arn:aws:s3:::example_bucket"
GOOD = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": BUCKET}


def document(*statements: object, **elements: object) -> str:
    """A document of the current version; one statement stands alone."""
    statement = statements[0] if len(statements) == 1 else list(statements)
    return json.dumps({"Version": "2012-10-17", "Statement": statement, **elements})


def changed(**elements: object) -> dict[str, object]:
    """A good statement with other elements; one that is None is left out."""
    return {name: value for name, value in (GOOD | elements).items() if value is not None}


def refusal(text: str, kind: Kind = Kind.IDENTITY) -> str:
    """What a document is refused with."""
    with pytest.raises(MalformedPolicyError) as refused:
        parse(text, kind)
    assert str(refused.value) == refused.value.message
    return refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This is not a json document",
        "[]",
        "null",
        "{}",
        '{"Version":"2012-10-17"}',
        '{"Version":"2012-10-17","Statement":null}',
        '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Effect":"Allow"}]}',
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":NaN}}}]}',
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":1e999}}}]}',
        "[" * 100_000,
        " " * 131_072 + document(GOOD),
        document([]),
        document("statement"),
        document(["afd"]),
        document(GOOD, Extra="value"),
        document(GOOD, Version="2013-10-17"),
        document(GOOD, Version=2012),
        document(GOOD, Id=["a"]),
        document(GOOD, Id={}),
        document(changed(Extra="value")),
        document(changed(Sid={})),
        document(changed(Sid=[])),
        document(changed(Effect="invalid")),
        document(changed(Effect=None)),
        document(changed(Effect=["Allow"])),
        document(changed(Action={})),
        document(changed(Action=123)),
        document(changed(Action=[[]])),
        document(changed(NotAction="s3:ListBucket")),
        document(changed(NotAction="s3:ListBucket", Action=[])),
        document(changed(NotResource="*")),
        document(changed(NotResource=[])),
        document(changed(Resource={"a": BUCKET})),
        document(changed(Resource=["adfdf", {}])),
        document(changed(Condition=[])),
        document(changed(Condition="a")),
        document(changed(Condition={"a": "b"})),
        document(changed(Condition={"DateGreaterThan": []})),
        document(changed(Condition={"DateGreaterThan": {"a": {}}})),
        document(changed(Condition={"StringEquals": {"a": None}})),
        document(changed(Condition={"StringEquals": {"a": [["b"]]}})),
        document(changed(Condition={"x": {"a": "1"}})),
        document(changed(Condition={"ForAnyValue::StringEquals": {"a": "1"}})),
        document(changed(Condition={"ForSomeValues:StringEquals": {"a": "1"}})),
        document(changed(Condition={"NullIfExists": {"a": "true"}})),
        document(changed(Condition={":StringEquals": {"a": "1"}})),
        document(changed(Condition=[{"StringEquals": {"aws:TagKeys": "Department"}}])),
    ],
)
def test_what_is_not_in_the_policy_language_is_refused_before_all_else(text: str) -> None:
    assert SYNTAX == refusal(text)
    assert SYNTAX == refusal(text, Kind.SESSION)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Statement": GOOD}),
        document(GOOD, Version="2008-10-17"),
        json.dumps({"Statement": changed(Effect="denY")}),
        json.dumps({"Statement": [{"Sid": "a", **GOOD}, {"Sid": "a", "Effect": "Allow"}]}),
    ],
)
def test_an_identity_policy_is_of_the_current_version(text: str) -> None:
    assert VERSION == refusal(text)


@pytest.mark.parametrize(
    "statement",
    [
        changed(Effect="denY"),
        changed(Effect="aLLow", Action=None),
        changed(Resource="arn:aws:s3::example_bucket"),
        changed(Resource="arn:aws:s3::example_bucket", Action=None),
        changed(NotResource="arn:aws:s3::example_bucket", Resource=None),
        changed(Resource="arn:aws::::example_bucket"),
        changed(Resource="arn:aws::fdsasf"),
        changed(Resource="arn:awss3::example-bucket/*"),
        changed(Action=None, Resource=None, Condition={"DateGreaterThan": {"a": "sdfdsf"}}),
        changed(Resource="arn:error:s3:::example_bucket", Condition={"DateGreaterThan": {"a": "sdfdsf"}}),
        changed(Condition={"DateLessThanEquals": {"a": "234-13"}}),
        changed(Condition={"DateLessThanEquals": {"a": "2016-12-13t2:00:00.593194+1"}}),
        changed(Condition={"DateLessThanEquals": {"a": "2016-12-13t2:00:00.1999999999+10:59"}}),
        changed(Condition={"DateLessThan": {"a": "9223372036854775808"}}),
        changed(Condition={"NumericLessThan": {"a": "many"}}),
        changed(Condition={"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.0.0.0/33"]}}),
        changed(Condition={"Bool": {"aws:SecureTransport": "yes"}}),
        changed(Condition={"BinaryEquals": {"a": "?"}}),
        changed(Condition={"Null": {"a": "maybe"}}),
    ],
)
def test_what_the_older_parser_cannot_read_is_refused(statement: dict[str, object]) -> None:
    assert LEGACY == refusal(document(statement))


def test_statement_ids_are_unique_and_alphanumeric() -> None:
    assert TWICE == refusal(document(changed(Sid="sdf"), {"Sid": "sdf", "Effect": "Allow"}))
    assert refusal(document(changed(Sid="with space"))).startswith("Statement IDs (SID) must be alpha-numeric.")
    parse(document(changed(Sid=""), changed(Sid="")), Kind.IDENTITY)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (changed(Principal="*"), "Policy document should not specify a principal."),
        (changed(NotPrincipal={"AWS": "*"}), "Policy document should not specify a principal."),
        (changed(Action=None), NO_ACTIONS),
        (changed(Action=[]), NO_ACTIONS),
        ({"Effect": "Allow"}, NO_ACTIONS),
        (changed(Resource=None), NO_RESOURCES),
        (changed(Resource=[]), NO_RESOURCES),
        (changed(Resource=None, Action="invalid"), NO_RESOURCES),
        (changed(Resource="invalid resource"), 'Resource invalid resource must be in ARN format or "*".'),
        (changed(Resource=""), 'Resource  must be in ARN format or "*".'),
        (changed(Resource="sdfsadf", Action="s:3:ListBucket"), 'Resource sdfsadf must be in ARN format or "*".'),
        (changed(NotResource=["adf"], Resource=None), 'Resource adf must be in ARN format or "*".'),
        (
            changed(Resource="a:bsdfdsafsad"),
            'Partition "bsdfdsafsad" is not valid for resource "arn:bsdfdsafsad:*:*:*:*".',
        ),
        (changed(Resource="a:b:cadfsdf"), 'Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*".'),
        (changed(Resource="a:b:c:d:e:f:g:h"), 'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".'),
        (
            changed(Resource="aws:s3:::example_bucket"),
            'Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".',
        ),
        (
            changed(Resource="s3::example-bucket/*"),
            'Partition "" is not valid for resource "arn::example-bucket/*:*:*:*".',
        ),
        (
            changed(Resource=["arn:error:s3:::example_bucket", "arn:error:s3::example_bucket"]),
            'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
        ),
        (changed(Resource="arn:aws"), "Resource vendor must be fully qualified and cannot contain regexes."),
        (changed(Resource="arn:aws:s*:::x"), "Resource vendor must be fully qualified and cannot contain regexes."),
        (
            changed(Resource="arn:aws:iam:us-east-1::user/a"),
            "IAM resource arn:aws:iam:us-east-1::user/a cannot contain region information.",
        ),
        (
            changed(Resource="arn:aws:s3:us-east-1::example_bucket"),
            "Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.",
        ),
        (changed(Action="invalid"), NO_VENDOR),
        (changed(Action=""), NO_VENDOR),
        (changed(Action=None, NotAction=""), NO_VENDOR),
        (changed(Action="a a:ListBucket"), "Vendor a a is not valid"),
        (changed(Action=":ListBucket"), "Vendor  is not valid"),
        (changed(Action="s*:ListBucket"), "Vendor s* is not valid"),
        (changed(Action="s3:List:Bucket"), "Actions/Condition can contain only one colon."),
    ],
)
def test_what_means_nothing_is_refused_in_iams_words(statement: dict[str, object], message: str) -> None:
    assert message == refusal(document(statement))
    assert message == refusal(document(statement), Kind.SESSION)


def test_an_iam_resource_is_of_a_kind_that_iam_has() -> None:
    message = refusal(document(changed(Resource="arn:aws:iam:::example_bucket")))
    assert message.startswith(
        'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, '
    )
    assert message.endswith("oidc-provider/, report/, access-report/.")


@pytest.mark.parametrize(
    "statement",
    [
        changed(Action="iam: asdf safdsf af "),
        changed(Action="*"),
        changed(Action="*:*"),
        changed(Action=["service-prefix:action-name", "s3.s:Get?bject", "fsx:*"]),
        changed(Action=None, NotAction="s3:ListBucket"),
        changed(Resource=None, NotResource=[BUCKET, "*"]),
        changed(Resource="arn:aws:iam:::user/example_bucket"),
        changed(Resource="arn:aws:iam::*:user/${aws:username}"),
        changed(Resource="arn:aws:iam::111122223333:*"),
        changed(Resource="arn:aws:fdsasf"),
        changed(Resource="arn:aws:invalid-service:us-east-1::x"),
        changed(Resource="arn:aws:s3:us-east-1:111122223333:accesspoint/x"),
        changed(Resource="arn:*:s3:::x"),
        changed(Resource="arn:${aws:Partition}:s3:::x"),
        changed(Condition={}),
        changed(Condition={"x": {}, "y": {}}),
        changed(Condition={"DateGreaterThan": {"a": []}}),
        changed(Condition={"DateGreaterThan": {"a": "01T"}}),
        changed(Condition={"DateLessThan": {"a": "-292275054"}}),
        changed(Condition={"DateLessThanEquals": {"a": "2016-12-13T21:20:37.593194+00:00"}}),
        changed(Condition={"DateLessThanEquals": {"a": "2016-12-13t2:00:00.593194+23"}}),
        changed(Condition={"ForAnyValue:StringEqualsIfExists": {"a": "asf"}, "StringLikeIfExists": {"a": "asf"}}),
        changed(Condition={"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"a": 5, "b": [1.5, "7"]}}),
        changed(Condition={"Null": {"aws:TokenIssueTime": "false"}}),
    ],
)
def test_what_iam_takes_is_taken(statement: dict[str, object]) -> None:
    assert 1 == len(parse(document(statement), Kind.IDENTITY).statements)


def test_session_policies_may_be_of_the_older_version() -> None:
    assert "2008-10-17" == parse(document(GOOD, Version="2008-10-17"), Kind.SESSION).version
    assert parse(json.dumps({"Statement": GOOD}), Kind.SESSION).version is None


def test_statements_know_where_they_stand_as_simulations_show_it() -> None:
    text = (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":'
        '{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
    )
    (statement,) = parse(text, Kind.IDENTITY).statements
    assert (Position(1, 38), Position(1, 167)) == (statement.start, statement.end)


def test_positions_count_lines_and_are_not_led_astray_by_what_texts_say() -> None:
    text = """{
  "Id": "\\"Statement\\": [{",
  "Statement": [
    {"Sid": "First}", "Effect": "Deny", "NotAction": ["s3:*"], "Resource": ["*"], "Principal": {"AWS": "*"},
     "Condition": {"StringLike": {"Statement": "{"}}
    }, {
      "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}
  ],
  "Version": "2012-10-17"
}"""
    first, second = parse(text, Kind.RESOURCE).statements
    assert (Position(4, 6), Position(6, 6)) == (first.start, first.end)
    assert (Position(6, 9), Position(7, 78)) == (second.start, second.end)
    assert ("First}", None) == (first.sid, second.sid)


def test_a_policy_knows_which_context_keys_it_asks_for() -> None:
    text = document(
        changed(
            Resource="arn:aws:s3:::b/${aws:PrincipalTag/Team, 'none'}/${*}",
            Condition={
                "StringLike": {"s3:Prefix": "${aws:userid}*"},
                "Null": {"aws:TokenIssueTime": "true", "aws:UserId": "false"},
            },
        )
    )
    expected = ("aws:PrincipalTag/Team", "s3:Prefix", "aws:userid", "aws:TokenIssueTime")
    assert expected == parse(text, Kind.IDENTITY).context_keys
