"""What an attacker writes into policies, or lets policies be held against: it costs the server no more than its length."""

import json
import random
import re

import pytest

from cenote.flows.iam.compiled import compiled
from cenote.policy import document, patterns
from cenote.policy.document import Kind, MalformedPolicyError, parse
from cenote.policy.evaluate import Held, Named, decide
from cenote.policy.patterns import Matcher, matcher_of
from cenote.policy.principals import Asker
from cenote.policy.request import Asked
from cenote.policy.statements import Statement
from cenote.policy.variables import tokens_of
from harness.principals import allow, deny, policy

ALICE = "arn:aws:iam::000000000000:user/alice"
ASKER = Asker(account_id="000000000000", arns=(ALICE,), type="User", user_id="AIDAALICE")


def pattern(text: str) -> Matcher:
    return matcher_of(tokens_of(text, has_wildcards=True, has_variables=False))


class Counted(str):
    """A text that counts how often somebody begins to read in it."""

    __slots__ = ("reads",)
    reads: int

    def __getitem__(self, place: object) -> str:
        self.reads += 1
        return str.__getitem__(self, place)  # type: ignore[index]

    def startswith(self, *given: object) -> bool:
        self.reads += 1
        return str.startswith(self, *given)  # type: ignore[arg-type]

    def find(self, *given: object) -> int:
        self.reads += 1
        return str.find(self, *given)  # type: ignore[arg-type]


def reads(written: str, text: str) -> int:
    counted = Counted(text)
    counted.reads = 0
    assert not pattern(written)(counted, {})
    return counted.reads


@pytest.mark.parametrize("written", ["*" + "a?" * 500 + "b*", "*" + "a?" * 500 + "ab*", "*?a?a?a?a?a?b*", "*a?b*" * 50])
def test_a_pattern_is_not_held_against_a_text_anew_at_each_of_its_places(written: str) -> None:
    length = 4000
    assert reads(written, "a" * length) <= 8 * length


def test_patterns_of_many_parts_mean_what_a_regular_expression_means(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = random.Random(6)
    monkeypatch.setattr(patterns, "_FEW", 0)
    outcomes = set()
    for _ in range(3000):
        written = "".join(drawn.choice("ab*?ab?") for _ in range(drawn.randrange(12)))
        text = "".join(drawn.choice("ab") for _ in range(drawn.randrange(14)))
        each = {"*": ".*", "?": "."}
        expected = re.fullmatch("".join(each.get(letter, letter) for letter in written), text) is not None
        assert expected == pattern(written)(text, {}), (written, text)
        outcomes.add(expected)
    assert {True, False} == outcomes


@pytest.mark.parametrize("kind", [Kind.TRUST, Kind.RESOURCE])
def test_a_service_as_long_as_a_document_may_be_is_refused_as_fast_as_any_other(kind: Kind) -> None:
    # Tried at each of its dots, it took half a minute, in which no other thread ran.
    statement = {"Effect": "Allow", "Principal": {"Service": "a." * 60_000 + "A"}, "Action": "sts:AssumeRole"}
    more = {"Resource": "*"} if kind is Kind.RESOURCE else {}
    with pytest.raises(MalformedPolicyError) as refused:
        parse(json.dumps({"Version": "2012-10-17", "Statement": [statement | more]}), kind)
    assert refused.value.message.startswith('Invalid principal in policy: "Service":"a.a.')


def test_a_document_of_many_statements_about_many_services_is_gone_through_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A list of its statements for every service would have millions of entries, of a text of some ten thousand characters.
    gone_through = []
    about = document._about

    def counted(service: str | None, statements: tuple[Statement, ...]) -> document.ByEffect:
        gone_through.append(service)
        return about(service, statements)

    monkeypatch.setattr(document, "_about", counted)
    many = allow(*(f"a{number}:b" for number in range(3000)))
    parsed = parse(policy(many, *[deny("*:c") for _ in range(1000)]), Kind.IDENTITY)
    assert [None] == gone_through
    for _ in range(2):
        assert (1, 1000) == (len(parsed.about("a7").allows), len(parsed.about("a7").denies))
        assert (0, 1000) == (len(parsed.about("elsewhere").allows), len(parsed.about("elsewhere").denies))
    assert [None, "a7"] == gone_through


@pytest.mark.parametrize(
    ("service", "is_one"), [("a.b", True), ("..a", True), ("a..", True), (".a", False), ("a.", False)]
)
def test_a_service_has_a_dot_within(service: str, is_one: bool) -> None:
    text = policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
    if is_one:
        assert 1 == len(parse(text, Kind.TRUST).statements)
    else:
        with pytest.raises(MalformedPolicyError):
            parse(text, Kind.TRUST)


@pytest.mark.parametrize("value", ["*", "?????", "${aws:username}", "${*}", "bob*", "b?b", "*:*"])
def test_what_somebody_is_called_is_never_a_pattern(value: str) -> None:
    bucket = "arn:aws:s3:::homes/"
    mine = parse(policy(allow("s3:GetObject", on=f"{bucket}${{aws:PrincipalTag/team}}/*")), Kind.IDENTITY)
    alike = parse(
        policy(allow("s3:GetObject", Condition={"StringLike": {"aws:userid": "${aws:PrincipalTag/team}"}})),
        Kind.IDENTITY,
    )
    context = {"aws:principaltag/team": (value,), "aws:username": ("alice",), "aws:userid": ("bob",)}
    held = Held(identity=(Named("mine", mine), Named("alike", alike)))
    assert not decide(Asked("s3:GetObject", f"{bucket}bob/x", context), ASKER, held).is_allowed
    assert decide(Asked("s3:GetObject", f"{bucket}{value}/x", context), ASKER, held).is_allowed


@pytest.mark.parametrize("kind", list(Kind))
def test_a_stored_document_that_is_none_any_more_denies_what_others_allow(kind: Kind) -> None:
    broken = compiled('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Ressource":"*"}]}', kind)
    assert ["Deny"] == [statement.effect for statement in broken.statements]


@pytest.mark.parametrize(
    "denied", ["cognito-idp:LISTUSERS", "COGNITO-IDP:listusers", "cognito-idp:List?sers", "*:List*"]
)
def test_a_deny_holds_in_whatever_case_the_action_is_asked_for(denied: str) -> None:
    held = Held(identity=(Named("p", parse(policy(allow("*"), deny(denied)), Kind.IDENTITY)),))
    for asked in ("cognito-idp:ListUsers", "cognito-idp:listusers", "COGNITO-IDP:LISTUSERS"):
        assert "explicitDeny" == decide(Asked(asked), ASKER, held).verdict
