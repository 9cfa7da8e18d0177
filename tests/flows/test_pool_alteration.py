"""Altering what AWS never alters: what is reported, what is refused, and that names and rules change in one step."""

import threading
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from cenote.base.errors import (
    InvalidParameterException,
    ResourceNotFoundException,
    TooManyRequestsException,
    UserNotFoundException,
)
from cenote.flows import search_index, users
from cenote.flows.alteration_report import Report
from cenote.flows.pool_alteration import Outcome, alter, report
from cenote.flows.pools import create_client
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.pool_settings.alteration import Alteration
from cenote.model.user import UserStatus
from cenote.storage import pools
from cenote.storage.database import Tx
from cenote.storage.users import get_by_name
from flows import crowds
from flows.one_pool import at_once

BY_EMAIL = Alteration(username_attributes=("email",))
ALIASES = Alteration(alias_attributes=("email", "phone_number", "preferred_username"))
PLAIN = Alteration(alias_attributes=())
INSENSITIVE = Alteration(is_case_sensitive=False)
HIDDEN = "users have an address or sub that is another one's chosen name: only one of the two would be found by it"


def verified(address: str, **more: str) -> dict[str, str]:
    return {"email": address, "email_verified": "true", **more}


def texts(found: Report) -> dict[str, tuple[int, bool]]:
    """What was found: text → count, is it an obstacle."""
    return {finding.text: (finding.count, finding.is_obstacle) for finding in found.findings}


def altered(services: Services, pool: Pool, alteration: Alteration, *, accept: bool = False) -> Pool:
    outcome = alter(services, pool.pool_id, alteration, accept_losses=accept)
    assert outcome.is_altered, outcome.report
    crowds.assert_rows_fit(services, pool)
    return crowds.present(services, pool)


def found(services: Services, pool: Pool, given: str) -> str | None:
    """The user name of whom *given* names."""
    with services.database.read() as tx:
        user = users.find(services, tx, pool, given)
    return None if user is None else user.username


def test_a_report_writes_nothing(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("bob", verified("b@example.com"))])
    assert report(services, pool.pool_id, BY_EMAIL) == Report(1, ())
    assert pool == crowds.present(services, pool)
    crowds.assert_rows_fit(services, pool)


def test_whoever_had_a_user_name_signs_in_by_it_and_by_the_address(services: Services) -> None:
    pool = crowds.new_pool(services)
    [bob] = crowds.add(services, pool, [("bob", {"email": "b@example.com"})])
    after = altered(services, pool, BY_EMAIL)
    assert after.document["UsernameAttributes"] == ["email"]
    assert [found(services, after, given) for given in ("bob", "b@example.com", bob.sub)] == ["bob"] * 3


SHAPES = [
    ({}, PLAIN),
    ({"AliasAttributes": ["email", "phone_number", "preferred_username"]}, ALIASES),
    ({"UsernameAttributes": ["email"]}, BY_EMAIL),
]


@pytest.mark.parametrize("begin", range(3))
@pytest.mark.parametrize("end", range(3))
def test_from_each_shape_to_each_other_and_back_the_names_are_the_shapes_own(
    services: Services, begin: int, end: int
) -> None:
    pool = crowds.new_pool(services, **SHAPES[begin][0])
    name = "a@example.com" if begin == 2 else "ada"
    [ada] = crowds.add(services, pool, [(name, verified("a@example.com", preferred_username="Countess"))])
    former = [found(services, pool, given) for given in ("ada", "a@example.com", "Countess", ada.sub)]
    there = altered(services, pool, SHAPES[end][1], accept=True)
    signs_in = {
        "ada": ada.username if begin != 2 else None,
        "a@example.com": ada.username if end != 0 else None,
        "Countess": ada.username if end == 1 else None,
        ada.sub: ada.username,
    }
    assert {given: found(services, there, given) for given in signs_in} == signs_in
    back = altered(services, there, SHAPES[begin][1], accept=True)
    assert [found(services, back, given) for given in ("ada", "a@example.com", "Countess", ada.sub)] == former


def test_two_who_share_an_address_are_in_the_way_of_signing_in_by_it(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("bob", {"email": "one@example.com"}), ("eve", {"email": "one@example.com"})])
    crowds.add(services, pool, [("amy", {"email": "amy@example.com"})])
    outcome = alter(services, pool.pool_id, BY_EMAIL, accept_losses=True)
    assert not outcome.is_altered
    [finding] = outcome.report.findings
    assert (finding.count, finding.is_obstacle, finding.text) == (2, True, "users would share a name with another one")
    assert finding.examples[0] in {"one@example.com: bob, eve", "one@example.com: eve, bob"}
    assert pool == crowds.present(services, pool)
    crowds.assert_rows_fit(services, pool)


