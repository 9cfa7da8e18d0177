"""The ways from a pool to its function, from the settings on: a webhook, and a Lambda endpoint elsewhere."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from functions_given import create, staged
from refusals import refusal

from cenote.base.invocations import Invocation
from cenote.base.settings import SettingError
from cenote.flows.functions import webhook_records, webhooks
from cenote.flows.hooks.building import trigger_caller
from cenote.triggers.reach.webhook import signature_of
from harness.in_process import InProcess, beside
from harness.people import make_pool, sign_up
from harness.replies import Asked, Replies, Reply, replies

ACCOUNT, REGION = "000000000000", "us-east-1"
ELSEWHERE = "arn:aws:lambda:eu-central-1:111122223333:function:gate"
GONE = ("UnexpectedLambdaException", "PreSignUp invocation failed due to configuration.")


def let_in(asked: Asked) -> Reply:
    event = json.loads(asked.body)
    event["response"]["autoConfirmUser"] = True
    return Reply(body=json.dumps(event).encode())


@pytest.fixture
def site() -> Iterator[Replies]:
    with replies(let_in) as served:
        yield served


def with_endpoint(endpoint: InProcess, url: str | None) -> InProcess:
    """The same deployment, whose functions are elsewhere."""
    services = endpoint.services
    settings = replace(services.settings, lambda_endpoint_url=url)
    caller = trigger_caller(settings, services.clock, services.functions, services.webhooks)
    return beside(endpoint, settings=settings, triggers=caller)


def status_of(endpoint: InProcess, pool_id: str) -> str:
    status: str = endpoint.signed.admin_get_user(UserPoolId=pool_id, Username="ada")["UserStatus"]
    return status


def test_a_webhook_decides_about_a_sign_up(in_process: InProcess, site: Replies) -> None:
    key = webhooks.key_of(ACCOUNT, REGION, "gate")
    webhook = webhook_records.create(in_process.services, key, f"{site.url}/gate")
    pool = make_pool(in_process, LambdaConfig={"PreSignUp": f"arn:cenote:webhook:{REGION}:{ACCOUNT}:gate"})
    sign_up(pool)
    assert "CONFIRMED" == status_of(in_process, pool.id)
    [asked] = site.asked
    signed = signature_of(webhook.secret.reveal().encode(), asked.headers["x-cenote-timestamp"], asked.body)
    assert signed == asked.headers["x-cenote-signature"]
    assert "PreSignUp_SignUp" == json.loads(asked.body)["triggerSource"]


def test_a_webhook_that_is_down_is_tried_three_times(in_process: InProcess, site: Replies) -> None:
    webhook_records.create(in_process.services, webhooks.key_of(ACCOUNT, REGION, "gate"), site.url)
    site.answer = lambda _asked: Reply(503)
    pool = make_pool(in_process, LambdaConfig={"PreSignUp": f"arn:cenote:webhook:{REGION}:{ACCOUNT}:gate"})
    with refusal() as seen:
        sign_up(pool)
    assert GONE == seen.said
    assert 3 == len(site.asked)


def test_a_webhook_that_refuses_is_quoted(in_process: InProcess, site: Replies) -> None:
    webhook_records.create(in_process.services, webhooks.key_of(ACCOUNT, REGION, "gate"), site.url)
    site.answer = lambda _asked: Reply(403, b'{"errorMessage": "no such tenant"}')
    pool = make_pool(in_process, LambdaConfig={"PreSignUp": f"arn:cenote:webhook:{REGION}:{ACCOUNT}:gate"})
    with refusal() as seen:
        sign_up(pool)
    assert ("UserLambdaValidationException", "PreSignUp failed with error no such tenant.") == seen.said
    assert 1 == len(site.asked)


def test_a_lambda_endpoint_decides_about_a_sign_up(in_process: InProcess, site: Replies) -> None:
    endpoint = with_endpoint(in_process, site.url)
    pool = make_pool(endpoint, LambdaConfig={"PreSignUp": ELSEWHERE})
    sign_up(pool)
    assert "CONFIRMED" == status_of(endpoint, pool.id)
    assert "/eu-central-1/lambda/aws4_request" in site.asked[0].headers["authorization"]


def test_a_function_that_ran_into_its_own_timeout_has_failed_and_is_not_called_again(in_process: InProcess) -> None:
    stage = staged(in_process)
    words = "RequestId: 1 Error: Task timed out after 1.00 seconds"
    failure = json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": words})
    stage.answers.append(Invocation(failure.encode(), function_error="Unhandled"))
    arn = create(in_process, "gate", Timeout=1)["FunctionArn"]
    pool = make_pool(with_endpoint(in_process, None), LambdaConfig={"PreSignUp": arn})
    with refusal() as seen:
        sign_up(pool)
    assert ("UserLambdaValidationException", f"PreSignUp failed with error {words}.") == seen.said
    assert [5000] == [each["timeout_ms"] for each in stage.asked]


def test_a_function_elsewhere_is_nowhere_without_an_endpoint(in_process: InProcess) -> None:
    pool = make_pool(with_endpoint(in_process, None), LambdaConfig={"PreSignUp": ELSEWHERE})
    with refusal() as seen:
        sign_up(pool)
    assert GONE == seen.said


def test_an_endpoint_without_boto3_is_a_setting_that_cannot_be_used(
    in_process: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SettingError, match=r"CENOTE_LAMBDA_ENDPOINT_URL: it needs boto3: pip install 'cenote\[aws\]'"):
        with_endpoint(in_process, "aws")


def test_a_pool_without_functions_calls_nobody(in_process: InProcess, site: Replies) -> None:
    sign_up(make_pool(with_endpoint(in_process, site.url)))
    assert [] == site.asked
