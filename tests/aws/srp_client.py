"""pycognito's own SRP client, driven one step at a time."""

from types import SimpleNamespace
from typing import Any

import pytest
from pycognito import aws_srp
from pycognito.aws_srp import AWSSRP

from harness.clock import FakeClock
from harness.people import PASSWORD, Pool


def client_of(pool: Pool, username: str = "ada", password: str = PASSWORD) -> AWSSRP:
    """An SRP client for one user."""
    return AWSSRP(
        username=username,
        password=password,
        pool_id=pool.id,
        client_id=pool.client_id,
        client=pool.endpoint.anonymous,
        client_secret=pool.client_secret,
    )


def live_in(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pycognito date its claims by the test's clock, as it does by the machine's otherwise."""
    now = SimpleNamespace(utcnow=lambda: clock.now)
    monkeypatch.setattr(aws_srp, "datetime", SimpleNamespace(datetime=now))


def begun(pool: Pool, srp: AWSSRP) -> dict[str, Any]:
    """The answer to InitiateAuth."""
    answer: dict[str, Any] = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=srp.get_auth_params()
    )
    return answer


def claim_of(srp: AWSSRP, answer: dict[str, Any]) -> dict[str, str]:
    """What the client answers PASSWORD_VERIFIER with."""
    responses: dict[str, str] = srp.process_challenge(answer["ChallengeParameters"], srp.get_auth_params())
    return responses


def respond(pool: Pool, responses: dict[str, str]) -> dict[str, Any]:
    """The answer to RespondToAuthChallenge."""
    answer: dict[str, Any] = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=responses
    )
    return answer
