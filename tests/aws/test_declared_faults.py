"""
Whatever state a user, pool or client is in, an operation refuses only with faults that AWS's model declares for it.

The application under test is strict: a fault that is not declared is answered as a fault of ours.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from raw import SPEC, refused, send

from cenote.aws.operation import Authorization, authorization_of, implemented
from cenote.aws.phases import COMMON_ERRORS
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import FLOWS, PASSWORD, Pool, attributes, make_pool, sign_in, sign_up

DONE = implemented("cognito-idp")
ADMIN_FLOWS = (*FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH")
Maker = Callable[[Pool, str], None]


def code_of(status: int, code: str, operation: str) -> str:
    """The fault's code, once it is sure that it is declared and no fault of ours."""
    assert status in {400, 501}, (operation, code)
    assert code in SPEC.operations[operation].errors | COMMON_ERRORS, (operation, code)
    return code


def called(pool: Pool, operation: str, members: dict[str, Any]) -> str:
    """The outcome of a call by the root: "done" or the fault's code."""
    client = pool.endpoint.signed
    name = client.meta.method_to_api_mapping
    method = next(method for method, api in name.items() if api == operation)
    try:
        getattr(client, method)(**members)
    except client.exceptions.ClientError as error:
        response: Any = getattr(error, "response", {})
        return code_of(response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], operation)
    return "done"


def _unconfirmed(pool: Pool, name: str) -> None:
    sign_up(pool, name)


def _confirmed(pool: Pool, name: str) -> None:
    sign_up(pool, name)
    pool.endpoint.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=name)
    verified = attributes(email_verified="true")
    pool.endpoint.signed.admin_update_user_attributes(UserPoolId=pool.id, Username=name, UserAttributes=verified)


def _disabled(pool: Pool, name: str) -> None:
    _confirmed(pool, name)
    pool.endpoint.signed.admin_disable_user(UserPoolId=pool.id, Username=name)


def _reset(pool: Pool, name: str) -> None:
    _confirmed(pool, name)
    pool.endpoint.signed.admin_reset_user_password(UserPoolId=pool.id, Username=name)


def _invited(pool: Pool, name: str) -> None:
    pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id, Username=name, TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )


def _nobody(pool: Pool, name: str) -> None:
    assert pool.id
    assert name


STATES: dict[str, Maker] = {
    "unconfirmed": _unconfirmed,
    "confirmed": _confirmed,
    "disabled": _disabled,
    "reset": _reset,
    "invited": _invited,
    "nobody": _nobody,
}