def test_unverified_addresses_are_shared_in_an_alias_pool(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("bob", {"email": "one@example.com"}), ("eve", verified("one@example.com"))])
    after = altered(services, pool, ALIASES)
    assert found(services, after, "one@example.com") == "eve"


def test_names_that_differ_in_case_are_in_the_way_of_forgetting_it(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("Bob", {}), ("bob", {}), ("Eve", {})])
    assert texts(report(services, pool.pool_id, INSENSITIVE)) == {
        "users would share a name with another one": (2, True)
    }
    services.database.write("delete", lambda tx: users.delete(services, tx, pool, _require(tx, pool, "bob")))
    after = altered(services, pool, INSENSITIVE)
    assert [found(services, after, given) for given in ("BOB", "eve", "Eve")] == ["Bob", "Eve", "Eve"]
    assert texts(report(services, pool.pool_id, Alteration(is_case_sensitive=True))) == {
        "users would have to type capital letters as they are stored": (2, False)
    }
    assert not alter(services, pool.pool_id, Alteration(is_case_sensitive=True), accept_losses=False).is_altered
    back = altered(services, pool, Alteration(is_case_sensitive=True), accept=True)
    assert [found(services, back, given) for given in ("BOB", "eve", "Eve")] == [None, None, "Eve"]


def test_addresses_are_searched_as_the_pool_compares_them(services: Services) -> None:
    pool = crowds.new_pool(services, AliasAttributes=["email"])
    crowds.add(services, pool, [("bob", verified("Bob@Example.com", **{"custom:plan": "Gold"}))])
    run = search_index.start(services, pool.pool_id, ["custom:plan"])
    assert run is not None
    assert search_index.build(services, run, lambda _count: None)
    after = altered(services, pool, INSENSITIVE)
    assert found(services, after, "bob@example.COM") == "bob"
    assert after.search_index == {"custom:plan": search_index.IndexState.BUILT}


def test_who_could_no_longer_sign_in_is_counted(services: Services) -> None:
    pool = crowds.new_pool(services, UsernameAttributes=["email"])
    crowds.add(services, pool, [("a@example.com", {"email_verified": "true"}), ("b@example.com", {})])
    assert texts(report(services, pool.pool_id, ALIASES)) == {
        "users could no longer sign in by their email": (1, False),
        "users would be left with their sub as the only name": (1, False),
    }
    assert texts(report(services, pool.pool_id, PLAIN)) == {
        "users could no longer sign in by their email": (2, False),
        "users would be left with their sub as the only name": (2, False),
    }


def test_a_user_name_that_is_anothers_address_is_in_the_way(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(
        services, pool, [("a@example.com", verified("own@example.com")), ("b@example.com", verified("b@example.com"))]
    )
    assert report(services, pool.pool_id, BY_EMAIL).findings == ()
    crowds.add(services, pool, [("eve", verified("a@example.com"))])
    assert texts(report(services, pool.pool_id, BY_EMAIL)) == {HIDDEN: (1, True)}
    assert texts(report(services, pool.pool_id, ALIASES)) == {HIDDEN: (1, True)}


def test_a_preferred_user_name_that_is_anothers_sub_is_in_the_way_of_aliases(services: Services) -> None:
    pool = crowds.new_pool(services)
    [bob] = crowds.add(services, pool, [("bob", {})])
    crowds.add(services, pool, [("eve", {"preferred_username": bob.sub})])
    assert texts(report(services, pool.pool_id, ALIASES)) == {HIDDEN: (1, True)}


def test_a_user_name_in_the_form_of_a_sub_would_be_taken_for_one(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("0a1b2c3d-0000-4000-8000-000000000001", {"email": "a@example.com"})])
    assert texts(report(services, pool.pool_id, BY_EMAIL)) == {
        "users could no longer sign in by their username": (1, False)
    }


def test_a_user_name_and_another_users_preferred_one_are_in_the_way_of_aliases(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("bob", {}), ("eve", {"preferred_username": "bob"})])
    assert texts(report(services, pool.pool_id, ALIASES)) == {"users would share a name with another one": (2, True)}


def test_an_attribute_that_becomes_required_is_missed_by_users_and_clients(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("bob", {"email": "b@example.com"}), ("eve", {"family_name": "Eve"})])
    wanted = Alteration(required=frozenset({"email", "family_name"}))
    lacking = {f"users lack {name}; they keep signing in without it": (1, False) for name in ("email", "family_name")}
    assert texts(report(services, pool.pool_id, wanted)) == lacking
    client = create_client(services, pool, name="narrow", document={"WriteAttributes": ["email"]}, secret=None)
    barred = f"app client {client.client_id} could not sign anybody up: it may not write family_name"
    assert texts(report(services, pool.pool_id, wanted)) == {**lacking, barred: (1, True)}
    assert not alter(services, pool.pool_id, wanted, accept_losses=True).is_altered


