"""Who calls: signatures by known keys, access tokens, and calls that anyone may make."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cenote.aws.authorize import Authorized, Authorizer, Caller, require_allowed
from cenote.aws.operation import Authorization
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
from cenote.flows.subject import Subject
from cenote.model.access_key import AccessKey, digest_of_session_token
from harness.wire_requests import WireRequest

NOW = datetime(2026, 11, 23, 0, 25, tzinfo=UTC)
NOW_MS = int(NOW.timestamp()) * 1000
ACCOUNT = "123456789012"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ROOT_KEY = AccessKey("AKIAROOT000000000000", Secret("root-secret"), ACCOUNT, ROOT)
TEMPORARY_KEY = AccessKey(
    "ASIATEMP000000000000",
    Secret("temporary-secret"),
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/app/alice",
    session_token_digest=digest_of_session_token("session-token"),
    expires_at_ms=NOW_MS + 1,
)
SUBJECT = object.__new__(Subject)


class FixedClock:
    def now_ms(self) -> int:
        return NOW_MS


def verify_access_token(token: str) -> Subject:
    if token != "good":
        raise NotAuthorizedException("Invalid Access Token")
    return SUBJECT


def authorizer_of(*keys: AccessKey) -> Authorizer:
    return Authorizer(
        find_access_key={key.access_key_id: key for key in keys}.get,
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
    caller = Caller(access_key_id=ROOT_KEY.access_key_id, arn=ROOT, account_id=ACCOUNT)
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


def test_root_may_do_everything_and_nobody_else_anything() -> None:
    root = Caller(access_key_id="AKIA", arn=ROOT, account_id=ACCOUNT)
    require_allowed(root, "cognito-idp:DeleteUserPool")
    alice = replace(root, arn=f"arn:aws:iam::{ACCOUNT}:user/alice")
    with pytest.raises(AccessDeniedException) as refused:
        require_allowed(alice, "cognito-idp:DeleteUserPool", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/p")
    assert refused.value.message == (
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: cognito-idp:DeleteUserPool on "
        "resource: arn:aws:cognito-idp:us-east-1:123456789012:userpool/p"
    )


def test_an_access_key_does_not_show_its_secret() -> None:
    assert "root-secret" not in repr(ROOT_KEY)
    assert (str(ROOT_KEY.secret_access_key), f"{ROOT_KEY.secret_access_key}") == ("***", "***")


def test_secrets_are_compared_by_value_and_never_hashed() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Secret("a"))
