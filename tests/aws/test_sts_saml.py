"""AssumeRoleWithSAML: responses of a SAML provider of IAM, and what trust policies ask of those they are of."""

from typing import Any

import pytest
from refusals import refused
from sts_given import ACCOUNT, UNCHECKED, session_in, signing

from cenote.model.iam.entity import Entity, EntityKind
from harness import principals, saml_idp, saml_pool
from harness.in_process import InProcess
from harness.principals import allow, policy
from harness.saml_idp import Plan

SIGN_IN = "https://signin.aws.amazon.com/saml"
ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/Corp"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
REFUSED = ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")


@pytest.fixture
def sts(in_process: InProcess) -> Any:
    """A client that signs nothing, in an account with a SAML provider."""
    document = {"SAMLMetadataDocument": saml_pool.metadata()}
    principals.make(in_process.services, EntityKind.SAML_PROVIDER, "Corp", document=document)
    return in_process.anonymous_client("sts", config=UNCHECKED)


def make_role(endpoint: InProcess, *actions: str, **condition: str) -> Entity:
    """A role that trusts the provider's people, if *condition* holds of them."""
    asked = {
        "saml:aud": SIGN_IN,
        **{key.replace("__", "/").replace("_", ":"): value for key, value in condition.items()},
    }
    trusting = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": ["sts:AssumeRoleWithSAML", *actions],
        "Condition": {"StringEquals": asked},
    }
    return principals.make(
        endpoint.services,
        EntityKind.ROLE,
        "app",
        document={"AssumeRolePolicyDocument": policy(trusting), "MaxSessionDuration": 43_200},
        inline={"work": policy(allow("cognito-idp:ListUserPools"))},
    )


def response(endpoint: InProcess, who: str = "idp", **said: list[str]) -> str:
    """A signed response for AWS; *said* are AWS's attributes."""
    plain = {"Role": [f"{ROLE},{PROVIDER}"], "RoleSessionName": ["wanda"], **said}
    attributes = {f"{ATTRIBUTES}/{name.replace('__', ':')}": values for name, values in plain.items() if values}
    now_ms = endpoint.clock.now_ms()
    plan = Plan(acs=SIGN_IN, entity_id="urn:amazon:webservices", request_id=None, now_ms=now_ms, attributes=attributes)
    root = saml_idp.response(plan)
    saml_idp.sign(saml_idp.one(root, "saml:Assertion"), saml_idp.Signing(who))
    return saml_idp.encoded(root)


def assume(sts: Any, assertion: str, **more: Any) -> Any:
    return sts.assume_role_with_saml(**{"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": assertion, **more})


def refuse(sts: Any, assertion: str, **more: Any) -> tuple[str, str]:
    return refused(lambda: assume(sts, assertion, **more))


def seconds_left(endpoint: InProcess, answer: Any) -> int:
    return round(answer["Credentials"]["Expiration"].timestamp() - endpoint.clock.now_ms() / 1000)


def test_a_response_assumes_the_role_that_it_names(in_process: InProcess, sts: Any) -> None:
    role = make_role(in_process)
    answer = assume(sts, response(in_process))
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/wanda"
    assert {"AssumedRoleId": f"{role.entity_id}:wanda", "Arn": arn} == answer["AssumedRoleUser"]
    assert ("wanda@example.com", "persistent") == (answer["Subject"], answer["SubjectType"])
    assert ("https://idp.example.com/entity", SIGN_IN) == (answer["Issuer"], answer["Audience"])
    assert 28 == len(answer["NameQualifier"])
    assert not {"PackedPolicySize", "SourceIdentity"} & set(answer)
    signing(in_process, answer).list_user_pools(MaxResults=1)
    context = session_in(in_process, answer).context
    assert {"saml:sub", "saml:sub_type", "saml:namequalifier"} == set(context)


