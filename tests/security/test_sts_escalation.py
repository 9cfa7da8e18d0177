"""Ways to more rights than somebody has by the sessions of STS: each is closed."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from identity_given import given
from refusals import refused
from sts_given import (
    ACCOUNT,
    ALICE,
    BY_ACCOUNT,
    LIST,
    NAME,
    UNCHECKED,
    assume,
    denial,
    make_role,
    role_arn,
    signing,
    trusting,
)

from cenote.model.iam.entity import Entity, EntityKind
from harness import calls, principals
from harness.in_process import URL, InProcess
from harness.principals import Signing, allow, deny, policy

WHO = urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
INVALID = (403, "InvalidClientTokenId")
MISMATCH = (403, "SignatureDoesNotMatch")
CROWN = {"Tags": {"critical": "yes"}}
OF_CROWN = [{"StringEquals": {f"{vendor}:ResourceTag/critical": "yes"}} for vendor in ("aws", "iam")]


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine, but where SQL matters."""
    name: str = request.param
    return name


@pytest.fixture
def alice(in_process: InProcess) -> Entity:
    return principals.make(in_process.services, EntityKind.USER, NAME, inline={"all": policy(allow("*"))})


@pytest.fixture
def sts(in_process: InProcess, alice: Entity) -> Any:
    """A client that signs as alice."""
    return in_process.boto3_client("sts", config=UNCHECKED, **principals.key_of(in_process.services, alice).options)


@pytest.fixture
def session(in_process: InProcess) -> Signing:
    """A role's session."""
    return principals.session_of(in_process.services, make_role(in_process, "app", BY_ACCOUNT))


@pytest.mark.parametrize("condition", OF_CROWN)
def test_a_deny_by_the_tags_of_a_role_keeps_everybody_out_of_it(
    in_process: InProcess, sts: Any, alice: Entity, condition: dict[str, Any]
) -> None:
    make_role(in_process, "app", BY_ACCOUNT, **CROWN)
    principals.put_inline(in_process.services, alice, policy(deny("sts:AssumeRole", Condition=condition)))
    assert denial(ALICE, "sts:AssumeRole") == refused(lambda: assume(sts))


def test_whoever_may_assume_roles_of_one_tag_assumes_no_other(in_process: InProcess, sts: Any, alice: Entity) -> None:
    own = {"StringEquals": {"iam:ResourceTag/owner": "${aws:username}"}}
    principals.put_inline(in_process.services, alice, policy(allow("sts:AssumeRole", Condition=own)), "all")
    make_role(in_process, "mine", BY_ACCOUNT, Tags={"Owner": NAME})
    make_role(in_process, "theirs", BY_ACCOUNT, Tags={"Owner": "bob"})
    make_role(in_process, "untagged", BY_ACCOUNT)
    assume(sts, "mine")
    for name in ("theirs", "untagged"):
        assert denial(ALICE, "sts:AssumeRole", name) == refused(lambda name=name: assume(sts, name))


def test_a_trust_policys_deny_by_the_roles_tags_holds_for_tokens_too(in_process: InProcess) -> None:
    pool = given(in_process, AllowClassicFlow=True)
    arn = pool.role("guests", amr="unauthenticated")
    token = pool.anonymous.get_open_id_token(IdentityId=pool.get_id())["Token"]
    root, unsigned = in_process.boto3_client("iam"), in_process.anonymous_client("sts")
    trust = root.get_role(RoleName="guests")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    closed = {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Condition": OF_CROWN[0]}
    root.update_assume_role_policy(RoleName="guests", PolicyDocument=policy(*trust, closed))
    ask = {"RoleArn": arn, "RoleSessionName": "s1", "WebIdentityToken": token}
    unsigned.assume_role_with_web_identity(**ask)
    root.tag_role(RoleName="guests", Tags=[{"Key": "critical", "Value": "yes"}])
    assert ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity") == refused(
        lambda: unsigned.assume_role_with_web_identity(**ask)
    )


