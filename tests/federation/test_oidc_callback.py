"""Coming back from an OpenID Connect provider: to the app with a code, or with the reason why not, and nowhere else."""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from provider_site import saml_metadata

from cenote.federation.fetching import fetcher_of
from harness.in_process import InProcess, beside
from harness.oidc_pool import APP, SITE, Corp, allow, corp
from harness.oidc_provider import CLIENT_ID, CLIENT_SECRET, REDIRECT, OidcProvider, ec_key, oidc_provider, shown

CALLBACK = "/oauth2/idpresponse"


@pytest.fixture
def op() -> Iterator[OidcProvider]:
    with oidc_provider() as served:
        yield served


@pytest.fixture
def at(in_process: InProcess, op: OidcProvider) -> Corp:
    return corp(in_process, op)


def test_somebody_comes_back_with_a_code_for_the_app(at: Corp) -> None:
    away = at.depart(login_hint="mia@example.com")
    assert f"{at.op.url}/authorize" == away.location
    assert {"client_id": CLIENT_ID, "redirect_uri": SITE + CALLBACK, "login_hint": "mia@example.com"}.items() <= (
        away.query.items()
    )
    back = at.come_back(away.query["state"])
    assert (303, APP, "the-app's") == (back.status, back.location, back.query["state"])
    assert "code" in back.query
    [user] = at.users()
    assert ("Corp_provider-subject-1", "EXTERNAL_PROVIDER", "mia@example.com", "Mia") == tuple(
        user[name] for name in ("Username", "UserStatus", "email", "name")
    )


def test_the_browser_is_signed_in_from_then_on(at: Corp) -> None:
    at.signed_in()
    again = at.depart()
    assert APP == again.location
    assert 1 == at.op.paths().count("/token")


def test_what_is_told_to_browsers_is_kept_by_nobody(at: Corp) -> None:
    back = at.signed_in()
    assert "no-store" in back.headers["cache-control"]
    assert "no-referrer" == back.headers["referrer-policy"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(back.headers["set-cookie"].split("; "))


def test_a_state_is_good_once(at: Corp) -> None:
    state = at.depart().query["state"]
    assert APP == at.come_back(state).location
    assert f"{SITE}/error" == urlsplit(SITE + at.come_back(state).location).geturl()


def test_a_state_is_good_for_five_minutes(at: Corp) -> None:
    state = at.depart().query["state"]
    at.endpoint.clock.advance(minutes=5)
    assert "/error" == at.come_back(state).location


def test_a_state_is_good_for_the_browser_that_it_was_given_to(at: Corp) -> None:
    for cookies in ({}, {"csrf-state": "another"}):
        state = at.depart().query["state"]
        at.cookies = dict(cookies)
        assert ("/error", "Invalid state") == (at.come_back(state).location, at.come_back(state).query["error"])
    assert [] == at.users()
    assert "/token" not in at.op.paths()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "query", ["", "state=x", "code=1", "state=a&state=b", "state=%FF", "answer=x", "state=" + "x" * 9000]
)
def test_who_comes_from_nowhere_is_shown_an_error(at: Corp, query: str) -> None:
    reply = at.get(f"{CALLBACK}?{query}")
    assert (303, "/error") == (reply.status, reply.location)


def test_cookies_of_others_take_nothing_from_ours(at: Corp) -> None:
    state = at.depart().query["state"]
    at.cookies = {"theirs": '{"a": [1, "\\x"]}', "odd[name]": "", **at.cookies, "more": '"'}
    assert APP == at.come_back(state).location


def test_a_state_of_another_domain_is_none(at: Corp, in_process: InProcess) -> None:
    other = in_process.signed.create_user_pool(PoolName="other")["UserPool"]["Id"]
    in_process.signed.create_user_pool_domain(UserPoolId=other, Domain="other")
    state = at.depart().query["state"]
    reply = at.get(CALLBACK, site="http://other.auth.localhost:9329", code="code-1", state=state)
    assert "/error" == reply.location


def test_other_methods_are_refused(at: Corp) -> None:
    reply = at._ask("PUT", SITE + CALLBACK)
    assert (405, "GET, POST") == (reply.status, reply.headers["allow"])


