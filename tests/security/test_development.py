"""Development mode must not reach strangers by accident: a proxy on the same machine makes everybody look local."""

import pytest

from cenote.base.settings import load
from harness.in_process import InProcess, call
from harness.people import Pool, sign_up


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("http://localhost:9329", True),
        ("http://app.localhost:9329", True),
        ("http://127.0.0.1:9329", True),
        ("http://[::1]:9329", True),
        ("https://id.example.com", False),
        ("http://localhost.example.com", False),
        ("http://10.0.0.1:9329", False),
    ],
)
def test_a_public_url_elsewhere_is_never_development_by_default(public_url: str, *, expected: bool) -> None:
    assert expected == load({"CENOTE_PUBLIC_URL": public_url}, None).is_development
    assert load({"CENOTE_PUBLIC_URL": public_url, "CENOTE_MODE": "development"}, None).is_development


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP"],
)
def test_what_a_proxy_passes_on_reads_neither_codes_nor_metrics(pool: Pool, in_process: InProcess, header: str) -> None:
    sign_up(pool)
    assert 200 == in_process.request("GET", "/_cenote/messages")[0]
    for path in ("/_cenote/messages", "/_cenote/messages.html", "/_cenote/metrics"):
        assert 403 == in_process.request("GET", path, headers={header: "203.0.113.9"})[0]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost.",
        "localhost:9329@evil.example",
        "",
    ],
)
def test_a_page_that_rebinds_its_name_reads_no_codes(pool: Pool, in_process: InProcess, host: str) -> None:
    sign_up(pool)
    for method in ("GET", "HEAD"):
        status, _, body = call(in_process.app, method, "http://localhost:9329/_cenote/messages", {"Host": host}, b"")
        assert 403 == status
        assert b"code" not in body
