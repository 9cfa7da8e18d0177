"""Users with their names: uniqueness that holds under races, aliases that move, changes that are not lost."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from cenote.base.errors import (
    AliasExistsException,
    CodeMismatchException,
    ExpiredCodeException,
    Fault,
    InvalidParameterException,
    LimitExceededException,
    NotAuthorizedException,
    UnsupportedUserStateException,
    UsernameExistsException,
    UserNotFoundException,
)
from cenote.flows import admin_create, profile, users
from cenote.flows.deliveries import page
from cenote.flows.services import Services
from cenote.flows.subject import Subject
from cenote.model.client import Client, client_of
from cenote.model.message import MessageFilter
from cenote.model.password_policy import PasswordPolicy, verify_policy
from cenote.model.pool import Pool, pool_of
from cenote.model.schema import new_schema
from cenote.model.user import User, UserStatus
from cenote.storage import users as user_rows
from cenote.storage.database import Tx
from harness.clock import FakeClock

ASK_FIRST = {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def pool(pool_id: str = "us-east-1_Pool", **document: Any) -> Pool:
    return pool_of(
        pool_id=pool_id,
        account_id="000000000000",
        region="us-east-1",
        name="p",
        document={"SchemaAttributes": new_schema([]), **document},
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


def client(**document: Any) -> Client:
    return client_of(
        client_id="c",
        pool_id="us-east-1_Pool",
        name="c",
        document=document,
        secrets=(),
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


PLAIN = pool()
ALIASES = pool(AliasAttributes=["email", "preferred_username"], AutoVerifiedAttributes=["email"])
BY_EMAIL = pool(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])


def insert(
    services: Services,
    of_pool: Pool,
    username: str,
    attributes: Mapping[str, str] | None = None,
    *,
    force: bool = False,
) -> User:
    user = users.new_user(services, of_pool, username, attributes or {}, UserStatus.CONFIRMED)
    services.database.write("insert", lambda tx: users.insert(services, tx, of_pool, user, force_alias=force))
    return user


def find(services: Services, of_pool: Pool, given: str) -> User | None:
    with services.database.read() as tx:
        return users.find(services, tx, of_pool, given)


def found(services: Services, of_pool: Pool, given: str) -> User:
    user = find(services, of_pool, given)
    assert user is not None
    return user


def last_code(services: Services, to: str) -> str:
    return page(services, MessageFilter(to=to))[0].code or ""


def refusal(kind: type[Fault], act: Callable[[], object]) -> str:
    with pytest.raises(kind) as refused:
        act()
    return refused.value.message


def subject(services: Services, of_pool: Pool, user: User, of_client: Client | None = None) -> Subject:
    return Subject(of_pool, of_client or client(), found(services, of_pool, user.sub), {})


def verified(address: str) -> dict[str, str]:
    return {"email": address, "email_verified": "true"}


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


def test_a_new_alias_signs_in_only_once_verified_and_the_former_no_more(services: Services) -> None:
    bob = insert(services, ALIASES, "bob", verified("old@example.com"))
    sent = profile.change_own_attributes(services, subject(services, ALIASES, bob), {"email": "new@example.com"})
    assert [(one.attribute, one.destination) for one in sent] == [("email", "n***@e***")]
    assert find(services, ALIASES, "old@example.com") is None
    assert find(services, ALIASES, "new@example.com") is None
    code = last_code(services, "new@example.com")
    profile.verify_attribute(services, subject(services, ALIASES, bob), "email", code)
    assert found(services, ALIASES, "new@example.com").sub == bob.sub


def test_a_new_username_attribute_signs_in_at_once(services: Services) -> None:
    bob = insert(services, BY_EMAIL, "old@example.com", {"email_verified": "true"})
    profile.change_own_attributes(services, subject(services, BY_EMAIL, bob), {"email": "new@example.com"})
    assert find(services, BY_EMAIL, "old@example.com") is None
    assert not found(services, BY_EMAIL, "new@example.com").is_verified("email")


@pytest.mark.parametrize("shape", [{"UsernameAttributes": ["email"]}, {"AliasAttributes": ["email"]}])
def test_a_pool_that_asks_first_keeps_the_former_address_until_the_code(
    services: Services, clock: FakeClock, shape: dict[str, list[str]]
) -> None:
    asks = pool(AutoVerifiedAttributes=["email"], UserAttributeUpdateSettings=ASK_FIRST, **shape)
    name = "old@example.com" if "UsernameAttributes" in shape else "bob"
    bob = insert(services, asks, name, verified("old@example.com"))
    profile.change_own_attributes(services, subject(services, asks, bob), {"email": "new@example.com"})
    assert found(services, asks, "old@example.com").is_verified("email")
    assert find(services, asks, "new@example.com") is None
    clock.advance(seconds=1)
    assert profile.send_code(services, subject(services, asks, bob), "email").destination == "n***@e***"
    profile.verify_attribute(services, subject(services, asks, bob), "email", last_code(services, "new@example.com"))
    assert find(services, asks, "old@example.com") is None
    assert found(services, asks, "new@example.com").is_verified("email")


def test_a_code_proves_only_the_address_that_it_was_sent_to(services: Services) -> None:
    unasked = pool(AliasAttributes=["email"])
    bob = insert(services, unasked, "bob", {"email": "mine@example.com"})
    profile.send_code(services, subject(services, unasked, bob), "email")
    profile.change_own_attributes(services, subject(services, unasked, bob), {"email": "victim@example.com"})
    with pytest.raises(ExpiredCodeException):
        profile.verify_attribute(
            services, subject(services, unasked, bob), "email", last_code(services, "mine@example.com")
        )
    assert find(services, unasked, "victim@example.com") is None


def test_a_taken_alias_leaves_the_code_as_it_was(services: Services) -> None:
    eve = insert(services, ALIASES, "eve", verified("b@example.com"))
    bob = insert(services, ALIASES, "bob", {"email": "b@example.com"})
    profile.send_code(services, subject(services, ALIASES, bob), "email")
    code = last_code(services, "b@example.com")
    of_bob = subject(services, ALIASES, bob)
    message = refusal(AliasExistsException, lambda: profile.verify_attribute(services, of_bob, "email", code))
    assert message == "An account with the email already exists."
    services.database.write("delete", lambda tx: users.delete(services, tx, ALIASES, eve))
    profile.verify_attribute(services, of_bob, "email", code)
    assert found(services, ALIASES, "b@example.com").sub == bob.sub


def test_a_code_is_used_once_and_guesses_are_refused(services: Services) -> None:
    bob = insert(services, PLAIN, "bob", {"email": "b@example.com"})
    of_bob = subject(services, PLAIN, bob)
    profile.send_code(services, of_bob, "email")
    code = last_code(services, "b@example.com")
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(CodeMismatchException):
        profile.verify_attribute(services, of_bob, "email", wrong)
    profile.verify_attribute(services, of_bob, "email", code)
    with pytest.raises(ExpiredCodeException):
        profile.verify_attribute(services, of_bob, "email", code)


def test_codes_are_sent_five_times_an_hour(services: Services) -> None:
    bob = insert(services, PLAIN, "bob", {"email": "b@example.com"})
    of_bob = subject(services, PLAIN, bob)
    for _time in range(5):
        profile.send_code(services, of_bob, "email")
    with pytest.raises(LimitExceededException):
        profile.send_code(services, of_bob, "email")


def test_a_client_changes_only_what_it_may(services: Services) -> None:
    bob = insert(services, PLAIN, "bob", {"email": "b@example.com"})
    of_bob = subject(services, PLAIN, bob, client(WriteAttributes=["name"]))
    profile.change_own_attributes(services, of_bob, {"name": "Bob"})
    for changes in ({"nickname": "b"}, {"email_verified": "true"}, {"sub": "x"}, {"name": "B", "email": ""}):
        with pytest.raises(NotAuthorizedException):
            profile.change_own_attributes(services, of_bob, changes)
    assert found(services, PLAIN, "bob").attributes == {"email": "b@example.com", "name": "Bob"}


def test_only_what_a_user_has_is_sent_a_code(services: Services) -> None:
    bob = insert(services, PLAIN, "bob", {"email": "b@example.com"})
    for attribute in ("phone_number", "name"):
        with pytest.raises(InvalidParameterException):
            profile.send_code(services, subject(services, PLAIN, bob), attribute)


def test_an_invited_user_must_change_a_temporary_password(services: Services) -> None:
    user = admin_create.create(services, PLAIN, "bob", {"email": "b@example.com"}, mediums=["EMAIL"])
    assert user == find(services, PLAIN, "bob")
    assert user.status is UserStatus.FORCE_CHANGE_PASSWORD
    assert user.temporary_until_ms == user.created_at_ms + 7 * 86_400_000
    invitation = page(services, MessageFilter(to="b@example.com"))[0]
    assert invitation.code is not None
    assert invitation.code in invitation.body
    verify_policy(PLAIN.password_policy, invitation.code)


def test_an_invitation_is_suppressed_or_has_somewhere_to_go(services: Services) -> None:
    admin_create.create(services, PLAIN, "bob", {"email": "b@example.com"}, mediums=["EMAIL"], is_suppressed=True)
    admin_create.create(services, PLAIN, "ann", {"email": "a@example.com"})
    assert page(services, MessageFilter()) == []
    with pytest.raises(InvalidParameterException):
        admin_create.create(services, PLAIN, "eve", {"email": "e@example.com"}, mediums=["SMS"])
    assert find(services, PLAIN, "eve") is None


def test_an_administrator_is_told_of_taken_names_by_one_fault(services: Services) -> None:
    insert(services, ALIASES, "bob", verified("b@example.com"))
    create = admin_create.create
    assert (
        refusal(UsernameExistsException, lambda: create(services, ALIASES, "bob", {})) == "User account already exists"
    )
    given = verified("b@example.com")
    message = refusal(UsernameExistsException, lambda: create(services, ALIASES, "eve", given))
    assert message == "An account with the email already exists."
    eve = create(services, ALIASES, "eve", given, force_alias=True)
    assert found(services, ALIASES, "b@example.com").sub == eve.sub


def test_an_invitation_is_sent_again_to_who_never_signed_in(services: Services) -> None:
    first = admin_create.create(services, PLAIN, "bob", {"email": "b@example.com"}, mediums=["EMAIL"])
    again = admin_create.resend(services, PLAIN, "bob", mediums=["EMAIL"])
    assert again.sealed_password != first.sealed_password
    assert len(page(services, MessageFilter(to="b@example.com"))) == 2
    insert(services, PLAIN, "ann")
    message = refusal(UnsupportedUserStateException, lambda: admin_create.resend(services, PLAIN, "ann"))
    assert message == "Resend not possible. ann status is not FORCE_CHANGE_PASSWORD"
    with pytest.raises(UserNotFoundException):
        admin_create.resend(services, PLAIN, "nobody")


@pytest.mark.parametrize(
    "policy",
    [
        PasswordPolicy(),
        PasswordPolicy(minimum_length=99),
        PasswordPolicy(6, requires_uppercase=False, requires_lowercase=False, requires_numbers=False),
    ],
)
def test_a_generated_password_is_one_that_the_policy_accepts(policy: PasswordPolicy) -> None:
    for _time in range(50):
        verify_policy(policy, admin_create.generate_password(policy))


def test_names_of_another_pool_are_free(services: Services) -> None:
    insert(services, PLAIN, "bob")
    other = insert(services, pool("us-east-1_Other"), "bob")
    with services.database.read() as tx:
        assert user_rows.get(tx, "us-east-1_Pool", other.sub) is None
