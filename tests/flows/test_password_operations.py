"""ChangePassword, AdminSetUserPassword, and the wire of signing up and recovering."""

from typing import Any

import pytest

from cenote.aws.idp import passwords as operations
from cenote.aws.idp import recovery, sign_up
from cenote.aws.operation import Call
from cenote.base.errors import (
    ExpiredCodeException,
    InvalidPasswordException,
    LimitExceededException,
    NotAuthorizedException,
    PasswordHistoryPolicyViolationException,
    PasswordResetRequiredException,
    UserNotFoundException,
)
from cenote.crypto.secret_hash import secret_hash
from cenote.flows import passwords
from cenote.flows.subject import Subject
from cenote.model.user import User, UserStatus
from flows.one_pool import CLIENT_ID, NEW_PASSWORD, PASSWORD, POOL_ID, START_MS, OnePool

DAY_MS = 24 * 60 * 60 * 1000


def call_of(subject: Subject | None = None) -> Call:
    return Call(
        service="cognito-idp",
        operation="",
        request_id="",
        region="us-east-1",
        account_id="000000000000",
        caller=None,
        subject=subject,
        source_ip="127.0.0.1",
        user_agent="",
    )


def join(one: OnePool, **params: Any) -> User:
    attributes = [{"Name": "email", "Value": "jane@example.com"}]
    given: Any = {
        "ClientId": CLIENT_ID,
        "Username": "jane",
        "Password": PASSWORD,
        "UserAttributes": attributes,
        **params,
    }
    return one.user(sign_up.sign_up(one.services, call_of(), given)["UserSub"])


def confirmed(one: OnePool) -> User:
    user = join(one)
    sign_up.admin_confirm_sign_up(one.services, call_of(), {"UserPoolId": POOL_ID, "Username": "jane"})
    return one.user(user.sub)


def change(one: OnePool, user: User, previous: str | None, proposed: str) -> None:
    params: Any = {"AccessToken": "verified by the door", "ProposedPassword": proposed}
    if previous is not None:
        params["PreviousPassword"] = previous
    subject = Subject(one.pool, one.client, user, {})
    assert operations.change_password(one.services, call_of(subject), params) == {}


def set_password(one: OnePool, password: str = NEW_PASSWORD, *, permanent: bool) -> None:
    params: Any = {"UserPoolId": POOL_ID, "Username": "jane", "Password": password, "Permanent": permanent}
    assert operations.admin_set_user_password(one.services, call_of(), params) == {}


def has_password(one: OnePool, user: User, password: str) -> bool:
    return passwords.is_right(one.services, one.pool, one.user(user.sub), password)


def test_a_user_changes_its_password_by_the_former_one(one: OnePool) -> None:
    user = confirmed(one)
    change(one, user, PASSWORD, NEW_PASSWORD)
    assert (True, False) == (has_password(one, user, NEW_PASSWORD), has_password(one, user, PASSWORD))
    assert UserStatus.CONFIRMED is one.user(user.sub).status


@pytest.mark.parametrize("previous", ["Wrong-password-1", None])
def test_without_the_former_password_nothing_changes(one: OnePool, previous: str | None) -> None:
    user = confirmed(one)
    with pytest.raises(NotAuthorizedException, match=r"^Incorrect username or password\.$"):
        change(one, user, previous, NEW_PASSWORD)
    assert has_password(one, user, PASSWORD)


def test_a_new_password_has_to_fit_the_policy_and_the_history(one: OnePool) -> None:
    one.configure(Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}})
    user = confirmed(one)
    with pytest.raises(InvalidPasswordException):
        change(one, user, PASSWORD, "short")
    change(one, user, PASSWORD, NEW_PASSWORD)
    with pytest.raises(PasswordHistoryPolicyViolationException, match=r"^Password has previously been used\.$"):
        change(one, one.user(user.sub), NEW_PASSWORD, PASSWORD)


def test_five_changes_an_hour_are_judged(one: OnePool) -> None:
    user = confirmed(one)
    for _ in range(5):
        with pytest.raises(NotAuthorizedException):
            change(one, user, None, NEW_PASSWORD)
    with pytest.raises(LimitExceededException, match=r"^Attempt limit exceeded, please try after some time\.$"):
        change(one, user, PASSWORD, NEW_PASSWORD)
    one.clock.forward(minutes=60)
    change(one, user, PASSWORD, NEW_PASSWORD)


def test_a_password_proved_before_another_change_changes_nothing(one: OnePool) -> None:
    user = confirmed(one)
    set_password(one, "Set-by-admin-3", permanent=True)
    with pytest.raises(NotAuthorizedException):
        change(one, user, PASSWORD, NEW_PASSWORD)
    assert has_password(one, user, "Set-by-admin-3")


def test_a_user_without_a_password_sets_the_first_one(one: OnePool) -> None:
    user = one.change(confirmed(one).sub, sealed_password=None)
    with pytest.raises(NotAuthorizedException):
        change(one, user, PASSWORD, NEW_PASSWORD)
    change(one, user, None, NEW_PASSWORD)
    assert has_password(one, user, NEW_PASSWORD)


