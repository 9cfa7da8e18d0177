"""SAML responses for AWS: what one proves, and which are refused."""

import base64
import hashlib
import re
from typing import Any

import pytest

from cenote.base.errors import ExpiredTokenException, NotAuthorizedException
from cenote.base.iam_errors import InvalidIdentityTokenException
from cenote.flows.identity import providers
from cenote.flows.identity.saml_proofs import SamlProof, verify_saml
from harness import saml_attacks, saml_idp, saml_pool
from harness.identity import ACCOUNT, identity_pool, proved
from harness.in_process import URL, InProcess
from harness.saml_idp import Plan, Signing, one, sign

SIGN_IN = "https://signin.aws.amazon.com/saml"
OURS = "https://aws.amazon.com/SAML/Attributes/"
ARN = f"arn:aws:iam::{ACCOUNT}:saml-provider/Corp"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
ATTRIBUTES = {f"{OURS}Role": [f"{ROLE},{ARN}"], f"{OURS}RoleSessionName": ["wanda"]}
PLAN = Plan(acs=SIGN_IN, entity_id=SIGN_IN, request_id=None, attributes=ATTRIBUTES)
# The others are good but for what was asked: a request of ours, or encryption.
REFUSED = [
    attack
    for attack in saml_attacks.ATTACKS
    if attack.why not in {"it is not the answer to our request", "its assertion is not encrypted"}
]


@pytest.fixture
def corp(in_process: InProcess) -> InProcess:
    iam = in_process.boto3_client("iam")
    iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=saml_pool.metadata())
    return in_process


def shown(plan: Plan, signing: Signing | None = None) -> str:
    root = saml_idp.response(plan)
    sign(one(root, "saml:Assertion"), signing)
    return saml_idp.encoded(root)


def verified(corp: InProcess, response: str) -> SamlProof:
    provider = providers.saml_provider(corp.services, ACCOUNT, ARN)
    assert provider is not None
    return verify_saml(corp.services, provider, response)


def refusal(corp: InProcess, response: str) -> str:
    with pytest.raises(InvalidIdentityTokenException) as refused:
        verified(corp, response)
    return refused.value.message


def asking(**attributes: Any) -> Plan:
    """A response with more of AWS's attributes; None takes one away."""
    more = {f"{OURS}{name.replace('__', ':')}": values for name, values in attributes.items()}
    found = {name: values for name, values in {**ATTRIBUTES, **more}.items() if values is not None}
    return PLAN.but(attributes=found)


def test_a_response_proves_its_subject(corp: InProcess) -> None:
    found = verified(corp, shown(PLAN))
    qualifier = hashlib.sha1(f"{PLAN.issuer}{ACCOUNT}/Corp".encode()).digest()  # noqa: S324 - AWS's formula
    assert ("wanda@example.com", "persistent", PLAN.issuer, SIGN_IN, base64.b64encode(qualifier).decode()) == (
        found.subject,
        found.subject_type,
        found.issuer,
        found.audience,
        found.name_qualifier,
    )
    assert (((ROLE, ARN),), "wanda", None) == (found.asked.roles, found.asked.session_name, found.asked.duration_s)
    assert {
        "saml:aud": (SIGN_IN,),
        "saml:iss": (PLAN.issuer,),
        "saml:sub": ("wanda@example.com",),
        "saml:sub_type": ("persistent",),
        "saml:namequalifier": (found.name_qualifier,),
        "saml:doc": (f"{ACCOUNT}/Corp",),
    } == found.identity.context
    assert (ARN, ARN) == (found.identity.principal, found.identity.provider)
    assert corp.clock.now_ms() + 3_600_000 == found.session_ends_at_ms


