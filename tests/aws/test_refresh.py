"""Refreshing, rotating, revoking and signing out."""

import base64
import hashlib
import hmac
from typing import Any

import pytest
from refusals import refusal

from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, sign_in, signed_up
from harness.tokens import claims_of

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

ROTATING_FLOWS = ("ALLOW_USER_PASSWORD_AUTH",)


def refresh(pool: Pool, token: str, **parameters: str) -> dict[str, Any]:
    answer = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token, **parameters}
    )
    assert {} == answer["ChallengeParameters"]
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def tokens_from(pool: Pool, token: str, **options: str) -> dict[str, Any]:
    answer = pool.endpoint.anonymous.get_tokens_from_refresh_token(
        ClientId=pool.client_id, RefreshToken=token, **options
    )
    result: dict[str, Any] = answer["AuthenticationResult"]
    return result


def rotating_pool(in_process: InProcess, grace_s: int = 10) -> Pool:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace_s}
    return make_pool(in_process, flows=ROTATING_FLOWS, client={"RefreshTokenRotation": rotation})


def test_a_refresh_gives_new_tokens_of_the_same_sign_in(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    first = sign_in(pool)
    clock.advance(minutes=30)
    second = refresh(pool, first["RefreshToken"])
    assert "RefreshToken" not in second
    for name in ("IdToken", "AccessToken"):
        before, after = claims_of(first[name]), claims_of(second[name])
        for claim in ("sub", "auth_time", "origin_jti", "iss"):
            assert before[claim] == after[claim]
        assert before["jti"] != after["jti"]
        assert 1800 == after["iat"] - before["iat"]


def test_the_older_word_for_the_flow_works_too(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["RefreshToken"]
    answer = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id, AuthFlow="REFRESH_TOKEN", AuthParameters={"REFRESH_TOKEN": token}
    )
    assert "AccessToken" in answer["AuthenticationResult"]


def test_both_doors_refresh(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["RefreshToken"]
    answer = pool.endpoint.signed.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": token},
    )
    assert "AccessToken" in answer["AuthenticationResult"]


def test_attributes_are_read_again(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["RefreshToken"]
    pool.endpoint.signed.admin_update_user_attributes(
        UserPoolId=pool.id, Username="ada", UserAttributes=[{"Name": "name", "Value": "Ada"}]
    )
    assert "Ada" == claims_of(refresh(pool, token)["IdToken"])["name"]


@pytest.mark.parametrize("token", ["x", "a.b.c.d.e", "eyJjdHkiOiJKV1QifQ.AAAA.AAAA.AAAA.AAAA"])
def test_an_unknown_token_is_refused(pool: Pool, token: str) -> None:
    for call in (refresh, tokens_from):
        with refusal() as seen:
            call(pool, token)
        assert ("NotAuthorizedException", "Invalid Refresh Token.") == seen.said


def test_a_token_is_its_clients_own(pool: Pool, in_process: InProcess) -> None:
    signed_up(pool)
    token = sign_in(pool)["RefreshToken"]
    sibling = in_process.signed.create_user_pool_client(UserPoolId=pool.id, ClientName="sibling")["UserPoolClient"]
    for other in (make_pool(in_process), Pool(in_process, pool.id, sibling["ClientId"])):
        with refusal() as seen:
            refresh(other, token)
        assert ("NotAuthorizedException", "Invalid Refresh Token.") == seen.said


def test_a_token_is_over_after_its_validity(in_process: InProcess, clock: FakeClock) -> None:
    validity = {"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}}
    pool = make_pool(in_process, client=validity)
    signed_up(pool)
    token = sign_in(pool)["RefreshToken"]
    clock.advance(minutes=59, seconds=59)
    refresh(pool, token)
    clock.advance(seconds=1)
    with refusal() as seen:
        refresh(pool, token)
    assert ("NotAuthorizedException", "Refresh Token has expired") == seen.said


def test_disabled_and_deleted_users_do_not_refresh(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["RefreshToken"]
    pool.endpoint.signed.admin_disable_user(UserPoolId=pool.id, Username="ada")
    with refusal("NotAuthorizedException"):
        refresh(pool, token)
    pool.endpoint.signed.admin_enable_user(UserPoolId=pool.id, Username="ada")
    token = sign_in(pool)["RefreshToken"]
    pool.endpoint.signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    with refusal("NotAuthorizedException"):
        refresh(pool, token)


def test_a_confidential_client_proves_its_secret(in_process: InProcess) -> None:
    pool = make_pool(in_process, client={"GenerateSecret": True})
    in_process.signed.admin_create_user(UserPoolId=pool.id, Username="ada", MessageAction="SUPPRESS")
    in_process.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=PASSWORD, Permanent=True)

    def hashed(username: str) -> str:
        digest = hmac.digest(str(pool.client_secret).encode(), (username + pool.client_id).encode(), hashlib.sha256)
        return base64.b64encode(digest).decode()

    answer = in_process.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": hashed("ada")},
    )
    token = answer["AuthenticationResult"]["RefreshToken"]
    sub = claims_of(answer["AuthenticationResult"]["AccessToken"])["sub"]
    with refusal("NotAuthorizedException"):
        refresh(pool, token)
    with refusal() as seen:
        refresh(pool, token, SECRET_HASH=hashed("bob"))
    expected = f"SecretHash does not match for the client: {pool.client_id}"
    assert ("NotAuthorizedException", expected) == seen.said
    assert "AccessToken" in refresh(pool, token, SECRET_HASH=hashed("ada"))
    assert "AccessToken" in refresh(pool, token, SECRET_HASH=hashed(sub))
    with refusal("NotAuthorizedException"):
        tokens_from(pool, token)
    with refusal("NotAuthorizedException"):
        tokens_from(pool, token, ClientSecret="x" * 51)
    assert "AccessToken" in tokens_from(pool, token, ClientSecret=str(pool.client_secret))


def test_without_rotation_the_token_stays(pool: Pool) -> None:
    signed_up(pool)
    token = sign_in(pool)["RefreshToken"]
    for _ in range(3):
        assert "RefreshToken" not in tokens_from(pool, token)


def test_rotation_replaces_the_token_and_not_the_session(in_process: InProcess, clock: FakeClock) -> None:
    pool = rotating_pool(in_process)
    signed_up(pool)
    first = sign_in(pool)
    clock.advance(days=29)
    second = tokens_from(pool, first["RefreshToken"])
    assert claims_of(first["AccessToken"])["origin_jti"] == claims_of(second["AccessToken"])["origin_jti"]
    clock.advance(days=1)
    with refusal() as seen:
        tokens_from(pool, second["RefreshToken"])
    assert ("NotAuthorizedException", "Refresh Token has expired") == seen.said


def test_a_rotated_token_works_within_its_grace_and_never_after(in_process: InProcess, clock: FakeClock) -> None:
    pool = rotating_pool(in_process, grace_s=10)
    signed_up(pool)
    first = sign_in(pool)["RefreshToken"]
    second = tokens_from(pool, first)["RefreshToken"]
    clock.advance(seconds=9)
    third = tokens_from(pool, first)["RefreshToken"]
    clock.advance(seconds=1)
    with refusal("RefreshTokenReuseException"):
        tokens_from(pool, first)
    assert 3 == len({first, second, third})
    assert "AccessToken" in tokens_from(pool, second)
    assert "AccessToken" in tokens_from(pool, third)


def test_a_rotating_client_does_not_refresh_by_initiate_auth(in_process: InProcess) -> None:
    pool = rotating_pool(in_process)
    signed_up(pool)
    with refusal("InvalidParameterException"):
        refresh(pool, sign_in(pool)["RefreshToken"])


def test_revoking_ends_one_sign_in_with_all_its_tokens(pool: Pool) -> None:
    signed_up(pool)
    one, other = sign_in(pool), sign_in(pool)
    pool.endpoint.anonymous.revoke_token(ClientId=pool.client_id, Token=one["RefreshToken"])
    with refusal() as seen:
        refresh(pool, one["RefreshToken"])
    assert ("NotAuthorizedException", "Refresh Token has been revoked") == seen.said
    with refusal() as seen:
        pool.endpoint.anonymous.get_user(AccessToken=one["AccessToken"])
    assert ("NotAuthorizedException", "Access Token has been revoked") == seen.said
    pool.endpoint.anonymous.get_user(AccessToken=other["AccessToken"])
    refresh(pool, other["RefreshToken"])
    pool.endpoint.anonymous.revoke_token(ClientId=pool.client_id, Token=one["RefreshToken"])


def test_revoking_covers_tokens_that_were_rotated_in(in_process: InProcess) -> None:
    pool = rotating_pool(in_process)
    signed_up(pool)
    first = sign_in(pool)["RefreshToken"]
    second = tokens_from(pool, first)
    in_process.anonymous.revoke_token(ClientId=pool.client_id, Token=first)
    with refusal("NotAuthorizedException"):
        tokens_from(pool, second["RefreshToken"])
    with refusal("NotAuthorizedException"):
        in_process.anonymous.get_user(AccessToken=second["AccessToken"])


def test_revoking_refuses_what_it_cannot_do(pool: Pool, in_process: InProcess) -> None:
    signed_up(pool)
    result = sign_in(pool)
    for name in ("AccessToken", "IdToken"):
        with refusal("UnsupportedTokenTypeException"):
            in_process.anonymous.revoke_token(ClientId=pool.client_id, Token=result[name])
    with refusal("UnauthorizedException"):
        in_process.anonymous.revoke_token(ClientId=make_pool(in_process).client_id, Token=result["RefreshToken"])
    with refusal("UnauthorizedException"):
        in_process.anonymous.revoke_token(ClientId=pool.client_id, Token=result["RefreshToken"], ClientSecret="s" * 40)
    with refusal("UnauthorizedException"):
        in_process.anonymous.revoke_token(ClientId="0" * 26, Token=result["RefreshToken"])
    in_process.anonymous.revoke_token(ClientId=pool.client_id, Token="nobody.knows.this.token.here")
    off = make_pool(in_process, client={"EnableTokenRevocation": False})
    with refusal("UnsupportedOperationException"):
        in_process.anonymous.revoke_token(ClientId=off.client_id, Token=result["RefreshToken"])
    refresh(pool, result["RefreshToken"])


def test_without_revocation_tokens_have_no_origin(in_process: InProcess) -> None:
    pool = make_pool(in_process, client={"EnableTokenRevocation": False})
    signed_up(pool)
    assert "origin_jti" not in claims_of(sign_in(pool)["AccessToken"])


@pytest.mark.parametrize("door", ["own", "admin"])
@pytest.mark.parametrize("revocable", [True, False], ids=["revocable", "not revocable"])
def test_signing_out_everywhere_ends_every_sign_in_and_allows_new_ones(
    in_process: InProcess, clock: FakeClock, door: str, *, revocable: bool
) -> None:
    pool = make_pool(in_process, client={"EnableTokenRevocation": revocable})
    signed_up(pool)
    results = [sign_in(pool), sign_in(pool)]
    if door == "own":
        in_process.anonymous.global_sign_out(AccessToken=results[0]["AccessToken"])
    else:
        in_process.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
    for result in results:
        with refusal() as seen:
            in_process.anonymous.get_user(AccessToken=result["AccessToken"])
        assert ("NotAuthorizedException", "Access Token has been revoked") == seen.said
        with refusal() as seen:
            refresh(pool, result["RefreshToken"])
        assert ("NotAuthorizedException", "Refresh Token has been revoked") == seen.said
    clock.advance(seconds=0 if revocable else 1)
    in_process.anonymous.get_user(AccessToken=sign_in(pool)["AccessToken"])
