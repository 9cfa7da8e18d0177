"""The outbox door: codes only for a development server's own machine, nothing for anyone unsigned elsewhere."""

import io
import json
from collections.abc import Mapping, Sequence

import pytest

from cenote.base.errors import MissingAuthenticationTokenException
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.model.message import Channel, MessageFilter, Purpose, Status, StoredMessage
from cenote.outbox.door import OutboxDoor

Reply = tuple[int, list[tuple[str, str]], bytes]

_HERE = {"host": "localhost:9329"}
_STORED = StoredMessage(
    id="m1",
    pool_id="us-east-1_Ab12Cd34E",
    username="<script>ana</script>",
    channel=Channel.EMAIL,
    to="ana@example.com",
    subject="Code 123456 & more",
    body="Your code is 123456",
    code="123456",
    purpose=Purpose.SIGN_UP,
    created_at_ms=1_800_000_000_123,
    status=Status.HELD,
)


_BODY = io.BytesIO()


class _Rows:
    """Keeps the filter it was asked for."""

    def __init__(self) -> None:
        self.asked: list[MessageFilter] = []

    def page(self, asked: MessageFilter) -> Sequence[StoredMessage]:
        self.asked.append(asked)
        return [_STORED]


def _refuse(_request: OwnRequest, _operation: str, _pool_id: str | None = None, /) -> None:
    raise MissingAuthenticationTokenException("Request is missing Authentication Token")


def _accept(_request: OwnRequest, _operation: str, _pool_id: str | None = None, /) -> None:
    return None


def _door(*, development: bool = True, signed: bool = False, rows: _Rows | None = None) -> OutboxDoor:
    return OutboxDoor((rows or _Rows()).page, _accept if signed else _refuse, development=development)


def _get(
    door: OutboxDoor,
    path: str = "/_cenote/messages",
    *,
    query: str = "",
    headers: Mapping[str, str] = _HERE,
    source_ip: str = "127.0.0.1",
    method: str = "GET",
) -> Reply:
    reply = door.handle(_request(method, path, query, headers, source_ip))
    assert reply is not None
    assert reply.operation == "ListMessages"
    return reply.status, reply.headers, reply.body


def _request(method: str, path: str, query: str, headers: Mapping[str, str], source_ip: str) -> OwnRequest:
    return OwnRequest("r1", method, path, query, headers, source_ip, _BODY)


def test_a_message_has_exactly_eleven_members() -> None:
    status, headers, body = _get(_door())

    expected = {
        "id": "m1",
        "pool_id": "us-east-1_Ab12Cd34E",
        "username": "<script>ana</script>",
        "channel": "EMAIL",
        "to": "ana@example.com",
        "subject": "Code 123456 & more",
        "body": "Your code is 123456",
        "code": "123456",
        "purpose": "SignUp",
        "created_at": "2027-01-15T08:00:00.123Z",
        "status": "HELD",
    }
    assert (200, [expected]) == (status, json.loads(body))
    assert "application/json" == dict(headers)["Content-Type"]
    assert "no-store" == dict(headers)["Cache-Control"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:9329", "127.0.0.1:9329", "[::1]:9329", "shop.auth.localhost:9329"]
)
@pytest.mark.parametrize("source_ip", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
def test_a_development_server_is_open_to_its_own_machine(host: str, source_ip: str) -> None:
    assert 200 == _get(_door(), headers={"host": host}, source_ip=source_ip)[0]


@pytest.mark.parametrize("source_ip", ["10.0.0.7", "::ffff:10.0.0.7", "fe80::1", "", "unix:", "localhost"])
def test_another_machine_needs_a_signature(source_ip: str) -> None:
    assert 403 == _get(_door(), source_ip=source_ip)[0]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": ""},
        {"host": "rebound.example:9329"},
        {"host": "localhost.example"},
        {"host": "127.0.0.1.example"},
        {"host": "evil@localhost"},
        {"host": "localhost:9329, rebound.example"},
        _HERE | {"origin": "https://evil.example"},
        _HERE | {"origin": "null"},
        _HERE | {"origin": "localhost"},
        _HERE | {"sec-fetch-site": "cross-site"},
        _HERE | {"x-forwarded-for": "10.0.0.7"},
        _HERE | {"forwarded": "for=10.0.0.7"},
    ],
)
def test_a_page_of_another_site_and_a_proxy_need_a_signature(headers: Mapping[str, str]) -> None:
    status, _, body = _get(_door(), headers=headers)

    assert 403 == status
    assert "MissingAuthenticationTokenException" == json.loads(body)["__type"]
    assert b"123456" not in body


