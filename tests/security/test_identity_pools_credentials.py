"""Roles, tags and tokens of identity pools: nobody talks themselves into more than they were given."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from identity_given import NO_ROLE, PRINCIPAL, Given, given, trust
from refusals import refusal, refused

from cenote.flows.identity.web_tokens import verify_web_identity
from cenote.flows.services import Services
from cenote.model.identity_pool.login import Login
from cenote.model.identity_pool.principal_tags import tags_of
from cenote.model.identity_pool.roles import RoleRefusedError, authenticated_role
from harness import people
from harness.databases import EVERY_ENGINE
from harness.elsewhere import Elsewhere
from harness.identity import ACCOUNT, identity_pool, proved, trusting, without_network
from harness.in_process import URL, InProcess
from harness.oidc_provider import CLIENT_ID, OidcProvider, oidc_provider, unsigned
from harness.principals import allow, policy
from harness.tokens import claims_of

ARN = f"arn:aws:iam::{ACCOUNT}:role/"
DEFAULT, ADMIN = f"{ARN}default", f"{ARN}admin"
REMOTE = "id.example.org/us-east-1_Remote123"
AWS_REMOTE = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Remote123"
WEB_IDENTITY = ["sts:AssumeRoleWithWebIdentity"]


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine, but where a test asks for each."""
    name: str = request.param
    return name


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as made:
        yield made


@pytest.fixture
def pool(in_process: InProcess) -> Given:
    return given(in_process, AllowClassicFlow=True)


def with_roles(document: dict[str, Any], mappings: dict[str, Any], **tags: Any) -> Any:
    from_document = identity_pool(**document)
    return type(from_document)(
        from_document.identity_pool_id,
        from_document.account_id,
        from_document.region,
        from_document.name,
        from_document.document,
        {"Roles": {"authenticated": DEFAULT}, "RoleMappings": mappings},
        tags,
    )


@pytest.mark.parametrize("written", [REMOTE, AWS_REMOTE])
def test_a_mapping_binds_people_of_a_user_pool_elsewhere(
    services: Services, provider: OidcProvider, written: str
) -> None:
    there = f"https://{REMOTE}"
    provider.claims = {"iss": there, "token_use": "id", "sub": "eve"}
    provider.forced["/us-east-1_Remote123/.well-known/openid-configuration"] = (
        200,
        {},
        json.dumps(
            {
                "issuer": there,
                "jwks_uri": "https://id.example.org/jwks.json",
                "authorization_endpoint": there,
                "token_endpoint": there,
            }
        ).encode(),
    )
    found = proved(
        without_network(services, Elsewhere(provider, "id.example.org")),
        trusting((REMOTE, CLIENT_ID)),
        REMOTE,
        provider.id_token(),
    )
    denying = {f"{written}:{CLIENT_ID}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    with pytest.raises(RoleRefusedError):
        authenticated_role(with_roles({}, denying), [found])
    tagged = with_roles({}, {}, **{written: {"UseDefaults": True}})
    assert {"client": CLIENT_ID, "username": "eve"} == tags_of(tagged, [found])


def test_of_two_mappings_for_one_id_the_one_of_the_very_name_counts() -> None:
    mappings = {
        f"{AWS_REMOTE}:{CLIENT_ID}": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"},
        f"{REMOTE}:{CLIENT_ID}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"},
    }
    for order in (mappings, dict(reversed(mappings.items()))):
        remote = Login(REMOTE, "eve", f"{REMOTE}:{CLIENT_ID}", "")
        own = Login(AWS_REMOTE, "eve", f"{AWS_REMOTE}:{CLIENT_ID}", "")
        with pytest.raises(RoleRefusedError):
            authenticated_role(with_roles({}, order), [remote])
        assert DEFAULT == authenticated_role(with_roles({}, order), [own])


@pytest.mark.parametrize(
    "custom",
    [
        ADMIN,
        "arn:aws:iam::999999999999:role/people",
        f"{ARN}people ",
        f"{ARN}PEOPLE",
        f"{ARN}x/../people",
        "arn:aws:iam::000000000000:user/people",
    ],
)
def test_no_role_is_had_by_asking_for_it(pool: Given, custom: str) -> None:
    pool.set_roles(
        {f"{pool.provider()}:{pool.user_pools[0].client_id}": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}},
        authenticated=pool.role("people"),
        unauthenticated=pool.role("guests", amr="unauthenticated"),
    )
    pool.role("admin")
    client, user_pool = pool.endpoint.signed, pool.user_pools[0]
    ann = pool.logins("ann")
    assert "NotAuthorizedException" == refused(pool.credentials, pool.get_id(ann), ann, CustomRoleArn=custom)[0]
    client.create_group(UserPoolId=user_pool.id, GroupName="people", RoleArn=f"{ARN}people")
    client.admin_add_user_to_group(UserPoolId=user_pool.id, Username="ann", GroupName="people")
    ann = pool.logins("ann")
    assert "NotAuthorizedException" == refused(pool.credentials, pool.get_id(ann), ann, CustomRoleArn=custom)[0]
    assert "NotAuthorizedException" == refused(pool.credentials, pool.get_id(), CustomRoleArn=custom)[0]
    assert pool.credentials(pool.get_id(ann), ann, CustomRoleArn=f"{ARN}people")


