"""What cenote.policy decides is what a slow, plain evaluator decides, whatever the documents, requests and callers."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cenote.policy.document import Kind, MalformedPolicyError, Policy, parse
from cenote.policy.evaluate import Held, Named, decide, decide_trust
from cenote.policy.principals import Asker
from cenote.policy.request import Asked
from harness import plain_policy

QUICK = settings(max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
OURS, THEIRS = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{OURS}:role/path/reader"
SESSION = f"arn:aws:sts::{OURS}:assumed-role/reader/one"
USER = f"arn:aws:iam::{OURS}:user/ann"
FEDERATED = f"arn:aws:sts::{OURS}:federated-user/bob"
ROOT = f"arn:aws:iam::{OURS}:root"
THEIR_USER = f"arn:aws:iam::{THEIRS}:user/eve"
GOOGLE = "accounts.google.com"
LAMBDA = "lambda.amazonaws.com"
ROLE_ID, USER_ID = "AROACKCEVSQ6C2EXAMPLE", "AIDACKCEVSQ6C2EXAMPLE"
NOBODY: dict[str, Any] = {"account": "", "arns": (), "type": "", "user_id": "", "service": None, "federated": None}
CALLERS: list[dict[str, Any]] = [
    NOBODY,
    NOBODY | {"account": OURS, "arns": (SESSION, ROLE), "type": "AssumedRole", "user_id": f"{ROLE_ID}:one"},
    NOBODY | {"account": OURS, "arns": (USER,), "type": "User", "user_id": USER_ID},
    NOBODY | {"account": OURS, "arns": (FEDERATED, USER), "type": "FederatedUser", "user_id": f"{OURS}:bob"},
    NOBODY | {"account": OURS, "arns": (FEDERATED, ROOT), "type": "FederatedUser", "user_id": f"{OURS}:bob"},
    NOBODY | {"account": OURS, "arns": (ROOT,), "type": "Account", "user_id": OURS},
    NOBODY | {"account": THEIRS, "arns": (THEIR_USER,), "type": "User", "user_id": "AIDAOTHER12345EXAMPLE"},
    NOBODY | {"service": LAMBDA},
    NOBODY | {"federated": GOOGLE},
]
NAMES = st.sampled_from(["*", OURS, THEIRS, ROOT, ROLE, SESSION, USER, FEDERATED, THEIR_USER, ROLE_ID, USER_ID])
PRINCIPALS = st.one_of(
    st.just("*"),
    st.fixed_dictionaries({"AWS": st.lists(NAMES, min_size=1, max_size=4)}),
    st.fixed_dictionaries({"AWS": st.lists(NAMES, min_size=1, max_size=2)}, optional={"Service": st.just(LAMBDA)}),
    st.sampled_from([{"Service": LAMBDA}, {"Federated": ["www.amazon.com", GOOGLE]}]),
)
ACTIONS = ["s3:GetObject", "s3:PutObject", "S3:getobject", "iam:GetUser", "iam:PassRole"]
PATTERNS = [
    "*",
    "*:*",
    "s3:*",
    "s3:Get*",
    "s3:?etObject",
    "S3:GETOBJECT",
    "s3:*t*b*",
    "iam:GetUser",
    "iam:?*",
    "*:Get*",
]
PARTS = ["", "a", "*", "?", "a*", "*b", "a:b", "a/*", "${*}", "a${aws:principaltag/Team}*", "${aws:username}"]
PARTS += ["${aws:userid, 'a:b'}"]
RESOURCES = ["*", "arn:aws:sqs:::a", "arn:aws:sqs:::a/b", "arn:aws:sqs:a:b:a:b", "arn:aws:sqs::a:*", "arn:aws:sqs"]
RESOURCES += ["arn:aws:sqs:a::a*b"]
KEYS = ["aws:username", "aws:UserId", "aws:PrincipalTag/team", "s3:prefix"]
TEXTS = [
    "",
    "a",
    "b",
    "ab",
    "A",
    "a*b",
    "*",
    "true",
    "False",
    "5",
    "07",
    "-1.5",
    "10.0.0.1",
    "2001:db8::1",
    "YWI=",
    "a:b",
]
TEXTS += [
    "2024-02-29T12:00:00Z",
    "2024-02-29T13:30:00+01:30",
    "2024-03-01",
    "1709208000",
    "arn:aws:sqs:a:b:a:b",
    SESSION,
]
VALUES = {
    "String": [*TEXTS, "${aws:username}", "a${aws:PrincipalTag/Team}", "${aws:userid , 'a'}*", "a${?}b", "${$}{", "${"],
    "Arn": ["*", "arn:aws:sqs:::a", "arn:aws:sqs:?:*:a:*", "arn:*:sqs:a*", "arn:aws:sqs:${aws:username}:b:a:b", "a:b"],
    "Numeric": ["5", "7", "-1.5", "0.5", "+7."],
    "Date": ["2024-02-29T12:00:00Z", "1709208000", "2024-03-01", "2024-02-29T12:00:00.5Z"],
    "Ip": ["10.0.0.1", "10.0.0.0/8", "10.0.0.7/32", "2001:db8::/32", "0.0.0.0/0"],
    "Bool": ["true", "false", "TRUE"],
    "BinaryEquals": ["YWI=", ""],
}
COMPARISONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
ON_TEXTS = ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"]
OPERATORS = {
    "String": [f"String{name}" for name in ON_TEXTS],
    "Arn": ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    "Numeric": [f"Numeric{name}" for name in COMPARISONS],
    "Date": [f"Date{name}" for name in COMPARISONS],
    "Ip": ["IpAddress", "NotIpAddress"],
    "Bool": ["Bool"],
    "BinaryEquals": ["BinaryEquals"],
}
CONTEXTS = st.dictionaries(
    st.sampled_from([key.lower() for key in KEYS]), st.lists(st.sampled_from(TEXTS), max_size=3).map(tuple), max_size=4
)
NULLS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["true", "false", True, ["true", "false"]]), max_size=2)
# An element, and the one that means all but it.
ACTION, RESOURCE = (st.sampled_from([name, name, f"Not{name}"]) for name in ("Action", "Resource"))
ARNS = st.one_of(
    st.just("*"),
    st.tuples(*[st.sampled_from(PARTS)] * 3).map(lambda parts: ":".join(("arn:aws:sqs", *parts))),
    st.sampled_from(["arn:aws:sqs", "arn:aws:sqs:*", "arn:*:sqs:::a*"]),
)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A Condition of one operator, with one or two keys."""
    if draw(st.integers(0, 9)) == 0:
        return {"Null": draw(NULLS)}
    kind = draw(st.sampled_from(sorted(OPERATORS)))
    operator = draw(st.sampled_from(["", "ForAllValues:", "ForAnyValue:"])) + draw(st.sampled_from(OPERATORS[kind]))
    operator += draw(st.sampled_from(["", "IfExists"]))
    values = st.lists(st.sampled_from(VALUES[kind]), max_size=3)
    return {operator: draw(st.dictionaries(st.sampled_from(KEYS), values, min_size=1, max_size=2))}


