"""
Decisions, by the sections of the IAM User Guide: "Policy evaluation logic", "Evaluating policies within a single account", "Cross-account
policy evaluation logic", "Principal", "NotPrincipal", "Resource".
"""

import json
from typing import Any

import pytest

from cenote.policy.document import Kind, parse
from cenote.policy.evaluate import Held, Named, decide, decide_trust, verdict_of
from cenote.policy.principals import Asker
from cenote.policy.request import Asked, Matched, Position

OURS, THEIRS = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{OURS}:role/path/reader"
SESSION = f"arn:aws:sts::{OURS}:assumed-role/reader/one"
USER = f"arn:aws:iam::{OURS}:user/ann"
FEDERATED = f"arn:aws:sts::{OURS}:federated-user/bob"
ROOT = f"arn:aws:iam::{OURS}:root"
OBJECT = "arn:aws:s3:::bucket/a/b:c"
GET = Asked("s3:GetObject", OBJECT)
SESSION_ASKER = Asker(OURS, (SESSION, ROLE), "AssumedRole", "AROACKCEVSQ6C2EXAMPLE:one")
USER_ASKER = Asker(OURS, (USER,), "User", "AIDACKCEVSQ6C2EXAMPLE")
FEDERATED_ASKER = Asker(OURS, (FEDERATED, USER), "FederatedUser", f"{OURS}:bob")
ROOT_ASKER = Asker(OURS, (ROOT,), "Account", OURS)
ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
DENY = ALLOW | {"Effect": "Deny"}
NOTHING: tuple[Named, ...] = ()


def policies(*statements: dict[str, Any], kind: Kind = Kind.IDENTITY, name: str = "policy") -> tuple[Named, ...]:
    """One policy of these statements."""
    return (Named(name, parse(json.dumps({"Version": "2012-10-17", "Statement": statements}), kind)),)


def letting(principal: Any, **more: Any) -> tuple[Named, ...]:
    """A resource policy that lets a principal."""
    return policies(ALLOW | {"Principal": principal} | more, kind=Kind.RESOURCE, name="bucket")


ANY_IDENTITY = policies(ALLOW)
ELSEWHERE = policies(ALLOW | {"Action": "sqs:*"})


def verdict(held: Held, asker: Asker = SESSION_ASKER, asked: Asked = GET) -> str:
    """The verdict, and what was lacking."""
    decision = decide(asked, asker, held)
    assert decision.is_allowed is (decision.verdict == "allowed")
    return decision.verdict if decision.lacking is None else f"{decision.verdict}: {decision.lacking}"


def test_nothing_is_allowed_unless_a_policy_allows_it() -> None:
    assert "implicitDeny: identity-based" == verdict(Held())
    assert "implicitDeny: identity-based" == verdict(Held(ELSEWHERE))
    assert "allowed" == verdict(Held(ELSEWHERE + ANY_IDENTITY))


@pytest.mark.parametrize("group", ["identity", "boundary", "session", "resource"])
def test_a_deny_anywhere_is_stronger_than_every_allow(group: str) -> None:
    everything: dict[str, tuple[Named, ...]] = {
        "identity": ANY_IDENTITY,
        "boundary": ANY_IDENTITY,
        "session": ANY_IDENTITY,
        "resource": letting({"AWS": SESSION}),
    }
    assert "allowed" == verdict(Held(**everything))
    denied = letting("*", Effect="Deny") if group == "resource" else policies(DENY)
    assert "explicitDeny" == verdict(Held(**everything | {group: everything[group] + denied}))


def test_a_boundary_and_session_policies_bound_what_identity_policies_allow() -> None:
    assert "allowed" == verdict(Held(ANY_IDENTITY, boundary=ANY_IDENTITY, session=ANY_IDENTITY))
    assert "implicitDeny: permissions boundary" == verdict(Held(ANY_IDENTITY, boundary=ELSEWHERE))
    assert "implicitDeny: permissions boundary" == verdict(Held(ANY_IDENTITY, boundary=NOTHING))
    assert "implicitDeny: session" == verdict(Held(ANY_IDENTITY, session=NOTHING))
    assert "implicitDeny: session" == verdict(Held(ANY_IDENTITY, boundary=ANY_IDENTITY, session=ELSEWHERE))
    assert "implicitDeny: identity-based" == verdict(Held(NOTHING, boundary=ANY_IDENTITY, session=ANY_IDENTITY))
    assert "allowed" == verdict(Held(ANY_IDENTITY, session=ELSEWHERE + ANY_IDENTITY))


