"""AssumeRoleWithWebIdentity: tokens of identity pools and of OIDC providers, and what trust policies ask of those they are of."""

import json
from typing import Any

import pytest
from identity_given import PRINCIPAL, Given, given
from refusals import refused
from sts_given import ACCOUNT, UNCHECKED, session_in, signing

from cenote.base.clock import Clock
from cenote.model.iam.entity import EntityKind
from harness import people, principals
from harness.in_process import InProcess
from harness.principals import allow, policy

REFUSED = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")


@pytest.fixture
def pool(in_process: InProcess) -> Given:
    return given(in_process, AllowClassicFlow=True)


@pytest.fixture
def sts(in_process: InProcess) -> Any:
    """A client that signs nothing."""
    return in_process.anonymous_client("sts", config=UNCHECKED)


def guest(pool: Given) -> tuple[str, str]:
    """The id of a guest's identity, and a token of it."""
    identity_id = pool.get_id()
    return identity_id, pool.anonymous.get_open_id_token(IdentityId=identity_id)["Token"]


def assume(sts: Any, role_arn: str, token: str, **more: Any) -> Any:
    return sts.assume_role_with_web_identity(
        RoleArn=role_arn, RoleSessionName=more.pop("session", "s1"), WebIdentityToken=token, **more
    )


def refuse(sts: Any, role_arn: str, token: str, **more: Any) -> tuple[str, str]:
    return refused(lambda: assume(sts, role_arn, token, **more))


def seconds_left(clock: Clock, answer: Any) -> int:
    return round(answer["Credentials"]["Expiration"].timestamp() - clock.now_ms() / 1000)


def test_a_token_of_an_identity_pool_assumes_a_role(in_process: InProcess, pool: Given, sts: Any) -> None:
    role_arn = pool.role("guests", amr="unauthenticated")
    identity_id, token = guest(pool)
    answer = assume(sts, role_arn, token)
    assert identity_id == answer["SubjectFromWebIdentityToken"]
    assert (PRINCIPAL, pool.id) == (answer["Provider"], answer["Audience"])
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/guests/s1"
    assert arn == answer["AssumedRoleUser"]["Arn"]
    assert answer["AssumedRoleUser"]["AssumedRoleId"].endswith(":s1")
    assert not {"PackedPolicySize", "SourceIdentity"} & set(answer)
    assert 3600 == seconds_left(in_process.clock, answer)
    assert arn == signing(in_process, answer, "sts").get_caller_identity()["Arn"]
    signing(in_process, answer).list_user_pools(MaxResults=1)


def test_policies_of_the_role_know_whose_session_it_is(in_process: InProcess, pool: Given, sts: Any) -> None:
    identity_id, token = guest(pool)
    names = {f"{PRINCIPAL}:sub": identity_id, f"{PRINCIPAL}:aud": pool.id, "aws:FederatedProvider": PRINCIPAL}
    may = policy(allow("cognito-idp:ListUserPools", Condition={"StringEquals": names}))
    role_arn = pool.role("guests", amr="unauthenticated", inline=may)
    signing(in_process, assume(sts, role_arn, token)).list_user_pools(MaxResults=1)
    _, other = guest(pool)
    client = signing(in_process, assume(sts, role_arn, other))
    assert "AccessDeniedException" == refused(lambda: client.list_user_pools(MaxResults=1))[0]


def test_a_role_that_trusts_somebody_else_refuses_like_a_missing_one(
    in_process: InProcess, pool: Given, sts: Any
) -> None:
    _, token = guest(pool)
    other = given(in_process, user_pools=0)
    roles = [
        pool.role("members", amr="authenticated"),
        other.role("theirs", amr="unauthenticated"),
        pool.made_role("nobody", policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})),
        f"arn:aws:iam::{ACCOUNT}:role/missing",
        "arn:aws:iam::111111111111:role/guests",
    ]
    for role_arn in roles:
        assert REFUSED == refuse(sts, role_arn, token), role_arn
        assert REFUSED == refuse(sts, role_arn, token, DurationSeconds=43_200), role_arn


def test_a_users_token_assumes_the_role_of_members(in_process: InProcess, pool: Given, sts: Any) -> None:
    logins = pool.logins("ada")
    identity_id = pool.get_id(logins)
    token = pool.anonymous.get_open_id_token(IdentityId=identity_id, Logins=logins)["Token"]
    answer = assume(sts, pool.role("members"), token, DurationSeconds=900)
    assert (identity_id, 900) == (answer["SubjectFromWebIdentityToken"], seconds_left(in_process.clock, answer))
    assert REFUSED == refuse(sts, pool.role("guests", amr="unauthenticated"), token)


