from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication
from wsgiref.validate import validator

import pytest

from cenote.cli.environ import answer, environ_of


@dataclass
class Headers:
    pairs: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self.pairs

    def get(self, key: str) -> str | None:
        return dict(self.pairs).get(key)


@dataclass
class Scope:
    headers: Headers = field(default_factory=lambda: Headers([]))
    path: str = "/"
    method: str = "POST"
    http_version: str = "1.1"
    server: str = "[::1]:9329"
    client: str = "[::1]:5000"
    scheme: str = "http"
    query_string: str = "a=b"
    authority: str | None = None


def test_the_environ_is_the_one_that_wsgi_asks_for() -> None:
    def app(_environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("201 Created", [("Content-Type", "text/plain")])
        return [b"made"]

    reply = answer(validator(app), Scope(headers=Headers([("host", "h"), ("content-length", "3")])), b"abc")

    assert (reply.status, reply.headers, reply.body) == (201, [("Content-Type", "text/plain")], b"made")


def test_addresses_of_both_families_are_taken_apart() -> None:
    environ = environ_of(Scope(client="192.0.2.1:77"), b"")

    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("::1", "9329")
    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("192.0.2.1", "77")


def test_the_path_is_latin_1_as_pep_3333_says() -> None:
    assert "é".encode() == environ_of(Scope(path="/é"), b"")["PATH_INFO"][1:].encode("latin-1")


def test_the_length_is_that_of_the_body_that_came() -> None:
    environ = environ_of(Scope(headers=Headers([("content-length", "999"), ("content-type", "a/b")])), b"abc")

    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"], environ["wsgi.input"].read()) == ("3", "a/b", b"abc")


def test_the_authority_of_an_absolute_target_goes_before_the_host_header() -> None:
    environ = environ_of(Scope(headers=Headers([("host", "header.example")]), authority="target.example"), b"")

    assert environ["HTTP_HOST"] == "target.example"


class Closing:
    closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"first"
        raise OSError("the source failed")

    def close(self) -> None:
        self.closed = True


def test_a_body_that_fails_halfway_is_a_500_and_is_closed() -> None:
    chunks = Closing()

    def app(_environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return chunks

    reply = answer(app, Scope(), b"")

    assert (reply.status, reply.body) == (500, b"")
    assert chunks.closed


@pytest.mark.parametrize("failing", [ValueError, KeyError])
def test_an_application_that_raises_is_an_empty_500(failing: type[Exception]) -> None:
    def app(_environ: dict[str, Any], _start_response: StartResponse) -> Iterable[bytes]:
        raise failing("private")

    application: WSGIApplication = app

    reply = answer(application, Scope(), b"")

    assert (reply.status, reply.headers, reply.body) == (500, [], b"")
