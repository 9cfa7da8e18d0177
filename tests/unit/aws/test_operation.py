from collections.abc import Mapping
from typing import Any

import pytest

from cenote.aws import operation as operations
from cenote.aws.operation import Authorization, Call, authorization_of, find, implemented, operation
from cenote.base.errors import InvalidParameterException, MissingAuthenticationTokenException
from cenote.spec.model import service


@pytest.fixture(autouse=True)
def _empty_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_register", {})


def answer(_services: Any, _call: Call, _params: Mapping[str, Any]) -> dict[str, object]:
    return {}


def test_an_operation_is_found_by_service_and_name() -> None:
    assert operation("GetId", service="cognito-identity")(answer) is answer
    assert find("cognito-identity", "GetId") is answer
    assert find("cognito-idp", "GetId") is None
    assert implemented("cognito-identity") == {"GetId"}
    assert implemented("cognito-idp") == frozenset()


def test_an_operation_that_aws_does_not_have_stops_the_import() -> None:
    with pytest.raises(LookupError, match="cognito-idp has no operation SingUp"):
        operation("SingUp")


def test_an_operation_is_answered_by_one_function() -> None:
    operation("SignUp")(answer)
    with pytest.raises(LookupError, match="cognito-idp SignUp is answered twice"):
        operation("SignUp")(answer)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ListUsers", Authorization.SIGNED),
        ("AdminInitiateAuth", Authorization.SIGNED),
        ("GetUser", Authorization.TOKEN),
        ("AssociateSoftwareToken", Authorization.TOKEN),
        ("InitiateAuth", Authorization.PUBLIC),
        ("RevokeToken", Authorization.PUBLIC),
        ("GetClientToken", Authorization.PUBLIC),
        ("GetDerivedToken", Authorization.EITHER),
    ],
)
def test_the_model_says_who_may_call(name: str, kind: Authorization) -> None:
    assert authorization_of("cognito-idp", name) is kind


def test_most_user_pool_operations_are_signed_and_36_are_not() -> None:
    kinds = [authorization_of("cognito-idp", name) for name in service("cognito-idp").operations]
    assert tuple(kinds.count(kind) for kind in Authorization) == (105, 24, 11, 1)


def test_a_call_without_subject_or_caller_cannot_pretend_to_have_one() -> None:
    call = Call("cognito-idp", "GetDevice", "id", "us-east-1", "000000000000", None, None, "", "")
    with pytest.raises(InvalidParameterException):
        call.require_subject()
    with pytest.raises(MissingAuthenticationTokenException):
        call.require_caller()
