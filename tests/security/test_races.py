"""What two requests at once must not achieve; the second one is let in at the worst moment of the first."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from refusals import refusal
from srp_client import begun, claim_of, client_of, live_in, respond

from cenote.flows import limits, passwords
from cenote.flows.factors import srp
from cenote.storage import refresh_tokens
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, signed_up

OTHER_PASSWORD = "Battery-Staple-8"
# A writer that has to wait for the first request cannot end within it; one that need not is quick.
OVERTAKING_S = 2.0


def after(monkeypatch: pytest.MonkeyPatch, module: object, name: str, act: Callable[[], object]) -> None:
    """Let *act* happen once, right after the function *name* of *module* has returned."""
    original = getattr(module, name)
    acts = [act]

    def wrapped(*arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        if acts:
            acts.pop()()
        return result

    monkeypatch.setattr(module, name, wrapped)


def set_password(pool: Pool, password: str = OTHER_PASSWORD, *, permanent: bool = True) -> None:
    pool.endpoint.signed.admin_set_user_password(
        UserPoolId=pool.id, Username="ada", Password=password, Permanent=permanent
    )


def test_a_password_that_is_replaced_while_it_is_checked_opens_no_session(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(pool)

    def locked_out() -> None:
        set_password(pool)
        pool.endpoint.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")

    after(monkeypatch, passwords, "is_right", locked_out)
    with refusal("TooManyRequestsException"):
        sign_in(pool)
    assert sign_in(pool, password=OTHER_PASSWORD)["AccessToken"]


def test_an_srp_claim_whose_password_is_replaced_while_it_is_checked_opens_no_session(
    pool: Pool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(pool)
    live_in(clock, monkeypatch)
    client = client_of(pool)
    claim = claim_of(client, begun(pool, client))
    after(monkeypatch, srp, "check", lambda: set_password(pool))
    with refusal("TooManyRequestsException"):
        respond(pool, claim)


def test_a_user_who_is_disabled_while_signing_in_gets_no_session(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_up(pool)
    disable = lambda: pool.endpoint.signed.admin_disable_user(UserPoolId=pool.id, Username="ada")  # noqa: E731
    after(monkeypatch, passwords, "is_right", disable)
    with refusal("TooManyRequestsException"):
        sign_in(pool)


def test_a_change_of_a_name_while_signing_in_does_not_disturb(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_up(pool)

    def renamed() -> None:
        pool.endpoint.signed.admin_update_user_attributes(
            UserPoolId=pool.id, Username="ada", UserAttributes=attributes(given_name="Ada")
        )

    after(monkeypatch, passwords, "is_right", renamed)
    assert sign_in(pool)["AccessToken"]


def rotating(in_process: InProcess) -> Pool:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}
    return make_pool(in_process, flows=("ALLOW_USER_PASSWORD_AUTH",), client={"RefreshTokenRotation": rotation})


def rotated(pool: Pool, token: str) -> str:
    answer = pool.endpoint.anonymous.get_tokens_from_refresh_token(ClientId=pool.client_id, RefreshToken=token)
    successor: str = answer["AuthenticationResult"]["RefreshToken"]
    return successor


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_token_that_is_rotated_while_its_sign_in_is_revoked_has_no_living_successor(
    in_process: InProcess, monkeypatch: pytest.MonkeyPatch, *, everywhere: bool
) -> None:
    pool = rotating(in_process)
    signed_up(pool)
    first = sign_in(pool)["RefreshToken"]
    rotated(pool, first)

    def revoke() -> None:
        if everywhere:
            pool.endpoint.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
        else:
            pool.endpoint.anonymous.revoke_token(ClientId=pool.client_id, Token=first)

    thread = threading.Thread(target=revoke)
    original = refresh_tokens.insert_token

    def insert_token(*arguments: Any) -> None:
        thread.start()
        thread.join(OVERTAKING_S)
        original(*arguments)

    monkeypatch.setattr(refresh_tokens, "insert_token", insert_token)
    successor = rotated(pool, first)
    thread.join()
    monkeypatch.undo()
    with refusal("NotAuthorizedException") as seen:
        pool.endpoint.anonymous.get_tokens_from_refresh_token(ClientId=pool.client_id, RefreshToken=successor)
    assert "Refresh Token has been revoked" == seen.message


def test_a_recovery_code_that_is_on_its_way_to_a_former_address_recovers_nothing(
    pool: Pool, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(pool, email="stolen@example.com")
    clock.advance(minutes=1)

    def move() -> None:
        pool.endpoint.signed.admin_update_user_attributes(
            UserPoolId=pool.id,
            Username="ada",
            UserAttributes=attributes(email="safe@example.com", email_verified="true"),
        )

    after(monkeypatch, limits, "hourly", move)
    pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    code = pool.endpoint.code_for("ada", to="stolen@example.com")
    with refusal("ExpiredCodeException"):
        pool.endpoint.anonymous.confirm_forgot_password(
            ClientId=pool.client_id, Username="ada", ConfirmationCode=code, Password=OTHER_PASSWORD
        )
    assert sign_in(pool, password=PASSWORD)["AccessToken"]