def test_a_role_that_trusts_another_pool_or_guests_is_not_assumed(pool: Given, in_process: InProcess) -> None:
    other = given(in_process, user_pools=0, AllowClassicFlow=True)
    pool.made_role("theirs", trust(other.id, WEB_IDENTITY, "authenticated"))
    pool.made_role("guests", trust(pool.id, WEB_IDENTITY, "unauthenticated"))
    ann = pool.logins("ann")
    ann_id = pool.get_id(ann)
    for name in ("theirs", "guests"):
        pool.set_roles(authenticated=f"{ARN}{name}")
        assert NO_ROLE == refused(pool.credentials, ann_id, ann)
    token = pool.anonymous.get_open_id_token(IdentityId=ann_id, Logins=ann)["Token"]
    sts = in_process.anonymous_client("sts")
    for name in ("theirs", "guests"):
        with refusal("AccessDenied"):
            sts.assume_role_with_web_identity(RoleArn=f"{ARN}{name}", RoleSessionName="eve", WebIdentityToken=token)


def test_nobody_of_a_deleted_pool_assumes_a_role(pool: Given, in_process: InProcess) -> None:
    role, sts = pool.role("people"), in_process.anonymous_client("sts")
    token = pool.developer("dev", TokenDuration=86_400)["Token"]
    assume = {"RoleArn": role, "RoleSessionName": "dev", "WebIdentityToken": token}
    assert role.split("/")[-1] in sts.assume_role_with_web_identity(**assume)["AssumedRoleUser"]["Arn"]
    pool.signed.delete_identity_pool(IdentityPoolId=pool.id)
    assert "InvalidIdentityToken" == refused(sts.assume_role_with_web_identity, **assume)[0]


def test_credentials_end_with_their_role(pool: Given) -> None:
    pool.set_roles(authenticated=pool.role("people"))
    ann = pool.logins("ann")
    client = pool.client("cognito-idp", pool.credentials(pool.get_id(ann), ann))
    assert "UserPools" in client.list_user_pools(MaxResults=1)
    iam = pool.endpoint.boto3_client("iam")
    iam.delete_role_policy(RoleName="people", PolicyName="may")
    assert "AccessDeniedException" == refused(client.list_user_pools, MaxResults=1)[0]
    iam.delete_role(RoleName="people")
    pool.role("people")
    assert "UnrecognizedClientException" == refused(client.list_user_pools, MaxResults=1)[0]


def test_a_guests_bounds_go_along_wherever_they_go(pool: Given) -> None:
    everything = policy(allow("*"))
    pool.set_roles(unauthenticated=pool.role("guests", amr="unauthenticated", inline=everything))
    root = f"arn:aws:iam::{ACCOUNT}:role/guests"
    beyond = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "sts:AssumeRole"}
    pool.made_role("beyond", json.dumps({"Version": "2012-10-17", "Statement": [beyond]}), everything)
    issued = pool.credentials(pool.get_id())
    sts, iam = pool.client("sts", issued), pool.client("iam", issued)
    for act, members in (
        (sts.assume_role, {"RoleArn": f"{ARN}beyond", "RoleSessionName": "eve"}),
        (sts.get_session_token, {}),
        (sts.get_federation_token, {"Name": "eve"}),
        (iam.list_roles, {}),
        (iam.create_user, {"UserName": "eve"}),
        (iam.put_role_policy, {"RoleName": "guests", "PolicyName": "p", "PolicyDocument": everything}),
    ):
        assert "AccessDenied" == refused(act, **members)[0]
    assert "UserPools" in pool.client("cognito-idp", issued).list_user_pools(MaxResults=1)


def test_tags_of_one_name_in_two_cases_or_reserved_ones_give_no_session(pool: Given) -> None:
    pool.set_roles(authenticated=pool.role("people", tags=True))
    for tags in ({"team": "red", "TEAM": "blue"}, {"aws:PrincipalArn": "x"}, {"AWS:x": "y"}):
        answer = pool.developer("dev", PrincipalTags=tags)
        assert NO_ROLE == refused(pool.credentials, answer["IdentityId"], {PRINCIPAL: answer["Token"]})


