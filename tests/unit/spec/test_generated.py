import subprocess
import sys
from pathlib import Path

import pytest

from cenote.spec.generated import cognito_idp
from cenote.spec.model import service

ROOT = Path(__file__).parents[3]


def test_the_generated_modules_are_what_the_models_give() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "spec" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "protocol", "count"),
    [
        ("cognito-idp", "json", 141),
        ("cognito-identity", "json", 23),
        ("sts", "query", 11),
        ("iam", "query", 180),
        ("kms", "json", 56),
    ],
)
def test_every_operation_of_a_service_is_in_its_table(name: str, protocol: str, count: int) -> None:
    spec = service(name)
    assert (name, protocol, count) == (spec.name, spec.protocol, len(spec.operations))


@pytest.mark.parametrize("name", ["cognito-idp", "cognito-identity", "sts", "iam", "kms"])
def test_every_name_in_a_table_leads_somewhere(name: str) -> None:
    spec = service(name)
    shapes = {side for row in spec.operations.values() for side in (row.input, row.output) if side}
    for shape in spec.shapes.values():
        shapes |= {*shape.members.values(), shape.member, shape.key, shape.value} - {""}
        assert shape.required <= set(shape.members)
    assert shapes == set(spec.shapes)
    assert {error for row in spec.operations.values() for error in row.errors} <= set(spec.errors)


def test_where_the_model_is_known_to_be_wrong_it_is_amended() -> None:
    spec = service("cognito-idp")
    assert "ALLOW_CLIENT_TOKEN_AUTH" in spec.shapes["ExplicitAuthFlowsType"].enum
    assert spec.shapes["ProviderDetailsType"].is_sensitive
    assert {"none"} == {spec.operations[name].authtype for name in ("GetClientToken", "GetDerivedToken", "GetUser")}


def test_a_query_service_has_codes_that_differ_from_its_shapes() -> None:
    error = service("iam").errors["NoSuchEntityException"]
    assert (error.code, error.status) == ("NoSuchEntity", 404)


def test_types_require_what_the_model_requires() -> None:
    assert frozenset({"AuthFlow", "ClientId"}) == cognito_idp.InitiateAuthRequest.__required_keys__
    assert "Session" in cognito_idp.InitiateAuthRequest.__optional_keys__