def calls_about(pool: Pool, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation that is told a user's name, with members that say something."""
    admin = {"UserPoolId": pool.id, "Username": name}
    public = {"ClientId": pool.client_id, "Username": name}
    given = {"AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD}}
    srp = {"AuthParameters": {"USERNAME": name, "SRP_A": "ab" * 384}}
    answer = {"USERNAME": name, "NEW_PASSWORD": "Fresh-Horse-8"}
    claim = {"USERNAME": name, "TIMESTAMP": "Wed Jul 1 12:00:00 UTC 2026"}
    claim |= {"PASSWORD_CLAIM_SIGNATURE": "AAAA", "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA"}
    in_app = {"ClientId": pool.client_id}
    in_pool = {"UserPoolId": pool.id, **in_app}
    changes = {"UserAttributes": attributes(nickname="N", email="new@example.com")}
    yield "AdminGetUser", admin
    yield "AdminCreateUser", {**admin, "MessageAction": "RESEND"}
    yield "AdminUpdateUserAttributes", {**admin, **changes}
    yield "AdminDeleteUserAttributes", {**admin, "UserAttributeNames": ["nickname", "email"]}
    yield "AdminSetUserPassword", {**admin, "Password": "Fresh-Horse-8"}
    yield "AdminSetUserPassword", {**admin, "Password": PASSWORD, "Permanent": True}
    yield "AdminResetUserPassword", admin
    yield "AdminConfirmSignUp", admin
    yield "AdminUserGlobalSignOut", admin
    yield "AdminGetUserAuthFactors", admin
    yield "AdminSetUserMFAPreference", {**admin, "SMSMfaSettings": {"Enabled": True}}
    yield "AdminSetUserMFAPreference", {**admin, "SMSMfaSettings": {"Enabled": False}}
    yield "AdminSetUserSettings", {**admin, "MFAOptions": []}
    yield "AdminDeleteSoftwareToken", admin
    yield "AdminDisableUser", admin
    yield "AdminEnableUser", admin
    for code in ("123456", "x"):
        yield "ConfirmSignUp", {**public, "ConfirmationCode": code}
        yield "ConfirmForgotPassword", {**public, "ConfirmationCode": code, "Password": "Fresh-Horse-8"}
        yield "ConfirmForgotPassword", {**public, "ConfirmationCode": code, "Password": "weak"}
    yield "ResendConfirmationCode", public
    yield "ForgotPassword", public
    yield "InitiateAuth", {**in_app, "AuthFlow": "USER_PASSWORD_AUTH", **given}
    yield "InitiateAuth", {**in_app, "AuthFlow": "USER_SRP_AUTH", **srp}
    yield "AdminInitiateAuth", {**in_pool, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", **given}
    yield "AdminInitiateAuth", {**in_pool, "AuthFlow": "USER_SRP_AUTH", **srp}
    for respond, key in (("RespondToAuthChallenge", in_app), ("AdminRespondToAuthChallenge", in_pool)):
        yield respond, {**key, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": claim}
        new = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "ChallengeResponses": answer}
        yield respond, {**key, **new, "Session": "x" * 69}
    yield "SignUp", {**public, "Password": PASSWORD}
    yield "AdminCreateUser", {**admin, "MessageAction": "SUPPRESS"}
    yield "AdminDeleteUser", admin


@pytest.mark.parametrize("hides", [False, True], ids=["legacy", "hidden"])
def test_about_a_user_in_any_state(in_process: InProcess, hides: bool) -> None:
    client = {"PreventUserExistenceErrors": "ENABLED"} if hides else {}
    pool = make_pool(in_process, flows=ADMIN_FLOWS, client=client)
    seen: set[str] = set()
    for state, make in STATES.items():
        number = sum(1 for _ in calls_about(pool, "x"))
        for index in range(number):
            name = f"{state}{index}"
            make(pool, name)
            operation, members = list(calls_about(pool, name))[index]
            seen.add(called(pool, operation, members))
    assert {"done", "NotAuthorizedException", "UserNotFoundException", "UsernameExistsException"} <= seen
    assert {"UnsupportedUserStateException", "InvalidParameterException", "ExpiredCodeException"} <= seen
    assert hides or "UserNotConfirmedException" in seen


def changes_to(pool: Pool, token: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with an access token, with members that say something."""
    key = {"AccessToken": token}
    yield "GetUser", key
    yield "UpdateUserAttributes", {**key, "UserAttributes": attributes(nickname="N", email="other@example.com")}
    yield "DeleteUserAttributes", {**key, "UserAttributeNames": ["nickname"]}
    yield "GetUserAttributeVerificationCode", {**key, "AttributeName": "email"}
    yield "GetUserAttributeVerificationCode", {**key, "AttributeName": "phone_number"}
    yield "GetUserAttributeVerificationCode", {**key, "AttributeName": "name"}
    yield "VerifyUserAttribute", {**key, "AttributeName": "email", "Code": "123456"}
    yield "VerifyUserAttribute", {**key, "AttributeName": "name", "Code": "123456"}
    yield "ChangePassword", {**key, "PreviousPassword": "Wrong-Horse-7", "ProposedPassword": "Fresh-Horse-8"}
    yield "ChangePassword", {**key, "PreviousPassword": PASSWORD, "ProposedPassword": "weak"}
    yield "ChangePassword", {**key, "ProposedPassword": "Fresh-Horse-8"}
    yield "GetUserAuthFactors", key
    yield "SetUserMFAPreference", {**key, "SoftwareTokenMfaSettings": {"Enabled": True}}
    yield "SetUserMFAPreference", {**key, "SoftwareTokenMfaSettings": {"Enabled": False}}
    yield "SetUserSettings", {**key, "MFAOptions": []}
    yield "AssociateSoftwareToken", key
    yield "VerifySoftwareToken", {**key, "UserCode": "123456"}
    yield "GlobalSignOut", key
    yield "DeleteUser", key
    assert pool.id


def test_by_the_token_of_a_user_in_any_state(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    signed = in_process.signed
    operations = {name for name, _ in changes_to(pool, "x")}
    known = {name for name in DONE if authorization_of("cognito-idp", name) is Authorization.TOKEN}
    assert {"GetUser", "DeleteUser", "ChangePassword"} <= operations <= known
    acts: dict[str, Callable[[str], Any]] = {
        "as it was": lambda name: signed.admin_get_user(UserPoolId=pool.id, Username=name),
        "disabled": lambda name: signed.admin_disable_user(UserPoolId=pool.id, Username=name),
        "reset": lambda name: signed.admin_reset_user_password(UserPoolId=pool.id, Username=name),
        "to change": lambda name: signed.admin_set_user_password(
            UserPoolId=pool.id, Username=name, Password="Temporary-7"
        ),
        "gone": lambda name: signed.admin_delete_user(UserPoolId=pool.id, Username=name),
        "signed out": lambda name: signed.admin_user_global_sign_out(UserPoolId=pool.id, Username=name),
    }
    for number, act in enumerate(acts.values()):
        name = f"user{number}"
        _confirmed(pool, name)
        token = sign_in(pool, name)["AccessToken"]
        act(name)
        for operation, members in changes_to(pool, token):
            answer = send(in_process, operation, members)
            if answer[0] != 200:
                code_of(*refused(answer)[:2], operation)


def test_when_a_name_that_comes_alive_is_another_users_by_then(in_process: InProcess, clock: FakeClock) -> None:
    """Every operation by which an alias comes alive, and somebody who has it already."""
    pool = make_pool(in_process, flows=ADMIN_FLOWS, AliasAttributes=["email", "preferred_username"])
    signed = in_process.signed
    taken = {"email": "taken@example.com", "email_verified": "true", "preferred_username": "taken"}
    signed.admin_create_user(
        UserPoolId=pool.id, Username="owner", MessageAction="SUPPRESS", UserAttributes=attributes(**taken)
    )
    signed.admin_set_user_password(UserPoolId=pool.id, Username="owner", Password=PASSWORD, Permanent=True)
    email = {"email": "taken@example.com"}

    def conflict(name: str, operation: str, **members: Any) -> str:
        key = {"UserPoolId": pool.id} if operation.startswith("Admin") else {"ClientId": pool.client_id}
        return called(pool, operation, {**key, "Username": name, **members})

    for number, (operation, members) in enumerate(
        (
            ("AdminCreateUser", {"UserAttributes": attributes(**taken), "MessageAction": "SUPPRESS"}),
            (
                "AdminCreateUser",
                {"UserAttributes": attributes(preferred_username="taken"), "MessageAction": "SUPPRESS"},
            ),
            ("SignUp", {"UserAttributes": attributes(preferred_username="taken"), "Password": PASSWORD}),
        )
    ):
        assert "done" != conflict(f"new{number}", operation, **members)
    sign_up(pool, "bob", **email)
    assert "AliasExistsException" == conflict("bob", "ConfirmSignUp", ConfirmationCode=in_process.code_for("bob"))
    assert "done" == conflict("bob", "AdminConfirmSignUp")
    for values in (taken, {"preferred_username": "taken"}, {"email_verified": "true"}):
        changes = {"UserAttributes": attributes(**values)}
        assert "AliasExistsException" == conflict("bob", "AdminUpdateUserAttributes", **changes)
    token = sign_in(pool, "bob")["AccessToken"]
    changes = {"AccessToken": token, "UserAttributes": attributes(preferred_username="taken")}
    assert "AliasExistsException" == called(pool, "UpdateUserAttributes", changes)
    clock.advance(seconds=1)
    assert "done" == called(pool, "GetUserAttributeVerificationCode", {"AccessToken": token, "AttributeName": "email"})
    proof = {"AccessToken": token, "AttributeName": "email", "Code": in_process.code_for("bob")}
    assert "AliasExistsException" == called(pool, "VerifyUserAttribute", proof)


def test_about_pools_and_clients_that_are_not_there(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    other = make_pool(in_process)
    for each in (
        Pool(in_process, "us-east-1_Nowhere12", pool.client_id),
        Pool(in_process, pool.id, "1example23456789abcdefghij"),
        Pool(in_process, pool.id, other.client_id),
    ):
        seen = {called(each, operation, members) for operation, members in calls_about(each, "ada")}
        assert "ResourceNotFoundException" in seen


def test_when_the_hour_is_used_up(in_process: InProcess) -> None:
    pool = make_pool(in_process)
    _confirmed(pool, "ada")
    sign_up(pool, "bob")
    token = sign_in(pool, "ada")["AccessToken"]
    ada, bob = ({"ClientId": pool.client_id, "Username": name} for name in ("ada", "bob"))
    for operation, members, times in (
        ("ForgotPassword", ada, 6),
        ("ConfirmForgotPassword", {**ada, "ConfirmationCode": "x", "Password": "Fresh-Horse-8"}, 16),
        ("ResendConfirmationCode", bob, 6),
        ("ConfirmSignUp", {**bob, "ConfirmationCode": "x"}, 16),
        ("ChangePassword", {"AccessToken": token, "PreviousPassword": "x", "ProposedPassword": "Fresh-Horse-8"}, 6),
        ("GetUserAttributeVerificationCode", {"AccessToken": token, "AttributeName": "email"}, 6),
        ("VerifyUserAttribute", {"AccessToken": token, "AttributeName": "email", "Code": "x"}, 16),
    ):
        outcomes = [called(pool, operation, members) for _ in range(times)]
        assert "LimitExceededException" == outcomes[-1], operation
        assert "LimitExceededException" not in outcomes[:-1], operation
    seen = [
        called(pool, "UpdateUserAttributes", {"AccessToken": token, "UserAttributes": attributes(email=f"{n}@e.com")})
        for n in range(21)
    ]
    assert ["done"] * 20 + ["TooManyRequestsException"] == seen
