"""What a pool's discovery document says of the endpoints at its domain."""

from typing import Any

import pytest

from harness.hosted import App, make_app, switch_on
from harness.in_process import InProcess
from harness.people import make_pool

ENDPOINTS = {
    "authorization_endpoint": "/oauth2/authorize",
    "token_endpoint": "/oauth2/token",
    "userinfo_endpoint": "/oauth2/userInfo",
    "revocation_endpoint": "/oauth2/revoke",
    "end_session_endpoint": "/logout",
}
OPTIONAL = {
    "registration_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "dpop_signing_alg_values_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/7f8c1d5e-1111-4222-8333-444455556666"


def document_of(endpoint: InProcess, pool_id: str) -> dict[str, Any]:
    found: dict[str, Any] = endpoint.get_json(f"/{pool_id}/.well-known/openid-configuration")
    return found


def test_without_a_domain_it_names_no_endpoint(in_process: InProcess) -> None:
    document = document_of(in_process, make_pool(in_process).id)
    assert set() == (ENDPOINTS.keys() | OPTIONAL) & document.keys()


def test_it_names_the_endpoints_of_the_domain_and_what_libraries_ask_for(in_process: InProcess) -> None:
    app = make_app(in_process)
    document = document_of(in_process, app.pool.id)
    assert {name: app.url + path for name, path in ENDPOINTS.items()} == {name: document[name] for name in ENDPOINTS}
    assert ["S256"] == document["code_challenge_methods_supported"]
    assert set() == OPTIONAL & document.keys()


def test_the_endpoints_that_it_names_answer(in_process: InProcess) -> None:
    app = make_app(in_process)
    document = document_of(in_process, app.pool.id)
    for name in ("token_endpoint", "revocation_endpoint"):
        assert (400, {"error": "invalid_request"}) == app.post(document[name].removeprefix(app.url), {}).said


def test_a_custom_domain_goes_before_the_prefix(in_process: InProcess) -> None:
    app = make_app(in_process)
    in_process.signed.create_user_pool_domain(
        UserPoolId=app.pool.id, Domain="auth.example.com", CustomDomainConfig={"CertificateArn": CERTIFICATE}
    )
    document = document_of(in_process, app.pool.id)
    assert "https://auth.example.com/oauth2/token" == document["token_endpoint"]


@pytest.mark.parametrize(
    ("option", "names"),
    [
        ({"DPoP": "ALLOWED"}, {"dpop_signing_alg_values_supported"}),
        ({"PushedAuthorizationRequests": "REQUIRED"}, {"pushed_authorization_request_endpoint"}),
        ({"DeviceAuthorization": True}, {"device_authorization_endpoint"}),
    ],
    ids=str,
)
def test_what_goes_beyond_cognito_shows_where_a_client_has_it_on(app: App, option: Any, names: set[str]) -> None:
    switch_on(app, **option)
    assert names == OPTIONAL & document_of(app.endpoint, app.pool.id).keys()
    switch_on(app)
    assert set() == OPTIONAL & document_of(app.endpoint, app.pool.id).keys()


def test_registering_shows_where_apps_may_register(in_process: InProcess) -> None:
    app = make_app(in_process, DcrConfiguration={"EnableStatus": "Enabled"})
    document = document_of(in_process, app.pool.id)
    assert f"{app.url}/oauth2/register" == document["registration_endpoint"]
