"""Resource servers, and the custom scopes that clients may name."""

from functools import partial
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from durability.races import race, winner_of
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess, limited
from harness.people import Pool, make_pool

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

UNCHECKED = Config(parameter_validation=False)
URL = "https://api.example.com/v1/orders"
READ = {"ScopeName": "read", "ScopeDescription": "Look at orders"}
WRITE = {"ScopeName": "write:all", "ScopeDescription": "Change orders"}


def create(pool: Pool, identifier: str = URL, **settings: Any) -> dict[str, Any]:
    members = {"Identifier": identifier, "Name": "Orders", **settings}
    made: dict[str, Any] = pool.endpoint.signed.create_resource_server(UserPoolId=pool.id, **members)["ResourceServer"]
    return made


def described(pool: Pool, identifier: str = URL) -> dict[str, Any]:
    found: dict[str, Any] = pool.endpoint.signed.describe_resource_server(UserPoolId=pool.id, Identifier=identifier)
    server: dict[str, Any] = found["ResourceServer"]
    return server


def update(pool: Pool, identifier: str = URL, **settings: Any) -> dict[str, Any]:
    members = {"Identifier": identifier, "Name": "Orders", **settings}
    made: dict[str, Any] = pool.endpoint.signed.update_resource_server(UserPoolId=pool.id, **members)["ResourceServer"]
    return made


def delete(pool: Pool, identifier: str = URL) -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.signed.delete_resource_server(UserPoolId=pool.id, Identifier=identifier)
    return answer


def test_a_resource_server_shows_what_it_was_given(pool: Pool) -> None:
    bare = create(pool, "solar-system", Name="Solar system, with blanks")
    named = {"Identifier": "solar-system", "Name": "Solar system, with blanks"}
    assert {"UserPoolId": pool.id, **named, "Scopes": []} == bare == described(pool, "solar-system")
    full = create(pool, Scopes=[WRITE, READ])
    assert {"UserPoolId": pool.id, "Identifier": URL, "Name": "Orders", "Scopes": [WRITE, READ]} == full
    assert full == described(pool)
    listed = pool.endpoint.signed.list_resource_servers(UserPoolId=pool.id, MaxResults=50)
    assert ([full, bare], False) == (listed["ResourceServers"], "NextToken" in listed)


def test_an_update_replaces_name_and_scopes(pool: Pool) -> None:
    before = create(pool, Scopes=[READ])
    assert {**before, "Name": "New", "Scopes": [WRITE]} == update(pool, Name="New", Scopes=[WRITE]) == described(pool)
    assert {**before, "Scopes": []} == update(pool) == described(pool)


def test_an_identifier_is_one_servers(in_process: InProcess, pool: Pool) -> None:
    create(pool)
    with refusal() as seen:
        create(pool, Name="Other")
    assert ("InvalidParameterException", f"{URL} already exists in user pool {pool.id}.") == seen.said
    assert "Orders" == described(pool)["Name"]
    elsewhere = make_pool(in_process)
    assert elsewhere.id == create(elsewhere)["UserPoolId"]


def test_one_of_those_who_make_a_server_at_once_makes_it(pool: Pool) -> None:
    assert pool.endpoint.signed is not None
    for identifier in ("one", "two"):
        outcomes = race([partial(create, pool, identifier, Name=f"by {place}") for place in range(4)])
        winner = winner_of(outcomes, {"InvalidParameterException"})
        assert f"by {winner}" == described(pool, identifier)["Name"]


def test_updates_at_once_leave_what_one_of_them_wrote(pool: Pool) -> None:
    create(pool)
    scopes = [[READ], [WRITE], [READ, WRITE], []]
    outcomes = race([partial(update, pool, Name=f"by {place}", Scopes=each) for place, each in enumerate(scopes)])
    assert described(pool) in [outcome.answer for outcome in outcomes]
    assert all(outcome.answer for outcome in outcomes)


def test_a_missing_server_is_named(pool: Pool) -> None:
    for act in (described, update, delete):
        with refusal() as seen:
            act(pool)
        assert ("ResourceNotFoundException", f"Resource server {URL} does not exist.") == seen.said


def test_what_the_model_forbids_is_refused(pool: Pool) -> None:
    create(pool)
    unchecked = pool.endpoint.boto3_client(config=UNCHECKED)
    wrong: list[dict[str, Any]] = [
        {"Name": "semi;colon"},
        {"Name": ""},
        {"Scopes": [{"ScopeName": "with/slash", "ScopeDescription": "d"}]},
        {"Scopes": [{"ScopeName": "with blank", "ScopeDescription": "d"}]},
        {"Scopes": [{"ScopeName": "a", "ScopeDescription": ""}]},
        {"Scopes": [{"ScopeName": "a"}]},
        {"Scopes": [{"ScopeName": f"s{number}", "ScopeDescription": "d"} for number in range(101)]},
        {"Scopes": [READ, WRITE, {**READ, "ScopeDescription": "again"}]},
    ]
    for members in wrong:
        for identifier, act in (("new", unchecked.create_resource_server), (URL, unchecked.update_resource_server)):
            with refusal("InvalidParameterException"):
                act(**{"UserPoolId": pool.id, "Identifier": identifier, "Name": "n", **members})
    for identifier in ("", "with blank", 'with"quote', "back\\slash", "x" * 257):
        with refusal("InvalidParameterException"):
            unchecked.create_resource_server(UserPoolId=pool.id, Identifier=identifier, Name="n")
    assert [URL] == [server["Identifier"] for server in listed_servers(pool)]


def listed_servers(pool: Pool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pool.endpoint.signed.list_resource_servers(UserPoolId=pool.id)["ResourceServers"]
    return found


def test_deletion_answers_with_nothing_and_leaves_nothing(pool: Pool) -> None:
    create(pool, Scopes=[READ])
    assert {"ResponseMetadata"} == delete(pool).keys()
    assert [] == listed_servers(pool)
    assert [] == create(pool)["Scopes"]


def test_servers_come_in_pages_of_their_own_query(in_process: InProcess, pool: Pool) -> None:
    other = make_pool(in_process)
    names = [f"https://example.com/{number}" for number in range(5)]
    for name in names:
        create(pool, name)
        create(other, name)
    paginator = in_process.signed.get_paginator("list_resource_servers")
    for size, sizes in ((1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (50, [5])):
        found = list(paginator.paginate(UserPoolId=pool.id, PaginationConfig={"PageSize": size}))
        assert sizes == [len(page["ResourceServers"]) for page in found]
        assert names == [server["Identifier"] for page in found for server in page["ResourceServers"]]
    asked = in_process.signed.list_resource_servers
    token = asked(UserPoolId=pool.id, MaxResults=2)["NextToken"]
    delete(pool, names[1])
    rest = asked(UserPoolId=pool.id, NextToken=token)["ResourceServers"]
    assert names[2:] == [server["Identifier"] for server in rest]
    for members in ({"UserPoolId": other.id, "NextToken": token}, {"UserPoolId": pool.id, "NextToken": "garbage"}):
        with refusal("InvalidParameterException") as seen:
            asked(**members)
        assert seen.message.startswith("Invalid pagination token")


def test_another_region_does_not_see_the_pool_and_an_unsigned_caller_sees_nothing(pool: Pool) -> None:
    create(pool)
    server = {"UserPoolId": pool.id, "Identifier": URL}
    calls = {
        "create_resource_server": {**server, "Name": "n"},
        "describe_resource_server": server,
        "update_resource_server": {**server, "Name": "n"},
        "list_resource_servers": {"UserPoolId": pool.id},
        "delete_resource_server": server,
    }
    assert_closed_to_outsiders(pool, calls)


def test_a_pool_has_no_more_servers_than_its_quota(in_process: InProcess) -> None:
    few = limited(in_process, resource_servers_per_pool=2)
    pool = make_pool(few)
    outcomes = race([partial(create, pool, f"server{number}") for number in range(4)])
    full = ("LimitExceededException", "The maximum number of resource servers of a user pool has been reached: 2.")
    assert [("", ""), ("", ""), full, full] == sorted(outcome.refusal for outcome in outcomes)
    delete(pool, listed_servers(pool)[0]["Identifier"])
    assert "another" == create(pool, "another")["Identifier"]


def test_a_server_has_no_more_scopes_than_the_quota(in_process: InProcess) -> None:
    pool = make_pool(limited(in_process, scopes_per_resource_server=1))
    full = "The maximum number of scopes of a resource server has been reached: 1."
    with refusal() as seen:
        create(pool, Scopes=[READ, WRITE])
    assert ("LimitExceededException", full) == seen.said
    before = create(pool, Scopes=[READ])
    with refusal() as seen:
        update(pool, Scopes=[READ, WRITE])
    assert ("InvalidParameterException", full) == seen.said
    assert before == described(pool)


def client_with(pool: Pool, *scopes: str, **settings: Any) -> dict[str, Any]:
    members = {"AllowedOAuthScopes": list(scopes), **settings}
    made: dict[str, Any] = pool.endpoint.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="c", **members)
    client: dict[str, Any] = made["UserPoolClient"]
    return client


def test_clients_may_name_scopes_that_are_there(in_process: InProcess, pool: Pool) -> None:
    other = make_pool(in_process)
    create(pool, Scopes=[READ, WRITE])
    create(pool, "plain", Scopes=[READ])
    create(other, "elsewhere", Scopes=[READ])
    wanted = ["openid", f"{URL}/write:all", "plain/read", f"{URL}/read"]
    client = client_with(pool, *wanted)
    assert wanted == client["AllowedOAuthScopes"]
    known = {"UserPoolId": pool.id, "ClientId": client["ClientId"]}
    for scope in (f"{URL}/delete", URL, "plain", "read", "plain/write:all", "elsewhere/read"):
        for act in (
            partial(client_with, pool, scope),
            partial(in_process.signed.update_user_pool_client, **known, AllowedOAuthScopes=[scope]),
        ):
            with refusal() as seen:
                act()
            assert ("ScopeDoesNotExistException", f"Invalid scope requested: {scope}") == seen.said
    assert client == in_process.signed.describe_user_pool_client(**known)["UserPoolClient"]


def test_a_client_credentials_client_has_custom_scopes(pool: Pool) -> None:
    create(pool, Scopes=[READ])
    machine = {"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": True}
    client = client_with(pool, f"{URL}/read", GenerateSecret=True, **machine)
    assert [f"{URL}/read"] == client["AllowedOAuthScopes"]


def test_a_scope_that_goes_stays_in_clients_until_they_are_written(pool: Pool) -> None:
    create(pool, Scopes=[READ, WRITE])
    scopes = [f"{URL}/read", f"{URL}/write:all"]
    client = client_with(pool, *scopes)
    signed, known = pool.endpoint.signed, {"UserPoolId": pool.id, "ClientId": client["ClientId"]}
    for shrink in (partial(update, pool, Scopes=[READ]), partial(delete, pool)):
        shrink()
        assert client == signed.describe_user_pool_client(**known)["UserPoolClient"]
        with refusal("ScopeDoesNotExistException"):
            signed.update_user_pool_client(**known, AllowedOAuthScopes=scopes)
    create(pool, Scopes=[WRITE])
    updated = signed.update_user_pool_client(**known, AllowedOAuthScopes=scopes[1:])["UserPoolClient"]
    assert scopes[1:] == updated["AllowedOAuthScopes"]