def test_a_user_of_an_identity_provider_sets_no_password(one: OnePool) -> None:
    user = one.change(confirmed(one).sub, sealed_password=None, status=UserStatus.EXTERNAL_PROVIDER)
    with pytest.raises(NotAuthorizedException):
        change(one, user, None, NEW_PASSWORD)


def test_a_reset_user_does_not_change_its_way_around_the_reset(one: OnePool) -> None:
    user = one.change(confirmed(one).sub, status=UserStatus.RESET_REQUIRED)
    with pytest.raises(PasswordResetRequiredException):
        change(one, user, PASSWORD, NEW_PASSWORD)


@pytest.mark.parametrize("status", list(UserStatus))
def test_a_permanent_password_confirms_whoever_it_is(one: OnePool, status: UserStatus) -> None:
    user = one.change(join(one).sub, status=status)
    set_password(one, permanent=True)
    stored = one.user(user.sub)
    assert (UserStatus.CONFIRMED, None) == (stored.status, stored.temporary_until_ms)
    assert has_password(one, user, NEW_PASSWORD)


@pytest.mark.parametrize("status", list(UserStatus))
def test_a_temporary_password_has_to_be_changed_in_its_time(one: OnePool, status: UserStatus) -> None:
    one.configure(Policies={"PasswordPolicy": {"MinimumLength": 8, "TemporaryPasswordValidityDays": 3}})
    user = one.change(join(one).sub, status=status)
    set_password(one, permanent=False)
    stored = one.user(user.sub)
    assert (UserStatus.FORCE_CHANGE_PASSWORD, START_MS + 3 * DAY_MS) == (stored.status, stored.temporary_until_ms)


def test_an_administrators_password_obeys_policy_and_history(one: OnePool) -> None:
    one.configure(Policies={"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 1}})
    join(one)
    with pytest.raises(InvalidPasswordException):
        set_password(one, "short", permanent=True)
    with pytest.raises(PasswordHistoryPolicyViolationException):
        set_password(one, PASSWORD, permanent=True)


def test_an_administrators_password_ends_recovery_codes(one: OnePool) -> None:
    user = confirmed(one)
    one.change(user.sub, attributes={**user.attributes, "email_verified": "true"})
    one.clock.forward(minutes=1)
    recovery.forgot_password(one.services, call_of(), {"ClientId": CLIENT_ID, "Username": "jane"})
    code = one.last_code()
    set_password(one, permanent=True)
    with pytest.raises(ExpiredCodeException):
        recovery.confirm_forgot_password(
            one.services,
            call_of(),
            {"ClientId": CLIENT_ID, "Username": "jane", "ConfirmationCode": code, "Password": "Attackers-choice-9"},
        )


def test_an_administrator_is_told_of_an_unknown_user(one: OnePool) -> None:
    with pytest.raises(UserNotFoundException, match=r"^User does not exist\.$"):
        set_password(one, permanent=True)


def test_signing_up_answers_as_on_the_wire(one: OnePool) -> None:
    params: Any = {"ClientId": CLIENT_ID, "Username": "jane", "Password": PASSWORD}
    params["UserAttributes"] = [{"Name": "email", "Value": "jane@example.com"}]
    response = sign_up.sign_up(one.services, call_of(), params)
    details = {"Destination": "j***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    assert (False, details) == (response["UserConfirmed"], response["CodeDeliveryDetails"])
    confirm: Any = {"ClientId": CLIENT_ID, "Username": "jane", "ConfirmationCode": one.last_code()}
    assert sign_up.confirm_sign_up(one.services, call_of(), confirm) == {}


def test_an_operation_of_a_confidential_client_needs_its_hash(one: OnePool) -> None:
    one.configure_client("a-secret-of-24-characters")
    hashed = secret_hash("a-secret-of-24-characters", "jane", CLIENT_ID)
    assert join(one, SecretHash=hashed).username == "jane"
    named: Any = {"ClientId": CLIENT_ID, "Username": "jane"}
    with pytest.raises(NotAuthorizedException, match="SECRET_HASH was not received"):
        sign_up.resend_confirmation_code(one.services, call_of(), named)
    with pytest.raises(NotAuthorizedException, match="configured for secret but secret was not received"):
        recovery.forgot_password(one.services, call_of(), named)
    named["SecretHash"] = hashed
    response = sign_up.resend_confirmation_code(one.services, call_of(), named)
    assert response["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"


def test_an_administrators_reset_sends_a_code(one: OnePool) -> None:
    user = confirmed(one)
    one.change(user.sub, attributes={**user.attributes, "email_verified": "true"})
    params: Any = {"UserPoolId": POOL_ID, "Username": "jane"}
    assert recovery.admin_reset_user_password(one.services, call_of(), params) == {}
    assert UserStatus.RESET_REQUIRED is one.user(user.sub).status
