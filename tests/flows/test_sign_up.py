"""Signing up and confirming."""

from typing import Any

import pytest

from cenote.base.errors import (
    AliasExistsException,
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    InvalidPasswordException,
    LimitExceededException,
    NotAuthorizedException,
    UsernameExistsException,
    UserNotFoundException,
)
from cenote.flows import passwords, sign_up
from cenote.flows.deliveries import Delivery
from cenote.model.message import Channel, Purpose, Status
from cenote.model.user import User, UserStatus
from flows.one_pool import PASSWORD, OnePool, at_once

EMAIL = {"email": "jane@example.com"}


def join(
    one: OnePool, username: str = "jane", attributes: dict[str, str] | None = None, **given: Any
) -> sign_up.SignedUp:
    values = {"password": PASSWORD, **given}
    return sign_up.sign_up(
        one.services,
        one.pool,
        one.client,
        username=username,
        attributes=EMAIL if attributes is None else attributes,
        **values,
    )


def confirm(one: OnePool, code: str, given: str = "jane", *, force_alias: bool = False) -> None:
    sign_up.confirm(one.services, one.pool, one.client, given=given, code=code, force_alias=force_alias)


def resend(one: OnePool, given: str = "jane") -> Delivery:
    return sign_up.resend_code(one.services, one.pool, one.client, given)


def test_signing_up_makes_an_unconfirmed_user_with_a_password(one: OnePool) -> None:
    user = one.user(join(one).user.sub)
    assert (UserStatus.UNCONFIRMED, "jane") == (user.status, user.username)
    assert {**EMAIL, "email_verified": "false"} == dict(user.attributes)
    assert passwords.is_right(one.services, one.pool, user, PASSWORD)


def test_signing_up_sends_a_code_and_tells_where_without_telling_it(one: OnePool) -> None:
    delivery = join(one).delivery
    assert Delivery("email", Channel.EMAIL, "j***@e***") == delivery
    message = one.messages()[0]
    assert ("jane@example.com", Purpose.SIGN_UP, Status.HELD) == (message.to, message.purpose, message.status)
    assert one.woken == 1


def test_the_phone_number_wins_where_both_are_verified(one: OnePool) -> None:
    one.configure(AutoVerifiedAttributes=["email", "phone_number"])
    delivery = join(one, attributes={**EMAIL, "phone_number": "+12065559934"}).delivery
    assert Delivery("phone_number", Channel.SMS, "+*******9934") == delivery


def test_nothing_is_sent_where_the_pool_verifies_nothing(one: OnePool) -> None:
    one.configure(AutoVerifiedAttributes=[])
    assert join(one).delivery is None
    assert [] == one.messages()


def test_a_taken_name_is_refused_and_nothing_is_written(one: OnePool) -> None:
    join(one)
    with pytest.raises(UsernameExistsException, match=r"^User already exists$"):
        join(one, attributes={"email": "other@example.com"})
    assert (1, 1, 1) == (one.count("users"), one.count("codes"), one.count("outbox"))


def test_of_threads_that_want_one_name_one_gets_it(one: OnePool) -> None:
    outcomes = at_once(*[lambda: join(one)] * 4)
    assert 3 == sum(isinstance(outcome, UsernameExistsException) for outcome in outcomes)
    assert (1, 1, 1) == (one.count("users"), one.count("codes"), one.count("outbox"))


def test_an_address_as_user_name_becomes_the_attribute(one: OnePool) -> None:
    one.configure(UsernameAttributes=["email"])
    user = join(one, "jane@example.com", {}).user
    assert (user.sub, "jane@example.com") == (user.username, user.attributes["email"])
    with pytest.raises(UsernameExistsException, match=r"^An account with the given email already exists\.$"):
        join(one, "jane@example.com", {})