@pytest.mark.parametrize(
    ("asker", "principal", "bounded", "unbounded"),
    [
        # What is granted to a role is bounded; what is granted to its session, to a user or to everybody is not.
        (SESSION_ASKER, {"AWS": ROLE}, "implicitDeny: permissions boundary", "allowed"),
        (SESSION_ASKER, {"AWS": "AROACKCEVSQ6C2EXAMPLE"}, "implicitDeny: permissions boundary", "allowed"),
        (SESSION_ASKER, {"AWS": SESSION}, "allowed", "allowed"),
        (SESSION_ASKER, {"AWS": [ROLE, SESSION]}, "allowed", "allowed"),
        (SESSION_ASKER, "*", "allowed", "allowed"),
        (SESSION_ASKER, {"AWS": "*"}, "allowed", "allowed"),
        (USER_ASKER, {"AWS": USER}, "allowed", "allowed"),
        (USER_ASKER, {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, "allowed", "allowed"),
        (FEDERATED_ASKER, {"AWS": FEDERATED}, "allowed", "allowed"),
        (FEDERATED_ASKER, {"AWS": USER}, "implicitDeny: permissions boundary", "allowed"),
        # An account has to pass on what it is granted.
        (SESSION_ASKER, {"AWS": OURS}, "implicitDeny: identity-based", "implicitDeny: identity-based"),
        (USER_ASKER, {"AWS": ROOT}, "implicitDeny: identity-based", "implicitDeny: identity-based"),
        (USER_ASKER, {"AWS": ROLE}, "implicitDeny: identity-based", "implicitDeny: identity-based"),
        (SESSION_ASKER, {"AWS": SESSION + "2"}, "implicitDeny: identity-based", "implicitDeny: identity-based"),
    ],
)
def test_within_an_account_it_matters_by_which_name_a_resource_policy_lets_somebody(
    asker: Asker, principal: Any, bounded: str, unbounded: str
) -> None:
    resource = letting(principal)
    assert bounded == verdict(Held(boundary=ELSEWHERE, session=ELSEWHERE, resource=resource), asker)
    assert unbounded == verdict(Held(resource=resource), asker)


def test_everybody_with_a_condition_on_the_role_is_not_bounded() -> None:
    resource = letting("*", Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}})
    asked = Asked("s3:GetObject", OBJECT, {"aws:principalarn": (ROLE,)})
    assert "allowed" == verdict(Held(boundary=NOTHING, resource=resource), asked=asked)
    assert "implicitDeny: identity-based" == verdict(Held(boundary=NOTHING, resource=resource))


def test_an_account_that_is_let_passes_it_on_by_its_own_policies() -> None:
    decision = decide(GET, USER_ASKER, Held(ANY_IDENTITY, resource=letting({"AWS": OURS})))
    assert ("allowed", "account") == (decision.verdict, decision.granted_to)


@pytest.mark.parametrize(
    "principal", [{"AWS": THEIRS}, {"AWS": f"arn:aws:iam::{THEIRS}:root"}, "*", {"AWS": [ROLE, ROOT]}]
)
def test_over_accounts_both_sides_have_to_allow(principal: Any) -> None:
    asked = Asked("s3:GetObject", OBJECT, resource_account=THEIRS)
    expected = "implicitDeny: resource-based" if isinstance(principal, dict) and THEIRS in str(principal) else "allowed"
    assert expected == verdict(Held(ANY_IDENTITY, resource=letting(principal)), asked=asked)
    assert "implicitDeny: identity-based" == verdict(Held(resource=letting(principal)), asked=asked)
    assert "implicitDeny: resource-based" == verdict(Held(ANY_IDENTITY), asked=asked)
    bounded = Held(ANY_IDENTITY, boundary=ELSEWHERE, resource=letting({"AWS": SESSION}))
    assert "implicitDeny: permissions boundary" == verdict(bounded, asked=asked)


def test_the_root_of_an_account_needs_no_policy_and_is_held_by_what_denies_and_bounds() -> None:
    assert "allowed" == verdict(Held(), ROOT_ASKER)
    assert decide(GET, ROOT_ASKER, Held()).by is None
    assert "explicitDeny" == verdict(Held(resource=letting({"AWS": OURS}, Effect="Deny")), ROOT_ASKER)
    assert "implicitDeny: session" == verdict(Held(session=ELSEWHERE), ROOT_ASKER)
    abroad = Asked("s3:GetObject", OBJECT, resource_account=THEIRS)
    assert "implicitDeny: resource-based" == verdict(Held(), ROOT_ASKER, abroad)
    assert "allowed" == verdict(Held(resource=letting({"AWS": OURS})), ROOT_ASKER, abroad)


