"""The schema of `aws_cognito_user_pool`: of all that a pool has, Terraform must see what its owner has asked for and nothing else."""

from typing import Any

import pytest

from clients.terraform.plans import differences, verify_applied
from clients.terraform.pool import UserPool
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

EMAIL = {
    "attribute_data_type": "String",
    "developer_only_attribute": False,
    "mutable": False,
    "name": "email",
    "required": True,
    "string_attribute_constraints": [{"min_length": "5", "max_length": "10"}],
}
TEXT = {
    "attribute_data_type": "String",
    "developer_only_attribute": False,
    "mutable": True,
    "name": "text",
    "required": False,
    "string_attribute_constraints": [{}],
}
NUMBER = {
    "attribute_data_type": "Number",
    "developer_only_attribute": False,
    "mutable": True,
    "name": "number",
    "required": False,
    "number_attribute_constraints": [{}],
}
FLAG = {
    "attribute_data_type": "Boolean",
    "developer_only_attribute": True,
    "mutable": False,
    "name": "flag",
    "required": False,
}
DATE = {"attribute_data_type": "DateTime", "mutable": True, "name": "date"}
BOUNDED = NUMBER | {"name": "bounded", "number_attribute_constraints": [{"min_value": "2", "max_value": "6"}]}


@pytest.fixture
def pool(in_process: InProcess) -> UserPool:
    return UserPool(in_process.signed)


def test_attributes_are_shown_as_they_were_asked_for_and_added_later(pool: UserPool) -> None:
    first = [EMAIL, TEXT, NUMBER, FLAG, DATE]
    verify_applied(pool, {"name": "tests", "schema": first})
    identity = pool.id
    state = verify_applied(pool, {"name": "tests", "schema": [*first, BOUNDED]})
    assert (6, identity) == (len(state["schema"]), pool.id)


def test_an_attribute_that_says_nothing_of_its_length_shows_no_difference(pool: UserPool) -> None:
    silent = {name: value for name, value in EMAIL.items() if name != "string_attribute_constraints"}
    verify_applied(pool, {"name": "tests", "schema": [silent, FLAG]})


def test_the_standard_attributes_as_they_always_are_are_nobodys(pool: UserPool) -> None:
    assert [] == verify_applied(pool, {"name": "tests"})["schema"]


def test_what_an_identity_provider_brings_to_the_schema_shows_no_difference(pool: UserPool) -> None:
    config: dict[str, Any] = {"name": "tests", "schema": [EMAIL, TEXT]}
    verify_applied(pool, config)
    details = {"client_id": "app", "client_secret": "s", "authorize_scopes": "email"}
    pool.client.create_identity_provider(
        UserPoolId=pool.id, ProviderName="Google", ProviderType="Google", ProviderDetails=details
    )
    state = pool.read()
    assert state is not None
    assert {} == differences(pool.arguments, config, state)
