"""pycognito's own `Cognito` class against a running server: it is told where the server is, and nothing else is changed."""

from collections.abc import Iterator

import pytest
import requests
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.exceptions import TokenVerificationException

from harness.people import PASSWORD, make_pool
from harness.server import Server

NEW_PASSWORD = "Battery-Staple-8"


@pytest.fixture(params=["public", "confidential"])
def cognito(request: pytest.FixtureRequest, server: Server) -> Iterator[Cognito]:
    """A `Cognito` for a new pool, with a client that has no secret and with one that has."""
    pool = make_pool(server, client={"GenerateSecret": request.param == "confidential"})
    made = Cognito(
        pool.id,
        pool.client_id,
        client_secret=pool.client_secret,
        access_key=server.access_key_id,
        secret_key=server.secret_access_key,
        boto3_client_kwargs={"endpoint_url": server.url},
    )
    yield made
    made.client.close()


def registered(cognito: Cognito, server: Server) -> None:
    """Sign up and confirm by the code in the message."""
    cognito.username = "ada"  # the secret's hash is of it, and `register` sets it too late
    cognito.set_base_attributes(email="ada@example.com", given_name="Ada")
    answer = cognito.register("ada", PASSWORD)
    assert answer["UserConfirmed"] is False
    assert "a***@e***" == answer["CodeDeliveryDetails"]["Destination"]
    cognito.confirm_sign_up(server.code_for("ada", pool=cognito.user_pool_id))


def test_a_user_from_sign_up_to_sign_out(cognito: Cognito, server: Server) -> None:
    registered(cognito, server)
    cognito.authenticate(PASSWORD)  # by SRP; verifies both tokens by the pool's keys, and the issuer
    assert f"{server.url}/{cognito.user_pool_id}" == cognito.id_claims["iss"] == cognito.access_claims["iss"]
    assert cognito.client_id == cognito.id_claims["aud"] == cognito.access_claims["client_id"]
    assert cognito.check_token(renew=False) is False

    user = cognito.get_user()
    assert ("Ada", "ada@example.com", True) == (user.given_name, user.email, user.email_verified)
    assert cognito.id_claims["sub"] == user.sub
    user.given_name = "Augusta"
    user.save()
    assert "Augusta" == cognito.get_user().given_name

    before = cognito.access_token
    cognito.renew_access_token()
    assert before != cognito.access_token
    cognito.verify_tokens()
    assert "Augusta" == cognito.id_claims["given_name"]

    cognito.change_password(PASSWORD, NEW_PASSWORD)
    access_token, refresh_token = cognito.access_token, cognito.refresh_token
    cognito.logout()
    assert cognito.access_token is None
    cognito.access_token, cognito.refresh_token = access_token, refresh_token
    with pytest.raises(ClientError, match="Access Token has been revoked"):
        cognito.get_user()
    with pytest.raises(ClientError, match="Refresh Token has been revoked"):
        cognito.renew_access_token()
    with pytest.raises(ClientError, match=r"Incorrect username or password\."):
        cognito.authenticate(PASSWORD)
    cognito.authenticate(NEW_PASSWORD)


def test_a_forgotten_password(cognito: Cognito, server: Server) -> None:
    registered(cognito, server)
    cognito.initiate_forgot_password()
    cognito.confirm_forgot_password(server.code_for("ada", pool=cognito.user_pool_id), NEW_PASSWORD)
    cognito.authenticate(NEW_PASSWORD)
    assert "ada" == cognito.access_claims["username"]


def test_a_temporary_password_is_replaced(cognito: Cognito) -> None:
    cognito.admin_create_user("bob", temporary_password=PASSWORD, additional_kwargs={"MessageAction": "SUPPRESS"})
    cognito.new_password_challenge(PASSWORD, NEW_PASSWORD)
    cognito.authenticate(NEW_PASSWORD)
    assert "bob" == cognito.id_claims["cognito:username"]


def test_administration(cognito: Cognito) -> None:
    for name in ("bob", "cyd"):
        cognito.admin_create_user(name, email=f"{name}@example.com", additional_kwargs={"MessageAction": "SUPPRESS"})
    assert {"bob", "cyd"} == {user.username for user in cognito.get_users()}
    cognito.admin_update_profile({"email": "c@example.com"})
    assert "c@example.com" == cognito.admin_get_user().email
    cognito.admin_delete_user()
    assert ["bob"] == [user.username for user in cognito.get_users()]


def test_a_token_of_another_pool_is_not_believed(cognito: Cognito, server: Server) -> None:
    registered(cognito, server)
    cognito.authenticate(PASSWORD)
    other = make_pool(server)
    keys = requests.get(f"{server.url}/{other.id}/.well-known/jwks.json", timeout=10).json()
    cognito.pool_jwk = {"keys": [{**keys["keys"][0], "kid": key["kid"]} for key in cognito.get_keys()["keys"]]}
    with pytest.raises(TokenVerificationException, match="Signature verification failed"):
        cognito.verify_tokens()


def test_the_endpoint_may_come_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = make_pool(server)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    cognito = Cognito(pool.id, pool.client_id, username="ada", access_key="none", secret_key="none")
    cognito.set_base_attributes(email="ada@example.com")
    assert "UserSub" in cognito.register("ada", PASSWORD)
    cognito.client.close()
