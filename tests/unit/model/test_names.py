"""Sign-in names in the three shapes of a pool."""

from collections.abc import Mapping

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.names import (
    candidates_of,
    is_sub_like,
    normalised,
    search_values_of,
    sign_in_names_of,
    username_attribute_of,
    verify_username,
)
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from harness.records import pool

SUB = "0a1b2c3d-0000-4000-8000-000000000001"


def user(username: str, attributes: Mapping[str, str], status: UserStatus = UserStatus.CONFIRMED) -> User:
    return User("us-east-1_Pool", SUB, username, status, True, attributes, None, None, None, 0, 1, 0, 0)


PLAIN = pool()
ALIASES = pool(AliasAttributes=["email", "phone_number", "preferred_username"])
BY_EMAIL = pool(UsernameAttributes=["email"])
BY_PHONE = pool(UsernameAttributes=["phone_number"])
BY_EITHER = pool(UsernameAttributes=["email", "phone_number"])
INSENSITIVE = pool(UsernameConfiguration={"CaseSensitive": False}, AliasAttributes=["email"])
VERIFIED = {"email": "Bob@example.com", "email_verified": "true", "phone_number": "+15550100"}


def test_a_plain_pool_knows_users_by_user_name_only() -> None:
    assert sign_in_names_of(PLAIN, user("Bob", VERIFIED)) == [("username", "Bob")]


def test_an_alias_is_a_name_only_once_verified() -> None:
    assert sign_in_names_of(ALIASES, user("Bob", VERIFIED)) == [("username", "Bob"), ("email", "Bob@example.com")]


def test_a_preferred_user_name_is_a_name_once_the_user_is_confirmed() -> None:
    attributes = {"preferred_username": "bobby"}
    assert ("preferred_username", "bobby") in sign_in_names_of(ALIASES, user("bob", attributes))
    unconfirmed = user("bob", attributes, UserStatus.UNCONFIRMED)
    assert sign_in_names_of(ALIASES, unconfirmed) == [("username", "bob")]


def test_a_username_attribute_is_a_name_though_unverified() -> None:
    assert sign_in_names_of(BY_EMAIL, user(SUB, {"email": "b@example.com"})) == [("email", "b@example.com")]


def test_a_federated_user_keeps_its_user_name_in_a_pool_by_attribute() -> None:
    assert sign_in_names_of(BY_EMAIL, user("Okta_7", {})) == [("username", "Okta_7")]


def test_a_value_longer_than_any_request_can_carry_is_no_name() -> None:
    assert sign_in_names_of(ALIASES, user("bob", {"preferred_username": "x" * 129})) == [("username", "bob")]


def test_case_counts_unless_the_pool_says_otherwise() -> None:
    assert normalised(PLAIN, "Bob") != normalised(PLAIN, "bob")
    assert normalised(INSENSITIVE, "STRASSE") == normalised(INSENSITIVE, "straße")
    assert normalised(INSENSITIVE, "é") == normalised(INSENSITIVE, "É")
    assert sign_in_names_of(INSENSITIVE, user("Bob", VERIFIED)) == [("username", "bob"), ("email", "bob@example.com")]


def test_a_given_name_is_tried_as_user_name_before_aliases() -> None:
    assert candidates_of(ALIASES, "bob") == [("username", "bob"), ("preferred_username", "bob")]
    kinds = [kind for kind, _value in candidates_of(ALIASES, "a@example.com")]
    assert kinds == ["username", "email", "preferred_username"]
    assert candidates_of(PLAIN, "a@example.com") == [("username", "a@example.com")]


def test_a_given_name_is_tried_as_the_attribute_it_looks_like() -> None:
    assert candidates_of(BY_EITHER, "a@example.com") == [("email", "a@example.com"), ("username", "a@example.com")]
    assert candidates_of(BY_EITHER, "+15550100") == [("phone_number", "+15550100"), ("username", "+15550100")]


@pytest.mark.parametrize(
    ("of_pool", "message"),
    [
        (BY_EMAIL, "Username should be an email."),
        (BY_PHONE, "Username should be a phone number."),
        (BY_EITHER, "Username should be either an email or a phone number."),
    ],
)
def test_a_pool_by_attribute_refuses_other_names(of_pool: Pool, message: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        verify_username(of_pool, "bob")
    assert message == refused.value.message


def test_a_pool_by_attribute_tells_which_attribute_a_name_is() -> None:
    assert username_attribute_of(BY_EITHER, "a@example.com") == "email"
    assert username_attribute_of(BY_EITHER, "+15550100") == "phone_number"


def test_a_user_name_may_not_look_like_somebody_elses_alias() -> None:
    with pytest.raises(InvalidParameterException) as refused:
        verify_username(ALIASES, "a@example.com")
    assert refused.value.message == "Username cannot be of email format, since user pool is configured for email alias."
    with pytest.raises(InvalidParameterException):
        verify_username(ALIASES, "+15550100")
    verify_username(PLAIN, "a@example.com")


def test_a_sub_is_told_by_its_form() -> None:
    assert is_sub_like(SUB)
    assert not is_sub_like(SUB.upper())
    assert not is_sub_like(f"{SUB}0")


def test_users_are_searched_by_what_they_have_at_a_length_that_every_engine_indexes() -> None:
    values = dict(search_values_of(PLAIN, user("Bob", {"name": "n" * 2048, "birthdate": "2000-01-01"})))
    assert values == {"username": "Bob", "name": "n" * 256}


def test_only_the_address_is_searched_without_regard_to_case() -> None:
    values = dict(search_values_of(INSENSITIVE, user("Bob", VERIFIED)))
    assert values == {"username": "Bob", "email": "bob@example.com", "phone_number": "+15550100"}
