"""ID tokens: a good one is believed, and nothing else that looks like one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import OctKey

from harness.oidc_provider import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    OidcProvider,
    at_hash,
    ec_key,
    oidc_provider,
    public,
    rsa_key,
    signed,
    unsigned,
)
from harness.oidc_relying_party import NOW_S, known, refused, signed_in, why


@pytest.fixture
def op() -> Iterator[OidcProvider]:
    with oidc_provider() as served:
        yield served


RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")


@pytest.mark.parametrize("algorithm", RSA)
def test_every_algorithm_of_an_rsa_key_is_accepted(op: OidcProvider, algorithm: str) -> None:
    op.header["alg"] = algorithm
    op.claims["at_hash"] = at_hash(ACCESS_TOKEN, int(algorithm[2:]))
    assert op.subject == signed_in(op).subject


@pytest.mark.parametrize("curve", ["P-256", "P-384", "P-521"])
def test_every_curve_is_accepted(op: OidcProvider, curve: str) -> None:
    op.key = ec_key("e", curve)
    op.published = [public(op.key), public(rsa_key("one"))]
    assert op.subject == signed_in(op).subject


def test_a_client_secret_signs_where_no_key_is_published(op: OidcProvider) -> None:
    op.key, op.published = OctKey.import_key(CLIENT_SECRET), []
    assert op.subject == signed_in(op).subject
    assert "it is signed by HMAC, which this provider does not use" == why(
        op, replace(known(op), secrets={"client_secret": "short"})
    )
    op.published = [public(rsa_key("one"))]
    assert "it is signed by HMAC, which this provider does not use" == why(op)


def test_a_key_that_was_rotated_is_found_at_once(op: OidcProvider) -> None:
    signed_in(op)
    old, op.key = op.id_token(), rsa_key("two")
    op.published = [public(rsa_key("two"))]
    assert op.subject == signed_in(op).subject
    op.make_id_token = lambda _header, _claims: old
    assert "its signature is of no published key" == why(op)


def with_public_key_as_secret(header: dict[str, Any], claims: dict[str, Any]) -> str:
    secret = rsa_key("one").as_pem(private=False)
    return signed({**header, "alg": "HS256"}, claims, OctKey(secret, None))


FORGED: list[tuple[str, Callable[[dict[str, Any], dict[str, Any]], str]]] = [
    ("it is no signed token", lambda header, claims: unsigned({**header, "alg": "none"}, claims)),
    ("its algorithm is not accepted, or it names no key",
     lambda header, claims: unsigned({**header, "alg": "none"}, claims, "AA")),
    ("its algorithm is not accepted, or it names no key",
     lambda header, claims: unsigned({**header, "alg": "NoNe"}, claims, "AA")),
    ("it is signed by HMAC, which this provider does not use", with_public_key_as_secret),
    ("its signature is of no published key", lambda header, claims: signed(header, claims, rsa_key("other"))),
    ("its signature is of no published key", lambda header, claims: unsigned(header, claims, "AAAA")),
    ("its signature is of no published key",
     lambda header, claims: signed({**header, "alg": "ES256"}, claims, ec_key("one"))),
    ("its signature is of no published key",
     lambda header, claims: signed({**header, "jwk": public(rsa_key("other"))}, claims, rsa_key("other"))),
    ("its header is not understood", lambda header, claims: signed({**header, "crit": ["exp"]}, claims, rsa_key("one"))),
    ("its header is not understood", lambda header, claims: unsigned({"kid": header["kid"]}, claims, "AA")),
    ("a part of it is not JSON", lambda _header, _claims: "AAAA.AAAA.AAAA"),
    ("it is no signed token", lambda _header, _claims: "not-a-token"),
    ("it is no signed token", lambda header, claims: signed(header, claims, rsa_key("one")) + ".AA"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "forge"), FORGED)
def test_a_forged_token_is_not_believed(
    op: OidcProvider, reason: str, forge: Callable[[dict[str, Any], dict[str, Any]], str]
) -> None:
    op.make_id_token = forge
    assert reason == why(op)


@pytest.mark.parametrize("kid", [None, "", 7, "unknown"])
def test_a_token_must_name_its_key(op: OidcProvider, kid: object) -> None:
    op.make_id_token = lambda header, claims: signed(
        {name: value for name, value in {**header, "kid": kid}.items() if value is not None}, claims, op.key
    )
    assert why(op) in {"its signature is of no published key", "its algorithm is not accepted, or it names no key"}


UNFIT = [
    {"use": "enc"},
    {"alg": "RS512"},
    {"key_ops": ["sign"]},
    {"key_ops": "verify"},
    {"kty": "oct", "k": "c2VjcmV0"},
    {"kty": "EC", "crv": "P-256"},
    {"n": 5},
    {"n": "!!"},
    {"n": "A" * 3000},
    {"e": None},
    {"kid": None},
]


@pytest.mark.parametrize("changes", UNFIT)
def test_a_key_for_something_else_verifies_nothing(op: OidcProvider, changes: dict[str, Any]) -> None:
    op.published = [public(rsa_key("one"), **changes)]
    assert "its signature is of no published key" == why(op)


def test_a_key_that_is_too_weak_verifies_nothing(op: OidcProvider) -> None:
    op.key = rsa_key("weak", 1024)
    op.published = [public(op.key)]
    assert "its signature is of no published key" == why(op)


@pytest.mark.parametrize(("claims", "reason"), [
    ({"nonce": "another"}, "its nonce is another"),
    ({"nonce": None}, "its nonce is another"),
    ({"nonce": 7}, "its nonce is another"),
    ({"nonce": ["a"]}, "its nonce is another"),
    ({"aud": "another"}, "it is for another audience"),
    ({"aud": []}, "it is for another audience"),
    ({"aud": None}, "it is for another audience"),
    ({"aud": {CLIENT_ID: 1}}, "it is for another audience"),
    ({"aud": f"{CLIENT_ID}-2"}, "it is for another audience"),
    ({"aud": [CLIENT_ID, "another"]}, "it was issued to another party"),
    ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "it was issued to another party"),
    ({"azp": "another"}, "it was issued to another party"),
    ({"exp": NOW_S - 120}, "it is expired"),
    ({"exp": None}, "it has no times"),
    ({"iat": None}, "it has no times"),
    ({"exp": "4102444800"}, "its exp is no time"),
    ({"exp": True}, "its exp is no time"),
    ({"exp": 10**400}, "its exp is no time"),
    ({"iat": -1}, "its iat is no time"),
    ({"iat": NOW_S + 121}, "it is not valid yet"),
    ({"nbf": NOW_S + 121}, "it is not valid yet"),
    ({"nbf": "soon"}, "its nbf is no time"),
    ({"at_hash": "another"}, "its at_hash is of another access token"),
    ({"at_hash": 7}, "its at_hash is of another access token"),
    ({"sub": None}, "it has no subject"),
    ({"sub": ""}, "it has no subject"),
    ({"sub": 7}, "it has no subject"),
])  # fmt: skip
def test_a_token_for_another_time_or_party_is_not_believed(
    op: OidcProvider, claims: dict[str, Any], reason: str
) -> None:
    op.claims = claims
    assert reason == why(op)


@pytest.mark.parametrize("claims", [
    {"aud": [CLIENT_ID]},
    {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID},
    {"exp": NOW_S - 119},
    {"iat": NOW_S + 119, "nbf": NOW_S + 119},
    {"exp": NOW_S + 0.5},
    {"at_hash": at_hash(ACCESS_TOKEN)},
])  # fmt: skip
def test_a_token_that_is_for_us_and_for_now_is_believed(op: OidcProvider, claims: dict[str, Any]) -> None:
    op.claims = claims
    assert op.subject == signed_in(op).subject


@pytest.mark.parametrize("issuer", ["https://another.example.com", None, 7, "accounts.google.com"])
def test_a_token_of_another_issuer_is_not_believed(op: OidcProvider, issuer: object) -> None:
    op.claims["iss"] = issuer
    assert ("invalid_request", "Bad id_token issuer") == refused(op)[:2]
    op.claims["iss"] = f"{op.url}/"
    assert ("invalid_request", "Bad id_token issuer") == refused(op)[:2]