def test_a_developers_tags_go_with_the_session_where_the_role_lets_them(
    in_process: InProcess, pool: Given, sts: Any
) -> None:
    token = pool.developer("eva", PrincipalTags={"team": "red"})["Token"]
    untagged = ("AccessDenied", "Not authorized to perform sts:TagSession")
    assert untagged == refuse(sts, pool.role("untagged"), token)
    answer = assume(sts, pool.role("tagged", tags=True), token)
    session = session_in(in_process, answer)
    assert ({"team": "red"}, ()) == (session.tags, session.transitive_tag_keys)
    assert 0 < answer["PackedPolicySize"] < 5


def test_session_policies_bound_the_session(in_process: InProcess, pool: Given, sts: Any) -> None:
    role_arn = pool.role("guests", amr="unauthenticated")
    _, token = guest(pool)
    answer = assume(sts, role_arn, token, Policy=policy(allow("s3:*")))
    client = signing(in_process, answer)
    assert "AccessDeniedException" == refused(lambda: client.list_user_pools(MaxResults=1))[0]
    assert "MalformedPolicyDocument" == refuse(sts, role_arn, token, Policy="{}")[0]
    assert "ValidationError" == refuse(sts, role_arn, token, Policy=" " * 2049)[0]
    exceeded = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    assert ("ValidationError", exceeded) == refuse(sts, role_arn, token, DurationSeconds=3601)


def test_a_token_past_its_time_is_expired(in_process: InProcess, pool: Given, sts: Any) -> None:
    role_arn = pool.role("guests", amr="unauthenticated")
    _, token = guest(pool)
    in_process.clock.advance(minutes=11)
    code, message = refuse(sts, role_arn, token)
    assert ("ExpiredTokenException", True) == (code, message.startswith("Token expired: current date/time "))


def test_a_token_that_cannot_be_believed_is_invalid(pool: Given, sts: Any) -> None:
    role_arn = pool.role("guests", amr="unauthenticated")
    _, token = guest(pool)
    head, claims, signature = token.split(".")
    changed = ".".join((head, claims, signature[:-8] + signature[-8:].swapcase()))
    for text in (changed, f"{head}.{claims}.", "abcd", "a.b.c", f"{head}..{signature}"):
        code, message = refuse(sts, role_arn, text)
        assert "InvalidIdentityToken" == code, message
    assert "ValidationError" == refuse(sts, "arn:aws:iam::1:user/x", token)[0]
    assert "ValidationError" == refuse(sts, f"arn:aws:iam::{ACCOUNT}:user/guests", token)[0]
    assert "ValidationError" == refuse(sts, role_arn, token, session="a b")[0]


def test_a_role_trusts_the_users_of_a_user_pool_by_its_oidc_provider(in_process: InProcess, sts: Any) -> None:
    users = people.make_pool(in_process)
    people.signed_up(users, "ada")
    token = people.sign_in(users, "ada")["IdToken"]
    url = f"{in_process.url}/{users.id}"
    name = url.partition("://")[2]
    document = {"Url": url, "ClientIDList": [users.client_id], "ThumbprintList": []}
    provider = principals.make(in_process.services, EntityKind.OIDC_PROVIDER, name, document=document)
    trusting = {
        "Effect": "Allow",
        "Principal": {"Federated": provider.arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{name}:aud": users.client_id}},
    }
    document = {"AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": [trusting]})}
    role = principals.make(in_process.services, EntityKind.ROLE, "app", document=document)
    answer = assume(sts, role.arn, token)
    assert (provider.arn, users.client_id) == (answer["Provider"], answer["Audience"])
    in_process.clock.advance(hours=2)
    assert "ExpiredTokenException" == refuse(sts, role.arn, token)[0]


def test_a_token_of_a_provider_that_the_account_does_not_know_is_invalid(in_process: InProcess, sts: Any) -> None:
    users = people.make_pool(in_process)
    people.signed_up(users, "ada")
    token = people.sign_in(users, "ada")["IdToken"]
    code, message = refuse(sts, f"arn:aws:iam::{ACCOUNT}:role/app", token)
    found = f"No OpenIDConnect provider found in your account for {in_process.url}/{users.id}"
    assert ("InvalidIdentityToken", found) == (code, message)


@pytest.mark.parametrize("provider_id", ["graph.facebook.com", "www.amazon.com"])
def test_nobody_is_asked_about_a_token_whose_provider_the_role_does_not_name(
    pool: Given, sts: Any, provider_id: str
) -> None:
    # Nobody answers there: were they asked, the refusal would be another one.
    for role_arn in (pool.role("guests", amr="unauthenticated"), f"arn:aws:iam::{ACCOUNT}:role/nobody"):
        assert REFUSED == refuse(sts, role_arn, "an-access-token", ProviderId=provider_id)
