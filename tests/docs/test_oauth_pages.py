"""docs/oauth.md, docs/hosted-pages.md and docs/federation.md beside what answers."""

import re

from cenote.flows.federation.journeys import COOKIE as JOURNEY
from cenote.login import cookies, enrolment, remembered
from cenote.login.registry import PAGES
from cenote.model.oauth.authorization_request import CARRIED, PROMPTS
from cenote.model.oauth.client_options import ClientOptions, document_of
from cenote.oauth import door as oauth
from cenote.oauth.token import GRANTS
from cenote.upstream import door as upstream
from docs.pages import rows_of, section_of, text_of


def _first_cells(page: str, title: str) -> set[str]:
    """What stands in code in the first column of a section's tables."""
    cells = [cells[0] for cells in rows_of(section_of(text_of(page), title))]
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_the_page_names_every_endpoint_and_no_other() -> None:
    assert set(oauth.ENDPOINTS) == _first_cells("docs/oauth.md", "Endpoints")


def test_the_page_names_every_grant_and_no_other() -> None:
    assert {"grant_type", *GRANTS} == _first_cells("docs/oauth.md", "Grants")


def test_the_page_names_every_parameter_of_a_request() -> None:
    section = section_of(text_of("docs/oauth.md"), "The authorize endpoint")
    named = set(re.findall(r"`(\w+)`", section.partition("\n\n-")[0]))
    # A device's code is not for apps to send.
    assert set(CARRIED) - {"user_code"} == named - {"code", "token"}
    assert PROMPTS - {"consent"} <= set(re.findall(r"`(\w+)`", section))


def test_the_page_names_every_option_of_a_client() -> None:
    every = ClientOptions(backchannel_logout_uri="https://app.example.com/logout")
    named = {name for name in _first_cells("docs/oauth.md", "Beyond Cognito") if not name.startswith("--")}
    assert set(document_of(every)) == named


def test_the_pages_that_are_named_are_there() -> None:
    page = text_of("docs/hosted-pages.md")
    named = {path for cells in rows_of(page.partition("\n## ")[0]) for path in re.findall(r"`(/[^`]+)`", cells[0])}
    parts = {"/mfaSetup/app", "/mfaSetup/email", "/resendcode", "/leave"}
    assert {page.path for page in PAGES} - parts == named


def test_the_cookies_that_are_named_are_those_that_are_set() -> None:
    known = {cookies.SESSION, cookies.CSRF, cookies.PAGE_DATA, cookies.LANGUAGE, JOURNEY, remembered.COOKIE}
    assert known | {enrolment._LATER} == _first_cells("docs/hosted-pages.md", "Cookies")


def test_the_addresses_to_register_at_providers_are_those_that_answer() -> None:
    section = section_of(text_of("docs/federation.md"), "What to register at the provider")
    named = {path for cells in rows_of(section) for path in re.findall(r"`(/[^`]+)`", cells[1])}
    assert set(upstream.ENDPOINTS) == named
