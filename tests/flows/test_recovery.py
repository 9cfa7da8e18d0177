"""Forgotten passwords, and those that an administrator resets."""

from typing import Any

import pytest

from cenote.base.errors import (
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    InvalidPasswordException,
    LimitExceededException,
    NotAuthorizedException,
    PasswordHistoryPolicyViolationException,
    UserNotFoundException,
)
from cenote.flows import passwords, recovery, users
from cenote.flows.deliveries import Delivery
from cenote.model.message import Channel, Purpose
from cenote.model.user import User, UserStatus
from cenote.storage import lockout
from flows.one_pool import NEW_PASSWORD, PASSWORD, OnePool, at_once

VERIFIED = {"email": "jane@example.com", "email_verified": "true"}
BY_MAIL = Delivery("email", Channel.EMAIL, "j***@e***")
NO_ADDRESS = "^Cannot reset password for the user as there is no registered/verified email or phone_number$"


def make(one: OnePool, username: str = "jane", attributes: dict[str, str] | None = None, **changes: Any) -> User:
    status = changes.pop("status", UserStatus.CONFIRMED)
    new = users.new_user(
        one.services, one.pool, username, VERIFIED if attributes is None else attributes, UserStatus.CONFIRMED
    )
    sealed = passwords.sealed(one.services, one.pool, new.sub, new.username, PASSWORD)
    user = passwords.changed(one.services, new, sealed, history_size=0, status=status)
    one.database.write("insert", lambda tx: users.insert(one.services, tx, one.pool, user))
    return one.change(user.sub, **changes) if changes else user


def forget(one: OnePool, given: str = "jane") -> Delivery:
    return recovery.forgot_password(one.services, one.pool, one.client, given)


def recover(one: OnePool, code: str, given: str = "jane", password: str = NEW_PASSWORD) -> None:
    recovery.confirm_forgot_password(one.services, one.pool, one.client, given, code=code, password=password)


def has_password(one: OnePool, user: User, password: str) -> bool:
    return passwords.is_right(one.services, one.pool, one.user(user.sub), password)


def test_a_forgotten_password_is_replaced_against_the_code(one: OnePool) -> None:
    user = make(one)
    assert BY_MAIL == forget(one)
    message = one.messages()[0]
    assert ("jane@example.com", Purpose.FORGOT_PASSWORD) == (message.to, message.purpose)
    recover(one, one.last_code())
    assert has_password(one, user, NEW_PASSWORD)
    assert not has_password(one, user, PASSWORD)
    assert one.count("codes") == 0


@pytest.mark.parametrize("status", [UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED, UserStatus.UNCONFIRMED])
def test_recovery_confirms_the_user(one: OnePool, status: UserStatus) -> None:
    user = make(one, status=status)
    forget(one)
    recover(one, one.last_code())
    assert UserStatus.CONFIRMED is one.user(user.sub).status


def test_a_new_password_ends_the_lockout(one: OnePool) -> None:
    user = make(one)
    for _ in range(6):
        one.database.write("fail", lambda tx: lockout.fail(tx, one.pool.pool_id, user.sub, one.clock.now_ms()))
    forget(one)
    recover(one, one.last_code())
    with one.database.read() as tx:
        assert not lockout.is_paused(tx, one.pool.pool_id, user.sub, one.clock.now_ms())


def test_a_password_against_the_policy_leaves_code_and_tries(one: OnePool) -> None:
    make(one)
    forget(one)
    for _ in range(6):
        with pytest.raises(InvalidPasswordException):
            recover(one, one.last_code(), password="short")
    recover(one, one.last_code())


def test_a_password_of_the_history_leaves_the_code(one: OnePool) -> None:
    one.configure(Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}})
    make(one)
    forget(one)
    with pytest.raises(PasswordHistoryPolicyViolationException):
        recover(one, one.last_code(), password=PASSWORD)
    recover(one, one.last_code())


def test_of_threads_that_recover_by_one_code_one_sets_its_password(one: OnePool) -> None:
    user = make(one)
    forget(one)
    code = one.last_code()
    tried = [f"{NEW_PASSWORD}{number}" for number in range(4)]
    outcomes = at_once(*[lambda password=password: recover(one, code, password=password) for password in tried])
    assert 1 == outcomes.count(None)
    assert 3 == sum(isinstance(outcome, ExpiredCodeException) for outcome in outcomes)
    assert has_password(one, user, tried[outcomes.index(None)])


def test_a_code_ends_when_its_address_changes(one: OnePool) -> None:
    user = make(one)
    forget(one)
    code = one.last_code()
    other = {"email": "other@example.com", "email_verified": "true"}
    users.update(one.services, one.pool, user.sub, lambda present: User(**{**as_fields(present), "attributes": other}))
    with pytest.raises(ExpiredCodeException):
        recover(one, code)


def as_fields(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in User.__dataclass_fields__}


@pytest.mark.parametrize(
    ("mechanisms", "expected"),
    [
        ([], "phone_number"),
        (["verified_email", "verified_phone_number"], "email"),
        (["verified_phone_number", "verified_email"], "phone_number"),
        (["verified_email"], "email"),
    ],
)
def test_the_pool_says_which_address_comes_first(one: OnePool, mechanisms: list[str], expected: str) -> None:
    named = [{"Priority": place, "Name": name} for place, name in enumerate(mechanisms, 1)]
    one.configure(AccountRecoverySetting={"RecoveryMechanisms": named} if named else {})
    make(one, attributes={**VERIFIED, "phone_number": "+12065559934", "phone_number_verified": "true"})
    assert expected == forget(one).attribute


