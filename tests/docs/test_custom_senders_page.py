"""The function of docs/custom-senders.md reads a real code, with the SDK and the variables that it would have."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cenote.triggers.remote_kms import RemoteKms
from docs.pages import blocks_of, text_of
from harness import people
from harness.endpoint import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from harness.functions import Functions
from harness.in_process import InProcess, beside
from harness.server import Server


def test_the_pages_python_function_reads_the_code(
    in_process: InProcess, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key(in_process, server)
    functions = Functions()
    environment = {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL_KMS": server.url,
        "KEY_ARN": key,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    endpoint = beside(in_process, triggers=functions.caller(), remote_kms=RemoteKms(server.url))
    pool = people.make_pool(endpoint, LambdaConfig=functions.config("CustomEmailSender", KMSKeyID=key))
    people.sign_up(pool)
    [source] = [block.text for block in blocks_of(text_of("docs/custom-senders.md")) if block.language == "python"]
    module: dict[str, Any] = {}
    exec(compile(source, "custom-senders.md", "exec"), module)  # noqa: S102 - the page's own function
    event = functions.event("CustomEmailSender_SignUp")
    code = module["code_of"](event)
    endpoint.anonymous.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=code)
    assert event == module["handler"](event, None)
    with pytest.raises(ValueError, match="another pool"):
        module["code_of"](event | {"userPoolId": "us-east-1_Other"})


def new_key(in_process: InProcess, server: Server) -> str:
    """A key of a server, whose clock in_process goes by from now on: signatures are of that hour."""
    in_process.clock.now = datetime.now(UTC)
    arn: str = server.boto3_client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn
