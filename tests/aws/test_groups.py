"""Groups and who is in them."""

from functools import partial
from typing import Any

import pytest
from botocore.config import Config
from outsiders import assert_closed_to_outsiders
from refusals import refusal

from durability.races import race, winner_of
from harness.clock import START, FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess, limited
from harness.people import Pool, attributes, make_pool, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

UNCHECKED = Config(parameter_validation=False)
NO_GROUP = ("ResourceNotFoundException", "Group not found.")
NO_USER = ("UserNotFoundException", "User does not exist.")
ROUNDS = 6


def role(name: str) -> str:
    return f"arn:aws:iam::123456789012:role/{name}"


def create(pool: Pool, name: str, **settings: Any) -> dict[str, Any]:
    made: dict[str, Any] = pool.endpoint.signed.create_group(UserPoolId=pool.id, GroupName=name, **settings)["Group"]
    return made


def shown(pool: Pool, name: str) -> dict[str, Any]:
    found: dict[str, Any] = pool.endpoint.signed.get_group(UserPoolId=pool.id, GroupName=name)["Group"]
    return found


def join(pool: Pool, username: str, *names: str) -> None:
    for name in names:
        pool.endpoint.signed.admin_add_user_to_group(UserPoolId=pool.id, Username=username, GroupName=name)


def leave(pool: Pool, username: str, name: str) -> None:
    pool.endpoint.signed.admin_remove_user_from_group(UserPoolId=pool.id, Username=username, GroupName=name)


def a_user(pool: Pool, username: str, **values: str) -> str:
    """A user made by an administrator, which is quicker than a sign-up; the user's sub."""
    given = attributes(**values)
    made = pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id, Username=username, UserAttributes=given, MessageAction="SUPPRESS"
    )["User"]
    sub: str = next(attribute["Value"] for attribute in made["Attributes"] if attribute["Name"] == "sub")
    return sub


def groups_of(pool: Pool, username: str) -> list[str]:
    found = pool.endpoint.signed.admin_list_groups_for_user(UserPoolId=pool.id, Username=username)["Groups"]
    return [group["GroupName"] for group in found]


def members_of(pool: Pool, name: str) -> set[str]:
    found = pool.endpoint.signed.list_users_in_group(UserPoolId=pool.id, GroupName=name)["Users"]
    return {user["Username"] for user in found}


def test_a_group_shows_what_it_was_given_and_no_more(pool: Pool) -> None:
    bare = create(pool, "bare")
    assert {"GroupName": "bare", "UserPoolId": pool.id, "LastModifiedDate": START, "CreationDate": START} == bare
    settings = {"Description": "Who write", "RoleArn": role("writers"), "Precedence": 0}
    full = create(pool, "Schreiber/ä+ß", **settings)
    assert {**bare, "GroupName": "Schreiber/ä+ß", **settings} == full == shown(pool, "Schreiber/ä+ß")
    listed = pool.endpoint.signed.list_groups(UserPoolId=pool.id)
    assert ([full, bare], False) == (
        sorted(listed["Groups"], key=lambda group: group["GroupName"]),
        "NextToken" in listed,
    )


def test_an_update_changes_what_it_names_and_keeps_the_rest(pool: Pool, clock: FakeClock) -> None:
    before = create(pool, "g", Description="old", RoleArn=role("one"), Precedence=5)
    clock.advance(hours=1)
    update = partial(pool.endpoint.signed.update_group, UserPoolId=pool.id, GroupName="g")
    for changes in ({"Description": "new"}, {"Precedence": 0}, {"RoleArn": role("two")}, {}, {"Description": ""}):
        after = update(**changes)["Group"]
        assert {**before, **changes, "LastModifiedDate": clock.now} == after == shown(pool, "g")
        before = after


def test_a_group_is_made_once_and_names_are_exact(pool: Pool) -> None:
    create(pool, "staff")
    with refusal() as seen:
        create(pool, "staff", Precedence=1)
    assert ("GroupExistsException", "A group with the name already exists.") == seen.said
    assert "Precedence" not in shown(pool, "staff")
    assert "Staff" == create(pool, "Staff")["GroupName"]


