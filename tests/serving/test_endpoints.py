"""The same clients in the same process and over a socket, on every engine: the ground that the black-box tests stand on."""

import uuid

import pytest
from _pytest.outcomes import Failed, Skipped
from botocore.exceptions import ClientError

from harness import people
from harness.databases import Engines
from harness.endpoint import Endpoint, refuse_undeclared
from harness.in_process import InProcess


def test_a_user_signs_up_and_in_over_a_socket(server: Endpoint) -> None:
    _sign_up_and_in(server)


def test_a_user_signs_up_and_in_without_a_socket(in_process: InProcess) -> None:
    _sign_up_and_in(in_process)


def _sign_up_and_in(endpoint: Endpoint) -> None:
    pool = people.make_pool(endpoint)
    username = f"ada-{uuid.uuid4()}"
    sub = people.signed_up(pool, username, name="Ada")
    tokens = people.sign_in(pool, username)
    user = endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])
    assert {"sub": sub, "name": "Ada", "email_verified": "true", "email": f"{username}@example.com"} == {
        attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]
    }


def test_signatures_follow_the_clock_of_the_test(in_process: InProcess) -> None:
    pool = people.make_pool(in_process)
    in_process.clock.advance(days=30)
    described = in_process.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert "tests" == described["Name"]


def test_access_tokens_end_when_the_test_moves_its_clock(pool: people.Pool) -> None:
    people.signed_up(pool)
    tokens = people.sign_in(pool)
    assert isinstance(pool.endpoint, InProcess)
    pool.endpoint.clock.advance(hours=1, seconds=1)
    with pytest.raises(ClientError) as refused:
        pool.endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])
    assert ("NotAuthorizedException", "Access Token has expired") == (
        refused.value.response["Error"]["Code"],
        refused.value.response["Error"]["Message"],
    )


def test_a_client_of_the_tests_refuses_a_fault_that_the_model_does_not_declare(in_process: InProcess) -> None:
    model = in_process.signed.meta.service_model.operation_model("ListUserPools")
    with pytest.raises(AssertionError, match="ListUserPools does not declare UserNotFoundException"):
        refuse_undeclared({"Error": {"Code": "UserNotFoundException"}}, model)


def test_without_postgresql_its_tests_are_skipped_by_name(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.postgresql.binaries", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(Skipped, match="apt-get install postgresql"):
        Engines(engines.folder).get("postgresql")


def test_without_postgresql_a_run_that_decides_about_a_commit_fails(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.postgresql.binaries", lambda: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Failed, match="nothing is skipped"):
        Engines(engines.folder).get("postgresql")
