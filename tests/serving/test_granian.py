"""The server itself, seen from outside: limits, timeouts, the graceful stop."""

import datetime as dt
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from serving.running import HERE, Running, read_all, wait_until

Start = Callable[..., Running]


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def test_a_request_is_answered_with_the_applications_status_headers_and_body(start: Start) -> None:
    answer = start().send("POST /echo HTTP/1.1", "Content-Length: 5", body=b"hello")

    assert status_of(answer) == 200
    assert body_of(answer) == b"hello"
    assert b"x-two: 1\r\nx-two: 2\r\n" in answer.lower()


def test_the_environ_joins_repeated_headers_and_drops_names_with_underscores(start: Start) -> None:
    answer = start().send(
        "POST /environ?a=%20 HTTP/1.1",
        *("X-Repeated: 1", "X-Repeated: 2", "Cookie: a=1", "Cookie: b=2", "X_Low: smuggled"),
        *("Content-Type: text/x", "Content-Length: 1"),
        body=b"x",
    )

    expected = {
        "PATH_INFO": "/environ",
        "QUERY_STRING": "a=%20",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "tiny",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_REPEATED": "1,2",
        "HTTP_X_LOW": None,
        "CONTENT_TYPE": "text/x",
    }
    assert expected == json.loads(body_of(answer))


def test_an_application_that_raises_is_an_empty_500_and_the_next_request_works(start: Start) -> None:
    server = start(threads=1)

    failed = server.send("GET /fail HTTP/1.1")

    assert (status_of(failed), body_of(failed)) == (500, b"")
    assert status_of(server.send("GET / HTTP/1.1")) == 200


def test_bodies_that_never_come_take_no_thread_and_end_in_408(start: Start) -> None:
    server = start(threads=1, body_timeout_s=1.5)
    slow = [server.connect() for _ in range(20)]
    for connection in slow:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: tiny\r\nContent-Length: 10\r\n\r\nabc")

    meanwhile = server.send("GET / HTTP/1.1")
    ended = [read_all(connection) for connection in slow]
    for connection in slow:
        connection.close()

    assert status_of(meanwhile) == 200
    assert {status_of(answer) for answer in ended} == {408}


def test_a_body_that_drips_is_ended_by_the_same_clock(start: Start) -> None:
    server = start(body_timeout_s=0.6)
    began = time.monotonic()
    with server.connect() as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: tiny\r\nContent-Length: 1000\r\n\r\n")
        connection.settimeout(0.1)
        answer = b""
        while not answer:
            connection.sendall(b"x")
            try:
                answer = connection.recv(65536)
            except TimeoutError:
                assert time.monotonic() - began < 10

    assert status_of(answer) == 408


def test_a_body_cut_short_never_reaches_the_application(start: Start) -> None:
    server = start()
    with server.connect() as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: tiny\r\nContent-Length: 10\r\n\r\nabc")
        connection.shutdown(1)
        answer = read_all(connection)

    assert b"200" not in answer
    assert status_of(server.send("GET / HTTP/1.1")) == 200


def test_a_head_that_never_ends_closes_the_connection(start: Start) -> None:
    server = start(header_timeout_s=0.5)
    with server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ti")

        assert read_all(connection) == b""


def test_a_silent_connection_is_closed(start: Start) -> None:
    server = start(header_timeout_s=0.5)
    with server.connect() as connection:
        assert read_all(connection) == b""


def test_a_body_over_the_limit_is_refused_before_it_is_sent(start: Start) -> None:
    server = start(max_body_bytes=2048)

    fitting = server.send("POST /echo HTTP/1.1", "Content-Length: 2048", body=b"x" * 2048)
    too_long = server.send("POST /echo HTTP/1.1", "Content-Length: 2049")
    absurd = server.send("POST /echo HTTP/1.1", "Content-Length: 99999999999999")

    assert [status_of(answer) for answer in (fitting, too_long, absurd)] == [200, 413, 413]


def test_a_body_of_unknown_length_is_refused(start: Start) -> None:
    answer = start().send("POST /echo HTTP/1.1", "Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n")

    assert status_of(answer) == 411


def test_a_head_over_the_limit_is_refused(start: Start) -> None:
    answer = start().send("GET / HTTP/1.1", "X-Long: " + "a" * 200_000)

    assert status_of(answer) == 431


def test_sigterm_stops_accepting_finishes_what_is_in_flight_and_closes_the_application(start: Start) -> None:
    server = start()
    with server.connect() as connection:
        connection.sendall(b"GET /held HTTP/1.1\r\nHost: tiny\r\n\r\n")
        with (server.folder / "fifo").open("wb") as fifo:  # opens when the application is reading
            server.stop()
            wait_until(lambda: not server.is_listening())
            fifo.write(b"finished")
        answer = read_all(connection)

    assert (status_of(answer), body_of(answer)) == (200, b"finished")
    assert server.process.wait(10) == 0
    assert (server.folder / "closed").exists()


def test_a_request_that_outlives_the_graceful_timeout_is_abandoned(start: Start) -> None:
    server = start(graceful_timeout_s=1)
    with server.connect() as connection:
        connection.sendall(b"GET /held HTTP/1.1\r\nHost: tiny\r\n\r\n")
        with (server.folder / "fifo").open("wb"):
            server.stop()

            assert server.process.wait(10) == 0


def test_a_worker_that_is_still_starting_obeys_sigterm_at_once(start: Start, tmp_path: Path) -> None:
    server = start(starts_when=tmp_path / "start", graceful_timeout_s=60)
    with (tmp_path / "start").open("wb"):  # opens when the worker is starting
        server.stop()

        assert server.process.wait(10) == 0


def test_a_worker_that_dies_is_replaced(start: Start) -> None:
    server = start()
    first = int(body_of(server.send("GET /pid HTTP/1.1")))

    os.kill(first, signal.SIGKILL)

    def replaced() -> bool:
        try:
            return int(body_of(server.send("GET /pid HTTP/1.1"))) != first
        except (OSError, ValueError, IndexError):
            return False

    wait_until(replaced)
    assert server.process.poll() is None


def test_workers_end_when_their_parent_was_killed(start: Start) -> None:
    server = start()

    server.process.kill()

    wait_until(lambda: not server.is_listening())
    assert server.process.wait(10) == -signal.SIGKILL


def test_tls_is_spoken_from_version_1_2_on(start: Start, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    server = start(tls_certificate=certificate, tls_key=key)
    context = ssl.create_default_context(cafile=certificate)
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    with server.connect() as plain, context.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        version, answer = connection.version(), connection.recv(65536)

    assert version == "TLSv1.2"
    assert status_of(answer) == 200


def self_signed(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(built.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private


def test_a_second_server_on_the_port_is_refused(start: Start) -> None:
    server = start()
    environ = os.environ | {"CENOTE_PORT": str(server.port), "PYTHONPATH": str(HERE)}

    second = subprocess.run(
        [sys.executable, str(HERE / "tiny.py")], env=environ, capture_output=True, check=False, timeout=20
    )

    assert second.returncode == 1
    assert f"port {server.port} on 127.0.0.1 is taken by another program\n" == second.stderr.decode()
