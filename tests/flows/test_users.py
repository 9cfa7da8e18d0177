"""Users with their names: uniqueness that holds under races, aliases that move, changes that are not lost."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from cenote.base.errors import (
    AliasExistsException,
    Fault,
    InvalidParameterException,
    UsernameExistsException,
    UserNotFoundException,
)
from cenote.flows import profile, users
from cenote.flows.services import Services
from cenote.model.user import User, UserStatus
from cenote.storage.database import Tx
from flows.user_cases import (
    ALIASES,
    BY_EMAIL,
    PLAIN,
    find,
    found,
    insert,
    refusal,
    verified,
)
from harness.records import pool


def test_a_user_is_found_by_each_name_and_by_sub(services: Services) -> None:
    bob = insert(services, ALIASES, "bob", verified("b@example.com") | {"preferred_username": "bobby"})
    for given in ("bob", "b@example.com", "bobby", bob.sub):
        assert bob == find(services, ALIASES, given)
    assert find(services, ALIASES, "nobody") is None
    assert find(services, pool("us-east-1_Other"), "bob") is None


def test_in_a_pool_by_email_the_user_name_is_the_sub(services: Services) -> None:
    bob = insert(services, BY_EMAIL, "b@example.com")
    assert bob.username == bob.sub
    assert bob.attributes == {"email": "b@example.com"}
    assert bob == find(services, BY_EMAIL, "b@example.com") == find(services, BY_EMAIL, bob.sub)


def test_a_name_that_contradicts_its_attribute_is_refused(services: Services) -> None:
    with pytest.raises(InvalidParameterException):
        users.new_user(services, BY_EMAIL, "b@example.com", {"email": "c@example.com"}, UserStatus.CONFIRMED)


def test_case_variants_are_one_name_in_a_pool_that_says_so(services: Services) -> None:
    insensitive = pool(UsernameConfiguration={"CaseSensitive": False})
    insert(services, insensitive, "Bob")
    assert refusal(UsernameExistsException, lambda: insert(services, insensitive, "BOB")) == "User already exists"
    assert found(services, insensitive, "bOB").username == "Bob"


def test_a_taken_name_is_refused_in_the_words_for_it(services: Services) -> None:
    insert(services, PLAIN, "bob")
    assert refusal(UsernameExistsException, lambda: insert(services, PLAIN, "bob")) == "User already exists"
    by_email = pool("us-east-1_Mail", UsernameAttributes=["email"])
    insert(services, by_email, "b@example.com")
    message = refusal(UsernameExistsException, lambda: insert(services, by_email, "b@example.com"))
    assert message == "An account with the given email already exists."
    aliases = pool("us-east-1_Alias", AliasAttributes=["email"])
    insert(services, aliases, "bob", verified("b@example.com"))
    message = refusal(AliasExistsException, lambda: insert(services, aliases, "eve", verified("b@example.com")))
    assert message == "An account with the email already exists."
    assert find(services, aliases, "eve") is None


def test_unverified_addresses_may_be_shared_in_an_alias_pool(services: Services) -> None:
    insert(services, ALIASES, "bob", {"email": "b@example.com"})
    insert(services, ALIASES, "eve", {"email": "b@example.com"})
    assert find(services, ALIASES, "b@example.com") is None


def test_forcing_an_alias_takes_it_from_its_owner(services: Services) -> None:
    bob = insert(services, ALIASES, "bob", verified("b@example.com"))
    eve = insert(services, ALIASES, "eve", verified("b@example.com"), force=True)
    assert found(services, ALIASES, "b@example.com").sub == eve.sub
    assert not found(services, ALIASES, bob.sub).is_verified("email")


def test_forcing_takes_no_username_attribute(services: Services) -> None:
    insert(services, BY_EMAIL, "b@example.com")
    with pytest.raises(UsernameExistsException):
        insert(services, BY_EMAIL, "b@example.com", force=True)


def test_nobody_is_hidden_by_a_name_that_somebody_else_chose(services: Services) -> None:
    bob = insert(services, ALIASES, "bob", {"preferred_username": "bobby"})
    with pytest.raises(UsernameExistsException):
        insert(services, ALIASES, "bobby")
    with pytest.raises(UsernameExistsException):
        insert(services, ALIASES, bob.sub)
    with pytest.raises(AliasExistsException):
        insert(services, ALIASES, "eve", {"preferred_username": "bob"})
    own = insert(services, ALIASES, "ann", {"preferred_username": "ann"})
    assert own == find(services, ALIASES, "ann")


def race(act: Callable[[int], object]) -> list[Fault | None]:
    start = threading.Barrier(8)
    outcomes: list[Fault | None] = []

    def run(number: int) -> None:
        start.wait()
        try:
            act(number)
            outcomes.append(None)
        except Fault as fault:
            outcomes.append(fault)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_eight_who_sign_up_under_one_address_one_gets_it(services: Services) -> None:
    outcomes = race(lambda _number: insert(services, BY_EMAIL, "same@example.com"))
    assert outcomes.count(None) == 1
    assert all(isinstance(fault, UsernameExistsException) for fault in outcomes if fault is not None)
    assert len(outcomes) == 8


def test_of_eight_whose_address_is_verified_at_once_one_gets_the_alias(services: Services) -> None:
    people = [insert(services, ALIASES, f"user{number}", {"email": "same@example.com"}) for number in range(8)]

    def verify(number: int) -> None:
        flag = {"email_verified": "true"}
        profile.change_attributes(services, ALIASES, people[number].sub, flag)

    outcomes = race(verify)
    assert outcomes.count(None) == 1
    assert all(isinstance(fault, AliasExistsException) for fault in outcomes if fault is not None)


def test_no_change_is_lost_when_many_change_one_user(services: Services) -> None:
    bob = insert(services, PLAIN, "bob")
    names = ("name", "nickname", "profile", "picture", "website", "gender", "locale", "zoneinfo")
    outcomes = race(lambda number: profile.change_attributes(services, PLAIN, bob.sub, {names[number]: "x"}))
    assert outcomes == [None] * 8
    assert dict.fromkeys(names, "x") == found(services, PLAIN, "bob").attributes


def test_a_change_is_decided_again_on_the_fresh_user(services: Services) -> None:
    bob = insert(services, PLAIN, "bob")
    seen: list[int] = []

    def work(tx: Tx) -> User:
        user = users.require(services, tx, PLAIN, "bob")
        seen.append(user.version)
        stale = replace(user, version=user.version - 1) if len(seen) == 1 else user
        return users.replace(services, tx, PLAIN, stale, replace(user, enabled=False))

    written = users.write(services, "change", work)
    assert seen == [bob.version, bob.version]
    assert written == find(services, PLAIN, "bob")


def test_a_deleted_user_leaves_its_names(services: Services) -> None:
    bob = insert(services, ALIASES, "bob", verified("b@example.com"))
    services.database.write("delete", lambda tx: users.delete(services, tx, ALIASES, bob))
    with pytest.raises(UserNotFoundException):
        services.database.write("delete", lambda tx: users.delete(services, tx, ALIASES, bob))
    insert(services, ALIASES, "bob", verified("b@example.com"))
