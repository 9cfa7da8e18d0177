"""The pool's function at the token endpoint: when it is asked, and what its failure is called."""

from typing import Any

import pytest

from harness.functions import Functions
from harness.hosted import App, code_for, make_app
from harness.in_process import InProcess, beside
from harness.people import signed_up
from harness.tokens import claims_of

FAILED = {
    "error": "invalid_grant",
    "error_description": "PreTokenGeneration failed with error no such tenant.",
}


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def asked(in_process: InProcess, functions: Functions) -> App:
    """An app of a pool whose function is asked before tokens are signed."""
    endpoint = beside(in_process, triggers=functions.caller())
    app = make_app(endpoint, LambdaConfig=functions.config("PreTokenGeneration", version="V2_0"))
    signed_up(app.pool)
    return app


def changes(**claims: Any) -> dict[str, Any]:
    added = {"claimsToAddOrOverride": claims}
    return {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": added, "idTokenGeneration": added}}


def test_a_code_asks_as_hosted_auth_and_a_refresh_as_refresh_tokens(asked: App, functions: Functions) -> None:
    functions.answer("TokenGeneration_HostedAuth", **changes(tenant="blue"))
    functions.answer("TokenGeneration_RefreshTokens", **changes(tenant="red"))
    tokens = asked.sign_in(scope="openid email")
    refreshed = asked.refresh(tokens["refresh_token"]).json
    assert ["TokenGeneration_HostedAuth", "TokenGeneration_RefreshTokens"] == functions.sources
    for answer, tenant in ((tokens, "blue"), (refreshed, "red")):
        assert tenant == claims_of(answer["access_token"])["tenant"]
        assert tenant == claims_of(answer["id_token"])["tenant"]
    assert ["openid", "email"] == functions.event("TokenGeneration_HostedAuth")["request"]["scopes"]


def test_it_cannot_change_what_a_token_is_bound_to(asked: App, functions: Functions) -> None:
    functions.answer("TokenGeneration_HostedAuth", **changes(nonce="n-2", at_hash="x", aud="y", sub="z"))
    tokens = asked.sign_in(nonce="n-1")
    claims = claims_of(tokens["id_token"])
    assert ("n-1", asked.pool.client_id) == (claims["nonce"], claims["aud"])
    assert "x" != claims["at_hash"]


def test_a_failure_is_quoted_and_the_code_is_used_up(asked: App, functions: Functions) -> None:
    functions.fail("TokenGeneration_HostedAuth", "no such tenant")
    code = code_for(asked)
    assert (400, FAILED) == asked.redeem(code).said
    assert (400, {"error": "invalid_grant"}) == asked.redeem(code).said


def test_a_failure_at_a_refresh_leaves_the_refresh_token_good(asked: App, functions: Functions) -> None:
    token = asked.sign_in()["refresh_token"]
    functions.fail("TokenGeneration_RefreshTokens", "no such tenant")
    assert (400, FAILED) == asked.refresh(token).said
    functions.on("TokenGeneration_RefreshTokens", lambda event: event)
    assert 200 == asked.refresh(token).status


def test_a_function_that_answers_nonsense_or_nothing_refuses_too(asked: App, functions: Functions) -> None:
    functions.on("TokenGeneration_HostedAuth", lambda _event: b"nonsense")
    status, refusal = asked.redeem(code_for(asked)).said
    assert (400, "invalid_grant") == (status, refusal["error"])
    assert refusal["error_description"]
    functions.hang("TokenGeneration_HostedAuth")
    status, refusal = asked.redeem(code_for(asked)).said
    assert (400, "invalid_grant") == (status, refusal["error"])
    assert "PreTokenGeneration" in refusal["error_description"]
