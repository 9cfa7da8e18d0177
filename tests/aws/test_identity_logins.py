"""ID tokens of our own user pools as logins of an identity pool: the good ones, and every other."""

import base64
import json
from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.crypto.jwt import Signer
from cenote.flows.identity import logins
from harness import people
from harness.identity import identity_pool, proved, trusting
from harness.in_process import InProcess
from harness.oidc_provider import OctKey, signed, unsigned
from harness.people import Pool
from harness.tokens import claims_of, header_of

UNSUPPORTED = "Token is not from a supported provider of this identity pool."
NO_ID_TOKEN = "Invalid login token. Not a valid OpenId Connect identity token."
FORGED = "Invalid login token. Token signature invalid."
REVOKED = "Invalid login token. Token has been revoked."


@pytest.fixture
def tokens(pool: Pool) -> dict[str, Any]:
    """What Ada has, who is signed in."""
    people.signed_up(pool)
    return people.sign_in(pool)


def aws_name(pool: Pool) -> str:
    return f"cognito-idp.us-east-1.amazonaws.com/{pool.id}"


def own_name(pool: Pool) -> str:
    return f"localhost:9329/{pool.id}"


def refusal(in_process: InProcess, pool: Any, name: str, token: str) -> str:
    with pytest.raises(NotAuthorizedException) as refused:
        proved(in_process.services, pool, name, token)
    return refused.value.message


def signer_of(in_process: InProcess, pool: Pool) -> Signer:
    return in_process.services.directory.signers(pool.id).id


@pytest.mark.parametrize("configured", [aws_name, own_name])
@pytest.mark.parametrize("named", [aws_name, own_name])
def test_an_id_token_proves_its_user_by_either_name_of_the_pool(
    in_process: InProcess, pool: Pool, tokens: dict[str, Any], configured: Any, named: Any
) -> None:
    trusted = trusting((configured(pool), pool.client_id))
    found = proved(in_process.services, trusted, named(pool), tokens["IdToken"])
    sub, provider = claims_of(tokens["IdToken"])["sub"], aws_name(pool)
    assert (provider, sub, f"{provider}:{pool.client_id}", f"{provider}:CognitoSignIn:{sub}") == (
        found.provider,
        found.subject,
        found.mapping_key,
        found.amr,
    )
    assert "ada@example.com" == found.claims["email"]


def test_an_access_token_is_no_id_token(in_process: InProcess, pool: Pool, tokens: dict[str, Any]) -> None:
    trusted = trusting((aws_name(pool), pool.client_id))
    for other in (tokens["AccessToken"], tokens["RefreshToken"], "", "a.b.c", "x" * 50_000):
        assert NO_ID_TOKEN == refusal(in_process, trusted, aws_name(pool), other)


def test_a_pool_or_client_that_is_not_trusted_proves_nothing(
    in_process: InProcess, pool: Pool, tokens: dict[str, Any]
) -> None:
    token = tokens["IdToken"]
    for pairs in (
        [],
        [(aws_name(pool), people.another_client(pool))],
        [("id.example.com/us-east-1_x", pool.client_id)],
    ):
        assert UNSUPPORTED == refusal(in_process, trusting(*pairs), aws_name(pool), token)


def test_another_pools_token_with_the_same_client_id_proves_nothing(
    in_process: InProcess, pool: Pool, tokens: dict[str, Any]
) -> None:
    other = people.make_pool(in_process)
    trusted = trusting((aws_name(other), other.client_id), (aws_name(other), pool.client_id))
    assert "Invalid login token. Issuer doesn't match providerName" == refusal(
        in_process, trusted, aws_name(other), tokens["IdToken"]
    )
    # Signed by the pool's own key for itself, but named as the other pool's.
    claims = claims_of(tokens["IdToken"]) | {"iss": f"http://localhost:9329/{other.id}"}
    assert FORGED == refusal(in_process, trusted, aws_name(other), signer_of(in_process, pool).sign(claims))


def test_a_token_is_good_until_its_second_of_expiry(in_process: InProcess, pool: Pool, tokens: dict[str, Any]) -> None:
    trusted, expiry = trusting((aws_name(pool), pool.client_id)), claims_of(tokens["IdToken"])["exp"]
    left_s = expiry - in_process.clock.now_ms() // 1000
    in_process.clock.advance(seconds=left_s - 1)
    assert proved(in_process.services, trusted, aws_name(pool), tokens["IdToken"])
    in_process.clock.advance(seconds=1)
    assert f"Invalid login token. Token expired: {expiry} >= {expiry}" == refusal(
        in_process, trusted, aws_name(pool), tokens["IdToken"]
    )


