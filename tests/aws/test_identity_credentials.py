"""GetCredentialsForIdentity: which role somebody gets, and what they may do with it."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from identity_given import NO_GUESTS, NO_ROLE, NOT_MATCHING, Given, given, trust
from refusals import refusal, refused

from harness import principals
from harness.clock import START, FakeClock
from harness.in_process import InProcess

ASSUMED = "arn:aws:sts::000000000000:assumed-role/{}/CognitoIdentityCredentials"
ROLE_REFUSED = (
    "NotAuthorizedException",
    "The role for this identity is ambiguous or is not one that its token may have.",
)


@pytest.fixture
def pool(in_process: InProcess) -> Given:
    found = given(in_process)
    found.set_roles(authenticated=found.role("people"), unauthenticated=found.role("guests", amr="unauthenticated"))
    return found


def mapping(pool: Given, **members: Any) -> dict[str, Any]:
    """Role mappings for the users of the pool's user pool."""
    key = f"{pool.provider()}:{pool.user_pools[0].client_id}"
    return {key: {"AmbiguousRoleResolution": "Deny", **members}}


def rule(claim: str, kind: str, value: str, arn: str) -> dict[str, str]:
    return {"Claim": claim, "MatchType": kind, "Value": value, "RoleARN": arn}


def test_somebody_who_signed_in_gets_an_hour_of_the_role(pool: Given) -> None:
    logins = pool.logins("ann")
    ann = pool.get_id(logins)
    issued = pool.credentials(ann, logins)
    assert ann == issued["IdentityId"]
    assert START + timedelta(hours=1) == issued["Credentials"]["Expiration"]
    assert {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"} == set(issued["Credentials"])
    assert ASSUMED.format("people") == pool.who(issued)
    assert pool.client("cognito-idp", issued).list_user_pools(MaxResults=1)["UserPools"]
    with refusal("AccessDeniedException"):
        pool.client("cognito-idp", issued).list_users(UserPoolId=pool.user_pools[0].id)


def test_credentials_end(pool: Given, clock: FakeClock) -> None:
    issued = pool.credentials(pool.get_id())
    clock.advance(hours=1)
    with refusal("ExpiredTokenException"):
        pool.client("cognito-idp", issued).list_user_pools(MaxResults=1)


def test_a_guest_gets_the_guests_role(pool: Given) -> None:
    issued = pool.credentials(pool.get_id())
    assert ASSUMED.format("guests") == pool.who(issued)
    assert pool.client("cognito-idp", issued).list_user_pools(MaxResults=1)["UserPools"]


def test_a_guest_may_nothing_beyond_the_services_for_guests_whatever_the_role_allows(pool: Given) -> None:
    everything = principals.policy(principals.allow("*"))
    pool.set_roles(
        authenticated=pool.role("all", inline=everything),
        unauthenticated=pool.role("all-guests", amr="unauthenticated", inline=everything),
    )
    guest, logins = pool.credentials(pool.get_id()), pool.logins("ann")
    ann = pool.credentials(pool.get_id(logins), logins)
    assert pool.client("cognito-idp", guest).list_user_pools(MaxResults=1)["UserPools"]
    for service, operation, members in (
        ("iam", "list_roles", {}),
        ("iam", "create_user", {"UserName": "mallory"}),
        ("sts", "assume_role", {"RoleArn": "arn:aws:iam::000000000000:role/all", "RoleSessionName": "more"}),
        ("kms", "list_keys", {}),
    ):
        code, message = refused(getattr(pool.client(service, guest), operation), **members)
        assert code in {"AccessDenied", "AccessDeniedException"}, (service, operation, code, message)
    # Of the managed policy: some of KMS, which the inline one does not have.
    key_id = pool.endpoint.boto3_client("kms").create_key()["KeyMetadata"]["KeyId"]
    assert pool.client("kms", guest).encrypt(KeyId=key_id, Plaintext=b"x")["CiphertextBlob"]
    assert pool.client("iam", ann).list_roles()["Roles"]


def test_nobody_of_an_identity_pool_calls_identity_pools(pool: Given) -> None:
    pool.set_roles(authenticated=pool.role("all", inline=principals.policy(principals.allow("*"))))
    logins = pool.logins("ann")
    issued = pool.credentials(pool.get_id(logins), logins)
    with refusal("AccessDeniedException"):
        pool.client("cognito-identity", issued).list_identity_pools(MaxResults=1)


def test_an_identity_is_a_variable_of_policies(pool: Given) -> None:
    own = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/*"
    condition = {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool.id}}
    may = principals.policy(principals.allow("cognito-idp:DescribeUserPool", on=own, Condition=condition))
    pool.set_roles(authenticated=pool.role("of-pool", inline=may))
    logins = pool.logins("ann")
    issued = pool.credentials(pool.get_id(logins), logins)
    assert pool.client("cognito-idp", issued).describe_user_pool(UserPoolId=pool.user_pools[0].id)


@pytest.mark.parametrize("trusting", ["other pool", "other way of signing in", "nobody of identity pools"])
def test_a_role_that_does_not_trust_them_is_a_fault_of_the_configuration(pool: Given, trusting: str) -> None:
    web = ["sts:AssumeRoleWithWebIdentity"]
    of_account = principals.policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})
    policies = {
        "other pool": trust("us-east-1:00000000-0000-4000-8000-000000000009", web, "authenticated"),
        "other way of signing in": trust(pool.id, web, "unauthenticated"),
        "nobody of identity pools": of_account,
    }
    pool.set_roles(authenticated=pool.made_role("closed", policies[trusting]))
    logins = pool.logins("ann")
    assert NO_ROLE == refused(pool.credentials, pool.get_id(logins), logins)


def test_a_pool_without_roles_or_with_one_that_is_gone_is_a_fault_of_the_configuration(in_process: InProcess) -> None:
    pool = given(in_process)
    logins, guest = pool.logins("ann"), pool.get_id()
    assert NO_ROLE == refused(pool.credentials, guest)
    assert NO_ROLE == refused(pool.credentials, pool.get_id(logins), logins)
    pool.set_roles(authenticated="arn:aws:iam::000000000000:role/not-there")
    assert NO_ROLE == refused(pool.credentials, pool.get_id(logins), logins)
    assert NO_ROLE == refused(pool.credentials, guest)


def test_whose_identity_it_is_decides_before_any_role(pool: Given) -> None:
    ann = pool.get_id(pool.logins("ann"))
    forbidden = ("NotAuthorizedException", f"Access to Identity '{ann}' is forbidden.")
    assert forbidden == refused(pool.credentials, ann)
    assert NOT_MATCHING == refused(pool.credentials, ann, pool.logins("bob"))


def test_guests_of_before_are_refused_once_the_pool_takes_none(pool: Given) -> None:
    guest = pool.get_id()
    pool.signed.update_identity_pool(
        IdentityPoolId=pool.id,
        IdentityPoolName="tests",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=pool.signed.describe_identity_pool(IdentityPoolId=pool.id)["CognitoIdentityProviders"],
    )
    assert NO_GUESTS == refused(pool.credentials, guest)
    logins = pool.logins("ann")
    assert guest == pool.credentials(guest, logins)["IdentityId"] == pool.get_id(logins)


def test_signing_in_may_lead_a_guest_to_another_identity(pool: Given) -> None:
    logins = pool.logins("ann")
    ann, guest = pool.get_id(logins), pool.get_id()
    issued = pool.credentials(guest, logins)
    assert (ann, ASSUMED.format("people")) == (issued["IdentityId"], pool.who(issued))


def test_a_guest_chooses_no_role(pool: Given) -> None:
    with refusal("NotAuthorizedException"):
        pool.credentials(pool.get_id(), CustomRoleArn="arn:aws:iam::000000000000:role/guests")


def in_groups(pool: Given, username: str, **roles: str) -> dict[str, str]:
    """Logins of a user in groups with these roles, the best of which counts most."""
    user_pool = pool.user_pools[0]
    pool.logins(username)
    for precedence, (name, role) in enumerate(roles.items()):
        pool.endpoint.signed.create_group(UserPoolId=user_pool.id, GroupName=name, RoleArn=role, Precedence=precedence)
        pool.endpoint.signed.admin_add_user_to_group(UserPoolId=user_pool.id, Username=username, GroupName=name)
    return pool.logins(username)


def test_groups_of_a_user_pool_name_the_role(pool: Given) -> None:
    one, two, three = (pool.role(name) for name in ("one", "two", "three"))
    pool.set_roles(mapping(pool, Type="Token"), authenticated=one)
    logins = in_groups(pool, "ann", first=two, second=three)
    ann = pool.get_id(logins)
    assert ASSUMED.format("two") == pool.who(pool.credentials(ann, logins))
    assert ASSUMED.format("three") == pool.who(pool.credentials(ann, logins, CustomRoleArn=three))
    assert ROLE_REFUSED == refused(pool.credentials, ann, logins, CustomRoleArn=one)
    nobody = pool.logins("bob")
    assert ROLE_REFUSED == refused(pool.credentials, pool.get_id(nobody), nobody)
    pool.set_roles(mapping(pool, Type="Token", AmbiguousRoleResolution="AuthenticatedRole"), authenticated=one)
    assert ASSUMED.format("one") == pool.who(pool.credentials(pool.get_id(nobody), nobody))


def test_a_role_of_another_account_is_none_that_a_token_can_name(pool: Given) -> None:
    foreign = "arn:aws:iam::111111111111:role/two"
    pool.set_roles(mapping(pool, Type="Token"), authenticated=pool.role("one"))
    logins = in_groups(pool, "ann", first=foreign)
    assert NO_ROLE == refused(pool.credentials, pool.get_id(logins), logins)


def test_rules_name_the_role(pool: Given) -> None:
    one, two = pool.role("one"), pool.role("two")
    rules = [rule("email", "StartsWith", "ann@", one), rule("email", "Contains", "@example.com", two)]
    pool.set_roles(mapping(pool, Type="Rules", RulesConfiguration={"Rules": rules}), authenticated=pool.role("three"))
    ann, bob = pool.logins("ann"), pool.logins("bob")
    assert ASSUMED.format("one") == pool.who(pool.credentials(pool.get_id(ann), ann))
    assert ASSUMED.format("two") == pool.who(pool.credentials(pool.get_id(bob), bob))
    assert ASSUMED.format("two") == pool.who(pool.credentials(pool.get_id(ann), ann, CustomRoleArn=two))
    assert ROLE_REFUSED == refused(pool.credentials, pool.get_id(bob), bob, CustomRoleArn=one)


def test_claims_become_tags_that_policies_ask_for(pool: Given) -> None:
    may = principals.policy(
        principals.allow(
            "cognito-idp:ListUserPools", Condition={"StringEquals": {"aws:PrincipalTag/mail": "ann@example.com"}}
        )
    )
    pool.set_roles(authenticated=pool.role("tagged", tags=True, inline=may))
    pool.signed.set_principal_tag_attribute_map(
        IdentityPoolId=pool.id, IdentityProviderName=pool.provider(), PrincipalTags={"mail": "email"}
    )
    ann, bob = pool.logins("ann"), pool.logins("bob")
    listed = pool.client("cognito-idp", pool.credentials(pool.get_id(ann), ann)).list_user_pools(MaxResults=1)
    assert listed["UserPools"]
    with refusal("AccessDeniedException"):
        pool.client("cognito-idp", pool.credentials(pool.get_id(bob), bob)).list_user_pools(MaxResults=1)


def test_tags_need_a_role_that_takes_them(pool: Given) -> None:
    pool.signed.set_principal_tag_attribute_map(
        IdentityPoolId=pool.id, IdentityProviderName=pool.provider(), UseDefaults=True
    )
    logins = pool.logins("ann")
    ann = pool.get_id(logins)
    assert NO_ROLE == refused(pool.credentials, ann, logins)
    pool.set_roles(authenticated=pool.role("tagged", tags=True))
    assert ASSUMED.format("tagged") == pool.who(pool.credentials(ann, logins))


def test_the_basic_flow_leads_to_the_same_rights_by_sts(in_process: InProcess) -> None:
    pool = given(in_process, AllowClassicFlow=True)
    role, logins = pool.role("people"), pool.logins("ann")
    token = pool.anonymous.get_open_id_token(IdentityId=pool.get_id(logins), Logins=logins)["Token"]
    sts = in_process.anonymous_client("sts")
    assumed = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="basic", WebIdentityToken=token)
    assert ("cognito-identity.amazonaws.com", pool.id) == (assumed["Provider"], assumed["Audience"])
    assert pool.get_id(logins) == assumed["SubjectFromWebIdentityToken"]
    guest = pool.anonymous.get_open_id_token(IdentityId=pool.get_id())["Token"]
    with refusal("AccessDenied"):
        sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="basic", WebIdentityToken=guest)


def test_a_token_of_the_basic_flow_is_no_developers(in_process: InProcess) -> None:
    pool = given(in_process, AllowClassicFlow=True)
    pool.set_roles(authenticated=pool.role("people"), unauthenticated=pool.role("guests", amr="unauthenticated"))
    logins, guest = pool.logins("ann"), pool.get_id()
    ann = pool.get_id(logins)
    for identity_id, token in (
        (guest, pool.anonymous.get_open_id_token(IdentityId=guest)["Token"]),
        (ann, pool.anonymous.get_open_id_token(IdentityId=ann, Logins=logins)["Token"]),
    ):
        with refusal("NotAuthorizedException"):
            pool.credentials(identity_id, {"cognito-identity.amazonaws.com": token})


def test_a_token_in_clear_or_with_another_algorithm_is_none_of_ours(pool: Given) -> None:
    token = pool.developer("ann")["Token"]
    head, body, signature = token.split(".")
    for header in ({"alg": "none"}, {"alg": "RS256", "kid": json.loads(base64.urlsafe_b64decode(head + "=="))["kid"]}):
        forged = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        with refusal("NotAuthorizedException"):
            pool.credentials(
                pool.developer("ann")["IdentityId"], {"cognito-identity.amazonaws.com": f"{forged}.{body}.{signature}"}
            )


def test_known_users_get_credentials_without_a_write(pool: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    logins = pool.logins("ann")
    ann = pool.get_id(logins)
    pool.credentials(ann, logins)

    def refuse(*_: object) -> None:
        raise AssertionError("something was written")

    monkeypatch.setattr(type(pool.endpoint.services.database), "write", refuse)
    assert ann == pool.get_id(logins)
    assert ann == pool.credentials(ann, logins)["IdentityId"]
