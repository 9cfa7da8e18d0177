"""Identities of a backend's own users: GetOpenIdTokenForDeveloperIdentity, and looking up, merging and unlinking them."""

from typing import Any

import pytest
from identity_given import DEVELOPER, NOT_MATCHING, PRINCIPAL, UNKNOWN, UNSUPPORTED, Given, given
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet
from refusals import refusal, refused

from harness import principals
from harness.clock import FakeClock
from harness.in_process import InProcess

NOT_REGISTERED = (
    "ResourceNotFoundException",
    "Developer user identifier is not registered in this identity pool.",
)
ELSEWHERE = ("ResourceConflictException", "The developer user identifier is registered with another identity.")


@pytest.fixture
def pool(in_process: InProcess) -> Given:
    return given(in_process)


def payload_of(pool: Given, token: str) -> Any:
    keys = KeySet.import_key_set(pool.endpoint.get_json("/_cenote/identity/.well-known/jwks_uri"))
    return joserfc_jwt.decode(token, keys, algorithms=["RS512"]).claims


def lookup(pool: Given, **members: Any) -> tuple[str, list[str]]:
    found = pool.signed.lookup_developer_identity(IdentityPoolId=pool.id, **members)
    return found["IdentityId"], found["DeveloperUserIdentifierList"]


def merge(pool: Given, source: str, destination: str, name: str = DEVELOPER) -> str:
    found: str = pool.signed.merge_developer_identities(
        IdentityPoolId=pool.id,
        DeveloperProviderName=name,
        SourceUserIdentifier=source,
        DestinationUserIdentifier=destination,
    )["IdentityId"]
    return found


def unlink(pool: Given, identity_id: str, user: str, name: str = DEVELOPER) -> None:
    pool.signed.unlink_developer_identity(
        IdentityPoolId=pool.id, IdentityId=identity_id, DeveloperProviderName=name, DeveloperUserIdentifier=user
    )


def test_a_backend_gets_a_token_for_its_user(pool: Given, clock: FakeClock) -> None:
    ann = pool.developer("ann")
    assert ann["IdentityId"] == pool.developer("ann")["IdentityId"]
    assert ann["IdentityId"] != pool.developer("bob")["IdentityId"]
    assert [DEVELOPER] == pool.describe(ann["IdentityId"])
    now_s = clock.now_ms() // 1000
    assert {
        "sub": ann["IdentityId"],
        "aud": pool.id,
        "amr": ["authenticated", DEVELOPER, f"{DEVELOPER}:{pool.id}:ann"],
        "iss": "https://cognito-identity.amazonaws.com",
        "iat": now_s,
        "exp": now_s + 900,
    } == payload_of(pool, ann["Token"])
    longest = payload_of(pool, pool.developer("ann", TokenDuration=86400, PrincipalTags={"team": "a"})["Token"])
    assert (now_s + 86400, {"principal_tags": {"team": ["a"]}}) == (
        longest["exp"],
        longest["https://aws.amazon.com/tags"],
    )


def test_only_a_backend_that_signs_gets_one(pool: Given) -> None:
    with refusal("MissingAuthenticationTokenException"):
        pool.anonymous.get_open_id_token_for_developer_identity(IdentityPoolId=pool.id, Logins={DEVELOPER: "ann"})


def test_the_token_gives_credentials_with_its_tags(pool: Given, clock: FakeClock) -> None:
    may = principals.policy(
        principals.allow("cognito-idp:ListUserPools", Condition={"StringEquals": {"aws:PrincipalTag/team": "a"}})
    )
    pool.set_roles(authenticated=pool.role("people", tags=True, inline=may))
    ann = pool.developer("ann", PrincipalTags={"team": "a"})
    issued = pool.credentials(ann["IdentityId"], {PRINCIPAL: ann["Token"]})
    assert pool.client("cognito-idp", issued).list_user_pools(MaxResults=1)["UserPools"]
    bob = pool.developer("bob")
    assert NOT_MATCHING == refused(pool.credentials, bob["IdentityId"], {PRINCIPAL: ann["Token"]})
    assert NOT_MATCHING == refused(pool.credentials, pool.get_id(), {PRINCIPAL: ann["Token"]})
    clock.advance(seconds=900)
    code, message = refused(pool.credentials, ann["IdentityId"], {PRINCIPAL: ann["Token"]})
    assert ("NotAuthorizedException", True) == (code, message.startswith("Invalid login token. Token expired: "))


