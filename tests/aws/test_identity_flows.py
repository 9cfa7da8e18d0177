"""GetId, GetOpenIdToken, UnlinkIdentity, and whose identity is whose."""

import json
from typing import Any

import pytest
from identity_given import NO_GUESTS, NOT_MATCHING, PRINCIPAL, UNKNOWN, UNSUPPORTED, Given, given
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet
from refusals import refused

from harness import people
from harness.clock import FakeClock
from harness.in_process import InProcess, call

CONFLICT = ("ResourceConflictException", "Logins conflict: an identity has one login of a provider.")


@pytest.fixture
def pool(in_process: InProcess) -> Given:
    return given(in_process, user_pools=2, AllowClassicFlow=True)


def forbidden(identity_id: str) -> tuple[str, str]:
    return "NotAuthorizedException", f"Access to Identity '{identity_id}' is forbidden."


def not_found(identity_id: str) -> tuple[str, str]:
    return "ResourceNotFoundException", f"Identity '{identity_id}' not found."


def payload_of(endpoint: InProcess, token: str) -> Any:
    keys = KeySet.import_key_set(endpoint.get_json("/_cenote/identity/.well-known/jwks_uri"))
    decoded = joserfc_jwt.decode(token, keys, algorithms=["RS512"])
    assert {"kid", "alg"} == set(decoded.header)
    return decoded.claims


def test_each_guest_is_somebody_new(pool: Given) -> None:
    first, second = pool.get_id(), pool.get_id()
    assert first != second
    assert first.startswith("us-east-1:")
    assert [] == pool.describe(first)


def test_a_login_leads_to_the_same_identity_each_time(pool: Given) -> None:
    ann = pool.get_id(pool.logins("ann"))
    assert ann == pool.get_id(pool.logins("ann"))
    assert ann != pool.get_id(pool.logins("bob"))
    assert [pool.provider()] == pool.describe(ann)


def test_a_pool_without_guests_gives_nobody_an_identity_who_proves_nothing(in_process: InProcess) -> None:
    pool = given(in_process, guests=False)
    assert NO_GUESTS == refused(pool.get_id)
    assert NO_GUESTS == refused(pool.anonymous.get_id, IdentityPoolId=pool.id, Logins={})
    assert pool.get_id(pool.logins("ann"))


def test_an_account_has_its_own_identity_pools(pool: Given, in_process: InProcess) -> None:
    account_id = in_process.services.settings.account_id
    assert pool.anonymous.get_id(IdentityPoolId=pool.id, AccountId=account_id)
    code, message = refused(pool.anonymous.get_id, IdentityPoolId=pool.id, AccountId="111111111111")
    assert ("ResourceNotFoundException", f"IdentityPool '{pool.id}' not found.") == (code, message)
    code, message = refused(pool.anonymous.get_id, IdentityPoolId=UNKNOWN)
    assert ("ResourceNotFoundException", f"IdentityPool '{UNKNOWN}' not found.") == (code, message)


def test_what_is_not_verified_writes_nothing(pool: Given) -> None:
    [token] = pool.logins("ann").values()
    forged = token[:-8] + ("AAAAAAAA" if not token.endswith("AAAAAAAA") else "BBBBBBBB")
    bad = "Invalid login token. Token signature invalid."
    assert ("NotAuthorizedException", bad) == refused(pool.get_id, {pool.provider(): forged})
    both = {pool.provider(): forged, **pool.logins("bob", 1)}
    assert ("NotAuthorizedException", bad) == refused(pool.get_id, both)
    assert [] == pool.enabled()


def test_a_developers_user_is_no_login_of_the_public(pool: Given) -> None:
    assert UNSUPPORTED == refused(pool.get_id, {"login.example": "ann"})
    assert UNSUPPORTED == refused(pool.get_id, {"accounts.google.com": "ey.ey.ey"})


def test_several_logins_are_one_identity_from_then_on(pool: Given) -> None:
    one, two = pool.logins("ann"), pool.logins("ann", 1)
    ann = pool.get_id({**one, **two})
    assert ann == pool.get_id(one) == pool.get_id(two)
    assert sorted([pool.provider(), pool.provider(1)]) == sorted(pool.describe(ann))


def test_two_identities_become_the_older_one(pool: Given, clock: FakeClock) -> None:
    one, two = pool.logins("ann"), pool.logins("ann", 1)
    older = pool.get_id(two)
    clock.advance(seconds=5)
    newer = pool.get_id(one)
    assert older == pool.get_id({**one, **two}) == pool.get_id(one)
    assert [older] == pool.enabled()
    assert forbidden(newer) == refused(pool.anonymous.get_open_id_token, IdentityId=newer)
    # Whoever has kept the other id is told the one that it became.
    answer = pool.anonymous.get_open_id_token(IdentityId=newer, Logins=one)
    assert older == answer["IdentityId"]


