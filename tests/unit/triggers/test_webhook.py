"""A webhook gets the event in a signed POST, and its answer is the function's."""

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cenote.base.invocations import FunctionUnreachableError, Invocation
from cenote.triggers.reach import webhook
from cenote.triggers.reach.webhook import WebhookReach
from harness.clock import FakeClock
from harness.replies import Replies, Reply, replies

ARN = "arn:cenote:webhook:us-east-1:000000000000:gate"
POOL = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Ab12Cd34E"
SECRET = b"a secret of the webhook"
EVENT = '{"userName":"Zoë"}'.encode()
SECONDS = 30_000


@pytest.fixture
def site() -> Iterator[Replies]:
    with replies(lambda asked: Reply(body=asked.body)) as served:
        yield served


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "webhook")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "webhook.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


def reach_to(url: str, *, is_development: bool = True, ca: str | None = None) -> WebhookReach:
    return WebhookReach({ARN: (url, SECRET)}.get, FakeClock(), is_development=is_development, ca=ca)


def invoked(url: str, *, timeout_ms: int = SECONDS) -> Invocation:
    return reach_to(url).invoke(ARN, EVENT, source_arn=POOL, timeout_ms=timeout_ms)


def refusal(url: str, *, timeout_ms: int = SECONDS, is_development: bool = True) -> FunctionUnreachableError:
    with pytest.raises(FunctionUnreachableError) as caught:
        reach_to(url, is_development=is_development).invoke(ARN, EVENT, source_arn=POOL, timeout_ms=timeout_ms)
    return caught.value


def test_the_event_is_posted_and_signed(site: Replies) -> None:
    assert Invocation(EVENT) == invoked(f"{site.url}/hooks/gate?token=7")
    [asked] = site.asked
    assert ("POST", "/hooks/gate?token=7", EVENT) == (asked.method, asked.path, asked.body)
    assert "application/json" == asked.headers["content-type"]
    at_s = asked.headers["x-cenote-timestamp"]
    assert str(FakeClock().now_ms() // 1000) == at_s
    expected = hmac.new(SECRET, at_s.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    assert f"v1={expected}" == asked.headers["x-cenote-signature"]


def test_connections_are_used_again(site: Replies) -> None:
    reach = reach_to(site.url)
    for _ in range(3):
        reach.invoke(ARN, EVENT, source_arn=POOL, timeout_ms=SECONDS)
    [pool] = reach._http.pools._container.values()
    assert (1, 3) == (pool.num_connections, pool.num_requests)


def test_a_refusal_is_the_functions_own_error(site: Replies) -> None:
    document = json.dumps({"errorMessage": "no such tenant"}).encode()
    site.answer = lambda _asked: Reply(403, document)
    assert Invocation(document, function_error="Handled") == invoked(site.url)


@pytest.mark.parametrize("body", [b"", b"forbidden", b"[]", b"{}"])
def test_a_refusal_without_a_reason_has_ours(site: Replies, body: bytes) -> None:
    site.answer = lambda _asked: Reply(400, body)
    assert {"errorMessage": "the webhook refused the event"} == json.loads(invoked(site.url).payload)


@pytest.mark.parametrize("status", [408, 425, 429])
def test_a_webhook_can_be_busy(site: Replies, status: int) -> None:
    site.answer = lambda _asked: Reply(status)
    assert refusal(site.url).is_busy


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_webhook_that_fails_has_not_answered(site: Replies, status: int) -> None:
    site.answer = lambda _asked: Reply(status, b'{"errorMessage": "a secret of the receiver"}')
    assert f"it answered {status}" == refusal(site.url).reason


def test_redirects_are_not_followed(site: Replies) -> None:
    site.answer = lambda _asked: Reply(307, headers={"Location": f"{site.url}/elsewhere"})
    assert "it answered 307" == refusal(site.url).reason
    assert 1 == len(site.asked)


def test_an_answer_that_is_too_long_is_none(site: Replies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "MAX_ANSWER_BYTES", 10)
    site.answer = lambda _asked: Reply(body=b"12345678901")
    assert "its answer has more than 10 bytes" == refusal(site.url).reason


def test_a_webhook_that_does_not_answer_has_timed_out(site: Replies) -> None:
    site.hang()
    assert refusal(site.url, timeout_ms=50).is_timeout


def test_nobody_listens() -> None:
    with replies(lambda _asked: Reply()) as gone:
        url = f"{gone.url}/?token=7"
    fault = refusal(url)
    assert (False, False) == (fault.is_timeout, fault.is_busy)
    assert "token" not in fault.reason


def test_there_is_no_such_webhook() -> None:
    with pytest.raises(FunctionUnreachableError, match="no webhook of that name"):
        reach_to("https://example.com").invoke(f"{ARN}s", EVENT, source_arn=POOL, timeout_ms=SECONDS)


@pytest.mark.parametrize("url", ["http://10.0.0.7/", "http://example.com/", "ftp://localhost/", "https://a@b/", "x"])
def test_a_webhook_is_spoken_to_in_the_open_on_this_machine_only(url: str) -> None:
    assert "a webhook is https" in refusal(url).reason


def test_a_webhook_is_https_outside_of_development(site: Replies) -> None:
    assert "a webhook is https" in refusal(site.url, is_development=False).reason
    assert [] == site.asked


@pytest.mark.parametrize("url", ["http://[::1", "http://localhost:99999999/"])
def test_a_url_that_cannot_be_read_reaches_nobody(url: str) -> None:
    assert isinstance(refusal(url), FunctionUnreachableError)


def test_a_certificate_is_verified(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with replies(lambda asked: Reply(body=asked.body), tls=tls) as site:
        trusting = reach_to(site.url, is_development=False, ca=str(certificate))
        assert Invocation(EVENT) == trusting.invoke(ARN, EVENT, source_arn=POOL, timeout_ms=SECONDS)
        assert "no answer: SSLError" == refusal(site.url, is_development=False).reason
        assert 1 == len(site.asked)


def test_a_webhook_that_drips_its_head_is_not_waited_for_longer() -> None:
    stop = threading.Event()

    def drip(listening: socket.socket) -> None:
        opened, _ = listening.accept()
        with opened, contextlib.suppress(OSError):
            opened.recv(65536)
            opened.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.wait(0.02):
                opened.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        try:
            assert refusal(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout_ms=200).is_timeout
        finally:
            stop.set()
            thread.join()
