"""Changed attributes, their codes, and users whom an administrator invites."""

import pytest

from cenote.base.errors import (
    AliasExistsException,
    CodeMismatchException,
    ExpiredCodeException,
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
from cenote.model.message import MessageFilter
from cenote.model.password_policy import PasswordPolicy, verify_policy
from cenote.model.user import UserStatus
from cenote.storage import users as user_rows
from flows.user_cases import (
    ALIASES,
    ASK_FIRST,
    BY_EMAIL,
    PLAIN,
    find,
    found,
    insert,
    last_code,
    put,
    refusal,
    subject,
    verified,
)
from harness.clock import FakeClock
from harness.records import client, pool


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
    put(services, PLAIN)
    user = admin_create.create(services, PLAIN, "bob", {"email": "b@example.com"}, mediums=["EMAIL"])
    assert user == find(services, PLAIN, "bob")
    assert user.status is UserStatus.FORCE_CHANGE_PASSWORD
    assert user.temporary_until_ms == user.created_at_ms + 7 * 86_400_000
    invitation = page(services, MessageFilter(to="b@example.com"))[0]
    assert invitation.code is not None
    assert invitation.code in invitation.body
    verify_policy(PLAIN.password_policy, invitation.code)


def test_an_invitation_is_suppressed_or_has_somewhere_to_go(services: Services) -> None:
    put(services, PLAIN)
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
    put(services, PLAIN)
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
