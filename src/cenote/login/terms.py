"""
The links to a client's terms documents, which people see where they sign up.

Both documents have to be there. Source: developer guide, "Terms documents"; API_CreateTerms.
"""

from dataclasses import dataclass

from cenote.flows import client_terms
from cenote.login.visit import Visit
from cenote.login.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Terms:
    """Where the terms of use and the privacy policy are."""

    of_use: str
    privacy: str


def terms_of(visit: Visit) -> Terms | None:
    """The terms of the visit's client, in its language where there are such; None on classic pages, which show none."""
    if not visit.site.is_managed or visit.client is None:
        return None
    links = client_terms.links_of(visit.services, visit.client)
    found = [_in_language(links.get(name, {}), visit.language) for name in client_terms.NAMES]
    of_use, privacy = found
    return Terms(of_use, privacy) if of_use and privacy else None


def _in_language(links: dict[str, str], language: str) -> str | None:
    return links.get(f"cognito:{LANGUAGES[language]}") or links.get("cognito:default")