def test_the_session_ends_with_the_providers_own(in_process: InProcess, sts: Any) -> None:
    make_role(in_process)
    # The provider's session lasts an hour.
    assert 3600 == seconds_left(in_process, assume(sts, response(in_process), DurationSeconds=7200))
    assert 900 == seconds_left(in_process, assume(sts, response(in_process), DurationSeconds=900))
    assert "ValidationError" == refuse(sts, response(in_process), DurationSeconds=43_201)[0]


def test_session_policies_bound_the_session(in_process: InProcess, sts: Any) -> None:
    make_role(in_process)
    assertion = response(in_process)
    bounded = assume(sts, assertion, Policy=policy(allow("cognito-idp:ListUsers")))
    refusal = "no session policy allows the cognito-idp:ListUserPools action"
    assert refusal in refused(lambda: signing(in_process, bounded).list_user_pools(MaxResults=1))[1]
    managed = {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/AmazonCognitoReadOnly"}]}
    signing(in_process, assume(sts, assertion, **managed)).list_user_pools(MaxResults=1)
    assert "MalformedPolicyDocument" == refuse(sts, assertion, Policy="{}")[0]


def test_tags_and_a_source_identity_come_from_the_response(in_process: InProcess, sts: Any) -> None:
    make_role(in_process, "sts:TagSession", "sts:SetSourceIdentity", aws_RequestTag__Team="red")
    said = {"PrincipalTag__Team": ["red"], "TransitiveTagKeys": ["Team"], "SourceIdentity": ["wanda"]}
    answer = assume(sts, response(in_process, **said))
    session = session_in(in_process, answer)
    assert ({"Team": "red"}, ("Team",), "wanda") == (session.tags, session.transitive_tag_keys, session.source_identity)
    assert ("wanda", True) == (answer["SourceIdentity"], answer["PackedPolicySize"] > 0)
    assert REFUSED == refuse(sts, response(in_process, **{**said, "PrincipalTag__Team": ["blue"]}))


def test_tags_and_a_source_identity_have_to_be_trusted(in_process: InProcess, sts: Any) -> None:
    make_role(in_process)
    tagged = response(in_process, PrincipalTag__Team=["red"])
    assert ("AccessDenied", "Not authorized to perform sts:TagSession") == refuse(sts, tagged)
    sourced = response(in_process, SourceIdentity=["wanda"])
    assert ("AccessDenied", "Not authorized to perform sts:SetSourceIdentity") == refuse(sts, sourced)
    unknown = response(in_process, PrincipalTag__Team=["red"], TransitiveTagKeys=["other"])
    assert "IDPRejectedClaim" == refuse(sts, unknown)[0]


def test_a_role_that_the_response_does_not_name_or_that_does_not_trust_refuses(in_process: InProcess, sts: Any) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    missing = response(in_process)
    assert REFUSED == refuse(sts, missing)
    make_role(in_process, saml_sub="somebody@example.com")
    assert REFUSED == refuse(sts, response(in_process))
    assert REFUSED == refuse(sts, response(in_process), RoleArn=other)
    assert REFUSED == refuse(sts, response(in_process, Role=[f"{other},{PROVIDER}"]))


def test_a_response_that_cannot_be_believed_is_invalid(in_process: InProcess, sts: Any) -> None:
    make_role(in_process)
    good = response(in_process)
    nobody = f"arn:aws:iam::{ACCOUNT}:saml-provider/Nobody"
    assert "InvalidIdentityToken" == refuse(sts, response(in_process, "mallory"))[0]
    assert "InvalidIdentityToken" == refuse(sts, "abcd")[0]
    unnamed = ("InvalidIdentityToken", "RoleSessionName is required in AuthnResponse")
    assert unnamed == refuse(sts, response(in_process, RoleSessionName=[]))
    assert ("InvalidIdentityToken", "Specified provider doesn't exist") == refuse(sts, good, PrincipalArn=nobody)
    assert "ValidationError" == refuse(sts, good, PrincipalArn=ROLE)[0]
    assert "ValidationError" == refuse(sts, good, RoleArn=PROVIDER)[0]
    in_process.clock.advance(minutes=10)
    assert "ExpiredTokenException" == refuse(sts, good)[0]
