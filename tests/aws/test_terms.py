"""CreateTerms, DescribeTerms, DescribeTermsByClient, UpdateTerms, DeleteTerms, ListTerms."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from refusals import refusal

from cenote.base.quotas import Quotas
from cenote.base.settings import Settings
from cenote.storage import resources
from cenote.storage.resources import Kind
from harness.clock import START, FakeClock
from harness.in_process import InProcess
from harness.people import Pool, another_client, make_pool

LINKS = {"cognito:default": "https://example.com/terms", "cognito:spanish": "https://example.com/es/terms"}
USE, PRIVACY = "terms-of-use", "privacy-policy"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Room for five terms."""
    return replace(settings, quotas=Quotas(terms_per_pool=5))


def created(pool: Pool, name: str = USE, client_id: str = "", **members: Any) -> dict[str, Any]:
    wanted = {"TermsSource": "LINK", "Enforcement": "NONE", "Links": LINKS, **members}
    answer: dict[str, Any] = pool.endpoint.signed.create_terms(
        UserPoolId=pool.id, ClientId=client_id or pool.client_id, TermsName=name, **wanted
    )
    return dict(answer["Terms"])


def updated(pool: Pool, terms: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.update_terms(UserPoolId=pool.id, TermsId=terms["TermsId"], **members)
    return dict(answer["Terms"])


def described(pool: Pool, terms: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.describe_terms(UserPoolId=pool.id, TermsId=terms["TermsId"])
    return dict(answer["Terms"])


def by_client(pool: Pool, name: str = USE, **members: Any) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.describe_terms_by_client(
        **{"UserPoolId": pool.id, "ClientId": pool.client_id, "TermsName": name, **members}
    )
    return dict(answer["Terms"])


def test_terms_are_made_and_shown(pool: Pool, in_process: InProcess) -> None:
    terms = created(pool)
    assert re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", terms["TermsId"])
    assert {
        "TermsId": terms["TermsId"],
        "UserPoolId": pool.id,
        "ClientId": pool.client_id,
        "TermsName": USE,
        "TermsSource": "LINK",
        "Enforcement": "NONE",
        "Links": LINKS,
        "CreationDate": START,
        "LastModifiedDate": START,
    } == terms
    assert terms == described(pool, terms) == by_client(pool)
    shown = in_process.signed.list_terms(UserPoolId=pool.id)
    members = ("TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate")
    assert [{name: terms[name] for name in members}] == shown["Terms"]
    assert "NextToken" not in shown
    wanted = {"UserPoolId": pool.id, "ClientId": pool.client_id, "TermsSource": "LINK", "Enforcement": "NONE"}
    assert {} == in_process.signed.create_terms(TermsName=PRIVACY, **wanted)["Terms"]["Links"]


def test_an_update_replaces_links_and_keeps_what_it_omits(pool: Pool, clock: FakeClock) -> None:
    terms = created(pool)
    clock.advance(hours=1)
    links = {"cognito:default": "https://example.com/new"}
    again = updated(pool, terms, Links=links)
    assert {**terms, "Links": links, "LastModifiedDate": clock.now} == again == described(pool, terms)
    again = updated(pool, terms, TermsName=PRIVACY, TermsSource="LINK", Enforcement="NONE")
    assert {**terms, "Links": links, "TermsName": PRIVACY, "LastModifiedDate": clock.now} == again
    assert again == by_client(pool, PRIVACY)
    with refusal("ResourceNotFoundException") as seen:
        by_client(pool)
    assert "The app client has no terms of the name terms-of-use." == seen.message
    assert USE == created(pool)["TermsName"]


def test_a_client_has_one_of_each(pool: Pool) -> None:
    use, privacy = created(pool), created(pool, PRIVACY)
    exists = ("TermsExistsException", "The app client has terms of that name already.")
    for act in (lambda: created(pool), lambda: created(pool, PRIVACY), lambda: updated(pool, use, TermsName=PRIVACY)):
        with refusal() as seen:
            act()
        assert exists == seen.said
    assert (use, privacy) == (described(pool, use), described(pool, privacy))
    assert use["TermsId"] != created(pool, client_id=another_client(pool))["TermsId"]


def test_a_pool_has_so_many_terms(pool: Pool) -> None:
    clients = [pool.client_id, another_client(pool), another_client(pool)]
    wanted = [(name, client_id) for client_id in clients for name in (USE, PRIVACY)]
    for name, client_id in wanted[:5]:
        created(pool, name, client_id)
    with refusal() as seen:
        created(pool, *wanted[5])
    message = "The maximum number of terms of a user pool has been reached: 5."
    assert ("LimitExceededException", message) == seen.said


REFUSED: list[dict[str, Any]] = [
    {"TermsName": "cookies"},
    {"TermsSource": "FILE"},
    {"Enforcement": "ALWAYS"},
    {"Links": {}},
    {"Links": {"cognito:klingon": "https://example.com"}},
    {"Links": {"default": "https://example.com"}},
    {"Links": {"cognito:default": "javascript:alert(1)"}},
    {"Links": {"cognito:default": "example.com/terms"}},
    {"Links": {"cognito:default": "https://example.com/with blank"}},
    {"Links": {"cognito:default": "https://example.com/" + "x" * 1024}},
]


def test_what_is_not_allowed_is_refused_at_both_operations(pool: Pool, in_process: InProcess) -> None:
    terms = created(pool)
    client = in_process.boto3_client(config=Config(parameter_validation=False))
    fine = {"TermsName": PRIVACY, "TermsSource": "LINK", "Enforcement": "NONE", "Links": LINKS}
    for members in REFUSED:
        with refusal("InvalidParameterException"):
            client.create_terms(**{"UserPoolId": pool.id, "ClientId": pool.client_id, **fine, **members})
        with refusal("InvalidParameterException"):
            client.update_terms(UserPoolId=pool.id, TermsId=terms["TermsId"], **members)
    assert terms == described(pool, terms)
    assert 1 == len(client.list_terms(UserPoolId=pool.id)["Terms"])


def test_the_plan_must_have_managed_login(pool: Pool, in_process: InProcess) -> None:
    terms = created(pool)
    in_process.signed.update_user_pool(UserPoolId=pool.id, UserPoolTier="LITE", AutoVerifiedAttributes=["email"])
    expected = ("OperationNotEnabledException", "Terms documents are not available in the LITE pricing tier.")
    for act in (lambda: created(pool, PRIVACY), lambda: updated(pool, terms, Links=LINKS)):
        with refusal() as seen:
            act()
        assert expected == seen.said
    assert terms == described(pool, terms)


def test_pages_hold_all_terms_once(pool: Pool, in_process: InProcess) -> None:
    clients = [pool.client_id, another_client(pool), another_client(pool)]
    made = {created(pool, name, client_id)["TermsId"] for client_id in clients[:2] for name in (USE, PRIVACY)}
    made.add(created(pool, USE, clients[2])["TermsId"])
    other = make_pool(in_process)
    created(other)
    list_terms = in_process.signed.list_terms
    pages, token = [], {}
    while not pages or token:
        page = list_terms(UserPoolId=pool.id, MaxResults=2, **token)
        pages.append([each["TermsId"] for each in page["Terms"]])
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert ([2, 2, 1], made) == ([len(page) for page in pages], {each for page in pages for each in page})
    token = list_terms(UserPoolId=pool.id, MaxResults=1)["NextToken"]
    for members in ({"UserPoolId": other.id, "NextToken": token}, {"UserPoolId": pool.id, "NextToken": "garbage"}):
        with refusal("InvalidParameterException") as seen:
            list_terms(**members)
        assert seen.message.startswith("Invalid pagination token")
    with refusal("InvalidParameterException"):
        in_process.boto3_client(config=Config(parameter_validation=False)).list_terms(UserPoolId=pool.id, MaxResults=61)


def test_deleted_terms_are_gone(pool: Pool, in_process: InProcess) -> None:
    terms = created(pool)
    key = {"UserPoolId": pool.id, "TermsId": terms["TermsId"]}
    assert {"ResponseMetadata"} == in_process.signed.delete_terms(**key).keys()
    for act in ("describe_terms", "update_terms", "delete_terms"):
        with refusal() as seen:
            getattr(in_process.signed, act)(**key)
        assert ("ResourceNotFoundException", f"Terms {terms['TermsId']} do not exist.") == seen.said, act
    assert [] == in_process.signed.list_terms(UserPoolId=pool.id)["Terms"]
    assert terms["TermsId"] != created(pool)["TermsId"]


def test_terms_are_found_in_their_own_pool_and_region_only(pool: Pool, in_process: InProcess) -> None:
    terms = created(pool)
    other = make_pool(in_process)
    there = in_process.boto3_client(region_name="eu-west-1")
    for act in ("describe_terms", "update_terms", "delete_terms"):
        for client, pool_id in ((in_process.signed, other.id), (there, pool.id)):
            with refusal("ResourceNotFoundException"):
                getattr(client, act)(UserPoolId=pool_id, TermsId=terms["TermsId"])
        with refusal("MissingAuthenticationTokenException"):
            getattr(in_process.anonymous, act)(UserPoolId=pool.id, TermsId=terms["TermsId"])
    with refusal("ResourceNotFoundException"):
        there.list_terms(UserPoolId=pool.id)
    with refusal("MissingAuthenticationTokenException"):
        in_process.anonymous.list_terms(UserPoolId=pool.id)
    no_client = ("ResourceNotFoundException", f"User pool client {pool.client_id} does not exist.")
    for refused in (lambda: by_client(pool, UserPoolId=other.id), lambda: created(other, client_id=pool.client_id)):
        with refusal() as seen:
            refused()
        assert no_client == seen.said
    assert [] == in_process.signed.list_terms(UserPoolId=other.id)["Terms"]
    assert terms == described(pool, terms)


def test_terms_go_with_their_client_and_their_pool(pool: Pool, in_process: InProcess) -> None:
    client_id = another_client(pool)
    created(pool, client_id=client_id)
    kept = created(pool)
    in_process.signed.delete_user_pool_client(UserPoolId=pool.id, ClientId=client_id)
    listed = in_process.signed.list_terms(UserPoolId=pool.id)["Terms"]
    assert [kept["TermsId"]] == [each["TermsId"] for each in listed]
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    with in_process.services.database.read() as tx:
        assert [] == resources.of_kind(tx, pool.id, Kind.TERMS)


def test_of_creations_at_once_one_wins(pool: Pool, in_process: InProcess) -> None:
    wanted = {"UserPoolId": pool.id, "ClientId": pool.client_id, "TermsName": USE, "TermsSource": "LINK"}
    clients = [in_process.boto3_client() for _ in range(4)]

    def create(client: Any) -> str:
        try:
            client.create_terms(**wanted, Enforcement="NONE")
        except client.exceptions.TermsExistsException:
            return "exists"
        return "done"

    with ThreadPoolExecutor(len(clients)) as threads:
        assert ["done", "exists", "exists", "exists"] == sorted(threads.map(create, clients))
    assert 1 == len(in_process.signed.list_terms(UserPoolId=pool.id)["Terms"])


def test_a_lost_race_of_updates_is_told(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = created(pool)
    update = resources.update

    def late(tx: Any, before: Any, **changes: Any) -> Any:
        monkeypatch.setattr(resources, "update", update)
        assert update(tx, before, document=before.document) is not None
        return update(tx, before, **changes)

    monkeypatch.setattr(resources, "update", late)
    with refusal("ConcurrentModificationException") as seen:
        updated(pool, terms, Links={"cognito:default": "https://example.com/late"})
    assert "The terms were modified by another request. Please try again." == seen.message
    assert terms == described(pool, terms)