def test_one_of_those_who_make_a_group_at_once_makes_it(pool: Pool) -> None:
    assert pool.endpoint.signed is not None
    for name in ("one", "two"):
        outcomes = race([partial(create, pool, name, Precedence=place) for place in range(4)])
        assert winner_of(outcomes, {"GroupExistsException"}) == shown(pool, name)["Precedence"]


def test_updates_at_once_of_different_members_all_hold(pool: Pool) -> None:
    create(pool, "g")
    wanted: dict[str, Any] = {"Description": "d", "RoleArn": role("r"), "Precedence": 3}
    update = partial(pool.endpoint.signed.update_group, UserPoolId=pool.id, GroupName="g")
    outcomes = race([partial(update, **{name: value}) for name, value in wanted.items()])
    assert all(outcome.answer for outcome in outcomes)
    assert wanted == {name: shown(pool, "g")[name] for name in wanted}


def test_what_the_model_forbids_is_refused(pool: Pool) -> None:
    create(pool, "g")
    unchecked = pool.endpoint.boto3_client(config=UNCHECKED)
    wrong: list[dict[str, Any]] = [
        {"Precedence": -1},
        {"RoleArn": "arn:aws:iam::role/without-account"},
        {"RoleArn": "no-arn-but-long-enough-for-one"},
        {"RoleArn": ""},
        {"Description": "x" * 2049},
    ]
    for members in wrong:
        with refusal("InvalidParameterException"):
            unchecked.update_group(UserPoolId=pool.id, GroupName="g", **members)
        with refusal("InvalidParameterException"):
            unchecked.create_group(UserPoolId=pool.id, GroupName="h", **members)
    for name in ("", "with blank", "x" * 129):
        with refusal("InvalidParameterException"):
            unchecked.create_group(UserPoolId=pool.id, GroupName=name)


def operations(pool: Pool) -> dict[str, dict[str, str]]:
    """Every operation on groups, and its members for the group `g` and the user `ada`."""
    group = {"UserPoolId": pool.id, "GroupName": "g"}
    return {
        "create_group": group,
        "get_group": group,
        "update_group": group,
        "list_groups": {"UserPoolId": pool.id},
        "admin_add_user_to_group": {**group, "Username": "ada"},
        "admin_list_groups_for_user": {"UserPoolId": pool.id, "Username": "ada"},
        "list_users_in_group": group,
        "admin_remove_user_from_group": {**group, "Username": "ada"},
        "delete_group": group,
    }


def test_another_region_does_not_see_the_pool_and_an_unsigned_caller_sees_nothing(pool: Pool) -> None:
    assert_closed_to_outsiders(pool, operations(pool))


def test_a_missing_group_or_user_is_named_as_such(pool: Pool) -> None:
    a_user(pool, "ada")
    create(pool, "there")
    _, *existing = operations(pool).items()
    for act, members in existing:
        if "GroupName" in members:
            with refusal() as seen:
                getattr(pool.endpoint.signed, act)(**members)
            assert NO_GROUP == seen.said, act
    for act in (
        partial(join, pool, "eve", "there"),
        partial(leave, pool, "eve", "there"),
        partial(groups_of, pool, "eve"),
    ):
        with refusal() as seen:
            act()
        assert NO_USER == seen.said


def test_operations_without_an_output_answer_with_nothing(pool: Pool) -> None:
    a_user(pool, "ada")
    create(pool, "g")
    client, group = pool.endpoint.signed, {"UserPoolId": pool.id, "GroupName": "g"}
    for act in (
        partial(client.admin_add_user_to_group, **group, Username="ada"),
        partial(client.admin_remove_user_from_group, **group, Username="ada"),
        partial(client.delete_group, **group),
    ):
        assert {"ResponseMetadata"} == act().keys()


def test_users_join_and_leave_by_any_name_that_signs_them_in(in_process: InProcess) -> None:
    pool = make_pool(in_process, AliasAttributes=["email", "preferred_username"])
    sub = a_user(pool, "ada", email="ada@example.com", email_verified="true", preferred_username="countess")
    create(pool, "g")
    for name in ("ada", "ada@example.com", "countess", sub):
        for _ in range(2):
            join(pool, name, "g")
        assert (["g"], {"ada"}) == (groups_of(pool, name), members_of(pool, "g"))
        for _ in range(2):
            leave(pool, name, "g")
        assert ([], set()) == (groups_of(pool, name), members_of(pool, "g"))


