"""
The pages that others lead to, and links to them: where a sign-in begins, where a person confirms an address, and where they say whether it
was they who signed in.

A pool without a domain has no pages to link to. Of two domains the custom one is named: it is the one that its users know.

Source: developer guide, "Customizing email verification messages", "Adaptive authentication".
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from cenote.flows.hosted.sites import url_of
from cenote.flows.services import Services
from cenote.model.pool import Pool

AUTHORIZE = "/oauth2/authorize"
LOGIN = "/login"
CONFIRM_USER = "/confirmUser"
FEEDBACK = "/feedback"


def page_url(services: Services, pool: Pool, path: str) -> str | None:
    """Where the page *path* of the pool is; None where it has no domain."""
    domains = sorted(services.directory.domains_of(pool.pool_id), key=lambda domain: not domain.is_custom)
    return url_of(services.settings, domains[0]) + path if domains else None


def confirmation_link(page: str, *, client_id: str | None, username: str, code: str) -> str:
    """The link by which *username* confirms an address, at *page*; a change that no app client asked for names none."""
    client = {"client_id": client_id} if client_id is not None else {}
    return with_query(page, {**client, "user_name": username, "confirmation_code": code})


def with_query(page: str, query: Mapping[str, str]) -> str:
    """The address of *page* with *query*."""
    return f"{page}?{urlencode(query)}"