def test_two_users_of_one_provider_are_never_one_identity(pool: Given) -> None:
    ann = pool.get_id({**pool.logins("ann"), **pool.logins("ann", 1)})
    bob = pool.get_id(pool.logins("bob"))
    meeting = {**pool.logins("bob"), **pool.logins("ann", 1)}
    assert CONFLICT == refused(pool.get_id, meeting)
    assert CONFLICT == refused(pool.anonymous.get_open_id_token, IdentityId=ann, Logins=meeting)
    assert CONFLICT == refused(pool.anonymous.get_open_id_token, IdentityId=bob, Logins=meeting)
    assert sorted([ann, bob]) == sorted(pool.enabled())


def test_a_guest_who_signs_in_keeps_the_identity(pool: Given) -> None:
    guest, ann = pool.get_id(), pool.logins("ann")
    answer = pool.anonymous.get_open_id_token(IdentityId=guest, Logins=ann)
    assert guest == answer["IdentityId"] == pool.get_id(ann)
    assert forbidden(guest) == refused(pool.anonymous.get_open_id_token, IdentityId=guest)


def test_a_guest_who_had_an_identity_already_goes_on_in_that(pool: Given) -> None:
    ann = pool.get_id(pool.logins("ann"))
    guest = pool.get_id()
    answer = pool.anonymous.get_open_id_token(IdentityId=guest, Logins=pool.logins("ann"))
    assert ann == answer["IdentityId"]
    assert [ann] == pool.enabled()
    assert forbidden(guest) == refused(pool.anonymous.get_open_id_token, IdentityId=guest)
    assert forbidden(guest) == refused(pool.anonymous.get_open_id_token, IdentityId=guest, Logins=pool.logins("bob"))


def test_an_identity_with_logins_is_closed_to_everybody_else(pool: Given) -> None:
    ann = pool.get_id(pool.logins("ann"))
    ask = pool.anonymous.get_open_id_token
    assert forbidden(ann) == refused(ask, IdentityId=ann)
    assert NOT_MATCHING == refused(ask, IdentityId=ann, Logins=pool.logins("bob"))
    assert NOT_MATCHING == refused(ask, IdentityId=ann, Logins=pool.logins("bob", 1))
    assert [pool.provider()] == pool.describe(ann)


def test_a_login_is_added_by_proof_of_one_that_is_there(pool: Given) -> None:
    ann = pool.get_id(pool.logins("ann"))
    both = {**pool.logins("ann"), **pool.logins("ann", 1)}
    assert ann == pool.anonymous.get_open_id_token(IdentityId=ann, Logins=both)["IdentityId"]
    assert ann == pool.get_id(pool.logins("ann", 1))


def test_an_identity_of_another_pool_or_none_is_not_found(pool: Given, in_process: InProcess) -> None:
    ask = pool.anonymous.get_open_id_token
    assert not_found(UNKNOWN) == refused(ask, IdentityId=UNKNOWN)
    assert not_found(UNKNOWN) == refused(pool.anonymous.get_credentials_for_identity, IdentityId=UNKNOWN)
    # A pool trusts its own providers, whoever they are elsewhere.
    other = given(in_process, AllowClassicFlow=True)
    assert UNSUPPORTED == refused(ask, IdentityId=other.get_id(), Logins=pool.logins("ann"))


def test_a_token_says_who_somebody_is_and_how_they_signed_in(pool: Given, clock: FakeClock) -> None:
    guest = pool.get_id()
    now_s = clock.now_ms() // 1000
    token = pool.anonymous.get_open_id_token(IdentityId=guest)["Token"]
    expected: dict[str, Any] = {
        "sub": guest,
        "aud": pool.id,
        "amr": ["unauthenticated"],
        "iss": "https://cognito-identity.amazonaws.com",
        "exp": now_s + 600,
        "iat": now_s,
    }
    assert expected == payload_of(pool.endpoint, token)
    sub = people.sign_up(pool.user_pools[0], "eve")
    pool.endpoint.signed.admin_confirm_sign_up(UserPoolId=pool.user_pools[0].id, Username="eve")
    logins = pool.logins("eve")
    eve = pool.anonymous.get_open_id_token(IdentityId=pool.get_id(logins), Logins=logins)["Token"]
    provider = pool.provider()
    assert ["authenticated", provider, f"{provider}:CognitoSignIn:{sub}"] == payload_of(pool.endpoint, eve)["amr"]


