"""The AWS CLI and each kind of resource; and what it describes, given back to it."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.shell import Cli

SCRIPT = Path(__file__).with_name("directory.sh")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"])
def test_each_kind_of_resource_is_created_described_updated_and_deleted(cli: Cli, tmp_path: Path) -> None:
    done = cli.script(SCRIPT, tmp_path)
    assert 0 == done.returncode, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.rstrip().endswith("== done")


def test_a_described_pool_is_accepted_as_an_update_and_as_a_new_pool(cli: Cli, tmp_path: Path) -> None:
    made = cli.run(
        *("create-user-pool", "--pool-name", "again", "--auto-verified-attributes", "email"),
        *("--alias-attributes", "email", "--user-pool-tags", "team=red", "--deletion-protection", "INACTIVE"),
        *("--schema", "Name=email,Required=true,Mutable=true", "Name=plan,AttributeDataType=String,Mutable=true"),
        *("--account-recovery-setting", "RecoveryMechanisms=[{Priority=1,Name=verified_email}]"),
    )["UserPool"]
    described = cli.run("describe-user-pool", "--user-pool-id", made["Id"])["UserPool"]

    _given_back(cli, tmp_path, "update-user-pool", {**described, "UserPoolId": made["Id"], "PoolName": made["Name"]})
    after = cli.run("describe-user-pool", "--user-pool-id", made["Id"])["UserPool"]
    assert {**described, "LastModifiedDate": ""} == {**after, "LastModifiedDate": ""}

    schema = described["SchemaAttributes"]
    twin = _given_back(cli, tmp_path, "create-user-pool", {**described, "PoolName": "twin", "Schema": schema})[
        "UserPool"
    ]
    own = {"Id": "", "Arn": "", "Name": "", "CreationDate": "", "LastModifiedDate": ""}
    assert {**described, **own} == {**twin, **own}


def _given_back(cli: Cli, folder: Path, command: str, described: dict[str, Any]) -> Any:
    """The answer to *command* with everything of *described* that it takes."""
    skeleton = cli.run(command, "--generate-cli-skeleton")
    file = folder / f"{command}.json"
    file.write_text(
        json.dumps({name: value for name, value in described.items() if name in skeleton}), encoding="utf-8"
    )
    return cli.run(command, "--cli-input-json", f"file://{file}")
