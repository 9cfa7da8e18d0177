"""Policies of roles, users and groups: inside them, and attached to them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws.iam_given import BUILT_IN, READ, WRITE, make_policy, stranger, walk
from aws.refusals import refused
from cenote.model.iam.entity import EntityKind
from harness import principals
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess


@dataclass(frozen=True)
class Owner:
    """A role, user or group, and the operations on its policies."""

    iam: Any
    kind: EntityKind

    @property
    def name(self) -> dict[str, str]:
        """What operations call it."""
        return {f"{self.kind.value.capitalize()}Name": "ada"}

    def call(self, verb: str, plural: str = "policy") -> Callable[..., Any]:
        """The operation of that verb."""
        work: Callable[..., Any] = getattr(self.iam, verb.format(kind=self.kind.value, policies=plural))
        return lambda **params: work(**(self.name | params))

    def put(self, document: Any, name: str = "own") -> None:
        """Put an inline policy."""
        self.call("put_{kind}_policy")(PolicyName=name, PolicyDocument=json.dumps(document))


@pytest.fixture
def iam(in_process: InProcess) -> Any:
    return in_process.boto3_client("iam")


@pytest.fixture(params=[EntityKind.ROLE, EntityKind.USER, EntityKind.GROUP], ids=str)
def owner(request: pytest.FixtureRequest, in_process: InProcess, iam: Any) -> Owner:
    principals.make(in_process.services, request.param, "ada")
    return Owner(iam, request.param)


def missing(owner: Owner) -> tuple[str, str]:
    return "NoSuchEntity", f"The {owner.kind.value} policy with name own cannot be found."


def test_an_inline_policy_is_put_shown_replaced_and_deleted(owner: Owner) -> None:
    get, delete = owner.call("get_{kind}_policy"), owner.call("delete_{kind}_policy")
    for document in (READ, WRITE):
        owner.put(document)
        found = get(PolicyName="own")
        assert {**owner.name, "PolicyName": "own", "PolicyDocument": document} == {
            name: value for name, value in found.items() if name != "ResponseMetadata"
        }
    delete(PolicyName="own")
    assert missing(owner) == refused(get, PolicyName="own")
    assert missing(owner) == refused(delete, PolicyName="own")


def test_inline_policies_are_paged_by_name(owner: Owner) -> None:
    for name in ("b", "c", "a"):
        owner.put(READ, name)
    names = owner.call("list_{kind}_policies")
    assert [["a", "b"], ["c"]] == walk(names, "PolicyNames", MaxItems=2)


def test_a_document_that_is_no_policy_is_refused(owner: Owner) -> None:
    named = {**READ, "Statement": [{**READ["Statement"][0], "Principal": "*"}]}  # type: ignore[dict-item]
    for document, sentence in (
        ({}, "Syntax errors in policy."),
        (named, "Policy document should not specify a principal."),
    ):
        put = owner.call("put_{kind}_policy")
        assert ("MalformedPolicyDocument", sentence) == refused(
            put, PolicyName="own", PolicyDocument=json.dumps(document)
        )


def test_inline_policies_have_room_together_without_their_white_space(owner: Owner) -> None:
    limit = {EntityKind.ROLE: 10240, EntityKind.USER: 2048, EntityKind.GROUP: 5120}[owner.kind]
    half = {**READ, "Id": "x" * (limit // 2)}
    owner.put(half)
    owner.put(half)
    put = owner.call("put_{kind}_policy")
    assert ("LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {owner.kind.value} ada") == refused(
        put, PolicyName="other", PolicyDocument=json.dumps(half)
    )
    put(PolicyName="other", PolicyDocument=json.dumps(READ, indent=200))


def test_managed_policies_are_attached_listed_and_detached(owner: Owner) -> None:
    own = make_policy(owner.iam, "zoo", Path="/x/")
    attach, detach = owner.call("attach_{kind}_policy"), owner.call("detach_{kind}_policy")
    listed = owner.call("list_attached_{kind}_policies")
    for arn in (own, own, BUILT_IN):
        attach(PolicyArn=arn)
    first = {"PolicyName": "AmazonCognitoReadOnly", "PolicyArn": BUILT_IN}
    second = {"PolicyName": "zoo", "PolicyArn": own}
    assert [[first], [second]] == walk(listed, "AttachedPolicies", MaxItems=1)
    assert [second] == listed(PathPrefix="/x/")["AttachedPolicies"]
    detach(PolicyArn=own)
    assert [first] == listed()["AttachedPolicies"]
    assert ("NoSuchEntity", f"Policy {own} was not found.") == refused(detach, PolicyArn=own)


def test_what_is_no_policy_or_another_accounts_is_not_attached(in_process: InProcess, owner: Owner) -> None:
    attach = owner.call("attach_{kind}_policy")
    foreign = make_policy(stranger(in_process))
    here = make_policy(owner.iam, "read", Path="/x/")
    for arn in (foreign, here.replace("/x/", "/"), "arn:aws:iam::aws:policy/NoSuchPolicy"):
        assert ("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.") == refused(attach, PolicyArn=arn)
    for code, arn in (("InvalidInput", "arn:aws:iam::000000000000:role/ada"), ("ValidationError", "x" * 20)):
        assert (code, f"ARN {arn} is not valid.") == refused(attach, PolicyArn=arn)


def test_ten_managed_policies_are_attached_at_most(owner: Owner) -> None:
    attach = owner.call("attach_{kind}_policy")
    for number in range(10):
        attach(PolicyArn=make_policy(owner.iam, f"p{number}"))
    quota = f"PoliciesPer{owner.kind.value.capitalize()}"
    assert ("LimitExceeded", f"Cannot exceed quota for {quota}: 10") == refused(attach, PolicyArn=BUILT_IN)
    attach(PolicyArn="arn:aws:iam::000000000000:policy/p3")


def test_who_is_not_there_or_in_another_account_has_no_policies(in_process: InProcess, owner: Owner) -> None:
    elsewhere = Owner(stranger(in_process), owner.kind)
    expected = ("NoSuchEntity", f"The {owner.kind.value} with name ada cannot be found.")
    own = {"PolicyName": "own"}
    for verb, params in (
        ("put_{kind}_policy", {**own, "PolicyDocument": json.dumps(READ)}),
        ("get_{kind}_policy", own),
        ("delete_{kind}_policy", own),
        ("list_{kind}_policies", {}),
        ("attach_{kind}_policy", {"PolicyArn": BUILT_IN}),
        ("detach_{kind}_policy", {"PolicyArn": BUILT_IN}),
        ("list_attached_{kind}_policies", {}),
    ):
        assert expected == refused(elsewhere.call(verb), **params)


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
@pytest.mark.parametrize("owner", [EntityKind.ROLE], indirect=True, ids=str)
def test_a_policy_is_attached_or_deleted_but_not_both(in_process: InProcess, owner: Owner, engine: str) -> None:
    clients = [in_process.boto3_client("iam") for _ in range(2)]

    def outcome(work: Any, **params: Any) -> str:
        try:
            work(**params)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "done"

    with ThreadPoolExecutor(2) as pool:
        for number in range(6):
            arn = make_policy(owner.iam, f"p{number}")
            attached = pool.submit(outcome, clients[0].attach_role_policy, RoleName="ada", PolicyArn=arn)
            deleted = pool.submit(outcome, clients[1].delete_policy, PolicyArn=arn)
            happened = (attached.result(timeout=30), deleted.result(timeout=30))
            assert happened in {("done", "DeleteConflict"), ("NoSuchEntity", "done")}, engine
