"""Which requests a server may answer on its event loop: those that wait for nothing."""

import urllib.parse

import pytest

from cenote.oauth.quick import is_quick
from harness import functions, hosted
from harness.in_process import InProcess

BODY = b"grant_type=client_credentials&scope=orders%2Fread"


def _is_quick(app: hosted.App, *, path: str = "/oauth2/token", body: bytes = BODY, dpop: str | None = None) -> bool:
    host = urllib.parse.urlsplit(app.url).netloc
    return is_quick(app.services, host, path, {"dpop": dpop}.get, body)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"path": "/_cenote/domains/tests/oauth2/token"}, True),
        ({"path": "/oauth2/revoke"}, False),
        ({"path": "/_cenote/domains/nobody/oauth2/token"}, False),
        ({"path": "/login/oauth2/token"}, False),
        ({"body": b"grant_type=refresh_token&refresh_token=x"}, False),
        ({"dpop": "proof"}, False),
    ],
)
def test_a_machine_that_asks_for_its_token_is_answered_at_once(
    in_process: InProcess, changes: dict[str, object], expected: bool
) -> None:
    assert expected == _is_quick(hosted.make_app(in_process), **changes)  # type: ignore[arg-type]


def test_a_machine_of_a_pool_with_a_function_waits_on_a_thread(in_process: InProcess) -> None:
    app = hosted.make_app(in_process)
    in_process.signed.update_user_pool(
        UserPoolId=app.pool.id, LambdaConfig={"PreTokenGeneration": functions.function_arn("PreTokenGeneration")}
    )
    assert not _is_quick(app)
