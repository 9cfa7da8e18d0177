"""USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH, lockout, and what a user's state makes of them."""

from typing import Any

import pytest
from refusals import refusal
from srp_client import begun, claim_of, client_of, live_in, respond

from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import FLOWS, PASSWORD, Pool, make_pool, sign_in, sign_up, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
LOCKED = ("NotAuthorizedException", "Password attempts exceeded")
ADMIN = (*FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH")


def guess(pool: Pool, username: str = "ada", password: str = "Wrong-Horse-7") -> tuple[str, str]:
    with refusal() as seen:
        sign_in(pool, username, password)
    return seen.said


def admin_initiate(pool: Pool, flow: str = "ADMIN_USER_PASSWORD_AUTH", **parameters: str) -> dict[str, Any]:
    given = {"USERNAME": "ada", "PASSWORD": PASSWORD, **parameters}
    answer: dict[str, Any] = pool.endpoint.signed.admin_initiate_auth(
        UserPoolId=pool.id, ClientId=pool.client_id, AuthFlow=flow, AuthParameters=given
    )
    return answer


def test_the_right_password_signs_in(pool: Pool) -> None:
    signed_up(pool)
    result = sign_in(pool)
    assert (3600, "Bearer") == (result["ExpiresIn"], result["TokenType"])


def test_a_wrong_password_and_an_empty_one_are_refused(pool: Pool) -> None:
    signed_up(pool)
    assert WRONG == guess(pool)
    assert ("InvalidParameterException", "Missing required parameter PASSWORD") == guess(pool, password="")


def test_an_unconfirmed_user_is_told_so_after_the_right_password_only(pool: Pool) -> None:
    sign_up(pool)
    assert WRONG == guess(pool)
    assert ("UserNotConfirmedException", "User is not confirmed.") == guess(pool, password=PASSWORD)


def test_a_disabled_user_is_refused_at_both_doors(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=ADMIN)
    signed_up(pool)
    in_process.signed.admin_disable_user(UserPoolId=pool.id, Username="ada")
    disabled = ("NotAuthorizedException", "User is disabled.")
    assert disabled == guess(pool, password=PASSWORD)
    with refusal() as seen:
        admin_initiate(pool)
    assert disabled == seen.said


def test_both_doors_ask_for_the_same_things(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=ADMIN)
    sign_up(pool)
    with refusal() as seen:
        admin_initiate(pool)
    assert ("UserNotConfirmedException", "User is not confirmed.") == seen.said
    in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    assert "AuthenticationResult" in admin_initiate(pool)


def test_five_failures_lock_and_each_further_one_doubles_the_pause(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    assert [WRONG] * 5 == [guess(pool) for _ in range(5)]
    for pause_s in (1, 2, 4):
        assert LOCKED == guess(pool)
        assert LOCKED == guess(pool, password=PASSWORD)
        clock.advance(seconds=pause_s, milliseconds=-1)
        assert LOCKED == guess(pool, password=PASSWORD)
        clock.advance(milliseconds=1)
        assert WRONG == guess(pool)


def test_a_pause_is_never_longer_than_fifteen_minutes(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    for _ in range(30):
        guess(pool)
        clock.advance(minutes=14, seconds=59)
    guess(pool)
    clock.advance(minutes=15)
    assert "AccessToken" in sign_in(pool)


def test_a_success_forgets_the_failures(pool: Pool) -> None:
    signed_up(pool)
    for _ in range(3):
        assert [WRONG] * 4 == [guess(pool) for _ in range(4)]
        sign_in(pool)


def test_one_users_lockout_is_nobody_elses(pool: Pool) -> None:
    signed_up(pool)
    signed_up(pool, "bob")
    for _ in range(6):
        guess(pool)
    assert "AccessToken" in sign_in(pool, "bob")


def test_the_lockout_is_the_same_at_every_door(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=ADMIN)
    signed_up(pool)
    for _ in range(5):
        guess(pool)
    with refusal() as seen:
        admin_initiate(pool)
    assert LOCKED == seen.said


def test_an_unknown_user_is_hidden_where_the_client_says_so(in_process: InProcess) -> None:
    open_pool = make_pool(in_process)
    assert ("UserNotFoundException", "User does not exist.") == guess(open_pool, "nobody")
    pool = make_pool(in_process, client={"PreventUserExistenceErrors": "ENABLED"})
    signed_up(pool)
    assert [guess(pool) for _ in range(7)] == [guess(pool, "nobody") for _ in range(7)]


@pytest.mark.parametrize(
    ("flow", "door", "message"),
    [
        ("ADMIN_USER_PASSWORD_AUTH", "public", "Initiate Auth method not supported"),
        ("ADMIN_NO_SRP_AUTH", "public", "Initiate Auth method not supported"),
        ("USER_PASSWORD_AUTH", "admin", "Initiate Auth method not supported"),
        ("ADMIN_USER_PASSWORD_AUTH", "admin", "Auth flow not enabled for this client"),
    ],
)
def test_a_flow_of_the_other_door_or_not_allowed_is_refused(pool: Pool, flow: str, door: str, message: str) -> None:
    signed_up(pool)
    with refusal() as seen:
        if door == "admin":
            admin_initiate(pool, flow)
        else:
            pool.endpoint.anonymous.initiate_auth(
                ClientId=pool.client_id, AuthFlow=flow, AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD}
            )
    assert ("InvalidParameterException", message) == seen.said


def test_the_password_flow_is_off_unless_allowed(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=["ALLOW_USER_SRP_AUTH"])
    signed_up(pool)
    off = ("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
    assert off == guess(pool, password=PASSWORD)


def test_a_flow_that_the_client_does_not_have_is_refused(pool: Pool) -> None:
    signed_up(pool)
    off = {
        "USER_AUTH": "USER_AUTH flow not enabled for this client",
        "CUSTOM_AUTH": "CUSTOM_AUTH is not enabled for the client.",
    }
    for flow, message in off.items():
        with refusal() as seen:
            pool.endpoint.anonymous.initiate_auth(
                ClientId=pool.client_id, AuthFlow=flow, AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD}
            )
        assert ("InvalidParameterException", message) == seen.said


def test_a_pool_that_demands_a_second_factor_admits_nobody_without(in_process: InProcess) -> None:
    sms = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
    pool = make_pool(in_process, MfaConfiguration="ON", SmsConfiguration=sms)
    signed_up(pool)
    with refusal("NotAuthorizedException") as seen:
        sign_in(pool)
    assert "User has no multi-factor authentication method that can be used." == seen.message


def test_unknown_clients_and_pools_of_others_are_not_found(pool: Pool, in_process: InProcess) -> None:
    other = make_pool(in_process, flows=ADMIN)
    with refusal() as seen:
        pool.endpoint.anonymous.initiate_auth(
            ClientId="0" * 26, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ada", "PASSWORD": "x"}
        )
    assert ("ResourceNotFoundException", f"User pool client {'0' * 26} does not exist.") == seen.said
    with refusal("ResourceNotFoundException"):
        in_process.signed.admin_initiate_auth(
            UserPoolId=pool.id,
            ClientId=other.client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )


def test_a_pool_without_srp_clients_keeps_argon2_hashes_and_still_signs_in(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    signed_up(pool)
    assert WRONG == guess(pool)
    assert "AccessToken" in sign_in(pool)


def test_a_record_of_the_other_kind_is_renewed_at_the_next_password_sign_in(
    in_process: InProcess, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(clock, monkeypatch)
    pool = make_pool(in_process, flows=["ALLOW_USER_PASSWORD_AUTH"])
    signed_up(pool)
    in_process.signed.update_user_pool_client(
        UserPoolId=pool.id, ClientId=pool.client_id, ExplicitAuthFlows=list(FLOWS)
    )
    srp = client_of(pool)
    with refusal("NotAuthorizedException"):
        respond(pool, claim_of(srp, begun(pool, srp)))
    sign_in(pool)
    assert "AuthenticationResult" in respond(pool, claim_of(srp, begun(pool, srp)))
