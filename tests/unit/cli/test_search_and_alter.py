"""`cenote search`, `cenote users` and `cenote alter` as one types them, on a deployment in an empty folder."""

import json

import pytest

from cenote.flows.services import Services
from cenote.model.pool import Pool
from flows import crowds
from harness.command_line import Typed


@pytest.fixture
def pool(services: Services) -> Pool:
    """Bob and Eve, of whom Bob is gold."""
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("Bob", {"custom:plan": "gold", "email": "b@example.com"}), ("eve", {})])
    return pool


def test_an_attribute_is_indexed_searched_and_unindexed(pool: Pool, typed: Typed) -> None:
    wanted = 'custom:plan = "gold"'
    command = f"cenote search index {pool.pool_id} custom:plan"
    assert typed("users", pool.pool_id, wanted) == (
        1,
        "",
        f"cenote: custom:plan is not indexed. Let it be: {command}\n",
    )
    assert typed(*command.split()[1:]) == (0, "custom:plan\tBUILT\n", "")
    assert typed("search", "show", pool.pool_id) == (0, "custom:plan\tBUILT\n", "")
    said = 'Bob\tCONFIRMED\tcustom:plan="gold" email="b@example.com"\n'
    assert typed("users", pool.pool_id, wanted) == (0, said, "")
    assert typed("search", "unindex", pool.pool_id, "custom:plan") == (0, "No attribute is indexed.\n", "")
    assert typed("search", "index", pool.pool_id) == (0, "No attribute is indexed.\n", "")


def test_users_are_printed_as_list_users_shows_them(pool: Pool, typed: Typed) -> None:
    code, out, err = typed("users", pool.pool_id, "--json")
    assert (code, err) == (0, "")
    assert {"Bob", "eve"} == {json.loads(line)["Username"] for line in out.splitlines()}
    code, out, err = typed("users", pool.pool_id, "--json", "--limit", "1")
    assert (code, len(out.splitlines())) == (0, 1)
    assert err == "There may be more users than these 1; --limit 0 lists all.\n"
    assert len(typed("users", pool.pool_id, "--json", "--limit", "0")[1].splitlines()) == 2


def test_without_apply_it_only_says_what_would_break(services: Services, pool: Pool, typed: Typed) -> None:
    code, out, err = typed("alter", pool.pool_id, "--alias-attributes", "email", "--require", "email")
    assert (code, err) == (0, "")
    assert out == (
        "2 users were looked at.\n"
        "LOSS (1): users lack email; they keep signing in without it\n"
        "    eve\n"
        "Nothing was changed; --apply --accept-losses does it.\n"
    )
    assert typed("alter", pool.pool_id, "--alias-attributes", "email")[1].endswith("; --apply does it.\n")
    assert pool == crowds.present(services, pool)


def test_what_breaks_has_to_be_accepted(services: Services, pool: Pool, typed: Typed) -> None:
    arguments = ("alter", pool.pool_id, "--require", "email", "--apply")
    assert typed(*arguments)[::2] == (1, "cenote: nothing was changed: --accept-losses does it nevertheless\n")
    assert pool == crowds.present(services, pool)
    code, out, _err = typed(*arguments, "--accept-losses")
    assert (code, out.splitlines()[-1]) == (
        0,
        f"{pool.pool_id} is altered. Passwords, subs and sessions are as they were.",
    )
    assert crowds.present(services, pool).schema["email"].is_required


def test_an_obstacle_has_to_go_first(services: Services, pool: Pool, typed: Typed) -> None:
    crowds.add(services, pool, [("bob", {})])
    asked = typed("alter", pool.pool_id, "--case-insensitive")
    assert asked[1].endswith("Nothing was changed; put the obstacles out of the way first.\n")
    code, out, err = typed("alter", pool.pool_id, "--case-insensitive", "--apply", "--accept-losses")
    assert (code, err) == (1, "cenote: nothing was changed: put the obstacles out of the way first\n")
    assert "OBSTACLE (2): users would share a name with another one" in out
    assert crowds.present(services, pool).is_case_sensitive


def test_shapes_are_typed_by_name(services: Services, pool: Pool, typed: Typed) -> None:
    for option, names in (("--alias-attributes", "email, phone_number"), ("--username-attributes", "email")):
        assert typed("alter", pool.pool_id, option, names, "--apply", "--accept-losses")[0] == 0
    after = crowds.present(services, pool)
    assert (after.username_attributes, after.alias_attributes) == ({"email"}, frozenset())
    assert typed("alter", pool.pool_id, "--alias-attributes", "none", "--apply", "--accept-losses")[0] == 0
    assert not crowds.present(services, pool).username_attributes


def test_nothing_to_alter_is_said(pool: Pool, typed: Typed) -> None:
    assert typed("alter", pool.pool_id) == (1, "", "cenote: nothing is to be altered: see cenote alter --help\n")
    assert typed("alter", "us-east-1_Nobody", "--case-insensitive")[::2] == (
        1,
        "cenote: User pool us-east-1_Nobody does not exist.\n",
    )
