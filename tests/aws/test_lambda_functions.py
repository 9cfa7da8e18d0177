"""CreateFunction, GetFunction, GetFunctionConfiguration, ListFunctions, ListVersionsByFunction, DeleteFunction, by boto3."""

import base64
import hashlib
import io
import os
import zipfile
from typing import Any

import pytest
from functions_given import ROLE, client_of, create, staged, zipped

from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

ARN = "arn:aws:lambda:us-east-1:000000000000:function:hello"


def refusal(client: Any, call: Any, **members: Any) -> tuple[str, int, str]:
    with pytest.raises(client.exceptions.ClientError) as caught:
        call(**members)
    response: Any = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def test_a_new_function_is_shown_as_aws_shows_it(in_process: InProcess) -> None:
    made = create(
        in_process,
        Description="greets",
        Timeout=7,
        MemorySize=256,
        Environment={"Variables": {"COLOR": "red"}},
        Tags={"team": "blue"},
        Publish=False,
        PackageType="Zip",
    )
    meta = made.pop("ResponseMetadata")
    assert 201 == meta["HTTPStatusCode"]
    code = zipped()
    expected = {
        "FunctionName": "hello",
        "FunctionArn": ARN,
        "Runtime": "python3.11",
        "Role": ROLE,
        "Handler": "main.handler",
        "CodeSize": len(code),
        "Description": "greets",
        "Timeout": 7,
        "MemorySize": 256,
        "LastModified": "2026-07-01T12:00:00.000+0000",
        "CodeSha256": made["CodeSha256"],
        "Version": "$LATEST",
        "Environment": {"Variables": {"COLOR": "red"}},
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": made["RevisionId"],
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/hello"},
    }
    assert expected == made
    found = client_of(in_process).get_function(FunctionName="hello")
    assert expected == found["Configuration"]
    assert {"team": "blue"} == found["Tags"]
    assert {"Configuration", "Code", "Tags", "ResponseMetadata"} == found.keys()


def test_defaults_are_those_of_aws(in_process: InProcess) -> None:
    made = create(in_process)
    assert (3, 128, "") == (made["Timeout"], made["MemorySize"], made["Description"])
    assert "Environment" not in made


def test_the_digest_is_that_of_the_zip_file_and_the_address_gives_it(in_process: InProcess) -> None:
    code = zipped()
    made = create(in_process, Code={"ZipFile": code})
    assert base64.b64encode(hashlib.sha256(code).digest()).decode() == made["CodeSha256"]
    location = client_of(in_process).get_function(FunctionName="hello")["Code"]["Location"]
    assert location.startswith(in_process.url)
    path = location.removeprefix(in_process.url)
    status, headers, body = in_process.request("GET", path)
    assert (200, "application/zip", code) == (status, headers["content-type"], body)
    assert 405 == in_process.request("PUT", path)[0]
    assert 403 == in_process.request("GET", path[:-8])[0]
    in_process.clock.advance(minutes=10, seconds=1)
    assert 403 == in_process.request("GET", path)[0]


def test_the_address_of_former_code_gives_nothing(in_process: InProcess) -> None:
    create(in_process)
    client = client_of(in_process)
    location = client.get_function(FunctionName="hello")["Code"]["Location"]
    client.update_function_code(FunctionName="hello", ZipFile=zipped("x = 1"))
    assert 403 == in_process.request("GET", location.removeprefix(in_process.url))[0]


@pytest.mark.parametrize(
    "name", ["hello", ARN, "000000000000:function:hello", "hello:$LATEST", f"{ARN}:$LATEST", "function:hello"]
)
def test_a_function_is_found_by_name_partial_arn_and_arn(in_process: InProcess, name: str) -> None:
    create(in_process)
    found = client_of(in_process).get_function_configuration(FunctionName=name)
    assert ARN + (":$LATEST" if "$" in name else "") == found["FunctionArn"]