def error_of(at: Corp, **query: str) -> tuple[str, str]:
    """What the app is told, at its own address and with its own state."""
    reply = at.come_back(at.depart().query["state"], **query)
    assert (303, APP, "the-app's") == (reply.status, reply.location, reply.query["state"])
    assert "code" not in reply.query
    assert [] == at.users()
    return reply.query["error"], reply.query["error_description"]


def test_the_provider_s_refusal_is_the_apps(at: Corp) -> None:
    assert ("access_denied", "Mia said no") == error_of(at, error="access_denied", error_description="Mia said no")


def test_a_refusal_names_nowhere_else_to_go(at: Corp) -> None:
    said = error_of(
        at, error="x", error_description="https://evil.example.com", redirect_uri="https://evil.example.com"
    )
    assert ("x", "https://evil.example.com") == said


def test_what_must_not_be_believed_is_told_to_the_app(at: Corp) -> None:
    at.op.claims = {"nonce": "another"}
    assert ("invalid_request", "Bad id_token") == error_of(at)
    at.op.claims = {"iss": "https://another.example.com"}
    assert ("invalid_request", "Bad id_token issuer") == error_of(at)
    at.op.claims = {}
    at.op.forced["/token"] = shown({"error": "invalid_client"}, 401)
    assert ("invalid_client", "Corp Error - 401 invalid_client") == error_of(at)
    at.op.forced["/token"] = REDIRECT
    assert ("invalid_request", "Corp Error - 302 error getting token") == error_of(at)


def test_a_person_who_cannot_be_a_user_is_told_to_the_app(at: Corp) -> None:
    at.op.claims = {"email": "no address"}
    error, description = error_of(at)
    assert "invalid_request" == error
    assert description


def test_a_client_that_lost_the_provider_lets_nobody_in(at: Corp) -> None:
    state = at.depart().query["state"]
    allow(at.endpoint, at.pool, "COGNITO")
    at.endpoint.services.directory.forget()
    reply = at.come_back(state)
    assert (APP, "invalid_request") == (reply.location, reply.query["error"])
    assert "/token" not in at.op.paths()


def test_a_provider_that_is_gone_lets_nobody_in(at: Corp) -> None:
    state = at.depart().query["state"]
    at.endpoint.signed.delete_identity_provider(UserPoolId=at.pool.id, ProviderName="Corp")
    reply = at.come_back(state)
    assert (APP, "invalid_request") == (reply.location, reply.query["error"])


def test_a_provider_that_is_of_another_kind_by_now_lets_nobody_in(at: Corp) -> None:
    state = at.depart().query["state"]
    at.endpoint.signed.delete_identity_provider(UserPoolId=at.pool.id, ProviderName="Corp")
    at.endpoint.signed.create_identity_provider(
        UserPoolId=at.pool.id,
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": saml_metadata()},
    )
    reply = at.come_back(state)
    assert (APP, "invalid_request") == (reply.location, reply.query["error"])


def test_a_journey_to_a_saml_provider_ends_elsewhere(at: Corp) -> None:
    at.endpoint.signed.create_identity_provider(
        UserPoolId=at.pool.id,
        ProviderName="Saml",
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": saml_metadata()},
    )
    allow(at.endpoint, at.pool, "Saml")
    state = at.depart("Saml").query["RelayState"]
    assert ("/error", "Invalid state") == (at.come_back(state).location, at.come_back(state).query["error"])


def test_as_many_as_may_be_wait_and_nobody_else(at: Corp) -> None:
    waits = at.endpoint.services.functions.waits
    held = [waits.waiting() for _ in range(at.endpoint.services.settings.functions.calls)]
    for each in held:
        each.__enter__()
    try:
        assert ("temporarily_unavailable", "Too many requests") == error_of(at)
    finally:
        for each in held:
            each.__exit__(None, None, None)
    assert APP == at.signed_in().location


def in_production(at: InProcess, *networks: str) -> InProcess:
    """The same deployment for strangers, with networks of the operator's own."""
    inside = tuple(map(ipaddress.ip_network, networks))
    settings = replace(at.services.settings, mode="production", federation_private_networks=inside)
    return beside(at, settings=settings, fetcher=fetcher_of(settings))


