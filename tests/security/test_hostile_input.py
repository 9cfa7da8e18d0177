"""Texts that some databases cannot store, in the places that have no pattern."""

import base64
import json

import pytest
from refusals import refusal

from harness.in_process import InProcess
from harness.people import Pool, make_pool, sign_in, signed_up

NAMES = ("a\0da", "a" * 129, "ada" + "x" * 100_000)


def part(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("name", NAMES, ids=["nul", "long", "very long"])
def test_a_name_that_cannot_be_anybodys_is_nobodys(pool: Pool, name: str) -> None:
    signed_up(pool)
    with refusal("UserNotFoundException"):
        sign_in(pool, name)


@pytest.mark.parametrize("name", NAMES, ids=["nul", "long", "very long"])
def test_a_name_that_cannot_be_anybodys_is_hidden_like_any_other(in_process: InProcess, name: str) -> None:
    pool = make_pool(in_process, client={"PreventUserExistenceErrors": "ENABLED"})
    with refusal("NotAuthorizedException"):
        sign_in(pool, name)


@pytest.mark.parametrize("text", ["us-east-1_\0", "\ud800", "x" * 9000])
def test_a_forged_token_with_odd_claims_is_only_invalid(in_process: InProcess, text: str) -> None:
    claims = {"iss": f"http://localhost:9329/{text}", "client_id": text, "token_use": "access", "sub": text, "exp": 1}
    token = f"{part({'alg': 'RS256', 'kid': text[:9]})}.{part(claims)}.{part({})}"
    with refusal("NotAuthorizedException") as seen:
        in_process.anonymous.get_user(AccessToken=token)
    assert "Invalid Access Token" == seen.message


@pytest.mark.parametrize("extra", [{"client_id": ["x"]}, {"client_id": None, "iss": {}}])
def test_a_forged_token_with_claims_of_other_types_is_only_invalid(
    in_process: InProcess, extra: dict[str, object]
) -> None:
    token = f"{part({'alg': 'RS256', 'kid': 'x'})}.{part(extra)}.{part({})}"
    with refusal("NotAuthorizedException"):
        in_process.anonymous.get_user(AccessToken=token)