@pytest.mark.parametrize(
    ("asker", "principal"),
    [
        (Asker(service="lambda.amazonaws.com"), {"Service": "lambda.amazonaws.com"}),
        (Asker(federated="accounts.google.com"), {"Federated": "accounts.google.com"}),
        (Asker(), "*"),
    ],
)
def test_who_is_nobody_of_an_account_has_what_resources_let_them(asker: Asker, principal: Any) -> None:
    assert "allowed" == verdict(Held(resource=letting(principal)), asker)
    assert "implicitDeny: resource-based" == verdict(Held(ANY_IDENTITY), asker)
    assert "implicitDeny: resource-based" == verdict(Held(resource=letting({"AWS": [ROLE, OURS]})), asker)
    assert "implicitDeny: resource-based" == verdict(Held(resource=letting({"Service": "sns.amazonaws.com"})), asker)


@pytest.mark.parametrize(
    ("spared", "asker", "expected"),
    [
        ([USER, ROOT], USER_ASKER, "allowed"),
        ([USER, OURS], SESSION_ASKER, "explicitDeny"),
        ([USER], USER_ASKER, "explicitDeny"),
        ([ROOT], USER_ASKER, "explicitDeny"),
        ([ROOT], ROOT_ASKER, "allowed"),
        ([SESSION, ROLE, OURS], SESSION_ASKER, "allowed"),
        ([SESSION, OURS], SESSION_ASKER, "explicitDeny"),
        ([ROLE, OURS], SESSION_ASKER, "explicitDeny"),
        (["*"], SESSION_ASKER, "allowed"),
    ],
)
def test_a_deny_for_all_but_some_spares_who_is_named_in_every_respect(
    spared: list[str], asker: Asker, expected: str
) -> None:
    denying = policies(
        {"Effect": "Deny", "NotPrincipal": {"AWS": spared}, "Action": "*", "Resource": "*"}, kind=Kind.RESOURCE
    )
    assert expected == verdict(Held(ANY_IDENTITY, resource=denying), asker)


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("*", "*", True),
        ("*", OBJECT, True),
        ("arn:aws:s3:::*", "*", False),
        ("arn:aws:s3:::*", OBJECT, True),
        ("arn:aws:s3:::bucket/*", OBJECT, True),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3:::bucket*", "arn:aws:s3:::bucket-other/x", True),
        ("arn:aws:s3:::*/b:?", OBJECT, True),
        ("arn:aws:s3:::BUCKET/*", OBJECT, False),
        ("arn:*:s3:::bucket/*", OBJECT, True),
        ("arn:aws:sqs:*:111122223333:*", "arn:aws:sqs:eu-west-1:111122223333:q", True),
        ("arn:aws:sqs:*:111122223333:*", "arn:aws:sqs:eu-west-1:222222222222:111122223333:q", False),
        ("arn:aws:sqs:*:q", "arn:aws:sqs:eu-west-1:111122223333:q", False),
        ("arn:aws:sqs:*", "arn:aws:sqs:eu-west-1:111122223333:q", True),
        ("arn:aws:sqs", "arn:aws:sqs:eu-west-1:111122223333:q", True),
        ("arn:aws:sqs:eu-????-1:*:q", "arn:aws:sqs:eu-west-1:111122223333:q", True),
        ("arn:aws:sqs:${aws:username}:*:q", "arn:aws:sqs:ann:1:q", True),
        ("arn:aws:sqs:${aws:userid}:*:q", "arn:aws:sqs:x:1:q", False),
        ("arn:aws:sqs:*:${aws:userid}", "arn:aws:sqs:eu:x:1", False),
        ("arn:aws:sqs:*:*:${aws:userid}", "arn:aws:sqs:eu:x:x:1", True),
        ("arn:aws:sqs:*:*:${aws:missing}*", "arn:aws:sqs:eu:x:q", False),
        ("arn:aws:sqs:*:*:${aws:missing, 'q'}", "arn:aws:sqs:eu:x:q", True),
    ],
)
def test_resources_match_part_by_part(pattern: str, resource: str, expected: bool) -> None:
    context = {"aws:username": ("ann",), "aws:userid": ("x:1",)}
    asked = Asked("sqs:Send", resource, context)
    statement = {"Effect": "Allow", "Action": "sqs:Send"}
    assert expected is decide(asked, SESSION_ASKER, Held(policies(statement | {"Resource": pattern}))).is_allowed
    assert (
        expected is not decide(asked, SESSION_ASKER, Held(policies(statement | {"NotResource": [pattern]}))).is_allowed
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("*:*", True),
        ("s3:*", True),
        ("S3:getobject", True),
        ("s3:Get*", True),
        ("s3:?et*ect", True),
        ("*:GetObject", True),
        ("s3:GetObjec", False),
        ("s3:GetObject?", False),
        ("s3express:*", False),
        ("sqs:*", False),
    ],
)
def test_actions_match_in_any_case(pattern: str, expected: bool) -> None:
    given = {"Effect": "Allow", "Resource": "*"}
    for action in ("s3:GetObject", "S3:GETOBJECT"):
        asked = Asked(action, OBJECT)
        assert (
            expected is decide(asked, SESSION_ASKER, Held(policies(given | {"Action": ["sns:a", pattern]}))).is_allowed
        )
        assert expected is not decide(asked, SESSION_ASKER, Held(policies(given | {"NotAction": pattern}))).is_allowed