def test_where_only_administrators_reset_nobody_is_asked_for(one: OnePool) -> None:
    one.configure(AccountRecoverySetting={"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]})
    make(one)
    for given in ("jane", "nobody"):
        with pytest.raises(NotAuthorizedException, match=r"^Contact administrator to reset password\.$"):
            forget(one, given)


@pytest.mark.parametrize("attributes", [{}, {"email": "jane@example.com"}])
def test_without_a_verified_address_nothing_is_reset(one: OnePool, attributes: dict[str, str]) -> None:
    make(one, attributes=attributes)
    with pytest.raises(InvalidParameterException, match=NO_ADDRESS):
        forget(one)


@pytest.mark.parametrize("status", [UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.EXTERNAL_PROVIDER])
def test_a_user_without_an_own_password_is_refused(one: OnePool, status: UserStatus) -> None:
    make(one, status=status)
    with pytest.raises(NotAuthorizedException, match=r"^User password cannot be reset in the current state\.$"):
        forget(one)


def test_a_disabled_user_is_refused(one: OnePool) -> None:
    make(one, enabled=False)
    with pytest.raises(NotAuthorizedException, match=r"^User is disabled$"):
        forget(one)


def test_a_user_disabled_after_the_code_went_out_is_refused(one: OnePool) -> None:
    user = make(one)
    forget(one)
    one.change(user.sub, enabled=False)
    with pytest.raises(NotAuthorizedException, match=r"^User is disabled$"):
        recover(one, one.last_code())


def test_a_name_without_a_user_is_told_so(one: OnePool) -> None:
    for act in (lambda: forget(one, "nobody"), lambda: recover(one, "123456", "nobody")):
        with pytest.raises(UserNotFoundException, match=r"^Username/client id combination not found\.$"):
            act()


def test_a_code_that_nobody_asked_for_is_expired(one: OnePool) -> None:
    make(one)
    with pytest.raises(ExpiredCodeException, match=r"^Invalid code provided, please request a code again\.$"):
        recover(one, "123456")


@pytest.mark.parametrize("given", ["jane", "nobody"])
def test_five_codes_an_hour_go_to_somebody_and_to_nobody(one: OnePool, given: str) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    make(one)
    for _ in range(5):
        forget(one, given)
    with pytest.raises(LimitExceededException, match=r"^Attempt limit exceeded, please try after some time\.$"):
        forget(one, given)
    one.clock.forward(minutes=60)
    forget(one, given)


@pytest.mark.parametrize(
    "changes",
    [
        {"enabled": False},
        {"attributes": {}},
        {"status": UserStatus.FORCE_CHANGE_PASSWORD},
        {"status": UserStatus.EXTERNAL_PROVIDER},
    ],
)
def test_where_users_are_hidden_whoever_cannot_be_reached_looks_reached(one: OnePool, changes: dict[str, Any]) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    make(one, **changes)
    assert {Channel.EMAIL, Channel.SMS} >= {forget(one).medium}
    assert forget(one) == forget(one)
    assert [] == one.messages()
    with pytest.raises(CodeMismatchException):
        recover(one, "123456")


@pytest.mark.parametrize("asks", [True, False])
def test_where_users_are_hidden_nobody_guesses_like_somebody(one: OnePool, asks: bool) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    make(one)

    def answers(given: str) -> list[type[Exception]]:
        if asks:
            forget(one, given)
        real = one.messages()[0].code if one.messages() else "000000"
        kinds: list[type[Exception]] = []
        for _ in range(16):
            with pytest.raises((CodeMismatchException, ExpiredCodeException, LimitExceededException)) as caught:
                recover(one, f"{(int(real or 0) + 1) % 1_000_000:06d}", given)
            kinds.append(caught.type)
        return kinds

    assert answers("jane") == answers("nobody")


def test_where_users_are_hidden_a_given_address_is_shown_masked(one: OnePool) -> None:
    one.configure_client(PreventUserExistenceErrors="ENABLED")
    assert Delivery("email", Channel.EMAIL, "s***@e***") == forget(one, "somebody@example.com")
    assert Delivery("phone_number", Channel.SMS, "+*******0100") == forget(one, "+12065550100")


def test_an_administrator_makes_a_user_choose_a_new_password(one: OnePool) -> None:
    user = make(one)
    recovery.reset_by_admin(one.services, one.pool, "jane")
    assert UserStatus.RESET_REQUIRED is one.user(user.sub).status
    assert (Purpose.FORGOT_PASSWORD, 1) == (one.messages()[0].purpose, one.woken)
    recover(one, one.last_code())
    assert UserStatus.CONFIRMED is one.user(user.sub).status


@pytest.mark.parametrize("status", [UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.UNCONFIRMED])
def test_an_administrator_resets_only_who_has_a_password(one: OnePool, status: UserStatus) -> None:
    user = make(one, status=status)
    with pytest.raises(NotAuthorizedException, match=r"^User password cannot be reset in the current state\.$"):
        recovery.reset_by_admin(one.services, one.pool, "jane")
    assert status is one.user(user.sub).status


def test_an_administrator_cannot_reset_who_cannot_be_reached(one: OnePool) -> None:
    user = make(one, attributes={})
    with pytest.raises(InvalidParameterException, match=NO_ADDRESS):
        recovery.reset_by_admin(one.services, one.pool, "jane")
    assert UserStatus.CONFIRMED is one.user(user.sub).status


def test_an_administrator_is_told_of_an_unknown_user(one: OnePool) -> None:
    with pytest.raises(UserNotFoundException, match=r"^User does not exist\.$"):
        recovery.reset_by_admin(one.services, one.pool, "nobody")