def test_each_rule_is_asked_in_awss_order(one: OnePool) -> None:
    one.configure(UsernameAttributes=["email"], AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    unknown = {"custom:nothing": "1"}
    with pytest.raises(NotAuthorizedException, match=r"^SignUp is not permitted for this user pool$"):
        join(one, "jane", unknown, password="x")
    one.configure(AdminCreateUserConfig={})
    with pytest.raises(InvalidParameterException, match=r"^Username should be an email\.$"):
        join(one, "jane", unknown, password="x")
    with pytest.raises(InvalidParameterException, match="custom:nothing: Attribute does not exist in the schema"):
        join(one, "jane@example.com", unknown, password="x")
    with pytest.raises(InvalidPasswordException, match="Password not long enough"):
        join(one, "jane@example.com", {}, password="x")


def test_signing_up_needs_a_password(one: OnePool) -> None:
    with pytest.raises(InvalidParameterException):
        join(one, password=None)


def test_a_client_may_not_verify_its_own_users(one: OnePool) -> None:
    with pytest.raises(NotAuthorizedException, match=r"^A client attempted to write unauthorized attribute$"):
        join(one, attributes={**EMAIL, "email_verified": "true"})


def test_the_code_confirms_the_user_and_verifies_the_address(one: OnePool) -> None:
    sub = join(one).user.sub
    confirm(one, one.last_code())
    user = one.user(sub)
    assert (UserStatus.CONFIRMED, True) == (user.status, user.is_verified("email"))
    assert one.count("codes") == 0


def test_a_confirmed_user_is_not_confirmed_again(one: OnePool) -> None:
    join(one)
    code = one.last_code()
    confirm(one, code)
    with pytest.raises(NotAuthorizedException, match=r"^User cannot be confirmed\. Current status is CONFIRMED$"):
        confirm(one, code)


def test_a_disabled_user_is_not_confirmed_and_keeps_the_code(one: OnePool) -> None:
    sub = join(one).user.sub
    one.change(sub, enabled=False)
    with pytest.raises(NotAuthorizedException, match=r"^User is disabled\.$"):
        confirm(one, one.last_code())
    assert one.count("codes") == 1


def test_of_threads_that_confirm_one_user_one_succeeds(one: OnePool) -> None:
    join(one)
    code = one.last_code()
    outcomes = at_once(*[lambda: confirm(one, code)] * 4)
    assert 1 == outcomes.count(None)
    assert 3 == sum(isinstance(outcome, (ExpiredCodeException, NotAuthorizedException)) for outcome in outcomes)


def test_an_address_that_another_user_proved_is_refused_and_leaves_the_code(one: OnePool) -> None:
    one.configure(AliasAttributes=["email"])
    first = join(one, "jane").user
    confirm(one, one.last_code())
    second = join(one, "joan").user
    code = one.last_code("joan")
    with pytest.raises(AliasExistsException, match=r"^An account with the email already exists\.$"):
        confirm(one, code, "joan")
    assert UserStatus.UNCONFIRMED is one.user(second.sub).status
    confirm(one, code, "joan", force_alias=True)
    assert [False, True] == [one.user(sub).is_verified("email") for sub in (first.sub, second.sub)]


def test_a_name_without_a_user_is_told_so(one: OnePool) -> None:
    for act in (lambda: confirm(one, "123456", "nobody"), lambda: resend(one, "nobody")):
        with pytest.raises(UserNotFoundException, match=r"^Username/client id combination not found\.$"):
            act()


def test_where_users_are_hidden_nobody_guesses_like_somebody(one: OnePool) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    join(one)
    code = one.last_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    def answers(given: str) -> list[type[Exception]]:
        kinds: list[type[Exception]] = []
        for _ in range(16):
            with pytest.raises((CodeMismatchException, ExpiredCodeException, LimitExceededException)) as caught:
                confirm(one, wrong, given)
            kinds.append(caught.type)
        return kinds

    assert answers("jane") == answers("nobody")


def test_resending_sends_another_code_and_ends_the_former(one: OnePool) -> None:
    join(one)
    former = one.last_code()
    assert Delivery("email", Channel.EMAIL, "j***@e***") == resend(one)
    newer = next(message for message in one.messages() if message.purpose is Purpose.RESEND_CODE).code
    assert newer
    if former != newer:
        with pytest.raises(CodeMismatchException):
            confirm(one, former)
    confirm(one, newer)


def test_resending_to_a_confirmed_user_is_refused(one: OnePool) -> None:
    join(one)
    confirm(one, one.last_code())
    with pytest.raises(InvalidParameterException, match=r"^User is already confirmed\.$"):
        resend(one)


def test_resending_where_nothing_is_verified_is_refused(one: OnePool) -> None:
    one.configure(AutoVerifiedAttributes=[])
    join(one)
    with pytest.raises(InvalidParameterException, match=r"^Auto verification not turned on\.$"):
        resend(one)


@pytest.mark.parametrize("given", ["jane", "nobody"])
def test_five_codes_an_hour_are_resent_to_somebody_and_to_nobody(one: OnePool, given: str) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    join(one)
    for _ in range(5):
        resend(one, given)
    with pytest.raises(LimitExceededException):
        resend(one, given)
    one.clock.forward(minutes=60)
    resend(one, given)


def test_where_users_are_hidden_a_delivery_to_nobody_looks_real_and_stays_the_same(one: OnePool) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    assert Delivery("email", Channel.EMAIL, "n***@e***") == resend(one, "nobody@example.com")
    assert resend(one, "nobody") == resend(one, "nobody")
    assert [] == one.messages()


def test_where_users_are_hidden_a_disabled_user_is_sent_nothing(one: OnePool) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    one.change(join(one).user.sub, enabled=False)
    assert "email" == resend(one).attribute
    assert len(one.messages()) == 1


def test_an_administrator_confirms_without_verifying(one: OnePool) -> None:
    sub = join(one).user.sub
    sign_up.confirm_by_admin(one.services, one.pool, "jane")
    user: User = one.user(sub)
    assert (UserStatus.CONFIRMED, False, 0) == (user.status, user.is_verified("email"), one.count("codes"))
    with pytest.raises(NotAuthorizedException, match=r"^User cannot be confirmed\. Current status is CONFIRMED$"):
        sign_up.confirm_by_admin(one.services, one.pool, "jane")


def test_an_administrator_is_told_of_an_unknown_user(one: OnePool) -> None:
    with pytest.raises(UserNotFoundException, match=r"^User does not exist\.$"):
        sign_up.confirm_by_admin(one.services, one.pool, "nobody")