def test_what_is_asked_of_aws_is_read(corp: InProcess) -> None:
    plan = asking(
        Role=[f"{ARN}, {ROLE}", f"{ROLE}-2,{ARN}"],
        SessionDuration=["1800"],
        PrincipalTag__team=["red"],
        TransitiveTagKeys=["team", "team"],
        SourceIdentity=["wanda"],
    )
    asked = verified(corp, shown(plan)).asked
    assert (((ROLE, ARN), (f"{ROLE}-2", ARN)), 1800) == (asked.roles, asked.duration_s)
    assert ({"team": "red"}, ("team",), "wanda") == (asked.tags, asked.transitive_tag_keys, asked.source_identity)


def test_attributes_of_people_are_condition_keys(corp: InProcess) -> None:
    people = {"urn:oid:1.3.6.1.4.1.5923.1.1.1.1": ["staff", "member"], "urn:oid:0.9.2342.19200300.100.1.3": ["w@e.com"]}
    context = verified(corp, shown(PLAN.but(attributes=people))).identity.context
    assert (("staff", "member"), ("w@e.com",)) == (context["saml:edupersonaffiliation"], context["saml:mail"])


@pytest.mark.parametrize(
    ("acs", "audience"),
    [
        (SIGN_IN, "urn:amazon:webservices"),
        ("https://eu-west-1.signin.aws.amazon.com/saml", SIGN_IN),
        (f"{URL}/saml", f"{URL}/saml"),
        (SIGN_IN, f"{URL}/saml"),
    ],
)
def test_every_name_of_the_sign_in_is_taken(corp: InProcess, acs: str, audience: str) -> None:
    assert acs == verified(corp, shown(PLAN.but(acs=acs, entity_id=audience))).audience


@pytest.mark.parametrize(
    "other",
    [
        "https://evil.example.com/saml",
        "https://signin.aws.amazon.com.evil.example.com/saml",
        "http://signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/saml/more",
        "https://evil.signin.aws.amazon.com/saml",
        "https://corp.auth.example.com/saml2/idpresponse",
    ],
)
def test_a_response_for_another_service_is_refused(corp: InProcess, other: str) -> None:
    missing = "Response does not contain the required audience."
    assert missing == refusal(corp, shown(PLAN.but(acs=other)))
    assert missing == refusal(corp, shown(PLAN.but(entity_id=other)))
    assert missing == refusal(corp, shown(PLAN.but(acs="urn:amazon:webservices")))


def test_a_response_may_be_shown_again_while_it_is_young(corp: InProcess) -> None:
    response = shown(PLAN.but(request_id="_theirs", lifetime_ms=3_600_000))
    assert verified(corp, response).subject == verified(corp, response).subject
    corp.clock.advance(minutes=7)
    with pytest.raises(ExpiredTokenException) as refused:
        verified(corp, response)
    assert "Token must be redeemed within 5 minutes of issuance" == refused.value.message


def test_a_response_past_its_end_is_expired(corp: InProcess) -> None:
    response = shown(PLAN.but(lifetime_ms=1000))
    corp.clock.advance(minutes=3, seconds=2)
    with pytest.raises(ExpiredTokenException):
        verified(corp, response)


def test_a_response_that_the_provider_has_not_signed_is_refused(corp: InProcess) -> None:
    assert "Response signature invalid" == refusal(corp, shown(PLAN, Signing(who="mallory")))
    assert "Response signature invalid" == refusal(corp, saml_idp.encoded(saml_idp.response(PLAN)))
    assert "Issuer not present in specified provider" == refusal(
        corp, shown(PLAN.but(issuer="https://evil.example.com"))
    )
    changed = saml_idp.response(PLAN)
    sign(one(changed, "saml:Assertion"))
    one(changed, "saml:NameID").text = "admin@example.com"
    assert "Response signature invalid" == refusal(corp, saml_idp.encoded(changed))