def test_what_was_forged_is_not_believed(in_process: InProcess, pool: Pool, tokens: dict[str, Any]) -> None:
    token, trusted = tokens["IdToken"], trusting((aws_name(pool), pool.client_id))
    header, claims = header_of(token), claims_of(token)
    evil = claims | {"sub": "00000000-0000-0000-0000-000000000000"}
    head, _, signature = token.split(".")
    payload = base64.urlsafe_b64encode(json.dumps(evil).encode()).rstrip(b"=").decode()
    mine = signer_of(in_process, people.make_pool(in_process))
    public = json.dumps(in_process.services.directory.jwks(pool.id)[0])
    assert FORGED == refusal(in_process, trusted, aws_name(pool), f"{head}.{payload}.{signature}")
    assert FORGED == refusal(in_process, trusted, aws_name(pool), mine.sign(evil))
    assert FORGED == refusal(in_process, trusted, aws_name(pool), f"{head}.{payload}.")
    for algorithm in ("none", "HS256"):
        lying = {**header, "alg": algorithm}
        made = unsigned(lying, evil) if algorithm == "none" else signed(lying, evil, OctKey(public.encode(), None))
        assert FORGED == refusal(in_process, trusted, aws_name(pool), made)


def test_a_disabled_user_is_let_in_unless_the_server_side_is_checked(
    in_process: InProcess, pool: Pool, tokens: dict[str, Any]
) -> None:
    token = tokens["IdToken"]
    plain, checked = (trusting((aws_name(pool), pool.client_id), checks=checks) for checks in (False, True))
    assert proved(in_process.services, checked, aws_name(pool), token)
    in_process.signed.admin_disable_user(UserPoolId=pool.id, Username="ada")
    assert proved(in_process.services, plain, aws_name(pool), token)
    assert REVOKED == refusal(in_process, checked, aws_name(pool), token)


@pytest.mark.parametrize("ending", ["admin_user_global_sign_out", "admin_delete_user", "revoke", "delete_client"])
def test_the_server_side_check_knows_what_ended_a_sign_in(
    in_process: InProcess, pool: Pool, tokens: dict[str, Any], ending: str
) -> None:
    checked = trusting((aws_name(pool), pool.client_id), checks=True)
    in_process.clock.advance(seconds=1)
    if ending == "revoke":
        in_process.anonymous.revoke_token(ClientId=pool.client_id, Token=tokens["RefreshToken"])
    elif ending == "delete_client":
        in_process.signed.delete_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id)
    else:
        getattr(in_process.signed, ending)(UserPoolId=pool.id, Username="ada")
    assert REVOKED == refusal(in_process, checked, aws_name(pool), tokens["IdToken"])


def test_a_deleted_pools_tokens_prove_nothing(in_process: InProcess, pool: Pool, tokens: dict[str, Any]) -> None:
    trusted = trusting((own_name(pool), pool.client_id))
    in_process.signed.delete_user_pool(UserPoolId=pool.id)
    assert "Invalid login token. Issuer doesn't match providerName" == refusal(
        in_process, trusted, own_name(pool), tokens["IdToken"]
    )


def test_two_names_of_one_pool_are_one_login(in_process: InProcess, pool: Pool, tokens: dict[str, Any]) -> None:
    trusted = trusting((aws_name(pool), pool.client_id))
    both = {aws_name(pool): tokens["IdToken"], own_name(pool): tokens["IdToken"]}
    with pytest.raises(InvalidParameterException):
        logins.verify_logins(in_process.services, trusted, both)


def test_there_are_ten_logins_at_most(in_process: InProcess) -> None:
    with pytest.raises(InvalidParameterException):
        logins.verify_logins(
            in_process.services, identity_pool(), {f"id{number}.example.com": "x" for number in range(11)}
        )


def test_unknown_and_retired_providers_are_refused(in_process: InProcess) -> None:
    pool = identity_pool(SupportedLoginProviders={"api.twitter.com": "key;secret", "www.digits.com": "digits"})
    for name in (
        "api.twitter.com",
        "www.digits.com",
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "arn:x",
        "",
    ):
        assert UNSUPPORTED == refusal(in_process, pool, name, "token")
