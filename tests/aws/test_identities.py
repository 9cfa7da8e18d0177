"""DescribeIdentity, ListIdentities, DeleteIdentities."""

from typing import Any

import pytest
from refusals import refused

from cenote.model.identity_pool.identity import Identity
from cenote.storage import identities, identity_pools
from cenote.storage.database import Tx
from harness.clock import START
from harness.in_process import InProcess

USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"
GUEST = [f"us-east-1:00000000-0000-4000-8000-00000000000{number}" for number in range(6)]


@pytest.fixture
def client(in_process: InProcess) -> Any:
    return in_process.boto3_client("cognito-identity")


@pytest.fixture
def pool_id(in_process: InProcess, client: Any) -> str:
    """A pool with five identities: the first has logins, the last one was merged into it."""
    pool_id: str = client.create_identity_pool(IdentityPoolName="people", AllowUnauthenticatedIdentities=True)[
        "IdentityPoolId"
    ]
    now_ms = in_process.clock.now_ms()

    def work(tx: Tx) -> None:
        identity_pools.hold(tx, pool_id)
        for number in range(5):
            identity = Identity(GUEST[number], pool_id, number == 4, now_ms, now_ms)
            identities.insert(tx, identity)
            if number == 0:
                for provider, subject in ((USER_POOL, "ann"), ("login.example", "1"), ("login.example", "2")):
                    identities.link(tx, identity, provider, subject, now_ms)

    in_process.services.database.write("fill", work)
    return pool_id


def listed(client: Any, pool_id: str, limit: int, **members: Any) -> list[list[str]]:
    pages = []
    page = client.list_identities(IdentityPoolId=pool_id, MaxResults=limit, **members)
    while True:
        assert pool_id == page["IdentityPoolId"]
        pages.append([each["IdentityId"] for each in page["Identities"]])
        if "NextToken" not in page:
            return pages
        token = page["NextToken"]
        page = client.list_identities(IdentityPoolId=pool_id, MaxResults=limit, NextToken=token, **members)


def test_an_identity_is_shown_with_the_providers_that_lead_to_it(client: Any, pool_id: str) -> None:
    shown = client.describe_identity(IdentityId=GUEST[0])
    assert (GUEST[0], [USER_POOL, "login.example"]) == (shown["IdentityId"], sorted(shown["Logins"]))
    assert (START, START) == (shown["CreationDate"], shown["LastModifiedDate"])
    assert "Logins" not in client.describe_identity(IdentityId=GUEST[1])
    everybody = client.list_identities(IdentityPoolId=pool_id, MaxResults=60)["Identities"]
    assert [2, 0, 0, 0, 0] == [len(each.get("Logins", [])) for each in everybody]


def test_pages_list_each_identity_once_disabled_ones_if_wanted(client: Any, pool_id: str) -> None:
    assert [GUEST[0:2], GUEST[2:4], GUEST[4:5]] == listed(client, pool_id, 2)
    assert [GUEST[0:2], GUEST[2:4]] == listed(client, pool_id, 2, HideDisabled=True)
    assert [GUEST[0:5]] == listed(client, pool_id, 5)


def test_a_token_of_a_page_is_good_for_its_own_list_only(client: Any, pool_id: str) -> None:
    token = client.list_identities(IdentityPoolId=pool_id, MaxResults=1)["NextToken"]
    other = client.create_identity_pool(IdentityPoolName="other", AllowUnauthenticatedIdentities=True)
    for members in ({"IdentityPoolId": other["IdentityPoolId"]}, {"IdentityPoolId": pool_id, "HideDisabled": True}):
        said = refused(client.list_identities, MaxResults=1, NextToken=token, **members)
        assert "InvalidParameterException" == said[0]
    assert "InvalidParameterException" == refused(client.list_identity_pools, MaxResults=1, NextToken=token)[0]


def test_identities_are_deleted_and_those_that_are_not_there_told_back(client: Any, pool_id: str) -> None:
    answered = client.delete_identities(IdentityIdsToDelete=[GUEST[5], GUEST[0], GUEST[4], GUEST[0]])
    assert [{"IdentityId": GUEST[5], "ErrorCode": "AccessDenied"}] == answered["UnprocessedIdentityIds"]
    assert [GUEST[1:4]] == listed(client, pool_id, 60)
    said = refused(client.describe_identity, IdentityId=GUEST[0])
    assert ("ResourceNotFoundException", f"Identity '{GUEST[0]}' not found.") == said
    assert "ValidationException" == refused(client.delete_identities, IdentityIdsToDelete=GUEST * 11)[0]


@pytest.mark.usefixtures("pool_id")
def test_identities_of_another_region_are_not_there(in_process: InProcess, client: Any) -> None:
    there = in_process.boto3_client("cognito-identity", region_name="eu-west-1")
    assert "ResourceNotFoundException" == refused(there.describe_identity, IdentityId=GUEST[0])[0]
    answered = there.delete_identities(IdentityIdsToDelete=[GUEST[0]])
    assert [{"IdentityId": GUEST[0], "ErrorCode": "AccessDenied"}] == answered["UnprocessedIdentityIds"]
    assert GUEST[0] == client.describe_identity(IdentityId=GUEST[0])["IdentityId"]


def test_identities_go_with_their_pool(in_process: InProcess, client: Any, pool_id: str) -> None:
    client.delete_identity_pool(IdentityPoolId=pool_id)
    assert "ResourceNotFoundException" == refused(client.describe_identity, IdentityId=GUEST[0])[0]
    with in_process.services.database.read() as tx:
        assert identities.identity_of(tx, pool_id, USER_POOL, "ann") is None
