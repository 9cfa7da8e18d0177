"""Operations with an access token: whose token counts, and what is refused as none."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from raw import minimal, refused, send

from cenote.aws.operation import Authorization, authorization_of, implemented
from cenote.crypto import jwt
from harness.authenticator import b64, unb64
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, attributes, make_pool, sign_in, signed_up
from harness.tokens import claims_of, header_of

OPERATIONS = sorted(
    name
    for name in implemented("cognito-idp")
    if authorization_of("cognito-idp", name) is Authorization.TOKEN and "AccessToken" in minimal(name)
)
# A user who is gone; the operations that do not declare UserNotFoundException say it in other words.
GONE = {(400, code, "User does not exist.") for code in ("UserNotFoundException", "NotAuthorizedException")}
INVALID = (400, "NotAuthorizedException", "Invalid Access Token")


def encoded(value: bytes | dict[str, Any]) -> str:
    raw = json.dumps(value).encode() if isinstance(value, dict) else value
    return b64(raw)


def answers(endpoint: InProcess, token: str) -> set[tuple[int, str, str]]:
    """What the operations say to *token*, each asked with as little as its shape takes."""
    return {refused(send(endpoint, name, {**minimal(name), "AccessToken": token})) for name in OPERATIONS}


def signed_by(endpoint: InProcess, pool: Pool, claims: dict[str, Any]) -> str:
    """A token that the pool's own key for access tokens signed, as no client could make it."""
    return endpoint.services.directory.signers(pool.id).access.sign(claims)


@pytest.fixture
def token(pool: Pool) -> str:
    """A good access token of ada's."""
    signed_up(pool)
    good: str = sign_in(pool)["AccessToken"]
    return good


def still_good(pool: Pool, token: str) -> bool:
    return bool("ada" == pool.endpoint.anonymous.get_user(AccessToken=token)["Username"])


def test_there_are_operations_to_ask() -> None:
    assert {"GetUser", "ChangePassword", "DeleteUser", "GlobalSignOut", "UpdateUserAttributes"} <= set(OPERATIONS)


def forged(in_process: InProcess, pool: Pool, token: str) -> Iterator[str]:
    """Tokens that look like *token*, and that nobody but a fool would take for it."""
    header, claims, signature = token.split(".")
    kid = header_of(token)["kid"]
    body = claims_of(token)
    for none in ("none", "None", "NONE", ""):
        yield f"{encoded({'alg': none, 'kid': kid})}.{claims}."
        yield f"{encoded({'alg': none, 'kid': kid})}.{claims}.{signature}"
    yield f"{encoded({'kid': kid})}.{claims}.{signature}"
    for secret in public_keys(in_process, pool, kid):
        head = encoded({"alg": "HS256", "kid": kid})
        mac = hmac.digest(secret, f"{head}.{claims}".encode(), hashlib.sha256)
        yield f"{head}.{claims}.{encoded(mac)}"
    own = jwt.new_signing_key()
    for given in (kid, "unknown", "../../key", "", None, 7):
        head = encoded({"alg": "RS256", "kid": given, "jwk": jwt.public_jwk(kid, own)})
        yield f"{head}.{claims}.{encoded(jwt.Signer(kid, own).signature_of(f'{head}.{claims}'.encode()))}"
    yield f"{header}.{encoded({**body, 'username': 'root'})}.{signature}"
    yield f"{header}.{claims}.{signature[:-4]}AAAA"
    yield f"{header}.{claims}.{signature}."
    yield f"{header}.{claims}."
    yield f"{header}.{claims}"
    yield f"{claims}.{header}.{signature}"
    yield from ("x", ".", "..", "...", "=" * 100, "A" * 20_000, f"{header}.{encoded(b'[]')}.{signature}")
    for issuer in (f"http://localhost:9329/{pool.id}\0", "x\ud800", "", 7, None, [pool.id], {"a": 1}):
        yield f"{header}.{encoded({**body, 'iss': issuer})}.{signature}"


def public_keys(in_process: InProcess, pool: Pool, kid: str) -> Iterator[bytes]:
    """The public key in every form in which it might serve as an HMAC's secret."""
    [jwk] = [key for key in in_process.get_json(f"/{pool.id}/.well-known/jwks.json")["keys"] if key["kid"] == kid]
    numbers = (int.from_bytes(unb64(jwk[name])) for name in ("e", "n"))
    key = RSAPublicNumbers(*numbers).public_key()
    for form in (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1):
        yield key.public_bytes(Encoding.PEM, form)
        yield key.public_bytes(Encoding.DER, form)
    yield from (b"", jwk["n"].encode(), json.dumps(jwk).encode())