def test_production_calls_nobody_inside(at: Corp) -> None:
    closed = Corp(in_production(at.endpoint), at.op, at.pool)
    assert ("server_error", "The identity provider cannot be called.") == error_of(closed)


def test_production_calls_a_provider_in_a_network_of_the_operator(in_process: InProcess, op: OidcProvider) -> None:
    at = corp(in_production(in_process, "127.0.0.0/8", "::1/128"), op)
    assert "code" in at.signed_in().query
    closed = in_production(in_process, "10.0.0.0/8")
    with pytest.raises(ClientError, match="its address may not be called"):
        corp(closed, op, domain="closed")


def test_levels_of_assurance_are_the_provider_s_and_ours(at: Corp) -> None:
    at.endpoint.signed.update_identity_provider(
        UserPoolId=at.pool.id, ProviderName="Corp", AcrMapping={"Level1": "low", "Level3": "phr"}
    )
    away = at.depart(acr_values="urn:cognito:loa:3 urn:cognito:loa:2 unknown")
    assert "phr" == away.query["acr_values"]
    at.op.claims = {"acr": "phr"}
    assert "code" in at.come_back(away.query["state"]).query
    assert APP == at.depart(acr_values="urn:cognito:loa:3").location
    assert at.op.url in at.depart(acr_values="urn:cognito:loa:4").location


def add_apple(at: Corp) -> None:
    details = {
        "client_id": CLIENT_ID,
        "team_id": "TEAM",
        "key_id": "KEY",
        "private_key": ec_key("apple").as_pem(private=True).decode(),
        "authorize_scopes": "email name",
        "authorize_url": f"{at.op.url}/authorize",
        "token_url": f"{at.op.url}/token",
        "oidc_issuer": at.op.url,
    }
    at.endpoint.signed.create_identity_provider(
        UserPoolId=at.pool.id,
        ProviderName="SignInWithApple",
        ProviderType="SignInWithApple",
        ProviderDetails=details,
        AttributeMapping={"email": "email", "given_name": "firstName", "family_name": "lastName"},
    )
    allow(at.endpoint, at.pool, "SignInWithApple")
    at.endpoint.services.directory.forget()


def test_apples_form_is_fetched_by_the_browser_that_began(at: Corp) -> None:
    add_apple(at)
    away = at.depart("SignInWithApple")
    assert "form_post" == away.query["response_mode"]
    user = json.dumps({"name": {"firstName": "Mia", "lastName": "Meyer"}})
    posted = at.post_from_elsewhere(CALLBACK, code="code-1", state=away.query["state"], user=user, id_token="unused")
    assert (303, CALLBACK, {"answer"}) == (posted.status, posted.location, posted.query.keys())
    kept, at.cookies = at.cookies, {}
    assert "/error" == at.get(CALLBACK, answer=posted.query["answer"]).location
    at.cookies = kept
    assert "/error" == at.get(CALLBACK, answer=posted.query["answer"]).location


def test_apple_tells_names_in_its_form(at: Corp) -> None:
    add_apple(at)
    away = at.depart("SignInWithApple")
    user = json.dumps({"name": {"firstName": "Mia", "lastName": "Meyer"}})
    posted = at.post_from_elsewhere(CALLBACK, code="code-1", state=away.query["state"], user=user)
    assert APP == at.get(CALLBACK, answer=posted.query["answer"]).location
    [person] = at.users()
    assert ("SignInWithApple_provider-subject-1", "Mia", "Meyer") == tuple(
        person[name] for name in ("Username", "given_name", "family_name")
    )


@pytest.mark.parametrize("form", [{}, {"state": "unknown"}, {"code": "1"}, {"state": "x" * 500_000}])
def test_a_form_that_nobody_waits_for_is_not_kept(at: Corp, form: dict[str, str]) -> None:
    reply = at.post_from_elsewhere(CALLBACK, **form)
    assert (303, "/error") == (reply.status, reply.location)


def test_no_secret_of_a_provider_leaves_it(at: Corp) -> None:
    for answer in (shown({"error": "x", "error_description": "y"}, 400), (500, {}, b"broken"), (200, {}, b"{}")):
        at.op.forced["/token"] = answer
        reply = at.come_back(at.depart().query["state"])
        assert CLIENT_SECRET not in repr(reply)