def test_the_token_of_another_pool_proves_nothing(pool: Given, in_process: InProcess) -> None:
    other = given(in_process)
    token = other.developer("ann")["Token"]
    refusal_ = ("NotAuthorizedException", "Invalid login token. Incorrect token audience.")
    assert refusal_ == refused(pool.get_id, {PRINCIPAL: token})


def test_a_login_of_the_developers_must_be_among_them(pool: Given, in_process: InProcess) -> None:
    ask = pool.signed.get_open_id_token_for_developer_identity
    needed = ("InvalidParameterException", "Please provide a login of the developer provider of this identity pool.")
    assert needed == refused(ask, IdentityPoolId=pool.id, Logins=pool.logins("ann"))
    too_long = ("InvalidParameterException", "A developer user identifier has 1 to 1024 characters.")
    assert too_long == refused(pool.developer, "a" * 1025)
    assert UNSUPPORTED == refused(pool.developer, "ann", more={"login.other": "ann"})
    with refusal("InvalidParameterException"):
        pool.developer("ann", PrincipalTags={"a": "x" * 230, "b": "x" * 230})
    none = in_process.boto3_client("cognito-identity").create_identity_pool(
        IdentityPoolName="none", AllowUnauthenticatedIdentities=True
    )["IdentityPoolId"]
    assert UNSUPPORTED == refused(ask, IdentityPoolId=none, Logins={DEVELOPER: "ann"})
    assert [] == pool.enabled()


def test_other_logins_are_verified_and_linked_along(pool: Given) -> None:
    logins = pool.logins("ann")
    ann = pool.developer("1", more=logins)["IdentityId"]
    assert ann == pool.get_id(logins) == pool.developer("1")["IdentityId"]
    assert "NotAuthorizedException" == refused(pool.developer, "2", more={pool.provider(): "forged"})[0]
    assert NOT_REGISTERED == refused(lookup, pool, DeveloperUserIdentifier="2")


def test_a_user_is_linked_to_the_identity_that_the_backend_names(pool: Given) -> None:
    guest = pool.get_id()
    assert guest == pool.developer("ann", IdentityId=guest)["IdentityId"] == pool.developer("ann")["IdentityId"]
    signed_in = pool.get_id(pool.logins("bob"))
    assert signed_in == pool.developer("bob", IdentityId=signed_in)["IdentityId"]
    assert signed_in == pool.developer("bob2", IdentityId=signed_in)["IdentityId"]
    assert (signed_in, ["bob", "bob2"]) == lookup(pool, IdentityId=signed_in)
    missing = ("ResourceNotFoundException", f"Identity '{UNKNOWN}' not found.")
    assert missing == refused(pool.developer, "eve", IdentityId=UNKNOWN)


def test_a_user_or_login_of_another_identity_is_not_moved_to_the_one_that_is_named(pool: Given) -> None:
    ann = pool.developer("ann")["IdentityId"]
    registered = (
        "DeveloperUserAlreadyRegisteredException",
        "The developer user identifier is already registered with another identity.",
    )
    guest = pool.get_id()
    assert registered == refused(pool.developer, "ann", IdentityId=guest)
    bobs = pool.logins("bob")
    bob = pool.get_id(bobs)
    linked = ("ResourceConflictException", "Login is already linked to another identity.")
    assert linked == refused(pool.developer, "ann", IdentityId=ann, more=bobs)
    assert sorted([ann, guest, bob]) == sorted(pool.enabled())


def test_a_user_is_looked_up_by_either_name(pool: Given) -> None:
    ann = pool.developer("ann")["IdentityId"]
    pool.developer("anna", IdentityId=ann)
    assert (ann, ["ann", "anna"]) == lookup(pool, IdentityId=ann) == lookup(pool, DeveloperUserIdentifier="ann")
    assert (ann, ["anna"]) == lookup(pool, IdentityId=ann, DeveloperUserIdentifier="anna")
    bob = pool.developer("bob")["IdentityId"]
    assert ELSEWHERE == refused(lookup, pool, IdentityId=bob, DeveloperUserIdentifier="ann")
    assert NOT_REGISTERED == refused(lookup, pool, DeveloperUserIdentifier="eve")
    missing = ("ResourceNotFoundException", f"Identity '{UNKNOWN}' not found.")
    assert missing == refused(lookup, pool, IdentityId=UNKNOWN)
    with refusal("InvalidParameterException"):
        lookup(pool)


