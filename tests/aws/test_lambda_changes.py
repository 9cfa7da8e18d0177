"""UpdateFunctionCode and UpdateFunctionConfiguration, by boto3."""

from typing import Any

import pytest
from functions_given import client_of, create, staged, zipped

from cenote.base.quotas import Quotas
from harness.in_process import InProcess, limited

NEW = zipped("def handler(event, context): return 2")


def refusal(call: Any, client: Any, **members: Any) -> tuple[str, int]:
    with pytest.raises(client.exceptions.ClientError) as caught:
        call(**members)
    response: Any = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_new_code_has_a_new_digest_and_a_new_revision_and_is_what_runs(in_process: InProcess) -> None:
    stage = staged(in_process)
    made = create(in_process)
    in_process.clock.advance(seconds=5)
    client = client_of(in_process)
    changed = client.update_function_code(FunctionName="hello", ZipFile=NEW)
    assert made["CodeSha256"] != changed["CodeSha256"]
    assert made["RevisionId"] != changed["RevisionId"]
    assert len(NEW) == changed["CodeSize"]
    assert "2026-07-01T12:00:05.000+0000" == changed["LastModified"]
    client.invoke(FunctionName="hello")
    [asked] = stage.asked
    assert (NEW, changed["RevisionId"]) == (asked["code"], asked["function"].revision)


def test_a_dry_run_changes_nothing_and_still_looks_at_the_code(in_process: InProcess) -> None:
    made = create(in_process)
    client = client_of(in_process)
    tried = client.update_function_code(FunctionName="hello", ZipFile=NEW, DryRun=True)
    assert made["RevisionId"] == tried["RevisionId"]
    refused = refusal(client.update_function_code, client, FunctionName="hello", ZipFile=b"no", DryRun=True)
    assert ("InvalidParameterValueException", 400) == refused


def test_a_configuration_is_changed_in_what_is_given_and_stays_in_the_rest(in_process: InProcess) -> None:
    made = create(in_process, Environment={"Variables": {"COLOR": "red"}}, Timeout=9)
    client = client_of(in_process)
    changed = client.update_function_configuration(FunctionName="hello", Description="new", MemorySize=512)
    assert ("new", 512, 9) == (changed["Description"], changed["MemorySize"], changed["Timeout"])
    assert {"COLOR": "red"} == changed["Environment"]["Variables"]
    assert made["RevisionId"] != changed["RevisionId"]
    assert made["CodeSha256"] == changed["CodeSha256"]
    emptied = client.update_function_configuration(FunctionName="hello", Environment={"Variables": {}})
    assert "Environment" not in emptied


def test_a_revision_that_is_no_longer_the_latest_changes_nothing(in_process: InProcess) -> None:
    made = create(in_process)
    client = client_of(in_process)
    first = client.update_function_configuration(FunctionName="hello", Description="one", RevisionId=made["RevisionId"])
    assert "one" == first["Description"]
    for call, members in (
        (client.update_function_configuration, {"Description": "two"}),
        (client.update_function_code, {"ZipFile": NEW}),
    ):
        stale = refusal(call, client, FunctionName="hello", RevisionId=made["RevisionId"], **members)
        assert ("PreconditionFailedException", 412) == stale
    assert first["RevisionId"] == client.get_function_configuration(FunctionName="hello")["RevisionId"]


def test_a_runtime_that_is_not_here_is_refused(in_process: InProcess) -> None:
    create(in_process)
    client = client_of(in_process)
    refused = refusal(client.update_function_configuration, client, FunctionName="hello", Runtime="java21")
    assert ("InvalidParameterValueException", 400) == refused


def test_code_beyond_the_account_s_room_is_refused(in_process: InProcess) -> None:
    narrow = limited(in_process, function_code_mb=1)
    assert 75 * 1024 == Quotas().function_code_mb
    half = zipped("#" + "x" * 600_000)
    create(narrow, "one", Code={"ZipFile": half})
    client = client_of(narrow)
    with pytest.raises(client.exceptions.CodeStorageExceededException):
        create(narrow, "two", Code={"ZipFile": half})
    create(narrow, "two")
    refused = refusal(client.update_function_code, client, FunctionName="two", ZipFile=half)
    assert ("CodeStorageExceededException", 400) == refused
    client.update_function_code(FunctionName="one", ZipFile=half)