def test_no_attack_on_saml_gets_through(corp: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    # The corpus speaks to a service of its own, which is made our name here: so that it is the attack that is refused.
    monkeypatch.setattr("cenote.flows.identity.saml_proofs.URN", Plan().entity_id)
    monkeypatch.setattr("cenote.flows.identity.saml_proofs._SIGN_IN", re.compile(re.escape(Plan().acs)))
    assert "wanda@example.com" == verified(corp, saml_idp.encoded(saml_attacks.good())).subject
    assert [] == [attack.name for attack in REFUSED if not is_refused(corp, attack.make())]


def is_refused(corp: InProcess, document: bytes) -> bool:
    try:
        verified(corp, base64.b64encode(document).decode())
    except (InvalidIdentityTokenException, ExpiredTokenException):
        return True
    return False


@pytest.mark.parametrize("text", ["", "no base64!", "AAAA", base64.b64encode(b"<a/>").decode(), "A" * 200_000])
def test_what_is_no_response_is_refused(corp: InProcess, text: str) -> None:
    assert refusal(corp, text) in {"Invalid SAML response.", "Issuer not present in specified provider"}


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"RoleSessionName": ["a b"]}, "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"),
        ({"RoleSessionName": ["aa", "bb"]}, "RoleSessionName in AuthnResponse must have one value"),
        (
            {"SourceIdentity": ["AWS:root"]},
            'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
        ),
        ({"SessionDuration": ["899"]}, "SessionDuration in AuthnResponse must be between 900 and 43200"),
        ({"SessionDuration": ["1e9"]}, "SessionDuration in AuthnResponse must be between 900 and 43200"),
        ({"Role": [ROLE]}, "Role in AuthnResponse must be the ARNs of a role and a SAML provider"),
        ({"Role": [f"{ROLE},{ROLE}"]}, "Role in AuthnResponse must be the ARNs of a role and a SAML provider"),
        ({"Role": [f"{ROLE},{ARN},{ARN}"]}, "Role in AuthnResponse must be the ARNs of a role and a SAML provider"),
        ({"PrincipalTag__a": ["1", "2"]}, "PrincipalTag in AuthnResponse must have a key and one value"),
        ({"PrincipalTag__aws:a": ["1"]}, "PrincipalTag in AuthnResponse must have a key and one value"),
        (
            {"PrincipalTag__a": ["1"], "PrincipalTag__A": ["2"]},
            "AuthnResponse has too many PrincipalTags, or one twice",
        ),
    ],
)
def test_attributes_that_aws_does_not_take_are_refused(corp: InProcess, attributes: dict[str, Any], why: str) -> None:
    assert why == refusal(corp, shown(asking(**attributes)))


def test_metadata_that_has_ended_verifies_nothing(in_process: InProcess) -> None:
    iam = in_process.boto3_client("iam")
    ends = saml_pool.metadata(validUntil="2026-07-01T12:01:00Z")
    iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=ends)
    assert verified(in_process, shown(PLAN))
    in_process.clock.advance(minutes=1)
    assert "Invalid SAML response." == refusal(in_process, shown(PLAN))


def test_a_response_is_a_login_of_an_identity_pool_that_trusts_the_provider(corp: InProcess) -> None:
    found = proved(corp.services, identity_pool(SamlProviderARNs=[ARN]), ARN, shown(PLAN))
    assert (ARN, "wanda@example.com", ARN) == (found.provider, found.subject, found.mapping_key)
    for pool, response, why in (
        (identity_pool(), shown(PLAN), "Token is not from a supported provider of this identity pool."),
        (
            identity_pool(SamlProviderARNs=[ARN]),
            shown(PLAN, Signing(who="mallory")),
            "Invalid login token. Token signature invalid.",
        ),
        (
            identity_pool(SamlProviderARNs=[ARN]),
            shown(asking(SessionDuration=["1"])),
            "Invalid login token. SessionDuration in AuthnResponse must be between 900 and 43200",
        ),
    ):
        with pytest.raises(NotAuthorizedException) as refused:
            proved(corp.services, pool, ARN, response)
        assert why == refused.value.message
