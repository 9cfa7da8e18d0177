"""A client's options beyond Cognito: shown and replaced by administrators alone, by signed requests and on the command line."""

import json
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.hosted import App, make_app
from harness.in_process import InProcess, call

DEFAULTS = {"PushedAuthorizationRequests": "OFF", "DPoP": "OFF", "DeviceAuthorization": False}
EVERYTHING = {
    "PushedAuthorizationRequests": "REQUIRED",
    "DPoP": "ALLOWED",
    "DeviceAuthorization": True,
    "BackchannelLogoutURI": "https://app.example.com/logged-out",
}


def path_of(app: App) -> str:
    """Where the client's options are."""
    return f"/_cenote/pools/{app.pool.id}/clients/{app.pool.client_id}/options"


def send(app: App, method: str, path: str, body: bytes = b"", *, secret: str | None = None) -> tuple[int, Any]:
    """A signed request."""
    endpoint = app.endpoint
    request = AWSRequest(method, endpoint.url + path, data=body)
    credentials = Credentials(endpoint.access_key_id, secret or endpoint.secret_access_key)
    SigV4Auth(credentials, "cenote", endpoint.region).add_auth(request)
    headers = {name: str(value) for name, value in request.headers.items()}
    status, _, answered = call(endpoint.app, method, endpoint.url + path, headers, body)
    return status, json.loads(answered)


def replace(app: App, document: Any) -> tuple[int, Any]:
    """PUT *document*."""
    return send(app, "PUT", path_of(app), json.dumps(document).encode())


def test_options_are_off_until_they_are_replaced(app: App) -> None:
    assert (200, DEFAULTS) == send(app, "GET", path_of(app))
    assert (200, EVERYTHING) == replace(app, EVERYTHING)
    assert (200, EVERYTHING) == send(app, "GET", path_of(app))
    assert (200, {**DEFAULTS, "DPoP": "REQUIRED"}) == replace(app, {"DPoP": "REQUIRED"})
    assert (200, DEFAULTS) == replace(app, {})


@pytest.mark.parametrize(
    "document",
    [
        [],
        "x",
        None,
        {"dpop": "ALLOWED"},
        {"DPoP": "on"},
        {"DPoP": []},
        {"DPoP": None},
        {"PushedAuthorizationRequests": True},
        {"DeviceAuthorization": "true"},
        {"DeviceAuthorization": 1},
        {"BackchannelLogoutURI": 1},
        {"BackchannelLogoutURI": ""},
        {"BackchannelLogoutURI": "http://app.example.com/"},
        {"BackchannelLogoutURI": "https://app.example.com/#f"},
        {"BackchannelLogoutURI": "https://user@app.example.com/"},
        {"BackchannelLogoutURI": "javascript:alert(1)"},
        {"BackchannelLogoutURI": "https://app.example.com/\r\nx"},
        {"BackchannelLogoutURI": "https://" + "a" * 3000 + ".com"},
    ],
)
def test_options_that_cannot_be_are_refused_and_change_nothing(app: App, document: Any) -> None:
    replace(app, EVERYTHING)
    status, refusal = replace(app, document)
    assert (400, "InvalidParameterException") == (status, refusal["__type"])
    assert (200, EVERYTHING) == send(app, "GET", path_of(app))


def test_what_is_no_json_is_refused(app: App) -> None:
    for body in (b"{", b"\xff", b"[" * 20000, b"{" + b" " * 20000):
        assert 400 == send(app, "PUT", path_of(app), body)[0]


def test_nobody_sees_or_changes_them_unsigned(app: App) -> None:
    url = app.endpoint.url + path_of(app)
    for method in ("GET", "PUT"):
        assert 403 == call(app.endpoint.app, method, url, {}, b'{"DPoP": "ALLOWED"}')[0]
        assert 403 == send(app, method, path_of(app), b"{}", secret="x" * 40)[0]
    assert (200, DEFAULTS) == send(app, "GET", path_of(app))


def test_clients_that_are_not_the_pools_are_unknown(app: App, in_process: InProcess) -> None:
    stranger = make_app(in_process, domain="strangers")
    mixed = path_of(app).replace(app.pool.client_id, stranger.pool.client_id)
    unknown = path_of(app).replace(app.pool.client_id, "unknown")
    poolless = path_of(app).replace(app.pool.id, "us-east-1_unknown00")
    for path in (mixed, unknown, poolless):
        for status, refusal in (send(app, "GET", path), send(app, "PUT", path, b"{}")):
            assert (404, "ResourceNotFoundException") == (status, refusal["__type"])
    assert 405 == send(app, "DELETE", path_of(app))[0]


def test_options_go_with_their_client(app: App) -> None:
    replace(app, EVERYTHING)
    discovery = f"/{app.pool.id}/.well-known/openid-configuration"
    found = app.endpoint.get_json(discovery)
    assert found["require_pushed_authorization_requests"]
    app.endpoint.signed.delete_user_pool_client(UserPoolId=app.pool.id, ClientId=app.pool.client_id)
    assert 404 == send(app, "GET", path_of(app))[0]
    gone = found.keys() - app.endpoint.get_json(discovery).keys()
    assert {
        "pushed_authorization_request_endpoint",
        "device_authorization_endpoint",
        "dpop_signing_alg_values_supported",
    } <= gone


def test_options_outlive_an_update_of_the_client(app: App) -> None:
    replace(app, EVERYTHING)
    app.endpoint.signed.update_user_pool_client(UserPoolId=app.pool.id, ClientId=app.pool.client_id)
    assert (200, EVERYTHING) == send(app, "GET", path_of(app))