def test_required_and_no_longer_required(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [("bob", {"email": "b@example.com"})])
    after = altered(services, pool, Alteration(required=frozenset({"email"})))
    assert after.schema["email"].is_required
    with pytest.raises(InvalidParameterException, match="email: The attribute is required"):
        users.new_user(services, after, "eve", {}, UserStatus.CONFIRMED)
    back = altered(services, pool, Alteration(not_required=frozenset({"email"})))
    assert back.document == pool.document


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"username_attributes": ("email",), "alias_attributes": ("email",)}, "Only one of the aliasAttributes or"),
    ({"username_attributes": ("preferred_username",)}, "preferred_username is none of email, phone_number."),
    ({"alias_attributes": ("name",)}, "name is none of email, phone_number, preferred_username."),
    ({"required": frozenset({"custom:plan"})}, "Required custom attributes are not supported currently."),
    ({"required": frozenset({"nothing"})}, "The user pool has no attribute nothing."),
    ({"not_required": frozenset({"sub"})}, "sub is always required."),
    ({"required": frozenset({"name"}), "not_required": frozenset({"name"})}, "name cannot be required and not."),
    (
        {"required": frozenset({"preferred_username"}), "alias_attributes": ("preferred_username",)},
        "preferred_username cannot be both an alias and a required attribute.",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_no_pool_can_be_is_refused(services: Services, given: dict[str, Any], message: str) -> None:
    pool = crowds.new_pool(services)
    for act in (report, partial(alter, accept_losses=True)):
        with pytest.raises(InvalidParameterException, match=message):
            act(services, pool.pool_id, Alteration(**given))
    with pytest.raises(ResourceNotFoundException):
        report(services, "us-east-1_Nobody", Alteration(**given))


def test_who_writes_by_the_former_rules_begins_again(services: Services) -> None:
    pool = crowds.new_pool(services)
    [bob] = crowds.add(services, pool, [("bob", {"email": "b@example.com"})])
    after = altered(services, pool, BY_EMAIL)
    # Another process knows the pool of before for up to a second.
    for act in (
        lambda: crowds.add(services, pool, [("eve", {"email": "b@example.com"})]),
        lambda: crowds.change(services, pool, bob, email=""),
        lambda: services.database.write("delete", lambda tx: users.delete(services, tx, pool, bob)),
    ):
        with pytest.raises(TooManyRequestsException) as refused:
            act()
        assert refused.value.code == "TooManyRequestsException"
    crowds.assert_rows_fit(services, pool)
    assert crowds.change(services, after, bob, email="new@example.com").attributes["email"] == "new@example.com"


def test_who_writes_beside_other_settings_is_not_disturbed(services: Services) -> None:
    pool = crowds.new_pool(services)
    services.database.write(
        "update", lambda tx: pools.update(tx, pool, name="renamed", document=pool.document, now_ms=1)
    )
    crowds.add(services, pool, [("bob", {})])
    assert found(services, pool, "bob") == "bob"


def test_nobody_is_written_into_a_pool_that_is_gone(services: Services) -> None:
    pool = crowds.new_pool(services)
    services.database.write("delete", lambda tx: pools.delete(tx, pool.pool_id))
    with pytest.raises(ResourceNotFoundException):
        crowds.add(services, pool, [("bob", {})])


def test_sign_ups_at_the_same_time_are_of_before_or_of_after(services: Services) -> None:
    pool = crowds.new_pool(services)
    crowds.add(services, pool, [(f"user{number}", {"email": f"user{number}@example.com"}) for number in range(300)])
    written: list[str] = []
    is_over = threading.Event()

    def coming(stripe: int) -> None:
        # Each by the rules that this process read at first, as a process does within the second.
        for number in range(200):
            try:
                crowds.add(services, pool, [(f"new{stripe}-{number}", {"email": f"New{stripe}-{number}@example.com"})])
            except TooManyRequestsException:
                return
            written.append(f"new{stripe}-{number}")
            if is_over.is_set():
                return

    def altering() -> Outcome:
        try:
            return alter(services, pool.pool_id, replace(BY_EMAIL, is_case_sensitive=False), accept_losses=False)
        finally:
            is_over.set()

    outcome, *rest = at_once(altering, *(partial(coming, stripe) for stripe in range(3)))
    assert isinstance(outcome, Outcome)
    assert outcome.is_altered
    assert rest == [None, None, None]
    crowds.assert_rows_fit(services, pool)
    after = crowds.present(services, pool)
    assert [found(services, after, f"{name}@EXAMPLE.com") for name in written] == written
    with pytest.raises(TooManyRequestsException):
        crowds.add(services, pool, [("late", {})])


def _require(tx: Tx, pool: Pool, name: str) -> Any:
    user = get_by_name(tx, pool.pool_id, ("username",), name)
    if user is None:
        raise UserNotFoundException
    return user
