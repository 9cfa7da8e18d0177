"""Search by custom attributes under `/_cenote/`: signed, of one's own pools, and invisible to whoever only knows AWS."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws.refusals import refusal
from harness import people
from harness.databases import EVERY_ENGINE
from harness.endpoint import Endpoint
from harness.in_process import InProcess
from harness.people import Pool, attributes

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

GOLD = 'custom:plan = "gold"'
CUSTOM = [{"Name": "plan", "AttributeDataType": "String"}, {"Name": "seat", "AttributeDataType": "Number"}]


def ask(
    endpoint: Endpoint, method: str, path: str, *, region: str | None = None, secret: str | None = None
) -> tuple[int, Any]:
    """Status and document of a signed request."""
    request = AWSRequest(method, endpoint.url + path)
    credentials = Credentials(endpoint.access_key_id, secret or endpoint.secret_access_key)
    SigV4Auth(credentials, "cenote", region or endpoint.region).add_auth(request)
    headers = {name: str(value) for name, value in request.headers.items()}
    status, _headers, body = endpoint.request(method, path, headers=headers)
    return status, json.loads(body)


def index(pool: Pool, *names: str, method: str = "POST") -> tuple[int, Any]:
    query = urlencode([("attribute", name) for name in names])
    return ask(pool.endpoint, method, f"/_cenote/pools/{pool.id}/search-index?{query}")


def users(pool: Pool, text: str, **more: object) -> tuple[int, Any]:
    query = urlencode({"filter": text, **more}, quote_via=quote)
    return ask(pool.endpoint, "GET", f"/_cenote/pools/{pool.id}/users?{query}")


@pytest.fixture
def members(in_process: InProcess) -> Pool:
    """A pool of three gold members and a silver one."""
    pool = people.make_pool(in_process, Schema=CUSTOM)
    for number, plan in enumerate(("gold", "silver", "gold", "gold")):
        in_process.signed.admin_create_user(
            UserPoolId=pool.id,
            Username=f"user{number}",
            MessageAction="SUPPRESS",
            UserAttributes=attributes(custom__plan=plan, custom__seat=str(number)),
        )
    return pool


def names_of(answer: tuple[int, Any]) -> list[str]:
    status, document = answer
    assert status == 200, document
    return sorted(user["Username"] for user in document["users"])


def test_users_are_shown_as_list_users_shows_them(in_process: InProcess, members: Pool) -> None:
    assert index(members, "custom:plan") == (200, {"attributes": {"custom:plan": "BUILT"}, "is_complete": True})
    status, document = users(members, GOLD)
    assert (status, document["after"]) == (200, None)
    listed = in_process.signed.list_users(UserPoolId=members.id)["Users"]
    wanted = {user["Username"]: user for user in listed if user["Username"] != "user1"}
    for user in document["users"]:
        same = wanted.pop(user["Username"])
        dates = {name: same[name].timestamp() for name in ("UserCreateDate", "UserLastModifiedDate")}
        assert user == {**same, **dates}
    assert wanted == {}


def test_pages_follow_one_another(members: Pool) -> None:
    index(members, "custom:plan", "custom:seat")
    found, after = [], ""
    for _page in range(3):
        status, document = users(members, GOLD, limit=1, after=after)
        assert status == 200
        found += [user["Username"] for user in document["users"]]
        after = document["after"]
    assert (sorted(found), after) == (["user0", "user2", "user3"], None)
    assert names_of(users(members, GOLD + ' and custom:seat = "2"')) == ["user2"]
    assert names_of(users(members, 'username ^= "user"')) == ["user0", "user1", "user2", "user3"]
    assert names_of(users(members, "")) == ["user0", "user1", "user2", "user3"]


def test_what_is_written_later_is_found(in_process: InProcess, members: Pool) -> None:
    index(members, "custom:plan")
    in_process.signed.admin_update_user_attributes(
        UserPoolId=members.id, Username="user0", UserAttributes=attributes(custom__plan="iron")
    )
    assert names_of(users(members, GOLD)) == ["user2", "user3"]
    in_process.signed.admin_delete_user(UserPoolId=members.id, Username="user2")
    assert names_of(users(members, GOLD)) == ["user3"]


def test_an_index_shows_in_no_operation_of_aws_and_outlives_an_update(in_process: InProcess, members: Pool) -> None:
    before = in_process.signed.describe_user_pool(UserPoolId=members.id)["UserPool"]
    index(members, "custom:plan")
    after = in_process.signed.describe_user_pool(UserPoolId=members.id)["UserPool"]
    assert before.keys() == after.keys()
    in_process.signed.update_user_pool(UserPoolId=members.id, UserPoolTags={"a": "b"})
    in_process.signed.add_custom_attributes(
        UserPoolId=members.id, CustomAttributes=[{"Name": "more", "AttributeDataType": "String"}]
    )
    assert names_of(users(members, GOLD)) == ["user0", "user2", "user3"]
    with refusal("InvalidParameterException") as seen:
        in_process.signed.list_users(UserPoolId=members.id, Filter=GOLD)
    assert seen.message == "Invalid search attribute: custom:plan"


def test_an_index_that_is_removed_is_gone(members: Pool) -> None:
    index(members, "custom:plan")
    assert index(members, "custom:plan", method="DELETE") == (200, {"attributes": {}, "is_complete": True})
    assert index(members, method="GET") == (200, {"attributes": {}, "is_complete": True})
    status, document = users(members, GOLD)
    command = f"cenote search index {members.id} custom:plan"
    assert (status, document["message"]) == (400, f"custom:plan is not indexed. Let it be: {command}")
    assert index(members, "custom:plan", method="DELETE")[0] == 400


def test_a_request_works_for_a_while_and_the_next_one_goes_on(members: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cenote.flows.search_index.STRETCH", 1)
    monkeypatch.setattr("cenote.admin.door.MAX_WORK_S", 0)
    building = {"attributes": {"custom:plan": "BUILDING"}, "is_complete": False}
    assert [index(members, *names) for names in (("custom:plan",), (), ("custom:plan",), ())] == [(200, building)] * 4
    assert users(members, GOLD)[0] == 400
    assert index(members) == (200, {"attributes": {"custom:plan": "BUILT"}, "is_complete": True})
    assert names_of(users(members, GOLD)) == ["user0", "user2", "user3"]
    removing = {"attributes": {"custom:plan": "REMOVING"}, "is_complete": False}
    assert index(members, "custom:plan", method="DELETE") == (200, removing)


def test_whoever_signs_nothing_or_wrong_learns_nothing(in_process: InProcess, members: Pool) -> None:
    path = f"/_cenote/pools/{members.id}/users"
    for method in ("GET", "POST", "DELETE"):
        place = "users" if method == "GET" else "search-index?attribute=custom:plan"
        status, _headers, body = in_process.request(method, f"/_cenote/pools/{members.id}/{place}")
        assert (status, json.loads(body)["__type"]) == (403, "MissingAuthenticationTokenException")
    assert ask(in_process, "GET", path, secret="wrong" * 8)[0] == 403
    assert ask(in_process, "GET", path)[0] == 200


def test_a_pool_is_its_regions_own(in_process: InProcess, members: Pool) -> None:
    status, document = ask(in_process, "GET", f"/_cenote/pools/{members.id}/users", region="eu-west-1")
    assert (status, document["__type"]) == (404, "ResourceNotFoundException")
    assert document["message"] == f"User pool {members.id} does not exist."
    assert ask(in_process, "GET", "/_cenote/pools/us-east-1_Nobody/users")[0] == 404


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=99999999999",
        "after=garbage",
        "other=1",
        "filter=%FF",
        "filter=nonsense",
        "filter=username%20%3D%20%22a%00b%22",
        "limit=1" + "&limit=1" * 60,
    ],
)
def test_a_query_out_of_bounds_is_refused(in_process: InProcess, members: Pool, query: str) -> None:
    status, document = ask(in_process, "GET", f"/_cenote/pools/{members.id}/users?{query}")
    assert (status, document["__type"]) == (400, "InvalidParameterException")


@pytest.mark.parametrize("method", ["PUT", "POST", "OPTIONS"])
def test_users_are_only_read_here(in_process: InProcess, members: Pool, method: str) -> None:
    status, headers, _body = in_process.request(method, f"/_cenote/pools/{members.id}/users")
    assert (status, headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("path", ["/_cenote/pools", "/_cenote/pools/x/users", "/_cenote/pools/us-east-1_A/users/1"])
def test_other_addresses_are_not_found(in_process: InProcess, path: str) -> None:
    assert in_process.request("GET", path)[0] == 404
