"""The token-exchange grant: what GetDerivedToken does, in the words of RFC 8693."""

from typing import Any

import pytest

from harness.clock import FakeClock
from harness.dpop import Prover
from harness.hosted import App, another_app, code_for, make_app, make_machine, switch_on
from harness.tokens import claims_of

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS, ID = "urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:token-type:id_token"
FLOWS = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"]
INVALID_REQUEST: tuple[int, dict[str, Any]] = (400, {"error": "invalid_request"})


@pytest.fixture
def service(app: App) -> App:
    """A confidential client that may exchange tokens."""
    return another_app(app, GenerateSecret=True, ExplicitAuthFlows=FLOWS)


def ask(service: App, token: str, kind: str = ACCESS, **form: str) -> tuple[int, dict[str, Any]]:
    return service.token(GRANT, subject_token=token, subject_token_type=kind, **form).said


def test_an_access_token_is_exchanged_for_one_of_another_client(app: App, service: App, clock: FakeClock) -> None:
    token = app.sign_in()["access_token"]
    clock.advance(minutes=10)
    status, answer = ask(service, token, scope="openid email", audience="orders")
    shown = {name: answer[name] for name in ("issued_token_type", "token_type", "expires_in", "scope")}
    expected = {"issued_token_type": ACCESS, "token_type": "Bearer", "expires_in": 3000, "scope": "openid email"}
    assert (200, expected) == (status, shown)
    claims = claims_of(answer["access_token"])
    assert (service.pool.client_id, "orders", "ada") == (claims["client_id"], claims["aud"], claims["username"])


def test_an_id_token_is_given_and_taken_as_well(app: App, service: App) -> None:
    tokens = app.sign_in()
    status, answer = ask(service, tokens["id_token"], ID, requested_token_type=ID)
    assert (200, ID, "N_A") == (status, answer["issued_token_type"], answer["token_type"])
    assert "id" == claims_of(answer["access_token"])["token_use"]
    assert "scope" not in answer


def test_with_an_actor_the_token_says_who_acts(app: App, service: App) -> None:
    robot = make_machine(app)
    actor = robot.token("client_credentials").json["access_token"]
    _, answer = ask(service, app.sign_in()["access_token"], actor_token=actor, actor_token_type=ACCESS)
    assert robot.pool.client_id == claims_of(answer["access_token"])["act"]["sub"]


def test_a_client_that_may_not_is_told_so(app: App) -> None:
    assert (400, {"error": "unauthorized_client"}) == ask(app, app.sign_in()["access_token"])


def test_tokens_that_are_no_good_make_a_bad_request(app: App, service: App) -> None:
    tokens = app.sign_in()
    elsewhere = make_app(app.endpoint, domain="elsewhere")
    stranger = another_app(elsewhere, GenerateSecret=True, ExplicitAuthFlows=FLOWS)
    assert INVALID_REQUEST == ask(service, "a.b.c")
    assert INVALID_REQUEST == ask(service, tokens["id_token"])
    assert INVALID_REQUEST == ask(service, make_machine(app).token("client_credentials").json["access_token"])
    assert INVALID_REQUEST == ask(stranger, tokens["access_token"])
    app.post("/oauth2/revoke", {"token": tokens["refresh_token"], "client_id": app.pool.client_id})
    assert INVALID_REQUEST == ask(service, tokens["access_token"])


def test_a_resource_is_one_of_the_pool_s(app: App, service: App) -> None:
    make_machine(app)
    token = app.sign_in()["access_token"]
    assert "orders" == claims_of(ask(service, token, resource="orders")[1]["access_token"])["aud"]
    assert (400, {"error": "invalid_target"}) == ask(service, token, resource="payments")


@pytest.mark.parametrize(
    "form",
    [
        {"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"},
        {"subject_token_type": ""},
        {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        {"actor_token": "x"},
        {"actor_token_type": ACCESS},
        {"audience": "orders", "resource": "orders"},
    ],
    ids=str,
)
def test_a_request_that_makes_no_sense_is_refused(app: App, service: App, form: dict[str, str]) -> None:
    given = {"subject_token": app.sign_in()["access_token"], "subject_token_type": ACCESS}
    assert INVALID_REQUEST == service.token(GRANT, **{**given, **form}).said


def test_a_stolen_bound_token_is_not_exchanged_by_a_client_that_proves_nothing(app: App, clock: FakeClock) -> None:
    switch_on(app, DPoP="REQUIRED")
    prover, thief = Prover(clock), Prover(clock)
    token = app.redeem(code_for(app), headers=prover.at_token(app)).json["access_token"]
    public = another_app(app, ExplicitAuthFlows=FLOWS)
    switch_on(public, DPoP="ALLOWED")
    form = {"subject_token": token, "subject_token_type": ACCESS}
    assert INVALID_REQUEST == public.token(GRANT, **form).said
    assert INVALID_REQUEST == public.token(GRANT, headers=thief.at_token(public), **form).said
    answer = public.token(GRANT, headers=prover.at_token(public), **form).json
    assert ("DPoP", {"jkt": prover.thumbprint}) == (answer["token_type"], claims_of(answer["access_token"])["cnf"])
    assert app.pool.id == public.pool.id