def test_a_decision_tells_which_statement_made_it() -> None:
    text = '{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"sqs:*","Resource":"*"},\n'
    text += ' {"Sid":"B","Effect":"%s","Action":"s3:*","Resource":"*"}]}'
    held = Held((Named("inline", parse(text % "Allow", Kind.IDENTITY), "IAM Policy"),), boundary=ANY_IDENTITY)
    by = Matched("inline", "IAM Policy", "identity-based", "Allow", "B", 1, Position(2, 3), Position(2, 61))
    decision = decide(GET, SESSION_ASKER, held)
    assert (by, ()) == (decision.by, decision.matched)
    explained = decide(GET, SESSION_ASKER, held, explain=True)
    assert [("inline", 1), ("policy", 0)] == [(one.policy_name, one.index) for one in explained.matched]
    denied = decide(GET, SESSION_ASKER, Held(ANY_IDENTITY, session=(Named("x", parse(text % "Deny", Kind.SESSION)),)))
    assert denied.by is not None
    assert ("session", "Deny", "x") == (denied.by.group, denied.by.effect, denied.by.policy_name)


def test_policies_can_be_asked_by_themselves() -> None:
    assert "allowed" == verdict_of(GET, SESSION_ASKER, ANY_IDENTITY)
    assert "implicitDeny" == verdict_of(GET, SESSION_ASKER, ELSEWHERE)
    assert "explicitDeny" == verdict_of(GET, SESSION_ASKER, ANY_IDENTITY + policies(DENY))
    assert "allowed" == verdict_of(GET, SESSION_ASKER, letting({"AWS": OURS}))
    assert "implicitDeny" == verdict_of(GET, SESSION_ASKER, letting({"AWS": USER}))


@pytest.mark.parametrize(
    ("principal", "asker", "granted_to"),
    [
        ({"AWS": ROOT}, USER_ASKER, "account"),
        ({"AWS": OURS}, SESSION_ASKER, "account"),
        ({"AWS": [ROOT, USER]}, USER_ASKER, "principal"),
        ({"AWS": ROLE}, SESSION_ASKER, "principal"),
        ({"AWS": SESSION}, SESSION_ASKER, "principal"),
        ({"AWS": "*"}, USER_ASKER, "principal"),
        ({"AWS": ROOT}, ROOT_ASKER, "principal"),
        ({"Service": "lambda.amazonaws.com"}, Asker(service="lambda.amazonaws.com"), "principal"),
        ({"Federated": "accounts.google.com"}, Asker(federated="accounts.google.com"), "principal"),
        ({"AWS": USER}, SESSION_ASKER, None),
        ({"AWS": THEIRS}, USER_ASKER, None),
        ({"Federated": "accounts.google.com"}, USER_ASKER, None),
    ],
)
def test_a_trust_policy_trusts_somebody_or_their_account(principal: Any, asker: Asker, granted_to: str | None) -> None:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    (trust,) = policies(statement, kind=Kind.TRUST)
    decision = decide_trust(Asked("sts:AssumeRole", ROLE), asker, trust.policy, "reader")
    assert (granted_to is not None, granted_to) == (decision.is_allowed, decision.granted_to)
    assert ("reader" if granted_to else None) == (decision.by and decision.by.policy_name)
    assert not decide_trust(Asked("sts:TagSession", ROLE), asker, trust.policy).is_allowed
    (denying,) = policies(statement, statement | {"Effect": "Deny"}, kind=Kind.TRUST)
    expected = "explicitDeny" if granted_to else "implicitDeny"
    assert expected == decide_trust(Asked("sts:AssumeRole", ROLE), asker, denying.policy).verdict
