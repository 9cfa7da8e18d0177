"""DPoP at the endpoints, for clients that have it switched on."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from durability.races import race
from harness.clock import FakeClock
from harness.dpop import Prover, new_key
from harness.hosted import App, another_app, code_for, make_machine, switch_on
from harness.tokens import claims_of

INVALID_GRANT: tuple[int, dict[str, Any]] = (400, {"error": "invalid_grant"})
INVALID_PROOF: tuple[int, dict[str, Any]] = (400, {"error": "invalid_dpop_proof"})


@pytest.fixture
def prover(clock: FakeClock) -> Prover:
    return Prover(clock)


@pytest.fixture
def bound(app: App) -> App:
    """A public client that must prove its key."""
    switch_on(app, DPoP="REQUIRED")
    return app


def sign_in(app: App, prover: Prover, **asked: str) -> dict[str, Any]:
    status, tokens = app.redeem(code_for(app, **asked), headers=prover.at_token(app)).said
    assert 200 == status, tokens
    return tokens


def test_switched_off_a_proof_is_nothing(app: App, prover: Prover) -> None:
    for headers in (prover.at_token(app), {"DPoP": "nonsense"}):
        tokens = app.redeem(code_for(app), headers=headers).json
        assert "Bearer" == tokens["token_type"]
        assert "cnf" not in claims_of(tokens["access_token"])


def test_allowed_a_client_may_or_may_not(app: App, prover: Prover) -> None:
    switch_on(app, DPoP="ALLOWED")
    tokens = sign_in(app, prover)
    assert "DPoP" == tokens["token_type"]
    assert {"jkt": prover.thumbprint} == claims_of(tokens["access_token"])["cnf"]
    assert "cnf" not in claims_of(tokens["id_token"])
    assert "Bearer" == app.redeem(code_for(app)).json["token_type"]


def test_required_it_must(bound: App, prover: Prover) -> None:
    code = code_for(bound)
    assert INVALID_PROOF == bound.redeem(code).said
    assert "DPoP" == bound.redeem(code, headers=prover.at_token(bound)).json["token_type"]


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "Ed25519"])
def test_every_algorithm_that_is_published_is_taken(bound: App, clock: FakeClock, algorithm: str) -> None:
    published = bound.endpoint.get_json(f"/{bound.pool.id}/.well-known/openid-configuration")
    assert algorithm in published["dpop_signing_alg_values_supported"]
    prover = Prover(clock, algorithm, new_key(algorithm))
    token = sign_in(bound, prover)["access_token"]
    assert {"jkt": prover.thumbprint} == claims_of(token)["cnf"]


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "GET"},
        {"htu": "http://tests.auth.localhost:9329/oauth2/userInfo"},
        {"htu": "https://tests.auth.localhost:9329/oauth2/token"},
        {"htu": "http://elsewhere.auth.localhost:9329/oauth2/token"},
        {"iat": 0},
        {"jti": ""},
        {"jti": "x" * 257},
        {"jti": None},
        {"iat": None},
        {"header": {"typ": "JWT"}},
        {"key": new_key()},
    ],
    ids=" ".join,
)
def test_a_proof_about_anything_else_is_refused_and_uses_nothing_up(
    bound: App, prover: Prover, changes: dict[str, Any]
) -> None:
    code = code_for(bound)
    assert INVALID_PROOF == bound.redeem(code, headers=prover.at_token(bound, **changes)).said
    assert 200 == bound.redeem(code, headers=prover.at_token(bound)).status


def test_a_proof_is_good_for_five_minutes_before_and_after(bound: App, prover: Prover, clock: FakeClock) -> None:
    now_s = clock.now_ms() // 1000
    for offset_s, status in ((-301, 400), (301, 400), (-300, 200), (300, 200)):
        headers = prover.at_token(bound, iat=now_s + offset_s)
        assert status == bound.redeem(code_for(bound), headers=headers).status


def test_a_proof_is_good_once(bound: App, prover: Prover, clock: FakeClock) -> None:
    headers = prover.at_token(bound)
    code = code_for(bound)
    assert 200 == bound.redeem(code_for(bound), headers=headers).status
    assert INVALID_PROOF == bound.redeem(code, headers=headers).said
    clock.advance(minutes=4)
    assert INVALID_PROOF == bound.redeem(code, headers=headers).said


def test_of_several_with_one_proof_one_is_served(bound: App, prover: Prover) -> None:
    codes, headers = [code_for(bound) for _ in range(4)], prover.at_token(bound)
    outcomes = race([partial(bound.redeem, code, headers=headers) for code in codes])
    assert [200, 400, 400, 400] == sorted(outcome.answer.status for outcome in outcomes)


def test_two_proofs_at_once_are_none(bound: App, prover: Prover) -> None:
    both = ",".join(prover.at_token(bound)["DPoP"] for _ in range(2))
    assert INVALID_PROOF == bound.redeem(code_for(bound), headers={"DPoP": both}).said


def test_a_code_that_is_bound_to_a_key_needs_that_key(bound: App, prover: Prover, clock: FakeClock) -> None:
    thief = Prover(clock)
    stolen = code_for(bound, dpop_jkt=prover.thumbprint)
    assert INVALID_GRANT == bound.redeem(stolen, headers=thief.at_token(bound)).said
    code = code_for(bound, dpop_jkt=prover.thumbprint)
    assert 200 == bound.redeem(code, headers=prover.at_token(bound)).status


def test_a_bound_token_shows_its_user_only_beside_a_proof(bound: App, prover: Prover, clock: FakeClock) -> None:
    token = sign_in(bound, prover)["access_token"]
    assert 200 == bound.user_info(token, scheme="DPoP", headers=prover.at_user_info(bound, token)).status
    thief = Prover(clock)
    other = sign_in(bound, prover)["access_token"]
    refused = {
        "Bearer alone": bound.user_info(token),
        "Bearer with a proof": bound.user_info(token, headers=prover.at_user_info(bound, token)),
        "another key": bound.user_info(token, scheme="DPoP", headers=thief.at_user_info(bound, token)),
    }
    assert dict.fromkeys(refused, (401, "invalid_token")) == {
        name: (reply.status, reply.json["error"]) for name, reply in refused.items()
    }
    badly = {
        "no proof": bound.user_info(token, scheme="DPoP"),
        "another token": bound.user_info(token, scheme="DPoP", headers=prover.at_user_info(bound, other)),
        "another method": bound.user_info(token, scheme="DPoP", headers=prover.at_user_info(bound, token, htm="POST")),
    }
    for name, reply in badly.items():
        assert (401, "invalid_dpop_proof") == (reply.status, reply.json["error"]), name
        assert reply.headers["www-authenticate"].startswith('DPoP algs="ES256 ')


def test_a_bearer_token_is_not_shown_as_a_bound_one(app: App, prover: Prover) -> None:
    token = app.sign_in()["access_token"]
    assert 401 == app.user_info(token, scheme="DPoP", headers=prover.at_user_info(app, token)).status


def test_a_bound_token_is_no_bearer_token_at_the_api(bound: App, prover: Prover) -> None:
    token = sign_in(bound, prover)["access_token"]
    with pytest.raises(bound.endpoint.anonymous.exceptions.NotAuthorizedException, match="Invalid Access Token"):
        bound.endpoint.anonymous.get_user(AccessToken=token)


def test_a_public_client_s_refresh_token_is_bound_to_its_key(bound: App, prover: Prover, clock: FakeClock) -> None:
    token = sign_in(bound, prover)["refresh_token"]
    assert INVALID_GRANT == bound.refresh(token, headers=Prover(clock).at_token(bound)).said
    refreshed = bound.refresh(token, headers=prover.at_token(bound)).json
    assert ("DPoP", {"jkt": prover.thumbprint}) == (
        refreshed["token_type"],
        claims_of(refreshed["access_token"])["cnf"],
    )
    # Neither switching it off nor the API is a way around the key.
    switch_on(bound, DPoP="OFF")
    assert INVALID_GRANT == bound.refresh(token).said
    with pytest.raises(bound.endpoint.anonymous.exceptions.NotAuthorizedException, match="Invalid Refresh Token"):
        bound.endpoint.anonymous.get_tokens_from_refresh_token(ClientId=bound.pool.client_id, RefreshToken=token)


def test_rotation_keeps_the_key(app: App, prover: Prover, clock: FakeClock) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    app = another_app(app, RefreshTokenRotation=rotation, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    switch_on(app, DPoP="ALLOWED")
    token = app.refresh(sign_in(app, prover)["refresh_token"], headers=prover.at_token(app)).json["refresh_token"]
    assert INVALID_GRANT == app.refresh(token).said
    assert INVALID_GRANT == app.refresh(token, headers=Prover(clock).at_token(app)).said
    assert 200 == app.refresh(token, headers=prover.at_token(app)).status


def test_a_confidential_client_may_change_its_key(app: App, prover: Prover, clock: FakeClock) -> None:
    app = another_app(app, GenerateSecret=True)
    switch_on(app, DPoP="REQUIRED")
    first = app.redeem(code_for(app), headers={**app.basic, **prover.at_token(app)}).json
    second_key = Prover(clock)
    refreshed = app.refresh(first["refresh_token"], headers={**app.basic, **second_key.at_token(app)}).json
    assert {"jkt": second_key.thumbprint} == claims_of(refreshed["access_token"])["cnf"]


def test_a_machine_s_token_is_bound_too(app: App, prover: Prover) -> None:
    machine = make_machine(app)
    switch_on(machine, DPoP="REQUIRED")
    headers = {**machine.basic, **prover.at_token(machine)}
    answer = machine.token("client_credentials", headers=headers).json
    assert ("DPoP", {"jkt": prover.thumbprint}) == (answer["token_type"], claims_of(answer["access_token"])["cnf"])


def test_below_our_own_path_the_proof_names_that_address(bound: App, prover: Prover) -> None:
    url = "http://localhost:9329/_cenote/domains/tests"
    below = replace(bound, domain="tests")
    proof = prover.proof("POST", f"{url}/oauth2/token")
    form = f"grant_type=authorization_code&client_id={below.pool.client_id}&redirect_uri=x&code=x".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "DPoP": proof}
    status, _, body = bound.endpoint.request("POST", "/_cenote/domains/tests/oauth2/token", headers=headers, body=form)
    assert (400, b'{"error":"invalid_grant"}') == (status, body)