def test_the_basic_flow_is_switched_on_or_refused(in_process: InProcess) -> None:
    pool = given(in_process)
    refusal = ("InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow.")
    assert refusal == refused(pool.anonymous.get_open_id_token, IdentityId=pool.get_id())


def test_mapped_claims_are_in_the_token(pool: Given) -> None:
    tags = {"team": "custom:team", "mail": "email"}
    pool.signed.set_principal_tag_attribute_map(
        IdentityPoolId=pool.id, IdentityProviderName=pool.provider(), PrincipalTags=tags
    )
    logins = pool.logins("ann")
    token = pool.anonymous.get_open_id_token(IdentityId=pool.get_id(logins), Logins=logins)["Token"]
    wanted = {"principal_tags": {"mail": ["ann@example.com"]}}
    assert wanted == payload_of(pool.endpoint, token)["https://aws.amazon.com/tags"]


def test_the_keys_are_found_where_aws_has_them_and_below_our_own_paths(pool: Given) -> None:
    pool.anonymous.get_open_id_token(IdentityId=pool.get_id())
    own = pool.endpoint.get_json("/_cenote/identity/.well-known/openid-configuration")
    assert ("https://cognito-identity.amazonaws.com", ["RS512"]) == (
        own["issuer"],
        own["id_token_signing_alg_values_supported"],
    )
    assert f"{pool.endpoint.url}/_cenote/identity/.well-known/jwks_uri" == own["jwks_uri"]
    keys = pool.endpoint.get_json("/_cenote/identity/.well-known/jwks_uri")
    assert [("RSA", "RS512", "sig")] == [(key["kty"], key["alg"], key["use"]) for key in keys["keys"]]
    for host in (PRINCIPAL, "cognito-identity.eu-west-1.amazonaws.com:9329"):
        status, headers, body = call(pool.endpoint.app, "GET", f"http://{host}/.well-known/jwks_uri", {}, b"")
        assert (200, "application/json", "*") == (
            status,
            headers["content-type"],
            headers["access-control-allow-origin"],
        )
        assert keys == json.loads(body)
        document = json.loads(
            call(pool.endpoint.app, "GET", f"http://{host}/.well-known/openid-configuration", {}, b"")[2]
        )
        assert "https://cognito-identity.amazonaws.com/.well-known/jwks_uri" == document["jwks_uri"]
    assert 404 == pool.endpoint.request("GET", "/.well-known/jwks_uri")[0]
    assert 405 == pool.endpoint.request("POST", "/_cenote/identity/.well-known/jwks_uri")[0]
    assert 200 == pool.endpoint.request("OPTIONS", "/_cenote/identity/.well-known/jwks_uri")[0]


def unlink(pool: Given, identity_id: str, logins: dict[str, str], *providers: str) -> None:
    pool.anonymous.unlink_identity(IdentityId=identity_id, Logins=logins, LoginsToRemove=list(providers))


def test_a_login_that_was_unlinked_is_somebody_new(pool: Given) -> None:
    both = {**pool.logins("ann"), **pool.logins("ann", 1)}
    ann = pool.get_id(both)
    unlink(pool, ann, pool.logins("ann"), pool.provider(1))
    assert [pool.provider()] == pool.describe(ann)
    assert ann == pool.get_id(pool.logins("ann"))
    assert ann != pool.get_id(pool.logins("ann", 1))


def test_an_identity_without_its_last_login_is_nobodys(pool: Given) -> None:
    logins = pool.logins("ann")
    ann = pool.get_id(logins)
    unlink(pool, ann, logins, pool.provider())
    ask = pool.anonymous.get_open_id_token
    assert forbidden(ann) == refused(ask, IdentityId=ann)
    assert forbidden(ann) == refused(ask, IdentityId=ann, Logins=logins)
    assert forbidden(ann) == refused(unlink, pool, ann, logins, pool.provider())
    assert ann != pool.get_id(logins)


def test_unlinking_needs_proof_and_something_to_unlink(pool: Given) -> None:
    ann = pool.get_id(pool.logins("ann"))
    assert NOT_MATCHING == refused(unlink, pool, ann, pool.logins("bob"), pool.provider())
    assert NOT_MATCHING == refused(unlink, pool, ann, {}, pool.provider())
    missing = ("ResourceNotFoundException", f"Login '{pool.provider(1)}' not found.")
    assert missing == refused(unlink, pool, ann, pool.logins("ann"), pool.provider(), pool.provider(1))
    own = ("InvalidParameterException", "A developer provider cannot be unlinked by UnlinkIdentity.")
    assert own == refused(unlink, pool, ann, pool.logins("ann"), "login.example")
    assert [pool.provider()] == pool.describe(ann)
    assert not_found(UNKNOWN) == refused(unlink, pool, UNKNOWN, pool.logins("ann"), pool.provider())