def test_a_claim_of_a_guests_token_cannot_be_had_by_its_tags(pool: Given, in_process: InProcess) -> None:
    tags = {f"{PRINCIPAL}:aud": "x", "sub": "y", "amr": "authenticated"}
    role = pool.role("people", tags=True)
    answer = pool.developer("dev", PrincipalTags=tags)
    found = verify_web_identity(in_process.services, ACCOUNT, answer["Token"])
    assert ((pool.id,), (answer["IdentityId"],)) == (
        found.context[f"{PRINCIPAL}:aud"],
        found.context[f"{PRINCIPAL}:sub"],
    )
    pool.set_roles(authenticated=role)
    assert pool.credentials(answer["IdentityId"], {PRINCIPAL: answer["Token"]})


def test_an_address_that_nobody_has_verified_is_no_condition_of_a_role(in_process: InProcess, pool: Given) -> None:
    user_pool = pool.user_pools[0]
    in_process.boto3_client("iam").create_open_id_connect_provider(
        Url=f"{URL}/{user_pool.id}", ClientIDList=[user_pool.client_id]
    )
    people.signed_up(user_pool, "ann")
    signer = in_process.services.directory.signers(user_pool.id).id
    claims = claims_of(people.sign_in(user_pool, "ann")["IdToken"]) | {"email": "boss@example.com"}
    key = f"localhost:9329/{user_pool.id}".lower()
    for said, told in ((True, True), (False, False), ("true", True), ("false", False), (None, False)):
        token = signer.sign(claims | {"email_verified": said})
        found = verify_web_identity(in_process.services, ACCOUNT, token)
        assert told == (f"{key}:email" in found.context)
        assert (claims["sub"],) == found.context[f"{key}:sub"]


def test_the_keys_of_identity_pools_are_no_user_pools(pool: Given, in_process: InProcess) -> None:
    token = pool.anonymous.get_open_id_token(IdentityId=pool.get_id())["Token"]
    assert "NotAuthorizedException" == refused(in_process.anonymous.get_user, AccessToken=token)[0]
    for path in ("/cognito-identity/.well-known/jwks.json", "/cognito-identity/.well-known/openid-configuration"):
        assert 404 == in_process.request("GET", path)[0]


@pytest.mark.parametrize(
    "host",
    [
        "cognito-identity.amazonaws.com.evil.example",
        "evil.example/cognito-identity.amazonaws.com",
        "cognito-identity.amazonaws.com@evil.example",
        "cognito-identity.amazonaws.com\t",
        "cognito-identity." + "a" * 40 + ".amazonaws.com",
        "x" * 5000,
    ],
)
def test_no_host_is_ours_but_ours(in_process: InProcess, host: str) -> None:
    for path in ("/.well-known/jwks_uri", "/.well-known/openid-configuration"):
        answer = in_process.request("GET", path, headers={"Host": host})
        assert 200 != answer[0]
        assert b"evil" not in answer[2]


def test_what_is_published_of_the_keys_is_public(pool: Given, in_process: InProcess) -> None:
    pool.developer("dev")
    headers = {"Host": "cognito-identity.us-east-1.amazonaws.com", "X-Forwarded-Host": "evil.example"}
    [key] = json.loads(in_process.request("GET", "/.well-known/jwks_uri", headers=headers)[2])["keys"]
    assert {"alg", "e", "kid", "kty", "n", "use"} == set(key)
    said = in_process.request("GET", "/.well-known/openid-configuration", headers=headers)[2]
    assert b"evil" not in said
    assert f"https://{PRINCIPAL}" == json.loads(said)["issuer"]


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
@pytest.mark.parametrize(
    "issuer", ["https://a\0b.example.com", "https://" + "x" * 9000, "https://", "a\0b", "", 7, None, ["x"]]
)
def test_an_odd_issuer_is_nobodys_provider(in_process: InProcess, issuer: object) -> None:
    header, claims = ({"alg": "RS256", "kid": "one"}, {"iss": issuer, "aud": "x", "sub": "eve", "exp": 4_000_000_000})
    token = unsigned(header, claims)
    sts = in_process.anonymous_client("sts")
    for name in ("people", "no-such-role"):
        members = {"RoleArn": f"{ARN}{name}", "RoleSessionName": "eve", "WebIdentityToken": token}
        assert "InvalidIdentityToken" == refused(sts.assume_role_with_web_identity, **members)[0]
