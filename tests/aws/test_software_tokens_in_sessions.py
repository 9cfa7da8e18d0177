"""An authenticator app that is set up in the middle of a sign-in, which waits for it: MFA_SETUP."""

from functools import partial
from typing import Any

import pytest
from refusals import refused
from software_tokens import LIMITED, MISMATCH, NOT_SET_UP

from durability.races import race, winner_of
from harness.authenticator_app import (
    USED,
    AuthenticatorApp,
    asked,
    associated,
    registered,
    typed,
    verify,
    with_apps,
)
from harness.clock import FakeClock
from harness.people import Pool, sign_in, signed_up
from harness.sign_ins import factors_of, prefer

USED_SESSION = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
INVALID_SESSION = ("NotAuthorizedException", "Invalid session for the user.")


@pytest.fixture
def apps(pool: Pool) -> Pool:
    """A pool in which people may have an authenticator app, with a user."""
    signed_up(pool)
    return with_apps(pool)


@pytest.fixture
def token(apps: Pool) -> str:
    """The user's access token."""
    access_token: str = sign_in(apps)["AccessToken"]
    return access_token


@pytest.fixture
def required(pool: Pool) -> Pool:
    """A pool in which everybody needs an authenticator app, with a user who has none."""
    signed_up(pool)
    return with_apps(pool, "ON")


def begun(pool: Pool, clock: FakeClock, username: str = "ada") -> tuple[str, AuthenticatorApp]:
    """A session of MFA_SETUP that knows the secret of an app."""
    step = asked(pool, username)
    assert "MFA_SETUP" == step["ChallengeName"]
    answer = pool.endpoint.anonymous.associate_software_token(Session=step["Session"])
    return answer["Session"], AuthenticatorApp(answer["SecretCode"], clock)


def answered(pool: Pool, session: str, username: str = "ada") -> dict[str, Any]:
    answer: dict[str, Any] = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="MFA_SETUP",
        Session=session,
        ChallengeResponses={"USERNAME": username},
    )
    return answer


def test_a_required_app_is_set_up_while_signing_in(required: Pool, clock: FakeClock) -> None:
    session, app = begun(required, clock)
    answer = verify(required, Session=session, UserCode=app.code(), FriendlyDeviceName="Phone")
    tokens = answered(required, answer["Session"])["AuthenticationResult"]
    assert ["SOFTWARE_TOKEN_MFA"] == factors_of(required)[0]
    shown = required.endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])
    assert ["SOFTWARE_TOKEN_MFA"] == shown["UserMFASettingList"]
    step = asked(required)
    assert "Phone" == step["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"]
    assert USED == refused(typed, required, step["Session"], app.code())
    clock.advance(seconds=30)
    assert "AuthenticationResult" in typed(required, asked(required)["Session"], app.code())


def test_a_verified_app_is_on_even_if_the_challenge_is_never_answered(required: Pool, clock: FakeClock) -> None:
    session, app = begun(required, clock)
    verify(required, Session=session, UserCode=app.code())
    assert ["SOFTWARE_TOKEN_MFA"] == factors_of(required)[0]
    assert "SOFTWARE_TOKEN_MFA" == asked(required)["ChallengeName"]


def test_the_challenge_is_answered_by_a_verified_app_only(required: Pool, clock: FakeClock) -> None:
    said = ("InvalidParameterException", "User has not verified software token mfa")
    step = asked(required)
    assert said == refused(answered, required, step["Session"])
    assert NOT_SET_UP == refused(verify, required, Session=step["Session"], UserCode="123456")
    session, app = begun(required, clock)
    assert said == refused(answered, required, session)
    assert MISMATCH == refused(verify, required, Session=session, UserCode=app.wrong_codes(1)[0])
    assert said == refused(answered, required, session)
    session = verify(required, Session=session, UserCode=app.code())["Session"]
    assert NOT_SET_UP == refused(verify, required, Session=session, UserCode=app.code())
    assert "AuthenticationResult" in answered(required, session)


def test_a_session_that_was_used_ends_the_sign_in(required: Pool, clock: FakeClock) -> None:
    associate = required.endpoint.anonymous.associate_software_token
    first = asked(required)["Session"]
    answer = associate(Session=first)
    assert USED_SESSION == refused(associate, Session=first)
    code = AuthenticatorApp(answer["SecretCode"], clock).code()
    assert INVALID_SESSION == refused(verify, required, Session=answer["Session"], UserCode=code)
    session, app = begun(required, clock)
    succeeding = verify(required, Session=session, UserCode=app.code())["Session"]
    clock.advance(seconds=30)
    assert USED_SESSION == refused(verify, required, Session=session, UserCode=app.code())
    assert INVALID_SESSION == refused(answered, required, succeeding)


def test_a_session_of_another_challenge_sets_nothing_up(apps: Pool, token: str, clock: FakeClock) -> None:
    app = registered(apps, clock, token)
    prefer(apps, token=token, totp=True)
    anonymous = apps.endpoint.anonymous
    assert INVALID_SESSION == refused(anonymous.associate_software_token, Session=asked(apps)["Session"])
    assert INVALID_SESSION == refused(verify, apps, Session=asked(apps)["Session"], UserCode=app.code())
    assert INVALID_SESSION == refused(anonymous.associate_software_token, Session="x" * 30)


def test_a_session_is_good_for_its_time(required: Pool, clock: FakeClock) -> None:
    session, app = begun(required, clock)
    clock.advance(minutes=4)
    said = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert said == refused(verify, required, Session=session, UserCode=app.code())


def test_tries_in_sessions_and_by_token_are_counted_together(apps: Pool, token: str, clock: FakeClock) -> None:
    app = associated(apps, clock, token)
    for wrong in app.wrong_codes(3):
        assert MISMATCH == refused(verify, apps, AccessToken=token, UserCode=wrong)
    with_apps(apps, "ON")
    session, other = begun(apps, clock)
    for wrong in other.wrong_codes(2):
        assert MISMATCH == refused(verify, apps, Session=session, UserCode=wrong)
    assert LIMITED == refused(verify, apps, Session=session, UserCode=other.code())


def test_a_disabled_user_sets_nothing_up(required: Pool, clock: FakeClock) -> None:
    session, app = begun(required, clock)
    required.endpoint.signed.admin_disable_user(UserPoolId=required.id, Username="ada")
    said = ("NotAuthorizedException", "User is disabled.")
    assert said == refused(verify, required, Session=session, UserCode=app.code())
    assert [] == factors_of(required)[0]


def test_with_a_required_app_gone_the_next_sign_in_sets_one_up(required: Pool, clock: FakeClock) -> None:
    session, app = begun(required, clock)
    verify(required, Session=session, UserCode=app.code())
    required.endpoint.signed.admin_delete_software_token(UserPoolId=required.id, Username="ada")
    assert "MFA_SETUP" == asked(required)["ChallengeName"]


def test_of_enrolments_at_once_in_one_session_one_succeeds(required: Pool, clock: FakeClock) -> None:
    session, app = begun(required, clock)
    outcomes = race([partial(verify, required, Session=session, UserCode=app.code())] * 5)
    winner = winner_of(outcomes, {"NotAuthorizedException"})
    assert "Session" in outcomes[winner].answer
    assert ["SOFTWARE_TOKEN_MFA"] == factors_of(required)[0]
