"""What a page says when it is none, or fails: never another's page, never how it failed."""

import pytest

from cenote.login.pages import sign_in
from cenote.login.registry import PAGES
from harness.in_process import InProcess
from harness.pages import make_app
from harness.visitor import Visitor


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/resendcode", 405), ("/_static/nothing.css", 404)])
def test_an_address_that_is_no_page_says_so(in_process: InProcess, path: str, status: int) -> None:
    visitor = Visitor(make_app(in_process))
    visitor.open(path)
    assert (status, "frame-ancestors 'none'" in visitor.headers["content-security-policy"]) == (visitor.status, True)


def test_a_page_that_takes_no_such_method_says_which_it_takes(in_process: InProcess) -> None:
    visitor = Visitor(make_app(in_process))
    visitor.open("/resendcode")
    assert (405, "OPTIONS, POST") == (visitor.status, visitor.headers["allow"])


def test_a_page_that_fails_tells_nobody_how(in_process: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(make_app(in_process))
    page = next(each for each in PAGES if each.path == "/login")
    assert page.handler is sign_in.sign_in

    def fail(*_: object) -> object:
        raise ValueError("a secret of ours")

    monkeypatch.setattr(sign_in, "_let_through", fail)
    visitor.open("/login")
    assert (500, False) == (visitor.status, "secret" in visitor.html)
    assert "Something went wrong" in visitor.text
