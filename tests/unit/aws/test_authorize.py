"""Who calls: signatures by known keys, access tokens, and calls that anyone may make."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cenote.aws.authorize import Authorized, Authorizer, Caller
from cenote.aws.operation import Authorization
from cenote.aws.permission.deciding import require_allowed
from cenote.base.errors import (
    AccessDeniedException,
    ExpiredTokenException,
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
    NotAuthorizedException,
    UnrecognizedClientException,
)
from cenote.base.secret import Secret
from cenote.flows.iam.compiled import named
from cenote.flows.iam.context import Facts
from cenote.flows.subject import Subject
from cenote.model.access_key import AccessKey, digest_of_session_token
from cenote.model.iam.principal import Principal, PrincipalType, holder_of, root_of
from cenote.policy.document import Kind
from cenote.policy.evaluate import Held, Named
from harness.principals import NoIam
from harness.wire_requests import WireRequest

NOW = datetime(2026, 11, 23, 0, 25, tzinfo=UTC)
NOW_MS = int(NOW.timestamp()) * 1000
ACCOUNT = "123456789012"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ROOT_KEY = AccessKey("AKIAROOT000000000000", Secret("root-secret"), root_of(ACCOUNT))
TEMPORARY_KEY = AccessKey(
    "ASIATEMP000000000000",
    Secret("temporary-secret"),
    Principal(PrincipalType.ASSUMED_ROLE, ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/app/alice", "AROAAPP:alice"),
    session_token_digest=digest_of_session_token("session-token"),
    expires_at_ms=NOW_MS + 1,
)
POOL = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/p"
USES: list[tuple[object, ...]] = []
SUBJECT = object.__new__(Subject)


class FixedClock:
    def now_ms(self) -> int:
        return NOW_MS


def verify_access_token(token: str) -> Subject:
    if token != "good":
        raise NotAuthorizedException("Invalid Access Token")
    return SUBJECT


def authorizer_of(*keys: AccessKey) -> Authorizer:
    by_id = {key.access_key_id: key for key in keys}

    def open_session(key_id: str, _token: str) -> AccessKey:
        if key_id not in by_id:
            raise UnrecognizedClientException("The security token included in the request is invalid.")
        return by_id[key_id]

    return Authorizer(
        find_access_key={key_id: key for key_id, key in by_id.items() if not key.expires_at_ms}.get,
        open_session=open_session,
        settle=lambda principal: None if principal.name == "gone" else principal,
        note_use=lambda used_id, *where: USES.append((used_id, *where)),
        verify_access_token=verify_access_token,
        clock=FixedClock(),
        default_region="us-east-1",
    )


def authorize(
    request: WireRequest,
    kind: Authorization = Authorization.SIGNED,
    params: Mapping[str, object] | None = None,
    *keys: AccessKey,
) -> Authorized:
    return authorizer_of(*(keys or (ROOT_KEY, TEMPORARY_KEY))).authorize(
        request, "cognito-idp", kind.value, params or {}
    )


@pytest.fixture(autouse=True)
def botocore_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "get_current_datetime", lambda **_: NOW.replace(tzinfo=None))


def signed(key: AccessKey = ROOT_KEY, token: str | None = None, service: str = "cognito-idp") -> WireRequest:
    request = AWSRequest(method="POST", url="http://localhost:9329/", data=b"{}")
    credentials = Credentials(key.access_key_id, key.secret_access_key.reveal(), token)
    auth.SigV4Auth(credentials, service, "eu-central-1").add_auth(request)
    return WireRequest(
        headers={"host": "localhost:9329", **{name.lower(): value for name, value in request.headers.items()}}
    )


GARBAGE = WireRequest(headers={"host": "localhost", "authorization": "AWS4-HMAC-SHA256 nonsense"})


def test_a_signed_call_has_a_caller_and_the_region_of_its_scope() -> None:
    facts = Facts(source_ip="192.0.2.1", region="eu-central-1")
    caller = Caller(root_of(ACCOUNT), ROOT_KEY.access_key_id, facts)
    assert Authorized(caller=caller, region="eu-central-1", subject=None) == authorize(signed())


def test_a_kind_that_does_not_exist_needs_a_signature() -> None:
    with pytest.raises(MissingAuthenticationTokenException):
        authorizer_of().authorize(WireRequest(), "cognito-idp", "anything", {})


def test_where_a_signature_is_one_way_of_two_only_a_good_one_names_a_caller() -> None:
    assert ROOT == getattr(authorize(signed(), Authorization.EITHER).caller, "arn", None)
    nobody = Authorized(caller=None, region="us-east-1", subject=None)
    for request in (WireRequest(headers={"host": "localhost"}), GARBAGE, signed(service="iam")):
        assert nobody == authorize(request, Authorization.EITHER)
    assert nobody == authorize(signed(), Authorization.EITHER, None, replace(ROOT_KEY, is_active=False))


def test_a_signed_operation_without_signature_is_refused() -> None:
    with pytest.raises(MissingAuthenticationTokenException, match=r"^Missing Authentication Token$"):
        authorize(WireRequest(headers={"host": "localhost"}))


def test_an_access_token_does_not_stand_for_a_signature() -> None:
    with pytest.raises(MissingAuthenticationTokenException):
        authorize(WireRequest(headers={"host": "localhost"}), Authorization.SIGNED, {"AccessToken": "good"})


@pytest.mark.parametrize("keys", [(TEMPORARY_KEY,), (replace(ROOT_KEY, is_active=False),)])
def test_an_unknown_or_inactive_key_is_refused(keys: tuple[AccessKey, ...]) -> None:
    with pytest.raises(UnrecognizedClientException, match=r"^The security token included in the request is invalid\.$"):
        authorize(signed(), Authorization.SIGNED, None, *keys)


@pytest.mark.parametrize("key_id", ["A\0", "", "A" * 129, "\u00fc"])
def test_a_key_id_that_cannot_be_is_not_looked_up(key_id: str) -> None:
    request = signed()
    authorization = request.headers["authorization"].replace(ROOT_KEY.access_key_id, key_id)
    with pytest.raises(UnrecognizedClientException):
        authorize(
            replace(request, headers={**request.headers, "authorization": authorization}),
            Authorization.SIGNED,
            None,
            replace(ROOT_KEY, access_key_id=key_id),
        )


def test_a_signature_by_another_secret_is_refused() -> None:
    with pytest.raises(InvalidSignatureException, match="does not match"):
        authorize(signed(replace(ROOT_KEY, secret_access_key=Secret("guess"))))


def test_a_signature_for_another_service_is_refused() -> None:
    with pytest.raises(
        InvalidSignatureException, match=r"^Credential should be scoped to correct service: 'cognito-idp'"
    ):
        authorize(signed(service="sts"))


def test_a_malformed_signature_is_refused() -> None:
    with pytest.raises(IncompleteSignatureException):
        authorize(GARBAGE)


def test_a_temporary_key_needs_its_session_token() -> None:
    authorized = authorize(signed(TEMPORARY_KEY, "session-token"))
    assert authorized.caller is not None
    assert (TEMPORARY_KEY.principal_arn, False) == (authorized.caller.arn, authorized.caller.is_root)
    for wrong in (None, "other"):
        with pytest.raises(UnrecognizedClientException):
            authorize(signed(TEMPORARY_KEY, wrong))


def test_a_key_whose_user_or_role_is_gone_is_as_good_as_unknown() -> None:
    for key, token in ((ROOT_KEY, None), (TEMPORARY_KEY, "session-token")):
        gone = replace(key, principal=replace(key.principal, name="gone"))
        with pytest.raises(UnrecognizedClientException):
            authorize(signed(key, token), Authorization.SIGNED, None, gone)


def test_the_use_of_a_users_key_and_of_a_role_is_noted_and_a_roots_is_not() -> None:
    USES.clear()
    bob = replace(ROOT_KEY, principal=holder_of(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/bob", "AIDABOB"))
    authorize(signed(bob), Authorization.SIGNED, None, bob)
    role = replace(TEMPORARY_KEY, principal=replace(TEMPORARY_KEY.principal, entity_id="AROAAPP"))
    authorize(signed(role, "session-token"), Authorization.SIGNED, None, role)
    authorize(signed())
    where = ("cognito-idp", "eu-central-1", NOW_MS)
    assert [(bob.access_key_id, *where), ("AROAAPP", *where)] == USES


def test_a_session_token_is_told_by_its_key_id() -> None:
    with pytest.raises(UnrecognizedClientException):
        authorize(signed(ROOT_KEY, "session-token"), Authorization.SIGNED, None, ROOT_KEY, TEMPORARY_KEY)


def test_a_long_term_key_takes_no_session_token() -> None:
    with pytest.raises(UnrecognizedClientException):
        authorize(signed(ROOT_KEY, "session-token"))


def test_an_expired_temporary_key_is_refused() -> None:
    expired = replace(TEMPORARY_KEY, expires_at_ms=NOW_MS)
    with pytest.raises(ExpiredTokenException, match=r"^The security token included in the request is expired$"):
        authorize(signed(TEMPORARY_KEY, "session-token"), Authorization.SIGNED, None, expired)


@pytest.mark.parametrize("request_", [WireRequest(), GARBAGE, signed(), signed(service="sts")])
def test_a_public_call_is_anyones_whatever_its_signature(request_: WireRequest) -> None:
    nobody = Authorized(caller=None, region="us-east-1", subject=None)
    assert nobody == authorize(request_, Authorization.PUBLIC, {"AccessToken": "good"})


@pytest.mark.parametrize("request_", [WireRequest(), GARBAGE, signed()])
def test_a_token_call_is_its_subjects_whatever_its_signature(request_: WireRequest) -> None:
    authorized = authorize(request_, Authorization.TOKEN, {"AccessToken": "good"})
    assert authorized.subject is SUBJECT
    assert (authorized.caller, authorized.region) == (None, "us-east-1")


def test_a_token_call_without_token_has_no_subject() -> None:
    assert authorize(WireRequest(), Authorization.TOKEN).subject is None


@pytest.mark.parametrize("token", ["bad", "", 7])
def test_a_token_that_does_not_verify_is_refused(token: object) -> None:
    with pytest.raises(NotAuthorizedException, match=r"^Invalid Access Token$"):
        authorize(WireRequest(), Authorization.TOKEN, {"AccessToken": token})


class Services:
    """An account whose only user is alice."""

    def __init__(self, **held: tuple[Named, ...]) -> None:
        self.clock = FixedClock()
        self.iam = NoIam(Held(**held))


def policy_of(effect: str, kind: Kind = Kind.IDENTITY) -> tuple[Named, ...]:
    statement = {"Effect": effect, "Action": "cognito-idp:DeleteUserPool", "Resource": "*"}
    return (named("tests", json.dumps({"Version": "2012-10-17", "Statement": [statement]}), kind),)


def ask(services: Services, principal: Principal | None = None) -> None:
    caller = Caller(principal or holder_of(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/alice", "AIDAALICE"), "AKIA")
    require_allowed(cast("Any", services), caller, "cognito-idp:DeleteUserPool", POOL)


def test_root_may_do_everything_and_nobody_else_what_no_policy_allows() -> None:
    root = root_of(ACCOUNT)
    assert [True, False, True] == [
        may(Services(), root),
        may(Services()),
        may(Services(identity=policy_of("Allow"))),
    ]


def may(services: Services, principal: Principal | None = None) -> bool:
    try:
        ask(services, principal)
    except AccessDeniedException:
        return False
    return True


DENIED = f"User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: cognito-idp:DeleteUserPool on resource: {POOL}"


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ({}, "because no identity-based policy allows the cognito-idp:DeleteUserPool action"),
        ({"identity": policy_of("Deny")}, "with an explicit deny in an identity-based policy"),
        (
            {"identity": policy_of("Allow"), "boundary": ()},
            "because no permissions boundary allows the cognito-idp:DeleteUserPool action",
        ),
        (
            {"identity": policy_of("Allow"), "boundary": policy_of("Deny")},
            "with an explicit deny in a permissions boundary",
        ),
        (
            {"identity": policy_of("Allow"), "session": ()},
            "because no session policy allows the cognito-idp:DeleteUserPool action",
        ),
        (
            {"identity": policy_of("Allow"), "session": policy_of("Deny", Kind.SESSION)},
            "with an explicit deny in a session policy",
        ),
    ],
)
def test_who_may_not_is_told_why(held: dict[str, tuple[Named, ...]], why: str) -> None:
    with pytest.raises(AccessDeniedException) as refused:
        ask(Services(**held))
    assert f"{DENIED} {why}" == refused.value.message
    assert "AccessDeniedException" == refused.value.code


def test_an_access_key_does_not_show_its_secret() -> None:
    assert "root-secret" not in repr(ROOT_KEY)
    assert (str(ROOT_KEY.secret_access_key), f"{ROOT_KEY.secret_access_key}") == ("***", "***")


def test_secrets_are_compared_by_value_and_never_hashed() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Secret("a"))
