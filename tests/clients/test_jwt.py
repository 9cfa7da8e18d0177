"""What resource servers do with tokens: discovery, keys over HTTP, signatures and claims, by PyJWT."""

import time
from typing import Any

import jwt
import pytest

from harness.people import Pool, make_pool, sign_in, signed_up
from harness.server import Server

# What a verifier of Cognito's tokens insists on, by token use: the claim that names the client, and the one that must not.
CLIENT_CLAIM = {"id": "aud", "access": "client_id"}


@pytest.fixture
def pool(server: Server) -> Pool:
    """A pool with one user who has proved an address."""
    made = make_pool(server)
    signed_up(made)
    return made


def verified(pool: Pool, token: str, token_use: str) -> dict[str, Any]:
    """The claims of a token, verified as Cognito's documentation asks for, from nothing but its issuer's address."""
    issuer = f"{pool.endpoint.url}/{pool.id}"
    discovered = pool.endpoint.get_json(f"/{pool.id}/.well-known/openid-configuration")
    assert issuer == discovered["issuer"]
    with_keys = jwt.PyJWKClient(discovered["jwks_uri"])
    key = with_keys.get_signing_key_from_jwt(token)
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=discovered["id_token_signing_alg_values_supported"],
        issuer=issuer,
        audience=pool.client_id if token_use == "id" else None,
        options={"require": ["exp", "iat", "iss", "sub", "token_use"], "verify_aud": token_use == "id"},
    )
    assert token_use == claims["token_use"]
    assert pool.client_id == claims[CLIENT_CLAIM[token_use]]
    return claims


@pytest.mark.parametrize("token_use", ["id", "access"])
def test_a_token_is_verified_by_the_keys_of_its_issuer(pool: Pool, token_use: str) -> None:
    token = sign_in(pool)[f"{token_use.capitalize()}Token"]
    claims = verified(pool, token, token_use)
    assert abs(claims["iat"] - time.time()) < 60
    assert 3600 == claims["exp"] - claims["iat"]
    other = CLIENT_CLAIM["access" if token_use == "id" else "id"]
    assert other not in claims


def test_each_use_has_its_key_and_a_header_says_nothing_but_which(pool: Pool) -> None:
    tokens = sign_in(pool)
    headers = {use: jwt.get_unverified_header(tokens[f"{use}Token"]) for use in ("Id", "Access")}
    for header in headers.values():
        assert {"alg": "RS256", "kid": header["kid"]} == header
    keys = pool.endpoint.get_json(f"/{pool.id}/.well-known/jwks.json")["keys"]
    assert {headers["Id"]["kid"], headers["Access"]["kid"]} == {key["kid"] for key in keys}
    assert 2 == len(keys)
    for key in keys:
        assert {"alg", "e", "kid", "kty", "n", "use"} == key.keys()
        assert ("RS256", "RSA", "sig", "AQAB") == (key["alg"], key["kty"], key["use"], key["e"])


def test_the_two_tokens_are_of_one_sign_in(pool: Pool) -> None:
    tokens = sign_in(pool)
    identity, access = (verified(pool, tokens[f"{use.capitalize()}Token"], use) for use in ("id", "access"))
    for name in ("sub", "iss", "auth_time", "origin_jti", "event_id", "exp", "iat"):
        assert identity[name] == access[name], name
    assert identity["jti"] != access["jti"]
    assert ("ada", "ada") == (identity["cognito:username"], access["username"])
    assert "aws.cognito.signin.user.admin" == access["scope"]
    assert (True, "ada@example.com") == (identity["email_verified"], identity["email"])


@pytest.mark.parametrize("token_use", ["id", "access"])
def test_a_changed_token_is_refused(pool: Pool, token_use: str) -> None:
    head, claims, signature = sign_in(pool)[f"{token_use.capitalize()}Token"].split(".")
    forged = jwt.encode({"sub": "eve"}, "x" * 32, algorithm="HS256").split(".")[1]
    with pytest.raises(jwt.InvalidSignatureError):
        verified(pool, f"{head}.{forged}.{signature}", token_use)
    swapped = "A" if signature[0] != "A" else "B"
    with pytest.raises(jwt.InvalidSignatureError):
        verified(pool, f"{head}.{claims}.{swapped}{signature[1:]}", token_use)


def test_the_documents_may_be_read_by_any_page(pool: Pool) -> None:
    for name in ("openid-configuration", "jwks.json"):
        status, headers, _ = pool.endpoint.request("GET", f"/{pool.id}/.well-known/{name}")
        assert (200, "application/json", "*") == (
            status,
            headers["content-type"],
            headers["access-control-allow-origin"],
        )
    status, headers, _ = pool.endpoint.request("GET", "/us-east-1_NoSuchPl/.well-known/jwks.json")
    assert (404, "application/json") == (status, headers["content-type"])


@pytest.mark.parametrize("name", ["openid-configuration", "jwks.json"])
def test_asking_for_the_head_alone_tells_the_length_of_the_whole(pool: Pool, name: str) -> None:
    path = f"/{pool.id}/.well-known/{name}"
    _, _, whole = pool.endpoint.request("GET", path)
    status, headers, body = pool.endpoint.request("HEAD", path)
    assert (200, str(len(whole)), b"") == (status, headers["content-length"], body)


def test_a_pool_that_is_not_there_yet_is_not_kept_as_missing(pool: Pool) -> None:
    kept = pool.endpoint.request("GET", f"/{pool.id}/.well-known/jwks.json")[1]["cache-control"]
    missing = pool.endpoint.request("GET", "/us-east-1_NoSuchPl/.well-known/jwks.json")[1]["cache-control"]
    assert ("public, max-age=60", "no-store") == (kept, missing)


def test_a_page_may_send_its_authorization_along(pool: Pool) -> None:
    asked = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    status, headers, _ = pool.endpoint.request("OPTIONS", f"/{pool.id}/.well-known/jwks.json", headers=asked)
    assert (200, "*") == (status, headers["access-control-allow-origin"])
    assert {"*", "authorization"} == set(headers["access-control-allow-headers"].split(", "))