def test_users_of_an_identity_are_listed_by_pages(pool: Given) -> None:
    ann = pool.developer("0")["IdentityId"]
    for number in range(1, 5):
        pool.developer(str(number), IdentityId=ann)
    ask = pool.signed.lookup_developer_identity
    pages, more = [], {}
    while True:
        page = ask(IdentityPoolId=pool.id, IdentityId=ann, MaxResults=2, **more)
        pages.append(page["DeveloperUserIdentifierList"])
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert [["0", "1"], ["2", "3"], ["4"]] == pages
    with refusal("InvalidParameterException"):
        ask(IdentityPoolId=pool.id, DeveloperUserIdentifier="0", MaxResults=2, **more)


def test_merged_users_are_the_destinations_identity(pool: Given) -> None:
    logins = pool.logins("ann")
    source, destination = pool.developer("a", more=logins)["IdentityId"], pool.developer("b")["IdentityId"]
    old = pool.developer("a")
    assert destination == merge(pool, "a", "b") == merge(pool, "a", "b")
    assert destination == pool.developer("a")["IdentityId"] == pool.get_id(logins)
    assert [destination] == pool.enabled()
    assert (destination, ["a", "b"]) == lookup(pool, DeveloperUserIdentifier="a")
    # Whoever still has the source's token is led on.
    pool.set_roles(authenticated=pool.role("people"))
    assert destination == pool.credentials(source, {PRINCIPAL: old["Token"]})["IdentityId"]
    disabled = ("NotAuthorizedException", f"Access to Identity '{source}' is forbidden.")
    assert disabled == refused(pool.developer, "c", IdentityId=source)
    assert disabled == refused(unlink, pool, source, "a")


def test_users_with_two_logins_of_one_provider_or_too_many_are_not_merged(pool: Given) -> None:
    for name in ("a", "b"):
        pool.developer(name, more=pool.logins(name))
    conflict = ("ResourceConflictException", "Logins conflict: an identity has one login of a provider.")
    assert conflict == refused(merge, pool, "a", "b")
    for prefix in ("x", "y"):
        first = pool.developer(f"{prefix}0")["IdentityId"]
        for number in range(1, 11 if prefix == "y" else 10):
            pool.developer(f"{prefix}{number}", IdentityId=first)
    too_many = ("ResourceConflictException", "An identity cannot have more than 20 logins.")
    assert too_many == refused(merge, pool, "x0", "y0")
    unlink(pool, first, "y10")
    assert first == merge(pool, "x0", "y0")
    assert too_many == refused(pool.developer, "one-more", IdentityId=first)


def test_merging_needs_users_of_the_pools_own_provider(pool: Given) -> None:
    pool.developer("a")
    assert NOT_REGISTERED == refused(merge, pool, "a", "b")
    assert NOT_REGISTERED == refused(merge, pool, "b", "a")
    assert UNSUPPORTED == refused(merge, pool, "a", "a", "login.other")
    assert UNSUPPORTED == refused(unlink, pool, UNKNOWN, "a", "login.other")


def test_an_unlinked_user_is_somebody_new_and_their_token_worth_nothing(pool: Given) -> None:
    pool.set_roles(authenticated=pool.role("people"))
    logins = pool.logins("ann")
    ann = pool.developer("ann", more=logins)
    ann_id = ann["IdentityId"]
    unlink(pool, ann_id, "ann")
    assert NOT_MATCHING == refused(pool.credentials, ann_id, {PRINCIPAL: ann["Token"]})
    assert NOT_MATCHING == refused(pool.credentials, ann_id, {PRINCIPAL: ann["Token"], **logins})
    assert [pool.provider()] == pool.describe(ann_id)
    assert ann_id != pool.developer("ann")["IdentityId"]
    assert NOT_REGISTERED == refused(unlink, pool, ann_id, "eve")
    assert ELSEWHERE == refused(unlink, pool, ann_id, "ann")


def test_an_identity_without_its_last_user_is_nobodys(pool: Given) -> None:
    pool.set_roles(authenticated=pool.role("people"), unauthenticated=pool.role("guests", amr="unauthenticated"))
    ann = pool.developer("ann")["IdentityId"]
    unlink(pool, ann, "ann")
    assert ("NotAuthorizedException", f"Access to Identity '{ann}' is forbidden.") == refused(pool.credentials, ann)


def test_a_pool_is_of_its_region(pool: Given) -> None:
    elsewhere = pool.endpoint.boto3_client("cognito-identity", region_name="eu-west-1")
    missing = ("ResourceNotFoundException", f"IdentityPool '{pool.id}' not found.")
    assert missing == refused(
        elsewhere.get_open_id_token_for_developer_identity, IdentityPoolId=pool.id, Logins={DEVELOPER: "ann"}
    )