def test_a_function_that_is_not_there_is_named_by_its_arn(in_process: InProcess) -> None:
    client = client_of(in_process)
    missing = "ResourceNotFoundException", 404, f"Function not found: {ARN}"
    assert missing == refusal(client, client.get_function, FunctionName="hello")
    assert missing == refusal(client, client.delete_function, FunctionName="hello")
    assert missing == refusal(client, client.invoke, FunctionName="hello")
    create(in_process)
    of_version = "ResourceNotFoundException", 404, f"Function not found: {ARN}:7"
    assert of_version == refusal(client, client.get_function, FunctionName="hello", Qualifier="7")
    assert of_version == refusal(client, client.invoke, FunctionName="hello:7")
    elsewhere = ARN.replace("us-east-1", "eu-west-1")
    code, status, message = refusal(client, client.get_function, FunctionName=elsewhere)
    assert ("ResourceNotFoundException", 404) == (code, status)
    assert "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')" == message


def test_a_name_is_taken_once(in_process: InProcess) -> None:
    create(in_process)
    with pytest.raises(client_of(in_process).exceptions.ResourceConflictException) as caught:
        create(in_process)
    response: Any = caught.value.response
    assert "Function already exist: hello" == response["Error"]["Message"]
    assert 409 == response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("members", "code", "sentence"),
    [
        ({"Code": {"ZipFile": b"no zip"}}, "InvalidParameterValueException", "Could not unzip uploaded file."),
        ({"Code": {"ZipFile": b""}}, "InvalidParameterValueException", "Uploaded file must be a non-empty zip"),
        ({"Code": {}}, "InvalidParameterValueException", "Please provide a source for function code."),
        (
            {"Code": {"S3Bucket": "bucket", "S3Key": "key"}},
            "InvalidParameterValueException",
            "Code in S3 is not supported",
        ),
        ({"Code": {"ImageUri": "i"}, "PackageType": "Image"}, "InvalidParameterValueException", "Container images"),
        ({"Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:a:1"]}, "InvalidParameterValueException", "Layers"),
        ({"Publish": True}, "InvalidParameterValueException", "Published versions are not supported"),
        ({"Runtime": "ruby3.3"}, "InvalidParameterValueException", "The runtime ruby3.3 is not installed"),
        ({"Timeout": 901}, "ValidationException", "Member must have value less than or equal to 900"),
        ({"MemorySize": 10241}, "ValidationException", "Member must have value less than or equal to 10240"),
        ({"Role": "me"}, "ValidationException", "at 'role' failed to satisfy constraint"),
        (
            {"Environment": {"Variables": {"LONG": "x" * 4096}}},
            "InvalidParameterValueException",
            "exceeded the 4KB limit",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(
    in_process: InProcess, members: dict[str, Any], code: str, sentence: str
) -> None:
    client = client_of(in_process)
    given = {"Runtime": "python3.11", "Role": ROLE, "Handler": "main.handler", "Code": {"ZipFile": zipped()}}
    refused = refusal(client, client.create_function, FunctionName="hello", **(given | members))
    assert (code, 400) == refused[:2]
    assert sentence in refused[2]


def test_a_handler_is_required(in_process: InProcess) -> None:
    client = client_of(in_process)
    given = {"Runtime": "python3.11", "Role": ROLE, "Code": {"ZipFile": zipped()}}
    refused = refusal(client, client.create_function, FunctionName="hello", **given)
    assert ("InvalidParameterValueException", 400) == refused[:2]


def test_functions_are_listed_by_name_in_pages(in_process: InProcess) -> None:
    for name in ("c", "a", "d", "b"):
        create(in_process, name)
    client = client_of(in_process)
    first = client.list_functions(MaxItems=3)
    assert ["a", "b", "c"] == [each["FunctionName"] for each in first["Functions"]]
    rest = client.list_functions(MaxItems=3, Marker=first["NextMarker"])
    assert ["d"] == [each["FunctionName"] for each in rest["Functions"]]
    assert "NextMarker" not in rest
    paginator = client.get_paginator("list_functions")
    pages = paginator.paginate(PaginationConfig={"PageSize": 1})
    assert ["a", "b", "c", "d"] == [each["FunctionName"] for page in pages for each in page["Functions"]]
    refused = refusal(client, client.list_functions, Marker="ü")
    assert ("InvalidParameterValueException", 400) == refused[:2]


def test_latest_is_the_only_version(in_process: InProcess) -> None:
    create(in_process)
    client = client_of(in_process)
    [version] = client.list_versions_by_function(FunctionName="hello")["Versions"]
    assert ("$LATEST", f"{ARN}:$LATEST") == (version["Version"], version["FunctionArn"])
    assert ("NotImplementedException", 501) == refusal(client, client.publish_version, FunctionName="hello")[:2]


def test_a_deleted_function_is_gone_with_its_processes(in_process: InProcess) -> None:
    stage = staged(in_process)
    create(in_process)
    client = client_of(in_process)
    assert 204 == client.delete_function(FunctionName="hello")["ResponseMetadata"]["HTTPStatusCode"]
    assert [ARN] == stage.forgotten
    assert [] == client.list_functions()["Functions"]
    create(in_process)


def test_a_zip_file_of_fifty_megabytes_is_kept(in_process: InProcess) -> None:
    stage = staged(in_process)
    code = _with_file(zipped(), os.urandom(50 * 1024 * 1024 - 4096))
    create(in_process, Code={"ZipFile": code})
    client_of(in_process).invoke(FunctionName="hello")
    assert code == stage.asked[0]["code"]


def _with_file(archive: bytes, content: bytes) -> bytes:
    written = io.BytesIO(archive)
    with zipfile.ZipFile(written, "a") as opened:
        opened.writestr("filler", content)
    return written.getvalue()


def test_terraform_and_cdk_find_what_they_read_of_every_function(in_process: InProcess) -> None:
    create(in_process)
    client = client_of(in_process)
    assert "hello" == client.get_function_code_signing_config(FunctionName="hello")["FunctionName"]
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="hello")
    assert [] == client.list_aliases(FunctionName="hello")["Aliases"]
    assert "Auto" == client.get_runtime_management_config(FunctionName="hello")["UpdateRuntimeOn"]
    missing = "ResourceNotFoundException", 404, "The resource you requested does not exist."
    assert missing == refusal(client, client.get_policy, FunctionName="hello")
    assert missing == refusal(client, client.get_function_url_config, FunctionName="hello")
    refused = refusal(client, client.get_function_event_invoke_config, FunctionName="hello")
    assert ("ResourceNotFoundException", 404) == refused[:2]
    settings = client.get_account_settings()
    assert 1 == settings["AccountUsage"]["FunctionCount"]
    assert len(zipped()) == settings["AccountUsage"]["TotalCodeSize"]


def test_reserved_concurrency_is_kept_and_shown(in_process: InProcess) -> None:
    create(in_process)
    client = client_of(in_process)
    client.put_function_concurrency(FunctionName="hello", ReservedConcurrentExecutions=5)
    assert 5 == client.get_function_concurrency(FunctionName="hello")["ReservedConcurrentExecutions"]
    assert 5 == client.get_function(FunctionName="hello")["Concurrency"]["ReservedConcurrentExecutions"]
    client.delete_function_concurrency(FunctionName="hello")
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="hello")


def test_tags_are_added_listed_and_taken(in_process: InProcess) -> None:
    create(in_process, Tags={"a": "1"})
    client = client_of(in_process)
    client.tag_resource(Resource=ARN, Tags={"b": "2", "c": "3"})
    client.untag_resource(Resource=ARN, TagKeys=["a", "c"])
    assert {"b": "2"} == client.list_tags(Resource=ARN)["Tags"]