def test_a_source_identity_is_asked_about_along_the_whole_chain(in_process: InProcess, sts: Any) -> None:
    actions = ("sts:AssumeRole", "sts:SetSourceIdentity")
    everybody = trusting({"AWS": ACCOUNT}, *actions)
    make_role(in_process, "first", everybody, may="sts:*")
    closed = {"StringEquals": {"sts:SourceIdentity": "mallory"}}
    barred = {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Condition": closed}
    make_role(in_process, "second", everybody, barred)
    for name in ("carol", "mallory"):
        chained = signing(in_process, assume(sts, "first", SourceIdentity=name), "sts")
        if name == "carol":
            assert name == assume(chained, "second")["SourceIdentity"]
        else:
            arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/first/s1"
            assert denial(arn, "sts:AssumeRole", "second") == refused(lambda chained=chained: assume(chained, "second"))


def test_a_federated_user_is_not_taken_for_the_user_who_vouches(in_process: InProcess, sts: Any, alice: Entity) -> None:
    only_alice = {"ArnNotEquals": {"aws:PrincipalArn": ALICE}}
    principals.put_inline(in_process.services, alice, policy(deny(LIST, Condition=only_alice)))
    key = principals.key_of(in_process.services, alice)
    in_process.boto3_client("cognito-idp", **key.options).list_user_pools(MaxResults=1)
    bob = signing(in_process, sts.get_federation_token(Name="bob", Policy=policy(allow("*"))))
    code, message = refused(lambda: bob.list_user_pools(MaxResults=1))
    assert ("AccessDeniedException", True) == (code, message.endswith("explicit deny in an identity-based policy"))


def test_session_policies_widen_nothing(in_process: InProcess, sts: Any, alice: Entity) -> None:
    principals.put_inline(in_process.services, alice, policy(allow("sts:*")), "all")
    make_role(in_process, "app", BY_ACCOUNT, may="cognito-idp:DescribeUserPool")
    everything = policy(allow("*"))
    administrator = [{"arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]
    for answer in (
        sts.get_federation_token(Name="bob", Policy=everything),
        assume(sts, Policy=everything),
        assume(sts, PolicyArns=administrator),
    ):
        client = signing(in_process, answer)
        assert "AccessDeniedException" == refused(lambda client=client: client.list_user_pools(MaxResults=1))[0]


def test_a_managed_policy_that_is_not_named_is_not_left_out(in_process: InProcess, alice: Entity) -> None:
    make_role(in_process, "app", BY_ACCOUNT)
    form = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": role_arn("app"), "RoleSessionName": "s1"}
    form |= {"PolicyArns.member.1.Arn": "arn:aws:iam::aws:policy/AmazonCognitoReadOnly"}
    answer = posted(in_process, urlencode(form), principals.key_of(in_process.services, alice))
    assert (400, "ValidationError", "A policy of PolicyArns has no ARN.") == answer


def test_a_refusal_of_something_huge_has_headers_that_fit(in_process: InProcess) -> None:
    services = in_process.services
    nobody = principals.make(services, EntityKind.USER, "nobody")
    arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + "".join(
        chr(97 + i * i * 7 % 25) for i in range(90_000)
    )
    request = calls.wire(URL, "cognito-idp", "TagResource", {"ResourceArn": arn, "Tags": {}})
    headers = calls.signed(request, principals.key_of(services, nobody), "cognito-idp", "us-east-1")
    status, answered, body = calls.send(in_process.app, request, headers)
    assert 400 == status
    assert b"is not authorized to perform: cognito-idp:TagResource on resource: * because" in body
    assert max(map(len, answered.values())) <= 6000


def posted(
    endpoint: InProcess, body: str, signing: Signing, *, query: str = "", **headers: str
) -> tuple[int, str, str]:
    """What is said to a form that is signed without these headers."""
    request = AWSRequest("POST", f"{URL}/", data=body, headers=dict(FORM))
    SigV4Auth(Credentials(signing.access_key_id, signing.secret.reveal(), signing.token), "sts", "us-east-1").add_auth(
        request
    )
    sent = {name: str(value) for name, value in request.headers.items()}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return calls.said(calls.send(endpoint.app, calls.Wire("POST", f"{URL}/{query}", sent, body.encode()), sent))


def presigned(endpoint: InProcess, signing: Signing, more: str = "", **headers: str) -> tuple[int, str]:
    """What is said to a URL that is signed without *more*."""
    request = AWSRequest("GET", f"{URL}/?{WHO}")
    keys = Credentials(signing.access_key_id, signing.secret.reveal(), signing.token)
    SigV4QueryAuth(keys, "sts", "us-east-1", 60).add_auth(request)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return calls.said(calls.send(endpoint.app, calls.Wire("GET", request.url + more, sent, b""), sent))[:2]


def test_a_token_counts_only_where_the_signature_covers_it(in_process: InProcess, session: Signing) -> None:
    token = session.token or ""
    bare = Signing(session.access_key_id, session.secret)
    in_query = f"?X-Amz-Security-Token={quote(token, safe='')}"
    assert 200 == posted(in_process, WHO, session)[0]
    assert INVALID == posted(in_process, WHO, bare)[:2]
    assert MISMATCH == posted(in_process, WHO, bare, X_Amz_Security_Token=token)[:2]
    assert INVALID == posted(in_process, WHO, bare, query=in_query)[:2]
    assert 200 == presigned(in_process, session)[0]
    assert INVALID == presigned(in_process, bare)
    assert MISMATCH == presigned(in_process, bare, "&" + in_query[1:])
    assert MISMATCH == presigned(in_process, session, X_Amz_Security_Token=token)


def test_no_character_of_a_token_may_be_another(in_process: InProcess, session: Signing) -> None:
    token = session.token or ""
    places = range(0, len(token), 5)
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in places]
    spelled = [token + "=", token + "A", token[:-1], token.replace("/", "_").replace("+", "-") + "-", "", "."]
    for other in changed + spelled:
        answer = posted(in_process, WHO, Signing(session.access_key_id, session.secret, other))
        assert INVALID == answer[:2]


def test_a_token_lets_no_other_key_sign(in_process: InProcess, session: Signing, alice: Entity) -> None:
    services = in_process.services
    root, user = principals.root_key_of(services, ACCOUNT), principals.key_of(services, alice)
    other = principals.session_of(services, make_role(in_process, "other", BY_ACCOUNT))
    for key_id, secret in (
        (root.access_key_id, root.secret),
        (user.access_key_id, user.secret),
        (other.access_key_id, other.secret),
        (session.access_key_id.lower(), session.secret),
    ):
        assert INVALID == posted(in_process, WHO, Signing(key_id, secret, session.token))[:2]


@pytest.mark.parametrize("service", ["iam", "cognito-idp", "STS", "s3", ""])
def test_what_is_signed_for_one_service_is_good_at_no_other(in_process: InProcess, service: str) -> None:
    key = principals.root_key_of(in_process.services, ACCOUNT)
    request = calls.Wire("POST", f"{URL}/", dict(FORM), WHO.encode())
    status, code, _ = calls.said(calls.send(in_process.app, request, calls.signed(request, key, service, "us-east-1")))
    assert (status, code) in {(400, "InvalidAction"), MISMATCH}
