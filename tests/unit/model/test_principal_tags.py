from typing import Any

import pytest

from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.open_id_claims import amr_of, claims_of, tags_in, web_identity_of
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.principal_tags import TagsTooLargeError, bounded, tags_of

USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab12Cd34E"
SAML = "arn:aws:iam::000000000000:saml-provider/idp"
XML = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"


def pool_with(**maps: Any) -> IdentityPool:
    named = {"pool": USER_POOL, "saml": SAML, "facebook": "graph.facebook.com", "amazon": "www.amazon.com"}
    tags = {named.get(key, key): value for key, value in maps.items()}
    return IdentityPool("us-east-1:1", "000000000000", "us-east-1", "tests", {}, principal_tags=tags)


def login(provider: str = USER_POOL, key: str = f"{USER_POOL}:client", **claims: Any) -> Login:
    return Login(provider, "sub", key, f"{key}:sub", claims)


def of(provider: str, **claims: Any) -> Login:
    return login(provider, provider, **claims)


def test_a_pool_without_a_map_gives_no_tags() -> None:
    assert {} == tags_of(pool_with(), [login(sub="ann", aud="client")])
    assert {} == tags_of(pool_with(saml={"UseDefaults": True}), [login(sub="ann", aud="client")])


def test_the_defaults_are_who_and_by_which_client() -> None:
    everybody = {"UseDefaults": True}
    pool = pool_with(pool=everybody, saml=everybody, facebook=everybody, amazon=everybody)
    assert {"client": "app", "username": "ann"} == tags_of(pool, [login(sub="ann", aud="app")])
    assert {"client": "7", "username": "8"} == tags_of(pool, [of("graph.facebook.com", app_id="7", user_id="8")])
    assert {"client": "7", "username": "8"} == tags_of(pool, [of("www.amazon.com", aud="7", user_id="8")])
    named = {f"{XML}nameidentifier": "id", f"{XML}name": "Ann"}
    assert {"client": "id", "username": "Ann"} == tags_of(pool, [of(SAML, **named)])


def test_claims_become_the_tags_they_are_mapped_to_and_those_that_are_missing_none() -> None:
    pool = pool_with(pool={"UseDefaults": False, "PrincipalTags": {"team": "dept", "level": "level", "x": "missing"}})
    assert {"team": "sales", "level": "3"} == tags_of(pool, [login(dept="sales", level=3)])


def test_a_list_of_one_is_its_member_and_a_longer_one_is_written_out() -> None:
    pool = pool_with(pool={"PrincipalTags": {"groups": "groups"}})
    assert {"groups": "a"} == tags_of(pool, [login(groups=["a"])])
    assert {"groups": '["a","b"]'} == tags_of(pool, [login(groups=["a", "b"])])


def test_a_map_of_a_client_counts_where_its_user_pool_has_none() -> None:
    pool = pool_with(**{f"{USER_POOL}:client": {"PrincipalTags": {"who": "sub"}}})
    assert {"who": "ann"} == tags_of(pool, [login(sub="ann")])


def test_of_several_logins_the_first_with_a_map_counts() -> None:
    pool = pool_with(pool={"PrincipalTags": {"who": "sub"}}, saml={"PrincipalTags": {"who": "name"}})
    assert {"who": "ann"} == tags_of(pool, [of("accounts.google.com", sub="x"), login(sub="ann"), of(SAML, name="y")])


@pytest.mark.parametrize(
    "tags",
    [
        {"k" * 129: "v"},
        {"k": "v" * 257},
        {"a": "v" * 230, "b": "v" * 230},
        {f"k{number}": "" for number in range(51)},
    ],
)
def test_tags_that_are_too_large_are_refused(tags: dict[str, str]) -> None:
    with pytest.raises(TagsTooLargeError):
        bounded(tags)


def test_the_largest_tags_are_taken() -> None:
    largest = {"k" * 128: "v" * 256, "a": "é" * 37}
    assert largest == bounded(largest)


def test_a_token_carries_tags_and_gives_them_back() -> None:
    claims = claims_of("us-east-1:i", "us-east-1:p", ("unauthenticated",), {"team": "a"}, issued_at=10, ttl_s=600)
    assert {"team": "a"} == tags_in(claims)
    assert (610, 10) == (claims["exp"], claims["iat"])
    assert {} == tags_in(claims_of("us-east-1:i", "us-east-1:p", (), {}, issued_at=10, ttl_s=600))


def test_how_somebody_signed_in_is_told_provider_by_provider() -> None:
    assert ("unauthenticated",) == amr_of([])
    assert (
        "authenticated",
        USER_POOL,
        f"{USER_POOL}:client:sub",
        "accounts.google.com",
        "accounts.google.com:sub",
    ) == amr_of([login(), of("accounts.google.com")])


def test_a_trust_policy_is_asked_about_the_pool_the_identity_and_how_they_signed_in() -> None:
    web = web_identity_of("us-east-1:i", "us-east-1:p", ("authenticated", "x"), {"team": "a"})
    assert ("cognito-identity.amazonaws.com", "us-east-1:i", "us-east-1:p") == (
        web.principal,
        web.subject,
        web.audience,
    )
    assert {
        "cognito-identity.amazonaws.com:aud": ("us-east-1:p",),
        "cognito-identity.amazonaws.com:sub": ("us-east-1:i",),
        "cognito-identity.amazonaws.com:amr": ("authenticated", "x"),
    } == web.context
    assert ({"team": "a"}, ()) == (web.tags, web.transitive_tag_keys)
