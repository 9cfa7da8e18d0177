"""Identities of identity pools: nobody gets at another's, whatever they know of it and however many they are."""

import threading
from typing import Any

import pytest
from identity_given import NOT_MATCHING, UNKNOWN, Given, given
from refusals import refused
from sqlalchemy import func, select

from cenote.model.identity_pool.identity import Identity
from cenote.model.identity_pool.login import Login
from cenote.storage import identities, identity_pools
from cenote.storage.tables import identities as identity_rows
from cenote.storage.tables import identity_logins
from harness import people
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.principals import allow, policy

ISSUER_ELSEWHERE = "id.example.org/us-east-1_Remote123"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine, but where a test asks for each."""
    name: str = request.param
    return name


@pytest.fixture
def pool(in_process: InProcess) -> Given:
    return given(in_process, user_pools=2, AllowClassicFlow=True)


def token_of(pool: Given, identity_id: str, logins: dict[str, str]) -> tuple[str, str]:
    return refused(pool.anonymous.get_open_id_token, IdentityId=identity_id, Logins=logins)


def forbidden(identity_id: str) -> tuple[str, str]:
    return "NotAuthorizedException", f"Access to Identity '{identity_id}' is forbidden."


def test_knowing_somebodys_identity_gives_nothing(pool: Given) -> None:
    ann, eve = pool.logins("ann"), pool.logins("eve")
    mine, theirs = pool.get_id(ann), pool.get_id(eve)
    for logins in (eve, pool.logins("eve", 1), pool.logins("new")):
        assert NOT_MATCHING == token_of(pool, mine, logins)
        assert NOT_MATCHING == refused(pool.credentials, mine, logins)
        assert NOT_MATCHING == refused(
            pool.anonymous.unlink_identity, IdentityId=mine, Logins=logins, LoginsToRemove=[pool.provider()]
        )
    assert forbidden(mine) == refused(pool.credentials, mine)
    assert forbidden(mine) == refused(pool.anonymous.get_open_id_token, IdentityId=mine)
    assert (mine, theirs) == (pool.get_id(ann), pool.get_id(eve))
    assert [pool.provider()] == pool.describe(mine)


def test_a_stolen_guests_id_is_closed_once_its_owner_has_signed_in(pool: Given) -> None:
    guest, ann, eve = pool.get_id(), pool.logins("ann"), pool.logins("eve")
    assert guest == pool.anonymous.get_open_id_token(IdentityId=guest, Logins=ann)["IdentityId"]
    assert NOT_MATCHING == token_of(pool, guest, eve)
    assert forbidden(guest) == refused(pool.credentials, guest)
    assert guest == pool.get_id(ann)


def test_whose_guests_id_was_taken_before_gets_no_share_of_it(pool: Given) -> None:
    guest, ann, eve = pool.get_id(), pool.logins("ann"), pool.logins("eve")
    assert guest == pool.anonymous.get_open_id_token(IdentityId=guest, Logins=eve)["IdentityId"]
    assert NOT_MATCHING == token_of(pool, guest, ann)
    assert guest != pool.get_id(ann)


def test_a_second_login_is_linked_by_both_proofs_only(pool: Given) -> None:
    ann, other, eve = pool.logins("ann"), pool.logins("ann", 1), pool.logins("eve", 1)
    mine = pool.get_id(ann)
    assert NOT_MATCHING == token_of(pool, mine, other)
    assert mine == pool.anonymous.get_open_id_token(IdentityId=mine, Logins={**other, **ann})["IdentityId"]
    assert "ResourceConflictException" == token_of(pool, mine, {**ann, **eve})[0]
    assert mine == pool.get_id(other)
    assert mine != pool.get_id(eve)


def test_an_identity_of_another_pool_or_account_is_like_none(pool: Given, in_process: InProcess) -> None:
    other = given(in_process, user_pools=0, AllowClassicFlow=True)
    ann = pool.logins("ann")
    mine, guest = pool.get_id(ann), other.get_id()
    unsupported = ("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
    assert unsupported == token_of(other, guest, ann)
    answers = [
        refused(act, IdentityPoolId=other.id, **{name: identity_id})
        for identity_id in (mine, UNKNOWN)
        for act, name in ((other.signed.lookup_developer_identity, "IdentityId"),)
    ]
    assert [f"Identity '{each}' not found." for each in (mine, UNKNOWN)] == [message for _, message in answers]
    assert {"ResourceNotFoundException"} == {code for code, _ in answers}
    for identity_id in (mine, UNKNOWN):
        assert "ResourceNotFoundException" == refused(other.developer, "dev", IdentityId=identity_id)[0]
    elsewhere = in_process.boto3_client("cognito-identity", region_name="eu-west-1")
    assert "ResourceNotFoundException" == refused(elsewhere.describe_identity, IdentityId=mine)[0]
    left = elsewhere.delete_identities(IdentityIdsToDelete=[mine, UNKNOWN])["UnprocessedIdentityIds"]
    assert {mine, UNKNOWN} == {each["IdentityId"] for each in left}
    assert {"AccessDenied"} == {each["ErrorCode"] for each in left}
    assert mine == pool.get_id(ann)


def test_a_page_goes_on_in_its_own_pool_only(pool: Given, in_process: InProcess) -> None:
    other = given(in_process, user_pools=0)
    for _ in range(2):
        pool.get_id()
    page = {"IdentityPoolId": pool.id, "MaxResults": 1}
    token = pool.signed.list_identities(**page)["NextToken"]
    for act, members in (
        (other.signed.list_identities, {**page, "IdentityPoolId": other.id}),
        (other.signed.list_identities, {**page, "HideDisabled": True}),
        (other.signed.list_identity_pools, {"MaxResults": 1}),
        (other.signed.lookup_developer_identity, {**page, "DeveloperUserIdentifier": "dev"}),
    ):
        assert "InvalidParameterException" == refused(act, **members, NextToken=token)[0]
    assert 1 == len(pool.signed.list_identities(**page, NextToken=token)["Identities"])


def test_what_is_left_by_its_last_login_stays_closed(pool: Given) -> None:
    ann, eve = pool.logins("ann"), pool.logins("eve")
    mine = pool.get_id(ann)
    pool.anonymous.unlink_identity(IdentityId=mine, Logins=ann, LoginsToRemove=[pool.provider()])
    for logins in ({}, eve, ann):
        assert forbidden(mine) == refused(pool.credentials, mine, logins)
    assert mine != pool.get_id(ann)


def test_a_login_at_a_user_pool_elsewhere_is_unlinked_by_its_name(in_process: InProcess) -> None:
    pool = given(in_process)
    ann = pool.logins("ann")
    mine = pool.get_id(ann)
    with in_process.services.database.glance() as tx:
        [before] = identities.logins_of(tx, mine)
    remote = Login(ISSUER_ELSEWHERE, "ann-elsewhere", f"{ISSUER_ELSEWHERE}:client", "")

    def link(tx: Any) -> bool:
        found = identities.lock(tx, mine)
        return found is not None and identities.link(tx, found, remote.provider, remote.subject, 0)

    assert in_process.services.database.write("link", link)
    pool.anonymous.unlink_identity(IdentityId=mine, Logins=ann, LoginsToRemove=[ISSUER_ELSEWHERE])
    with in_process.services.database.glance() as tx:
        assert [before] == identities.logins_of(tx, mine)
    own_name = f"localhost:9329/{pool.user_pools[0].id}"
    pool.anonymous.unlink_identity(IdentityId=mine, Logins=ann, LoginsToRemove=[own_name])
    assert [] == pool.describe(mine)


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
def test_a_login_that_is_linked_while_its_pool_is_deleted_leads_nowhere_afterwards(in_process: InProcess) -> None:
    pool = given(in_process, user_pools=0)
    guest, database = pool.get_id(), in_process.services.database
    linked, is_deleting = threading.Event(), threading.Event()

    def link(tx: Any) -> None:
        found = identities.lock(tx, guest)
        assert isinstance(found, Identity)
        identities.link(tx, found, "login.example", "dev", 0)
        linked.set()
        # As long as it takes the other to come to this row, at the most.
        is_deleting.wait(timeout=0.2)

    def delete(tx: Any) -> None:
        identity_pools.delete(tx, pool.id)
        is_deleting.set()

    linking = threading.Thread(target=database.write, args=("link", link))
    linking.start()
    assert linked.wait(timeout=9)
    database.write("delete", delete)
    linking.join()
    with database.read() as tx:
        left = [
            tx.execute(select(func.count()).select_from(rows)).scalar_one() for rows in (identity_rows, identity_logins)
        ]
    assert [0, 0] == left


def test_a_role_without_the_permission_looks_up_nobody(in_process: InProcess, pool: Given) -> None:
    pool.developer("dev")
    pool.set_roles(
        authenticated=pool.role("people", inline=policy(allow("cognito-identity:*", "cognito-idp:*"))),
        unauthenticated=pool.role("guests", amr="unauthenticated", inline=policy(allow("*"))),
    )
    ann = pool.logins("ann")
    for issued in (pool.credentials(pool.get_id(ann), ann), pool.credentials(pool.get_id())):
        client = pool.client("cognito-identity", issued)
        for act, members in (
            (client.lookup_developer_identity, {"IdentityPoolId": pool.id, "DeveloperUserIdentifier": "dev"}),
            (client.list_identities, {"IdentityPoolId": pool.id, "MaxResults": 1}),
            (
                client.get_open_id_token_for_developer_identity,
                {"IdentityPoolId": pool.id, "Logins": {"login.example": "dev"}},
            ),
        ):
            assert "AccessDeniedException" == refused(act, **members)[0]
    assert people.make_pool(in_process)
