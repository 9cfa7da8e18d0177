"""More than twenty thousand malformed requests at the door: no fault of ours, no hang, and the door still opens."""

import json
import signal
import socket
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

import broken_http
import pytest
from malformed import Ground, Malformed, Sent
from raw import signed_headers

from cenote.aws.operation import implemented
from harness.in_process import InProcess
from harness.people import FLOWS, PASSWORD, make_pool, sign_in, signed_up
from harness.server import Server

SEED = 20260701
DONE = sorted(implemented("cognito-idp"))
SHAPED, BROKEN, HOSTILE = 12_500, 5000, 3000
# Nothing takes a hundredth of it on the slowest machine; whatever reaches it would never have ended.
HANG_S = 60.0
# A server that waits for the rest of a request is well; its own time limits are tested elsewhere.
PATIENCE_S = 0.02


def ground_of(endpoint: InProcess) -> Ground:
    """A pool with its users and tokens, and two more that may change or go."""
    return Ground(_values_of(endpoint), _values_of(endpoint), _values_of(endpoint))


def _values_of(endpoint: InProcess) -> dict[str, tuple[str, ...]]:
    flows = (*FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH")
    schema = [{"Name": "tier", "AttributeDataType": "String"}]
    pool = make_pool(endpoint, flows=flows, Schema=schema, AliasAttributes=["email", "phone_number"])
    signed_up(pool)
    tokens = sign_in(pool)
    endpoint.signed.admin_create_user(
        UserPoolId=pool.id, Username="bob", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    endpoint.signed.create_group(UserPoolId=pool.id, GroupName="admins")
    endpoint.signed.create_resource_server(UserPoolId=pool.id, Identifier="api", Name="api")
    job = endpoint.signed.create_user_import_job(
        UserPoolId=pool.id, JobName="first", CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/logs"
    )["UserImportJob"]["JobId"]
    in_app = {"ClientId": pool.client_id, "AuthFlow": "USER_PASSWORD_AUTH"}
    challenge = endpoint.anonymous.initiate_auth(**in_app, AuthParameters={"USERNAME": "bob", "PASSWORD": PASSWORD})
    usernames = ("ada", "ada@example.com", "bob", "eve", "\0")
    passwords = (PASSWORD, "Fresh-Horse-8")
    return {
        "UserPoolIdType": (pool.id,),
        "ClientIdType": (pool.client_id,),
        "UsernameType": usernames[:-1],
        "TokenModelType": (tokens["AccessToken"], tokens["RefreshToken"], tokens["IdToken"]),
        "PasswordType": passwords,
        "GroupNameType": ("admins", "others"),
        "ResourceServerIdentifierType": ("api", "https://api.example.com"),
        "UserImportJobIdType": (job,),
        "ProviderNameType": ("COGNITO", "Corp"),
        "SessionType": (challenge["Session"], "x" * 69),
        "AuthFlowType": ("USER_PASSWORD_AUTH", "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "ADMIN_USER_PASSWORD_AUTH"),
        "ChallengeNameType": ("PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED"),
        "USERNAME": usernames,
        "PASSWORD": passwords,
        "NEW_PASSWORD": ("weak", *passwords),
        "REFRESH_TOKEN": (tokens["RefreshToken"], tokens["AccessToken"], "\0"),
        "SRP_A": ("ab" * 384, "0", "ff" * 384, "-1", "\u0661"),
    }


@contextmanager
def no_hang() -> Iterator[None]:
    """Fail in the middle of whatever takes HANG_S."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError("a request hangs")

    before = signal.signal(signal.SIGALRM, end)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def faults_of(endpoint: InProcess, requests: Iterable[Sent]) -> tuple[Counter[str], list[str]]:
    """How often each outcome was seen, and what was wrong: a fault of ours, or an answer that clients cannot read."""
    seen: Counter[str] = Counter()
    wrong = []
    with no_hang():
        for sent in requests:
            signal.setitimer(signal.ITIMER_REAL, HANG_S)
            headers = sent.headers if sent.sign is None else signed_headers(endpoint, sent.sign, sent.body)
            status, answered, body = endpoint.request(sent.method, sent.path, headers=headers, body=sent.body)
            outcome = outcome_of(status, answered, body)
            seen[outcome] += 1
            if outcome.startswith("wrong"):
                target = headers.get("X-Amz-Target", "")
                wrong.append(f"{outcome}: {sent.method} {sent.path[:100]} {target[-60:]} {sent.body[:600]!r}")
    return seen, wrong


def outcome_of(status: int, headers: dict[str, str], body: bytes) -> str:
    """A refusal's code, or "wrong" with the reason."""
    if status == 200:
        return "200"
    kind = headers.get("x-amzn-errortype", "").removesuffix(":")
    if not kind:
        # Our own addresses are not AWS's and answer in their own way.
        return str(status) if status < 500 else f"wrong status {status}"
    document = json.loads(body)
    if kind != document["__type"] or not {"__type", "message", "reasonCode"} >= document.keys():
        return f"wrong document {document}"
    if status >= 500 and (status, kind) != (501, "NotImplementedException"):
        return f"wrong status {status} {kind}"
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        return "wrong header"
    return kind


def test_malformed_requests_are_refused_and_nothing_breaks(
    in_process: InProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = make_pool(in_process)
    signed_up(pool)
    ground = ground_of(in_process)
    assert SHAPED + BROKEN + HOSTILE > 20_000
    kinds = {
        "shaped": Malformed(SEED, ground, DONE).shaped(SHAPED),
        "broken": Malformed(SEED, ground, DONE).broken(BROKEN),
        "hostile": Malformed(SEED, ground, DONE).hostile(HOSTILE),
    }
    for kind, requests in kinds.items():
        seen, wrong = faults_of(in_process, requests)
        capfd.readouterr()
        assert not wrong, f"{len(wrong)} of {kind}:\n" + "\n".join(wrong[:10])
        # They got somewhere: refused for many reasons, not for one.
        assert len(seen) >= {"shaped": 15, "broken": 5, "hostile": 8}[kind], seen
    assert "AccessToken" in sign_in(pool)
    assert 200 == in_process.request("GET", "/_cenote/health/ready")[0]


def test_a_thousand_broken_http_requests_leave_the_server_well(running_servers: dict[str, Server]) -> None:
    server = running_servers["sqlite"]
    said_before = len(server.log_text())
    seen: Counter[str] = Counter()
    wrong = []
    for message in broken_http.messages(SEED, 1000):
        status = status_of(server.port, message)
        seen[status] += 1
        if status.startswith("5"):
            wrong.append(f"{status}: {message[:300]!r}")
    assert not wrong, "\n".join(wrong[:10])
    assert {"400", "silence"} <= seen.keys(), seen
    assert 200 == server.request("GET", "/_cenote/health/ready")[0]
    pool = make_pool(server)
    assert [] == server.signed.list_users(UserPoolId=pool.id)["Users"]
    assert "Traceback" not in server.log_text()[said_before:]


def status_of(port: int, message: bytes) -> str:
    """The status of the first answer to *message*; "silence" when the server says nothing and waits, or hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=HANG_S) as connection:
        try:
            connection.sendall(message)
            connection.settimeout(PATIENCE_S)
            answer = connection.recv(4096)
        except OSError:
            return "silence"
    if not answer:
        return "silence"
    assert answer.startswith(b"HTTP/1."), answer
    return answer[9:12].decode()