def test_members_are_shown_as_list_users_shows_them(pool: Pool) -> None:
    signed_up(pool, "ada", name="Ada")
    a_user(pool, "bea")
    create(pool, "g", Precedence=1)
    join(pool, "ada", "g")
    listed = pool.endpoint.signed.list_users(UserPoolId=pool.id)["Users"]
    in_group = pool.endpoint.signed.list_users_in_group(UserPoolId=pool.id, GroupName="g")
    assert [user for user in listed if user["Username"] == "ada"] == in_group["Users"]
    of_user = pool.endpoint.signed.admin_list_groups_for_user(UserPoolId=pool.id, Username="ada")
    assert [shown(pool, "g")] == of_user["Groups"]
    assert [False, False] == ["NextToken" in answer for answer in (in_group, of_user)]


def pages(pool: Pool, operation: str, key: str, size: int, **asked: str) -> list[list[str]]:
    """What boto3's paginator finds, page by page: the names in *key*."""
    name = "Username" if key == "Users" else "GroupName"
    paginator = pool.endpoint.signed.get_paginator(operation)
    found = paginator.paginate(UserPoolId=pool.id, **asked, PaginationConfig={"PageSize": size})
    return [[each[name] for each in page[key]] for page in found]


def test_lists_come_in_pages_without_gaps_or_repeats(pool: Pool) -> None:
    names = [f"g{number}" for number in range(5)]
    people = [f"user{number}" for number in range(5)]
    for name in names:
        create(pool, name)
    for person in people:
        a_user(pool, person)
        join(pool, person, "g0")
    join(pool, "user0", *names)
    for size, sizes in ((1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (0, [5]), (60, [5])):
        for operation, key, wanted, asked in (
            ("list_groups", "Groups", names, {}),
            ("admin_list_groups_for_user", "Groups", names, {"Username": "user0"}),
            ("list_users_in_group", "Users", people, {"GroupName": "g0"}),
        ):
            found = pages(pool, operation, key, size, **asked)
            assert (sizes, wanted) == ([len(page) for page in found], sorted(name for page in found for name in page))


def test_a_page_goes_on_where_the_last_ended_whoever_came_or_went(pool: Pool) -> None:
    create(pool, "g")
    for number in range(6):
        a_user(pool, f"user{number}")
        join(pool, f"user{number}", "g")
    list_members = partial(pool.endpoint.signed.list_users_in_group, UserPoolId=pool.id, GroupName="g", Limit=2)
    first = list_members()
    gone, last = (user["Username"] for user in first["Users"])
    leave(pool, gone, "g")
    pool.endpoint.signed.admin_delete_user(UserPoolId=pool.id, Username=last)
    rest: list[str] = []
    answer = first
    while "NextToken" in answer:
        answer = list_members(NextToken=answer["NextToken"])
        rest += [user["Username"] for user in answer["Users"]]
    assert {f"user{number}" for number in range(6)} - {gone, last} == set(rest)
    assert 4 == len(rest)


def test_a_token_of_other_pages_is_refused(in_process: InProcess, pool: Pool) -> None:
    other = make_pool(in_process)
    for each in (pool, other):
        for username in ("ada", "bea"):
            a_user(each, username)
            for name in ("g", "h"):
                if username == "ada":
                    create(each, name)
                join(each, username, name)
    client = in_process.signed
    lists: tuple[tuple[Any, dict[str, str]], ...] = (
        (client.list_groups, {}),
        (client.admin_list_groups_for_user, {"Username": "ada"}),
        (client.admin_list_groups_for_user, {"Username": "bea"}),
        (client.list_users_in_group, {"GroupName": "g"}),
        (client.list_users_in_group, {"GroupName": "h"}),
    )
    tokens = {
        (each.id, place): act(UserPoolId=each.id, Limit=1, **asked)["NextToken"]
        for each in (pool, other)
        for place, (act, asked) in enumerate(lists)
    }
    for (of_pool, of_place), token in [*tokens.items(), ((pool.id, -1), "garbage")]:
        for place, (act, asked) in enumerate(lists):
            if (of_pool, of_place) == (pool.id, place):
                assert "NextToken" not in act(UserPoolId=pool.id, Limit=1, NextToken=token, **asked)
                continue
            with refusal("InvalidParameterException") as seen:
                act(UserPoolId=pool.id, NextToken=token, **asked)
            assert seen.message.startswith("Invalid pagination token")


def test_deleting_a_group_or_a_user_takes_the_memberships_along(pool: Pool) -> None:
    for username in ("ada", "bea"):
        a_user(pool, username)
    for name in ("g", "h"):
        create(pool, name)
        join(pool, "ada", name)
        join(pool, "bea", name)
    pool.endpoint.signed.delete_group(UserPoolId=pool.id, GroupName="g")
    assert ["h"] == groups_of(pool, "ada")
    create(pool, "g")
    assert set() == members_of(pool, "g")
    pool.endpoint.signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    assert {"bea"} == members_of(pool, "h")
    a_user(pool, "ada")
    assert [] == groups_of(pool, "ada")


@pytest.mark.parametrize("goes", ["group", "user"])
def test_nobody_joins_what_is_being_deleted(pool: Pool, goes: str) -> None:
    """Whoever wins: no membership is left of a group or a user that is gone."""
    client = pool.endpoint.signed
    for turn in range(ROUNDS):
        username, name = f"user{turn}", f"group{turn}"
        sub = a_user(pool, username)
        create(pool, name)
        delete = {
            "group": partial(client.delete_group, UserPoolId=pool.id, GroupName=name),
            "user": partial(client.admin_delete_user, UserPoolId=pool.id, Username=username),
        }[goes]
        outcomes = race([partial(join, pool, username, name), delete, partial(join, pool, username, name)])
        assert {outcome.refusal for outcome in outcomes} <= {("", ""), NO_GROUP, NO_USER}
        assert memberships(pool, sub, name) == 0


def memberships(pool: Pool, sub: str, name: str) -> int:
    """How many rows say that the user is in the group."""
    assert isinstance(pool.endpoint, InProcess)
    with pool.endpoint.services.database.read() as tx:
        found = tx.exec_driver_sql(
            f"SELECT count(*) FROM memberships WHERE sub = '{sub}' AND group_name = '{name}'"  # noqa: S608 - the test's own values
        )
        return int(found.scalar_one())


def test_a_pool_has_no_more_groups_than_its_quota(in_process: InProcess) -> None:
    few = limited(in_process, groups_per_pool=2)
    pool = make_pool(few)
    assert few.signed is not None
    outcomes = race([partial(create, pool, f"g{number}") for number in range(4)])
    full = ("LimitExceededException", "The maximum number of groups of a user pool has been reached: 2.")
    assert [("", ""), ("", ""), full, full] == sorted(outcome.refusal for outcome in outcomes)
    [name, _] = [group["GroupName"] for group in few.signed.list_groups(UserPoolId=pool.id)["Groups"]]
    with refusal("GroupExistsException"):
        create(pool, name)
    few.signed.delete_group(UserPoolId=pool.id, GroupName=name)
    assert name == create(pool, name)["GroupName"]


def test_a_user_is_in_no_more_groups_than_the_quota(in_process: InProcess) -> None:
    few = limited(in_process, groups_per_user=2)
    pool = make_pool(few)
    a_user(pool, "ada")
    a_user(pool, "bea")
    names = [f"g{number}" for number in range(4)]
    for name in names:
        create(pool, name)
    outcomes = race([partial(join, pool, "ada", name) for name in names])
    full = ("InvalidParameterException", "The maximum number of groups of a user has been reached: 2.")
    assert [("", ""), ("", ""), full, full] == sorted(outcome.refusal for outcome in outcomes)
    present = groups_of(pool, "ada")
    assert 2 == len(present)
    join(pool, "ada", *present)
    join(pool, "bea", "g0", "g1")
    leave(pool, "ada", present[0])
    join(pool, "ada", present[0])
    assert present == groups_of(pool, "ada")