@st.composite
def statements(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    """A statement of a document of that kind."""
    found: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    ways_in = ["sts:AssumeRole", "sts:*", "sts:Assume*", "sts:TagSession"]
    actions = st.sampled_from(ways_in if kind is Kind.TRUST else PATTERNS)
    found[draw(ACTION)] = draw(st.lists(actions, min_size=1, max_size=3))
    if kind is not Kind.TRUST:
        found[draw(RESOURCE)] = draw(st.lists(ARNS, min_size=1, max_size=3))
    if kind in {Kind.RESOURCE, Kind.TRUST}:
        is_negated = kind is Kind.RESOURCE and found["Effect"] == "Deny" and draw(st.booleans())
        found["NotPrincipal" if is_negated else "Principal"] = draw(PRINCIPALS)
    if draw(st.booleans()):
        found["Condition"] = draw(conditions())
    return found


@st.composite
def documents(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    """A document that is taken as one of that kind."""
    versions = ["2012-10-17"] if kind is Kind.IDENTITY else ["2012-10-17", "2012-10-17", "2008-10-17"]
    parts = draw(st.lists(statements(kind), min_size=1, max_size=3))
    return {"Version": draw(st.sampled_from(versions)), "Statement": parts}


def some(kind: Kind) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A few documents of that kind."""
    return st.lists(documents(kind), max_size=2)


HELD = st.fixed_dictionaries(
    {
        "identity": some(Kind.IDENTITY),
        "boundary": st.one_of(st.none(), some(Kind.IDENTITY)),
        "session": st.one_of(st.none(), some(Kind.SESSION)),
        "resource": some(Kind.RESOURCE),
    }
)
ASKED = st.fixed_dictionaries(
    {
        "action": st.sampled_from(ACTIONS),
        "resource": st.sampled_from(RESOURCES),
        "context": CONTEXTS,
        "resource_account": st.sampled_from([None, OURS, OURS, THEIRS]),
    }
)


def asker_of(caller: Mapping[str, Any]) -> Asker:
    """A plain caller as cenote.policy knows them."""
    return Asker(account_id=caller["account"], **{name: caller[name] for name in caller if name != "account"})


def compiled(document: Mapping[str, Any], kind: Kind) -> Policy:
    """A generated document, which is always taken."""
    return parse(json.dumps(document), kind)


def named(written: list[dict[str, Any]] | None, kind: Kind) -> tuple[Named, ...] | None:
    """Generated documents under their numbers."""
    if written is None:
        return None
    return tuple(Named(str(number), compiled(document, kind)) for number, document in enumerate(written))


@QUICK
@given(ASKED, st.sampled_from(CALLERS), HELD)
def test_decisions_are_those_of_the_plain_evaluator(
    asked: dict[str, Any], caller: dict[str, Any], written: dict[str, Any]
) -> None:
    held = Held(
        identity=named(written["identity"], Kind.IDENTITY) or (),
        boundary=named(written["boundary"], Kind.IDENTITY),
        session=named(written["session"], Kind.SESSION),
        resource=named(written["resource"], Kind.RESOURCE) or (),
    )
    decision = decide(Asked(**asked), asker_of(caller), held, explain=True)
    expected = plain_policy.decide(asked, caller, written)
    assert expected == (decision.verdict, decision.lacking, decision.granted_to)
    assert (decision.verdict == "allowed") == decision.is_allowed
    if decision.by is not None:
        members = {"identity-based": "identity", "permissions boundary": "boundary", "resource-based": "resource"}
        document = written[members.get(decision.by.group, "session")][int(decision.by.policy_name)]
        assert plain_policy.applies(document, document["Statement"][decision.by.index], asked)
        assert decision.by in decision.matched
        assert ("Allow" if decision.is_allowed else "Deny") == decision.by.effect


@QUICK
@given(st.sampled_from(["sts:AssumeRole", "STS:tagsession"]), CONTEXTS, st.sampled_from(CALLERS), documents(Kind.TRUST))
def test_trust_is_that_of_the_plain_evaluator(
    action: str, context: dict[str, tuple[str, ...]], caller: dict[str, Any], written: dict[str, Any]
) -> None:
    asked = {"action": action, "resource": "*", "context": context}
    decision = decide_trust(Asked(action, context=context), asker_of(caller), compiled(written, Kind.TRUST))
    assert plain_policy.trusted(asked, caller, written) == (decision.verdict, decision.granted_to)


@QUICK
@given(st.text(alphabet="ab*?", max_size=9), st.text(alphabet="ab", max_size=9))
def test_patterns_match_what_they_match_when_everything_is_tried(pattern: str, text: str) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"k": pattern}}}
    policy = compiled({"Version": "2012-10-17", "Statement": [statement]}, Kind.IDENTITY)
    units = plain_policy.units(pattern, {}, wild=True, variables=True)
    assert units is not None
    assert plain_policy.like(units, text) == policy.statements[0].holds({"k": (text,)})


ELEMENTS = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "Resource",
    "Condition",
]
OTHERS = ["StringEquals", "DateLessThan", "ForAllValues:ArnLike", "aws:username", "2012-10-17", "Allow", "Deny", "AWS"]
OTHERS += ["*", "s3:*", "true", "${a", "${a,''}"]
WORDS = st.one_of(st.sampled_from(OTHERS), st.text(max_size=12))
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(ELEMENTS), WORDS), inner, max_size=5)
    ),
    max_leaves=20,
)


@QUICK
@given(st.one_of(st.text(max_size=60), ANYTHING.map(json.dumps)), st.sampled_from(list(Kind)))
@example("[" * 60_000 + "]" * 60_000, Kind.TRUST)
@example('{"Statement":{"Effect":"Deny","Condition":{"NumericEquals":{"a":' + "9" * 5000 + "}}}}", Kind.RESOURCE)
@example('"\ud800"', Kind.IDENTITY)
def test_any_text_is_a_policy_or_is_refused_as_malformed(text: str, kind: Kind) -> None:
    try:
        policy = parse(text, kind)
    except MalformedPolicyError:
        return
    assert policy.statements


DAMAGED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "A",
            "Effect": "Deny",
            "NotPrincipal": {"AWS": [OURS, ROLE]},
            "Action": ["s3:*", "sqs:Get?"],
            "Resource": "arn:aws:sqs:*:*:${aws:username, 'a'}*",
            "Condition": {"ForAllValues:DateLessThan": {"aws:CurrentTime": "2024-02-29T12:00:00Z"}},
        }
    ],
}


@QUICK
@given(st.data())
def test_a_damaged_policy_is_a_policy_or_is_refused_as_malformed(data: st.DataObject) -> None:
    text = json.dumps(DAMAGED)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    damaged = text[:start] + data.draw(st.text(alphabet='{}[]":,$*\\ a1', max_size=4)) + text[end:]
    try:
        policy = parse(damaged, Kind.RESOURCE)
    except MalformedPolicyError:
        return
    assert policy.statements


def test_the_plain_evaluator_itself_tells_allowed_from_denied() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
    asked = {"action": "s3:GetObject", "resource": "arn:aws:s3:::a/b", "context": {}, "resource_account": None}
    held: dict[str, Any] = {"identity": [{"Statement": [statement]}], "boundary": None, "session": None, "resource": []}
    assert ("allowed", None, None) == plain_policy.decide(asked, CALLERS[1], held)
    assert ("implicitDeny", "identity-based", None) == plain_policy.decide(asked | {"resource": "*"}, CALLERS[1], held)
    denied = held | {"session": [{"Statement": [statement | {"Effect": "Deny"}]}]}
    assert ("explicitDeny", None, None) == plain_policy.decide(asked, CALLERS[1], denied)
