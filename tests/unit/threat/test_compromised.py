"""Passwords that are known to be compromised: the list of our own, a sorted file, a service."""

import hashlib
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cenote.threat.compromised import CompromisedPasswords
from cenote.threat.obvious_passwords import is_obvious

SECRET = "Correct-Horse-7"


def digest_of(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()  # noqa: S324 - the form of these lists


class Service:
    """A range service on loopback: answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.lines: list[str] = []
        self.asked: list[str] = []
        self.padded: list[str | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append(self.path)
                service.padded.append(self.headers["Add-Padding"])
                body = "\r\n".join(service.lines).encode()
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/range/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    running.thread.start()
    yield running
    running.server.shutdown()
    running.thread.join()
    running.server.server_close()


@pytest.mark.parametrize("password", ["password", "Password1!", "P@ssw0rd", "QWERTY123", "12345678"])
def test_what_everybody_tries_first_is_known_without_any_list(password: str) -> None:
    assert is_obvious(password)
    assert CompromisedPasswords().is_known(password)


def test_another_password_is_not() -> None:
    assert not CompromisedPasswords().is_known(SECRET)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [":12", ""])
def test_every_line_of_a_sorted_file_is_found_and_nothing_between(tmp_path: Path, ending: str, count: str) -> None:
    passwords = [f"word-{number}" for number in range(500)]
    counts = random.Random(7)
    lines = sorted(digest_of(each) for each in passwords)
    file = tmp_path / "hashes.txt"
    rows = [f"{line}{count and count * counts.randint(1, 3)}{ending}" for line in lines]
    file.write_text("".join(rows), newline="")
    known = CompromisedPasswords(file)
    assert all(known.is_known(each) for each in passwords)
    assert not any(known.is_known(f"other-{number}") for number in range(500))


@pytest.mark.parametrize("content", ["", "no hashes at all\n", f"{'F' * 40}:1", "A" * 5000])
def test_a_file_that_lists_nothing_of_it_knows_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "hashes.txt"
    file.write_text(content)
    assert not CompromisedPasswords(file).is_known(SECRET)


def test_a_file_that_cannot_be_read_is_told_and_stops_nobody(tmp_path: Path) -> None:
    failures: list[int] = []
    known = CompromisedPasswords(tmp_path / "absent.txt", on_failure=lambda: failures.append(1))
    assert not known.is_known(SECRET)
    assert [1] == failures


def test_a_service_learns_five_digits_and_answers_the_rest(service: Service) -> None:
    digest = digest_of(SECRET)
    service.lines = ["0" * 35 + ":3", f"{digest[5:].lower()}:42"]
    assert CompromisedPasswords(url=service.url).is_known(SECRET)
    assert [f"/range/{digest[:5]}"] == service.asked
    assert ["true"] == service.padded


def test_lines_of_padding_are_no_passwords(service: Service) -> None:
    service.lines = [f"{digest_of(SECRET)[5:]}:0"]
    assert not CompromisedPasswords(url=service.url).is_known(SECRET)


def test_a_service_that_fails_stops_nobody_and_is_left_alone_for_a_while(service: Service) -> None:
    failures: list[int] = []
    now = [100.0]
    service.lines = [f"{digest_of(SECRET)[5:]}:42"]
    service.status = 503
    known = CompromisedPasswords(url=service.url, on_failure=lambda: failures.append(1), monotonic=lambda: now[0])
    assert not known.is_known(SECRET)
    service.status = 200
    assert not known.is_known(SECRET)
    assert (1, 1) == (len(failures), len(service.asked))
    now[0] += 31
    assert known.is_known(SECRET)


def test_a_service_that_is_gone_or_answers_without_end_stops_nobody(service: Service) -> None:
    service.lines = ["0" * 35 + ":1"] * 40_000
    assert not CompromisedPasswords(url=service.url).is_known(SECRET)
    service.server.server_close()
    assert not CompromisedPasswords(url="http://127.0.0.1:1/range").is_known(SECRET)