@pytest.mark.parametrize(
    "more", [{"origin": "http://localhost:3000"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}]
)
def test_the_machines_own_pages_may_read(more: Mapping[str, str]) -> None:
    assert 200 == _get(_door(), headers={**_HERE, **more})[0]


@pytest.mark.parametrize("path", ["/_cenote/messages", "/_cenote/messages.html"])
def test_outside_development_even_loopback_needs_a_signature(path: str) -> None:
    status, _, body = _get(_door(development=False), path)

    assert 403 == status
    assert b"ana" not in body


@pytest.mark.parametrize("path", ["/_cenote/messages", "/_cenote/messages.html"])
def test_a_signed_reader_sees_no_code(path: str) -> None:
    status, _, body = _get(_door(development=False, signed=True), path, source_ip="10.0.0.7")

    assert 200 == status
    assert b"123456" not in body
    assert "Your code is ••••••" in body.decode()


def test_a_signed_readers_code_is_null() -> None:
    [message] = json.loads(_get(_door(development=False, signed=True))[2])

    assert message["code"] is None


def test_the_signature_is_verified_over_the_request_as_it_came() -> None:
    seen: list[tuple[object, ...]] = []
    door = OutboxDoor(_Rows().page, lambda *asked: seen.append(asked), development=False)

    _get(door, query="to=%2B1555", source_ip="10.0.0.7")

    request = _request("GET", "/_cenote/messages", "to=%2B1555", _HERE, "10.0.0.7")
    assert [(request, "ListMessages")] == seen


def test_the_reply_tells_why_a_request_was_refused() -> None:
    request = _request("GET", "/_cenote/messages", "", _HERE, "10.0.0.7")
    refused, admitted = (_door(signed=signed).handle(request) for signed in (False, True))

    assert isinstance(refused, OwnReply)
    assert isinstance(admitted, OwnReply)
    assert ("MissingAuthenticationTokenException", "") == (refused.code, admitted.code)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", MessageFilter()),
        ("to=&pool=", MessageFilter()),
        ("to=%2B15555550100", MessageFilter(to="+15555550100")),
        ("to=ana+tag@example.com", MessageFilter(to="ana+tag@example.com")),
        ("pool=us-east-1_A&username=%C3%A4&limit=1000&_=1", MessageFilter(None, "us-east-1_A", "ä", 1000)),
    ],
)
def test_filters_are_read_from_the_query(query: str, expected: MessageFilter) -> None:
    rows = _Rows()

    _get(_door(rows=rows), query=query)

    assert [expected] == rows.asked


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=-1", "limit=x", "limit=²", "limit=" + "9" * 5000, "&a=1" * 60]
)
def test_a_query_out_of_bounds_is_refused(query: str) -> None:
    rows = _Rows()

    status, _, body = _get(_door(rows=rows), query=query)

    assert (400, []) == (status, rows.asked)
    assert "InvalidParameterException" == json.loads(body)["__type"]


def test_a_page_escapes_what_it_shows_and_runs_no_script() -> None:
    _, headers, body = _get(_door(), "/_cenote/messages.html", query="to=%22%3E%3Cscript%3E")

    page, policy = body.decode(), dict(headers)["Content-Security-Policy"]
    assert "<script" not in page
    assert "&lt;script&gt;ana&lt;/script&gt;" in page
    assert 'value="&quot;&gt;&lt;script&gt;"' in page
    assert "Code 123456 &amp; more" in page
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "text/html; charset=utf-8" == dict(headers)["Content-Type"]


def test_head_answers_without_a_body() -> None:
    assert (200, b"") == _get(_door(), method="HEAD")[::2]


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS"])
def test_the_outbox_is_only_read(method: str) -> None:
    status, headers, _ = _get(_door(), method=method)

    assert (405, "GET, HEAD") == (status, dict(headers)["Allow"])


@pytest.mark.parametrize("path", ["/", "/_cenote", "/_cenote/messages/", "/_cenote/messages/page", "/_CENOTE/messages"])
def test_other_addresses_are_left_to_other_doors(path: str) -> None:
    assert _door().handle(_request("GET", path, "", _HERE, "127.0.0.1")) is None