def test_no_operation_takes_a_forged_token(pool: Pool, in_process: InProcess, token: str) -> None:
    for number, false in enumerate(forged(in_process, pool, token)):
        assert {INVALID} == answers(in_process, false), (number, false)
    assert still_good(pool, token)


def test_no_operation_takes_another_token_of_the_same_sign_in(pool: Pool, in_process: InProcess, token: str) -> None:
    result = sign_in(pool)
    assert {INVALID} == answers(in_process, result["IdToken"])
    assert {INVALID} == answers(in_process, result["RefreshToken"].replace("=", ""))
    assert still_good(pool, token)


def test_claims_that_are_not_an_access_tokens_are_refused_though_the_signature_is_good(
    pool: Pool, in_process: InProcess, token: str
) -> None:
    claims = claims_of(token)
    other = make_pool(in_process)
    assert still_good(pool, signed_by(in_process, pool, claims))
    for change in (
        {"token_use": "id"},
        {"token_use": None},
        {"iss": claims["iss"].replace(pool.id, other.id)},
        {"iss": f"https://elsewhere.example/{pool.id}"},
        {"iss": None},
        {"client_id": other.client_id},
        {"client_id": "nobody"},
        {"client_id": None},
    ):
        assert {INVALID} == answers(in_process, signed_by(in_process, pool, {**claims, **change})), change
    for scope in ("", "openid", "aws.cognito.signin.user.admins", "xaws.cognito.signin.user.admin"):
        expected = (400, "NotAuthorizedException", "Access Token does not have required scopes")
        assert {expected} == answers(in_process, signed_by(in_process, pool, {**claims, "scope": scope})), scope
    assert GONE == answers(in_process, signed_by(in_process, pool, {**claims, "sub": other.id}))


def test_a_token_of_another_pool_acts_in_its_own(pool: Pool, in_process: InProcess, token: str) -> None:
    other = make_pool(in_process)
    signed_up(other, "eve")
    theirs = sign_in(other, "eve")["AccessToken"]
    change = {"UserAttributes": attributes(nickname="E")}
    in_process.anonymous.update_user_attributes(AccessToken=theirs, **change)
    found = in_process.signed.list_users(UserPoolId=pool.id, Filter='username = "eve"')["Users"]
    assert [] == found
    assert "eve" == in_process.anonymous.get_user(AccessToken=theirs)["Username"]
    assert still_good(pool, token)


def test_a_token_ends_to_the_second(pool: Pool, in_process: InProcess, token: str, clock: FakeClock) -> None:
    clock.advance(minutes=59, seconds=59)
    assert still_good(pool, token)
    clock.advance(seconds=1)
    assert {(400, "NotAuthorizedException", "Access Token has expired")} == answers(in_process, token)


def test_a_revoked_token_is_refused_everywhere(pool: Pool, in_process: InProcess, token: str) -> None:
    refreshing = sign_in(pool)
    in_process.anonymous.revoke_token(ClientId=pool.client_id, Token=refreshing["RefreshToken"])
    revoked = {(400, "NotAuthorizedException", "Access Token has been revoked")}
    assert revoked == answers(in_process, refreshing["AccessToken"])
    assert still_good(pool, token)
    in_process.anonymous.global_sign_out(AccessToken=token)
    assert revoked == answers(in_process, token)
    fresh = sign_in(pool)["AccessToken"]
    in_process.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
    assert revoked == answers(in_process, fresh)


def test_a_token_outlives_neither_its_user_nor_the_users_rights(
    pool: Pool, in_process: InProcess, token: str, clock: FakeClock
) -> None:
    in_process.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=PASSWORD, Permanent=True)
    assert still_good(pool, token)
    in_process.signed.admin_disable_user(UserPoolId=pool.id, Username="ada")
    assert {"NotAuthorizedException"} == {code for _, code, _ in answers(in_process, token)}
    in_process.signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    assert GONE == answers(in_process, token)
    clock.advance(seconds=1)
    signed_up(pool)
    # Whoever comes after with the same name is somebody else.
    assert GONE == answers(in_process, token)
